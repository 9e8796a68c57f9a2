"""Study recipes: which models are compared on what, how each came to be, and where its results are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import JsonValue, field_validator, model_validator

from parallelize.core.evaluation_recipe import EvaluationRecipe, ScoringOptions, parse_evaluation
from parallelize.core.languages import language
from parallelize.core.recipe_fields import (
    LanguageCodes,
    StrictTable,
    check_table,
    data_field,
    merged_tables,
    speed_field,
)

__all__ = ["PARADIGMS", "StudyModelOptions", "StudyRecipe", "TransferChoices", "folder_name", "parse_study"]

PARADIGMS = ("base", "instruct", "sft", "rl", "other")
"""How a model was made, in the order in which a report shows them."""
_REMEDY = "`parallelize recipe study --schema` lists every key with its type and meaning"
_ASKED = ("engine", "benchmarks", "langs", "samples", "limit", "prompt", "scoring", "memory")
"""Keys of an evaluation; a study has them for all models, and a model may have its own."""


class StudyModelOptions(StrictTable):
    """One model of a study: what it is, and its engine or its results."""

    name: str = data_field(min_length=1, description="what to call it in tables and pictures")
    paradigm: Literal["base", "instruct", "sft", "rl", "other"] = data_field(
        "base", description="how it was made"
    )
    note: str | None = data_field(None, description="what else was done, as in `language reward alone`")
    base: str | None = data_field(None, description="name of the model of this study that it was made from")
    family: str | None = data_field(None, description="family of models, as in Qwen2.5")
    size: str | None = data_field(None, description="number of parameters, as in 7B")
    trained_languages: LanguageCodes = data_field((), description="languages of its training data")
    training_rows: dict[str, int] = data_field(
        default_factory=dict, description="training rows by language, for contrasts at a constant budget"
    )
    results: str | None = data_field(
        None, description="a finished folder of `evaluate`, or a table of accuracies as `law` reads them"
    )
    responses: tuple[str, ...] = data_field(
        (), description="files, folders or globs of responses to score, as `score` reads them"
    )
    engine: dict[str, JsonValue] | None = data_field(
        None, description="engine keys beside those of the study"
    )
    prompt: dict[str, JsonValue] | None = data_field(
        None, description="prompt keys beside those of the study"
    )
    scoring: dict[str, JsonValue] | None = data_field(
        None, description="scoring keys beside those of the study"
    )

    @field_validator("responses", mode="before")
    @classmethod
    def _tuple(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value

    @field_validator("training_rows")
    @classmethod
    def _rows(cls, value: dict[str, int]) -> dict[str, int]:
        if any(count < 1 for count in value.values()):
            raise ValueError("training_rows: a language has fewer than one row")
        return {language(tag).code: count for tag, count in value.items()}

    @model_validator(mode="after")
    def _fits(self) -> StudyModelOptions:
        if self.results is not None and self.responses:
            raise ValueError(f"{self.name}: results and responses: give one of them")
        if self.there and any((self.engine, self.prompt)):
            raise ValueError(f"{self.name}: results are there, so nothing is asked; leave its engine out")
        if self.training_rows and self.trained_languages:
            missing = set(self.training_rows) ^ set(self.trained_languages)
            if missing:
                raise ValueError(
                    f"{self.name}: trained_languages and training_rows differ in {', '.join(sorted(missing))}"
                )
        return self

    @property
    def there(self) -> bool:
        """Whether nothing has to be asked: figures or responses are there."""
        return self.results is not None or bool(self.responses)

    @property
    def trained(self) -> tuple[str, ...]:
        """Languages of its training data."""
        return self.trained_languages or tuple(self.training_rows)


class TransferChoices(StrictTable):
    """What the definition of the transferability index leaves open."""

    denominator: Literal["english", "trained"] = data_field("english")
    average: Literal["benchmarks-first", "languages-first"] = data_field("benchmarks-first")
    scale: Literal[1, 100] = data_field(1)
    skip_zero_base: bool = data_field(True, description="leave out, and count, cells with a base of 0")


class StudyRecipe(StrictTable):
    """A whole study: models × benchmarks × languages, and one report."""

    title: str = data_field(min_length=1)
    models: tuple[StudyModelOptions, ...] = data_field(description="what is compared")
    pivot: str = data_field("en", description="language that gaps, distances and transfer start from")
    chance: dict[str, float] = data_field(
        default_factory=dict, description="chance level by benchmark, as in gpqa-main = 0.25"
    )
    near_chance: float = data_field(
        0.02, ge=0, le=1, description="an accuracy whose interval begins no higher above chance is flagged"
    )
    level: float = data_field(0.95, gt=0, lt=1, description="confidence level of all intervals")
    seed: int = data_field(0, description="seed of the bootstrap")
    resamples: int = data_field(2000, ge=100, description="bootstrap resamples")
    transfer: TransferChoices = data_field(default_factory=TransferChoices)
    sources: tuple[str, ...] = speed_field((), description="where published figures come from")
    engine: dict[str, JsonValue] | None = data_field(None, description="engine keys of all models")
    benchmarks: tuple[Any, ...] = data_field((), description="benchmarks, as in an evaluation recipe")
    langs: tuple[str, ...] = data_field((), description="languages, as in an evaluation recipe")
    samples: int = data_field(1, ge=1)
    limit: int | None = data_field(None, ge=1)
    prompt: dict[str, JsonValue] | None = data_field(None)
    scoring: dict[str, JsonValue] | None = data_field(None)
    memory: str | None = speed_field(None)

    @field_validator("pivot")
    @classmethod
    def _code(cls, value: str) -> str:
        return language(value).code

    @field_validator("chance")
    @classmethod
    def _shares(cls, value: dict[str, float]) -> dict[str, float]:
        if not all(0 <= share < 1 for share in value.values()):
            raise ValueError("chance: a level is not between 0 and 1; write 0.25 for four choices")
        return value

    @model_validator(mode="after")
    def _fits(self) -> StudyRecipe:
        names = [model.name for model in self.models]
        if not names:
            raise ValueError("models: name at least one, in a table [[models]]")
        folders = [folder_name(name) for name in names]
        for name in names:
            if names.count(name) > 1 or folders.count(folder_name(name)) > 1:
                raise ValueError(f"models: two are called {name!r} or nearly so; give each a name of its own")
        for model in self.models:
            if model.base is not None and model.base not in names:
                raise ValueError(f"models: {model.name} is made from {model.base!r}, which is not among them")
            if model.base == model.name:
                raise ValueError(f"models: {model.name} is its own base")
            if not model.there and not (model.engine or self.engine):
                raise ValueError(f"models: {model.name} has neither an engine nor results nor responses")
        return self

    def evaluation_of(self, model: StudyModelOptions) -> EvaluationRecipe:
        """The evaluation that makes a model's results: the study's keys with the model's own put in.

        Raises:
            InputError: naming each key that is unknown or has a wrong value.
        """
        own = self.model_dump(mode="json", include=set(_ASKED), exclude_none=True)
        mine = model.model_dump(mode="json", include=set(_ASKED), exclude_none=True)
        table = merged_tables(own, mine)
        engine = table.get("engine", {})
        if "name" not in engine:
            table["engine"] = {**engine, "name": "openai" if "base_url" in engine else "vllm"}
        table |= {"name": model.name, "trained_languages": list(model.trained)}
        return parse_evaluation(table, where=f"the evaluation of {model.name}")

    def scoring_of(self, model: StudyModelOptions) -> ScoringOptions:
        """How a model's responses are read, where they are there already.

        Raises:
            InputError: naming each key that is unknown or has a wrong value.
        """
        given = {**(self.scoring or {}), **(model.scoring or {})}
        return check_table(ScoringOptions, given, where=f"scoring of {model.name}", remedy=_REMEDY)


def folder_name(name: str) -> str:
    """A model's name as the name of a folder."""
    return "".join(char if char.isalnum() or char in "._+-" else "-" for char in name).strip(".-") or "model"


