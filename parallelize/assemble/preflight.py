"""What a build needs, looked for before it takes any time: packages and models, language by language."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence

from parallelize.core.engine_options import EngineOptions
from parallelize.core.errors import EnvironmentFault
from parallelize.core.languages import language
from parallelize.core.messages import shortened
from parallelize.engines.apertium.modes import PACKAGES
from parallelize.engines.describe import available_pairs, how_to_get_vllm

__all__ = ["LanguagesMissing", "check_installed", "refuse_missing"]

_URL = re.compile(r"https?://([^\s/:]+)\S*")
_LONGEST_REASON = 160


class LanguagesMissing(EnvironmentFault):
    """Some of the languages of a recipe cannot be built here (exit 3)."""

    def __init__(self, missing: Mapping[str, EnvironmentFault], ready: Sequence[str], source: str) -> None:
        """Say what each lacks, and who could translate it."""
        lines = [f"{', '.join(missing)} cannot be built here, {', '.join(ready)} can"]
        lines += [f"  {code}: {_reason(fault)}" for code, fault in missing.items()]
        helpers = [f"{code}: {_who_could(source, code)}" for code in missing]
        super().__init__("\n".join(lines), remedy="\n    ".join(helpers))
        self.ready = tuple(ready)

    def with_command(self, command: str) -> LanguagesMissing:
        """Name the command that builds the languages that can be built."""
        self.remedy = f"{self.remedy}\n    build the rest: {command}"
        return self


def _reason(fault: EnvironmentFault) -> str:
    """The cause in one line: without the list of places that were looked at, addresses as their hosts."""
    first = _URL.sub(r"\1", fault.message.partition(". Looked in")[0])
    if "Dns Failed" in first or "failed to lookup" in first:
        first = f"{first.partition(': fetching it failed')[0]}, and it cannot be fetched: there is no network"
    return shortened(first, _LONGEST_REASON)


def _who_could(source: str, code: str) -> str:
    pairs = available_pairs()
    here = pairs.get((source, code), ())
    if here:
        return (
            f"{here[0]} can translate it here: --langs {code} --engine {here[0]} with the same --out adds it"
        )
    base = language(code).base
    if base != code and (wider := pairs.get((source, base))):
        return (
            f"{wider[0]} has {base}, and tells no variants of it apart: --langs {base}; or any LLM for {code}"
        )
    packages = PACKAGES.get(code) if source == "en" else None
    how = f"apt-get install apertium {' '.join(packages)}, then --engine apertium; or " if packages else ""
    return f"{how}any LLM: --engine openai --model NAME --base-url http://HOST:8000/v1, or --engine vllm"


def check_installed(options: EngineOptions) -> None:
    """Refuse an engine whose package is not there, before its model is looked for.

    Raises:
        EnvironmentFault: vLLM is not installed.
    """
    if options.name == "vllm" and importlib.util.find_spec("vllm") is None:
        raise EnvironmentFault(
            "the engine vllm needs the package vLLM, which is not installed here", remedy=how_to_get_vllm()
        )


def refuse_missing(missing: Mapping[str, EnvironmentFault], ready: Sequence[str], source: str) -> None:
    """Refuse a recipe some of whose languages cannot be built here; see `LanguagesMissing` for the arguments.

    Raises:
        LanguagesMissing: some languages can be built and others not.
        EnvironmentFault: none can; the first one's fault.
    """
    if missing and ready:
        raise LanguagesMissing(missing, ready, source)
    for code, fault in missing.items():
        if language(code).base != code:
            fault.remedy = f"{_who_could(source, code)}\n    {fault.remedy}"
        raise fault
