"""`parallelize doctor`."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import print_json
from parallelize.core.processes import usable_cores
from parallelize.core.version import __version__
from parallelize.engines.describe import describe_apertium, describe_bergamot, describe_vllm

if TYPE_CHECKING:
    from parallelize.engines.describe import EngineStatus

__all__ = ["command"]


@click.command("doctor")
@click.option("--models", type=click.Path(path_type=Path), help="Folder with models for bergamot.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(models: Path | None, as_json: bool) -> None:
    """Say what this machine can do: cores, memory, disk, engines, models, and what is missing."""
    engines = [describe_bergamot(models=models), describe_apertium(), describe_vllm()]
    facts = _machine()
    if as_json:
        print_json(
            {
                "machine": facts,
                "engines": [
                    {
                        "name": engine.name,
                        "ready": engine.ready,
                        "versions": dict(engine.versions),
                        "pairs": {f"{a}-{b}": where for (a, b), where in engine.pairs.items()},
                        "runs_on": engine.runs_on,
                        "problem": engine.problem,
                        "remedy": engine.remedy,
                    }
                    for engine in engines
                ],
            }
        )
        return
    for name, value in facts.items():
        click.echo(f"{name:<12} {value}")
    for engine in engines:
        click.echo(f"{engine.name:<12} {_state(engine)}")
        if engine.remedy:
            click.echo(f"{'':<12} → {engine.remedy}")


def _state(engine: EngineStatus) -> str:
    if not engine.ready:
        return engine.problem
    if engine.runs_on:
        return f"ready: {engine.versions[engine.name]} on {engine.runs_on}"
    return "ready: " + ", ".join(f"{a}→{b} ({where})" for (a, b), where in engine.pairs.items())


def _machine() -> dict[str, Any]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = usable_cores()
    return {
        "parallelize": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores,
        "memory": f"{pages / 2**30:.1f} GiB",
        "free disk": f"{shutil.disk_usage('.').free / 2**30:.1f} GiB",
        "gpu": _gpus(),
    }


def _gpus() -> str:
    if shutil.which("nvidia-smi") is None:
        return "none (nvidia-smi is not installed)"
    import subprocess

    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "nvidia-smi does not answer"
    return "; ".join(done.stdout.strip().splitlines()) or "none"
