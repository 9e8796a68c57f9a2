"""A deterministic pseudo-translator that tests the machinery: fast, reversible, wrong on demand.

Every language but English is English with its small letters exchanged by a fixed table, vowels for
vowels and consonants for consonants, so that translating back gives the source. Capital letters,
digits and signs stay, and with them placeholders.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from enum import StrEnum
from functools import cache

from parallelize.core.errors import EngineFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import (
    FinishReason,
    Placeholders,
    Protection,
    Reply,
    TranslationRequest,
    TranslatorTraits,
)
from parallelize.core.provenance import EngineFingerprint

__all__ = ["Fault", "ScriptedTranslator", "cipher"]

_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
_PLACEHOLDER = re.compile(r"[A-Z]\d+Z?|\[\d+\]")
_AT_ONCE = 32


class Fault(StrEnum):
    """What can go wrong with a reply."""

    LOOP = "loop"
    """The last word again and again, with a clean finish reason: only a gate sees it."""
    CUT = "cut"
    """Half of the text, finish reason `length`."""
    LOST = "lost"
    """The first placeholder is missing; without one, half of the text is, with a clean finish reason."""
    COPY = "copy"
    """The source, untranslated."""
    EMPTY = "empty"
    """Nothing, with a clean finish reason."""
    ERROR = "error"
    """No text, finish reason `error`."""


_ALL_FAULTS = tuple(Fault)


def _rotated(letters: str, by: int) -> str:
    return letters[by:] + letters[:by]


@cache
def cipher(source: str, target: str) -> dict[int, int]:
    """Table for `str.translate` from one pseudo-language to another; English is the plain one."""
    return str.maketrans(_alphabet(source), _alphabet(target))


def _alphabet(language: str) -> str:
    if language == "en":
        return _VOWELS + _CONSONANTS
    seed = hashlib.sha256(language.encode()).digest()
    vowels = _rotated(_VOWELS, 1 + seed[0] % (len(_VOWELS) - 1))
    return vowels + _rotated(_CONSONANTS, 1 + seed[1] % (len(_CONSONANTS) - 1))


class ScriptedTranslator:
    """Answers by cipher; never for real corpora."""

    def __init__(
        self,
        *,
        seed: int = 0,
        fault_rate: float = 0.0,
        faults: tuple[Fault, ...] = _ALL_FAULTS,
        delay_seconds: float = 0.0,
        crash_after: int | None = None,
        protection: Protection = Protection.MASKED,
        multiline: bool = False,
        counts_tokens: bool = False,
    ) -> None:
        """Plan what happens.

        Args:
            seed: chooses which requests fail, and how.
            fault_rate: share of requests that get a fault, in [0, 1]. Whether a request does depends on
                its text, languages and attempt alone, so another attempt may succeed.
            faults: the kinds among which a failing request's is chosen.
            delay_seconds: longest time a reply takes; each gets its own share of it, and up to 32 wait at
                once.
            crash_after: `EngineFault` after so many replies of this object.
            protection: how protected spans are to be shown.
            multiline: whether segments may hold several lines.
            counts_tokens: report white-space words as tokens: those of the request as input tokens, those
                of the reply as output tokens.
        """
        self._seed = seed
        self._fault_rate = fault_rate
        self._faults = faults
        self._delay_seconds = delay_seconds
        self._crash_after = crash_after
        self._answered = 0
        self._counts_tokens = counts_tokens
        self._traits = TranslatorTraits(
            protection=protection,
            placeholders=tuple(Placeholders),
            segment_chars=400,
            multiline=multiline,
        )

    @property
    def traits(self) -> TranslatorTraits:
        """As given to the constructor."""
        return self._traits

    @property
    def capacity(self) -> int:
        """Requests that it answers at once."""
        return _AT_ONCE

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Everything that changes a reply; the delay does not."""
        faults = [fault.value for fault in self._faults] if self._fault_rate > 0 else []
        return EngineFingerprint(
            engine="scripted",
            model="cipher-1",
            extra={"seed": self._seed if faults else 0, "fault_rate": self._fault_rate, "faults": faults},
        )

    async def answer(self, request: TranslationRequest) -> Reply:
        """Answer one request; see `Engine.answer`."""
        if self._delay_seconds > 0:
            share = (self._digest(request, "delay")[0] + 1) / 256
            await asyncio.sleep(self._delay_seconds * share)
        self._count()
        return self._reply(request)

    async def aclose(self) -> None:
        """Does nothing: a scripted engine holds nothing open."""

    def _count(self) -> None:
        if self._crash_after is not None and self._answered >= self._crash_after:
            raise EngineFault(f"the scripted engine crashed after {self._answered} replies, as planned")
        self._answered += 1

    def _digest(self, request: TranslationRequest, purpose: str) -> bytes:
        """Eight bytes that depend on the seed and on what is asked."""
        key = (purpose, str(self._seed), *request.languages, request.attempt)
        text = request.text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b("\0".join(key).encode() + b"\0" + text, digest_size=8).digest()

    def _reply(self, request: TranslationRequest) -> Reply:
        text = request.text.translate(cipher(*request.languages))
        if self._fault_rate > 0:
            drawn = self._digest(request, "fault")
            if int.from_bytes(drawn[:4], "big") < self._fault_rate * 2**32:
                return self._counted(
                    request, _faulty(request, text, self._faults[drawn[4] % len(self._faults)])
                )
        return self._counted(request, Reply(address=request.address, text=text, finish=FinishReason.STOP))

    def _counted(self, request: TranslationRequest, reply: Reply) -> Reply:
        if not self._counts_tokens:
            return reply
        return replace(reply, input_tokens=len(request.text.split()), output_tokens=len(reply.text.split()))


def _faulty(request: TranslationRequest, text: str, fault: Fault) -> Reply:
    finish, detail = FinishReason.STOP, ""
    if fault is Fault.LOOP:
        last = (text.split() or ["la"])[-1]
        text = text + f" {last}" * 200
    elif fault is Fault.CUT:
        text, finish, detail = text[: len(text) // 2], FinishReason.LENGTH, "cut at the output limit"
    elif fault is Fault.LOST:
        shorter = _PLACEHOLDER.sub("", text, count=1)
        text = shorter if shorter != text else text[: len(text) // 2]
    elif fault is Fault.COPY:
        text = request.text
    elif fault is Fault.EMPTY:
        text = ""
    else:
        text, finish, detail = "", FinishReason.ERROR, "failed as planned"
    return Reply(address=request.address, text=text, finish=finish, detail=detail)
