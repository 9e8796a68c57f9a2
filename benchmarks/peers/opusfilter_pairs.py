"""OpusFilter's filters for pairs: length ratio, numerals, repetition, and language by fastText or lingua.

FILTERS names them: `cheap` (length, numerals, fastText), `fasttext` (all four) or `lingua` (all four).
"""

from __future__ import annotations

import os
from typing import Any

from opusfilter.filters import (
    FastTextFilter,
    LengthRatioFilter,
    LinguaFilter,
    NonZeroNumeralsFilter,
    RepetitionFilter,
)
from turns import take_turns

KIND = os.environ["FILTERS"]
FILTERS: list[Any] = [LengthRatioFilter(unit="char"), NonZeroNumeralsFilter()]
if KIND != "cheap":
    FILTERS.append(RepetitionFilter())
if KIND == "lingua":
    FILTERS.append(LinguaFilter(languages=["en", "pt"]))
else:
    FILTERS.append(FastTextFilter(languages=["en", "pt"], model_path=os.environ["FASTTEXT_MODEL"]))


def work(rows: list[dict[str, Any]]) -> int:
    """Every filter looks at every pair, so that both sides measure all rows."""
    pairs = [(row["source"].replace("\n", " "), row["target"].replace("\n", " ")) for row in rows]
    accepted = [True] * len(pairs)
    for item in FILTERS:
        for place, score in enumerate(item.score(pairs)):
            accepted[place] &= bool(item.accept(score))
    return sum(accepted)


take_turns(work)
