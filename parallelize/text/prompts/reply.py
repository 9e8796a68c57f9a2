"""Read what a model said, fail-closed: a reply that is not in the form asked for is no translation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from parallelize.text.prompts.profile import PromptProfile, ReplyForm
from parallelize.text.thinking import after_leading_thinking

__all__ = ["Envelope", "ReadReply", "ReplyFault", "envelope_for", "read_reply"]


class ReplyFault(StrEnum):
    """Why a reply could not be read."""

    EMPTY = "empty"
    """There is no text."""
    NO_OPENING = "no_opening"
    """The opening marker is missing."""
    NO_CLOSING = "no_closing"
    """The closing marker is missing: the reply was cut, or the model forgot the form."""
    OUTSIDE = "outside"
    """There is text before or after the markers: a preamble, a note, a second try."""
    REPEATED = "repeated"
    """A marker occurs more than once, or markers of the source occur in the reply."""
    SEVERAL_LINES = "several_lines"
    """One line was asked for."""
    THINKING = "thinking"
    """Thinking was opened and never closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Markers around one text and its translation. They share a tag that is not in the text."""

    tag: str
    """Hexadecimal digits, at least six."""

    @property
    def source_open(self) -> str:
        """Marker before the source text."""
        return f"<source-{self.tag}>"

    @property
    def source_close(self) -> str:
        """Marker after the source text."""
        return f"</source-{self.tag}>"

    @property
    def reply_open(self) -> str:
        """Marker of the prompt before the translation."""
        return f"<translation-{self.tag}>"

    @property
    def reply_close(self) -> str:
        """Marker of the prompt after the translation."""
        return f"</translation-{self.tag}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReply:
    """The translation, or why there is none. Exactly one of the two is set."""

    text: str | None = None
    fault: ReplyFault | None = None


def envelope_for(text: str, context: str = "") -> Envelope:
    """Make markers that collide with neither text.

    The tag is taken from a digest, so the same text always has the same markers, and a text that
    quotes its own tag gets another one.
    """
    folded = f"{text}\n{context}".casefold()
    length, attempt = 6, 0
    while True:
        seed = f"{attempt}:{len(text)}:{text}{context}".encode("utf-8", "surrogatepass")
        tag = hashlib.sha256(seed).hexdigest()[:length]
        if tag not in folded:
            return Envelope(tag=tag)
        attempt += 1
        if attempt % 8 == 0:
            length = min(length + 2, 64)


def read_reply(profile: PromptProfile, reply: str, *, envelope: Envelope) -> ReadReply:
    """Take the translation out of a reply that ended cleanly.

    White space around the translation is dropped: the caller knows that of the source.

    Args:
        profile: the profile that asked.
        reply: what the model said.
        envelope: `RenderedPrompt.envelope`, or `envelope_for` of the same texts.
    """
    said = reply.strip()
    body = after_leading_thinking(said, before=envelope.reply_open) if profile.thinking else said
    if body is None:
        return ReadReply(fault=ReplyFault.THINKING)
    if not body:
        return ReadReply(fault=ReplyFault.EMPTY)
    if profile.reply is ReplyForm.ENVELOPE:
        return _inside(body, envelope)
    if profile.reply is ReplyForm.LINE and len(body.splitlines()) > 1:
        return ReadReply(fault=ReplyFault.SEVERAL_LINES)
    return ReadReply(text=body)


def _inside(body: str, envelope: Envelope) -> ReadReply:
    opening, closing = envelope.reply_open, envelope.reply_close
    if opening not in body:
        return ReadReply(fault=ReplyFault.NO_OPENING)
    if closing not in body:
        return ReadReply(fault=ReplyFault.NO_CLOSING)
    if body.count(envelope.tag) > 2:
        return ReadReply(fault=ReplyFault.REPEATED)
    if not (body.startswith(opening) and body.endswith(closing)):
        return ReadReply(fault=ReplyFault.OUTSIDE)
    inner = body[len(opening) : -len(closing)].strip()
    return ReadReply(text=inner) if inner else ReadReply(fault=ReplyFault.EMPTY)
