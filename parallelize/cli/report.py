"""`parallelize report`."""

from __future__ import annotations

from pathlib import Path

import click

from parallelize.cli.console import Console, plain
from parallelize.store.files import atomic_write
from parallelize.store.json_files import to_json
from parallelize.store.measurements import read_measurements
from parallelize.store.run import RunDirectory
from parallelize.store.summary import read_summary

__all__ = ["command"]


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["md", "html", "json"]),
    default="md",
    show_default=True,
    help="Tables, a page with charts and sample rows, or the figures for a program.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it [html: RUN/report.html; md and json: stdout].",
)
def command(run: Path, format_: str, out: Path | None) -> None:
    """Show the quality report of a run: kept and dropped by reason, scores, repairs, work.

    The page is one file that loads nothing: open it in any browser, send it to anyone who may see the rows.

    \b
    Examples:
        parallelize report runs/gsm8k
        parallelize report runs/gsm8k --format html
        parallelize report runs/gsm8k --format json --out report.json
    """
    import json

    from parallelize.report.run_text import markdown_report

    directory = RunDirectory(run)
    directory.require()
    if format_ == "html":
        from parallelize.assemble.report import write_report

        click.echo(write_report(directory, out))
        return
    summary, measured = read_summary(directory), read_measurements(directory)
    if measured is None:
        Console().note(f"{directory.measurements} is not there: what the work took is left out")
    if format_ == "json":
        figures = {**to_json(summary), "measurements": measured and to_json(measured)}
        text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
    else:
        text = markdown_report(summary, measured)
    if out is None:
        click.echo(text if format_ == "json" else plain(text), nl=False)
    else:
        atomic_write(out, text)
        click.echo(out)
