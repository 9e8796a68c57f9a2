"""How hard a client may press a server: concurrency that adapts, pauses, and a budget for retries."""

from __future__ import annotations

import asyncio
import email.utils
import random
import time
from collections.abc import Callable

from parallelize.core.errors import EngineFault

__all__ = ["FIRST_ANSWER_SECONDS", "Throttle", "retry_after_seconds"]

_DECREASE_SECONDS = 1.0
"""Signals that come closer together than this count as one: they answer the same burst."""

FIRST_ANSWER_SECONDS = 6.0
"""What a server gets that refused every connection so far: an address is wrong more often than a server
is about to start."""


class Throttle:
    """Concurrency by additive increase and multiplicative decrease (AIMD), as TCP does since RFC 5681.

    The window grows by one for each window of successes and is halved when the server asks for less.
    Retries are paid from an account: it starts full, a success pays one in, a retry takes one out. A
    server that fails more often than it answers empties it.
    """

    def __init__(
        self,
        *,
        name: str,
        start: int,
        most: int,
        retry_reserve: int,
        silence_seconds: float,
        backoff_seconds: float,
        longest_backoff_seconds: float,
        seed: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with a full account.

        Args:
            name: the server, for messages.
            start: concurrent requests at first.
            most: concurrent requests at most.
            retry_reserve: retries that the account can hold.
            silence_seconds: with trouble and without a single success for so long, the server is dead.
            backoff_seconds: mean pause before the first retry; doubles with each further one.
            longest_backoff_seconds: bound of that pause; a `Retry-After` may ask for up to as much
                as `silence_seconds`.
            seed: seed of the jitter.
            clock: seconds that never go back.
        """
        self._name = name
        self._window = float(min(start, most))
        self._most = most
        self._reserve = self._account = float(retry_reserve)
        self._silence = silence_seconds
        self._backoff = backoff_seconds
        self._longest = longest_backoff_seconds
        self._random = random.Random(seed)
        self._clock = clock
        self._trouble_since: float | None = None
        self._reached = False
        self._last_decrease = -float("inf")
        self._closed_until = -float("inf")

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return max(1, int(self._window))

    @property
    def patience(self) -> float:
        """Seconds of trouble without a success that are waited out: few for a server that was never there."""
        return self._silence if self._reached else min(self._silence, FIRST_ANSWER_SECONDS)

    @property
    def reached(self) -> bool:
        """Whether the server has answered anything so far, if only that it is busy."""
        return self._reached

    @property
    def untroubled(self) -> bool:
        """Whether nothing has failed since the last success."""
        return self._trouble_since is None

    def succeeded(self) -> None:
        """Count a reply: allow more requests at once, and earn back retries."""
        self._reached = True
        self._window = min(self._most, self._window + 1 / max(1.0, self._window))
        self._account = min(self._reserve, self._account + 1)
        self._trouble_since = None

    def pressed(self, retry_after: float | None) -> None:
        """The server asked for less: halve the window, and send nothing for `retry_after` seconds."""
        now = self._clock()
        if now - self._last_decrease >= _DECREASE_SECONDS:
            self._window = max(1.0, self._window / 2)
            self._last_decrease = now
        if retry_after is not None:
            self._closed_until = max(self._closed_until, now + min(retry_after, self._silence))

    def spend(self, why: str, *, free: bool, reached: bool = True) -> None:
        """Pay for a retry.

        Args:
            why: what failed, for the message.
            free: the server is out of reach or asked to wait; only time counts then.
            reached: the server is there: it answered something, if only that it is busy.

        Raises:
            EngineFault: the account is empty, or nothing has succeeded for too long.
        """
        self._reached |= reached
        now = self._clock()
        if self._trouble_since is None:
            self._trouble_since = now
        patience = self.patience
        if now - self._trouble_since > patience:
            if not self._reached:
                raise EngineFault(
                    f"{self._name} does not answer: {why} ({patience:.0f} s of trying)",
                    remedy="check the address and the port, and that the server is up: "
                    "curl BASE_URL/models shows its models; then repeat the command",
                )
            raise EngineFault(
                f"{self._name} has answered nothing for {patience:.0f} s; last: {why}",
                remedy="what was answered is saved: see that the server runs, then repeat the command",
            )
        if free:
            return
        self._account -= 1
        if self._account < 0:
            raise EngineFault(
                f"{self._name} fails more often than it answers; last: {why}",
                remedy="what was answered is saved: mend the server, then repeat the command",
            )

    async def back_off(self, attempt: int) -> None:
        """Sleep before attempt number `attempt` (1 is the first retry): uniform in [0, 2 × mean]."""
        longest = self._longest if self._reached else min(self._longest, FIRST_ANSWER_SECONDS / 8)
        mean = min(longest, self._backoff * 2 ** (attempt - 1))
        await asyncio.sleep(self._random.uniform(0, 2 * mean))

    async def open(self) -> None:
        """Wait until the server's own pause is over."""
        while (pause := self._closed_until - self._clock()) > 0:  # noqa: ASYNC110  it may be prolonged
            await asyncio.sleep(pause + self._random.uniform(0, 0.1 * pause))


def retry_after_seconds(value: str | None, *, date: str | None = None) -> float | None:
    """Read a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date.

    Args:
        value: the header.
        date: the response's own `Date` header; a date is measured from it, so that the clocks of the
            two machines need not agree.

    Returns:
        Seconds ≥ 0, or `None` if there is no header or it cannot be read.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    until, now = _http_date(text), _http_date(date)
    return None if until is None or now is None else max(0.0, until - now)


def _http_date(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
