"""Evaluation recipes: which model is asked what, how, and how often; checked like recipes of builds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from parallelize.core.engine_options import OpenAIModelOptions, ScriptedModelOptions, VllmModelOptions
from parallelize.core.errors import InputError
from parallelize.core.languages import language
from parallelize.core.recipe_fields import (
    LanguageCodes,
    StrictTable,
    check_table,
    data_field,
    read_table,
    runner_field,
    speed_field,
)
from parallelize.core.shipped import shipped_folder

__all__ = [
    "ROW_ID",
    "BenchmarkOptions",
    "EvaluationRecipe",
    "PromptOptions",
    "ScoringOptions",
    "named_benchmark",
    "parse_evaluation",
    "shipped_benchmarks",
]

ROW_ID = "@row"
"""As an id column: number the rows, for files whose rows are in the same order in every language."""

_NAME = re.compile(r"[A-Za-z0-9][\w.+-]*")
_REMEDY = "`parallelize recipe evaluate --schema` lists every key with its type and meaning"
_PLACE = "{lang}"

ModelOptions = Annotated[
    VllmModelOptions | OpenAIModelOptions | ScriptedModelOptions, Field(discriminator="name")
]


class BenchmarkOptions(StrictTable):
    """Where the problems of a benchmark are. `{lang}` stands for what it calls a language."""

    name: str = data_field(description="what to call it in results and file names")
    path: str = data_field(description="file, folder, glob, run directory, corpus or Hub dataset id")
    config: str | None = data_field(None, description="configuration of a Hub dataset")
    split: str | None = data_field(None, description="split of a Hub dataset; word in file names of a folder")
    levels: tuple[str, ...] = data_field((), description="splits to read that are its levels of difficulty")
    revision: str | None = data_field(None, description="revision of a Hub dataset (pin a commit)")
    problem: str | None = data_field(None, description="column of the question; found by its name")
    messages: str | None = data_field(
        None, description="column with a chat, whose first question is the problem; instead of problem"
    )
    answer: str | None = data_field(None, description="column of the gold answer; `-`: there is none")
    solution: str | None = data_field(None, description="column of worked solutions, for few-shot examples")
    choices: tuple[str, ...] = data_field((), description="columns of wrong answers, of multiple choice")
    options: tuple[str, ...] = data_field(
        (),
        description="columns of all choices in order, or one column with a list of them; the answer is then "
        "a letter, an index or the text of one",
    )
    first_index: Literal[0, 1] = data_field(0, description="number of the first choice, in an index")
    letters: int | None = data_field(
        None, ge=2, le=10, description="choices that the text of the problem itself holds, by letters"
    )
    variant: str | None = data_field(
        None, description="column that names the instantiation of an item, where an item has several"
    )
    language: str | None = data_field(
        None, description="column that names the language of a row, where one place holds all"
    )
    level: str | None = data_field(None, description="column of the level of difficulty")
    id: str | None = data_field(
        None, description="column with ids that are the same in every language; `@row` numbers the rows"
    )
    format: Literal["jsonl", "json", "csv", "tsv", "parquet"] | None = data_field(None)
    columns: tuple[str, ...] = data_field((), description="column names of a CSV or TSV file without header")
    delimiter: str | None = data_field(None, min_length=1, max_length=1)
    languages: dict[str, str] = data_field(
        default_factory=dict, description="language → what the benchmark calls it; if given, it has no others"
    )
    license: str | None = speed_field(None, description="licence, as its publisher states it")
    source: str | None = speed_field(None, description="where it is described")

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: dict[str, str]) -> dict[str, str]:
        return {language(tag).code: item for tag, item in value.items()}

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError(f"{value!r} has characters other than letters, digits and . _ + -")
        return value

    @model_validator(mode="after")
    def _one_kind_of_split(self) -> BenchmarkOptions:
        if self.split and self.levels:
            raise ValueError("split and levels: give one of them; levels are splits")
        if self.problem and self.messages:
            raise ValueError("problem and messages: give one of them")
        if sum(map(bool, (self.choices, self.options, self.letters))) > 1:
            raise ValueError("choices, options and letters: give one of them")
        return self

    def for_language(self, code: str) -> BenchmarkOptions:
        """The same with `{lang}` filled in.

        Raises:
            InputError: the benchmark is known not to have this language.
        """
        if self.languages and code not in self.languages:
            raise InputError(
                f"benchmark {self.name} has no {code}",
                remedy=f"it has {', '.join(sorted(self.languages))}",
            )
        texts = {key: getattr(self, key) for key in ("path", "config", "split", "problem", "answer")}
        filled = {
            key: text.replace(_PLACE, self.called(code)) for key, text in texts.items() if text is not None
        }
        return self.model_copy(update=filled)

    def called(self, code: str) -> str:
        """What the benchmark calls a language."""
        return self.languages.get(code, code)

    @property
    def tells_languages_apart(self) -> bool:
        """Whether it has different problems for different languages."""
        places = (self.path, self.config, self.split, self.problem)
        return self.language is not None or any(_PLACE in (text or "") for text in places)


class PromptOptions(StrictTable):
    """How a problem is asked."""

    style: Literal["chat", "completion"] = data_field(
        "chat", description="the model's chat template, or plain text to go on with (base models)"
    )
    instruction: Literal["answer", "think", "none"] = data_field(
        "answer", description="answer in the language; think and answer in it; say nothing of languages"
    )
    boxed: bool = data_field(True, description="ask for the final answer in \\boxed{}")
    opening: bool = data_field(
        False, description="write the first words of the reply, in its language (the prompt hack)"
    )
    thinking: bool | None = data_field(
        None, description="sets enable_thinking of the chat template; none leaves it to the template"
    )
    template_arguments: dict[str, JsonValue] = data_field(
        default_factory=dict, description="further arguments of the chat template"
    )
    prompt_language: str | None = data_field(
        None, description="language of the problems, where it is not the one that is asked for"
    )
    profile: str | None = data_field(
        None,
        description="prompts of a published evaluation (simple-evals, mmath, polymath, polymath-forcing, "
        "xreasoning, each NAME or NAME:FOLDER of its clone), or a TOML file with your own",
    )
    english: Literal["none", "path", "code", "quotation"] = data_field(
        "none",
        description="English that says nothing, after the problem: does it draw a model into English?",
    )
    shots: int = data_field(0, ge=0, le=64, description="worked examples before the problem")
    examples: BenchmarkOptions | None = data_field(
        None, description="where they are; its first rows are taken"
    )

    @field_validator("prompt_language")
    @classmethod
    def _code(cls, value: str | None) -> str | None:
        return None if value is None else language(value).code

    @model_validator(mode="after")
    def _examples_fit(self) -> PromptOptions:
        if self.shots and self.examples is None:
            raise ValueError("shots: say where the worked examples are, in [prompt.examples]")
        if self.style == "completion" and self.profile is not None:
            raise ValueError("profile: these prompts are made for chats, style = 'chat'")
        if self.style == "completion" and (self.thinking is not None or self.template_arguments):
            raise ValueError("thinking and template_arguments belong to a chat template: style = 'chat'")
        return self


class ScoringOptions(StrictTable):
    """How responses are read; all of it can be changed later with `parallelize score`."""

    think_open: str = data_field("<think>", min_length=1)
    think_close: str = data_field("</think>", min_length=1)
    thinking_opened: bool = data_field(False, description="the chat template opens the thinking itself")
    judge_cut: bool = data_field(False, description="judge the language of responses that were cut")


class EvaluationRecipe(StrictTable):
    """A whole evaluation of one model."""

    engine: ModelOptions = data_field(description="the model and its sampling")
    benchmarks: tuple[BenchmarkOptions, ...] = data_field(description="what is asked")
    langs: LanguageCodes = data_field(description="languages that responses should be in")
    samples: int = data_field(1, ge=1, le=4_096, description="responses to each problem (avg@k, pass@k)")
    limit: int | None = data_field(None, ge=1, description="ask only the first problems of each benchmark")
    prompt: PromptOptions = data_field(default_factory=PromptOptions)
    scoring: ScoringOptions = data_field(default_factory=ScoringOptions)
    name: str | None = data_field(None, description="what to call the model in results")
    trained_languages: LanguageCodes = data_field(
        (), description="languages it was trained on, for `parallelize law`; none: a base model"
    )
    memory: str | None = speed_field(None, description="folder of a memory to share between evaluations")
    runner: str = runner_field("asks the model")

    @model_validator(mode="after")
    def _fits(self) -> EvaluationRecipe:
        if not self.langs:
            raise ValueError("langs: name at least one, as in --langs de,fr,ja")
        if not self.benchmarks:
            raise ValueError("benchmarks: name at least one, as in --benchmark mgsm")
        names = [item.name for item in self.benchmarks]
        if len(set(names)) != len(names):
            raise ValueError(f"benchmarks: two have the same name ({', '.join(names)}); give each its own")
        if self.samples > 1 and self.engine.temperature == 0:
            raise ValueError(
                f"samples: at temperature 0 the {self.samples} samples of a problem would be the same; set "
                "engine.temperature (--temperature 0.6), or samples = 1"
            )
        return self

    def facts(self) -> dict[str, Any]:
        """The recipe as results name it: who worked on them is no part of them."""
        return self.model_dump(mode="json", exclude={"runner"})

    @property
    def model_name(self) -> str:
        """The model's name in results."""
        return self.name or Path(self.engine.model.rstrip("/")).name or self.engine.model


