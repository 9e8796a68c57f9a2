"""Threshold files: TOML that recipes include and `audit --thresholds` reads, one table for each language."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.recipe import read_thresholds
from parallelize.core.trees import JsonObject

__all__ = ["merge_threshold_file"]

_HEAD = """\
# Thresholds by language, made by `parallelize calibrate`. In a recipe: [gates] include = "THIS FILE".
# [calibration.…] says how each table was made; nothing reads it.
"""


def merge_threshold_file(
    path: Path | None, language: str, bounds: Mapping[str, float], how: Mapping[str, Any]
) -> str:
    """The text of a threshold file with one language's table put in; other languages stay as they are.

    Args:
        path: the file so far; `None`, or one that is not there yet, for a new one.
        language: code of the language.
        bounds: threshold of each measure.
        how: what made them: texts, numbers and truth values.

    Raises:
        InputError: the file cannot be read, or is no threshold file.
    """
    tables: dict[str, JsonObject] = {}
    notes: dict[str, JsonObject] = {}
    if path is not None and path.exists():
        gates = read_thresholds(path)
        if gates.thresholds:
            raise InputError(
                f"{path} has thresholds for all languages and was not made by calibrate",
                remedy="write to another file with --out, and include that",
            )
        tables = {code: dict(table) for code, table in gates.by_language.items()}
        known = tomllib.loads(path.read_text(encoding="utf-8")).get("calibration", {})
        notes = {code: known[code] for code in tables if code in known}
    tables[language], notes[language] = dict(bounds), dict(how)
    lines = [_HEAD]
    for code in sorted(tables):
        if code in notes:
            lines += [f"[calibration.{code}]", *_items(notes[code]), ""]
        lines += [f"[gates.by_language.{code}]", *_items(tables[code]), ""]
    return "\n".join(lines)


def _items(table: Mapping[str, Any]) -> list[str]:
    # Keys are plain names; JSON texts, numbers and truth values are TOML's, too.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
