"""Recipes: what to build, checked strictly, with every field classed as changing data or only speed.

A recipe is a TOML file (see `pipelines/`). Unknown keys and wrong types are refused by name. Fields
marked `DATA` are part of fingerprints: a change makes new work. Fields marked `SPEED` are recorded
and never hashed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from parallelize.core.engine_options import (
    BergamotOptions,
    EngineOptions,
    OpenAIModelOptions,
    VllmModelOptions,
)
from parallelize.core.errors import InputError
from parallelize.core.languages import language, language_keys, nearest
from parallelize.core.measures import MEASURES
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.recipe_fields import (
    DATA,
    SPEED,
    check_table,
    data_fields,
    merged_tables,
    read_table,
)
from parallelize.core.recipe_fields import StrictTable as _Model
from parallelize.core.recipe_fields import data_field as _data
from parallelize.core.recipe_fields import speed_field as _speed
from parallelize.core.shipped import shipped_file
from parallelize.core.trust import refuse_untrusted

SMALL_ENGINES = frozenset({"bergamot", "apertium"})
"""Engines of the class that runs on any CPU: measured by stricter bounds (`Measure.small_default`)."""

__all__ = [
    "DATA",
    "SPEED",
    "CometOptions",
    "CorpusOptions",
    "DecontaminationOptions",
    "GateOptions",
    "JudgeOptions",
    "PriceOptions",
    "Recipe",
    "RepairOptions",
    "RunOptions",
    "ScorerOptions",
    "SegmentOptions",
    "SourceOptions",
    "data_fields",
    "load_glossary",
    "load_recipe",
    "parse_recipe",
    "read_thresholds",
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

    @field_validator("columns", mode="before")
    @classmethod
    def _tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

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

    @field_validator("against", mode="before")
    @classmethod
    def _tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


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


class ScorerOptions(_Model):
    """Scoring models; their thresholds are off until `[gates.thresholds]` sets them."""

    comet: CometOptions | None = _data(None)
    judge: JudgeOptions | None = _data(None)


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
    runner: str = _speed(
        "here",
        pattern=r"^(here|none|processes:[1-9]\d*|ray(:.+)?)$",
        description="who translates: here, processes:N, ray, ray:ADDRESS; none: `parallelize work` does",
    )
    requests_out: str | None = _speed(
        None,
        description="folder for requests of an engine `batch` that no file answers; the build ends there",
    )
    replies_in: str | None = _speed(None, description="folder with replies to such requests")


class Recipe(_Model):
    """Everything that a build is told: source, languages, engines, gates, files of the run."""

    source: SourceOptions = _data(default_factory=SourceOptions)
    langs: tuple[str, ...] = _speed((), description="target languages; each is fingerprinted on its own")
    engine: EngineOptions = _data(default_factory=BergamotOptions)
    engines: dict[str, EngineOptions] = _data(
        default_factory=dict, description="another engine for a language"
    )
    texts: dict[str, Literal["translate", "copy", "json", "keep"]] = _data(
        default_factory=dict,
        description="what is done with texts, by role (thinking, system, context, choice, …) or by a pattern "
        "of paths (`messages[role=tool].content`): keep = in the source language on purpose",
    )
    decontaminate: DecontaminationOptions = _data(default_factory=DecontaminationOptions)
    segment: SegmentOptions = _data(default_factory=SegmentOptions)
    repair: RepairOptions = _data(default_factory=RepairOptions)
    back_translation: BackTranslationOptions = _data(default_factory=BackTranslationOptions)
    glossary: dict[str, dict[str, str | tuple[str, ...]]] = _data(
        default_factory=dict,
        description="language → term → translation, or a list of accepted forms, the first of which a model "
        "is told; or the path of a TOML file with such tables, relative to the recipe",
    )
    scorers: ScorerOptions = _data(default_factory=ScorerOptions)
    gates: GateOptions = _data(default_factory=GateOptions)
    corpus: CorpusOptions = _data(default_factory=CorpusOptions)
    prices: PriceOptions = _speed(default_factory=PriceOptions)
    run: RunOptions = _speed(default_factory=RunOptions)

    @field_validator("langs", mode="before")
    @classmethod
    def _tuple(cls, value: Any) -> Any:
        return tuple(language(str(tag)).code for tag in value) if isinstance(value, list | tuple) else value

    @field_validator("engines", "glossary")
    @classmethod
    def _codes(cls, value: dict[str, T]) -> dict[str, T]:
        return {language(tag).code: item for tag, item in value.items()}

    @field_validator("glossary", mode="before")
    @classmethod
    def _forms(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            tag: {term: tuple(item) if isinstance(item, list) else item for term, item in terms.items()}
            if isinstance(terms, dict)
            else terms
            for tag, terms in value.items()
        }

    @field_validator("glossary")
    @classmethod
    def _no_empty_term(cls, value: dict[str, Any]) -> dict[str, Any]:
        for tag, terms in value.items():
            for term, forms in terms.items():
                given = (forms,) if isinstance(forms, str) else forms
                if not term.strip() or not given or not all(form.strip() for form in given):
                    raise ValueError(f"{tag}.{term!r}: a term and its translations cannot be empty")
        return value

    @model_validator(mode="after")
    def _candidates_can_be_compared(self) -> Recipe:
        repair = self.repair
        if repair.candidates > 1 and not self.back_translation.enabled:
            raise ValueError("repair.candidates: the best is chosen by back-translation, which is off")
        if repair.candidates > repair.attempts:
            raise ValueError(
                f"repair.candidates: {repair.candidates} cannot come from {repair.attempts} attempts; "
                "raise repair.attempts"
            )
        return self

    @model_validator(mode="after")
    def _target_is_not_source(self) -> Recipe:
        if self.source.language in self.langs:
            raise ValueError(f"langs: {self.source.language} is the language of the source")
        return self

    def engine_for(self, code: str) -> Any:
        """Options of the engine that translates into a language."""
        return nearest(self.engines, code) or self.engine

    def thresholds_for(self, code: str) -> dict[str, float | None]:
        """Overrides of thresholds for one language: of its engine's class, then the recipe's own."""
        small = self.engine_for(code).name in SMALL_ENGINES
        of_class = {
            name: measure.small_default
            for name, measure in MEASURES.items()
            if small and measure.small_default is not None
        }
        return of_class | self.gates.thresholds_for(code)

    def back_engine_for(self, code: str) -> Any:
        """Options of the engine that translates a language back."""
        return self.back_translation.engine or self.engine_for(code)

    def fingerprint(self) -> str:
        """Hex sha256 over all fields that change data (target languages and gates included by value)."""
        return digest_fields([canonical_json(data_fields(self)).encode()]).hex()

    def translation_fingerprint(self, code: str) -> bytes:
        """32 bytes over what changes the translation of rows into one language.

        Engine models are not known here; their own fingerprints are added by the caller.
        """
        return digest_fields([code.encode(), canonical_json(self.translation_parts(code)).encode()])

    def translation_parts(self, code: str) -> dict[str, Any]:
        """The fields behind `translation_fingerprint`, as JSON values."""
        return {
            "source_language": self.source.language,
            "engine": data_fields(self.engine_for(code)),
            "back": data_fields(self.back_engine_for(code)) if self.back_translation.enabled else None,
            "segment": data_fields(self.segment),
            "repair": data_fields(self.repair),
            "glossary": self.glossary.get(code, {}),
            "scorers": data_fields(self.scorers),
            "thresholds": self.thresholds_for(code),
        }


def load_recipe(path: Path, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """Read a TOML recipe; `overrides` (nested) replace its values.

    Raises:
        InputError: the file is missing, is no TOML, or does not fit; the message names the key.
    """
    data = read_table(path)
    refuse_untrusted(data, where=str(path))
    if isinstance(data.get("glossary"), str):
        data["glossary"] = load_glossary(path.parent / data["glossary"])
    merged = merged_tables(data, overrides or {})
    gates = merged.get("gates")
    if isinstance(gates, dict) and isinstance(gates.get("include"), str):
        merged["gates"] = _with_included(gates, path.parent)
    return parse_recipe(merged, where=str(path))


def read_thresholds(path: Path) -> GateOptions:
    """Read a TOML file with `[gates.thresholds]`, `[gates.by_language.…]` or both: a recipe, or what
    `calibrate` wrote.

    Raises:
        InputError: the file is missing, is no TOML, lacks both tables, or names an unknown measure.
    """
    data = read_table(path, what="threshold file")
    gates = data.get("gates")
    tables = {
        name: table
        for name in ("thresholds", "by_language")
        if isinstance(gates, dict) and (table := gates.get(name)) is not None
    }
    if not tables:
        raise InputError(
            f"{path} has no table [gates.thresholds] or [gates.by_language.…]",
            remedy="write measure = number under one of them",
        )
    return parse_recipe({"gates": tables}, where=str(path)).gates


def _with_included(gates: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Gates with the file that they include put under them; a bound of the recipe goes before any of it."""
    name = gates["include"]
    shipped = not name.endswith(".toml")
    included = read_thresholds(
        shipped_file(f"pipelines/thresholds/{name}.toml") if shipped else folder / name
    )
    own = gates.get("thresholds", {})
    below = {
        "thresholds": dict(included.thresholds),
        "by_language": {
            code: {measure: bound for measure, bound in table.items() if measure not in own}
            for code, table in included.by_language.items()
        },
    }
    return merged_tables(below, {key: value for key, value in gates.items() if key != "include"})


def load_glossary(path: Path) -> dict[str, Any]:
    """Read a glossary: TOML with a table for each language, term = "translation" or a list of forms.

    Raises:
        InputError: the file is missing or is no TOML. Languages and terms are checked with the recipe.
    """
    return read_table(path, what="glossary")


def parse_recipe(data: Mapping[str, Any], *, where: str = "the recipe") -> Recipe:
    """Check a recipe given as nested tables.

    Raises:
        InputError: naming each key that is unknown or has a wrong value, with near names.
    """
    return check_table(
        Recipe,
        data,
        where=where,
        remedy="`parallelize recipe --schema` lists every key with its type and meaning",
    )
