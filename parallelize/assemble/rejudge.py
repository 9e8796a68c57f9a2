"""What other thresholds would change in a run, before anything changes: `judge --dry-run` and `--sweep`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.run_languages import known_languages, require_current_scores, require_published
from parallelize.core.measures import known_measure
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.pipeline.finishing import judged_rows
from parallelize.pipeline.recording import load_recorded
from parallelize.store.manifest import parse_manifest
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.store.tables import TranslatedRow

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
    """Reason and evidence of the first gate that it failed; empty for a kept row."""


def judged_otherwise(root: Path, overrides: Mapping[str, float | None]) -> list[LanguageChange]:
    """Judge every row of a run under other thresholds, and compare. Nothing is written.

    Args:
        root: the run directory.
        overrides: measure → threshold, None to switch the gate off.

    Raises:
        InputError: no run, or an unknown measure.
    """
    return [
        _change(code, rows, now, Thresholds.of({**now, **overrides})) for code, now, rows in _judged(root)
    ]


def _change(code: str, rows: Iterator[TranslatedRow], now: Thresholds, then: Thresholds) -> LanguageChange:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    lost: list[str] = []
    won: list[str] = []
    for row in rows:
        before, after = now.judge(row.scores), then.judge(row.scores)
        counts.update(rows=1, now=int(before.kept), then=int(after.kept))
        reasons.update(reason.value for reason in after.reasons)
        if before.kept and not after.kept:
            lost.append(row.id)
        elif after.kept and not before.kept:
            won.append(row.id)
    return LanguageChange(
        code=code,
        rows=counts["rows"],
        kept_now=counts["now"],
        kept_then=counts["then"],
        lost=tuple(lost[:_SHOWN]),
        won=tuple(won[:_SHOWN]),
        reasons=dict(reasons.most_common()),
    )


def swept(root: Path, measure: str, values: Sequence[float]) -> list[SweepStep]:
    """How many rows each value of one threshold would keep, the other thresholds being as they are.

    Raises:
        InputError: no run, or an unknown measure.
    """
    known_measure(measure)
    kept: dict[float, dict[str, int]] = {value: {} for value in values}
    for code, now, rows in _judged(root):
        tried = {value: Thresholds.of({**now, measure: value}) for value in values}
        counts = dict.fromkeys(values, 0)
        for row in rows:
            for value, thresholds in tried.items():
                counts[value] += thresholds.judge(row.scores).kept
        for value, count in counts.items():
            kept[value][code] = count
    return [SweepStep(value=value, kept=found) for value, found in kept.items()]


def examples(root: Path, code: str) -> tuple[JudgedExample | None, JudgedExample | None]:
    """The first kept and the first dropped row of a language; None where there is none among the first."""
    kept = dropped = None
    for found, now, rows in _judged(root, any_version=True):
        if found != code:
            continue
        for _, row in zip(range(_LOOKED_AT), rows, strict=False):
            verdict = now.judge(row.scores)
            if verdict.kept and kept is None:
                kept = _example(code, row, verdict)
            elif not verdict.kept and dropped is None:
                dropped = _example(code, row, verdict)
            if kept and dropped:
                break
    return kept, dropped


def _example(code: str, row: TranslatedRow, verdict: Verdict) -> JudgedExample:
    failed = next(iter(verdict.failed), None)
    places = [text for text in row.texts if failed is not None and text.path == failed.where] or row.texts
    why = ""
    if failed is not None:
        why = ": ".join(filter(None, (verdict.reasons[0].value, failed.evidence)))
    return JudgedExample(
        code=code,
        id=row.id,
        kept=verdict.kept,
        source=places[0].source if places else "",
        target=places[0].target if places else "",
        why=why,
    )


def _judged(
    root: Path, *, any_version: bool = False
) -> Iterator[tuple[str, Thresholds, Iterator[TranslatedRow]]]:
    """(language, thresholds that its corpus was judged by, rows) of a finished run.

    Args:
        root: the run directory.
        any_version: also scores of other versions of the measures, to show rows rather than to judge them.
    """
    run = RunDirectory(root)
    run.require()
    recorded, languages = load_recorded(run), known_languages(run)
    require_published(run, languages)
    if not any_version:
        require_current_scores(run, languages)
    manifest = parse_manifest(run.manifest.read_bytes(), where=str(run.manifest))
    for state in languages:
        entry = manifest.languages.get(state.code)
        now = Thresholds.of(entry.thresholds) if entry is not None else state.thresholds
        yield state.code, now, (row for _, row, _ in judged_rows(run, recorded.chunks, state))
