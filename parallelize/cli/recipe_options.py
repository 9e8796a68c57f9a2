"""Command-line options that make or change a recipe; shared by build and plan."""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from parallelize.cli.completion import ENGINES, engines, files, recipe_or_file
from parallelize.cli.options import given, option_group, picked
from parallelize.core.errors import InputError, UsageError
from parallelize.core.languages import languages
from parallelize.core.measures import BACK_CHRF
from parallelize.core.recipe import Recipe, load_glossary, load_recipe, parse_recipe
from parallelize.core.shipped import shipped_folder

__all__ = ["command_for", "find_recipe", "read_recipe", "recipe_of", "recipe_options", "text_treatments"]

recipe_options = option_group(
    click.argument("recipe", required=False, type=click.Path(path_type=Path), shell_complete=recipe_or_file),
    click.option("--langs", help="Target languages, as in de,fr,ja (`parallelize languages` lists them)."),
    click.option(
        "--source",
        help="File, folder, glob, or Hub dataset id with the English rows.",
        shell_complete=files,
    ),
    click.option("--config", help="Configuration of a Hub dataset."),
    click.option("--split", help="Split of a Hub dataset [train]."),
    click.option("--revision", help="Revision of a Hub dataset; pin a commit."),
    click.option("--limit", type=click.IntRange(min=1), help="Take only the first rows."),
    click.option("--id", "id_column", help="Column with a unique id."),
    click.option("--problem", help="Column of the question; found by its name if not given."),
    click.option("--solution", help="Column of the worked solution or response."),
    click.option("--answer", help="Column of the final answer (or of a solution that ends in one)."),
    click.option("--messages", help="Column of chat messages."),
    click.option(
        "--texts",
        multiple=True,
        metavar="PATH=TREATMENT",
        help="translate, keep, copy or json for a role or a pattern of paths, as in thinking=keep "
        "(repeatable; `parallelize inspect` lists paths).",
    ),
    click.option(
        "--engine",
        help="bergamot (default), apertium, vllm, openai or batch; options go into a recipe.",
        shell_complete=engines,
    ),
    click.option("--model", help="Model of a vllm or openai engine."),
    click.option(
        "--prompt",
        metavar="NAME|FILE",
        help="How a model is asked: instruct [default], the profile of a translation model (translategemma, "
        "hy-mt2, tower-plus), or a file of yours.",
    ),
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
    click.option(
        "--requests-out",
        type=click.Path(),
        metavar="DIR",
        help="Engine batch: write requests that no file answers there (for `vllm run-batch`), and end.",
    ),
    click.option(
        "--replies-in", type=click.Path(), metavar="DIR", help="Engine batch: take replies from files there."
    ),
)
"""Adds them to a command."""


def recipe_of(**known: Any) -> Recipe:
    """The recipe of a command that has only some of the options, by their names; the others are not given."""

    def nothing() -> None: ...

    found: dict[str, Any] = {}
    for option in recipe_options(nothing).__click_params__:  # type: ignore[attr-defined]
        multiple, flag = getattr(option, "multiple", False), getattr(option, "is_flag", False)
        found[option.name] = () if multiple else False if flag else None
    return read_recipe(None, {**found, **known})


def read_recipe(recipe: Path | None, options: dict[str, Any]) -> Recipe:
    """Make the recipe that a file and options together describe; options win.

    Raises:
        InputError: the recipe does not fit.
        UsageError: a data file was given where a recipe belongs, or no language or no source is named.
    """
    _check_engine(options, alone=recipe is None)
    overrides = _overrides(options)
    if recipe is not None and recipe.suffix.lower() != ".toml":
        raise _no_recipe(recipe)
    if recipe is not None:
        found = load_recipe(find_recipe(recipe), overrides)
    else:
        if "engine" in overrides:
            overrides["engine"].setdefault("name", "bergamot")
        found = parse_recipe(overrides, where="the command line")
    _check_enough(found)
    return found


def _check_enough(recipe: Recipe) -> None:
    """Refuse a recipe that does not say what to translate, or into what, with the command that would."""
    lacking = {
        "--langs": None if recipe.langs else "the languages to translate into",
        "--source": None if recipe.source.path else "the file, folder or Hub dataset with the English rows",
    }
    named = {option: what for option, what in lacking.items() if what is not None}
    if not named:
        return
    command = command_for(recipe.langs or ["pt"]) + ("" if recipe.source.path else " --source FILE")
    raise UsageError(
        "; ".join(f"{option} is missing: {what}" for option, what in named.items()),
        remedy=f"as in: {command}\n    `parallelize languages` lists languages; with no data of your own: "
        "parallelize build demo.toml",
    )


_ENGINE_OPTIONS = {
    "base_url": (("openai", "batch"), "--engine openai --model NAME"),
    "model": (
        ("openai", "vllm", "batch"),
        "--engine openai --base-url http://HOST:8000/v1, or --engine vllm",
    ),
    "prompt": (("openai", "vllm", "batch"), "--engine openai --model NAME"),
    "models": (("bergamot",), "--engine bergamot"),
}
"""Options that only some engines have, and what to write for one of these."""
_NEEDED = {
    "openai": {"model": "--model NAME", "base_url": "--base-url http://HOST:8000/v1"},
    "vllm": {"model": "--model NAME"},
    "batch": {"model": "--model NAME"},
}


