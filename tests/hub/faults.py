"""Failures that a test can order for any HTTP call, and the record of the calls made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["status", "hang", "close", "lost", "call"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to some calls instead of a proper answer."""

    action: Action
    """`status`: answer `status` and do nothing. `hang`: say nothing until released. `close`: close the
    connection, nothing done. `lost`: do the work, then close instead of answering. `call`: run `run`."""
    at: int | None = None
    """Number of the call, from 1; `None` hits every call that `where` selects."""
    where: str = ""
    """Part of `METHOD path` that must occur."""
    times: int = 1
    """How many times it strikes before it is used up."""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    run: Callable[[], None] | None = None
    after: bool = False
    """For `call`: run it when the work is done and before the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as the server saw it."""

    number: int
    method: str
    path: str
    authorized: bool
    body_bytes: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class FaultPlan:
    """Counts calls of all listeners and says which of them fail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, int]] = []
        self.calls: list[Call] = []
        self.released = threading.Event()

    def order(self, *faults: Fault) -> None:
        """Forget old faults and count calls from 1 again."""
        with self._lock:
            self._faults = [(fault, fault.times) for fault in faults]
            self.calls = []
            self.released.clear()

    def record(self, *, method: str, path: str, authorized: bool, body_bytes: int) -> Fault | None:
        """Note a call; return the fault that strikes it."""
        with self._lock:
            number = len(self.calls) + 1
            call = Call(number=number, method=method, path=path, authorized=authorized, body_bytes=body_bytes)
            self.calls.append(call)
            for index, (fault, left) in enumerate(self._faults):
                if left > 0 and fault.at in {None, number} and fault.where in str(call):
                    self._faults[index] = (fault, left - 1)
                    return fault
        return None

    def uploads(self) -> list[Call]:
        """Calls that carried the bytes of a large object."""
        return [call for call in self.calls if call.method == "PUT"]
