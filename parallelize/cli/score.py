"""`parallelize score`: off-target rates, accuracy and reference metrics of a file of responses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from parallelize.cli.completion import files
from parallelize.cli.console import plain, print_json
from parallelize.cli.options import picked, split_list
from parallelize.core.errors import UsageError
from parallelize.evaluation.responses import ResponseColumns
from parallelize.text.thinking import ThinkingTags

__all__ = ["command"]

LOG_FORMS = ("auto", "rows", "chat", "lm-eval", "lighteval", "inspect", "arena", "openai")
"""Names of `evaluation.response_forms.FORMS`, which `--help` need not import."""


@click.command("score")
@click.argument("responses", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
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
@click.option("--probability", is_flag=True,
              help="Also a calibrated probability of being in the language asked for.")  # fmt: skip
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
@click.option("--runner", default="here", show_default=True, metavar="WHO",
              help="Who judges: here (the machine's cores), processes:N, ray or ray:ADDRESS.")  # fmt: skip
@click.option("--workers", type=click.IntRange(min=1), hidden=True, help="An older name of processes:N.")
def command(
    *,
    responses: tuple[str, ...],
    form: str,
    fields: tuple[str, ...],
    think_open: str,
    think_close: str,
    as_json: bool,
    rows: Path | None,
    page: Path | None,
    runner: str,
    workers: int | None,
    **options: Any,
) -> None:
    """Score responses of models: off-target rates by part, accuracy, metrics of others.

    Each FILE is a file, a folder or a glob; {lang} stands for a language code. Read are rows (JSONL, JSON,
    CSV, TSV, Parquet; .gz, .zst, .xz, .bz2 too) with columns such as language (asked for), response, gold,
    prompt, finish_reason, model, and logs of lm-evaluation-harness, lighteval, inspect, OpenAI batches, vLLM
    run-batch, and chats.

    \b
        parallelize score outputs.jsonl
        parallelize score outputs.csv --field response=text --metric lcb --json
        parallelize score 'logs/samples_mgsm_*.jsonl'
        parallelize score results/{lang}.jsonl.gz --html scores.html
    """
    from parallelize.assemble.score import ReferenceMetrics, ScoreOptions, score_files
    from parallelize.evaluation.score_render import score_markdown

    if not think_close or not think_open:
        raise UsageError("a thinking tag is empty", remedy="give the text that opens and closes thinking")
    constants = picked(options, "language", "prompt_language", "model")
    columns = ResponseColumns(
        fields=_mapping(fields),
        constants={role: value for role, value in constants.items() if value},
        begin_after=options["begin_after"],
    )
    how = ScoreOptions(
        tags=ThinkingTags(opening=think_open, closing=think_close, opened=options["thinking_opened"]),
        unclosed=options["unclosed"] == "answer",
        **picked(options, "judge_cut", "lines", "spans", "probability"),
    )
    names = tuple(dict.fromkeys(split_list(options["metrics"]) or ()))
    reference = ReferenceMetrics(names=names, **picked(options, "lcb_words", "fasttext_model"))
    report = score_files(
        responses,
        columns,
        how,
        form=form,
        reference=reference,
        runner=runner if workers is None else f"processes:{workers}",
        rows=rows,
        page=page,
    )
    for path in filter(None, (rows, page)):
        click.echo(f"wrote {path}", err=True)
    if as_json:
        print_json(report)
    else:
        click.echo(plain(score_markdown(report)), nl=False)


def _mapping(fields: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for item in fields:
        role, equals, name = item.partition("=")
        if not equals or not role or not name:
            raise UsageError(f"--field {item!r} is not ROLE=COLUMN", remedy="as in --field gold=answer")
        pairs[role.strip()] = name.strip()
    return pairs
