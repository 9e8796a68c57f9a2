"""`parallelize audit`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from parallelize.cli.audit_options import (
    AuditConsole,
    audit_input,
    audit_job,
    audit_models,
    audit_options,
    check_usage,
)
from parallelize.cli.console import Console, plain, print_json
from parallelize.core.errors import GateFailure
from parallelize.store.files import replace_file, storage_errors, temporary_beside
from parallelize.store.json_files import to_json
from parallelize.text.markdown import markdown_table

__all__ = ["command"]


@click.command("audit")
@audit_options
@click.option("--no-source", is_flag=True, help="There is no source: audit the texts by themselves.")
@click.option(
    "--rows", "rows_out", type=click.Path(path_type=Path), help="Write a verdict for every row here."
)
@click.option("--require-kept", type=click.FloatRange(0, 1), help="Exit 4 if a smaller share is kept.")
def command(rows_out: Path | None, as_json: bool, quiet: bool, **options: Any) -> None:
    """Gate a data set that is translated already, and say why each row is dropped.

    FILE is JSONL, JSON, CSV, TSV or Parquet with source and translation in columns, or a text file with
    one text a line beside a --source-file. No model is needed; --back-translate, --scorers and
    --judge-engine add them. Their replies are kept: interrupt at any moment, and the same command goes on.

    \b
    Examples:
        parallelize audit gsm8k_fr.jsonl --lang fr --rows verdicts.jsonl
        parallelize audit train.de --source-file train.en --lang de --json
        parallelize audit responses.jsonl --lang sw --no-source --target-field response
        parallelize audit corpus_pt.jsonl --lang pt --back-translate bergamot --threshold back_chrf=45
        parallelize audit corpus_de.jsonl --lang de --thresholds de.toml --judge-engine judge.toml
    """
    from parallelize.assemble.audit import prepare_audit
    from parallelize.assemble.scorers import translation_scorer

    check_usage(options)
    job = audit_job(options)
    code = job.languages.target
    opened = audit_input(options, code)
    console = Console(quiet=quiet)
    with console.rows() as progress:
        watcher = AuditConsole(console, progress)
        audit = prepare_audit(opened, job, audit_models(options, code), watcher)
        audit.ask(watcher)
    facts = {
        "file": options["file"],
        "source_language": job.languages.source,
        "language": code,
        "fields": None if opened.fields is None else opened.fields.as_dict(),
        "conventions": list(opened.conventions),
        "scorer": translation_scorer().signature,
        **audit.facts,
        "thresholds": dict(job.thresholds),
    }
    with console.rows() as progress:
        progress.expect(code, 0 if quiet else sum(1 for _ in opened.rows()), 0)
        found = audit.rows(options["processes"])
        summary = facts | _summarised(found, rows_out, lambda kept, words: progress.row(code, kept, words))
    if as_json:
        print_json(summary)
    else:
        click.echo(plain(_text(summary)))
    _require(summary, options["require_kept"])


def _summarised(
    found: Iterable[Any], rows_out: Path | None, on_row: Callable[[bool, int], None]
) -> dict[str, Any]:
    """Add up the rows, and write each of them if a place is given: whole or not at all."""
    from parallelize.stages.summarize import LanguageSummary

    summary = LanguageSummary()

    def counted(row: Any) -> Any:
        summary.add(row.verdict, row.scores, segments=0, copied=0, source_words=row.source_words)
        on_row(row.verdict.kept, row.source_words)
        return row

    if rows_out is None:
        for row in found:
            counted(row)
    else:
        with storage_errors(rows_out), temporary_beside(rows_out) as temporary:
            with temporary.open("wb") as handle:
                for row in found:
                    line = json.dumps(counted(row).as_dict(), ensure_ascii=False)
                    # A lone surrogate becomes its JSON escape.
                    handle.write(line.encode("utf-8", errors="backslashreplace") + b"\n")
            replace_file(temporary, rows_out)
    result: dict[str, Any] = to_json(summary.figures())
    for name in ("segments", "copied_segments", "rungs"):
        del result[name]
    return result


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
