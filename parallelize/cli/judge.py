"""`parallelize judge`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parallelize.cli.console import plain, print_json
from parallelize.cli.run_log import log_run
from parallelize.core.errors import GateFailure, UsageError
from parallelize.core.measures import BACK_CHRF
from parallelize.store.json_files import to_json
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.assemble.judge_preview import LanguageChange, SweepStep

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
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--sweep", metavar="MEASURE=FROM:TO:STEP", help="Rows that each value would keep.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
def command(
    *,
    run: Path,
    min_chrf: float | None,
    threshold: tuple[str, ...],
    require_kept: float | None,
    dry_run: bool,
    sweep: str | None,
    as_json: bool,
) -> None:
    """Judge a run again with other thresholds. No model runs; scores stay as they are.

    \b
    Examples:
        parallelize judge runs/gsm8k --min-chrf 55 --dry-run
        parallelize judge runs/gsm8k --sweep back_chrf=30:70:10
        parallelize judge runs/gsm8k --min-chrf 55
        parallelize judge runs/gsm8k --threshold foreign_share=0.05 --threshold length_deviation=off
    """
    from parallelize.assemble.judge import judge_run
    from parallelize.assemble.judge_preview import judged_otherwise, swept
    from parallelize.report.run_text import markdown_report

    overrides = thresholds_from(threshold)
    if min_chrf is not None:
        overrides[BACK_CHRF] = min_chrf
    if sweep is not None:
        measure, values = sweep_values(sweep)
        _show_sweep(run, measure, swept(run, measure, values), as_json=as_json)
        return
    if dry_run:
        _show_changes(run, judged_otherwise(run, overrides), as_json=as_json)
        return
    with log_run(run, "judge"):
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


def _show_changes(run: Path, found: Sequence[LanguageChange], *, as_json: bool) -> None:
    if as_json:
        print_json({"run": str(run), "languages": {item.code: item for item in found}})
        return
    for item in found:
        click.echo(
            f"{item.code}: kept {item.kept_now:,} of {item.rows:,} now, {item.kept_then:,} then "
            f"({item.kept_then - item.kept_now:+,})"
        )
        for what, ids in (("would be dropped", item.lost), ("would come back", item.won)):
            if ids:
                click.echo(plain(f"    {what}: {', '.join(ids)}, …"))
    click.echo("Nothing was changed. The same command without --dry-run writes the corpus anew.")


_MOST_STEPS = 1_000


def sweep_values(text: str) -> tuple[str, list[float]]:
    """Read `MEASURE=FROM:TO:STEP`; both ends belong to it.

    Raises:
        UsageError: it cannot be read, or has no or too many steps.
    """
    name, _, ends = text.partition("=")
    remedy = "write MEASURE=FROM:TO:STEP, as in back_chrf=30:70:10"
    try:
        first, last, step = map(float, ends.split(":"))
    except ValueError:
        raise UsageError(f"--sweep {text} cannot be read", remedy=remedy) from None
    count = math.floor((last - first) / step + 1e-9) + 1 if step and math.isfinite(last - first) else 0
    if not 0 < count <= _MOST_STEPS:
        raise UsageError(f"--sweep {text} has no steps, or more than {_MOST_STEPS:,}", remedy=remedy)
    return name.strip(), [round(first + index * step, 9) for index in range(count)]


def _show_sweep(run: Path, measure: str, steps: Sequence[SweepStep], *, as_json: bool) -> None:
    if as_json:
        print_json({"run": str(run), "measure": measure, "steps": steps})
        return
    codes = list(steps[0].kept)
    click.echo(f"Rows kept by {measure}, the other thresholds as they are; nothing was changed.")
    click.echo("  ".join([f"{measure:>{len(measure)}}", *(f"{code:>7}" for code in codes)]))
    for step in steps:
        cells = (f"{step.kept[code]:>7,}" for code in codes)
        click.echo("  ".join([f"{step.value:>{len(measure)}g}", *cells]))
