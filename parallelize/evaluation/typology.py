"""How far languages are from each other: family, branch, script, word order; the table names its sources."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from parallelize.core.languages import nearest
from parallelize.core.tables import shipped_rows

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


def language_type(code: str) -> LanguageType | None:
    """The features of a language; None for one that the table does not have."""
    features = nearest(shipped_rows(__package__, "typology.tsv"), code)
    return None if features is None else LanguageType(*features)


def distance(one: str, other: str) -> float | None:
    """Share of the four features in which two languages differ; None where one is not in the table."""
    first, second = language_type(one), language_type(other)
    if first is None or second is None:
        return None
    differ = [a != b for a, b in zip(astuple(first), astuple(second), strict=True)]
    return float(np.mean(differ))