def _placed(data: Any, folder: str) -> Any:
    """The same tables with `{here}` in every text filled in."""
    if isinstance(data, str):
        return data.replace("{here}", folder)
    if isinstance(data, Mapping):
        return {key: _placed(item, folder) for key, item in data.items()}
    return [_placed(item, folder) for item in data] if isinstance(data, list) else data


def parse_study(
    data: Mapping[str, Any], *, where: str = "the recipe", folder: Path | None = None
) -> StudyRecipe:
    """Check a study recipe given as nested tables; every evaluation in it is checked too.

    Args:
        data: the tables.
        where: name of the recipe, for messages.
        folder: of the recipe: what results and responses are relative to, and what `{here}` stands for.

    Raises:
        InputError: naming each key that is unknown or has a wrong value, with near names.
    """
    table = data if folder is None else _placed(data, str(folder))
    recipe = check_table(StudyRecipe, table, where=where, remedy=_REMEDY)
    for model in recipe.models:
        if not model.there:
            recipe.evaluation_of(model)
    if folder is None:
        return recipe
    found = [
        model.model_copy(
            update={
                "results": model.results and str(folder / model.results),
                "responses": tuple(str(folder / item) for item in model.responses),
            }
        )
        for model in recipe.models
    ]
    return recipe.model_copy(update={"models": tuple(found)})
