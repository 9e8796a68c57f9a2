"""Engines from the tables of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from parallelize.core.engine_options import (
    ApertiumOptions,
    BatchModelOptions,
    BergamotOptions,
    EngineOptions,
    OpenAIModelOptions,
    PromptedTable,
    ScriptedModelOptions,
    ScriptedOptions,
    VllmModelOptions,
)
from parallelize.core.errors import InputError
from parallelize.core.ports import Generator, Protection, Translator
from parallelize.engines.apertium.translator import ApertiumTranslator
from parallelize.engines.bergamot.fetch import DownloadProgress
from parallelize.engines.bergamot.translator import BergamotTranslator
from parallelize.engines.prompted import PromptedTranslator
from parallelize.engines.scripted.model import ScriptedModel
from parallelize.engines.scripted.translator import Fault, ScriptedTranslator
from parallelize.text.prompts import PromptProfile, parse_profile, shipped_profile

__all__ = ["EnginePlace", "make_generator", "make_translator", "named_prompt", "prompt_profile"]

OnDownload = Callable[[str, int, int], None]
Prompt = TypeVar("Prompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePlace:
    """Where an engine is at work: whom it tells what, and where it keeps files of its own."""

    on_download: OnDownload | None = None
    tell: Callable[[str], None] = lambda text: None
    batches: Path | None = None
    """Folder for batches under way; None: there is none, and no engine may need it."""
    requests_out: Path | None = None
    """Folder for requests of an engine that works through files."""
    replies_in: Path | None = None


_NOWHERE = EnginePlace()


def make_translator(options: EngineOptions, place: EnginePlace = _NOWHERE) -> Translator:
    """Make the engine that a recipe's `[engine]` table describes; it starts with its first request.

    Raises:
        InputError: the options do not fit together, or the engine cannot be used here.
        EnvironmentFault: something that the engine needs is not installed.
    """
    match options:
        case BergamotOptions():
            return _bergamot(options, place.on_download)
        case ApertiumOptions():
            return ApertiumTranslator()
        case ScriptedOptions():
            faults = tuple(fault for fault in Fault if fault is not Fault.ERROR)
            return ScriptedTranslator(faults=faults, **options.model_dump(exclude={"name"}))
        case _:
            return PromptedTranslator(
                make_generator(options, place),
                prompt_profile(options),
                protection=Protection(options.protection),
                segment_chars=options.segment_chars,
            )


def _bergamot(options: BergamotOptions, tell: OnDownload | None) -> Translator:
    def report(progress: DownloadProgress) -> None:
        if tell is not None:
            tell(f"model {progress.source}-{progress.target}", progress.bytes_done, 0)

    return BergamotTranslator(**options.model_dump(exclude={"name"}), on_download=tell and report)


def make_generator(
    options: VllmModelOptions | OpenAIModelOptions | BatchModelOptions | ScriptedModelOptions,
    place: EnginePlace = _NOWHERE,
) -> Generator:
    """Make the model that a `vllm`, `openai`, `batch` or `scripted` model table describes.

    Raises:
        EnvironmentFault: something that the engine needs is not installed.
    """
    if isinstance(options, ScriptedModelOptions):
        return ScriptedModel(**options.model_dump(exclude={"name"}))
    if isinstance(options, BatchModelOptions):
        from parallelize.engines.batch.making import batch_model  # needs an HTTP client

        return batch_model(
            options,
            batches=place.batches,
            requests_out=place.requests_out,
            replies_in=place.replies_in,
            tell=place.tell,
        )
    module, name = _MODELS[options.name]
    made: Generator = getattr(import_module(module), name)(options)
    return made


_MODELS = {
    "vllm": ("parallelize.engines.vllm.engine", "VllmEngine"),
    "openai": ("parallelize.engines.openai.engine", "OpenAIEngine"),
}
"""Where the classes are that are made of options alone; each needs packages of its own when it is used."""


def prompt_profile(options: PromptedTable) -> PromptProfile:
    """The prompt profile that a `vllm`, `openai` or `batch` table names.

    Raises:
        InputError: there is none, or it cannot be read as one.
    """
    profile = named_prompt(options.prompt, parse_profile, shipped_profile)
    return profile.with_thinking() if options.thinking else profile


def named_prompt(name: str, parse: Callable[..., Prompt], shipped: Callable[[str], Prompt]) -> Prompt:
    """The prompt of a name: one that ships with the package, or a file of that path (.toml).

    Raises:
        InputError: there is none, or it cannot be read as one.
    """
    if not name.endswith(".toml"):
        return shipped(name)
    try:
        return parse(Path(name).read_text(encoding="utf-8"), name=Path(name).stem)
    except OSError as error:
        raise InputError(f"the prompt file {name} cannot be read: {error.strerror}") from error
