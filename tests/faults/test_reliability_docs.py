"""The page of promises: each has a test that is there and a figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
PROMISES = re.split(r"^### ", PAGE.partition("\n## ")[0], flags=re.MULTILINE)[1:]
_TEST = re.compile(r"`([\w/.]+\.py)(?:::([\w…]+))?`")


def lines(promise: str) -> list[list[str]]:
    cells = [line[2:-2].split(" | ") for line in promise.splitlines() if line.startswith("| ")]
    return cells[1:]


def test_all_twelve_promises_stand_there() -> None:
    assert [int(promise.partition(".")[0]) for promise in PROMISES] == [*range(1, 13)]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda text: text.partition("\n")[0][:40])
def test_each_line_names_a_test_that_is_there_and_a_figure(promise: str) -> None:
    assert lines(promise)
    for line in lines(promise):
        fault, shown, test, figure = line
        assert shown, fault
        assert figure, fault
        named = _TEST.findall(test)
        assert named or re.search(r"`(make [\w-]+|(python -m )?[\w./]+)", test), fault
        for file, name in named:
            path = next((path for path in (ROOT / "tests" / file, ROOT / file) if path.exists()), None)
            assert path is not None, file
            if name:
                assert f"def {name.rstrip('…')}" in path.read_text(encoding="utf-8"), (file, name)
