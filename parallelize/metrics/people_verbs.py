"""English verbs behind which a word with a capital is someone: "Bill pays" is no bill."""

from __future__ import annotations

from parallelize.core.tables import shipped_rows

__all__ = ["people_verbs"]


def people_verbs(use: str) -> str:
    """Alternatives of a pattern: the verbs that a measure needs for some use, as `people_verbs.tsv` says."""
    rows = shipped_rows(__package__, "people_verbs.tsv")
    return "|".join(verb for verb, (uses,) in rows.items() if use in uses.split())
