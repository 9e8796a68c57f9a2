"""Command-line options that make or change a recipe; shared by build and plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from parallelize.core.errors import InputError, UsageError
from parallelize.core.languages import languages
from parallelize.core.measures import BACK_CHRF
from parallelize.core.recipe import Recipe, load_glossary, load_recipe, parse_recipe

__all__ = ["find_recipe", "read_recipe", "recipe_options"]

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.argument("recipe", required=False, type=click.Path(path_type=Path)),
    click.option("--langs", help="Target languages, as in de,fr,ja (`parallelize languages` lists them)."),
    click.option("--source", help="File, folder, glob, or Hub dataset id with the English rows."),
    click.option("--config", help="Configuration of a Hub dataset."),
    click.option("--split", help="Split of a Hub dataset [train]."),
    click.option("--revision", help="Revision of a Hub dataset; pin a commit."),
    click.option("--limit", type=click.IntRange(min=1), help="Take only the first rows."),
    click.option("--id", "id_column", help="Column with a unique id."),
    click.option("--problem", help="Column of the question; found by its name if not given."),
    click.option("--solution", help="Column of the worked solution or response."),
    click.option("--answer", help="Column of the final answer (or of a solution that ends in one)."),
    click.option("--messages", help="Column of chat messages."),
    click.option("--engine", help="bergamot (default), apertium, vllm or openai; options go into a recipe."),
    click.option("--model", help="Model of a vllm or openai engine."),
    click.option("--models", type=click.Path(), help="Folder with models for bergamot."),
    click.option(
        "--base-url", help="Address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1."
    ),
    click.option("--workers", type=click.IntRange(min=1), help="Processes of the bergamot engine."),
    click.option("--offline", is_flag=True, help="Never fetch models."),
    click.option(
        "--no-back-translation", is_flag=True, help="Do not translate back (no back_chrf gate then)."
    ),
    click.option("--min-chrf", type=click.FloatRange(0, 100), help="Lowest chrF++ of the back-translation."),
    click.option("--align", type=click.Choice(["intersection", "union"]), help="Rows of the parallel view."),
    click.option("--license", "license_", help="Licence of the corpus, for its card; needed to publish."),
    click.option(
        "--decontaminate",
        multiple=True,
        help="Drop source rows that overlap this evaluation set (repeatable).",
    ),
    click.option(
        "--glossary", type=click.Path(), help="TOML file: a table for each language, term = translation."
    ),
    click.option("--price-per-gpu-hour", type=click.FloatRange(min=0), help="For costs, in any currency."),
    click.option("--price-per-million-input-tokens", type=click.FloatRange(min=0)),
    click.option("--price-per-million-output-tokens", type=click.FloatRange(min=0)),
    click.option("--memory", type=click.Path(), help="Translation memory to share between runs."),
    click.option(
        "--runner",
        metavar="HOW",
        help="Who translates: here, processes:N, ray[:ADDRESS], or none (`parallelize work` does).",
    ),
)


def recipe_options(function: F) -> F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_recipe(recipe: Path | None, options: dict[str, Any]) -> Recipe:
    """Make the recipe that a file and options together describe; options win.

    Raises:
        InputError: the recipe does not fit.
        UsageError: a data file was given where a recipe belongs.
    """
    overrides = _overrides(options)
    if recipe is None:
        if "engine" in overrides:
            overrides["engine"].setdefault("name", "bergamot")
        return parse_recipe(overrides, where="the command line")
    if recipe.suffix.lower() != ".toml":
        raise UsageError(
            f"{recipe} is no recipe (a .toml file)", remedy=f"to build from data, write --source {recipe}"
        )
    return load_recipe(find_recipe(recipe), overrides)


def find_recipe(recipe: Path) -> Path:
    """A recipe on disk, else one that ships: `gsm8k.toml` and `pipelines/gsm8k.toml` work anywhere.

    Raises:
        InputError: there is neither.
    """
    if recipe.is_file():
        return recipe
    from parallelize.core.shipped import shipped_folder

    shipped = shipped_folder("pipelines")
    if recipe.parent.name in {"", "pipelines"} and (shipped / recipe.name).is_file():
        return shipped / recipe.name
    names = ", ".join(sorted(path.name for path in shipped.glob("*.toml")))
    raise InputError(f"no recipe at {recipe}", remedy=f"recipes that ship: {names}")


def _overrides(options: dict[str, Any]) -> dict[str, Any]:
    source = {
        "path": options["source"],
        **{name: options[name] for name in ("config", "split", "revision", "limit", "problem", "solution")},
        **{name: options[name] for name in ("answer", "messages")},
        "id": options["id_column"],
    }
    found: dict[str, Any] = {
        "source": source,
        "engine": _engine(options),
        "back_translation": {"enabled": False if options["no_back_translation"] else None},
        "gates": {"thresholds": {BACK_CHRF: options["min_chrf"]}},
        "corpus": {"align": options["align"], "license": options["license_"]},
        "decontaminate": {"against": list(options["decontaminate"]) or None},
        "prices": {
            name: options[f"price_{name}"]
            for name in ("per_gpu_hour", "per_million_input_tokens", "per_million_output_tokens")
        },
        "run": {"memory": options["memory"], "runner": options["runner"]},
    }
    if options["glossary"] is not None:
        found["glossary"] = load_glossary(Path(options["glossary"]))
    if options["langs"] is not None:
        found["langs"] = [item.code for item in languages(options["langs"])]
    return _given(found)


def _engine(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": options["engine"],
        "model": options["model"],
        "models": options["models"],
        "base_url": options["base_url"],
        "workers": options["workers"],
        "offline": True if options["offline"] else None,
    }


def _given(table: dict[str, Any]) -> dict[str, Any]:
    """Only what was really given, empty tables left out."""
    found = {}
    for key, value in table.items():
        item = _given(value) if isinstance(value, dict) else value
        if item is not None and item != {}:
            found[key] = item
    return found
