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
    """List the recipes that ship, or print one to copy."""
    from parallelize.core.recipe import Recipe
    from parallelize.core.shipped import shipped_file, shipped_folder

    if schema:
        print_json(Recipe.model_json_schema())
    elif name:
        click.echo(
            shipped_file(f"pipelines/{name.removesuffix('.toml')}.toml").read_text(encoding="utf-8"), nl=False
        )
    else:
        for path in sorted(shipped_folder("pipelines").glob("*.toml")):
            first = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            click.echo(f"{path.stem:<16} {first}")
