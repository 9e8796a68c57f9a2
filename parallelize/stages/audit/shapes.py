"""Pairs of texts by path: in a corpus of ours, and in two files of the same shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.core.trees import Tree, value_at
from parallelize.stages.ingest import Layout, Roles, TextPolicy
from parallelize.stages.ingest.find_layout import find_layout
from parallelize.stages.ingest.parts import thinking_parts, turn_parts
from parallelize.stages.ingest.rows import RowReader
from parallelize.text.kinds import parsed_json

__all__ = ["SameShape", "own_column", "own_texts", "same_shape"]

Texts = tuple[tuple[str, str | None, str], ...]
"""(path, source, target) of each text of a row."""
_OWN: Final = "parallelize"
_PART: Final = re.compile(r"\{\}.*|<(?:thinking|answer|turn \d+)>$", re.DOTALL)
"""What `Part.name` adds to a path."""


def own_column(rows: Sequence[Tree]) -> str | None:
    """The column that we add to our corpora; None for other data sets."""
    for name, value in rows[0].items() if rows else ():
        if name.startswith(_OWN) and isinstance(value, Mapping) and {"id", "texts"} <= set(value):
            return name
    return None


def own_texts(row: Tree, column: str) -> tuple[Texts, str]:
    """Texts of a row of a corpus of ours, and why it cannot be read (empty if it can)."""
    ours = row.get(column)
    if not isinstance(ours, Mapping):
        return (), f"{column} is missing"
    found, faults = [], []
    for text in ours.get("texts") or ():
        path = text["path"]
        target = value_at(row, path)
        if target is None and (part := _PART.search(path)) is not None:
            target = _inside(value_at(row, path[: part.start()]), part[0])
        if isinstance(target, str) and target.strip():
            found.append((path, text["source"], target))
        else:
            faults.append(f"target {path!r} is null or blank")
    return tuple(found), "; ".join(faults)


def _inside(whole: Any, name: str) -> Any:
    """A part of a text by its name: a string in JSON, thinking, what follows it; None if it is not there."""
    if not isinstance(whole, str):
        return None
    if not name.startswith("{}"):
        parts = (part for part, _ in (*thinking_parts(whole), *turn_parts(whole)))
        return next((whole[part.start : part.end] for part in parts if part.name == name), None)
    return value_at(parsed_json(whole), name.removeprefix("{}"))


class _NoIds:
    def of(self, _row: Tree, _code: int, /) -> str:
        return ""


class SameShape:
    """Two tables with the same columns, one in the source language: texts are paired by path."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._reader = RowReader(layout, _NoIds(), str, lambda *_: None)

    def texts(self, source: Tree, target: Tree) -> tuple[Texts, str]:
        """Pairs of a row, and why it cannot be read (empty if it can)."""
        record = self._reader.read(dict(source), 0)
        if not isinstance(record, Record):
            return (), f"source: {record.detail}"
        found, faults = [], []
        for item in record.to_translate():
            value = value_at(target, item.path)
            if item.part is not None:
                value = _inside(value, item.part.name)
            if isinstance(value, str) and value.strip():
                found.append((item.name, item.text, value))
            else:
                faults.append(f"target {item.name!r} is null or blank")
        return tuple(found), "; ".join(faults)


def same_shape(source: Sequence[Tree], target: Sequence[Tree], language: str, shown: str) -> SameShape | None:
    """How two tables are paired by path; None where they do not have the same columns.

    Args:
        source: first rows of the source.
        target: first rows of the translation.
        language: code of the source language.
        shown: name of the source, for messages.
    """
    try:
        layout = find_layout(
            source, roles=Roles(), policy=TextPolicy(), id_column=None, language=language, shown=shown
        )
    except InputError:
        return None
    names = {
        rule.pattern.partition(".")[0].partition("[")[0]
        for rule in layout.told()
        if rule.role.value != "other"
    }
    return SameShape(layout) if names and names <= set(target[0]) else None
