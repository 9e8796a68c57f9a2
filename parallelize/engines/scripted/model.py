r"""A deterministic model that tests the machinery of evaluation: it repeats the problem and guesses a number.

The number is one of those in the problem, so it is right now and then; the words are the problem's own, so
they are in the language of the problem. Which number, and whether the request fails, depends on the seed,
the prompt and the request's own seed, and on nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import re

from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint
from parallelize.engines.scripted.translator import Fault

__all__ = ["ScriptedModel"]

_NUMBER = re.compile(r"[0-9]+")
_AT_ONCE = 32
_FAULTS = (Fault.LOOP, Fault.CUT, Fault.EMPTY, Fault.COPY)


class ScriptedModel:
    """A `Generator` that knows nothing; never for real evaluations."""

    def __init__(
        self,
        *,
        model: str = "echo",
        temperature: float = 0.0,
        seed: int = 0,
        fault_rate: float = 0.0,
        faults: tuple[Fault, ...] = _FAULTS,
        delay_seconds: float = 0.0,
    ) -> None:
        """Plan what happens.

        Args:
            temperature: at 0 the request's own seed changes nothing, as with a greedy model.
            seed: chooses numbers, and which requests fail.
            fault_rate: share of requests that get a fault, in [0, 1].
            faults: the kinds among which a failing request's is chosen. `COPY` is an answer without a box.
            delay_seconds: longest time a reply takes; each gets its own share of it.
        """
        self._model = model
        self._temperature = temperature
        self._seed = seed
        self._fault_rate = fault_rate
        self._faults = faults
        self._delay_seconds = delay_seconds

    def fingerprint(self) -> EngineFingerprint:
        """Everything that changes a reply; the delay does not."""
        return EngineFingerprint(
            engine="scripted",
            model=self._model,
            sampling={"temperature": self._temperature, "seed": self._seed},
            extra={"version": 1, "fault_rate": self._fault_rate, "faults": [f.value for f in self._faults]},
        )

    @property
    def capacity(self) -> int:
        """Requests that it answers at once."""
        return _AT_ONCE

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer one prompt; see `Engine.answer`."""
        if self._delay_seconds > 0:
            share = (self._digest(request, "delay")[0] + 1) / 256
            await asyncio.sleep(self._delay_seconds * share)
        return self._reply(request)

    async def aclose(self) -> None:
        """Does nothing: a scripted engine holds nothing open."""

    def _digest(self, request: GenerationRequest, purpose: str) -> bytes:
        override = request.override
        drawn = override.seed if override is not None and self._temperature > 0 else None
        prompt = "\0".join(message.text for message in request.messages) + request.opening
        key = f"{purpose}\0{self._seed}\0{drawn}\0{prompt}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(key, digest_size=8).digest()

    def _reply(self, request: GenerationRequest) -> Reply:
        problem = next((p.text for m in reversed(request.messages) for p in m.parts if p.data), "")
        numbers = _NUMBER.findall(problem) or ["0"]
        guess = numbers[self._digest(request, "guess")[0] % len(numbers)]
        text, finish = f"{problem.strip()} \\boxed{{{guess}}}", FinishReason.STOP
        if request.opening.startswith("<think>"):
            text = f" {problem.strip()}</think>{text}"
        elif request.template_arguments.get("enable_thinking"):
            text = f"<think>{problem.strip()}</think>{text}"
        drawn = self._digest(request, "fault")
        if int.from_bytes(drawn[:4], "big") < self._fault_rate * 2**32:
            text, finish = _faulty(text, self._faults[drawn[4] % len(self._faults)])
        return Reply(
            address=request.address,
            text=text,
            finish=finish,
            input_tokens=sum(len(message.text.split()) for message in request.messages),
            output_tokens=len(text.split()),
            detail="" if finish is FinishReason.STOP else "failed as planned",
        )


def _faulty(text: str, fault: Fault) -> tuple[str, FinishReason]:
    if fault is Fault.LOOP:
        return f"{text} {text}" * 8, FinishReason.LENGTH
    if fault in {Fault.CUT, Fault.LOST}:
        return text[: len(text) // 2], FinishReason.LENGTH
    if fault is Fault.COPY:
        return text.partition("\\boxed")[0], FinishReason.STOP
    return "", FinishReason.ERROR if fault is Fault.ERROR else FinishReason.STOP
