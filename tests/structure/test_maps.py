"""The maps for newcomers (CONTRIBUTING.md, docs/words.md) name places that are there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_ways_of_commands_exist() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.partition("## Where a command goes")[2].partition("\n## Add an engine")[0]
    places = re.findall(r"`(\w+(?:\.\w+)+)\.(\w+)`", section.replace("cards/dataset.md.jinja", ""))
    assert len(places) > 20
    gone = [
        f"{module}.{name}"
        for module, name in places
        if not hasattr(importlib.import_module(f"parallelize.{module}"), name)
    ]
    assert gone == []


def test_files_that_contributing_names_exist() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layers = "assemble|core|engines|evaluation|metrics|pipeline|report|stages|store|text"
    named = re.findall(rf"`((?:{layers})/[\w/]+(?:\.\w+)?)`", page.replace("CODE.toml", ""))
    assert len(named) > 10
    package = ROOT / "parallelize"
    assert [
        name for name in named if not (package / name).exists() and not (package / f"{name}.py").exists()
    ] == []


def test_the_homes_of_words_exist() -> None:
    rows = (ROOT / "docs" / "words.md").read_text(encoding="utf-8").splitlines()
    homes = re.findall(r"`(\w+/[\w/]*(?:\.py)?)`", "\n".join(row.rpartition(" | ")[2] for row in rows))
    assert len(homes) > 20
    assert [home for home in homes if not (ROOT / "parallelize" / home).exists()] == []
