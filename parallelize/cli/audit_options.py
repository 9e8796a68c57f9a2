"""Options of commands that read a translated data set and may ask models about it: audit and calibrate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from parallelize.cli.completion import files
from parallelize.cli.options import option_group
from parallelize.core.errors import UsageError

__all__ = ["audit_options", "check_usage"]

audit_options = option_group(
    click.argument("file", shell_complete=files),
    click.option("--lang", required=True, help="Language that the translations are meant to be in."),
    click.option("--source-lang", default="en", show_default=True, help="Language of the source."),
    click.option("--source-file", help="Source in a file of its own: a table, or text aligned by line."),
    click.option("--source-field", multiple=True, help="Column of the source (again for more pairs)."),
    click.option("--target-field", multiple=True, help="Column of the translation (again for more pairs)."),
    click.option("--answer-field", help="Column of the final answer in source form."),
    click.option("--id-field", help="Column with ids; also joins FILE with --source-file."),
    click.option("--columns", help="Column names of a CSV or TSV without header, as in question,answer."),
    click.option(
        "--threshold", multiple=True, metavar="MEASURE=N", help="Another threshold; `off` for none."
    ),
    click.option(
        "--thresholds",
        "threshold_file",
        type=click.Path(path_type=Path),
        help="TOML with [gates.thresholds], [gates.by_language.…]: a recipe, or what `calibrate` wrote.",
    ),
    click.option(
        "--back-translate",
        metavar="ENGINE",
        help="Translate back too and compare: bergamot, apertium, or a recipe (TOML with an [engine] table).",
    ),
    click.option(
        "--scorers",
        "scorer_file",
        type=click.Path(path_type=Path),
        help="Recipe (TOML) whose [scorers.comet] and [scorers.judge] score the rows too.",
    ),
    click.option(
        "--judge-engine",
        type=click.Path(path_type=Path),
        help="Recipe (TOML) whose [engine], a vllm or openai one, grades the rows as a judge.",
    ),
    click.option(
        "--memory",
        type=click.Path(path_type=Path),
        default=Path("runs/audit"),
        show_default=True,
        help="Where replies of models are kept, so that the work goes on where it stopped.",
    ),
    click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True, help="Processes."),
    click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout."),
    click.option("--quiet", is_flag=True, help="No progress."),
)
"""Adds them to a command."""


def check_usage(options: Mapping[str, Any]) -> None:
    """Refuse options that need a source together with --no-source.

    Raises:
        UsageError: naming the two.
    """
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
