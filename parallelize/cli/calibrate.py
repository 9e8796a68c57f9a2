"""`parallelize calibrate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.audit_options import audit_options
from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.watchers import CalibrationConsole
from parallelize.store.files import atomic_write
from parallelize.text.markdown import markdown_table

if TYPE_CHECKING:
    from parallelize.core.rates import Rate
    from parallelize.stages.calibrate import Calibration, Finding

__all__ = ["command"]

_SHOWN_MEASURES = 3


@click.command("calibrate")
@audit_options
@click.option(
    "--keep",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.99,
    show_default=True,
    help="Share of good translations that must pass all gates together.",
)
@click.option("--label-field", help="Column that says good or bad; without it, all rows are good.")
@click.option(
    "--measure", multiple=True, help="Calibrate only this measure (again for more) [those with a threshold]."
)
@click.option(
    "--damaged",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="Rows to damage in each way, for the table; 0 for none.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides halves and damages.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the thresholds here (TOML); other languages in the file stay.",
)
def command(as_json: bool, quiet: bool, out: Path | None, **options: Any) -> None:
    """Find the tightest thresholds that keep good translations, and show what they find in bad ones.

    FILE holds translations by people in one language, in any form that `audit` reads, or labelled rows.
    Half of the good rows make the bounds, the other half decides how strict they may be, so that another row
    like these passes all gates with a probability of --keep. The table is made with that other half, with
    damaged copies of it, and with rows labelled bad.

    \b
    Examples:
        parallelize calibrate human.de --source-file human.en --lang de --out thresholds.toml
        parallelize calibrate labelled.jsonl --lang sw --label-field ok --keep 0.98 --json
        parallelize calibrate human.jsonl --lang pt --back-translate bergamot --out thresholds.toml
        parallelize audit corpus_de.jsonl --lang de --thresholds thresholds.toml
    """
    from parallelize.assemble.calibrate import CalibrationPlan, calibrate_rows
    from parallelize.cli.audit_request import audit_input, audit_job, audit_models
    from parallelize.stages.calibrate import merge_threshold_file

    job = audit_job(options)
    code = job.languages.target
    console = Console(quiet=quiet)
    plan = CalibrationPlan(
        job=job,
        models=audit_models(options, code),
        keep=options["keep"],
        measures=options["measure"] or None,
        labelled=bool(options["label_field"]),
        damaged=options["damaged"],
        seed=options["seed"],
        processes=options["processes"],
    )
    opened = audit_input(options, job.languages)
    with console.rows() as progress:
        found = calibrate_rows(opened, plan, CalibrationConsole(console, progress, code))
    result = found.result
    how = {
        "file": Path(options["file"]).name,
        "rows": found.good_rows,
        "keep": options["keep"],
        "seed": options["seed"],
        "held_out_kept": result.held_out.count,
        "held_out_rows": result.held_out.total,
        "scorer": found.scorer,
    }
    text = merge_threshold_file(out, code, result.bounds, how)
    if out is not None:
        atomic_write(out, text)
    if as_json:
        print_json(
            {
                "language": code,
                **how,
                "thresholds": result.bounds,
                "before": {name: job.thresholds[name] for name in result.bounds},
                "beyond": result.beyond,
                "fitted": result.fitted,
                "held_out": result.held_out,
                "findings": found.findings,
            }
        )
    else:
        click.echo(plain(_text(result, found.findings, job.thresholds, options)))
        click.echo(f"\nWritten: {out}" if out is not None else f"\n{text}")


def _text(
    result: Calibration,
    found: Iterable[Finding],
    before: Mapping[str, float | None],
    options: Mapping[str, Any],
) -> str:
    bounds = [
        (name, "off" if before[name] is None else f"{before[name]:g}", f"{bound:g}")
        for name, bound in result.bounds.items()
    ]
    held_out = f"{result.held_out.count} of {result.held_out.total} ({_rate(result.held_out)})"
    lines = [
        f"Bounds that keep a good row with a probability of {options['keep']:g};",
        f"of the half that was held out they keep {held_out}.",
        "",
        markdown_table(("measure", "before", "now"), bounds),
    ]
    found = list(found)
    if found:
        lines += [
            "",
            "What they find (shares with 95 % intervals; precision is against the rows held out)",
            "",
        ]
        lines.append(
            markdown_table(("bad rows", "rows", "recall", "precision", "found by"), _finding_rows(found))
        )
    return "\n".join(lines)


def _finding_rows(found: Sequence[Finding]) -> Iterable[Sequence[object]]:
    for item in found:
        if not item.by_all:
            continue
        by = [other for other in found if other.kind == item.kind and not other.by_all]
        shown = ", ".join(f"{other.measure} {other.recall.value or 0:.0%}" for other in by[:_SHOWN_MEASURES])
        yield item.kind, item.recall.total, _rate(item.recall), _rate(item.precision), shown


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "–"
    low, high = rate.interval
    return f"{rate.value:.1%} [{low:.1%}, {high:.1%}]"
