"""Rows that are worth a person's time as a table, for readers who work in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from parallelize.report.campaign import plain_text
from parallelize.report.rows import SampleRow
from parallelize.store.tables import TranslatedRow
from parallelize.text.spreadsheet import inert_cell

__all__ = ["COLUMNS", "ChosenRow", "review_table"]

ChosenRow = tuple[str, TranslatedRow, SampleRow]
"""The key of its marks, a row, and what pages show of it."""
COLUMNS = ("key", "language", "id", "verdict", "reasons", "evidence", "source", "target", "good", "note")
"""Of the table for readers; `good` (yes or no) and `note` are theirs to fill."""


def review_table(chosen: Mapping[str, Sequence[ChosenRow]]) -> str:
    """CSV text of (key, row, sample) by language."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for code, part in chosen.items():
        for key, row, sample in part:
            evidence = "; ".join(
                f"{measure} {where} {said}".strip() for measure, _, out, where, said in sample.scores if out
            )
            verdict = "kept" if sample.kept else "dropped"
            cells = (
                key,
                code,
                row.id,
                verdict,
                ", ".join(sample.reasons),
                evidence,
                *plain_text(row),
                "",
                "",
            )
            writer.writerow([inert_cell(cell) for cell in cells])
    return text.getvalue()
