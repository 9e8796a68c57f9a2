"""`python -m parallelize`, and the `parallelize` command: signals are handled before anything is imported."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from typing import NoReturn

from parallelize.cli.stopping import Stopped, say_stopped, stoppable

__all__ = ["run"]


def run() -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        with stoppable(last=True):
            from parallelize.cli.main import main

            main()
    except Stopped as error:
        _end(say_stopped(error))
    except SystemExit as error:
        _end(error.code if isinstance(error.code, int) else int(error.code is not None))
    _end(0)


def _end(code: int) -> NoReturn:
    """End the process after all that Python does at its end, but for taking the interpreter apart.

    A thread of a library (Arrow's, Polars') that lets go of a Python object meanwhile aborts the process:
    a command that had done everything ended with 134.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as at any end
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
