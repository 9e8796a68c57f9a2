"""Recipes: what to build, checked strictly, with every field classed as changing data or only speed.

A recipe is a TOML file (see `pipelines/`). Unknown keys and wrong types are refused by name. Fields
marked `DATA` are part of fingerprints: a change makes new work. Fields marked `SPEED` are recorded
and never hashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import field_validator, model_validator

from parallelize.core.engine_options import BergamotOptions, EngineOptions
from parallelize.core.errors import InputError
from parallelize.core.languages import language, nearest
from parallelize.core.measures import MEASURES
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.recipe_fields import LanguageCodes, check_table, data_fields, merged_tables, read_table
from parallelize.core.recipe_fields import StrictTable as _Model
from parallelize.core.recipe_fields import data_field as _data
from parallelize.core.recipe_fields import speed_field as _speed
from parallelize.core.recipe_tables import (
    BackTranslationOptions,
    CorpusOptions,
    DecontaminationOptions,
    GateOptions,
    PriceOptions,
    RepairOptions,
    RunOptions,
    ScorerOptions,
    SegmentOptions,
    SourceOptions,
)
from parallelize.core.shipped import shipped_file
from parallelize.core.thresholds import Thresholds
from parallelize.core.trust import refuse_untrusted

SMALL_ENGINES = frozenset({"bergamot", "apertium"})
"""Engines of the class that runs on any CPU: measured by stricter bounds (`Measure.small_default`)."""

__all__ = ["Recipe", "load_glossary", "load_recipe", "parse_recipe", "read_thresholds"]


T = TypeVar("T")


class Recipe(_Model):
    """Everything that a build is told: source, languages, engines, gates, files of the run."""

    source: SourceOptions = _data(default_factory=SourceOptions)
    langs: LanguageCodes = _speed((), description="target languages; each is fingerprinted on its own")
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

    def engine_for(self, code: str) -> EngineOptions:
        """Options of the engine that translates into a language."""
        return nearest(self.engines, code) or self.engine

    def thresholds_for(self, code: str) -> dict[str, float | None]:
        """Overrides of thresholds for one language: of its engine's class, then the recipe's own."""
        small = self._is_small(code)
        of_class = {
            name: measure.small_default
            for name, measure in MEASURES.items()
            if small and measure.small_default is not None
        }
        return of_class | self.gates.thresholds_for(code)

    def gates_for(self, code: str) -> Thresholds:
        """Every threshold that the rows of one language are judged by."""
        return Thresholds.of(self.thresholds_for(code))

    def back_engine_for(self, code: str) -> EngineOptions:
        """Options of the engine that translates a language back."""
        return self.back_translation.engine or self.engine_for(code)

    def translates_again(self, code: str) -> bool:
        """Whether what came back of a language is translated once more."""
        wanted = self.back_translation.again
        return self.back_translation.enabled and (self._is_small(code) if wanted is None else wanted)

    def _is_small(self, code: str) -> bool:
        """Whether the engine that translates into a language is of the class that runs on any CPU."""
        return self.engine_for(code).name in SMALL_ENGINES

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
            "again": self.translates_again(code),
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
