"""`parallelize judge`."""

from __future__ import annotations

from pathlib import Path

import click

from parallelize.cli.console import print_json
from parallelize.core.errors import GateFailure, UsageError
from parallelize.core.measures import BACK_CHRF

__all__ = ["command", "thresholds_from"]


def thresholds_from(pairs: tuple[str, ...]) -> dict[str, float | None]:
    """Read `--threshold measure=value`; `off` switches a gate off.

    Raises:
        UsageError: a pair cannot be read.
    """
    found: dict[str, float | None] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        try:
            found[name.strip()] = None if value.strip() == "off" else float(value)
        except ValueError:
            sign = ""
        if not sign:
            raise UsageError(
                f"--threshold {pair} cannot be read", remedy="write measure=number or measure=off"
            )
    return found


@click.command("judge")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--min-chrf", type=click.FloatRange(0, 100), help="Same as --threshold back_chrf=N.")
@click.option("--threshold", multiple=True, metavar="MEASURE=N", help="Another threshold; `off` for none.")
@click.option(
    "--require-kept", type=click.FloatRange(0, 1), help="Exit 4 if a language keeps a smaller share."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
def command(
    run: Path, min_chrf: float | None, threshold: tuple[str, ...], require_kept: float | None, as_json: bool
) -> None:
    """Judge a run again with other thresholds. No model runs; scores stay as they are.

    \b
    Examples:
        parallelize judge runs/gsm8k --min-chrf 55
        parallelize judge runs/gsm8k --threshold foreign_share=0.05 --threshold length_deviation=off
    """
    from parallelize.assemble.judge import judge_run
    from parallelize.report.run_text import markdown_report
    from parallelize.store.json_files import to_json
    from parallelize.store.run import RunDirectory

    overrides = thresholds_from(threshold)
    if min_chrf is not None:
        overrides[BACK_CHRF] = min_chrf
    summary = judge_run(run, overrides)
    if as_json:
        print_json({"run": str(run), **to_json(summary)})
    else:
        click.echo(markdown_report(summary))
        click.echo(f"Report:   {RunDirectory(run).report}")
    if require_kept is not None:
        low = [
            f"{code} {item.kept}/{item.rows_in}"
            for code, item in summary.languages.items()
            if item.kept < require_kept * item.rows_in
        ]
        if low:
            raise GateFailure(f"less than {require_kept:.0%} kept: {', '.join(low)}", remedy="see the report")
