"""SIGINT and SIGTERM from the first moment of a command on: a message and exit code 130 or 143."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

__all__ = ["Stopped", "say_stopped", "stoppable"]


class Stopped(KeyboardInterrupt):
    """A signal that ends the program; no handler of ordinary errors catches it."""

    def __init__(self, number: int) -> None:
        """Keep the number of the signal."""
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextlib.contextmanager
def stoppable(*, last: bool = False) -> Iterator[None]:
    """Turn both signals into `Stopped` within the block; a second one ends the process at once.

    Args:
        last: the block ends with `SystemExit` and nothing follows it. The work is done then, so a signal
            that comes while the interpreter closes is ignored: it must not turn a finished command into a
            killed one.
    """
    owner = os.getpid()
    sent: list[int] = []
    # The signal that came; empty before, and while one that Python dropped is sent again.

    def stop(number: int, _: object) -> None:
        if sent or os.getpid() != owner:  # a second signal; or a forked worker, whose parent speaks
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        sent.append(number)
        raise Stopped(number)

    def swallowed(error: sys.UnraisableHookArgs) -> None:
        # Python drops what is raised in a callback of the garbage collector: the signal is sent once more.
        if not isinstance(error.exc_value, Stopped):
            hook(error)
            return
        sent.clear()
        threading.Timer(0.05, os.kill, (owner, error.exc_value.number)).start()

    hook = sys.unraisablehook
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):  # not the main thread: whoever embeds us owns the signals
            before[number] = signal.signal(number, stop)
    if before:
        sys.unraisablehook = swallowed
    after: dict[signal.Signals, Any] = {**before}
    try:
        yield
    except SystemExit:
        if last:
            after = dict.fromkeys(after, signal.SIG_IGN)
        raise
    except Exception as error:  # a library made an error of its own of the signal, as pydantic's core does
        if sent:
            raise Stopped(sent[-1]) from error
        raise
    finally:
        sys.unraisablehook = hook
        for number, handler in after.items():
            signal.signal(number, handler)


def say_stopped(error: BaseException) -> int:
    """Tell a person what a signal ended; returns the exit code.

    Args:
        error: a `Stopped`, or what was raised because of one.
    """
    cause = error if isinstance(error, Stopped) else error.__cause__ or error.__context__
    number = signal.Signals(cause.number) if isinstance(cause, Stopped) else signal.SIGINT
    sys.stderr.write(
        f"error: stopped by {number.name}; what was finished is kept\n"
        "  → run the same command again: it goes on where it stopped, or begins anew\n"
    )
    return 128 + number
