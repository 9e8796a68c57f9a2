"""A model behind somebody's OpenAI-style interface: what names it, and what a request to it says."""

from __future__ import annotations

from parallelize.core.engine_options import ServedModelOptions
from parallelize.core.ports import GenerationRequest
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.trees import JsonObject
from parallelize.engines.openai.wire import request_body

__all__ = ["ServedModel"]


class ServedModel:
    """The model of a recipe's table, whether it is asked one by one or in batches."""

    def __init__(self, options: ServedModelOptions) -> None:
        self._options = options

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers. Neither the address nor the way of asking is part of it: a model may move."""
        options = self._options
        return EngineFingerprint(
            engine="openai",
            model=options.model,
            revision=options.revision,
            sampling={
                **self._sampling(),
                "max_output_tokens": options.max_output_tokens,
                "template_arguments": options.send_template_arguments,
            },
            extra={"control_tokens": "disarmed-1"},
        )

    def body(self, request: GenerationRequest) -> tuple[str, JsonObject]:
        """The path below the base URL and the JSON body of one request."""
        options = self._options
        return request_body(
            request,
            model=options.model,
            sampling=self._sampling(),
            max_tokens_field=options.max_tokens_field,
            max_output_tokens=options.max_output_tokens,
            send_template_arguments=options.send_template_arguments,
        )

    def _sampling(self) -> JsonObject:
        options = self._options
        sampling = {"temperature": options.temperature, "top_p": options.top_p, "seed": options.seed}
        return {**sampling, **options.extra_body}
