"""`parallelize terms`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from parallelize.assemble.terms import glossary_text, propose_terms
from parallelize.cli.completion import engines, files
from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.recipe_options import recipe_of
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import UsageError
from parallelize.store.files import atomic_write

__all__ = ["command"]


@click.command("terms")
@click.argument("source", shell_complete=files)
@click.option("--langs", required=True, help="Target languages, as in de,fr,ja.")
@click.option("--config", help="Configuration of a Hub dataset.")
@click.option("--split", help="Split of a Hub dataset.")
@click.option("--limit", type=click.IntRange(min=1), help="Look only at the first rows.")
@click.option("--engine", help="Who translates the terms [bergamot].", shell_complete=engines)
@click.option("--model", help="Model of the engine (vllm, openai).")
@click.option("--base-url", help="Server of the openai engine.")
@click.option("--models", help="Folder with models for bergamot.")
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, help="Terms at most.")
@click.option(
    "--least-rows",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Rows that a term must occur in.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the glossary here [stdout]."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(source: str, most: int, least_rows: int, out: Path | None, as_json: bool, **options: Any) -> None:
    """Propose a glossary from SOURCE: frequent terms, one translation each, for a person to edit.

    Terms are words and short phrases that come again in many rows. The engine translates each by itself,
    so some will be wrong: read the file before you give it to a build, because a row that misses a term
    of the glossary is dropped.

    \b
    Examples:
        parallelize terms train.jsonl --langs pt,es --engine apertium --out terms.toml
        parallelize build --source train.jsonl --langs pt --glossary terms.toml
    """
    if out is not None and out.exists():
        raise UsageError(
            f"{out} is there already, and somebody may have edited it",
            remedy="remove it, or give another --out",
        )
    recipe = recipe_of(source=source, no_back_translation=True, **options)
    console = Console(quiet=as_json)
    with console.rows() as progress:
        found = propose_terms(
            recipe, WorkConsole(console, progress, recipe), most=most, least_rows=least_rows
        )
    text = glossary_text(found)
    if out is not None:
        atomic_write(out, text)
    if as_json:
        print_json(
            {
                "rows": found.rows,
                "terms": [{"term": term.text, "rows": term.rows} for term in found.terms],
                "translations": {code: dict(terms) for code, terms in found.translations.items()},
                "glossary": None if out is None else str(out),
            }
        )
    elif out is not None:
        click.echo(f"{out}: {len(found.terms)} terms; edit it, then: --glossary {out}")
    else:
        click.echo(plain(text), nl=False)
