"""`parallelize plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from parallelize.assemble.plan import plan
from parallelize.assemble.report import write_report
from parallelize.cli.build import default_out
from parallelize.cli.console import Console, print_json
from parallelize.cli.recipe_options import read_recipe, recipe_options
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import UsageError
from parallelize.report.plan_page import plan_page
from parallelize.report.plan_text import plan_text
from parallelize.store.files import atomic_write
from parallelize.store.run import RunDirectory

__all__ = ["command"]


@click.command("plan")
@recipe_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Run directory of the build [runs/<name of recipe or source>].",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=32,
    show_default=True,
    help="Rows of the pilot, of all sizes.",
)
@click.option(
    "--gpus", default="1,8", show_default=True, help="Numbers of GPUs to give times for, as in 1,8,64."
)
@click.option("--no-engine", is_flag=True, help="Estimate from the texts alone; nothing is translated.")
@click.option(
    "--tokenizer", help="Folder with tokenizer.json, or a model id: counts tokens of sources and prompts."
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the plan as a page, too [OUT/plan.html after a pilot].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    recipe: Path | None,
    out: Path | None,
    rows: int,
    gpus: str,
    no_engine: bool,
    tokenizer: str | None,
    html: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Say what a build will take: tokens, time, disk, money.

    A pilot translates, gates, repairs and translates back some rows with the real engine. Its replies stay
    in the run's memory, so `parallelize build` with the same recipe and --out pays for none of them twice.
    Look at what came out with `parallelize report OUT/pilot`. Figures are ranges.

    Without an engine (--no-engine, or where none can run) it estimates from the texts, tokenizers and
    published speeds, and says so.

    \b
    Examples:
        parallelize plan --langs pt --source train.jsonl --out runs/gsm8k
        parallelize plan math-rl.toml --langs de,ja --gpus 1,8,64 --price-per-gpu-hour 2.5
        parallelize plan ten-languages.toml --no-engine --tokenizer ./Qwen3-8B --json
    """
    numbers = _numbers(gpus)
    resolved = read_recipe(recipe, options)
    root = out or default_out(recipe, resolved.source.path)
    console = Console(quiet=quiet)
    with console.rows() as progress:
        found = plan(
            resolved,
            root,
            WorkConsole(console, progress, resolved),
            rows=rows,
            gpus=numbers,
            use_engine=not no_engine,
            tokenizer=tokenizer,
        )
    page = html or (root / "plan.html" if found.basis == "pilot" else None)
    if page is not None:
        name = resolved.corpus.name or root.name
        atomic_write(page, plan_page(found, name=name, run=str(root)))
    if found.basis == "pilot":
        write_report(RunDirectory(RunDirectory(root).pilot))
    if as_json:
        print_json({"run": str(root), "page": page and str(page), **found.as_dict()})
        return
    click.echo(plan_text(found))
    if page is not None:
        click.echo(f"Page:     {page}")
    if found.basis == "pilot":
        click.echo(f"Pilot:    {root / 'pilot' / 'report.html'}  # or: parallelize report {root / 'pilot'}")
        click.echo("Build:    the same command with `build` instead of `plan` goes on from here")


def _numbers(text: str) -> list[int]:
    try:
        found = [int(item) for item in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise UsageError(f"--gpus {text} cannot be read", remedy="write numbers, as in 1,8,64")
    return found
