"""`parallelize verify`."""

from __future__ import annotations

import click

from parallelize.cli.completion import files
from parallelize.cli.console import Console, plain, print_json
from parallelize.core.errors import GateFailure
from parallelize.hub.verify import verify

__all__ = ["command"]

_SHOWN = 50


@click.command("verify")
@click.argument("target", metavar="RUN|FOLDER|ORG/NAME[@REVISION]", shell_complete=files)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
def command(target: str, as_json: bool) -> None:
    """Check a corpus, a published one, or the files of an export or evaluation, against a manifest.

    Every byte is read: sha256 and size of each file, rows, ids (unique, and the same rows in every
    config), columns, and the card. A published corpus is downloaded one file at a time. Exit code 4 if
    anything is wrong.

    \b
    Examples:
        parallelize verify runs/gsm8k
        parallelize verify acme/gsm8k-parallel@v1.0
        parallelize verify runs/gsm8k/export/verl
    """
    console = Console(quiet=as_json)
    with console.bytes() as progress:
        found = verify(target, on_progress=progress)
    if as_json:
        print_json(found)
    else:
        rows = ", ".join(f"{config} {count:,}" for config, count in found.rows.items())
        counted = f"{found.files} files, {found.bytes:,} bytes" + (f"; rows: {rows}" if rows else "")
        click.echo(plain(f"{found.target}: {counted}"))
    if not found.ok:
        shown = "\n".join(f"  {problem}" for problem in found.problems[:_SHOWN])
        more = len(found.problems) - _SHOWN
        rest = f"\n  and {more} more (--json lists all)" if more > 0 else ""
        raise GateFailure(
            f"{found.target} is not what its manifest says:\n{shown}{rest}",
            remedy="build it again, or publish it again from a run that verifies",
        )
    if not as_json:
        click.echo("it is what its manifest says")
