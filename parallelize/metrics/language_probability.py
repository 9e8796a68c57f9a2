"""A calibrated probability that a text is in the language asked for, beside the vote.

fastText's probability of all labels that mean the language is summed up (`neighbours.fold_group`: Croatian,
Bosnian and Serbian are one class, the forms of Norwegian, Filipino and Tagalog, the written forms of
Chinese and of Arabic), and corrected by a logistic curve for how sure a text of this length can make one.
The curve was fitted to human translations in 22 languages, a third of them in the language asked for, a
third English and a third in any other (`benchmarks/language_probability.py`): where off-target texts are
rarer, the truth is higher than what is said.

What it cannot say: Han and Latin signs of other languages in the script that was asked for (`zh-Hans`, `sr-
Latn`) are told by the vote alone; text of a language that fastText has no label for gets none (None).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from parallelize.metrics.neighbours import fold_group
from parallelize.metrics.scripts import weighted_letters

__all__ = ["Features", "calibrated", "class_mass", "features"]

Features = tuple[float, float, float, float]
"""One, the logit of the mass, the logarithm of the letters, and the product of both."""

_WEIGHTS: Final[Features] = (2.516, 0.910, 0.444, 0.130)
"""Fitted by `benchmarks/language_probability.py`."""
_LEAST_MASS: Final = 1e-4
_FEWEST_LETTERS: Final = 3.0
_MOST_LETTERS: Final = 512.0
"""Letters beyond which more of them make nobody surer."""


def class_mass(shares: Mapping[str, float], expected: str) -> float:
    """Probability of all labels that mean a language, in [0, 1].

    Args:
        shares: probability by language, over all labels of an identifier.
        expected: code of the language asked for.
    """
    return min(1.0, math.fsum(_of_class(shares, expected)))


def _of_class(shares: Mapping[str, float], expected: str) -> list[float]:
    wanted = fold_group(expected)
    return [share for code, share in shares.items() if fold_group(code) == wanted]


def features(text: str, expected: str, shares: Mapping[str, float] | None) -> Features | None:
    """What the probability is told from; None for too few letters, or a language without a label.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language asked for.
        shares: probability by language; None where the identifier abstained.
    """
    letters = sum(weighted_letters(text).values())
    if shares is None or letters < _FEWEST_LETTERS or not _of_class(shares, expected):
        return None
    mass = min(1 - _LEAST_MASS, max(_LEAST_MASS, class_mass(shares, expected)))
    logit = math.log(mass / (1 - mass))
    size = math.log2(min(letters, _MOST_LETTERS) / 32)
    return 1.0, logit, size, logit * size


def calibrated(told: Features) -> float:
    """The probability that `features` stand for, in (0, 1)."""
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(_WEIGHTS, told, strict=True))))
