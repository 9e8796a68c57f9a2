"""What a newcomer types wrong: the true cause, the next step, no waiting, nothing left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parallelize.assemble.preflight import LanguagesMissing
from parallelize.core.errors import EnvironmentFault

ROW = '{"id": "1", "question": "What is 2+2?", "solution": "Two and two make 4.", "answer": "4"}\n'
WRONG: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "the name of a recipe": (("build", "gsm8k"), 2, ("gsm8k.toml", "--langs", "--source")),
    "nearly the name of a recipe": (("build", "gsm9k"), 2, ("did you mean gsm8k.toml",)),
    "nearly a command": (("biuld",), 2, ("did you mean build? parallelize --help",)),
    "no recipe": (("recipe", "nosuch"), 1, ("'nosuch'", "gsm8k")),
    "nearly a recipe": (("recipe", "gsm8"), 1, ("did you mean gsm8k",)),
    "address without an engine": (("--base-url", "http://127.0.0.1:9/v1"), 2, ("--engine openai --model",)),
    "model without an engine": (("--model", "x"), 2, ("--model is an option of openai and vllm", "--engine")),
    "no such engine": (("--engine", "opnai"), 2, ("did you mean openai",)),
    "nothing but the command": (
        ("build",),
        2,
        ("--langs is missing", "--source is missing", "--langs pt --source FILE", "build demo.toml"),
    ),
    "no language": (
        ("plan", "--source", "rows.jsonl"),
        2,
        ("--langs is missing", "plan --source rows.jsonl --langs pt", "languages` lists"),
    ),
    "no run": (("report",), 2, ("missing argument 'RUN'", "as in: parallelize report runs/gsm8k")),
    "no option of the command": (("export", "x"), 2, ("missing option '--format'", "export --help")),
    "a value out of range": (("--min-chrf", "500"), 2, ("500.0 is not in the range", "build --help")),
    "a folder of runs": (("status", "."), 1, ("is not a run directory", "build --out` wrote")),
    "no study": (("study", "nosuch.toml"), 1, ("no study recipe", "recipe NAME > FILE")),
    "engine alone": (("--engine", "openai"), 2, ("--model NAME and --base-url",)),
    "vllm alone": (("--engine", "vllm"), 2, ("--model NAME",)),
}


def in_full(words: tuple[str, ...]) -> tuple[str, ...]:
    """A whole command: options alone are those of a build."""
    if not words[0].startswith("--"):
        return words
    return ("build", "--langs", "pt", "--source", "rows.jsonl", "--out", "run9", *words)


def command(tmp_path: Path, words: tuple[str, ...]) -> list[str]:
    (tmp_path / "rows.jsonl").write_text(ROW, encoding="utf-8")
    return [sys.executable, "-m", "parallelize", *in_full(words)]


def by_pipe(tmp_path: Path, words: tuple[str, ...], columns: int) -> tuple[int, str]:
    environment = {**os.environ, "COLUMNS": str(columns), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command(tmp_path, words), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("case", WRONG)
def test_says_the_cause_and_the_next_step(tmp_path: Path, case: str) -> None:
    """By a pipe; `test_transcripts` says the same by a terminal and in other widths."""
    words, code, pieces = WRONG[case]
    found, said = by_pipe(tmp_path, words, 120)
    assert found == code, said
    assert said.startswith("error: ")
    assert "\n  → " in said
    for piece in pieces:
        assert piece in said
    assert not (tmp_path / "run9").exists()  # a refused command leaves nothing


def test_a_server_that_was_never_there_ends_the_build_in_seconds(tmp_path: Path) -> None:
    with socket.socket() as taken:  # a port that nobody listens on
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    words = ("--engine", "openai", "--model", "x", "--base-url", f"http://127.0.0.1:{port}/v1")
    start = time.monotonic()
    code, said = by_pipe(tmp_path, words, 100)
    assert code == 3
    assert time.monotonic() - start < 45  # a loaded machine; 300 seconds before
    warned = said.index("cannot be reached")
    assert said.index("trying again for 6 s") > warned
    assert said.index("does not answer") > warned
    assert said.count("cannot be reached") == 1
    log = (tmp_path / "run9" / "log.jsonl").read_text(encoding="utf-8")
    assert "cannot be reached" in log


def test_languages_that_lack_a_model_are_named_with_who_could_do_them() -> None:
    lacking = EnvironmentFault(
        "there is no en→es model for the bergamot engine here: this run is offline. Looked in here, there"
    )
    fault = LanguagesMissing({"es": lacking}, ["pt"], "en").with_command("parallelize build --langs pt")
    said = str(fault)
    assert said.startswith("es cannot be built here, pt can\n  es: there is no en→es model")
    assert "Looked in" not in said
    assert "apertium" in said
    assert "build the rest: parallelize build --langs pt" in said
    assert fault.exit_code == 3


def test_some_languages_missing_end_before_any_work(tmp_path: Path) -> None:
    words = ("build", "--langs", "pt,xh", "--source", "rows.jsonl", "--out", "run", "--offline")
    code, said = by_pipe(tmp_path, words, 120)
    assert code == 3
    assert "xh cannot be built here, pt can" in said
    assert "build the rest: parallelize build --langs pt --source rows.jsonl --out run --offline" in said
