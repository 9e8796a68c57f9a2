"""Concurrency, pauses and the retry account."""

from __future__ import annotations

import pytest

from parallelize.core.errors import EngineFault
from parallelize.engines.openai.throttle import Throttle, retry_after_seconds


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def throttle(clock: Clock, **options: float) -> Throttle:
    defaults = {
        "start": 4,
        "most": 8,
        "retry_reserve": 3,
        "silence_seconds": 60.0,
        "backoff_seconds": 0.0,
        "longest_backoff_seconds": 0.0,
    }
    return Throttle(name="the server x", clock=clock, **{**defaults, **options})


def test_a_window_of_successes_adds_one() -> None:
    tested = throttle(Clock())
    for _ in range(5):
        tested.succeeded()
    assert tested.limit == 5
    for _ in range(100):
        tested.succeeded()
    assert tested.limit == 8


def test_a_burst_of_refusals_halves_once() -> None:
    clock = Clock()
    tested = throttle(clock)
    for _ in range(10):
        tested.pressed(None)
    assert tested.limit == 2
    clock.now += 2
    tested.pressed(None)
    clock.now += 2
    tested.pressed(None)
    assert tested.limit == 1


def test_retries_are_paid_by_successes() -> None:
    tested = throttle(Clock())
    for _ in range(50):
        tested.spend("500", free=False)
        tested.succeeded()
    for _ in range(3):
        tested.spend("500", free=False)
    with pytest.raises(EngineFault, match="the server x fails more often"):
        tested.spend("500", free=False)


def test_waiting_is_free_for_a_while() -> None:
    clock = Clock()
    tested = throttle(clock)
    for _ in range(59):
        tested.spend("429", free=True)
        clock.now += 1
    tested.succeeded()
    clock.now += 1000  # idle time is no silence
    tested.spend("429", free=True)
    clock.now += 61
    with pytest.raises(EngineFault, match="answered nothing for 60 s"):
        tested.spend("429", free=True)


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("7", None, 7.0),
        (" 1.5 ", None, 1.5),
        ("Wed, 21 Oct 2015 07:28:10 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:29:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:10 GMT", None, None),
        ("soon", None, None),
        ("-5", None, None),
        ("²", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_read(value: str | None, date: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, date=date) == seconds
