"""What people said of the rows of a language, beside what the gates said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.rates import Rate
from parallelize.core.verdicts import Score
from parallelize.pipeline.language_state import LanguageState
from parallelize.report.campaign import plain_text
from parallelize.stages.calibrate import Finding, findings
from parallelize.store.files import atomic_write
from parallelize.store.json_files import json_line
from parallelize.store.people import People
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TranslatedRow

__all__ = ["LanguageReview", "reviewed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReview:
    """What people said of one language, beside what the gates said."""

    read: int
    """Rows that people read, now and before."""
    wrong: int
    dropped_by_people: tuple[str, ...]
    """Ids of rows that gates kept and people drop."""
    kept_by_people: tuple[str, ...]
    """Ids of rows that gates dropped and people keep."""
    disagreed: int
    """Rows of which readers said different things; such a row is dropped."""
    agreement: Rate
    """Rows of which the gates said what people say."""
    findings: tuple[Finding, ...]
    """Recall and precision of all gates together and of each one, on the rows that were read."""
    labels: Path
    """The rows with their labels, for `calibrate`."""


def reviewed(
    run: RunDirectory, state: LanguageState, rows: Sequence[tuple[str, TranslatedRow]], people: People
) -> LanguageReview:
    """Put people beside the gates, and write the rows with their labels.

    Args:
        state: the language, with the thresholds that its corpus was judged by.
        rows: those that were read, with the keys of their marks.
    """
    good: list[tuple[Score, ...]] = []
    bad: list[tuple[Score, ...]] = []
    labels: list[dict[str, str]] = []
    dropped: list[str] = []
    kept: list[str] = []
    agreed = disagreed = 0
    for key, row in rows:
        said = people.marks[key]
        right = all(mark.good for mark in said)
        disagreed += len({mark.good for mark in said}) > 1
        verdict = state.thresholds.judge(row.scores)
        agreed += verdict.kept == right
        if verdict.kept and not right:
            dropped.append(row.id)
        elif right and not verdict.kept:
            kept.append(row.id)
        (good if right else bad).append(row.scores)
        source, target = plain_text(row)
        notes = "; ".join(mark.note for mark in said if mark.note)
        label = "good" if right else "bad"
        labels.append({"id": row.id, "source": source, "target": target, "label": label, "note": notes})
    path = run.root / "labels" / f"{state.code}.jsonl"
    atomic_write(path, b"".join(map(json_line, labels)))
    return LanguageReview(
        read=len(rows),
        wrong=len(bad),
        dropped_by_people=tuple(dropped),
        kept_by_people=tuple(kept),
        disagreed=disagreed,
        agreement=Rate(count=agreed, total=len(rows)),
        findings=findings(good, (("people", scores) for scores in bad), state.thresholds),
        labels=path,
    )
