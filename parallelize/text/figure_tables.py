"""Tables of figures as values: what Markdown and pages both show, built once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parallelize.text.markdown import escape, markdown_table

__all__ = ["FigureCell", "FigureTable", "figure_markdown", "percent", "shown_cell"]


def percent(share: float | None, sign: str = " %") -> str:
    """A share of 0 to 1 in per cent; `–` where nothing was measured."""
    return "–" if share is None else f"{100 * share:.1f}{sign}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCell:
    """One cell: its text, and how strongly a page colours it."""

    text: str
    heat: int | None = None
    """0 to 10, for heat maps; None for no colour."""
    mark: str = ""
    """A short word beside it, such as `near chance`."""

    @classmethod
    def share(cls, value: float | None, *, mark: str = "") -> FigureCell:
        """A share of 0 to 1 in per cent, as hot as it is large; `–` where nothing was measured."""
        if value is None:
            return cls(text=percent(None))
        return cls(text=percent(value, ""), heat=round(10 * min(1.0, max(0.0, value))), mark=mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """A table with a title; the first column names the row."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str | int | FigureCell]]
    note: str = ""
    """What a reader must know of it, below."""


def shown_cell(cell: str | int | FigureCell) -> str:
    """The text of a cell with its mark."""
    if isinstance(cell, FigureCell):
        return f"{cell.text} ({cell.mark})" if cell.mark else cell.text
    return str(cell)


def figure_markdown(table: FigureTable, *, level: int = 3) -> str:
    """The table under its title, escaped."""
    rows = [[escape(shown_cell(cell)) for cell in row] for row in table.rows]
    body = markdown_table([escape(head) for head in table.heads], rows)
    note = f"\n\n{escape(table.note)}" if table.note else ""
    return f"{'#' * level} {escape(table.title)}\n\n{body}{note}"
