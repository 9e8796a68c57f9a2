"""How far a run is, from what lies on disk. Reads; writes nothing and disturbs no build that is under way."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.core.measures import MEASURES
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.verdicts import Reason
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.recording import Recorded, load_recorded
from parallelize.store.languages import read_languages
from parallelize.store.run import RunDirectory
from parallelize.store.run_log import LogLine, newest_troubles
from parallelize.store.tables import read_translated

if TYPE_CHECKING:
    from parallelize.pipeline.translating import RecordChunk

__all__ = ["LanguageStatus", "RunStatus", "run_status"]

_JUDGED_CHUNKS = 100
"""Newest finished chunks of a language whose rows are judged for the reasons so far."""
_RATE_SECONDS = 600.0
"""A rate is over chunks finished in so many seconds before the newest."""
_FAILED_REPLIES = frozenset({Reason.ENGINE, Reason.ENVELOPE})
_ERRORS = 3
_TROUBLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatus:
    """One language of a run."""

    code: str
    engine: str
    """Engine and model."""
    back_engine: str | None
    rows: int
    """Rows of the source."""
    done: int
    """Rows in finished chunks."""
    to_try_again: int
    """Rows in chunks that have engine errors; the next build tries them again."""
    judged: int
    """Rows that the counts below are of: those of the newest finished chunks."""
    kept: int
    reasons: Mapping[str, int]
    """The most frequent first."""
    last_errors: Sequence[str]
    """What engines said last, of rows without a translation."""
    rows_per_second: float | None
    """Over the last ten minutes of work; None where too little was finished to tell."""
    seconds_left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """A run as it is now."""

    run: str
    in_use_by: str | None
    """Process and machine that work on it; None: nobody does."""
    workers: Sequence[str]
    """Processes that translate units of it now; those that were killed are not among them."""
    troubles: Sequence[LogLine]
    """The last warnings and errors of its log, oldest first."""
    complete: bool
    """Whether its corpus has a manifest, which is written last."""
    rows: int
    languages: Sequence[LanguageStatus]
    disk_bytes: Mapping[str, int]
    """By part of the run."""
    free_bytes: int
    """Room on its disk."""

    @property
    def seconds_left(self) -> float | None:
        """Time until the slowest language is done at its rate; None where one cannot be told."""
        open_ = [item for item in self.languages if item.done < item.rows]
        times = [item.seconds_left for item in open_]
        known = [item for item in times if item is not None]
        return max(known) if known and len(known) == len(times) else None


def run_status(root: Path) -> RunStatus:
    """Say how far a run is.

    Raises:
        InputError: the folder is no run, or a file of it is damaged.
    """
    run = RunDirectory(root)
    run.require()
    recorded = load_recorded(run)
    asked = {**read_languages(run.languages), **read_languages(run.asked)}
    return RunStatus(
        run=str(root),
        in_use_by=run.holder(),
        workers=run.workers(),
        troubles=newest_troubles(root, _TROUBLES),
        complete=run.manifest.is_file(),
        rows=recorded.records,
        languages=[
            _language(run, recorded, LanguageState(code=code, built=built))
            for code, built in sorted(asked.items())
        ],
        disk_bytes=_disk(run),
        free_bytes=shutil.disk_usage(root).free,
    )


def _language(run: RunDirectory, recorded: Recorded, state: LanguageState) -> LanguageStatus:
    finished: list[tuple[float, Path, RecordChunk]] = []
    again = 0
    unfinished = {chunk.digest for chunk in state.unfinished(run, recorded.chunks)}
    for chunk, path in zip(recorded.chunks, state.paths(run, recorded.chunks), strict=True):
        if path is None:
            continue
        if chunk.digest in unfinished:
            again += chunk.rows
        else:
            finished.append((path.stat().st_mtime, path, chunk))
    finished.sort(key=lambda item: item[0])
    done = sum(chunk.rows for _, _, chunk in finished)
    rate = _rate([(when, chunk.rows) for when, _, chunk in finished])
    left = recorded.records - done
    back = state.built.back_engine
    judged, kept, reasons, errors = _judged(state, [path for _, path, _ in finished[-_JUDGED_CHUNKS:]])
    return LanguageStatus(
        code=state.code,
        engine=_name(state.built.engine),
        back_engine=None if back is None else _name(back),
        rows=recorded.records,
        done=done,
        to_try_again=again,
        judged=judged,
        kept=kept,
        reasons=dict(reasons.most_common()),
        last_errors=errors,
        rows_per_second=rate,
        seconds_left=0.0 if not left else left / rate if rate else None,
    )


def _name(engine: EngineFingerprint) -> str:
    model = "" if engine.model.startswith("sha256:") else engine.model
    return f"{engine.engine} {model}".strip()


def _rate(finished: Sequence[tuple[float, int]]) -> float | None:
    """Rows a second over the newest chunks; the first of them only marks the beginning."""
    if len(finished) < 2:
        return None
    newest = finished[-1][0]
    window = [item for item in finished if item[0] >= newest - _RATE_SECONDS]
    seconds = newest - window[0][0]
    return sum(rows for _, rows in window[1:]) / seconds if seconds > 0 else None


def _judged(state: LanguageState, paths: Iterable[Path]) -> tuple[int, int, Counter[str], list[str]]:
    thresholds = state.thresholds
    rows = kept = 0
    reasons: Counter[str] = Counter()
    errors: list[str] = []
    for path in paths:
        for row in read_translated(path):
            verdict = thresholds.judge(row.scores)
            rows += 1
            kept += verdict.kept
            reasons.update(reason.value for reason in verdict.reasons)
            errors += [
                f"{row.id}: {score.evidence or score.seen}"
                for score in verdict.failed
                if MEASURES[score.measure].reason in _FAILED_REPLIES
            ]
    return rows, kept, reasons, errors[-_ERRORS:]


def _disk(run: RunDirectory) -> dict[str, int]:
    """Bytes of each part of a run; the rest together."""
    parts = ("records", "translations", "memory", "corpus", "rejects")
    found = {name: _size(run.root / name) for name in parts}
    found["other"] = sum(path.stat().st_size for path in run.root.iterdir() if path.is_file())
    return found


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a build goes on meanwhile
            continue
    return total