def shipped_benchmarks() -> dict[str, Path]:
    """The benchmark descriptions that ship, by name."""
    return {path.stem: path for path in sorted((shipped_folder("pipelines") / "benchmarks").glob("*.toml"))}


def parse_evaluation(data: Mapping[str, Any], *, where: str = "the recipe") -> EvaluationRecipe:
    """Check an evaluation recipe given as nested tables.

    A benchmark, and `prompt.examples`, may be given by a name: one that ships, a `.toml` file, or a path or
    dataset id whose columns have usual names.

    Raises:
        InputError: naming each key that is unknown or has a wrong value, with near names.
    """
    table = dict(data)
    if isinstance(table.get("benchmarks"), list | tuple):
        table["benchmarks"] = [_benchmark(item) for item in table["benchmarks"]]
    prompt = table.get("prompt")
    if isinstance(prompt, Mapping) and "examples" in prompt:
        table["prompt"] = {**prompt, "examples": _benchmark(prompt["examples"])}
    return check_table(EvaluationRecipe, table, where=where, remedy=_REMEDY)


def named_benchmark(place: str) -> BenchmarkOptions:
    """A benchmark that is given by name, as a recipe may: see `parse_evaluation`.

    Raises:
        InputError: its description has an unknown key or a wrong value.
    """
    return check_table(BenchmarkOptions, _benchmark(place), where=place, remedy=_REMEDY)


def _benchmark(item: Any) -> Any:
    """The table of a benchmark that is given by name; tables are left as they are."""
    if isinstance(item, Mapping):
        known = item.get("benchmark")
        if not isinstance(known, str):
            return item
        rest = {key: value for key, value in item.items() if key != "benchmark"}
        return {**_benchmark(known), **rest}
    if not isinstance(item, str):
        return item
    shipped = shipped_benchmarks()
    if item in shipped:
        return {"name": item, **read_table(shipped[item])}
    path = Path(item)
    if path.suffix == ".toml":
        return {"name": path.stem, **read_table(path, what="benchmark")}
    stem = path.name.split(".")[0].replace(_PLACE, "").strip("_-") or path.parent.name
    return {"name": re.sub(r"[^\w.+-]+", "-", stem).strip("-") or "benchmark", "path": item}
