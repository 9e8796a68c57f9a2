"""`parallelize audit`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from parallelize.cli.audit_options import audit_options, check_usage
from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.watchers import AuditConsole
from parallelize.core.errors import GateFailure
from parallelize.text.markdown import markdown_table

__all__ = ["command"]


@click.command("audit")
@audit_options
@click.option(
    "--measures",
    metavar="NAME,NAME",
    help="Measure these alone, many times as fast where they are cheap ones: length_deviation,number_faults.",
)
@click.option("--no-source", is_flag=True, help="There is no source: audit the texts by themselves.")
@click.option(
    "--rows", "rows_out", type=click.Path(path_type=Path), help="Write a verdict for every row here."
)
@click.option("--require-kept", type=click.FloatRange(0, 1), help="Exit 4 if a smaller share is kept.")
def command(rows_out: Path | None, as_json: bool, quiet: bool, **options: Any) -> None:
    """Gate a data set that is translated already, and say why each row is dropped.

    FILE is JSONL, JSON, CSV, TSV or Parquet with source and translation in columns, or a text file with
    one text a line beside a --source-file (that of train.de is train.en, if it stands beside it). No model
    is needed; --back-translate, --scorers and --judge-engine add them. Their replies are kept: interrupt
    at any moment, and the same command goes on.

    \b
    Examples:
        parallelize audit gsm8k_fr.jsonl --lang fr --rows verdicts.jsonl
        parallelize audit train.de --source-file train.en --lang de --json
        parallelize audit responses.jsonl --lang sw --no-source --target-field response
        parallelize audit corpus_pt.jsonl --lang pt --back-translate bergamot --threshold back_chrf=45
        parallelize audit corpus_de.jsonl --lang de --thresholds de.toml --judge-engine judge.toml
        parallelize audit huge_fr.parquet --lang fr --measures length_deviation,number_faults,off_target_parts
    """
    from parallelize.assemble.audit import prepare_audit
    from parallelize.cli.audit_request import audit_input, audit_job, audit_models

    check_usage(options)
    job = audit_job(options)
    code = job.languages.target
    opened = audit_input(options, job.languages)
    console = Console(quiet=quiet)
    with console.rows() as progress:
        watcher = AuditConsole(console, progress)
        audit = prepare_audit(opened, job, audit_models(options, code), watcher)
        audit.ask(watcher)
    with console.rows() as progress:
        progress.expect(code, 0 if quiet else sum(1 for _ in opened.rows()), 0)
        found = audit.summary(
            options["processes"],
            rows_out=rows_out,
            on_row=lambda kept, words: progress.row(code, kept, words),
        )
    summary = {"file": options["file"], **found}
    if as_json:
        print_json(summary)
    else:
        click.echo(plain(_text(summary)))
    _require(summary, options["require_kept"])


def _text(summary: Mapping[str, Any]) -> str:
    total = summary["rows_in"]
    lines = [f"{summary['file']}: {summary['kept']} of {total} rows kept, {summary['dropped']} dropped"]
    lines += [*summary["conventions"], ""]
    if summary["reasons"]:
        alone = summary["reasons_alone"]
        table = [
            (name, count, alone.get(name, 0), f"{count / total:.1%}")
            for name, count in summary["reasons"].items()
        ]
        lines += [markdown_table(("reason", "rows", "for this alone", "share"), table), ""]
    quantiles = ("p05", "p50", "p95", "max")
    scores = [
        (name, item["measured"], *(f"{item[key]:.3g}" for key in quantiles))
        for name, item in summary["scores"].items()
    ]
    return "\n".join([*lines, markdown_table(("measure", "measured", *quantiles), scores)])


def _require(summary: Mapping[str, Any], share: float | None) -> None:
    if share is not None and summary["kept"] < share * summary["rows_in"]:
        raise GateFailure(
            f"{summary['kept']} of {summary['rows_in']} rows kept, less than {share:.0%}",
            remedy="see the reasons, and --rows for each row",
        )
