"""Options of commands that read a translated data set and may ask models about it: audit and calibrate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from parallelize.cli.console import Console
from parallelize.cli.judge import thresholds_from
from parallelize.cli.progress import RowProgress
from parallelize.cli.recipe_options import find_recipe
from parallelize.core.engine_options import OpenAIOptions, VllmOptions
from parallelize.core.errors import InputError, UsageError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.recipe import load_recipe, parse_recipe, read_thresholds
from parallelize.core.recipe_tables import JudgeOptions, ScorerOptions
from parallelize.core.thresholds import Thresholds

if TYPE_CHECKING:
    from parallelize.assemble.audit import AuditModels
    from parallelize.stages.audit import AuditInput, AuditJob

__all__ = ["AuditConsole", "audit_input", "audit_job", "audit_models", "audit_options", "check_usage"]

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.argument("file"),
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


def audit_options(function: F) -> F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


class AuditConsole:
    """Shows on a console how models are asked."""

    def __init__(self, console: Console, progress: RowProgress) -> None:
        """Take where to show it."""
        self._console = console
        self._progress = progress
        self._code = ""

    def warn(self, text: str) -> None:
        """Something a person must know."""
        self._console.warn(text)

    def expect(self, code: str, total: int, done: int) -> None:
        """Show how many rows models will be asked about, and start the progress line."""
        self._code = code
        self._console.note(f"{total - done} of {total} rows to ask models about")
        self._progress.expect(code, total, done)

    def asked(self, words: int) -> None:
        """Count one row whose questions to models were answered."""
        self._progress.row(self._code, None, words)

    def download(self, what: str, done: int, total: int) -> None:
        """Bytes of a model that is being fetched."""
        self._progress.fetched(what, done, total)


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


def audit_job(options: Mapping[str, Any]) -> AuditJob:
    """Languages and thresholds: the defaults, then the file's, then those of the command line.

    Raises:
        InputError: a language, a measure or the file is wrong.
    """
    from parallelize.stages.audit import AuditJob

    code = language(options["lang"]).code
    path = options["threshold_file"]
    given = read_thresholds(path).thresholds_for(code) if path else {}
    return AuditJob(
        languages=LanguagePair(language(options["source_lang"]).code, code),
        thresholds=Thresholds.of(given | thresholds_from(options["threshold"])),
    )


def audit_input(options: Mapping[str, Any], code: str) -> AuditInput:
    """The rows.

    Raises:
        InputError: a file or a column is missing.
    """
    from parallelize.stages.audit import FieldNames, open_audit, with_conventions

    names = FieldNames(
        source=options["source_field"],
        target=options["target_field"],
        answer=options["answer_field"],
        id=options["id_field"],
        label=options.get("label_field"),
    )
    opened = open_audit(
        options["file"],
        code,
        source_file=options["source_file"],
        names=names,
        columns=tuple(options["columns"].split(",")) if options["columns"] else (),
        with_source=not options.get("no_source"),
    )
    return with_conventions(opened, code)


def audit_models(options: Mapping[str, Any], code: str) -> AuditModels:
    """The models that are to look at the rows.

    Raises:
        InputError: a recipe is missing or names none.
    """
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
