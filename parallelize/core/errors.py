"""One tree of exceptions. Each class has the exit code that the command line ends with."""

from __future__ import annotations

from collections.abc import Callable

__all__ = [
    "EngineFault",
    "EnvironmentFault",
    "GateFailure",
    "InputError",
    "Interrupted",
    "LeftToWorkers",
    "ParallelizeError",
    "RunLocked",
    "StorageFault",
    "UsageError",
]


class ParallelizeError(Exception):
    """Something that the program explains to its user in plain words, without a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, remedy: str | Callable[[], str] | None = None) -> None:
        """Keep what happened and what to do about it.

        Args:
            message: what is wrong and where: file, row, field.
            remedy: what the user can do; shown on a line of its own. A function where it takes long to tell.
        """
        super().__init__(message)
        self.message = message
        self._remedy = remedy

    @property
    def remedy(self) -> str | None:
        """What the user can do."""
        return self._remedy() if callable(self._remedy) else self._remedy

    @remedy.setter
    def remedy(self, value: str) -> None:
        self._remedy = value

    def __str__(self) -> str:
        return self.message if self.remedy is None else f"{self.message}\n  → {self.remedy}"


class InputError(ParallelizeError):
    """The user's data or recipe is wrong (exit 1)."""

    exit_code = 1


class UsageError(ParallelizeError):
    """The command was called in a way that cannot work (exit 2)."""

    exit_code = 2


class EnvironmentFault(ParallelizeError):
    """This machine lacks something: a package, a program, a model, disk space, a server (exit 3)."""

    exit_code = 3


class StorageFault(EnvironmentFault):
    """A file of a run could not be written, or is damaged (exit 3)."""


class RunLocked(EnvironmentFault):
    """Another process works on this run directory (exit 3)."""


class EngineFault(EnvironmentFault):
    """An engine died, hangs, or cannot start (exit 3)."""


class GateFailure(ParallelizeError):
    """A quality condition that the user set was not met (exit 4)."""

    exit_code = 4


class LeftToWorkers(ParallelizeError):
    """A build did its part; what is missing is for workers to do (exit 0)."""

    exit_code = 0


class Interrupted(ParallelizeError):
    """SIGINT or SIGTERM; what was done is saved (exit 130 or 143)."""

    def __init__(self, message: str, *, remedy: str | None = None, signal_number: int = 2) -> None:
        super().__init__(message, remedy=remedy)
        self.exit_code = 128 + signal_number
