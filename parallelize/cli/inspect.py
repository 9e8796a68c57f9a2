"""`parallelize inspect`: what is found in a source, and the recipe lines that change what is done with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.completion import files
from parallelize.cli.console import plain, print_json
from parallelize.cli.options import given
from parallelize.cli.recipe_options import text_treatments
from parallelize.core.recipe import parse_recipe

if TYPE_CHECKING:
    from parallelize.stages.ingest import Layout, TextRule

__all__ = ["command"]

_DONE = {
    "translate": "translated",
    "copy": "copied",
    "json": "JSON, its sentences translated",
    "keep": "kept",
}


@click.command("inspect")
@click.argument("source", shell_complete=files)
@click.option("--config", help="Configuration of a Hub dataset.")
@click.option("--split", help="Split of a Hub dataset or of a folder [train].")
@click.option("--revision", help="Revision of a Hub dataset; pin a commit.")
@click.option("--source-language", default="en", show_default=True, help="Language of the rows.")
@click.option(
    "--texts",
    multiple=True,
    metavar="PATH=TREATMENT",
    help="As for build: translate, keep, copy or json for a role or a pattern of paths (repeatable).",
)
@click.option("--all", "everything", is_flag=True, help="Also show ids, labels, code and other values.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON on stdout.")
def command(
    *,
    source: str,
    source_language: str,
    texts: tuple[str, ...],
    everything: bool,
    as_json: bool,
    **place: Any,
) -> None:
    """Show what a build would do with each text of SOURCE: file, folder, glob or Hub dataset id.

    Each line is a place in the rows: its path, the share of rows that have a text there, its role, what is
    done with it and why. The lines below change that in a recipe.

    \b
    Examples:
        parallelize inspect train.parquet
        parallelize inspect open-thoughts/OpenThoughts-114k --json
        parallelize inspect chats.jsonl --texts thinking=keep
    """
    from parallelize.assemble.sources import open_recipe_source

    table = given({"path": source, "language": source_language, **place})
    recipe = parse_recipe({"source": table, "texts": text_treatments(texts)}, where="the command line")
    opened = open_recipe_source(recipe)
    layout = opened.layout
    if as_json:
        print_json({"source": source, "left_splits": list(opened.left_splits), **_as_dict(layout)})
        return
    click.echo(plain("\n".join(_lines(layout, everything=everything))))
    if opened.left_splits:
        click.echo(plain(f"Only the split train is read, not {', '.join(opened.left_splits)} (--split)."))


def _as_dict(layout: Layout) -> dict[str, Any]:
    return {
        "family": None if layout.family is None else layout.family.name,
        "texts": [rule.as_dict() for rule in layout.rules()],
        "problem": None if layout.problem is None else layout.problem.pattern,
        "answers": [place.pattern for place in layout.answers],
        "id": None if layout.id is None else str(layout.id),
        "recipe": _recipe(layout),
    }


def _lines(layout: Layout, *, everything: bool) -> list[str]:
    rules = layout.rules() if everything else layout.told()
    width = max((len(rule.pattern) for rule in rules), default=0)
    lines = (
        [] if layout.family is None else [f"columns as in {layout.family.name} ({layout.family.dataset})", ""]
    )
    for rule in rules:
        share = "" if rule.share is None else f"{rule.share:4.0%}"
        done = _DONE[rule.treatment.value]
        lines.append(f"{rule.pattern:<{width}}  {share:>4}  {rule.role.value}, {done}: {rule.why}")
        lines.append(f"{'':<{width}}        {rule.example}")
    hidden = len(layout.rules()) - len(rules)
    lines.append("")
    if hidden:
        lines.append(f"{hidden} more places hold ids, labels, code or other values (--all shows them)")
    lines += layout.without_problem()
    answer, identity = layout.answer_and_id()
    lines += [answer, *layout.lacking(), identity]
    if staying := [rule.pattern for rule in layout.staying()]:
        lines.append(f"stays in {layout.language}: {', '.join(staying)}")
    return [
        *lines,
        "",
        "To change what is done, in a recipe (or with --texts PATH=TREATMENT):",
        *_recipe(layout),
    ]


def _recipe(layout: Layout) -> list[str]:
    """Lines of a recipe that say what is done now, to be changed."""
    lines, inner = ["[texts]"], layout.policy.inner_treatments
    for rule in layout.told():
        lines.append(f'{_key(rule, inner)} = "{rule.treatment.value}"')
    return [*lines, *(f'{kind} = "{done}"' for kind, done in inner.items())]


def _key(rule: TextRule, inner: Collection[str]) -> str:
    """The path of a place; one that is called as words inside of texts are stands in backticks."""
    pattern = f"`{rule.pattern}`" if rule.pattern in inner else rule.pattern
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
