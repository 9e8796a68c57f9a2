"""A translator made of any text generator and a prompt profile."""

from __future__ import annotations

import math
from dataclasses import replace

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import Language, language
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Generator,
    Placeholders,
    Protection,
    Reply,
    TranslationRequest,
    TranslatorTraits,
)
from parallelize.core.provenance import EngineFingerprint
from parallelize.text.prompts import Envelope, PromptInput, PromptProfile, profile_digest, read_reply, render

__all__ = ["PromptedTranslator", "output_cap"]

_SHORT_SCRIPTS = frozenset({"Latn", "Cyrl", "Grek", "Hans", "Hant", "Jpan", "Kore"})
"""Scripts in which tokenizers need at most about one token a character."""
_DENSE_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
"""Scripts in which one character says about as much as three or four Latin ones."""
_CAP_BASE = 96
_PLACEHOLDERS = (Placeholders.X, Placeholders.BRACKET, Placeholders.Q, Placeholders.M)
"""Forms to try when formulas are masked, best first."""


def output_cap(text: str, source: Language, target: Language) -> int:
    """Return the most tokens that a translation of `text` may take, markers included.

    One token for each source character: three to four times what Latin scripts need (about four
    characters of English a token), so that only a loop or an answer reaches it. Scripts that byte-level
    tokenizers split into single bytes get three; sources in dense scripts get three times as much.
    """
    per_character = 1.0 if target.script in _SHORT_SCRIPTS else 3.0
    if source.script in _DENSE_SCRIPTS and target.script not in _DENSE_SCRIPTS:
        per_character *= 3.0
    return _CAP_BASE + math.ceil(per_character * len(text))


class PromptedTranslator:
    """Translates segments by asking a model, and reads its replies fail-closed."""

    def __init__(
        self,
        generator: Generator,
        profile: PromptProfile,
        *,
        protection: Protection = Protection.INLINE,
        segment_chars: int = 2000,
    ) -> None:
        """Join a generator and a profile.

        Args:
            protection: how formulas and code are shown on the first attempt.
            segment_chars: segments are packed up to about this many characters.
        """
        self._generator = generator
        self._profile = profile
        self._traits = TranslatorTraits(
            protection=protection,
            placeholders=_PLACEHOLDERS,
            segment_chars=segment_chars,
            multiline=profile.multiline,
            samples=True,
            uses_context="context" in profile.variables,
            uses_translated_context="translated_context" in profile.variables,
            uses_glossary="glossary" in profile.variables,
        )

    @property
    def traits(self) -> TranslatorTraits:
        """What the pipeline has to know about this translator."""
        return self._traits

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what will translate this pair: the generator, the prompt, and the cap on replies.

        Raises:
            InputError: the profile cannot be rendered for this pair.
        """
        source, target = map(language, languages)
        made_of = self._generator.fingerprint()
        cap = None if self._profile.thinking else [_CAP_BASE, 1.0]
        return replace(
            made_of,
            prompt_sha256=profile_digest(self._profile, source, target),
            extra={**made_of.extra, "prompt": self._profile.name, "output_cap": cap},
        )

    @property
    def capacity(self) -> int:
        """Requests that may be under way at once: the generator's limit."""
        return self._generator.capacity

    async def answer(self, request: TranslationRequest) -> Reply:
        """Translate one segment; see `Engine.answer`."""
        try:
            prompt, envelope = self._ask(request)
        except InputError as fault:
            return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=fault.message)
        return self._read(request, envelope, await self._generator.answer(prompt))

    async def aclose(self) -> None:
        """Close the generator that answers the prompts."""
        await self._generator.aclose()

    def _ask(self, request: TranslationRequest) -> tuple[GenerationRequest, Envelope]:
        source, target = map(language, request.languages)
        prompt = render(
            self._profile,
            PromptInput(
                text=request.text,
                source=source,
                target=target,
                context=request.context if self._traits.uses_context else "",
                translated_context=request.translated_context if self._traits.uses_translated_context else "",
                glossary=request.glossary,
            ),
        )
        # Models that think are capped by their engine only.
        cap = None if self._profile.thinking else output_cap(request.text, source, target)
        generation = GenerationRequest(
            address=request.address,
            messages=prompt.messages,
            chat=prompt.chat,
            max_output_tokens=cap,
            override=request.override,
            stop=prompt.stop,
            template_arguments=prompt.template_arguments,
        )
        return generation, prompt.envelope

    def _read(self, request: TranslationRequest, envelope: Envelope, reply: Reply) -> Reply:
        text, finish, detail = "", reply.finish, reply.detail
        if finish is FinishReason.STOP:
            read = read_reply(self._profile, reply.text, envelope=envelope)
            if read.text is None:
                finish = FinishReason.ENVELOPE
                detail = f"envelope: {read.fault}; the reply begins {reply.text[:160]!r}"
            else:
                text = _with_edges_of(request.text, read.text)
        return replace(reply, text=text, thinking="", finish=finish, detail=detail)


def _with_edges_of(source: str, translation: str) -> str:
    """Give a translation the white space before and after its source: it belongs to the layout."""
    body = source.strip()
    if not body:
        return translation
    start = source.index(body)
    return source[:start] + translation + source[start + len(body) :]
