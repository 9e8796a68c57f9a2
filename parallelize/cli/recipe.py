"""`parallelize recipe`."""

from __future__ import annotations

import click

from parallelize.cli.console import print_json

__all__ = ["command"]


@click.command("recipe")
@click.argument("name", required=False)
@click.option(
    "--schema", is_flag=True, help="Print the JSON schema of a recipe: every key, type and meaning."
)
def command(name: str | None, schema: bool) -> None:
    """List the recipes that ship, or print one to copy.

    \b
        parallelize recipe gsm8k                     a recipe of a build
        parallelize recipe evaluate/mgsm-thinking    a recipe of `parallelize evaluate`
        parallelize recipe --schema                  every key of a build
        parallelize recipe evaluate --schema         every key of an evaluation
    """
    from parallelize.core.evaluation_recipe import EvaluationRecipe
    from parallelize.core.recipe import Recipe
    from parallelize.core.shipped import shipped_file, shipped_folder

    if schema:
        print_json((EvaluationRecipe if name == "evaluate" else Recipe).model_json_schema())
    elif name:
        click.echo(
            shipped_file(f"pipelines/{name.removesuffix('.toml')}.toml").read_text(encoding="utf-8"), nl=False
        )
    else:
        folder = shipped_folder("pipelines")
        for path in (*sorted(folder.glob("*.toml")), *sorted(folder.glob("evaluate/*.toml"))):
            first = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            click.echo(f"{path.relative_to(folder).with_suffix('')!s:<24} {first}")
