"""`parallelize audit`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import Console, RowProgress, plain, print_json
from parallelize.cli.judge import thresholds_from
from parallelize.cli.recipe_options import find_recipe
from parallelize.core.errors import GateFailure, InputError, UsageError
from parallelize.core.languages import language
from parallelize.core.recipe import (
    JudgeOptions,
    OpenAIOptions,
    ScorerOptions,
    VllmOptions,
    load_recipe,
    parse_recipe,
    read_thresholds,
)

if TYPE_CHECKING:
    from parallelize.assemble.audit import AuditModels

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
    "--thresholds",
    "threshold_file",
    type=click.Path(path_type=Path),
    help="TOML with [gates.thresholds], [gates.by_language.…]: a recipe, or what `calibrate` wrote.",
)
@click.option(
    "--back-translate",
    metavar="ENGINE",
    help="Translate back too and compare: bergamot, apertium, or a recipe (TOML with an [engine] table).",
)
@click.option(
    "--scorers",
    "scorer_file",
    type=click.Path(path_type=Path),
    help="Recipe (TOML) whose [scorers.comet] and [scorers.judge] score the rows too.",
)
@click.option(
    "--judge-engine",
    type=click.Path(path_type=Path),
    help="Recipe (TOML) whose [engine], a vllm or openai one, grades the rows as a judge.",
)
@click.option(
    "--memory",
    type=click.Path(path_type=Path),
    default=Path("runs/audit"),
    show_default=True,
    help="Where replies of models are kept, so that an audit goes on where it stopped.",
)
@click.option("--require-kept", type=click.FloatRange(0, 1), help="Exit 4 if a smaller share is kept.")
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    file: str,
    lang: str,
    source_lang: str,
    rows_out: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
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
    from parallelize.stages.audit import AuditJob, open_audit
    from parallelize.stages.judge import thresholds_for

    _check_usage(options)
    code = language(lang).code
    given = (
        read_thresholds(options["threshold_file"]).thresholds_for(code) if options["threshold_file"] else {}
    )
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
    console = Console(quiet=quiet)
    with console.rows() as progress:
        watcher = _Watcher(console, progress, code)
        audit = prepare_audit(opened, job, _models(options, code), watcher)
        audit.ask(watcher)
    facts = {
        "file": file,
        "source_language": job.source_language,
        "language": code,
        "fields": None if opened.fields is None else opened.fields.as_dict(),
        "scorer": translation_scorer().signature,
        **audit.facts,
        "thresholds": bounds,
    }
    with console.rows() as progress:
        progress.expect(code, sum(1 for _ in opened.rows()), 0)
        found = audit.rows(options["processes"])
        summary = facts | _summarised(found, rows_out, lambda kept, words: progress.row(code, kept, words))
    if as_json:
        print_json(summary)
    else:
        click.echo(plain(_text(summary)))
    _require(summary, options["require_kept"])


class _Watcher:
    """Shows on a console how models are asked."""

    def __init__(self, console: Console, progress: RowProgress, code: str) -> None:
        self._console = console
        self._progress = progress
        self._code = code
        self._downloads: set[str] = set()

    def warn(self, text: str) -> None:
        self._console.warn(text)

    def expect(self, code: str, total: int, done: int) -> None:
        self._console.note(f"{total - done} of {total} rows to ask models about")
        self._progress.expect(code, total, done)

    def asked(self, words: int) -> None:
        self._progress.row(self._code, None, words)

    def download(self, what: str, done: int, total: int) -> None:
        if what not in self._downloads:
            self._downloads.add(what)
            self._progress.expect(what, total, 0)
        self._progress.amount(what, done)


def _check_usage(options: Mapping[str, Any]) -> None:
    needs_source = {
        "source_file": "--source-file",
        "source_field": "--source-field",
        "back_translate": "--back-translate",
        "scorer_file": "--scorers",
        "judge_engine": "--judge-engine",
    }
    for name, option in needs_source.items():
        if options["no_source"] and options[name]:
            raise UsageError(f"--no-source and {option} exclude each other", remedy="leave one of them out")


def _models(options: Mapping[str, Any], code: str) -> AuditModels:
    from parallelize.assemble.audit import AuditModels

    scorers = ScorerOptions()
    if options["scorer_file"]:
        scorers = load_recipe(find_recipe(options["scorer_file"])).scorers
        if scorers == ScorerOptions():
            raise InputError(
                f"{options['scorer_file']} has no [scorers.comet] or [scorers.judge]",
                remedy="add one of them",
            )
    if options["judge_engine"]:
        engine = load_recipe(find_recipe(options["judge_engine"])).engine
        if not isinstance(engine, VllmOptions | OpenAIOptions):
            raise InputError(
                f"{options['judge_engine']}: the engine {engine.name} generates no text and cannot judge",
                remedy='write an [engine] table with name = "openai" or "vllm"',
            )
        scorers = scorers.model_copy(update={"judge": JudgeOptions(engine=engine)})
    back = _back_engine(options["back_translate"], code) if options["back_translate"] else None
    return AuditModels(back=back, scorers=scorers, memory=options["memory"])


def _back_engine(given: str, code: str) -> Any:
    if given.endswith(".toml"):
        return load_recipe(find_recipe(Path(given))).back_engine_for(code)
    return parse_recipe({"engine": {"name": given}}, where=f"--back-translate {given}").engine


def _names(options: Mapping[str, Any]) -> Any:
    from parallelize.stages.audit import FieldNames

    return FieldNames(
        source=options["source_field"],
        target=options["target_field"],
        answer=options["answer_field"],
        id=options["id_field"],
    )


def _summarised(
    found: Iterable[Any], rows_out: Path | None, on_row: Callable[[bool, int], None]
) -> dict[str, Any]:
    """Add up the rows, and write each of them if a place is given: whole or not at all."""
    from parallelize.stages.summarize import LanguageSummary
    from parallelize.store.files import replace_file, storage_errors, temporary_beside

    summary = LanguageSummary()

    def counted(row: Any) -> Any:
        summary.add(row.verdict, row.scores, rungs=(), segments=0, copied=0, source_words=row.source_words)
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
    result = summary.as_dict()
    for name in ("segments", "copied_segments", "rungs"):
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