def _check_engine(options: dict[str, Any], *, alone: bool) -> None:
    """Refuse an engine that is none, lacks what it needs, or has options of another.

    Args:
        options: of the command line.
        alone: no recipe says more about the engine.
    """
    name = options["engine"]
    if name is not None and name not in ENGINES:
        near = difflib.get_close_matches(name, ENGINES, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no engine {name!r}", remedy=f"{hint}engines: {', '.join(ENGINES[:-1])}")
    if not alone and name is None:
        return  # the recipe names it
    for option, (used_by, instead) in _ENGINE_OPTIONS.items():
        if options[option] is not None and (name or ENGINES[0]) not in used_by:
            spelling = option.replace("_", "-")
            used = name or ENGINES[0]
            raise UsageError(
                f"--{spelling} is an option of {' and '.join(used_by)}, and the engine is {used}",
                remedy=f"add {instead}" if name is None else f"leave it out, or write {instead}",
            )
    lacking = [
        how for option, how in _NEEDED.get(name or "", {}).items() if alone and options[option] is None
    ]
    if lacking:
        raise UsageError(
            f"the engine {name} needs {' and '.join(lacking)}", remedy="or a recipe that has them"
        )


def _no_recipe(given: Path) -> UsageError:
    """The error for an argument that is no recipe: a data file, or the name of one that ships."""
    shipped = sorted(path.stem for path in shipped_folder("pipelines").glob("*.toml"))
    if given.exists():
        return UsageError(
            f"{given} is no recipe (a .toml file)", remedy=f"to build from data, write --source {given}"
        )
    if given.name in shipped:
        return UsageError(
            f"there is no file {given}; the recipe of that name is {given.name}.toml",
            remedy=f"parallelize build {given.name}.toml --langs pt  "
            f"(`parallelize recipe {given.name}` prints it; data of your own: --source FILE)",
        )
    near = difflib.get_close_matches(given.name, shipped, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}.toml? " if near else ""
    return UsageError(
        f"{given} is neither a file nor a recipe that ships",
        remedy=f"{hint}recipes: {', '.join(shipped)}; data: --source FILE or a dataset of the Hub",
    )


def command_for(langs: Sequence[str]) -> str:
    """The command that was given, for other target languages."""
    words, found = ["parallelize"], False
    given = iter(sys.argv[1:])
    for word in given:
        if word == "--langs" or word.startswith("--langs="):
            if word == "--langs":
                next(given, None)
            words += ["--langs", ",".join(langs)]
            found = True
        else:
            words.append(word)
    return shlex.join(words if found else [*words, "--langs", ",".join(langs)])


def find_recipe(recipe: Path) -> Path:
    """A recipe on disk, else one that ships: `gsm8k.toml` and `pipelines/gsm8k.toml` work anywhere.

    Raises:
        InputError: there is neither.
    """
    if recipe.is_file():
        return recipe
    shipped = shipped_folder("pipelines")
    if recipe.parent.name in {"", "pipelines"} and (shipped / recipe.name).is_file():
        return shipped / recipe.name
    names = ", ".join(sorted(path.name for path in shipped.glob("*.toml")))
    raise InputError(f"no recipe at {recipe}", remedy=f"recipes that ship: {names}")


def _overrides(options: dict[str, Any]) -> dict[str, Any]:
    source = {
        "path": options["source"],
        "id": options["id_column"],
        **picked(options, "config", "split", "revision", "limit"),
        **picked(options, "problem", "solution", "answer", "messages"),
    }
    engine = {
        "name": options["engine"],
        "offline": True if options["offline"] else None,
        **picked(options, "model", "prompt", "models", "base_url", "workers"),
    }
    found: dict[str, Any] = {
        "source": source,
        "texts": text_treatments(options["texts"]),
        "engine": engine,
        "back_translation": {"enabled": False if options["no_back_translation"] else None},
        "gates": {"thresholds": {BACK_CHRF: options["min_chrf"]}},
        "corpus": {"align": options["align"], "license": options["license_"]},
        "decontaminate": {"against": list(options["decontaminate"]) or None},
        "prices": {
            name: options[f"price_{name}"]
            for name in ("per_gpu_hour", "per_million_input_tokens", "per_million_output_tokens")
        },
        "run": picked(options, "memory", "runner", "requests_out", "replies_in"),
    }
    if options["glossary"] is not None:
        found["glossary"] = load_glossary(Path(options["glossary"]))
    if options["langs"] is not None:
        found["langs"] = [item.code for item in languages(options["langs"])]
    return given(found)


def text_treatments(given: Sequence[str]) -> dict[str, str]:
    """The table `[texts]` that options describe.

    Raises:
        UsageError: an option is not PATH=TREATMENT.
    """
    found = {}
    for item in given:
        path, equal, treatment = item.rpartition("=")
        if not equal or not path:
            raise UsageError(f"--texts {item}: no treatment", remedy="write it as in --texts thinking=keep")
        found[path] = treatment
    return found
