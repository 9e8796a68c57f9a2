"""What one measure is: its name, its reason, how its values are read, folded and shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from parallelize.core.verdicts import Reason

__all__ = ["Direction", "Fold", "Kind", "Measure", "Need"]


class Direction(StrEnum):
    """Which side of its threshold a measure must be on."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Fold(StrEnum):
    """How the scores of a row's texts become one score of the row."""

    WORST = "worst"
    """The highest value, and the text it was found in."""
    SUM = "sum"
    """Values are added up over the texts."""
    SEGMENTS = "segments"
    """Added up; a build adds up over the segments, too, whose replies show more than the finished texts."""
    ROW = "row"
    """Measured on the row as a whole, never on a segment."""


class Kind(StrEnum):
    """What a value is, and so how it is shown."""

    COUNT = "count"
    """A number of faults: how many rows have one says more than a distribution."""
    SHARE = "share"
    """A share in [0, 1]."""
    DISTANCE = "distance"
    """How far something is from what is expected; 0 is best, no upper end."""
    GRADE = "grade"
    """A grade on a scale of its own, higher is better."""


class Need(StrEnum):
    """What must be there, beside the target, before something can be measured."""

    SOURCE = "source"
    BACK_TRANSLATION = "back_translation"
    MODEL = "model"
    """A scoring model (`[scorers]` of a recipe)."""
    ENGINE = "engine"
    """The engine's replies, or what it was told: known while a corpus is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that is measured on a translation, and the reason it gives when it is out of bounds."""

    name: str
    reason: Reason
    meaning: str
    """Unit, range and how it is computed, in one sentence."""
    default: float | None = 0
    """Default threshold; None: measured and reported, never a reason to drop unless a recipe sets it."""
    measured_in: str = ""
    """Module whose function of this name measures it; empty: counted where an engine or a model replies."""
    direction: Direction = Direction.AT_MOST
    kind: Kind = Kind.COUNT
    fold: Fold = Fold.WORST
    needs: Need | None = Need.SOURCE
    """None: a target has it by itself."""
    lowest_of: str = ""
    """Name of the measure whose lowest part this is; empty for a measure of its own."""
    small_default: float | None = None
    """Default threshold where a small engine translates (`recipe.SMALL_ENGINES`); None: as `default`."""
    fail_closed: bool = False
    """Whether a score that should have been measured and was not is out of bounds, where a bound is set."""
    version: int = 1
    """Raised when it gives another value for any text: what it measured before is then measured anew."""
    stays: str = ""
    """What it counts that no default drops a row for, as a build says at its end; empty: it says nothing."""
    headline: bool = False
    """Whether report and card show its distribution before all others."""
