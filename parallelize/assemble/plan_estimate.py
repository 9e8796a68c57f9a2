"""What a build will take where no engine can run: from texts, prompts, and what is known of tokenizers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parallelize.assemble.engines import prompt_profile
from parallelize.assemble.pilot import Asked, RowSample
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language, nearest
from parallelize.core.processes import usable_cores
from parallelize.core.recipe import Recipe
from parallelize.metrics import token_ratios
from parallelize.metrics.lengths import expected_log_ratio
from parallelize.metrics.published_speeds import CPU_WORDS_PER_SECOND, PRACTICE, published_speed
from parallelize.stages.pilot_figures import Scale
from parallelize.stages.plan_figures import BuildPlan, DirectionPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import Range
from parallelize.text.prompts import PromptInput, render
from parallelize.text.protect import prose
from parallelize.text.segment import split

if TYPE_CHECKING:
    from parallelize.core.records import Record

__all__ = ["estimate"]

ATTEMPTS = Range(low=1.0, mid=1.1, high=1.3)
"""Attempts for each segment that are assumed: no model is known to need none or more."""
_UNKNOWN_SCRIPT = Range(low=0.28, mid=0.8, high=1.7)
"""Tokens for each character of scripts that were not measured: as far apart as the Indic ones are."""
_CPU_SEGMENT_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceRow:
    """What one source row asks of engines: calls, words and characters."""

    calls: int
    words: int
    prose: int
    """Characters of prose that are sent."""
    formulas: int
    """Characters of formulas and code among them."""
    tokens: int | None
    """Of what is sent, by the tokenizer that was given."""


def estimate(recipe: Recipe, sample: RowSample, asked: Asked) -> BuildPlan:
    """Figures without any engine, and loud notes on what they rest on.

    Raises:
        InputError: a prompt profile of the recipe cannot be read.
    """
    scale = Scale(sizes=sample.sizes, total_size=sample.total_size, rows=sample.rows)
    speeds: dict[str, EngineSpeed] = {}
    languages = []
    for code in recipe.langs:
        rows = [_row(record, recipe, code, asked.count_tokens) for record in sample.records]
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
        rows=sample.rows,
        characters=sample.total_size,
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


def _row(record: Record, recipe: Recipe, code: str, count_tokens: Callable[[str], int] | None) -> _SourceRow:
    chars, multiline = _shape(recipe.engine_for(code))
    pieces = [
        piece.text
        for item in record.to_translate()
        for piece in split(item.text, segment_chars=recipe.segment.max_chars or chars, multiline=multiline)
        if piece.send
    ]
    words = [len(prose(text)) for text in pieces]
    return _SourceRow(
        calls=len(pieces),
        words=sum(text.count(" ") + 1 for text in pieces),
        prose=sum(words),
        formulas=max(0, sum(map(len, pieces)) - sum(words)),
        tokens=None if count_tokens is None else sum(map(count_tokens, pieces)),
    )


def _shape(options: Any) -> tuple[int, bool]:
    """Characters of a segment, and whether it may have several lines."""
    if hasattr(options, "segment_chars"):
        return options.segment_chars, prompt_profile(options).multiline
    return _CPU_SEGMENT_CHARS, False


def _direction(
    name: str, options: Any, rows: Sequence[_SourceRow], scale: Scale, recipe: Recipe, code: str, asked: Asked
) -> tuple[DirectionPlan, EngineSpeed]:
    source = recipe.source.language
    from_, to = (source, code) if name == "forward" else (code, source)
    # Without candidates to choose from, only what won is translated back.
    most = recipe.repair.candidates
    tries = ATTEMPTS if name == "forward" else Range.exact(1.0)
    tries = tries.times(most)
    speed = _speed(options)
    calls_once = scale.up([row.calls for row in rows])
    words = _product(scale.up([row.words for row in rows]), tries)
    inputs = outputs = None
    if hasattr(options, "prompt"):
        before, after = _tokens(rows, scale, source, from_, asked), _tokens(rows, scale, source, to, asked)
        if name == "forward" and options.context_shown:
            before = before.times(1 + options.context_shown)  # each text is shown again before later ones
        if name == "forward" and options.shows_translated_context:
            before = before + after.times(options.context_shown)
        asks, says = _around(options, from_, to, asked)
        inputs = _product(before + calls_once.times(asks), tries)
        outputs = _product(after + calls_once.times(says), tries)
    plan = DirectionPlan(
        name=name,
        engine=speed.name,
        calls=_product(calls_once, tries),
        source_words=words,
        input_tokens=inputs,
        output_tokens=outputs,
        gpu_hours=speed.hours(words, outputs),
    )
    return plan, speed


def _tokens(rows: Sequence[_SourceRow], scale: Scale, source: str, code: str, asked: Asked) -> Range:
    """Tokens of the texts of all rows, in their own language or translated."""
    if code == source and asked.count_tokens is not None:
        return scale.up([row.tokens or 0 for row in rows])
    ratio = _per_character(code)
    longer = math.exp(expected_log_ratio(LanguagePair(source, code)))
    prose_chars, formula_chars = (
        scale.up([row.prose for row in rows]),
        scale.up([row.formulas for row in rows]),
    )
    low, mid, high = token_ratios.FORMULAS
    return _product(prose_chars.times(longer), ratio) + _product(
        formula_chars, Range(low=low, mid=mid, high=high)
    )


def _per_character(code: str) -> Range:
    found = nearest(token_ratios.LANGUAGES, code, same_script=True) or token_ratios.SCRIPTS.get(
        language(code).script
    )
    return _UNKNOWN_SCRIPT if found is None else Range(low=found[0], mid=found[1], high=found[2])


def _around(options: Any, from_: str, to: str, asked: Asked) -> tuple[float, float]:
    """Tokens that a prompt adds to each text, and an envelope to each reply; without a chat template's."""
    profile = prompt_profile(options)
    prompt = render(profile, PromptInput(text="", source=language(from_), target=language(to)))
    words = "".join(message.text for message in prompt.messages)
    marks = f"{prompt.envelope.reply_open}\n\n{prompt.envelope.reply_close}"
    count = asked.count_tokens or (lambda text: round(len(text) * _per_character("en").mid))
    return count(words), count(marks) if profile.reply == "envelope" else 0


def _speed(options: Any) -> EngineSpeed:
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


def _product(one: Range, other: Range) -> Range:
    return Range(low=one.low * other.low, mid=one.mid * other.mid, high=one.high * other.high)


def _ratio(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None or not other.mid:
        return None
    return one.times(1 / other.mid)
