"""Run each fuzzer for a time: `python -m tests.fuzz SECONDS [--only NAME]… [--seed N] [--out FILE]`.

An input is found when its law does not hold, when something other than an error of ours is raised, or when it
takes more than two seconds of this process. Found inputs are printed and written as JSON; put them, made
small, into `found.json`, which `test_fuzz.py` runs. The exit code is 1 if something was found.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.fuzz.fuzzers import FUZZERS, Fuzzer

__all__ = ["SLOW_SECONDS", "tried"]

SLOW_SECONDS = 2.0
_STUCK_SECONDS = 60
"""An input that takes so long on the clock is broken off."""


class Stuck(BaseException):
    """The alarm of an input that does not end."""


def tried(fuzzer: Fuzzer, made: list[Any]) -> tuple[str | None, float]:
    """What is wrong with this input, if anything, and the seconds of this process that it took."""

    def ring(*_: object) -> None:
        raise Stuck

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(_STUCK_SECONDS)
    started = time.process_time()
    wrong = None
    try:
        fuzzer.check(*made)
    except Stuck:
        wrong = f"stuck for {_STUCK_SECONDS} s"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        wrong = f"{type(error).__name__}: {str(error)[:200]} at {Path(place.filename).name}:{place.lineno}"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    taken = time.process_time() - started
    if wrong is None and taken > SLOW_SECONDS:
        wrong = f"took {taken:.1f} s"
    return wrong, taken


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("seconds", type=float, help="for each fuzzer")
    parser.add_argument("--only", action="append", choices=sorted(FUZZERS))
    parser.add_argument("--seed", type=int, default=None, help="[default: another one every time]")
    parser.add_argument("--out", type=Path, default=Path("fuzz-found.jsonl"))
    options = parser.parse_args()
    total = 0
    for name in options.only or FUZZERS:
        fuzzer = FUZZERS[name]
        seed = random.randrange(10**9) if options.seed is None else options.seed
        chance, found, count, slowest = random.Random(seed), {}, 0, 0.0
        fuzzer.check(*fuzzer.make(random.Random(0)))  # tables are loaded before the clock runs
        over = time.monotonic() + options.seconds
        while time.monotonic() < over:
            made = fuzzer.make(chance)
            wrong, taken = tried(fuzzer, made)
            count, slowest = count + 1, max(slowest, taken)
            if wrong is not None and found.setdefault(wrong, made) is made:
                print(f"  {name}: {wrong}: {str(made)[:300]!r}", flush=True)
                with options.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"fuzzer": name, "wrong": wrong, "input": made}) + "\n")
        print(
            f"{name}: {count:,} inputs, slowest {slowest:.2f} s, found {len(found)} (seed {seed})", flush=True
        )
        total += len(found)
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
