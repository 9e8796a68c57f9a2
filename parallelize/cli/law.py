"""`parallelize law`: transferability, parallel scaling law, leap and gap from a results table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

import parallelize
from parallelize.cli.console import plain
from parallelize.store.files import atomic_write

__all__ = ["command"]


@click.command("law")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of Markdown tables.")
@click.option("--base", metavar="MODEL", help="Base model of relative gains [default: the one with n = 0].")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Also write law.json, law.md, law.svg and accuracy.svg here.")  # fmt: skip
@click.option("--level", default=0.95, show_default=True, help="Confidence level of all intervals.")
@click.option("--seed", default=0, show_default=True, help="Seed of the bootstrap.")
@click.option("--resamples", default=2000, show_default=True, type=click.IntRange(min=100),
              help="Bootstrap resamples, for item-level results.")  # fmt: skip
@click.option("--denominator", type=click.Choice(["english", "trained"]), default="english",
              show_default=True,
              help="Whose gain divides: English (or --pivot), or all trained languages.")  # fmt: skip
@click.option("--pivot", default="en", show_default=True, metavar="LANG",
              help="Language that stands where English does.")  # fmt: skip
@click.option("--average", type=click.Choice(["benchmarks-first", "languages-first"]),
              default="benchmarks-first", show_default=True,
              help="One ratio of means, or the mean of one ratio per benchmark.")  # fmt: skip
@click.option("--scale", type=click.Choice(["1", "100"]), default="1", show_default=True,
              help="Factor on the index.")  # fmt: skip
@click.option("--skip-zero-base", is_flag=True,
              help="Leave out, and count, cells where the base model's accuracy is 0.")  # fmt: skip
def command(*, results: Path, as_json: bool, out: Path | None, scale: str, **options: Any) -> None:
    """Measure how reasoning transfers between languages.

    RESULTS is a CSV, TSV, JSONL or Parquet table with the columns model, trained_languages (such as
    en+de+ja; empty for the base model) or n (how many), language, benchmark, and either accuracy (0 to 1),
    or item and correct (0 or 1), with sample where items were sampled several times. A wide table has a
    column for each language (de), or benchmark and language (mgsm/de); a table about one benchmark need
    not name it. Item-level results give every figure an interval; those of the law, the leap and the gap
    hold item noise and training noise together.
    """
    from parallelize.evaluation.law_render import accuracy_chart, law_chart, law_markdown

    report = parallelize.law(results, scale=100 if scale == "100" else 1, **options)
    markdown = law_markdown(report)
    document = json.dumps(report.as_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if out is not None:
        chart = law_chart(report)
        files = {"law.json": document, "law.md": markdown, "accuracy.svg": accuracy_chart(report)}
        for name, content in (files | ({"law.svg": chart} if chart else {})).items():
            atomic_write(out / name, content)
            click.echo(f"wrote {out / name}", err=True)
    click.echo(document if as_json else plain(markdown), nl=False)
