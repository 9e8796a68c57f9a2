"""`parallelize report`."""

from __future__ import annotations

from pathlib import Path

import click

from parallelize.cli.console import print_json

__all__ = ["command"]


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(["text", "md", "json"]), default="text", show_default=True
)
def command(run: Path, format_: str) -> None:
    """Show the quality report of a run: kept and dropped by reason, scores, repairs, work."""
    from parallelize.report.markdown import markdown_report
    from parallelize.store.run import RunDirectory, read_json

    directory = RunDirectory(run)
    directory.require()
    summary = read_json(directory.summary)
    measured = read_json(directory.measurements) if directory.measurements.is_file() else None
    if format_ == "json":
        print_json({**summary, "measurements": measured})
    else:
        click.echo(markdown_report(summary, measured))
