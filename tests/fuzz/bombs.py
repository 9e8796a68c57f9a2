"""Every text function on every bomb: time must grow as the text does. `python -m tests.fuzz.bombs [SIZE]`.

A bomb is one sign or form again and again, or a series of pieces that differ by a number. Prints every function that took more than two seconds of this
process on one; the exit code is 1 if any did.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Mapping

from parallelize.core.ports import Placeholders
from tests.fuzz.fuzzers import FUZZERS
from tests.fuzz.inputs import BOMBS, SERIES, bomb, series

__all__ = ["FUNCTIONS", "seconds_of"]

FORMS = ("{}", "{}x", "5{}{{")
"""A bomb alone, before a letter, and between a digit and a brace."""
_BREAK_SECONDS = 30


class _Stuck(BaseException):
    """The alarm of a function that does not end."""


def _pair(name: str) -> Callable[[str], object]:
    return lambda text: FUZZERS[name].check(text, text[1:], "en", "pt")


def _kinds(text: str) -> None:
    from parallelize.text.json_strings import json_strings
    from parallelize.text.kinds import parsed_json, text_kind
    from parallelize.text.wrapping import unwrapped

    text_kind(text)
    unwrapped(text)
    if parsed_json(text) is not None:
        list(json_strings(text))


def _shown(text: str) -> None:
    from parallelize.hub.redaction import Redactor
    from parallelize.stages.word_runs import normalised_words
    from parallelize.text.markdown import escape, fenced
    from parallelize.text.protect import disarm, prose

    escape(text)
    fenced(text)
    disarm(text)
    prose(text)
    normalised_words(text)
    Redactor(["a secret of mine"]).text(text)


FUNCTIONS: Mapping[str, Callable[[str], object]] = {
    "cut": lambda text: FUZZERS["cut"].check(text, 200, False),
    "cut lines": lambda text: FUZZERS["cut"].check(text, 900, True),
    "protect": lambda text: FUZZERS["protect"].check(text, next(iter(Placeholders)).value),
    "numbers en": lambda text: FUZZERS["numbers"].check(text, "en"),
    "numbers de": lambda text: FUZZERS["numbers"].check(text, "de"),
    "numbers zh": lambda text: FUZZERS["numbers"].check(text, "zh"),
    "numbers fr": lambda text: FUZZERS["numbers"].check(text, "fr"),
    "conversions": _pair("conversions"),
    "formulas": _pair("formulas"),
    "answers": lambda text: FUZZERS["answers"].check(text, "en"),
    "equality": lambda text: FUZZERS["equality"].check(text, text[1:], "en", "pt"),
    "measures": _pair("measures"),
    "responses": lambda text: FUZZERS["responses"].check(text, "en"),
    "replies": lambda text: FUZZERS["replies"].check(text, text),
    "kinds": _kinds,
    "shown": _shown,
}


def seconds_of(function: Callable[[str], object], text: str) -> float:
    """Seconds of this process; broken off after 30 of them."""

    def ring(*_: object) -> None:
        raise _Stuck

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, _BREAK_SECONDS)
    started = time.process_time()
    try:
        function(text)
    except _Stuck:
        return float(_BREAK_SECONDS)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - started


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    chosen = sys.argv[2:] or list(FUNCTIONS)
    slow = 0
    for name in chosen:
        FUNCTIONS[name]("How many apples are 5 + 7?")
        worst, total = (0.0, ""), 0.0
        for unit in (*BOMBS, *SERIES):
            texts = (
                [series(unit, size)] if unit in SERIES else [form.format(bomb(unit, size)) for form in FORMS]
            )
            try:
                taken = max(seconds_of(FUNCTIONS[name], text) for text in texts)
            except Exception as error:  # noqa: BLE001 - whatever it is, it was found
                print(f"  {name} on {unit!r}: {type(error).__name__}: {str(error)[:150]}", flush=True)
                slow += 1
                continue
            worst, total = max(worst, (taken, unit)), total + taken
            if taken > 2.0:
                print(f"  {name} on {unit!r} x {size}: {taken:.1f} s", flush=True)
                slow += 1
        print(
            f"{name}: {len(BOMBS) + len(SERIES)} bombs of {size:,}, slowest {worst[0]:.2f} s on {worst[1]!r}, all {total:.0f} s",
            flush=True,
        )
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
