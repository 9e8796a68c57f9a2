"""What each command shows, by a real terminal and by a pipe, 60 and 120 columns wide, without a network."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_first_mistakes import WRONG, in_full
from tests.runs import rows, run_build, write_jsonl
from tests.terminals import read_terminal

DRIVER = Path(__file__).with_name("transcript_driver.py")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COMMANDS: dict[str, tuple[str, ...]] = {
    "inspect rows.jsonl": ("problem", "solution", "answer"),
    "build small.toml --out run2 --limit 6": (
        "pt Portuguese: kept",
        "Time ",
        "Corpus  run2/corpus",
        "Report  run2/report.html",
        "Next    parallelize",
    ),
    "build small.toml --out run2 --limit 6 --explain": ("stay as they are",),
    "build small.toml --out run5 --limit 2 --runner none": ("left to workers", "parallelize work run5"),
    "work run5 --share 1/1": ("2 rows done",),
    "plan small.toml --rows 3 --out run3": ("## Languages", "Page:"),
    "report run": ("## Rows", "## Why rows were dropped"),
    "judge run --dry-run --threshold back_chrf=70": ("de",),
    "judge run --sweep back_chrf=30:70:20": ("30", "50", "70"),
    "review run --rows 4 --out review": ("Rows to read", "review/review.html", "Next    "),
    "terms rows.jsonl --langs pt --engine scripted --most 3": ("A PERSON MUST EDIT THIS", "[pt]"),
    "status run": ("de",),
    "export run --format trl-sft --out export": ("parquet",),
    "verify run": ("it is what its manifest says",),
    "push run --repo acme/x --dry-run": ("--- README.md", "--- files", "not known what is there already"),
    "recipe": ("gsm8k", "long-cot"),
    "recipe --full": ("# [gates]",),
    "languages": ("one download", "any LLM", "Portuguese"),
    "score responses.jsonl --workers 1": ("de",),
    "audit pairs.jsonl --lang de --processes 1": ("kept",),
    "doctor": ("bergamot", "ready"),
    "evaluate --model x --engine scripted --benchmark asked.jsonl --langs de --dry-run": (
        "nothing was asked",
    ),
    "study study.toml --out study --dry-run": ("base: asks x",),
    "law results.csv": ("First-Parallel Leap", "## Not computed"),
}
FAILING: dict[str, tuple[int, tuple[str, ...]]] = {
    "push run --repo nope --dry-run": (2, ("organization/name",)),
    "verify nowhere/at-all": (3, ("cannot be reached",)),
    "build small.toml --langs pt,xh --engine bergamot --offline --out run4": (
        3,
        ("xh cannot be built here, pt can", "build the rest: parallelize build small.toml --langs pt"),
    ),
    "calibrate pairs.jsonl --lang de --out t.toml --processes 1": (1, ("too few to promise", "at least")),
    **{" ".join(in_full(words)): (code, pieces) for words, code, pieces in WRONG.values()},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("transcripts")
    write_jsonl(made / "rows.jsonl", rows(24))
    run_build(made / "rows.jsonl", made / "run", "de", engine={"fault_rate": 0.4}, corpus={"license": "mit"})
    said = "Zwei und zwei sind vier, also ist die Antwort \\boxed{4}."
    write_jsonl(made / "responses.jsonl", [{"id": "a", "language": "de", "response": said, "gold": "4"}])
    write_jsonl(
        made / "pairs.jsonl",
        [{"id": "a", "en": "Two and two make four.", "de": "Zwei und zwei ergibt vier."}],
    )
    (made / "small.toml").write_text(
        'langs = ["pt"]\nsource.path = "rows.jsonl"\nengine.name = "scripted"\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n",
        encoding="utf-8",
    )
    words = [command.split() for command in (*COMMANDS, *FAILING)]
    write_jsonl(made / "asked.jsonl", [{"id": "1", "question": "What is 2+2?", "answer": "4"}])
    (made / "study.toml").write_text(
        'title = "A study"\nbenchmarks = ["asked.jsonl"]\nlangs = ["de"]\n[engine]\nname = "scripted"\n'
        '[[models]]\nname = "base"\nengine = { model = "x" }\n',
        encoding="utf-8",
    )
    table = [("base", "", 0.5, 0.3), ("one", "en", 0.7, 0.4), ("two", "en+de", 0.7, 0.6)]
    lines = [
        f"{name},{trained},{code},m,{value}"
        for name, trained, *two in table
        for code, value in zip(("en", "de"), two, strict=True)
    ]
    (made / "results.csv").write_text(
        "\n".join(["model,trained_languages,language,benchmark,accuracy", *lines]), encoding="utf-8"
    )
    (made / "commands.json").write_text(json.dumps(words), encoding="utf-8")
    return made


def environment(columns: int) -> dict[str, str]:
    return {**os.environ, "COLUMNS": str(columns), "HF_HUB_OFFLINE": "1", "TERM": "xterm"}


def by_pipe(folder: Path, columns: int) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, DRIVER, "commands.json", "codes.json"],
        cwd=folder,
        env=environment(columns),
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def by_terminal(folder: Path, columns: int) -> tuple[str, str]:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, DRIVER, "commands.json", "codes.json"],
        cwd=folder,
        env=environment(columns),
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    said = read_terminal(leader)
    assert process.wait(timeout=60) == 0
    return said.replace("\r\n", "\n"), ""


def shown(text: str) -> Iterator[tuple[str, str]]:
    """(command, what it showed)"""
    for part in text.split("=== ")[1:]:
        command, _, said = part.partition("\n")
        yield command, said


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("way", [by_pipe, by_terminal], ids=["pipe", "terminal"])
def test_every_command_says_what_it_should(folder: Path, way: object, columns: int) -> None:
    for run in ("run2", "run5"):  # a build that has nothing to do shows no progress
        shutil.rmtree(folder / run, ignore_errors=True)
    out, err = (by_pipe if way is by_pipe else by_terminal)(folder, columns)
    codes = json.loads((folder / "codes.json").read_text(encoding="utf-8"))
    assert codes == [*[0] * len(COMMANDS), *(code for code, _ in FAILING.values())], (
        out[-3000:],
        err[-3000:],
    )
    assert "Traceback" not in out + err
    found = dict(shown(out))
    assert set(found) == {*COMMANDS, *FAILING}
    for command, pieces in COMMANDS.items():
        for piece in pieces:
            assert piece in _ESCAPE.sub("", found[command]), (command, piece, found[command])
    for command, (_, pieces) in FAILING.items():
        said = found[command] if way is by_terminal else err
        for piece in pieces:
            assert piece in said, (command, said)
        assert not (folder / "run9").exists()  # a refused command leaves nothing
    if way is by_pipe:
        assert "\x1b" not in out + err
        assert "\r" not in out + err
        assert "\n  → " in err
    else:
        ending = _ESCAPE.sub("", found[next(c for c in COMMANDS if c.startswith("build"))])
        for drawn in re.findall(r"\r([^\r\n]+)", ending):
            assert len(drawn) < columns
        assert "pt 6/6 rows" in ending
    # The last lines of a build fit the terminal, but for paths and commands, which can be copied whole.
    closing = _ESCAPE.sub("", found[next(c for c in COMMANDS if c.startswith("build"))]).splitlines()
    for line in closing[[n for n, text in enumerate(closing) if text.startswith("pt Portuguese")][-1] :]:
        if not line.startswith(("Corpus", "Report", "Rejects", "Next", "pt ")):
            assert len(line) <= columns, line
