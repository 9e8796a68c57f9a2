"""What a build will take where no engine can run: from texts, prompts, and what is known of tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parallelize.assemble.estimated_tokens import SourceRow, estimated_tokens, source_row, tokens_around
from parallelize.assemble.plan_rows import Asked, RowSample
from parallelize.core.processes import usable_cores
from parallelize.core.recipe import Recipe
from parallelize.metrics import token_ratios
from parallelize.metrics.published_speeds import CPU_WORDS_PER_SECOND, PRACTICE, published_speed
from parallelize.stages.pilot_figures import Scale
from parallelize.stages.plan_figures import BuildPlan, DirectionPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import Range

__all__ = ["estimate"]

ATTEMPTS = Range(low=1.0, mid=1.1, high=1.3)
"""Attempts for each segment that are assumed: no model is known to need none or more."""


def estimate(recipe: Recipe, sample: RowSample, asked: Asked) -> BuildPlan:
    """Figures without any engine, and loud notes on what they rest on.

    Raises:
        InputError: a prompt profile of the recipe cannot be read.
    """
    scale = sample.scale
    speeds: dict[str, EngineSpeed] = {}
    languages = []
    for code in recipe.langs:
        rows = [
            source_row(
                record,
                recipe.engine_for(code),
                segment_chars=recipe.segment.max_chars,
                count_tokens=asked.count_tokens,
            )
            for record in sample.records
        ]
        directions = [_direction("forward", recipe.engine_for(code), rows, scale, recipe, code, asked)]
        if recipe.back_translation.enabled:
            directions.append(
                _direction("back", recipe.back_engine_for(code), rows, scale, recipe, code, asked)
            )
        for direction, speed in directions:
            speeds[direction.engine] = speed
        there, words = directions[0][0], scale.up([row.words for row in rows])
        tokens = None if asked.count_tokens is None else scale.up([row.tokens or 0 for row in rows])
        languages.append(
            LanguagePlan(
                code=code,
                directions=tuple(direction for direction, _ in directions),
                attempts_per_segment=ATTEMPTS,
                output_tokens_per_source_word=_ratio(there.output_tokens, words),
                output_tokens_per_source_token=_ratio(there.output_tokens, tokens),
            )
        )
    return BuildPlan(
        basis="estimate",
        rows=scale.rows,
        characters=scale.total_size,
        sampled_rows=len(sample.records),
        languages=tuple(languages),
        engines=tuple(speeds.values()),
        prices=recipe.prices,
        gpus=asked.gpus,
        notes=tuple(_notes(recipe, asked, speeds)),
    )


def _notes(recipe: Recipe, asked: Asked, speeds: dict[str, EngineSpeed]) -> list[str]:
    counted = (
        "tokens of sources and prompts are counted by the tokenizer given, those of translations are taken"
        if asked.count_tokens
        else "tokens are characters times ratios"
    )
    notes = [
        "NOTHING HERE IS MEASURED: no engine ran. Ask for a pilot where the engine is",
        f"{counted} by language or script, lowest to highest of the tokenizers of "
        f"{', '.join(token_ratios.TOKENIZERS)}, and lengths from human translations",
        f"attempts for each segment are assumed: {ATTEMPTS.low:g} to {ATTEMPTS.high:g}; how many rows the "
        "gates keep is not known",
        "disk and the CPU time of gates are not estimated",
    ]
    notes += [f"{speed.name}: {speed.source}" for speed in speeds.values()]
    if any(getattr(recipe.engine_for(code), "thinking", False) for code in recipe.langs):
        notes.append("thinking is on: what the model thinks is not counted, and may be most of its output")
    if recipe.repair.candidates > 1:
        notes.append(f"up to {recipe.repair.candidates} candidates for each segment are asked for")
    return notes


def _direction(
    name: str, options: Any, rows: Sequence[SourceRow], scale: Scale, recipe: Recipe, code: str, asked: Asked
) -> tuple[DirectionPlan, EngineSpeed]:
    source = recipe.source.language
    from_, to = (source, code) if name == "forward" else (code, source)
    # Without candidates to choose from, only what won is translated back.
    most = recipe.repair.candidates
    tries = ATTEMPTS if name == "forward" else Range.exact(1.0)
    tries = tries.times(most)
    speed = _estimated_speed(options)
    calls_once = scale.up([row.calls for row in rows])
    words = scale.up([row.words for row in rows]) * tries
    inputs = outputs = None
    if hasattr(options, "prompt"):
        before, after = (
            estimated_tokens(rows, scale, source, side, asked.count_tokens) for side in (from_, to)
        )
        if name == "forward" and options.context_shown:
            before = before.times(1 + options.context_shown)  # each text is shown again before later ones
        if name == "forward" and options.shows_translated_context:
            before = before + after.times(options.context_shown)
        asks, says = tokens_around(options, from_, to, asked.count_tokens)
        inputs = (before + calls_once.times(asks)) * tries
        outputs = (after + calls_once.times(says)) * tries
    plan = DirectionPlan(
        name=name,
        engine=speed.name,
        calls=calls_once * tries,
        source_words=words,
        input_tokens=inputs,
        output_tokens=outputs,
        gpu_hours=speed.hours(words, outputs),
    )
    return plan, speed


def _estimated_speed(options: Any) -> EngineSpeed:
    """What is known of an engine's speed: published, or ours on other machines; the figure says which."""
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


def _ratio(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None or not other.mid:
        return None
    return one.times(1 / other.mid)
