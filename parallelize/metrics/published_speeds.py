"""Speeds that others published, for estimates where nothing was measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CPU_WORDS_PER_SECOND", "OUTPUT_TOKENS_PER_SECOND", "PRACTICE", "published_speed"]

PRACTICE = 0.5
"""Share of a benchmark's speed that a long job saw: theory to practice was 1 : 2 in one published project of
a trillion tokens."""

OUTPUT_TOKENS_PER_SECOND: Mapping[str, int] = MappingProxyType(
    {
        "gemma-3-4b": 9_253,
        "gemma-3-12b": 3_046,
        "gemma-3-27b": 1_724,
        "gpt-oss-20b": 14_671,
        "gpt-oss-120b": 6_117,
        "qwen3-8b": 6_443,
        "qwen3-14b": 4_549,
        "qwen3-30b-a3b": 5_310,
        "qwen3-32b": 2_078,
    }
)
"""One H100, vLLM 0.15, up to 1,024 new tokens: datatrove's benchmark of synthetic data."""

CPU_WORDS_PER_SECOND: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"bergamot": (640.0, 810.0), "apertium": (7_300.0, 14_600.0)}
)
"""Source words a second of one process, from a busy to an idle x86-64 core: our own measurements."""

_MADE_FROM = {"translategemma-": "gemma-3-"}
"""Models that have the size and the speed of those that they were trained from."""


def published_speed(model: str) -> tuple[str, int] | None:
    """The benchmarked model that a name stands for, and its output tokens a second on one H100.

    Args:
        model: a name such as `Qwen/Qwen3-8B`, or a folder; its last part counts.
    """
    name = model.rstrip("/").rpartition("/")[2].lower()
    for prefix, original in _MADE_FROM.items():
        if name.startswith(prefix):
            name = original + name.removeprefix(prefix)
    for known, speed in OUTPUT_TOKENS_PER_SECOND.items():
        if name == known or name.startswith(f"{known}-"):
            return known, speed
    return None
