"""`parallelize calibrate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.audit_options import (
    AuditConsole,
    audit_input,
    audit_job,
    audit_models,
    audit_options,
)
from parallelize.cli.console import Console, plain, print_json
from parallelize.core.errors import InputError
from parallelize.core.thresholds import Thresholds
from parallelize.store.files import atomic_write
from parallelize.text.markdown import markdown_table

if TYPE_CHECKING:
    from parallelize.core.rates import Rate
    from parallelize.core.verdicts import Score
    from parallelize.stages.audit import AuditRow
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
    from parallelize.assemble.scorers import translation_scorer
    from parallelize.stages.calibrate import calibrate, findings, label_of, merge_threshold_file, spoil

    job = audit_job(options)
    code = job.languages.target
    rows = list(audit_input(options, code).rows())
    good = [row for row in rows if not options["label_field"] or label_of(row)]
    labelled_bad = [row for row in rows if options["label_field"] and not label_of(row)]
    _readable(good)
    console = Console(quiet=quiet)
    scores = _scored(good, options, console)
    result = calibrate(
        scores,
        keep=options["keep"],
        thresholds=job.thresholds,
        measures=options["measure"] or None,
        seed=options["seed"],
    )
    held_out = [good[number] for number in result.held_out_rows]
    spoilt = list(spoil(held_out, code, most=options["damaged"], seed=options["seed"]))
    kinds = [*("labelled" for _ in labelled_bad), *(item.kind for item in spoilt)]
    bad = _scored([*labelled_bad, *(item.row for item in spoilt)], options, console)
    found = findings(
        [scores[number] for number in result.held_out_rows],
        zip(kinds, bad, strict=True),
        Thresholds.of({**job.thresholds, **result.bounds}),
    )
    how = {
        "file": Path(options["file"]).name,
        "rows": len(good),
        "keep": options["keep"],
        "seed": options["seed"],
        "held_out_kept": result.held_out.count,
        "held_out_rows": result.held_out.total,
        "scorer": translation_scorer().signature,
    }
    text = merge_threshold_file(out, code, result.bounds, how)
    if out is not None:
        atomic_write(out, text)
    if as_json:
        print_json(
            {
                "language": code,
                **how,
                "thresholds": dict(result.bounds),
                "before": {name: job.thresholds[name] for name in result.bounds},
                "beyond": result.beyond,
                "fitted": result.fitted.as_dict(),
                "held_out": result.held_out.as_dict(),
                "findings": [item.as_dict() for item in found],
            }
        )
    else:
        click.echo(plain(_text(result, found, job.thresholds, options)))
        click.echo(f"\nWritten: {out}" if out is not None else f"\n{text}")


def _readable(rows: Sequence[AuditRow]) -> None:
    faults = [row for row in rows if row.fault]
    if faults:
        raise InputError(
            f"{len(faults)} of the good rows cannot be read; the first, {faults[0].id}: {faults[0].fault}",
            remedy="take them out, or label them bad",
        )


def _scored(
    rows: Sequence[AuditRow], options: Mapping[str, Any], console: Console
) -> list[tuple[Score, ...]]:
    """Scores of rows, by the same way as an audit's."""
    from parallelize.assemble.audit import prepare_audit
    from parallelize.stages.audit import AuditInput

    job = audit_job(options)
    with console.rows() as progress:
        watcher = AuditConsole(console, progress)
        opened = AuditInput(fields=None, rows=lambda: iter(rows))
        audit = prepare_audit(opened, job, audit_models(options, job.languages.target), watcher)
        audit.ask(watcher)
    with console.rows() as progress:
        progress.expect(job.languages.target, len(rows), 0)
        found = []
        for row in audit.rows(options["processes"]):
            found.append(row.scores)
            progress.row(job.languages.target, None, row.source_words)
    return found


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
    from parallelize.stages.calibrate.finds import ALL

    for item in found:
        if item.measure != ALL:
            continue
        by = [other for other in found if other.kind == item.kind and other.measure != ALL]
        shown = ", ".join(f"{other.measure} {other.recall.value or 0:.0%}" for other in by[:_SHOWN_MEASURES])
        yield item.kind, item.recall.total, _rate(item.recall), _rate(item.precision), shown


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "–"
    low, high = rate.interval
    return f"{rate.value:.1%} [{low:.1%}, {high:.1%}]"
