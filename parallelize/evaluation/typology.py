"""How far languages are from each other: family, branch, script, word order; the table names its sources."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from parallelize.core.languages import nearest

__all__ = ["LanguageType", "distance", "language_type"]


@dataclass(frozen=True, slots=True)
class LanguageType:
    """Four features of a language."""

    family: str
    branch: str
    """Below the family, as finely as surveys of models speak of it."""
    script: str
    """ISO 15924."""
    order: str
    """Dominant order of subject, object and verb: SVO, SOV, VSO, or none."""


@cache
def _table() -> dict[str, LanguageType]:
    text = files("parallelize.evaluation").joinpath("typology.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {code: LanguageType(*features) for code, *features in rows}


def language_type(code: str) -> LanguageType | None:
    """The features of a language; None for one that the table does not have."""
    return nearest(_table(), code)


def distance(one: str, other: str) -> float | None:
    """Share of the four features in which two languages differ; None where one is not in the table."""
    first, second = language_type(one), language_type(other)
    if first is None or second is None:
        return None
    differ = [a != b for a, b in zip(astuple(first), astuple(second), strict=True)]
    return float(np.mean(differ))
