"""What a build will take where no engine can run: from texts, prompts, and what is known of tokenizers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parallelize.assemble.estimated_tokens import SourceRow, estimated_tokens, source_row, tokens_around
from parallelize.assemble.plan_rows import PlanOptions, RowSample, plan_of_rows
from parallelize.core.engine_options import BergamotOptions, EngineOptions, ModelTable, PromptedTable
from parallelize.core.processes import usable_cores
from parallelize.core.recipe import Recipe
from parallelize.metrics import token_ratios
from parallelize.metrics.published_speeds import CPU_WORDS_PER_SECOND, PRACTICE, published_speed
from parallelize.stages.ingest import TextPolicy
from parallelize.stages.pilot_figures import Scale
from parallelize.stages.plan_figures import BuildPlan, DirectionPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import Range
from parallelize.stages.translate import inner_words

__all__ = ["estimate"]

ATTEMPTS = Range(low=1.0, mid=1.1, high=1.3)
"""Attempts for each segment that are assumed: no model is known to need none or more."""


_AGAIN = Range(low=1.0, mid=1.7, high=2.0)
"""How often a text goes the way back where what came back is translated once more, if the row may be kept."""


def estimate(recipe: Recipe, sample: RowSample, asked: PlanOptions) -> BuildPlan:
    """Figures without any engine, and loud notes on what they rest on.

    Raises:
        InputError: a prompt profile of the recipe cannot be read.
    """
    scale = sample.scale
    speeds: dict[str, EngineSpeed] = {}
    languages = []
    sent = list(_sent(recipe, sample))
    for code in recipe.langs:
        rows, inside = (
            [
                source_row(
                    pieces[place],
                    recipe.engine_for(code),
                    segment_chars=recipe.segment.max_chars,
                    count_tokens=asked.count_tokens,
                )
                for pieces in sent
            ]
            for place in (0, 1)
        )
        forward = _direction("forward", recipe.engine_for(code), rows, scale, recipe, code, asked, inside)
        directions = [forward]
        if recipe.back_translation.enabled:
            directions.append(
                _direction("back", recipe.back_engine_for(code), rows, scale, recipe, code, asked)
            )
        for direction, speed in directions:
            speeds[direction.engine] = speed
        there, everything = forward[0], [*zip(rows, inside, strict=True)]
        words = scale.up([row.words + said.words for row, said in everything])
        tokens = scale.up([(row.tokens or 0) + (said.tokens or 0) for row, said in everything])
        languages.append(
            LanguagePlan(
                code=code,
                directions=tuple(direction for direction, _ in directions),
                attempts_per_segment=ATTEMPTS,
                output_tokens_per_source_word=_ratio(there.output_tokens, words),
                output_tokens_per_source_token=_ratio(
                    there.output_tokens, tokens if asked.count_tokens else None
                ),
            )
        )
    return plan_of_rows(
        "estimate", recipe, sample, asked, languages, speeds.values(), _notes(recipe, asked, speeds)
    )


def _notes(recipe: Recipe, asked: PlanOptions, speeds: dict[str, EngineSpeed]) -> list[str]:
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
    engines = map(recipe.engine_for, recipe.langs)
    if any(isinstance(options, PromptedTable) and options.thinking for options in engines):
        notes.append("thinking is on: what the model thinks is not counted, and may be most of its output")
    if recipe.repair.candidates > 1:
        notes.append(f"up to {recipe.repair.candidates} candidates for each segment are asked for")
    return notes


def _sent(recipe: Recipe, sample: RowSample) -> Iterator[tuple[list[str], list[str]]]:
    """The texts of each row that are sent, and the phrases inside of their protected spans."""
    kinds = TextPolicy(treatments=recipe.texts).inner
    for record in sample.records:
        texts = [(item.role, item.text) for item in record.to_translate()]
        said = dict.fromkeys(phrase for found in inner_words(texts, kinds) for phrase in found)
        yield [text for _, text in texts], list(said)


def _direction(
    name: str,
    options: EngineOptions,
    rows: Sequence[SourceRow],
    scale: Scale,
    recipe: Recipe,
    code: str,
    asked: PlanOptions,
    inside: Sequence[SourceRow] = (),
) -> tuple[DirectionPlan, EngineSpeed]:
    """Figures of one direction; `inside` is asked for without candidates and without what stands before."""
    source = recipe.source.language
    from_, to = (source, code) if name == "forward" else (code, source)
    if name == "forward":
        attempts = ATTEMPTS
    else:
        attempts = _AGAIN if recipe.translates_again(code) else Range.exact(1.0)
    speed = _estimated_speed(options)
    prompted = options if isinstance(options, PromptedTable) else None
    calls = words = Range.exact(0.0)
    inputs = outputs = Range.exact(0.0)
    # Without candidates to choose from, only what won is translated back.
    for some, tries, alone in (
        (rows, attempts.times(recipe.repair.candidates), name == "back"),
        (inside, attempts, True),
    ):
        if not some:
            continue
        once = scale.up([row.calls for row in some])
        calls += once * tries
        words += scale.up([row.words for row in some]) * tries
        if prompted is None:
            continue
        before, after = (
            estimated_tokens(some, scale, source, side, asked.count_tokens) for side in (from_, to)
        )
        asks, says = tokens_around(prompted, from_, to, asked.count_tokens)
        shown = before if alone else _with_context(prompted, before, after)
        inputs += (shown + once.times(asks)) * tries
        outputs += (after + once.times(says)) * tries
    plan = DirectionPlan(
        name=name,
        engine=speed.name,
        calls=calls,
        source_words=words,
        input_tokens=inputs if prompted else None,
        output_tokens=outputs if prompted else None,
        gpu_hours=speed.hours(words, outputs if prompted else None),
    )
    return plan, speed


def _with_context(options: PromptedTable, before: Range, after: Range) -> Range:
    """Tokens of texts where each is shown again before later ones, and what it became, too."""
    shown = before.times(1 + options.context_shown)
    return shown + after.times(options.context_shown) if options.shows_translated_context else shown


def _estimated_speed(options: EngineOptions) -> EngineSpeed:
    """What is known of an engine's speed: published, or ours on other machines; the figure says which."""
    unknown = EngineSpeed(
        name=options.title,
        gpus=options.gpus,
        unit=options.unit,
        source="no speed of it is published here: no time, no GPU-hours",
    )
    if options.name == "batch":
        source = (
            "answers in batches: each wave (translations, repairs, ways back) takes up to 24 hours, often "
            f"one; its tokens are counted at {options.paid_share:g} of the recipe's prices"
        )
        return replace(unknown, source=source, paid_share=options.paid_share)
    known = published_speed(options.model) if isinstance(options, ModelTable) else None
    if known is not None:
        model, speed = known
        return replace(
            unknown,
            unit="GPU",
            source=f"published for {model} on one H100: {speed:,} output tokens/s (vLLM 0.15); theory to "
            "practice was 1:2 in one published project, so the range begins at half of it",
            output_tokens_per_second=Range(
                low=speed * PRACTICE, mid=speed * (1 + PRACTICE) / 2, high=float(speed)
            ),
        )
    if options.name in CPU_WORDS_PER_SECOND:
        low, high = CPU_WORDS_PER_SECOND[options.name]
        processes = options.workers or usable_cores() if isinstance(options, BergamotOptions) else 1
        return replace(
            unknown,
            source=f"our measurement on other cores: {low:,.0f} to {high:,.0f} words/s of one process",
            words_per_second=Range(low=low, mid=(low + high) / 2, high=high).times(processes),
        )
    return unknown


def _ratio(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None or not other.mid:
        return None
    return one.times(1 / other.mid)
