"""`parallelize score`: off-target rates, accuracy and reference metrics of a file of responses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parallelize.cli.console import plain, print_json
from parallelize.core.errors import UsageError
from parallelize.evaluation.responses import ResponseColumns
from parallelize.store.files import atomic_write, replace_file, storage_errors, temporary_beside
from parallelize.text.thinking import ThinkingTags

if TYPE_CHECKING:
    from parallelize.assemble.response_files import ResponseStream
    from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
__all__ = ["command"]

LOG_FORMS = ("auto", "rows", "chat", "lm-eval", "lighteval", "inspect", "openai")
"""Names of `evaluation.response_forms.FORMS`, which `--help` need not import."""


@click.command("score")
@click.argument("responses", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", default="auto", show_default=True, type=click.Choice(LOG_FORMS),
              help="Whose files they are.")  # fmt: skip
@click.option("--field", "fields", multiple=True, metavar="ROLE=COLUMN",
              help="Column that plays a role (a.b.0 looks inside). May be repeated.")  # fmt: skip
@click.option("--language", metavar="LANG", help="Language asked for, of all rows.")
@click.option("--prompt-language", metavar="LANG", help="Language of the prompts, of all rows.")
@click.option("--model", metavar="NAME", help="Name of the model, of all rows.")
@click.option("--think-open", default="<think>", show_default=True, help="Tag that opens thinking.")
@click.option("--think-close", default="</think>", show_default=True, help="Tag that closes thinking.")
@click.option("--thinking-opened", is_flag=True,
              help="The prompt opened the thinking: a response without tags is unfinished.")  # fmt: skip
@click.option("--begin-after", default="", metavar="TEXT",
              help="Responses begin after this text (files that hold whole transcripts).")  # fmt: skip
@click.option("--unclosed", type=click.Choice(("answer", "none")), default="answer", show_default=True,
              help="Thinking that never closed: its last complete box counts, or none.")  # fmt: skip
@click.option("--judge-cut", is_flag=True,
              help="Judge responses cut at the limit, instead of counting them apart.")  # fmt: skip
@click.option("--lines", is_flag=True, help="Also judge every line by itself (slower).")
@click.option("--spans/--no-spans", default=True, show_default=True,
              help="Look for foreign spans (mixed responses, English share).")  # fmt: skip
@click.option("--metric", "metrics", metavar="NAMES",
              help="Also metrics of others, with commas: lcb, mmath, polymath, nemo-skills, l2.")  # fmt: skip
@click.option("--lcb-words", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="English word list of the Language Confusion Benchmark (its file `words`).")  # fmt: skip
@click.option("--fasttext-model", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="fastText model for lcb and mmath, as lid.176.bin [default: lid.176.ftz].")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of Markdown tables.")
@click.option("--rows", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.jsonl",
              help="Write each verdict with its evidence, in input order.")  # fmt: skip
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.html",
              help="Write a page with charts and samples.")  # fmt: skip
@click.option("--workers", type=click.IntRange(min=1), help="Processes [default: the machine's cores].")
def command(
    *,
    responses: tuple[str, ...],
    form: str,
    fields: tuple[str, ...],
    language: str | None,
    prompt_language: str | None,
    model: str | None,
    think_open: str,
    think_close: str,
    thinking_opened: bool,
    begin_after: str,
    unclosed: str,
    judge_cut: bool,
    lines: bool,
    spans: bool,
    metrics: str | None,
    lcb_words: Path | None,
    fasttext_model: Path | None,
    as_json: bool,
    rows: Path | None,
    page: Path | None,
    workers: int | None,
) -> None:
    """Score responses of models: off-target rates by part, accuracy, metrics of others.

    Each FILE is a file, a folder or a glob; {lang} stands for a language code. Read are rows (JSONL, JSON,
    CSV, TSV, Parquet; .gz and .zst too) with columns such as language (asked for), response, gold, prompt,
    finish_reason, model, and logs of lm-evaluation-harness, lighteval, inspect, OpenAI batches, vLLM
    run-batch, and chats.

    \b
        parallelize score outputs.jsonl
        parallelize score outputs.csv --field response=text --metric lcb --json
        parallelize score 'logs/samples_mgsm_*.jsonl'
        parallelize score results/{lang}.jsonl.gz --html scores.html
    """
    from parallelize.assemble.response_files import stream_response_files
    from parallelize.evaluation.scoring import ScoreOptions

    if not think_close or not think_open:
        raise UsageError("a thinking tag is empty", remedy="give the text that opens and closes thinking")
    constants = {"language": language, "prompt_language": prompt_language, "model": model}
    columns = ResponseColumns(
        fields=_mapping(fields),
        constants={role: value for role, value in constants.items() if value},
        begin_after=begin_after,
    )
    options = ScoreOptions(
        tags=ThinkingTags(opening=think_open, closing=think_close, opened=thinking_opened),
        unclosed=unclosed == "answer",
        judge_cut=judge_cut,
        lines=lines,
        spans=spans,
    )
    wanted = _metric_names(metrics)
    files = stream_response_files(responses, columns, form=form)
    whole = page is not None or bool(wanted)  # what shows texts, or reads them again, needs them
    verdicts = _judge(files, options, workers, rows=rows, whole=whole)
    references = _references(wanted, verdicts, words=lcb_words, model=fasttext_model, tags=options.tags)
    _write(files, verdicts, options, references, as_json=as_json, page=page)


def _mapping(fields: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for item in fields:
        role, equals, name = item.partition("=")
        if not equals or not role or not name:
            raise UsageError(f"--field {item!r} is not ROLE=COLUMN", remedy="as in --field gold=answer")
        pairs[role.strip()] = name.strip()
    return pairs


def _metric_names(text: str | None) -> tuple[str, ...]:
    from parallelize.evaluation.reference import REFERENCE_METRICS

    names = tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))
    unknown = [name for name in names if name not in REFERENCE_METRICS]
    if unknown:
        raise UsageError(f"unknown metric {unknown[0]!r}", remedy=f"known are {', '.join(REFERENCE_METRICS)}")
    return names


def _judge(
    source: ResponseStream, options: ScoreOptions, workers: int | None, *, rows: Path | None, whole: bool
) -> list[ResponseVerdict]:
    """Judge all; rows are written as they come, and of each verdict only what is needed later is kept."""
    from parallelize.assemble.judges import language_judge
    from parallelize.evaluation.score_render import row_lines
    from parallelize.evaluation.scoring import Slimmer, score_responses

    judge, slimmer = partial(language_judge, source.languages), Slimmer()
    found = score_responses(source.responses, judge, options, workers=workers)
    if rows is None:
        return [verdict if whole else slimmer.slim(verdict) for verdict in found]
    kept: list[ResponseVerdict] = []
    with storage_errors(rows), temporary_beside(rows) as temporary:
        with temporary.open("wb") as handle:
            for verdict in found:
                handle.writelines(row_lines((verdict,), mixed_share=options.mixed_share))
                kept.append(verdict if whole else slimmer.slim(verdict))
        replace_file(temporary, rows)
    click.echo(f"wrote {rows}", err=True)
    return kept


def _references(
    names: Sequence[str],
    verdicts: Sequence[ResponseVerdict],
    *,
    words: Path | None,
    model: Path | None,
    tags: ThinkingTags,
) -> dict[str, object]:
    from parallelize.assemble.judges import first_label, likely_labels
    from parallelize.evaluation.reference import ReferenceTools, reference_metrics
    from parallelize.evaluation.reference_lcb import read_lcb_words

    if not names:
        return {}
    top, detect = first_label(model), likely_labels()
    tools = ReferenceTools(
        top=top,
        detect=detect,
        identifiers=(top.signature, detect.signature),
        words=read_lcb_words(words) if words is not None else None,
        tags=tags,
    )
    return reference_metrics(names, verdicts, tools)


def _write(
    source: ResponseStream,
    verdicts: Sequence[ResponseVerdict],
    options: ScoreOptions,
    references: dict[str, object],
    *,
    as_json: bool,
    page: Path | None,
) -> None:
    from parallelize.assemble.judges import language_judge
    from parallelize.evaluation.score_render import score_markdown
    from parallelize.evaluation.score_report import measure
    from parallelize.report.score_page import score_page

    detectors = language_judge(source.languages).signature.split(" ; ")
    report = measure(
        verdicts,
        file=source.name,
        options=options,
        detectors=detectors,
        metrics=references,
        notes=source.notes,
    )
    if page is not None:
        atomic_write(page, score_page(report, verdicts))
        click.echo(f"wrote {page}", err=True)
    if as_json:
        print_json(report.as_dict())
    else:
        click.echo(plain(score_markdown(report)), nl=False)
