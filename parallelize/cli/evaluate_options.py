"""Command-line options of `parallelize evaluate`, and the recipe that they make or change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from parallelize.cli.options import given, option_group, picked, split_list
from parallelize.core.errors import UsageError
from parallelize.core.evaluation_recipe import EvaluationRecipe, parse_evaluation
from parallelize.core.recipe_fields import merged_tables, read_table
from parallelize.core.shipped import shipped_recipe
from parallelize.core.trust import refuse_untrusted

__all__ = ["evaluation_options", "read_evaluation", "read_setting"]

evaluation_options = option_group(
    click.argument("recipe", required=False, type=click.Path(path_type=Path)),
    click.option("--model", help="Model id or folder; with a server, its name there."),
    click.option(
        "--benchmark",
        "benchmarks",
        multiple=True,
        metavar="NAME|FILE|DATASET|RUN",
        help="One that ships (--list), a .toml file, a data file with {lang} in its path, a Hub dataset "
        "id, or a run directory. May be repeated.",
    ),
    click.option("--langs", help="Languages that responses should be in, as in de,ja,sw."),
    click.option(
        "--engine",
        type=click.Choice(["vllm", "openai", "scripted"]),
        help="vllm in this process [default], or openai: any server [default with --base-url].",
    ),
    click.option(
        "--base-url", help="Address of an OpenAI-compatible server, as in http://127.0.0.1:8000/v1."
    ),
    click.option("--api-key-env", metavar="NAME", help="Environment variable with the server's key."),
    click.option("--revision", help="Revision of the model; pin a commit."),
    click.option(
        "--samples", type=click.IntRange(1), help="Responses to each problem, for avg@k and pass@k [1]."
    ),
    click.option("--temperature", type=click.FloatRange(0, 2), help="[0: greedy]."),
    click.option("--top-p", type=click.FloatRange(0, 1, min_open=True), help="[1]."),
    click.option("--max-tokens", type=click.IntRange(16), help="Longest response [4096]."),
    click.option(
        "--seed", type=int, help="Every sample of every problem has its own seed, made from it [0]."
    ),
    click.option("--limit", type=click.IntRange(1), help="Ask only the first problems of each language."),
    click.option("--problem", metavar="COLUMN", help="Column of the problem, where it has no usual name."),
    click.option(
        "--answer", metavar="COLUMN", help="Column of the gold answer; - : judge the language only."
    ),
    click.option("--id", "id_column", metavar="COLUMN", help="Column of ids; @row numbers the rows."),
    click.option("--data-revision", metavar="REVISION", help="Revision of the Hub datasets; pin a commit."),
    click.option(
        "--prompt-language",
        metavar="LANG",
        help="Ask in this language, and for an answer in each of --langs.",
    ),
    click.option(
        "--style",
        type=click.Choice(["chat", "completion"]),
        help="The model's chat template [default], or plain text to go on with (base models).",
    ),
    click.option(
        "--instruction",
        type=click.Choice(["answer", "think", "none"]),
        help="Answer in the language [default], think and answer in it, or say nothing of it.",
    ),
    click.option("--boxed/--no-boxed", default=None, help="Ask for the final answer in \\boxed{} [boxed]."),
    click.option(
        "--opening/--no-opening",
        default=None,
        help="Write the first words of the reply in its language (the prompt hack) [no].",
    ),
    click.option(
        "--thinking/--no-thinking",
        default=None,
        help="Set enable_thinking of the chat template [left to the template].",
    ),
    click.option(
        "--thinking-opened",
        is_flag=True,
        default=None,
        help="The chat template opens the thinking: a response without tags is unfinished.",
    ),
    click.option(
        "--profile",
        metavar="NAME[:FOLDER]|FILE",
        help="Prompts of a published evaluation, from its clone (simple-evals, mmath, polymath, "
        "polymath-forcing, xreasoning), or a .toml file with your own sentences.",
    ),
    click.option(
        "--english",
        type=click.Choice(["none", "path", "code", "quotation"]),
        help="Put English that says nothing after each problem [none].",
    ),
    click.option("--shots", type=click.IntRange(0), help="Worked examples before each problem [0]."),
    click.option("--examples", metavar="NAME|FILE|DATASET", help="Where they are; {lang} as in --benchmark."),
    click.option("--name", help="What to call the model in results."),
    click.option(
        "--trained-languages",
        metavar="LANGS",
        help="Languages it was trained on, for `parallelize law` [none: a base model].",
    ),
    click.option("--memory", type=click.Path(), help="Memory to share between evaluations."),
    click.option(
        "--runner",
        metavar="HOW",
        help="Who asks the model: here, processes:N, ray[:ADDRESS], or none (`parallelize work` does).",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        help="Any other key of the recipe, as in engine.max_model_len=4096. May be repeated.",
    ),
)
"""Adds them to a command."""


def read_evaluation(recipe: Path | None, options: Mapping[str, Any]) -> EvaluationRecipe:
    """Make the evaluation that a file and options together describe; options win.

    Raises:
        InputError: it does not fit.
        UsageError: the model, benchmark or languages are missing, or a data file stands for the recipe.
    """
    table: dict[str, Any] = {}
    if recipe is not None:
        if recipe.suffix.lower() != ".toml":
            raise UsageError(f"{recipe} is no recipe (a .toml file)", remedy="data belongs to --benchmark")
        table = read_table(shipped_recipe(recipe, "evaluate"), what="evaluation recipe")
        refuse_untrusted(table, where=str(recipe))
    table = merged_tables(table, given(_overrides(options)))
    for item in options["settings"]:
        table = merged_tables(table, read_setting(item))
    engine = table.get("engine", {})
    if isinstance(engine, dict) and "name" not in engine:
        table["engine"] = {**engine, "name": "openai" if "base_url" in engine else "vllm"}
    where = str(recipe) if recipe is not None else "the command line"
    missing = [flag for key, flag in _NEEDED.items() if not _reached(table, key)]
    if missing:
        raise UsageError(f"{', '.join(missing)} missing", remedy="see `parallelize evaluate --help`")
    return parse_evaluation(table, where=where)


_OF_PROMPT = (
    *("style", "instruction", "boxed", "opening", "thinking", "prompt_language"),
    *("profile", "english", "shots", "examples"),
)
_NEEDED = {"engine.model": "--model", "benchmarks": "--benchmark", "langs": "--langs"}


def _reached(table: Any, key: str) -> Any:
    if isinstance(table.get("engine"), dict) and table["engine"].get("name") == "scripted":
        table = {**table, "engine": {"model": "echo", **table["engine"]}}
    for part in key.split("."):
        table = table.get(part) if isinstance(table, Mapping) else None
    return table


def _overrides(options: Mapping[str, Any]) -> dict[str, Any]:
    columns = {
        "problem": options["problem"],
        "answer": options["answer"],
        "id": options["id_column"],
        "revision": options["data_revision"],
    }
    benchmarks = [{"benchmark": name, **given(columns)} for name in options["benchmarks"]]
    if not benchmarks and given(columns):
        raise UsageError("--problem, --answer, --id and --data-revision belong to a --benchmark")
    return {
        "engine": {
            "name": options["engine"],
            "max_output_tokens": options["max_tokens"],
            **picked(options, "model", "revision", "base_url", "api_key_env", "temperature", "top_p", "seed"),
        },
        "benchmarks": benchmarks or None,
        "langs": split_list(options["langs"]),
        "prompt": picked(options, *_OF_PROMPT),
        "scoring": picked(options, "thinking_opened"),
        "trained_languages": split_list(options["trained_languages"]),
        **picked(options, "samples", "limit", "name", "memory", "runner"),
    }


def read_setting(item: str) -> dict[str, Any]:
    """`engine.max_model_len=4096` as nested tables; a value that is no TOML is text."""
    key, equals, value = item.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"--set {item!r} is not KEY=VALUE", remedy="as in --set engine.max_model_len=4096")
    try:
        read: Any = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        read = value
    for part in reversed(key.strip().split(".")):
        read = {part: read}
    return dict(read)
