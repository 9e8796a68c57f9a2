"""Rows inside a JSON document: where tools put them, known by holding what reads as a response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from parallelize.core.trees import Tree
from parallelize.evaluation.response_apis import api_fits
from parallelize.evaluation.response_forms import form_of, usual_column
from parallelize.evaluation.response_values import Row, is_chat, turns_of

__all__ = ["rows_in"]

_DEEPEST: Final = 4
"""Objects within objects that are looked into, as in `results.TASK.examples` of Evalchemy."""
_TRIED: Final = 20
"""Rows of a list by which it is known."""


def rows_in(document: Any) -> list[Row] | None:
    """The rows of a document, in order; None where it is one row itself, or holds none.

    Args:
        document: what a JSON file holds: a log with its rows inside, rows by their ids, a table of columns.
    """
    if not isinstance(document, Mapping) or _is_row(document):
        return None
    found = list(_inside(document, _DEEPEST))
    if len(found) == 1:
        return found[0][1]
    return [{"source": name, **row} for name, rows in found for row in rows] or None


def _is_row(value: Row) -> bool:
    """Whether an object itself says what a model said."""
    column = usual_column("response", [value])
    said = turns_of(value.get(column)) if column else None
    texts = isinstance(said, list) and bool(said) and all(isinstance(item, str) for item in said)
    chat = is_chat(said) or is_chat(value.get("messages"))
    return isinstance(said, str) or texts or chat or api_fits(value)


def _inside(value: Tree, depth: int) -> Iterator[tuple[str, list[Row]]]:
    """Lists of rows with the names that they stand under, outermost first."""
    rows = _table(value) or _by_id(value)
    if rows is not None:
        yield "", rows
        return
    for name, inner in value.items():
        listed = _listed(inner) if isinstance(inner, list) else None
        if listed is not None:
            yield name, listed
        elif isinstance(inner, Mapping) and depth:
            yield from ((name, rows) for _, rows in _inside(inner, depth - 1))


def _listed(items: list[Any]) -> list[Row] | None:
    if items and all(is_chat(item) for item in items):  # simple-evals
        return [{"messages": item} for item in items]
    return items if _readable(items) else None


def _readable(rows: list[Any]) -> bool:
    head = rows[:_TRIED]
    if not head or not all(isinstance(row, Mapping) for row in head) or is_chat(head):
        return False
    return form_of(head).name != "rows" or usual_column("response", head) is not None


def _by_id(value: Tree) -> list[Row] | None:
    """Rows under their numbers or ids, as OpenCompass and Sky-T1 write them."""
    if not value or not all(_readable([row]) for row in value.values()):
        return None
    return [row if "id" in row else {"id": name, **row} for name, row in value.items()]


def _table(value: Tree) -> list[Row] | None:
    """A table by rows (`columns` and `data`: wandb, pandas) or by columns (pandas)."""
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list) and data:
        lists = [cells for cells in data if isinstance(cells, list)]
        rows: list[Row] = [dict(zip(columns, cells, strict=False)) for cells in lists]
        return rows if _readable(rows) else None
    cells = list(value.values())
    keys = cells[0].keys() if cells and isinstance(cells[0], Mapping) else ()
    if not keys or not all(isinstance(cell, Mapping) and cell.keys() == keys for cell in cells):
        return None
    if not all(key.isdecimal() for key in keys) or len(cells) < 2:
        return None
    rows = [{name: value[name][key] for name in value} for key in keys]
    return rows if _readable(rows) else None
