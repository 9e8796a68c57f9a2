"""Small sources and builds for tests of whole runs, on the deterministic scripted engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parallelize.assemble.build import build
from parallelize.core.recipe import Recipe, parse_recipe
from parallelize.store.json_files import to_json
from parallelize.store.tables import TextPair, TranslatedRow

WORDS = "the farmer sold garden baskets of ripe apples at every market because people wanted fruit".split()  # noqa: SIM905


class Silent:
    """A watcher that remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.rows = 0
        self.engines: Mapping[str, Any] = {}

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def expect(self, code: str, total: int, done: int) -> None:
        pass

    def working(self, engines: Mapping[str, Any]) -> None:
        self.engines = engines

    def row(self, code: str, kept: bool, words: int) -> None:
        self.rows += 1

    def download(self, what: str, done: int, total: int) -> None:
        pass


def rows(count: int) -> list[dict[str, Any]]:
    """Rows with prose, formulas and a final answer, each different from the others."""
    found = []
    for n in range(count):
        digest = hashlib.sha256(str(n).encode()).digest()
        order = [WORDS[byte % len(WORDS)] for byte in digest]
        one, two, three = " ".join(order[:12]), " ".join(order[12:24]), " ".join(order[24:])
        found.append(
            {
                "id": f"row-{n:05d}",
                "problem": f"If ${n}$ {one}, how many are there?",
                "solution": f"First {two}.\nThen $x = {n}$ {three}.\n#### {n}",
                "answer": str(n),
                "topic": order[0],
            }
        )
    return found


def write_jsonl(path: Path, data: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in data), encoding="utf-8")
    return path


def recipe(source: Path, *langs: str, **more: Any) -> Recipe:
    """A recipe on the scripted engine; pseudo-languages are no language, so that gate is off."""
    engine = {"name": "scripted", **more.pop("engine", {})}
    thresholds = {"off_target_parts": False, "foreign_share": False, **more.pop("thresholds", {})}
    return parse_recipe(
        {
            "source": {"path": str(source)},
            "langs": list(langs),
            "engine": engine,
            "gates": {"thresholds": thresholds},
            **more,
        }
    )


def run_build(source: Path, out: Path, *langs: str, **more: Any) -> dict[str, Any]:
    """The summary in JSON form."""
    found: dict[str, Any] = to_json(build(recipe(source, *langs, **more), out, Silent()))
    return found


def corpus_digests(run: Path) -> dict[str, str]:
    """sha256 of every file of a corpus."""
    corpus = run / "corpus"
    return {
        path.relative_to(corpus).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(corpus.rglob("*"))
        if path.is_file()
    }


def translated_row(target: str, source: str = "First line.\nHe pays 12 euros.") -> TranslatedRow:
    """A row of one text that nobody measured."""
    return TranslatedRow(
        id="a",
        texts=(TextPair(path="problem", role="problem", source=source, target=target, back=None),),  # type: ignore[arg-type]
        answer=None,
        scores=(),
        rungs=(),
        back_work=None,  # type: ignore[arg-type]
        segments=1,
        copied=0,
        source_words=3,
    )
