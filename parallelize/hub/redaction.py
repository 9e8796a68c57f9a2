"""Keeping credentials out of logs, messages and published files.

Redaction works on log records as they are made, so it covers every logger and every handler, also
those of libraries that print request headers or signed links when debugging.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from parallelize.core.secrets import SECRET_SHAPES

__all__ = ["Redactor", "redacted_logging"]

MASK = "<redacted>"
_LINK_SECRETS = re.compile(
    r"((?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|Policy|Key-Pair-Id|token|access_token)=)[^&\s\"'<>]+",
    re.IGNORECASE,
)
"""Query fields of links that are credentials by themselves."""
_BEARER = re.compile(r"(\bBearer\s+)[^\s\"',\])}\\]+", re.IGNORECASE)


class Redactor:
    """Replaces known secrets, and text that looks like one, by a mask."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        """Keep the secrets to hide; None and anything shorter than 8 characters is ignored."""
        self._secrets = sorted(
            {secret for secret in secrets if secret and len(secret) >= 8}, key=len, reverse=True
        )

    def text(self, text: str) -> str:
        """Mask every known secret, and whatever has the shape of one, in a text."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = SECRET_SHAPES.sub(MASK, text)
        text = _LINK_SECRETS.sub(rf"\g<1>{MASK}", text)
        return _BEARER.sub(rf"\g<1>{MASK}", text)

    def find(self, text: str) -> int | None:
        """Return the number (from 1) of the first line of `text` that holds a credential, or None."""
        for number, line in enumerate(text.splitlines(), start=1):
            if any(secret in line for secret in self._secrets) or SECRET_SHAPES.search(line):
                return number
        return None


@contextmanager
def redacted_logging(redactor: Redactor) -> Iterator[None]:
    """Redact every log record made in this block, in any thread."""
    make = logging.getLogRecordFactory()

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A library's malformed log call; the handler reports it as it always does.
            return record
        clean = redactor.text(message)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_text = redactor.text(trace)
            record.exc_info = None
        return record

    logging.setLogRecordFactory(factory)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)
