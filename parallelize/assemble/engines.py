"""Engines from the tables of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.ports import Generator, Protection, Translator
from parallelize.engines.apertium.translator import ApertiumTranslator
from parallelize.engines.bergamot.translator import BergamotTranslator
from parallelize.engines.prompted import PromptedTranslator
from parallelize.engines.scripted.model import ScriptedModel
from parallelize.engines.scripted.translator import Fault, ScriptedTranslator
from parallelize.text.prompts import PromptProfile, parse_profile, shipped_profile

__all__ = ["EnginePlace", "make_generator", "make_translator", "prompt_profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePlace:
    """Where an engine is at work: whom it tells what, and where it keeps files of its own."""

    on_download: Callable[[str, int, int], None] | None = None
    tell: Callable[[str], None] = lambda text: None
    batches: Path | None = None
    """Folder for batches under way; None: there is none, and no engine may need it."""
    requests_out: Path | None = None
    """Folder for requests of an engine that works through files."""
    replies_in: Path | None = None


_NOWHERE = EnginePlace()


def make_translator(options: Any, place: EnginePlace = _NOWHERE) -> Translator:
    """Make the engine that a recipe's `[engine]` table describes; it starts with its first request.

    Raises:
        InputError: the options do not fit together, or the engine cannot be used here.
        EnvironmentFault: something that the engine needs is not installed.
    """
    return _MAKERS[options.name](options, place)


def _bergamot(options: Any, place: EnginePlace) -> Translator:
    on_download: Any = place.on_download

    def report(progress: Any) -> None:
        on_download(f"model {progress.source}-{progress.target}", progress.bytes_done, 0)

    return BergamotTranslator(
        workers=options.workers,
        models=options.models,
        offline=options.offline,
        on_download=report if on_download else None,
    )


def _apertium(_options: Any, _place: EnginePlace) -> Translator:
    return ApertiumTranslator()


def _scripted(options: Any, _place: EnginePlace) -> Translator:
    return ScriptedTranslator(
        seed=options.seed,
        fault_rate=options.fault_rate,
        faults=tuple(fault for fault in Fault if fault is not Fault.ERROR),
        delay_seconds=options.delay_seconds,
        counts_tokens=options.counts_tokens,
    )


def make_generator(options: Any, place: EnginePlace = _NOWHERE) -> Generator:
    """Make the model that a `vllm`, `openai`, `batch` or `scripted` model table describes.

    Raises:
        InputError: the engine generates no text (bergamot, apertium).
        EnvironmentFault: something that the engine needs is not installed.
    """
    if options.name == "batch":
        from parallelize.engines.batch.making import batch_model  # needs an HTTP client

        return batch_model(
            options,
            batches=place.batches,
            requests_out=place.requests_out,
            replies_in=place.replies_in,
            tell=place.tell,
        )
    if options.name == "scripted":
        return ScriptedModel(**options.model_dump(exclude={"name"}))
    if options.name not in _MODELS:
        raise InputError(
            f"the engine {options.name} translates and cannot do this", remedy="use vllm or openai"
        )
    module, name = _MODELS[options.name]
    made: Generator = getattr(import_module(module), name)(options)
    return made


def prompt_profile(options: Any) -> PromptProfile:
    """The prompt profile that a `vllm` or `openai` table names.

    Raises:
        InputError: there is none, or it cannot be read as one.
    """
    name = options.prompt
    if name.endswith(".toml"):
        try:
            profile = parse_profile(Path(name).read_text(encoding="utf-8"), name=Path(name).stem)
        except OSError as error:
            raise InputError(f"the prompt file {name} cannot be read: {error.strerror}") from error
    else:
        profile = shipped_profile(name)
    return profile.with_thinking() if options.thinking else profile


def _prompted(options: Any, place: EnginePlace) -> Translator:
    return PromptedTranslator(
        make_generator(options, place),
        prompt_profile(options),
        protection=Protection(options.protection),
        segment_chars=options.segment_chars,
    )


_MODELS = {
    "vllm": ("parallelize.engines.vllm.engine", "VllmEngine"),
    "openai": ("parallelize.engines.openai.engine", "OpenAIEngine"),
}
"""Where the classes are that are made of options alone; each needs packages of its own when it is used."""
_MAKERS: dict[str, Callable[[Any, EnginePlace], Translator]] = {
    "bergamot": _bergamot,
    "apertium": _apertium,
    "scripted": _scripted,
    "vllm": _prompted,
    "openai": _prompted,
    "batch": _prompted,
}
