"""The story of `review --import`: what people said becomes verdicts, and shows how good the gates are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parallelize.assemble.people_and_gates import LanguageReview, reviewed
from parallelize.assemble.publishing import finish, write_report
from parallelize.assemble.recording import load_run_recipe
from parallelize.assemble.run_languages import known_languages, require_published
from parallelize.core.errors import InputError
from parallelize.pipeline.language_state import judged_rows
from parallelize.pipeline.recording import load_recorded
from parallelize.store.manifest import read_manifest
from parallelize.store.people import PersonMark, merged_marks, read_people, row_key, write_people
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TranslatedRow

__all__ = ["Imported", "import_marks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file of marks."""

    marks: int
    unknown: int
    """Marks of translations that this run does not have."""
    languages: Mapping[str, LanguageReview]


def import_marks(root: Path, marks: Sequence[PersonMark]) -> Imported:
    """Take in what people said, judge the run again by it, and compare the gates with it. No model runs.

    Args:
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
        manifest = read_manifest(run.manifest)
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
        reviews = {
            state.code: reviewed(run, state, found[state.code], people)
            for state in languages
            if found[state.code]
        }
        finish(run, load_run_recipe(run), recorded, languages)
        write_report(run)
    return Imported(marks=len(marks), unknown=unknown, languages=reviews)
