"""vLLM in this process: prompts as token ids, replies as they are ready, one bad request never the end."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from parallelize.core.engine_options import VllmModelOptions
from parallelize.core.errors import EnvironmentFault
from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint
from parallelize.engines.vllm.options import (
    ModelIdentity,
    engine_arguments,
    identify_model,
    sampling_arguments,
)
from parallelize.engines.vllm.prompt_tokens import PromptTokenizer
from parallelize.engines.vllm.quarantine import Quarantine
from parallelize.engines.vllm.supervisor import (
    EngineDied,
    Outcome,
    RequestFailed,
    RequestRejected,
    Supervisor,
)

__all__ = ["VllmEngine"]

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "repetition": FinishReason.REPETITION,
}
_BEFORE_START = 64
"""Requests under way before the engine has said how many it can run."""


class VllmEngine:
    """A `Generator` on vLLM's asynchronous engine."""

    def __init__(self, options: VllmModelOptions) -> None:
        """Remember the options; nothing is loaded before it is needed."""
        self._options = options
        self._supervisor: Supervisor | None = None
        self._quarantine = Quarantine()
        self._in_flight = options.in_flight or _BEFORE_START
        self._longest = options.max_model_len or 0

    def __repr__(self) -> str:
        return f"VllmEngine({self._options.model!r})"

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers: the pinned model, its template, and the sampling.

        Raises:
            EnvironmentFault: transformers is missing, or the model is not here and cannot be looked up.
            InputError: the model's name is wrong.
        """
        options = self._options
        tokenizer = self._tokenizer_identity
        return EngineFingerprint(
            engine="vllm",
            model=self._model.name,
            revision=self._model.revision,
            quantization=options.quantization or "",
            template_sha256=self._tokenizer.template_sha256,
            sampling=sampling_arguments(options),
            extra={
                "tokenizer": [tokenizer.name, tokenizer.revision],
                "dtype": options.dtype,
                "kv_cache_dtype": options.kv_cache_dtype,
                "max_model_len": options.max_model_len,
                "engine": dict(options.extra_engine),
            },
        )

    @property
    def capacity(self) -> int:
        """A quarter more than the engine runs at once, so that it never waits for us."""
        return self._in_flight

    async def aclose(self) -> None:
        """Stop the engine and its processes."""
        if self._supervisor is not None:
            await self._supervisor.aclose()

    @cached_property
    def _model(self) -> ModelIdentity:
        return identify_model(self._options.model, self._options.revision)

    @cached_property
    def _tokenizer_identity(self) -> ModelIdentity:
        if self._options.tokenizer is None:
            return self._model
        return identify_model(self._options.tokenizer, self._options.tokenizer_revision)

    @cached_property
    def _tokenizer(self) -> PromptTokenizer:
        try:
            from transformers import AutoTokenizer
        except ImportError as fault:
            raise EnvironmentFault(
                f"transformers cannot be imported: {fault}", remedy="pip install 'parallelize[vllm]'"
            ) from fault
        identity = self._tokenizer_identity
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                identity.location, revision=identity.revision or None, trust_remote_code=False
            )
        except (OSError, ValueError, ImportError) as fault:
            raise EnvironmentFault(
                f"the tokenizer of {identity.location} cannot be loaded: {str(fault)[:400]}"
            ) from fault
        return PromptTokenizer(tokenizer, chat_template=self._options.chat_template)

    async def _ready(self) -> Supervisor:
        if self._supervisor is None:
            self._supervisor = Supervisor(
                engine_arguments(self._options, self._model, self._tokenizer_identity),
                stall_seconds=self._options.stall_seconds,
                restarts=self._options.restarts,
            )
        sequences, self._longest = await self._supervisor.capacity()
        if self._options.in_flight is None:
            self._in_flight = sequences + max(8, sequences // 4)
        return self._supervisor

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer one prompt; a request that kills the engine is found and refused.

        Raises:
            EngineFault: the engine cannot start, or has died more often than it may be restarted.
        """
        try:
            ids = self._tokenizer.encode(request)
        except ValueError as fault:  # a text that cannot be plain text here, or is no Unicode
            return _failed(request, FinishReason.REFUSED_INPUT, str(fault))
        supervisor = await self._ready()
        if len(ids) >= self._longest:
            detail = f"the prompt has {len(ids)} tokens; the engine takes fewer than {self._longest}"
            return _failed(request, FinishReason.TOO_LONG, detail)
        return await self._generated(request, supervisor, ids, self._sampling(request))

    async def _generated(
        self, request: GenerationRequest, supervisor: Supervisor, ids: list[int], sampling: Any
    ) -> Reply:
        """Run a request beside others, and alone once it is a suspect of having ended the engine."""
        suspect = False
        while True:
            try:
                if not suspect:
                    async with self._quarantine.together():
                        return _reply(request, await supervisor.generate(ids, sampling))
                async with self._quarantine.alone(suspicion=len(ids)) as still_suspect:
                    if still_suspect:
                        return await self._on_trial(request, supervisor, ids, sampling)
                suspect = False
            except EngineDied:
                suspect = True
            except RequestFailed as fault:
                return _failed(request, FinishReason.ERROR, str(fault))
            except RequestRejected as fault:
                return _failed(request, FinishReason.REFUSED_INPUT, str(fault))

    async def _on_trial(
        self, request: GenerationRequest, supervisor: Supervisor, ids: list[int], sampling: Any
    ) -> Reply:
        """Run a suspect with nothing else in the engine."""
        try:
            return _reply(request, await supervisor.generate(ids, sampling))
        except EngineDied as fault:
            self._quarantine.confirm()
            detail = f"the engine ended twice while it worked on this request, the second time alone: {fault}"
            return _failed(request, FinishReason.REFUSED_INPUT, detail)

    def _sampling(self, request: GenerationRequest) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RepetitionDetectionParams, RequestOutputKind

        options, override = self._options, request.override
        temperature, seed = options.temperature, options.seed
        if override is not None:
            temperature = override.temperature if override.temperature is not None else temperature
            seed = override.seed if override.seed is not None else seed
        repetition = None
        if options.repetition_pattern_tokens > 0:
            repetition = RepetitionDetectionParams(
                max_pattern_size=options.repetition_pattern_tokens, min_count=options.repetition_count
            )
        return SamplingParams(
            temperature=temperature,
            top_p=options.top_p,
            top_k=options.top_k,
            min_p=options.min_p,
            repetition_penalty=options.repetition_penalty,
            seed=seed if temperature > 0 else None,
            max_tokens=request.tokens_allowed(options.max_output_tokens),
            stop=list(request.stop) or None,
            repetition_detection=repetition,
            # A control token that the model says must be seen by the gates, not vanish.
            skip_special_tokens=False,
            output_kind=RequestOutputKind.DELTA,
        )


def _reply(request: GenerationRequest, outcome: Outcome) -> Reply:
    finish = _FINISH.get(outcome.finish_reason, FinishReason.ERROR)
    detail = "" if finish is FinishReason.STOP else f"the engine ended it: {outcome.finish_reason}"
    return Reply(
        address=request.address,
        text=outcome.text if finish is not FinishReason.ERROR else "",
        finish=finish,
        input_tokens=outcome.input_tokens,
        output_tokens=outcome.output_tokens,
        cached_tokens=outcome.cached_tokens,
        engine_seconds=outcome.seconds,
        detail=detail,
    )


def _failed(request: GenerationRequest, finish: FinishReason, detail: str) -> Reply:
    return Reply(address=request.address, finish=finish, detail=detail)
