"""Options of the engines: a recipe's `[engine]` tables, which the engines take as they are.

Every field is classed (`core.recipe_fields`): those of data change replies, those of speed do not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from parallelize.core.provenance import public_name
from parallelize.core.recipe_fields import StrictTable
from parallelize.core.recipe_fields import data_field as _data
from parallelize.core.recipe_fields import speed_field as _speed

__all__ = [
    "MOST_CONTEXT",
    "ApertiumOptions",
    "BatchModelOptions",
    "BatchOptions",
    "BergamotOptions",
    "EngineOptions",
    "EngineTable",
    "ModelTable",
    "OpenAIModelOptions",
    "OpenAIOptions",
    "PromptedOptions",
    "PromptedTable",
    "ScriptedModelOptions",
    "ScriptedOptions",
    "ServedModelOptions",
    "VllmModelOptions",
    "VllmOptions",
]

MOST_CONTEXT = 16
"""Segments before one that a model can be shown."""


class EngineTable(StrictTable):
    """What can be said of every engine's table; each has a `name` of its own."""

    @property
    def title(self) -> str:
        """A short name for people: engine and model, without folders of this machine."""
        name, model = getattr(self, "name", ""), public_name(getattr(self, "model", ""))
        return ":".join(part for part in (name, model) if part)

    @property
    def gpus(self) -> int:
        """GPUs that it runs on; 1 where a recipe does not say (a server, this machine's CPU)."""
        return 1

    @property
    def unit(self) -> str:
        """What `gpus` counts for this engine: whole machines."""
        return "machine"

    @property
    def cores(self) -> int:
        """Processes on this machine that work for it."""
        return 1

    @property
    def context_shown(self) -> int:
        """How many segments before one the recipe wants shown."""
        return 0

    @property
    def shows_translated_context(self) -> bool:
        """Whether the recipe wants the translation of that text shown, too."""
        return False

    @property
    def span(self) -> int | None:
        """Waiting requests among which the longest go first; None: the queue's own."""
        return None

    @property
    def window(self) -> int | None:
        """Segments under way at once that it wants; None: as many as the recipe says."""
        return None

    @property
    def paid_share(self) -> float:
        """What work costs here, as a share of the recipe's prices."""
        return 1.0


class BergamotOptions(EngineTable):
    """Firefox Translations models on this machine's CPU."""

    name: Literal["bergamot"] = _data("bergamot")
    models: str | None = _speed(
        None, description="folder with models; the files' digests are hashed, not the path"
    )
    workers: int | None = _speed(None, ge=1, description="processes; default: one for each core")
    offline: bool = _speed(False, description="never fetch models")

    @property
    def cores(self) -> int:
        """Processes on this machine that work for it: the option `workers`, as far as it says."""
        return self.workers or 1


class ApertiumOptions(EngineTable):
    """The rule-based engine of Debian's apertium packages."""

    name: Literal["apertium"] = _data("apertium")


class ScriptedOptions(EngineTable):
    """A deterministic pseudo-translation for tests of the machinery; not for real corpora."""

    name: Literal["scripted"] = _data("scripted")
    seed: int = _data(0)
    fault_rate: float = _data(0.0, ge=0, le=1)
    delay_seconds: float = _speed(0.0, ge=0)
    counts_tokens: bool = _speed(False, description="report white-space words as tokens")


class ScriptedModelOptions(EngineTable):
    """A deterministic model for tests of the machinery: it repeats the problem and guesses a number."""

    name: Literal["scripted"] = _data("scripted")
    model: str = _data("echo", description="what to call it")
    temperature: float = _data(0.0, ge=0, le=2)
    seed: int = _data(0)
    fault_rate: float = _data(0.0, ge=0, le=1)
    delay_seconds: float = _speed(0.0, ge=0)


