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
    from parallelize.api import (
        AuditResult,
        BuiltRun,
        ExportedFiles,
        ScoreResult,
        audit,
        build,
        export,
        judge,
        law,
        score,
    )

__all__ = [
    "AuditResult",
    "BuiltRun",
    "ExportedFiles",
    "ScoreResult",
    "__version__",
    "audit",
    "build",
    "export",
    "judge",
    "law",
    "rewards",
    "score",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for; `import parallelize` itself reads nothing else."""
    if name == "rewards":
        return importlib.import_module("parallelize.rewards")
    if name in __all__:
        return getattr(importlib.import_module("parallelize.api"), name)
    raise AttributeError(f"module 'parallelize' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
