"""Tables of a recipe, one class each: what may stand in it, with ranges and defaults."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, field_validator

from parallelize.core.engine_options import EngineOptions, OpenAIModelOptions, VllmModelOptions
from parallelize.core.languages import language, language_keys
from parallelize.core.measures import MEASURES
from parallelize.core.recipe_fields import StrictTable as _Model
from parallelize.core.recipe_fields import data_field as _data
from parallelize.core.recipe_fields import runner_field
from parallelize.core.recipe_fields import speed_field as _speed

__all__ = [
    "BackTranslationOptions",
    "CometOptions",
    "CorpusOptions",
    "DecontaminationOptions",
    "GateOptions",
    "JudgeOptions",
    "PriceOptions",
    "RepairOptions",
    "RunOptions",
    "ScorerOptions",
    "SegmentOptions",
    "SourceOptions",
]

T = TypeVar("T")


class SourceOptions(_Model):
    """Where the English rows come from."""

    path: str | None = _data(None, description="file, folder, glob, or Hub dataset id")
    config: str | None = _data(None, description="configuration of a Hub dataset")
    split: str | None = _data(None, description="split of a Hub dataset; word in the file names of a folder")
    revision: str | None = _data(None, description="revision of a Hub dataset (pin a commit)")
    limit: int | None = _data(None, ge=1, description="take only the first rows")
    language: str = _data("en", description="language of the source")
    language_tasks: Literal["drop", "keep"] = _data(
        "drop", description="tasks about the language itself: spelling, rhyme, grammar, translation"
    )
    id: str | None = _data(
        None, description="column with ids; found if there is one; `@content` for content addresses"
    )
    problem: str | None = _data(None, description="column of the question")
    solution: str | None = _data(None, description="column of the worked solution or response")
    answer: str | None = _data(None, description="column of the final answer")
    messages: str | None = _data(None, description="column of chat messages")
    license: str | None = _data(None, description="licence of the source, for the card")
    format: Literal["jsonl", "json", "csv", "tsv", "parquet"] | None = _data(None)
    columns: tuple[str, ...] = _data((), description="column names of a CSV or TSV file without a header")
    delimiter: str | None = _data(None, min_length=1, max_length=1)
    name: str | None = _data(None, description="name of the source in content addresses")

    @field_validator("language")
    @classmethod
    def _code(cls, value: str) -> str:
        return language(value).code


class DecontaminationOptions(_Model):
    """Evaluation sets whose rows must not be in the corpus."""

    against: tuple[str, ...] = _data((), description="files, folders or Hub dataset ids")
    n: int = _data(13, ge=8, description="words of a shared run that drops a row")
    share: float | None = _data(
        None, gt=0, le=1, description="also drop a row that covers such a share of another"
    )


class SegmentOptions(_Model):
    """How texts are cut; by default as the engine likes it."""

    max_chars: int | None = _data(None, ge=50, le=20_000)


class RepairOptions(_Model):
    """What is tried when a segment fails its gates."""

    attempts: int = _data(4, ge=1, le=8, description="attempts with each engine, the first included")
    candidates: int = _data(
        1,
        ge=1,
        le=8,
        description="passing translations to gather for each segment; the one with the best back-translation "
        "wins; costs up to so many times as much, and needs an engine that samples",
    )
    engine: EngineOptions | None = _data(
        None, description="another engine for segments that no attempt of the first could translate"
    )


class BackTranslationOptions(_Model):
    """Translating the result back, to compare it with the source."""

    enabled: bool = _data(True)
    engine: EngineOptions | None = _data(None, description="another engine for the way back")
    again: bool | None = _data(
        None,
        description="translate what came back once more, for `fault_risk`; by default with a small engine",
    )


class CometOptions(_Model):
    """A COMET-family model, run by the Python of an environment of its own."""

    python: str = _speed(
        "",
        description="interpreter of an environment with unbabel-comet; a recipe alone may not name it: "
        "set PARALLELIZE_COMET_PYTHON",
    )
    model: str = _data(description="checkpoint file (.ckpt), or Hub id of a model")
    level: Literal["segment", "row"] = _data("segment", description="what is measured at a time")
    batch_size: int = _speed(16, ge=1)
    gpus: int = _speed(0, ge=0, description="0: on the CPU")
    timeout_seconds: float = _speed(
        600.0, gt=0, description="a worker silent for so long is ended (start, batch)"
    )


class JudgeOptions(_Model):
    """A language model that grades translations; what it says counts only in the exact form asked for."""

    engine: Annotated[VllmModelOptions | OpenAIModelOptions, Field(discriminator="name")] = _data()
    prompt: str = _data("adequacy", description="prompt that ships, or the path of a prompt file (.toml)")
    level: Literal["row", "segment"] = _data("row", description="what is graded at a time")


class SolverOptions(_Model):
    """A language model that solves source and translation; fewer right answers tell of a changed problem."""

    engine: Annotated[VllmModelOptions | OpenAIModelOptions, Field(discriminator="name")] = _data()
    samples: int = _data(4, ge=1, le=64, description="solutions of each of both texts")
    max_output_tokens: int = _data(2048, ge=16, description="of one solution; a longer one counts as wrong")


class ScorerOptions(_Model):
    """Scoring models; their thresholds are off until `[gates.thresholds]` sets them."""

    comet: CometOptions | None = _data(None)
    judge: JudgeOptions | None = _data(None)
    solver: SolverOptions | None = _data(None)


class GateOptions(_Model):
    """Thresholds by measure; `false` switches a gate off, a language's own table goes first."""

    include: str | None = _speed(
        None,
        description="TOML file of thresholds, beside the recipe or one that ships (`strict`); "
        "what the recipe itself says goes first",
    )
    thresholds: dict[str, float | Literal[False]] = _data(default_factory=dict)
    by_language: dict[str, dict[str, float | Literal[False]]] = _data(default_factory=dict)

    @field_validator("thresholds", "by_language")
    @classmethod
    def _known(cls, value: dict[str, Any]) -> dict[str, Any]:
        for key, item in value.items():
            names = item if isinstance(item, dict) else [key]
            for name in names:
                if name not in MEASURES:
                    near = difflib.get_close_matches(name, MEASURES, n=3, cutoff=0.3)
                    raise ValueError(
                        f"no measure is called {name!r}; near: {', '.join(near) or ', '.join(MEASURES)}"
                    )
        return value

    @field_validator("by_language")
    @classmethod
    def _codes(cls, value: dict[str, T]) -> dict[str, T]:
        return {language(tag).code: item for tag, item in value.items()}

    @field_validator("include")
    @classmethod
    def _read_already(cls, value: str | None) -> None:
        if value is not None:
            raise ValueError("only a recipe file can include thresholds")

    def thresholds_for(self, code: str) -> dict[str, float | None]:
        """Overrides for one language: measure → threshold, None for a gate that is off."""
        tables = [self.by_language.get(key, {}) for key in reversed(language_keys(code))]
        merged = dict(self.thresholds)
        for table in tables:
            merged |= table
        return {name: None if value is False else float(value) for name, value in merged.items()}


