"""A scorer made of any text generator: a language model that solves a problem, in any language.

Whether its answers are right is told by `stages.solving`, which knows the row's answer; here it only solves.
"""

from __future__ import annotations

from dataclasses import replace

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Generator,
    Level,
    Message,
    PromptPart,
    Reply,
    TranslationRequest,
)
from parallelize.core.provenance import EngineFingerprint
from parallelize.evaluation.instructions import VERSION, instruction_for, instructions
from parallelize.stages.back_translation import mask_text
from parallelize.text.protect import unmask

__all__ = ["SolverScorer"]


class SolverScorer:
    """Solves a problem in its own language and puts the answer in a box."""

    measure = "solver_gap"
    level = Level.ROW

    def __init__(self, generator: Generator, *, samples: int, max_output_tokens: int) -> None:
        """Take what answers prompts.

        Args:
            samples: how often each text is solved.
            max_output_tokens: of one solution; one that is cut there has no answer.
        """
        self.samples = samples
        self._generator = generator
        self._most = max_output_tokens

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what solves: the generator, and how it is asked. It is the same for every pair of languages."""
        made_of = self._generator.fingerprint()
        asked = {"solver": VERSION, "max_output_tokens": self._most}
        return replace(made_of, extra={**made_of.extra, **asked})

    @property
    def capacity(self) -> int:
        """Requests that may be under way at once: the generator's limit."""
        return self._generator.capacity

    async def answer(self, request: TranslationRequest) -> Reply:
        """Solve `request.text`, asked for in the language that it is in; the reply is the solution."""
        masked = mask_text(request.text, None)  # servers read control tokens out of prompts
        if masked is None:
            detail = "the text collides with every form of placeholder"
            return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=detail)
        reply = await self._generator.answer(
            GenerationRequest(
                address=request.address,
                messages=(_message(masked.text, request.languages.target),),
                max_output_tokens=self._most,
                override=request.override,
            )
        )
        return replace(reply, text=unmask(reply.text, masked).text, thinking="")

    async def aclose(self) -> None:
        """Close the generator that solves."""
        await self._generator.aclose()


def _message(problem: str, code: str) -> Message:
    """The problem, and below it in the same language that the answer goes into a box."""
    told = _told(code)
    parts = PromptPart(text=problem, data=True), PromptPart(text=f"\n\n{told}", data=False)
    return Message(role="user", parts=parts)


def _told(code: str) -> str:
    words = instruction_for(code if code in instructions() else "en")
    return f"{words.answer} {words.boxed}"
