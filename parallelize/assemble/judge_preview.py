"""What other thresholds would change in a run, before anything changes: `judge --dry-run` and `--sweep`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parallelize.assemble.run_languages import known_languages, require_current_scores, require_published
from parallelize.core.measures import known_measure
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.pipeline.language_state import LanguageState, judged_rows
from parallelize.pipeline.recording import Recorded, load_recorded
from parallelize.pipeline.translated_batches import translated_batches
from parallelize.stages.verdicts import judge_columns
from parallelize.store.manifest import read_manifest
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.store.tables import TranslatedRow
    from parallelize.store.translated_columns import TranslatedColumns

__all__ = ["JudgedExample", "LanguageChange", "SweepStep", "examples", "judged_otherwise", "swept"]

_SHOWN = 3
_LOOKED_AT = 4_000
"""Rows that are read for an example; a corpus may be long and have no dropped row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChange:
    """What becomes of one language's rows under other thresholds."""

    code: str
    rows: int
    kept_now: int
    kept_then: int
    lost: tuple[str, ...]
    """Ids of the first rows that would be dropped."""
    won: tuple[str, ...]
    """Ids of the first rows that would come back."""
    reasons: Mapping[str, int]
    """Rows that would be dropped, by reason; a row may have several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStep:
    """One value of a swept threshold."""

    value: float
    kept: Mapping[str, int]
    """Rows that would be kept, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedExample:
    """One row as a reader would judge it: a text beside its translation."""

    code: str
    id: str
    kept: bool
    source: str
    target: str
    why: str
    """Reason, figure, bound and evidence of the first gate that it failed; empty for a kept row."""


def judged_otherwise(root: Path, overrides: Mapping[str, float | None]) -> list[LanguageChange]:
    """Judge every row of a run under other thresholds, and compare. Nothing is written.

    Args:
        overrides: measure → threshold, None to switch the gate off.

    Raises:
        InputError: no run, or an unknown measure.
    """
    return [
        _change(code, pieces, now, Thresholds.of({**now, **overrides})) for code, now, pieces in _judged(root)
    ]


def _change(
    code: str, pieces: Iterator[TranslatedColumns], now: Thresholds, then: Thresholds
) -> LanguageChange:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    lost: list[str] = []
    won: list[str] = []
    for rows in pieces:
        before, after = judge_columns(rows.scores, now), judge_columns(rows.scores, then)
        counts.update(rows=len(rows), now=int(before.kept.sum()), then=int(after.kept.sum()))
        for found, count in after.counted():
            reasons.update({reason.value: count for reason in found})
        lost += _first_ids(rows, before.kept & ~after.kept)
        won += _first_ids(rows, after.kept & ~before.kept)
    return LanguageChange(
        code=code,
        rows=counts["rows"],
        kept_now=counts["now"],
        kept_then=counts["then"],
        lost=tuple(lost[:_SHOWN]),
        won=tuple(won[:_SHOWN]),
        reasons=dict(reasons.most_common()),
    )


def _first_ids(rows: TranslatedColumns, chosen: npt.NDArray[np.bool_]) -> list[str]:
    found: list[str] = rows.column("id").take(np.flatnonzero(chosen)[:_SHOWN]).to_pylist()
    return found


def swept(root: Path, measure: str, values: Sequence[float]) -> list[SweepStep]:
    """How many rows each value of one threshold would keep, the other thresholds being as they are.

    Raises:
        InputError: no run, or an unknown measure.
    """
    known_measure(measure)
    kept: dict[float, dict[str, int]] = {value: {} for value in values}
    for code, now, pieces in _judged(root):
        tried = {value: Thresholds.of({**now, measure: value}) for value in values}
        counts = dict.fromkeys(values, 0)
        for piece in pieces:
            for value, thresholds in tried.items():
                counts[value] += int(judge_columns(piece.scores, thresholds).kept.sum())
        for value, count in counts.items():
            kept[value][code] = count
    return [SweepStep(value=value, kept=found) for value, found in kept.items()]


def examples(root: Path, code: str) -> tuple[JudgedExample | None, JudgedExample | None]:
    """The first kept and the first dropped row of a language; None where there is none among the first."""
    kept = dropped = None
    run = RunDirectory(root)
    recorded, languages, judged_by = _finished(run)
    for state in languages:
        if state.code != code:
            continue
        now, rows = judged_by[code], judged_rows(run, recorded.chunks, state)
        for _, (_, row, _) in zip(range(_LOOKED_AT), rows, strict=False):
            verdict = now.judge(row.scores)
            if verdict.kept and kept is None:
                kept = _example(code, row, verdict, now)
            elif not verdict.kept and dropped is None:
                dropped = _example(code, row, verdict, now)
            if kept and dropped:
                break
    return kept, dropped


def _example(code: str, row: TranslatedRow, verdict: Verdict, thresholds: Thresholds) -> JudgedExample:
    failed = next(iter(verdict.failed), None)
    places = [text for text in row.texts if failed is not None and text.path == failed.where] or row.texts
    why = ""
    if failed is not None:
        side = known_measure(failed.measure).direction.replace("_", " ")
        bound = f"{side} {thresholds[failed.measure]:g}"
        why = f"{verdict.reasons[0].value}: {failed.seen}, {bound}"
        why += f" ({failed.evidence})" if failed.evidence else ""
    return JudgedExample(
        code=code,
        id=row.id,
        kept=verdict.kept,
        source=places[0].source if places else "",
        target=places[0].target if places else "",
        why=why,
    )


def _judged(root: Path) -> Iterator[tuple[str, Thresholds, Iterator[TranslatedColumns]]]:
    """(language, thresholds that its corpus was judged by, rows in pieces) of a finished run."""
    run = RunDirectory(root)
    recorded, languages, judged_by = _finished(run)
    require_current_scores(run, languages)
    for state in languages:
        yield state.code, judged_by[state.code], _columns(run, recorded, state)


def _columns(run: RunDirectory, recorded: Recorded, state: LanguageState) -> Iterator[TranslatedColumns]:
    for _, columns in translated_batches(run, recorded.chunks, [state], verdicts_only=True):
        yield columns[state.code]


def _finished(run: RunDirectory) -> tuple[Recorded, list[LanguageState], dict[str, Thresholds]]:
    """Records, languages, and the thresholds that each was judged by."""
    run.require()
    recorded, languages = load_recorded(run), known_languages(run)
    require_published(run, languages)
    manifest = read_manifest(run.manifest)
    judged_by = {code: Thresholds.of(entry.thresholds) for code, entry in manifest.languages.items()}
    return recorded, languages, {state.code: state.thresholds for state in languages} | judged_by
