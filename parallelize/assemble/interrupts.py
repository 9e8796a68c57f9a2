"""Asynchronous work that SIGINT and SIGTERM end cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

from parallelize.core.errors import Interrupted

__all__ = ["interruptible"]


def interruptible(kept_in: Path, work: Any) -> Any:
    """Run a coroutine so that SIGINT and SIGTERM end it cleanly, with everything answered kept."""
    stopped: list[int] = []

    async def main() -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop(number: int) -> None:
            stopped.append(number)
            if task is not None:
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, stop, number)
        return await work

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return asyncio.run(main())
    except (asyncio.CancelledError, KeyboardInterrupt) as error:
        number = stopped[0] if stopped else int(signal.SIGINT)
        raise Interrupted(
            f"stopped by {signal.Signals(number).name}; every reply so far is kept in {kept_in}",
            remedy="run the same command again: it goes on where it stopped",
            signal_number=number,
        ) from error
    finally:
        # The loop leaves the defaults of Python; writing the corpus is to be stoppable as before.
        for signum, handler in before.items():
            with contextlib.suppress(ValueError):
                signal.signal(signum, handler)
