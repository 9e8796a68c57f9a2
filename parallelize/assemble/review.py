"""The story of `review`: the rows worth a person's time go out as a page, a table and Pearmut campaigns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parallelize.assemble.report import finished_languages
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.report.campaign import campaign
from parallelize.report.judged import judged_languages
from parallelize.report.review_page import review_page
from parallelize.report.review_table import ChosenRow, review_table
from parallelize.report.rows import SampleReader
from parallelize.report.samples import choose_rows
from parallelize.store.files import atomic_write
from parallelize.store.people import read_people, row_key
from parallelize.store.run import RunDirectory

__all__ = ["ReviewFiles", "write_review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFiles:
    """What was written for people to read."""

    rows: Mapping[str, int]
    """Rows by language."""
    page: Path
    table: Path
    campaigns: Mapping[str, Path]
    """Campaign files by language."""


def write_review(root: Path, out: Path, *, rows: int, readers: int = 1) -> ReviewFiles:
    """Choose rows worth a person's time, and write them as a page, a table and Pearmut campaigns.

    Rows that somebody has read are left out. Languages share the rows evenly.

    Args:
        rows: how many in all languages together.
        readers: people among whom a campaign deals them out.

    Raises:
        InputError: no run, or nothing left to read.
        StorageFault: a file is missing or damaged, or cannot be written.
    """
    run = RunDirectory(root)
    manifest, _, languages = finished_languages(run)
    people = read_people(run.people)
    source = manifest.source.language
    chosen: dict[str, list[ChosenRow]] = {}
    for place, (item, judged) in enumerate(judged_languages(run, languages)):
        share = rows // len(languages) + (place < rows % len(languages))
        reader = SampleReader(
            chunks=item.chunks,
            languages=LanguagePair(source, item.code),
            thresholds=item.thresholds,
            people=people,
        )
        telling = choose_rows(judged, item.thresholds)[: share + len(people.marks)]
        unread = (pair for pair in reader.rows(telling) if not people.on(item.code, pair[1]))
        chosen[item.code] = [
            (row_key(item.code, row), row, reader.shown(choice, row))
            for (choice, row), _ in zip(unread, range(share), strict=False)
        ]
    if not any(chosen.values()):
        raise InputError(f"{root} has no row that nobody has read yet", remedy="judge or build it otherwise")
    thresholds = {item.code: dict(item.thresholds) for item in languages}
    page, table = out / "review.html", out / "review.csv"
    shown = [sample for part in chosen.values() for _, _, sample in part]
    atomic_write(page, review_page(manifest.name, source, thresholds, shown))
    atomic_write(table, review_table(chosen))
    campaigns = {}
    for code, part in chosen.items():
        if part:
            campaigns[code] = out / f"pearmut-{code}.json"
            content = campaign(
                manifest.name,
                LanguagePair(source, code),
                ((key, row) for key, row, _ in part),
                readers=readers,
            )
            atomic_write(campaigns[code], json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    counts = {code: len(part) for code, part in chosen.items()}
    return ReviewFiles(rows=counts, page=page, table=table, campaigns=campaigns)
