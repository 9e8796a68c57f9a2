"""Speeds that an estimate takes where nothing was measured: published ones, and ours on other machines."""

from __future__ import annotations

from typing import Any

from parallelize.core.processes import usable_cores
from parallelize.metrics.published_speeds import CPU_WORDS_PER_SECOND, PRACTICE, published_speed
from parallelize.stages.plan_figures import EngineSpeed
from parallelize.stages.planning import Range

__all__ = ["estimated_speed"]


def estimated_speed(options: Any) -> EngineSpeed:
    """What is known of the speed of an engine's options; the figure says where it comes from."""
    name, gpus = options.title, options.gpus
    unit = options.unit
    if options.name == "batch":
        source = (
            "answers in batches: each wave (translations, repairs, ways back) takes up to 24 hours, often "
            f"one; its tokens are counted at {options.paid_share:g} of the recipe's prices"
        )
        return EngineSpeed(name=name, gpus=gpus, unit=unit, source=source, paid_share=options.paid_share)
    known = published_speed(getattr(options, "model", ""))
    if known is not None:
        model, speed = known
        return EngineSpeed(
            name=name,
            gpus=gpus,
            unit="GPU",
            source=f"published for {model} on one H100: {speed:,} output tokens/s (vLLM 0.15); theory to "
            "practice was 1:2 in one published project, so the range begins at half of it",
            output_tokens_per_second=Range(
                low=speed * PRACTICE, mid=speed * (1 + PRACTICE) / 2, high=float(speed)
            ),
        )
    if options.name in CPU_WORDS_PER_SECOND:
        low, high = CPU_WORDS_PER_SECOND[options.name]
        processes = getattr(options, "workers", None) or usable_cores()
        processes = processes if options.name == "bergamot" else 1
        return EngineSpeed(
            name=name,
            gpus=gpus,
            unit=unit,
            source=f"our measurement on other cores: {low:,.0f} to {high:,.0f} words/s of one process",
            words_per_second=Range(low=low, mid=(low + high) / 2, high=high).times(processes),
        )
    return EngineSpeed(
        name=name, gpus=gpus, unit=unit, source="no speed of it is published here: no time, no GPU-hours"
    )
