"""`parallelize build`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.assemble.preflight import LanguagesMissing
from parallelize.cli.closing_text import closing_text, refuse_empty
from parallelize.cli.console import Console, print_json
from parallelize.cli.explain_text import show_explanation
from parallelize.cli.recipe_options import command_for, read_recipe, recipe_options
from parallelize.cli.run_log import log_run
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import LeftToWorkers
from parallelize.store.json_files import to_json
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.core.recipe import Recipe

__all__ = ["command", "default_out"]


@click.command("build")
@recipe_options
@click.option(
    "--out", type=click.Path(path_type=Path), help="Run directory [runs/<name of recipe or source>]."
)
@click.option(
    "--explain", "explain_only", is_flag=True, help="Say what would be done again and why; build nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option(
    "--json-progress",
    is_flag=True,
    help="Progress, notes and warnings on stderr as JSON objects, one a line, for schedulers.",
)
def command(
    *,
    recipe: Path | None,
    out: Path | None,
    explain_only: bool,
    as_json: bool,
    quiet: bool,
    json_progress: bool,
    **options: Any,
) -> None:
    """Translate English rows, gate them, and write an id-aligned corpus.

    RECIPE is a TOML file (see `parallelize recipe`); options replace its values, and without a recipe
    they are enough. The same command on the same --out goes on where an earlier one stopped; other
    --langs are added to the corpus.

    \b
    Examples:
        parallelize build --langs pt --source train.jsonl --out runs/gsm8k
        parallelize build --langs pt,es --source openai/gsm8k --config main --limit 200
        parallelize build pipelines/gsm8k.toml --langs pt,es,de --json
        parallelize build pipelines/gsm8k.toml --langs pt,es,de --explain
    """
    console = Console(quiet=quiet, json_progress=json_progress)
    with console.ending():
        resolved = read_recipe(recipe, options)
        root = out or default_out(recipe, resolved.source.path)
        if explain_only:
            show_explanation(resolved, root, console, as_json=as_json)
        else:
            _build(resolved, root, console, as_json=as_json)


def _build(recipe: Recipe, root: Path, console: Console, *, as_json: bool) -> None:
    from parallelize.assemble.build import build

    start = time.monotonic()
    try:
        with log_run(root, "build"), console.rows() as progress:
            summary = build(recipe, root, WorkConsole(console, progress, recipe))
    except LanguagesMissing as fault:
        raise fault.with_command(command_for(fault.ready)) from None
    except LeftToWorkers as left:
        if as_json:
            print_json({"run": str(root), "left_to_workers": left.message})
        else:
            click.echo(str(left))
        return
    run = RunDirectory(root)
    if as_json:
        print_json(
            {"run": str(root), "corpus": str(run.corpus), "report": str(run.report), **to_json(summary)}
        )
    else:
        click.echo(closing_text(run, summary, recipe.langs[0], time.monotonic() - start))
    refuse_empty(run, summary)


def default_out(recipe: Path | None, source: str | None) -> Path:
    """Where a run goes if its user does not say."""
    name = recipe.stem if recipe is not None else Path(source or "corpus").name.split(".")[0]
    return Path("runs") / (name.replace("*", "_") or "corpus")
