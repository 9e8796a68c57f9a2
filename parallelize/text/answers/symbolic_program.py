"""The program that compares two LaTeX answers with math-verify, in a process of its own.

It is run as a script (`python -P symbolic_program.py`): it imports nothing of the package. Each line of
standard input is a JSON object with `left`, `right`, `seconds` and `patience`; each line of standard output
is `true`, `false` or `null`, and the seconds of the processor that it took. The comparing itself is done by a
forked process, which is killed when it takes more than `seconds` of the processor, or `patience` by the
clock, and replaced by the next fork: what a machine does beside must not change what is equal. Memory is
limited, so that hostile input cannot fill the machine.
"""

import json
import logging
import os
import select
import signal
import sys
import time
from typing import Any

_ALARM_SECONDS = 1.0
"""After the limit, in case that nobody is left to kill a process that hangs."""
_PROCESS_CLOCK = 2
"""Kind of clock in the ids that Linux gives to the clocks of processes (`clock_getcpuclockid`)."""
RELATIVE_DIFFERENCE = 1e-4
"""Numbers further apart are never equal: `0.3333` is a third, `3^{-40}` is not `3^{-41}`."""
MEMORY_BYTES = 2 << 30
"""Address space of the process: SymPy needs about 150 MB."""


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _parse(text: str) -> list[Any]:
    from math_verify import LatexExtractionConfig, parse

    return list(
        parse(
            f"${text}$",
            extraction_config=[LatexExtractionConfig()],
            fallback_mode="no_fallback",
            parsing_timeout=None,
        )
    )


def compare(left: str, right: str) -> bool | None:
    """Whether two answers are equal in value; None where one of them cannot be read."""
    from math_verify import verify

    first, second = _parse(left), _parse(right)
    if not first or not second:
        return None
    equal = verify(first, second, timeout_seconds=None) or verify(second, first, timeout_seconds=None)
    if not equal and (told := _equal_complex(first[0], second[0])) is not None:
        return told
    return bool(equal) and not _far_apart(first[0], second[0])


def _equal_complex(left: Any, right: Any) -> bool | None:
    """Whether two numbers are equal with i as the imaginary unit; None without it, or with anything else.

    math-verify takes the i of `e^{i\\pi}` for an unknown.
    """
    from sympy import Expr, I

    sides, imaginary = [], False
    for side in (left, right):
        if not isinstance(side, Expr) or any(str(symbol) != "i" for symbol in side.free_symbols):
            return None
        imaginary = imaginary or bool(side.free_symbols)
        sides.append(complex(side.subs(dict.fromkeys(side.free_symbols, I)).evalf(30)))
    return abs(sides[0] - sides[1]) <= 1e-12 * max(map(abs, sides)) if imaginary else None


def _far_apart(left: Any, right: Any) -> bool:
    """Whether two numbers differ by more than a rounding: math-verify rounds what is tiny to nothing."""
    if not (getattr(left, "is_number", False) and getattr(right, "is_number", False)):
        return False
    ours, theirs = complex(left.evalf(30)), complex(right.evalf(30))
    return abs(ours - theirs) > RELATIVE_DIFFERENCE * max(abs(ours), abs(theirs))


def _answer(request: dict[str, Any]) -> bool | None:
    """Compare under an alarm whose default action ends the process: it needs no cooperation of what hangs."""
    signal.setitimer(signal.ITIMER_REAL, request["patience"] + _ALARM_SECONDS)
    try:
        return compare(request["left"], request["right"])
    except (ArithmeticError, MemoryError, RecursionError, TypeError, ValueError, AttributeError, LookupError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Comparer:
    """A forked process that compares; making another one takes milliseconds, since SymPy is there already."""

    def __init__(self) -> None:
        requests, ours = os.pipe()
        theirs, replies = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            os.close(ours)
            os.close(theirs)
            nowhere = os.open(os.devnull, os.O_RDWR)  # the streams are the first process's: it may be killed
            os.dup2(nowhere, 0)
            os.dup2(nowhere, 1)
            _serve(requests, replies)
            os._exit(0)
        os.close(requests)
        os.close(replies)
        self.requests, self.replies = ours, theirs
        self.used = 0.0
        """Seconds of the processor that the last request took."""

    def ask(self, line: str) -> str | None:
        """The reply; None where there is none in time, and this process is of no more use."""
        request = json.loads(line)
        try:
            os.write(self.requests, line.encode())
        except OSError:
            return None
        begin, deadline = self._processor_seconds(), time.monotonic() + request["patience"]
        reply = None
        self.used = 0.0
        while reply is None and self.used < request["seconds"] and time.monotonic() < deadline:
            left = min(request["seconds"] - self.used, deadline - time.monotonic())
            if select.select([self.replies], [], [], max(0.0, left))[0]:
                reply = os.read(self.replies, 64).decode().strip()
            self.used = self._processor_seconds() - begin
        return reply or None

    def _processor_seconds(self) -> float:
        """What the process has used of the processor; the clock's time where the system does not tell."""
        try:
            return time.clock_gettime((~self.process << 3) | _PROCESS_CLOCK)
        except (AttributeError, OSError, OverflowError):
            return time.monotonic()

    def end(self) -> None:
        """Kill it, and take its exit status."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.requests)
        os.close(self.replies)


def _serve(requests: int, replies: int) -> None:
    with os.fdopen(requests, encoding="utf-8") as lines:
        for line in lines:
            os.write(replies, json.dumps(_answer(json.loads(line))).encode() + b"\n")


def main() -> None:
    """Answer requests until standard input ends."""
    logging.disable(logging.CRITICAL)
    _limit_memory()
    compare("\\frac{1}{2}", "0.5")  # imports SymPy and builds the parser before the first request
    comparer = _Comparer()
    print("ready", flush=True)  # noqa: T201 (the protocol)
    for line in sys.stdin:
        reply = comparer.ask(line)
        if reply is None:
            comparer.end()
        print(reply or "null", f"{comparer.used:.3f}", flush=True)  # noqa: T201 (the protocol)
        if reply is None:
            comparer = _Comparer()
    comparer.end()


if __name__ == "__main__":
    main()
