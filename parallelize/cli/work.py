"""`parallelize work`."""

from __future__ import annotations

from pathlib import Path

import click

from parallelize.cli.console import Console, print_json
from parallelize.cli.run_log import log_run
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import UsageError

__all__ = ["command"]


@click.command("work")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--share", metavar="I/N", help="Do share I of N, as in 3/8.")
@click.option("--feed", type=int, metavar="PARENT", hidden=True, help="Take units from stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(run: Path, share: str | None, feed: int | None, as_json: bool, quiet: bool) -> None:
    """Do a share of a build or an evaluation that another command records and finishes.

    For Slurm arrays and plain ssh: record the run once, start as many workers as there are machines, each
    with its share, and finish when all have ended. A worker that was stopped goes on when started again.

    \b
    Examples:
        parallelize build pipelines/gsm8k.toml --langs pt,es,de --out runs/gsm8k --runner none
        parallelize work runs/gsm8k --share 1/2 &
        parallelize work runs/gsm8k --share 2/2 & wait
        parallelize build pipelines/gsm8k.toml --langs pt,es,de --out runs/gsm8k --runner none
    """
    from parallelize.assemble.work import work_fed, work_share

    if feed is not None:
        with log_run(run, "work"):
            work_fed(run, feed)
        return
    share_number, shares = _read_share(share)
    console = Console(quiet=quiet)
    with log_run(run, "work"), console.rows() as progress:
        found = work_share(run, share_number, shares, WorkConsole(console, progress))
    if as_json:
        print_json({"run": str(run), **found})
    else:
        click.echo(f"{found['rows']} rows done; the command that recorded the run finishes it")


def _read_share(share: str | None) -> tuple[int, int]:
    number, _, shares = (share or "").partition("/")
    if not (number.isdecimal() and shares.isdecimal() and 1 <= int(number) <= int(shares)):
        raise UsageError(
            f"--share {share or 'is missing'}: which share of how many?", remedy="write --share 3/8"
        )
    return int(number), int(shares)
