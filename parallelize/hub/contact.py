"""Whether the Hub is there at all: told within seconds, before anything waits or tries again.

A Hub that answered once may fail for minutes and come back; one that never answered is out of reach, and
whoever waits for it should hear so at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from parallelize.core.errors import EnvironmentFault

__all__ = ["FIRST_ANSWER_SECONDS", "Contact", "HubUnreachable", "host_of", "one_voice", "reach_hub"]

_LOG = logging.getLogger(__name__)
FIRST_ANSWER_SECONDS = 6.0
"""What a Hub gets that has answered nothing so far."""
_SILENT_SECONDS = 3.0
"""A request that is open for so long is spoken of."""


class HubUnreachable(EnvironmentFault):
    """Nothing was ever heard of the Hub: there is no network, or its address is wrong (exit 3)."""

    def __init__(self, host: str, reason: str, *, remedy: str) -> None:
        """Name the host and what its last request ended with."""
        super().__init__(f"the Hub at {host} cannot be reached: {reason}", remedy=remedy)


@dataclass(slots=True, kw_only=True)
class Contact:
    """What is known of a Hub's being there, shared by all requests of one command."""

    host: str
    """Host and port, for messages."""
    reached: bool = False
    """Whether it has answered anything, an error included."""
    spoken: bool = False
    """Whether a person was told that it does not answer."""

    def timeout(self, seconds: float) -> float:
        """How long one request may stay silent: less for a Hub that never answered."""
        return seconds if self.reached else min(seconds, FIRST_ANSWER_SECONDS)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Tell a person, once, if the first answer takes longer than a moment."""
        if self.reached or self.spoken:
            yield
            return
        timer = threading.Timer(_SILENT_SECONDS, self._say_waiting)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _say_waiting(self) -> None:
        self.spoken = True
        _LOG.warning("waiting for the Hub at %s, which has not answered yet", self.host)

    def failed(self, reason: str) -> None:
        """Tell a person about the first failure, once."""
        if not self.reached and not self.spoken:
            self.spoken = True
            _LOG.warning(
                "the Hub at %s cannot be reached (%s); trying for %.0f s",
                self.host,
                reason,
                FIRST_ANSWER_SECONDS,
            )


def reach_hub(endpoint: str | None = None) -> str | None:
    """Ask the Hub for anything; returns why it cannot be reached, or None if it answered.

    Args:
        endpoint: its address; None means `HF_ENDPOINT`, else huggingface.co.
    """
    import httpx2
    from huggingface_hub import constants

    address = (endpoint or constants.ENDPOINT).rstrip("/")
    contact = Contact(host=host_of(address))
    deadline, reason = time.monotonic() + FIRST_ANSWER_SECONDS, ""
    while (left := deadline - time.monotonic()) > 0:
        try:
            with contact.waiting():
                httpx2.head(f"{address}/api/models?limit=1", timeout=left, follow_redirects=False)
        except httpx2.TransportError as error:
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            pause = FIRST_ANSWER_SECONDS / 6
            if time.monotonic() + pause >= deadline:
                break
            contact.failed(reason)
            time.sleep(pause)
        else:
            return None
    return f"the Hub at {contact.host} cannot be reached ({reason})"


def one_voice(*libraries: str) -> None:
    """Let a library's log lines go through our handlers alone; with its own, each is said twice."""
    if logging.getLogger().handlers:
        for name in libraries:
            logger = logging.getLogger(name)
            if logger.propagate:
                logger.handlers.clear()


def host_of(address: str) -> str:
    """Host and port of an address, without credentials that stand in it."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address