class PriceOptions(_Model):
    """What work costs, in any one currency; used for estimates and never published."""

    per_gpu_hour: float | None = _speed(None, ge=0, description="price of one GPU, or machine, for an hour")
    per_million_input_tokens: float | None = _speed(None, ge=0)
    per_million_output_tokens: float | None = _speed(None, ge=0)

    def cost(
        self, *, gpu_hours: float | None, input_tokens: float | None, output_tokens: float | None
    ) -> float | None:
        """Money for so much work; None without prices, or where what a price is for was not measured."""
        parts = (
            (self.per_gpu_hour, gpu_hours, 1.0),
            (self.per_million_input_tokens, input_tokens, 1e6),
            (self.per_million_output_tokens, output_tokens, 1e6),
        )
        priced = [(price, amount, unit) for price, amount, unit in parts if price is not None]
        if not priced:
            return None
        found = [price * amount / unit for price, amount, unit in priced if amount is not None]
        return sum(found) if len(found) == len(priced) else None


class CorpusOptions(_Model):
    """What is written and how it is described."""

    name: str | None = _data(None)
    align: Literal["intersection", "union"] = _data("intersection")
    license: str | None = _data(None, description="licence of the corpus, for the card; needed to publish")
    shard_bytes: int = _data(500_000_000, ge=1_000)
    citation: str | None = _data(None)
    card: str | None = _data(None, description="your own Jinja template of the card; cards/ has the default")


class RunOptions(_Model):
    """How the work is done."""

    chunk_rows: int = _speed(256, ge=1, description="rows kept together; the unit of a finished piece")
    scoring_processes: int | None = _speed(
        None, ge=0, description="processes that score replies; 0: the main one; default: by cores and engine"
    )
    window_segments: int = _speed(4_096, ge=1, description="segments under way at once")
    memory: str | None = _speed(None, description="folder of a translation memory to share between runs")
    runner: str = runner_field("translates")
    requests_out: str | None = _speed(
        None, description="folder for requests of an engine `batch` that no file answers; the build ends so"
    )
    replies_in: str | None = _speed(None, description="folder with replies to such requests")
