"""parallelize: English reasoning data in, id-aligned parallel corpora in many languages out.

The functions of a notebook are here (`docs/python.md`), read when they are first used:

    import parallelize

    run = parallelize.build("train.jsonl", "pt,es", out="runs/first")
    found = parallelize.audit("translated.jsonl", "de")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from parallelize.core.version import __version__

if TYPE_CHECKING:
    from parallelize import rewards
    from parallelize.api.audits import AuditResult, audit
    from parallelize.api.corpora import BuiltRun, build, judge
    from parallelize.api.responses import ScoreResult, score
    from parallelize.api.tasks import export_task
    from parallelize.api.training import ExportedFiles, export
    from parallelize.api.transfer import law

__all__ = [
    "AuditResult",
    "BuiltRun",
    "ExportedFiles",
    "ScoreResult",
    "__version__",
    "audit",
    "build",
    "export",
    "export_task",
    "judge",
    "law",
    "rewards",
    "score",
]


_ROOMS = {
    "audits": ("AuditResult", "audit"),
    "corpora": ("BuiltRun", "build", "judge"),
    "responses": ("ScoreResult", "score"),
    "tasks": ("export_task",),
    "training": ("ExportedFiles", "export"),
    "transfer": ("law",),
}
"""Module of `parallelize.api` → what it hands out."""


def __getattr__(name: str) -> Any:
    """Import what is asked for; `import parallelize` itself reads nothing else."""
    if name == "rewards":
        return importlib.import_module("parallelize.rewards")
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(importlib.import_module(f"parallelize.api.{room}"), name)
    raise AttributeError(f"module 'parallelize' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
