"""A scorer made of any text generator: a language model that grades translations."""

from __future__ import annotations

from dataclasses import replace

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.ports import FinishReason, GenerationRequest, Generator, Level, Reply, ScoringRequest
from parallelize.core.provenance import EngineFingerprint
from parallelize.stages.back_translation import mask_text
from parallelize.text.prompts.judging import JudgePrompt, judge_digest, read_grade, render_judge
from parallelize.text.prompts.reply import Envelope

__all__ = ["JudgeScorer"]

_REPLY_TOKENS = 64
"""The markers and a number; more is a reply in another form."""


class JudgeScorer:
    """Asks for a grade from 0 to 100. A reply in any other form than asked for is no grade."""

    measure = "judge_adequacy"
    samples = 0

    def __init__(self, generator: Generator, prompt: JudgePrompt, *, level: Level = Level.ROW) -> None:
        """Join a generator and a prompt.

        Args:
            prompt: how to ask. A prompt for thinking models leaves the length to the engine's own cap.
            level: what is shown at a time.
        """
        self.level = level
        self._generator = generator
        self._prompt = prompt

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what will grade this pair: the generator and the prompt.

        Raises:
            InputError: the prompt cannot be rendered for this pair.
        """
        made_of = self._generator.fingerprint()
        digest = judge_digest(self._prompt, *map(language, languages))
        extra = {**made_of.extra, "judge": self._prompt.name, "level": self.level.value}
        return replace(made_of, prompt_sha256=digest, extra=extra)

    @property
    def capacity(self) -> int:
        """Requests that may be under way at once: the generator's limit."""
        return self._generator.capacity

    async def answer(self, request: ScoringRequest) -> Reply:
        """Grade one translation; see `Engine.answer`."""
        try:
            prompt, envelope = self._ask(request)
        except InputError as fault:
            return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=fault.message)
        return self._read(envelope, await self._generator.answer(prompt))

    async def aclose(self) -> None:
        """Close the generator that answers the prompts."""
        await self._generator.aclose()

    def _ask(self, request: ScoringRequest) -> tuple[GenerationRequest, Envelope]:
        # Servers read control tokens out of prompts: no text may hold one.
        source, translation = mask_text(request.text, None), mask_text(request.translation, None)
        if source is None or translation is None:
            raise InputError("the text collides with every form of placeholder")
        messages, envelope = render_judge(
            self._prompt,
            text=source.text,
            translation=translation.text,
            source=language(request.languages.source),
            target=language(request.languages.target),
        )
        generation = GenerationRequest(
            address=request.address,
            messages=messages,
            max_output_tokens=None if self._prompt.thinking else _REPLY_TOKENS,
            template_arguments=self._prompt.template_arguments,
        )
        return generation, envelope

    def _read(self, envelope: Envelope, reply: Reply) -> Reply:
        grade, finish, detail = None, reply.finish, reply.detail
        if finish is FinishReason.STOP:
            grade = read_grade(self._prompt, reply.text, envelope)
            if grade is None:
                finish = FinishReason.ENVELOPE
                detail = f"no grade in the form asked for; the reply begins {reply.text[:80]!r}"
        return replace(reply, text="", thinking="", value=grade, finish=finish, detail=detail)
