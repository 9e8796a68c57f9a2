"""What shells complete: by bash itself, and by what zsh and fish ask the program and understand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ZshComplete

from parallelize.cli.completion import ENGINES, shipped_recipes
from parallelize.cli.main import cli

DOCS = Path(__file__).parents[2] / "docs/install.md"
SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
ASKED: dict[str, set[str]] = {
    "parallelize bu": {"build"},
    "parallelize jud": {"judge"},
    "parallelize build --json-p": {"--json-progress"},
    "parallelize build --engine v": {"vllm"},
    "parallelize export run --format inspect": {"inspect"},
    "parallelize recipe gsm": {name for name in shipped_recipes() if name.startswith("gsm")},
    "parallelize terms rows.jsonl --engine b": {"bergamot", "batch"},
}
FILES = (
    "build my",
    "build --source ro",
    "inspect ro",
    "audit ro",
    "score ro",
    "terms ro",
    "verify ru",
    "judge ru",
)


def offered(line: str) -> list[CompletionItem]:
    words = line.split(" ")
    return BashComplete(cli, {}, "parallelize", "_X").get_completions(words[1:-1], words[-1])


@pytest.mark.parametrize("line", ASKED)
def test_words_are_completed(line: str) -> None:
    assert {item.value for item in offered(line)} == ASKED[line] != set()


@pytest.mark.parametrize("line", FILES)
def test_files_are_completed_where_files_may_stand(line: str) -> None:
    assert [item.type for item in offered(f"parallelize {line}")] == ["file"]


def test_every_engine_but_that_of_tests_is_offered() -> None:
    assert [item.value for item in offered("parallelize build --engine ")] == [*ENGINES[:-1]]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_page_names_what_the_program_answers(shell: str) -> None:
    assert f"_PARALLELIZE_COMPLETE={shell}_source parallelize" in DOCS.read_text(encoding="utf-8")
    script = SHELLS[shell](cli, {}, "parallelize", "_PARALLELIZE_COMPLETE").source()
    assert f"_PARALLELIZE_COMPLETE={shell}_complete" in script
    item = offered("parallelize bu")[0]
    assert "build" in SHELLS[shell](cli, {}, "parallelize", "_X").format_completion(item)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "ask"),
    [
        (
            "bash",
            "COMP_WORDS=(parallelize bu) COMP_CWORD=1; _parallelize_completion parallelize; echo $COMPREPLY",
        ),
        ("fish", "complete -C 'parallelize bu'"),
    ],
)
def test_a_shell_completes(shell: str, ask: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    (tmp_path / "parallelize").write_text(
        f"#!{sys.executable}\nfrom parallelize.__main__ import run\n\nrun()\n"
    )
    (tmp_path / "parallelize").chmod(0o755)
    evaluate = 'eval "$(_PARALLELIZE_COMPLETE=bash_source parallelize)"'
    if shell == "fish":
        evaluate = "_PARALLELIZE_COMPLETE=fish_source parallelize | source"
    done = subprocess.run(
        [program, "-c", f"{evaluate}\n{ask}"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"^build\b", done.stdout, re.MULTILINE), (done.stdout, done.stderr)
