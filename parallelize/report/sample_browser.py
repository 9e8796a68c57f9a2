"""The browser of rows that two pages share: the report of a run, and the page on which people read rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parallelize.core.languages import Language, known_language
from parallelize.core.measures import MEASURES
from parallelize.core.trees import JsonObject
from parallelize.report.marks import MARKS
from parallelize.report.rows import SampleRow

__all__ = ["MARKS_FORMAT", "browser_data", "spoken"]

MARKS_FORMAT = "parallelize-marks-1"
"""What a file of marks says of itself, whichever page saved it."""


def browser_data(
    name: str,
    source: str,
    thresholds: Mapping[str, Mapping[str, float | None]],
    rows: Sequence[SampleRow],
) -> JsonObject:
    """What the script of the browser is given, as JSON.

    Args:
        name: of the corpus; stands in the files of marks.
        source: code of the source language.
        thresholds: bounds of each language.
        rows: in the order in which they are listed.
    """
    return {
        "format": MARKS_FORMAT,
        "corpus": name,
        "languages": {code: spoken(code) for code in [source, *thresholds]},
        "source": source,
        "measures": {name: measure.meaning for name, measure in MEASURES.items()},
        "thresholds": thresholds,
        "marks": MARKS,
        "rows": rows,
    }


def spoken(code: str) -> dict[str, str]:
    """Name and direction of a language, for the attributes of its texts."""
    known = known_language(code) or Language(code, code, code, "Zyyy")
    return {"name": known.name, "direction": "rtl" if known.right_to_left else "ltr"}
