"""A share of a count, which never pretends to know what was not measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Rate", "wilson"]


def wilson(count: int, total: int, *, z: float = 1.959963984540054) -> tuple[float, float] | None:
    """Wilson score interval of a proportion (Wilson 1927, JASA 22:209), in [0, 1]; `None` if total is 0.

    Args:
        count: successes, 0 ≤ count ≤ total.
        total: trials.
        z: standard normal quantile; the default gives 95 %.
    """
    if total == 0:
        return None
    share = count / total
    denominator = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / denominator
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / denominator
    # At 0 and 1 one end is exact; computed, it would miss the share by a rounding error.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    return low, 1.0 if count == total else min(1.0, centre + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`count` of `total`, with `skipped` units that could not be judged and are in neither."""

    count: int
    total: int
    skipped: int = 0

    @property
    def value(self) -> float | None:
        """count / total in [0, 1]; `None` when nothing was judged."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson interval; `None` when nothing was judged."""
        return wilson(self.count, self.total)

    def __add__(self, other: Rate) -> Rate:
        return Rate(
            count=self.count + other.count,
            total=self.total + other.total,
            skipped=self.skipped + other.skipped,
        )

    def as_dict(self) -> dict[str, object]:
        """JSON form: count, total, skipped, value, interval."""
        return {
            "count": self.count,
            "total": self.total,
            "skipped": self.skipped,
            "value": self.value,
            "interval": self.interval,
        }