class ModelTable(EngineTable):
    """What every language model is told: which one it is, and how it is sampled."""

    model: str = _data(description="model id or folder")
    temperature: float = _data(0.0, ge=0, le=2)
    top_p: float = _data(1.0, gt=0, le=1)
    seed: int = _data(0)
    max_output_tokens: int = _data(
        4_096, ge=16, description="cap for any reply; most are capped by their source"
    )


class PromptedTable(EngineTable):
    """How a model that takes prompts is asked to translate."""

    prompt: str = _data("instruct", description="prompt profile, or the path of a prompt file (.toml)")
    protection: Literal["inline", "masked"] = _data("inline")
    segment_chars: int = _data(1_500, ge=100, le=20_000)
    thinking: bool = _data(False, description="let a thinking model think before it translates")
    context: bool | Literal["both"] = _data(
        False,
        description="show the source text before the segment, read-only; both: its translation as well, "
        "for which segments of a text wait for one another",
    )
    context_segments: int = _data(1, ge=1, le=MOST_CONTEXT, description="how many segments context shows")

    @property
    def context_shown(self) -> int:
        """How many segments before one the recipe wants shown."""
        return 0 if self.context is False else self.context_segments

    @property
    def shows_translated_context(self) -> bool:
        """Whether the recipe wants the translation of that text shown, too."""
        return self.context == "both"


class VllmModelOptions(ModelTable):
    """Options of a model that vLLM runs on the GPUs of this machine."""

    name: Literal["vllm"] = _data("vllm")
    revision: str | None = _data(None, description="revision of the model (pin a commit)")
    tokenizer: str | None = _data(None, description="another tokenizer than the model's own")
    tokenizer_revision: str | None = _data(None)
    chat_template: str | None = _data(None, description="Jinja text to use instead of the model's template")
    dtype: str = _data("auto")
    quantization: str | None = _data(None)
    kv_cache_dtype: str = _data("auto")
    max_model_len: int | None = _data(None, ge=128)
    top_k: int = _data(0, ge=0, description="0: all tokens")
    min_p: float = _data(0.0, ge=0, le=1)
    repetition_penalty: float = _data(1.0, gt=0)
    repetition_pattern_tokens: int = _data(
        20, ge=0, description="a pattern of up to so many tokens, again and again, ends a reply; 0: off"
    )
    repetition_count: int = _data(16, ge=2, description="how often in a row the pattern has to come")
    extra_engine: dict[str, JsonValue] = _data(
        default_factory=dict, description="further arguments of vLLM's AsyncEngineArgs"
    )
    tensor_parallel_size: int = _speed(1, ge=1)
    data_parallel_size: int = _speed(1, ge=1, description="copies of the model, one engine for each")
    gpu_memory_utilization: float = _speed(0.9, gt=0, le=1)
    max_num_seqs: int | None = _speed(None, ge=1)
    max_num_batched_tokens: int | None = _speed(None, ge=1)
    enforce_eager: bool = _speed(False)
    enable_prefix_caching: bool = _speed(True)
    in_flight: int | None = _speed(
        None, ge=1, description="requests in the engine at once; default: a quarter more than it can run"
    )
    lookahead: int = _speed(1_024, ge=1, description="requests among which the longest are chosen first")
    stall_seconds: float = _speed(300.0, gt=0, description="an engine that gives nothing for so long is hung")
    restarts: int = _speed(
        3, ge=0, description="restarts after a death or a hang, over the life of the engine"
    )

    @property
    def gpus(self) -> int:
        """Copies of the model times the GPUs of each."""
        return self.data_parallel_size * self.tensor_parallel_size

    @property
    def unit(self) -> str:
        """What `gpus` counts for this engine: single GPUs."""
        return "GPU"

    @property
    def span(self) -> int | None:
        """Waiting requests among which the longest go first: the option `lookahead`."""
        return self.lookahead


class VllmOptions(PromptedTable, VllmModelOptions):
    """A translator on vLLM in this process."""


