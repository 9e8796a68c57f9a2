"""`parallelize audit`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from parallelize.cli.console import plain, print_json
from parallelize.cli.judge import thresholds_from
from parallelize.core.errors import GateFailure, UsageError
from parallelize.core.languages import language

__all__ = ["command"]


@click.command("audit")
@click.argument("file")
@click.option("--lang", required=True, help="Language that the translations are meant to be in.")
@click.option("--source-lang", default="en", show_default=True, help="Language of the source.")
@click.option("--source-file", help="Source in a file of its own: a table, or text aligned by line.")
@click.option("--source-field", multiple=True, help="Column of the source (again for more pairs).")
@click.option("--target-field", multiple=True, help="Column of the translation (again for more pairs).")
@click.option("--answer-field", help="Column of the final answer in source form.")
@click.option("--id-field", help="Column with ids; also joins FILE with --source-file.")
@click.option("--columns", help="Column names of a CSV or TSV without header, as in question,answer.")
@click.option("--no-source", is_flag=True, help="There is no source: audit the texts by themselves.")
@click.option(
    "--rows", "rows_out", type=click.Path(path_type=Path), help="Write a verdict for every row here."
)
@click.option("--threshold", multiple=True, metavar="MEASURE=N", help="Another threshold; `off` for none.")
@click.option(
    "--thresholds", "threshold_file", type=click.Path(path_type=Path), help="TOML with [gates.thresholds]."
)
@click.option("--require-kept", type=click.FloatRange(0, 1), help="Exit 4 if a smaller share is kept.")
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
def command(
    file: str, lang: str, source_lang: str, rows_out: Path | None, as_json: bool, **options: Any
) -> None:
    """Gate a data set that is translated already, and say why each row is dropped.

    FILE is JSONL, JSON, CSV, TSV or Parquet with source and translation in columns, or a text file with
    one text a line beside a --source-file. No model is needed.

    \b
    Examples:
        parallelize audit gsm8k_fr.jsonl --lang fr --rows verdicts.jsonl
        parallelize audit train.de --source-file train.en --lang de --json
        parallelize audit responses.jsonl --lang sw --no-source --target-field response
    """
    from parallelize.assemble.scorers import translation_scorer
    from parallelize.stages.audit import AuditJob, audit_rows, open_audit, read_thresholds
    from parallelize.stages.judge import thresholds_for

    if options["no_source"] and (options["source_file"] or options["source_field"]):
        raise UsageError("--no-source and a source exclude each other", remedy="leave one of them out")
    code = language(lang).code
    given = read_thresholds(options["threshold_file"]) if options["threshold_file"] else {}
    bounds = thresholds_for(code, given | thresholds_from(options["threshold"]))
    opened = open_audit(
        file,
        code,
        source_file=options["source_file"],
        names=_names(options),
        columns=tuple(options["columns"].split(",")) if options["columns"] else (),
        with_source=not options["no_source"],
    )
    job = AuditJob(source_language=language(source_lang).code, target_language=code, thresholds=bounds)
    found = audit_rows(opened.rows(), job, translation_scorer, processes=options["processes"])
    facts = {
        "file": file,
        "source_language": job.source_language,
        "language": code,
        "fields": None if opened.fields is None else opened.fields.as_dict(),
        "scorer": translation_scorer().signature,
        "thresholds": bounds,
    }
    summary = facts | _summarised(found, rows_out)
    if as_json:
        print_json(summary)
    else:
        click.echo(plain(_text(summary)))
    _require(summary, options["require_kept"])


def _names(options: Mapping[str, Any]) -> Any:
    from parallelize.stages.audit import FieldNames

    return FieldNames(
        source=options["source_field"],
        target=options["target_field"],
        answer=options["answer_field"],
        id=options["id_field"],
    )


def _summarised(found: Iterable[Any], rows_out: Path | None) -> dict[str, Any]:
    """Add up the rows, and write each of them if a place is given: whole or not at all."""
    from parallelize.stages.summarize import LanguageSummary
    from parallelize.store.files import replace_file, storage_errors, temporary_beside

    summary = LanguageSummary()

    def counted(row: Any) -> Any:
        summary.add(row.verdict, row.scores, segments=0, copied=0, source_words=row.source_words)
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
    result = summary.as_dict()
    for name in ("segments", "copied_segments", "rungs", "attempts", "work"):
        del result[name]
    return result


def _text(summary: Mapping[str, Any]) -> str:
    from parallelize.report.markdown import markdown_table

    total = summary["rows_in"]
    lines = [f"{summary['file']}: {summary['kept']} of {total} rows kept, {summary['dropped']} dropped", ""]
    if summary["reasons"]:
        alone = summary["reasons_alone"]
        table = [
            (name, count, alone.get(name, 0), f"{count / total:.1%}")
            for name, count in summary["reasons"].items()
        ]
        lines += [markdown_table(("reason", "rows", "alone", "share"), table), ""]
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
