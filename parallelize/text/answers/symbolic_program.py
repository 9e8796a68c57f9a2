"""The program that compares two LaTeX answers with math-verify, in a process of its own.

It is run as a script (`python -P symbolic_program.py`), so that it imports nothing of the package. Each line of
standard input is a JSON object with `left`, `right` and `seconds`; each line of standard output is `true`,
`false` or `null`. A request that takes longer than `seconds` ends the process: an alarm with its default
action needs no cooperation from the code that hangs. Memory is limited, so that hostile input cannot fill the
machine.
"""

import json
import logging
import signal
import sys
from typing import Any

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
    return bool(verify(first, second, timeout_seconds=None) or verify(second, first, timeout_seconds=None))


def main() -> None:
    """Answer requests until standard input ends."""
    logging.disable(logging.CRITICAL)
    _limit_memory()
    compare("\\frac{1}{2}", "0.5")  # imports SymPy and builds the parser before the first request
    print("ready", flush=True)  # noqa: T201 (the protocol)
    for line in sys.stdin:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        try:
            equal = compare(request["left"], request["right"])
        except (ArithmeticError, MemoryError, RecursionError, TypeError, ValueError, AttributeError):
            equal = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps(equal), flush=True)  # noqa: T201 (the protocol)


if __name__ == "__main__":
    main()
