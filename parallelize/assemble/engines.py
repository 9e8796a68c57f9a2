"""Engines from the tables of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.core.errors import InputError
from parallelize.core.ports import Generator, Protection, Translator

if TYPE_CHECKING:
    from parallelize.text.prompts import PromptProfile

__all__ = ["make_generator", "make_translator", "prompt_profile"]


def make_translator(
    options: Any, *, on_download: Callable[[str, int, int], None] | None = None
) -> Translator:
    """Make the engine that a recipe's `[engine]` table describes; it starts with its first request.

    Raises:
        EnvironmentFault: something that the engine needs is not installed.
    """
    return _MAKERS[options.name](options, on_download)


def _bergamot(options: Any, on_download: Any) -> Translator:
    from parallelize.engines.bergamot.translator import BergamotTranslator

    def report(progress: Any) -> None:
        on_download(f"model {progress.source}-{progress.target}", progress.bytes_done, 0)

    return BergamotTranslator(
        workers=options.workers,
        models=options.models,
        offline=options.offline,
        on_download=report if on_download else None,
    )


def _apertium(_options: Any, _on_download: Any) -> Translator:
    from parallelize.engines.apertium.translator import ApertiumTranslator

    return ApertiumTranslator()


def _scripted(options: Any, _on_download: Any) -> Translator:
    from parallelize.engines.scripted.translator import Fault, ScriptedTranslator

    return ScriptedTranslator(
        seed=options.seed,
        fault_rate=options.fault_rate,
        faults=tuple(fault for fault in Fault if fault is not Fault.ERROR),
        delay_seconds=options.delay_seconds,
        counts_tokens=options.counts_tokens,
    )


def make_generator(options: Any) -> Generator:
    """Make the model that a `vllm`, `openai` or `scripted` model table describes; it starts when asked.

    Raises:
        InputError: the engine generates no text (bergamot, apertium).
        EnvironmentFault: something that the engine needs is not installed.
    """
    if options.name == "vllm":
        from parallelize.engines.vllm.engine import VllmEngine

        return VllmEngine(options)
    if options.name == "openai":
        from parallelize.engines.openai.engine import OpenAIEngine

        return OpenAIEngine(options)
    if options.name == "scripted":
        from parallelize.engines.scripted.model import ScriptedModel

        return ScriptedModel(**options.model_dump(exclude={"name"}))
    raise InputError(f"the engine {options.name} translates and cannot do this", remedy="use vllm or openai")


def prompt_profile(options: Any) -> PromptProfile:
    """The prompt profile that a `vllm` or `openai` table names.

    Raises:
        InputError: there is none, or it cannot be read as one.
    """
    from parallelize.text.prompts import parse_profile, shipped_profile

    name = options.prompt
    if name.endswith(".toml"):
        try:
            profile = parse_profile(Path(name).read_text(encoding="utf-8"), name=Path(name).stem)
        except OSError as error:
            raise InputError(f"the prompt file {name} cannot be read: {error.strerror}") from error
    else:
        profile = shipped_profile(name)
    return profile.with_thinking() if options.thinking else profile


def _prompted(options: Any, _on_download: Any) -> Translator:
    from parallelize.engines.prompted import PromptedTranslator

    return PromptedTranslator(
        make_generator(options),
        prompt_profile(options),
        protection=Protection(options.protection),
        segment_chars=options.segment_chars,
    )


_MAKERS: dict[str, Callable[[Any, Any], Translator]] = {
    "bergamot": _bergamot,
    "apertium": _apertium,
    "scripted": _scripted,
    "vllm": _prompted,
    "openai": _prompted,
}
