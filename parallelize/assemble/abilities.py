"""What the engines of a session can do is compared with what its recipe asks of them, before any work."""

from __future__ import annotations

from parallelize.assemble.session import Session
from parallelize.core.engine_options import EngineOptions, PromptedTable
from parallelize.core.errors import InputError
from parallelize.core.languages import language
from parallelize.text.prompts import profile_of_model

__all__ = ["check_abilities"]


def check_abilities(session: Session) -> None:
    """Refuse what an engine cannot do, and say what it cannot be told.

    Raises:
        InputError: context for a prompt that shows none, candidates from an engine that never varies, or
            batches with what they do not go with.
    """
    recipe = session.recipe
    _check_batches(session)
    for code in recipe.langs:
        if (region := language(code).region) is not None:
            session.watcher.note(
                f"{code}: the engine is asked for it by name; no gate tells it from the same language "
                f"outside {region}"
            )
    untold = set()
    for code in recipe.langs:
        asked: list[EngineOptions] = [recipe.engine_for(code)]
        asked += [recipe.repair.engine] if recipe.repair.engine else []
        for options in asked:
            _check_context(session, options)
            _check_prompt(session, options)
            traits = session.translators.of(options).traits
            if recipe.repair.candidates > 1 and not traits.samples:
                raise InputError(
                    f"repair.candidates = {recipe.repair.candidates}, but {options.title} always answers "
                    "the same",
                    remedy="remove it, or use an engine that samples (vllm, openai)",
                )
            if recipe.glossary.get(code) and not traits.uses_glossary:
                untold.add((code, options.title))
    for code, name in sorted(untold):
        session.watcher.warn(
            f"{code}: {name} cannot be told of the glossary; it is a gate only, and rows that miss its "
            "terms are dropped"
        )


def _check_context(session: Session, options: EngineOptions) -> None:
    if not isinstance(options, PromptedTable):
        return
    name, traits = options.title, session.translators.of(options).traits
    if options.context_segments > 1 and not options.context_shown:
        raise InputError(
            f"{name}: context_segments says how many segments context shows, and context is off",
            remedy='write context = true, or context = "both"',
        )
    if options.context_shown and not traits.uses_context:
        raise InputError(
            f"{name}: context = true, but the prompt profile {options.prompt!r} shows no context",
            remedy="use a profile with {{ context }}, such as instruct, or remove context",
        )
    if options.shows_translated_context and not traits.uses_translated_context:
        raise InputError(
            f'{name}: context = "both", but the prompt {options.prompt!r} shows no translation',
            remedy="use one with {{ translated_context }}, such as instruct, or context = true",
        )


def _check_prompt(session: Session, options: EngineOptions) -> None:
    """Say where a translation model is asked as if it followed instructions."""
    if not isinstance(options, PromptedTable) or options.prompt != "instruct":
        return
    if made_for := profile_of_model(options.model):
        session.watcher.warn(
            f"{options.title} has a prompt of its own and is asked as an instruction model; "
            f"--prompt {made_for} (in a recipe: engine.prompt) asks as it was trained"
        )


def _check_batches(session: Session) -> None:
    """Refuse what goes with batches, or with files of requests, only or not at all."""
    run = session.recipe.run
    in_batches = [name for name, options, _ in session.translators.made() if options.window]
    if in_batches and run.runner != "here":
        raise InputError(
            f"{in_batches[0]} answers in batches, and run.runner is {run.runner}",
            remedy="leave the runner out: one process can wait for all batches",
        )
    if (run.requests_out or run.replies_in) and not in_batches:
        raise InputError(
            "requests and replies in files need the engine batch",
            remedy='write name = "batch" under [engine], with the model that will answer',
        )
