"""The story of `review --import`: what people said becomes verdicts, and shows how good the gates are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parallelize.assemble.judge import load_run_recipe
from parallelize.assemble.publishing import finish, write_report
from parallelize.assemble.run_languages import known_languages, require_published
from parallelize.core.errors import InputError
from parallelize.core.rates import Rate
from parallelize.core.verdicts import Score
from parallelize.pipeline.language_state import LanguageState, judged_rows
from parallelize.pipeline.recording import load_recorded
from parallelize.report.campaign import plain_text
from parallelize.stages.calibrate import Finding, findings
from parallelize.store.files import atomic_write
from parallelize.store.json_files import json_line
from parallelize.store.manifest import parse_manifest
from parallelize.store.people import (
    People,
    PersonMark,
    merged_marks,
    read_people,
    row_key,
    write_people,
)
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TranslatedRow

__all__ = ["Imported", "LanguageReview", "import_marks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReview:
    """What people said of one language, beside what the gates said."""

    code: str
    read: int
    """Rows that people read, now and before."""
    wrong: int
    dropped: tuple[str, ...]
    """Ids of rows that gates kept and people drop."""
    kept: tuple[str, ...]
    """Ids of rows that gates dropped and people keep."""
    disagreed: int
    """Rows of which readers said different things; such a row is dropped."""
    agreement: Rate
    """Rows of which the gates said what people say."""
    findings: tuple[Finding, ...]
    """Recall and precision of all gates together and of each one, on the rows that were read."""
    labelled: Path
    """The rows with their labels, for `calibrate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file of marks."""

    marks: int
    unknown: int
    """Marks of translations that this run does not have."""
    languages: tuple[LanguageReview, ...]


def import_marks(root: Path, marks: Sequence[PersonMark]) -> Imported:
    """Take in what people said, judge the run again by it, and compare the gates with it. No model runs.

    Args:
        root: a finished run.
        marks: of one or more readers; a newer mark of the same reader replaces an older one.

    Raises:
        InputError: no run, or none of the marks is about its translations.
        StorageFault: a file is missing or damaged; the corpus is as it was.
    """
    run = RunDirectory(root)
    run.require()
    with run.locked():
        recorded, languages = load_recorded(run), known_languages(run)
        require_published(run, languages)
        manifest = parse_manifest(run.manifest.read_bytes(), where=str(run.manifest))
        languages = [  # judged as the corpus is now, which `judge` may have changed since the build
            replace(state, built=replace(state.built, thresholds=manifest.languages[state.code].thresholds))
            for state in languages
            if state.code in manifest.languages
        ]
        before = (mark for said in read_people(run.people).marks.values() for mark in said)
        wanted = merged_marks(before, marks)
        there = {mark.key for mark in wanted}
        found: dict[str, list[tuple[str, TranslatedRow]]] = {}
        for state in languages:
            rows = (row for _, row, _ in judged_rows(run, recorded.chunks, state))
            keyed = ((row_key(state.code, row), row) for row in rows)
            found[state.code] = [(key, row) for key, row in keyed if key in there]
        known = {key for rows in found.values() for key, _ in rows}
        unknown = sum(mark.key not in known for mark in marks)
        if marks and unknown == len(marks):
            raise InputError(
                f"none of the {len(marks)} marks is about a translation of {root}",
                remedy="they belong to another run, or its rows were translated again since",
            )
        write_people(run.people, [mark for mark in wanted if mark.key in known])
        people = read_people(run.people)
        reviews = [
            _reviewed(run, state, found[state.code], people) for state in languages if found[state.code]
        ]
        finish(run, load_run_recipe(run), recorded, languages)
        write_report(run)
    return Imported(marks=len(marks), unknown=unknown, languages=tuple(reviews))


def _reviewed(
    run: RunDirectory, state: LanguageState, rows: Sequence[tuple[str, TranslatedRow]], people: People
) -> LanguageReview:
    """One language's rows that were read: people beside gates."""
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
    labelled = run.root / "labels" / f"{state.code}.jsonl"
    atomic_write(labelled, b"".join(map(json_line, labels)))
    return LanguageReview(
        code=state.code,
        read=len(rows),
        wrong=len(bad),
        dropped=tuple(dropped),
        kept=tuple(kept),
        disagreed=disagreed,
        agreement=Rate(count=agreed, total=len(rows)),
        findings=findings(good, (("people", scores) for scores in bad), state.thresholds),
        labelled=labelled,
    )
