"""What the options of audit and calibrate ask for: rows, languages and thresholds, models.

Apart from the options themselves, since reading rows and making models takes a second of imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from parallelize.assemble.audit_models import AuditOptions
from parallelize.cli.judge import thresholds_from
from parallelize.cli.recipe_options import find_recipe
from parallelize.core.engine_options import EngineOptions, OpenAIOptions, VllmOptions
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.recipe import load_recipe, parse_recipe, read_thresholds
from parallelize.core.recipe_tables import JudgeOptions, ScorerOptions
from parallelize.core.thresholds import Thresholds
from parallelize.stages.audit import AuditInput, AuditJob, FieldNames, open_audit, with_conventions
from parallelize.stages.audit.aligned_texts import aligned_texts

__all__ = ["audit_input", "audit_job", "audit_models"]


def audit_job(options: Mapping[str, Any]) -> AuditJob:
    """Languages and thresholds: the defaults, then the file's, then those of the command line.

    Raises:
        InputError: a language, a measure or the file is wrong.
    """
    code = language(options["lang"]).code
    path = options["threshold_file"]
    given = read_thresholds(path).thresholds_for(code) if path else {}
    return AuditJob(
        languages=LanguagePair(language(options["source_lang"]).code, code),
        thresholds=Thresholds.of(given | thresholds_from(options["threshold"])),
        measures=tuple(filter(None, map(str.strip, (options.get("measures") or "").split(",")))),
    )


def audit_input(options: Mapping[str, Any], languages: LanguagePair) -> AuditInput:
    """The rows; of a text file the source may be found by its name.

    Raises:
        InputError: a file or a column is missing.
    """
    path, source_file = options["file"], options["source_file"]
    if source_file is None and not options.get("no_source"):
        path, source_file = aligned_texts(path, languages)
    names = FieldNames(
        source=options["source_field"],
        target=options["target_field"],
        answer=options["answer_field"],
        id=options["id_field"],
        label=options.get("label_field"),
    )
    opened = open_audit(
        path,
        languages.target,
        source_file=source_file,
        names=names,
        columns=tuple(options["columns"].split(",")) if options["columns"] else (),
        with_source=not options.get("no_source"),
        source_language=languages.source,
    )
    opened = with_conventions(opened, languages.target)
    if source_file == options["source_file"]:
        return opened
    return replace(opened, conventions=(f"sources are the lines of {source_file}", *opened.conventions))


def audit_models(options: Mapping[str, Any], code: str) -> AuditOptions:
    """The models that are to look at the rows.

    Raises:
        InputError: a recipe is missing or names none.
    """
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
    return AuditOptions(back=back, scorers=scorers, memory=options["memory"])


def _back_engine(given: str, code: str) -> EngineOptions:
    if given.endswith(".toml"):
        return load_recipe(find_recipe(Path(given))).back_engine_for(code)
    return parse_recipe({"engine": {"name": given}}, where=f"--back-translate {given}").engine
