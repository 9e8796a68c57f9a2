"""The page on which people read rows of a run and mark them; it works without a network and saves a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parallelize.core.languages import language
from parallelize.core.version import __version__
from parallelize.report.marks import MARKS
from parallelize.report.page import asset, fill, render_page
from parallelize.report.rows import SampleRow
from parallelize.report.sample_browser import browser_data

__all__ = ["review_page"]


def review_page(
    name: str, source: str, thresholds: Mapping[str, Mapping[str, float | None]], rows: Sequence[SampleRow]
) -> str:
    """Return the page as HTML text.

    Args:
        source: code of the source language.
        thresholds: what the rows of each language were judged by.
        rows: to read, in order.
    """
    body = fill(
        "review.html.jinja",
        {
            "name": name,
            "samples": len(rows),
            "languages": {code: language(code).name for code in thresholds},
            "marks": MARKS,
            "version": __version__,
        },
    )
    return render_page(
        title=f"Rows to read: {name}",
        body=body,
        script=asset("samples.js"),
        data=browser_data(name, source, thresholds, rows),
    )
