"""The unit of work that workers share: one chunk of records into one language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from parallelize.core.trees import JsonObject

__all__ = ["Receipt", "Unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One chunk of records into one language. Who does it, and how often, does not matter to the result."""

    chunk: str
    """Digest of the records."""
    code: str
    """The target language."""
    one_by_one: bool = False
    """One row at a time, each noted before it begins: something in this unit ends workers."""
    left_out: tuple[int, ...] = ()
    """Places of rows that ended workers: no engine sees them again, and they become rejects."""

    def as_dict(self) -> JsonObject:
        """The unit as JSON, for workers in other processes."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Unit:
        """Read back a unit that `as_dict` wrote."""
        return cls(**{**data, "left_out": tuple(data["left_out"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of a unit."""

    rows: int
    """Rows translated now; 0: the unit was there already."""
    errors: int = 0
    """Rows with engine errors that may pass; the unit is tried again by the next build."""
