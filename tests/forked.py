"""Commands in forks of this process: everything is imported once, so hundreds of them take a minute."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ended", "ended"]

_BREAK_SECONDS = 180
"""Of the processor; and ten times as much on the clock, for busy machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    """Minus the signal that ended it, as `subprocess` has it."""
    seconds: float
    """Of the processor, children included."""
    megabytes: float
    """Most resident memory of the process."""
    said: str
    """What it wrote to stderr."""


def ended(
    arguments: list[str],
    said: Path,
    *,
    first: Callable[[], object] = lambda: None,
    last: Callable[[], object] = lambda: None,
    seconds: int = _BREAK_SECONDS,
) -> Ended:
    """Run a command of the command line in a fork, and wait for its end.

    Args:
        arguments: after `parallelize`.
        said: file for its stderr; its stdout is thrown away.
        first: done in the fork before the command.
        last: done in the fork after it.
        seconds: of the processor, after which it is broken off.
    """
    import parallelize.cli.main  # noqa: F401 - imported once, before the forks

    child = os.fork()
    if child == 0:
        _become(arguments, said, first, last, seconds)
    deadline = time.monotonic() + 10 * seconds
    while True:
        found, status, used = os.wait4(child, os.WNOHANG)
        if found:
            break
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.005)
    return Ended(
        code=os.waitstatus_to_exitcode(status),
        seconds=used.ru_utime + used.ru_stime,
        megabytes=used.ru_maxrss / 1000,
        said=said.read_text(encoding="utf-8", errors="replace"),
    )


def _become(
    arguments: list[str],
    said: Path,
    first: Callable[[], object],
    last: Callable[[], object],
    seconds: int,
) -> None:
    """In the fork: be the command, and end as it ends. Nothing that the parent wanted at its end happens."""
    from parallelize.cli.main import main

    os.setsid()
    null, errors = os.open(os.devnull, os.O_RDWR), os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, handle in ((0, null), (1, null), (2, errors)):
        os.dup2(handle, number)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.argv = ["parallelize", *arguments]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    code = 99
    try:
        first()
        main(arguments)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:  # noqa: BLE001 - shown as the interpreter shows it
        traceback.print_exc()
    last()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
