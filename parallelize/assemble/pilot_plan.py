"""What a pilot says about all rows: calls, tokens, time and room on disk, each as a range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from parallelize.assemble.plan_rows import PlanOptions, RowSample, plan_of_rows
from parallelize.assemble.session import Session
from parallelize.pipeline.language_state import judged_rows
from parallelize.pipeline.recording import Recorded
from parallelize.stages.pilot_figures import Scale, language_plan
from parallelize.stages.plan_figures import BuildPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import Range, add_ranges, speed_range
from parallelize.store.measurements import EngineFigures, Measurements
from parallelize.store.sizes import bytes_of_rows, memory_reply_bytes

__all__ = ["scaled_up"]

_FEW_SECONDS = 5.0
"""A speed measured over less says little."""


def scaled_up(
    session: Session,
    kept: Recorded,
    sample: RowSample,
    asked: PlanOptions,
    measured: Measurements,
) -> BuildPlan:
    """The plan for all rows, from a finished pilot.

    Args:
        session: of the pilot.
        measured: by the pilot, or by an earlier one.
    """
    recipe, states = session.recipe, session.languages
    speeds = _speeds(session, measured.engines)
    scale = sample.scale
    languages = []
    for state in states:
        options = {"forward": recipe.engine_for(state.code), "repair": recipe.repair.engine}
        if recipe.back_translation.enabled:
            options["back"] = recipe.back_engine_for(state.code)
        languages.append(
            language_plan(
                state.code,
                [(row, verdict) for _, row, verdict in judged_rows(session.run, kept.chunks, state)],
                scale,
                {name: speeds[session.translators.name_of(item)] for name, item in options.items() if item},
                attempts=recipe.repair.attempts,
                count_tokens=asked.count_tokens,
            )
        )
    cpu = measured.cpu_seconds_per_row
    memory_bytes, run_bytes = _disk(session, kept, scale, languages)
    notes = _notes(speeds.values(), measured.engines, sample)
    return replace(
        plan_of_rows("pilot", recipe, sample, asked, languages, speeds.values(), notes),
        cpu_hours=None if cpu is None else Range.exact(cpu * scale.rows * len(states) / 3600),
        memory_bytes=memory_bytes,
        run_bytes=run_bytes,
    )


def _speeds(session: Session, measured: Mapping[str, EngineFigures]) -> dict[str, EngineSpeed]:
    """By name of the engine: what the pilot, or an earlier one, measured on one GPU."""

    def each(item: EngineFigures, speed: float | None, amounts: Sequence[int]) -> Range | None:
        if not speed:
            return None
        return speed_range(speed, list(amounts), item.pace.span_seconds).times(1 / item.gpus)

    found = {}
    for name, options, _ in session.translators.made():
        found[name] = EngineSpeed(name=name, gpus=options.gpus, unit=options.unit, source="not measured")
        item = measured.get(name)
        if item is None:
            continue
        found[name] = replace(
            found[name],
            source=f"{item.replies} replies in {item.busy_seconds:.1f} s of the pilot",
            output_tokens_per_second=each(item, item.output_tokens_per_second, item.pace.output_tokens),
            words_per_second=each(item, item.words_per_second, item.pace.source_words),
        )
    return found


def _notes(
    speeds: Iterable[EngineSpeed], measured: Mapping[str, EngineFigures], sample: RowSample
) -> list[str]:
    notes = [
        f"ranges: the middle 90 % of resamples of {len(sample.records)} pilot rows, and of the speed while "
        "it was measured; upper ends allow for repairs that a small pilot may not have met"
        if len(sample.records) < sample.scale.rows
        else "the pilot held every row of the source: what it cost is exact",
        "speeds are those of the pilot; a long build fills an engine better, and meets more that slows it "
        "down: theory to practice was 1:2 in one published project, so times for other numbers of GPUs end "
        "at twice the measured one",
        "room on disk is that of rows and replies; the report page and what each file costs by itself, some "
        "hundred kilobytes, come on top",
    ]
    for speed in speeds:
        item = measured.get(speed.name)
        if item is None:
            notes.append(f"{speed.name}: every reply was in the memory, so no speed was measured")
        elif item.busy_seconds < _FEW_SECONDS:
            notes.append(f"{speed.name}: measured over {item.busy_seconds:.1f} s only; take more --rows")
    return notes


def _disk(
    session: Session,
    kept: Recorded,
    scale: Scale,
    languages: Sequence[LanguagePlan],
) -> tuple[Range | None, Range]:
    """Room for the memory, and for everything else in the run directory."""
    run, source = session.run, session.recipe.source.language
    folder = session.memory_folder
    replies: list[Range | None] = []
    for language in languages:
        for direction in language.directions:
            pair = (language.code, source) if direction.name == "back" else (source, language.code)
            each = memory_reply_bytes(folder, "-".join(pair))
            if direction.calls.high:
                replies.append(None if each is None else direction.calls.times(each))
    paths = [path for state in session.languages for path in state.paths(run, kept.chunks) if path]
    paths += [path for folder in (run.records, run.rejects) for path in folder.glob("*.parquet")]
    paths += run.corpus.rglob("*.parquet")
    share = scale.total_size / sum(scale.sizes)
    return add_ranges(replies), Range.exact(bytes_of_rows(paths) * share)
