"""`parallelize recipe`."""

from __future__ import annotations

import difflib
from pathlib import Path

import click
from pydantic import BaseModel

from parallelize.cli.completion import recipes, shipped_recipes
from parallelize.cli.console import print_json
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.full_recipe import full_recipe
from parallelize.core.recipe import Recipe
from parallelize.core.study_recipe import StudyRecipe

__all__ = ["command"]


@click.command("recipe")
@click.argument("name", required=False, shell_complete=recipes)
@click.option(
    "--schema", is_flag=True, help="Print the JSON schema of a recipe: every key, type and meaning."
)
@click.option("--full", is_flag=True, help="Print a recipe with every key, its default and its meaning.")
def command(name: str | None, schema: bool, full: bool) -> None:
    """List the recipes that ship, or print one to copy.

    \b
        parallelize recipe gsm8k                     a recipe of a build
        parallelize recipe evaluate/mgsm-thinking    a recipe of `parallelize evaluate`
        parallelize recipe --full                    every key with its default, to copy and cut down
        parallelize recipe --schema                  every key of a build, as JSON schema
        parallelize recipe evaluate --schema         every key of an evaluation
        parallelize recipe study --schema            every key of a study
    """
    kinds: dict[str | None, type[BaseModel]] = {"evaluate": EvaluationRecipe, "study": StudyRecipe}
    if full:
        click.echo(full_recipe(kinds.get(name, Recipe)), nl=False)
        return
    if schema:
        print_json(kinds.get(name, Recipe).model_json_schema())
        return
    shipped = shipped_recipes()
    if name:
        click.echo(_text(name.removesuffix(".toml"), shipped), nl=False)
        return
    for known, path in shipped.items():
        first = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        click.echo(f"{known:<24} {first}")


def _text(name: str, shipped: dict[str, Path]) -> str:
    path = shipped.get(name)
    if path is None:
        near = difflib.get_close_matches(name, shipped, n=2, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise InputError(
            f"no recipe is called {name!r}", remedy=f"{hint}those that ship: {', '.join(shipped)}"
        )
    return path.read_text(encoding="utf-8")
