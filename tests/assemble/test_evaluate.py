"""An evaluation on a dataset of a hub: levels, pinned revisions, the card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.assemble.evaluate import evaluate, prepare
from parallelize.assemble.response_files import read_responses
from parallelize.core.evaluation_recipe import parse_evaluation

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Stream:
    config: str | None
    split: str | None
    revision: str | None = COMMIT

    def rows(self) -> Iterator[Mapping[str, Any]]:
        for n in range(3):
            text = f"El campesino vende {n + 2} cestas de manzanas y {n + 9} cestas de peras en {self.split}."
            yield {"id": f"{self.split}-{self.config}-{n}", "question": text, "answer": str(n + 2)}

    def arrow_schema(self) -> None:
        return None


class Hub:
    """A hub that resolves any name to one commit."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str | None, str | None, str | None]] = []

    def open(self, dataset: str, *, config: str | None, split: str | None, revision: str | None) -> Stream:
        self.opened.append((dataset, config, split, revision))
        return Stream(config, split)


class Silent:
    def __init__(self) -> None:
        self.expected: dict[str, tuple[int, int]] = {}
        self.replies = 0

    def note(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        raise AssertionError(text)

    def expect(self, code: str, total: int, done: int) -> None:
        self.expected[code] = (total, done)

    def row(self, code: str, kept: bool, words: int) -> None:
        self.replies += 1


def test_polymath_is_read_by_level_and_its_commit_is_recorded(tmp_path: Path) -> None:
    recipe = parse_evaluation(
        {
            "engine": {"name": "scripted", "temperature": 0.5},
            "benchmarks": [{"benchmark": "polymath", "revision": "main"}],
            "langs": ["es"],
            "samples": 2,
        }
    )
    hub, watcher = Hub(), Silent()
    manifest, table = evaluate(prepare(recipe, hub=hub), tmp_path, watcher)
    assert hub.opened == [
        ("Qwen/PolyMath", "es", level, "main") for level in ("low", "medium", "high", "top")
    ]
    assert (watcher.expected, watcher.replies) == ({"es": (24, 0)}, 24)
    assert manifest.benchmarks["polymath"]["es"]["levels"]["top"]["revision"] == COMMIT
    assert f"revision `{COMMIT}`" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| polymath | es |" in table
    responses = read_responses(tmp_path / "responses.jsonl")
    assert {response.level for response in responses} == {"low", "medium", "high", "top"}
    assert {response.id for response in responses} >= {"low-00001", "top-00003"}
    assert json.loads((tmp_path / "recipe.json").read_text())["benchmarks"][0]["name"] == "polymath"
    again = Silent()
    evaluate(prepare(recipe, hub=hub), tmp_path, again)
    assert (again.expected, again.replies) == ({"es": (24, 24)}, 0)
