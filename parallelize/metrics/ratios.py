"""Ratios of three and more numbers, 3:3:4:5, which a translation writes as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading

__all__ = ["changed_ratios", "long_ratios"]

_COLONS: Final = ":：∶"
_RATIO: Final = re.compile(rf"(?<![\w:.,])\d+(?:\s?[{_COLONS}]\s?\d+){{2,}}(?![\w:]|[.,]\d)")
_NUMBER: Final = re.compile(r"\d+")


def changed_ratios(pair: Pair) -> Iterator[str]:
    """Ratios in whose place another one stands: a term more, one less, or two that changed places."""
    ours, theirs = Counter(pair.source.once(long_ratios)), Counter(long_ratios(pair.target))
    lost, gained = list((ours - theirs).elements()), list((theirs - ours).elements())
    for one, other in zip(lost, gained, strict=False):
        yield f"{':'.join(map(str, one))} is {':'.join(map(str, other))}"


def long_ratios(reading: Reading) -> list[tuple[int, ...]]:
    """The terms of each ratio of a text; times of day with seconds look the same, and stay as well."""
    text = reading.text
    if not any(text.count(colon) > 1 for colon in _COLONS):
        return []
    return [tuple(map(int, _NUMBER.findall(ratio))) for ratio in _RATIO.findall(text)]