class ServedModelOptions(ModelTable):
    """What every model behind an address of somebody's has to be told."""

    revision: str = _data("", description="whatever else tells this deployment from another of the same name")
    api_key_env: str | None = _speed(None, description="environment variable that holds the key")
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = _speed("max_tokens")
    send_template_arguments: bool = _data(
        True, description="send chat_template_kwargs; hosted models may refuse"
    )
    extra_body: dict[str, JsonValue] = _data(
        default_factory=dict, description="further fields of every request, as the server documents them"
    )
    insecure_http: bool = _speed(False, description="allow a key over plain HTTP to another machine")
    timeout_seconds: float = _speed(600.0, gt=0, description="for one attempt, from sending to the last byte")
    connect_timeout_seconds: float = _speed(10.0, gt=0)


class OpenAIModelOptions(ServedModelOptions):
    """Any server that speaks the OpenAI API."""

    name: Literal["openai"] = _data("openai")
    base_url: str = _speed(description="for example http://127.0.0.1:8000/v1")
    start_concurrency: int = _speed(8, ge=1, description="requests under way at first")
    max_concurrency: int = _speed(64, ge=1)
    max_attempts: int = _speed(
        6, ge=1, description="of a request that the server fails; waiting for a busy one is no attempt"
    )
    retry_reserve: int = _speed(
        100, ge=0, description="retries ahead of replies before the server counts as broken"
    )
    silence_seconds: float = _speed(
        300.0, gt=0, description="a troubled server without any reply for so long counts as dead"
    )
    backoff_seconds: float = _speed(0.5, gt=0, description="mean pause before the first retry; it doubles")
    longest_backoff_seconds: float = _speed(30.0, gt=0)
    max_response_bytes: int = _speed(32 * 1024 * 1024, ge=1)


class OpenAIOptions(PromptedTable, OpenAIModelOptions):
    """A translator on any server that speaks the OpenAI API."""


class BatchModelOptions(ServedModelOptions):
    """A model that answers files of many requests, within hours and for less money."""

    name: Literal["batch"] = _data("batch")
    form: Literal["openai", "azure", "anthropic"] = _data(
        "openai", description="whose interface: files, headers and states differ"
    )
    base_url: str | None = _speed(
        None,
        description="for example https://HOST/v1; without one, requests and replies are files only "
        "(--requests-out, --replies-in)",
    )
    api_version: str | None = _speed(
        None, description="azure: the older addresses (/openai/…?api-version=) of this version"
    )
    requests: int = _speed(10_000, ge=1, le=100_000, description="the most that one batch holds")
    batch_bytes: int = _speed(100_000_000, ge=1_000, description="the most that one batch's file holds")
    wave_segments: int = _speed(
        50_000, ge=1, description="segments under way at once: as many as all batches together may hold"
    )
    gather_seconds: float = _speed(
        10.0, ge=0, description="a batch that is not full is sent when nothing was asked for so long"
    )
    poll_seconds: float = _speed(60.0, gt=0, description="between two looks at a batch")
    patience_seconds: float = _speed(
        3_600.0, gt=0, description="a provider out of reach for so long is given up; the batches go on"
    )
    max_attempts: int = _speed(
        3, ge=1, description="batches that a request is put into before it counts as failed"
    )
    price_factor: float = _speed(
        0.5, ge=0, description="what a token costs here, as a share of the recipe's price"
    )

    @property
    def paid_share(self) -> float:
        """What work costs here, as a share of the recipe's prices: the option `price_factor`."""
        return self.price_factor

    @property
    def window(self) -> int | None:
        """Segments under way at once that it wants: the option `wave_segments`."""
        return self.wave_segments


class BatchOptions(PromptedTable, BatchModelOptions):
    """A translator on a model that answers in batches."""


PromptedOptions = VllmOptions | OpenAIOptions | BatchOptions
"""A translator that takes prompts."""
EngineOptions = Annotated[
    BergamotOptions | ApertiumOptions | ScriptedOptions | PromptedOptions, Field(discriminator="name")
]
"""Any translator."""
