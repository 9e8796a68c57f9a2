"""`python -m parallelize`, and the `parallelize` command: signals are handled before anything is imported."""

from __future__ import annotations

import sys

from parallelize.cli.stopping import Stopped, say_stopped, stoppable

__all__ = ["run"]


def run() -> None:
    """Run the command line and exit with its code."""
    try:
        with stoppable(last=True):
            from parallelize.cli.main import main

            main()
    except Stopped as error:
        sys.exit(say_stopped(error))


if __name__ == "__main__":
    run()
