"""`people.json`: what people who read rows of a run said of them. Their word goes before every gate's.

A mark belongs to one translation: its key is a digest of language, id and texts, so that it says nothing
about a later translation of the same row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic.dataclasses import dataclass

from parallelize.core.verdicts import Reason, Verdict
from parallelize.store.json_files import read_typed, to_json, write_json
from parallelize.store.strict import STRICT

if TYPE_CHECKING:
    from parallelize.store.tables import TranslatedRow
    from parallelize.store.translated_columns import TranslatedColumns

__all__ = ["People", "PersonMark", "merged_marks", "read_people", "row_key", "said_by_people", "write_people"]

_REMEDY = "remove it, and import the marks again with `parallelize review RUN --import FILE`"
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PersonMark:
    """What one person said of one translated row."""

    key: str
    """Which translation: `row_key`."""
    language: str
    id: str
    good: bool
    """Fit to train on."""
    note: str = ""
    reader: str = ""
    """Who read it, as they wish to be called; empty for whoever did not say."""
    file: str = ""
    """Name of the file that it came in."""


def row_key(language: str, row: TranslatedRow) -> str:
    """16 hexadecimal digits that name one translation of one row."""
    return _key(language, row.id, [text.target for text in row.texts])


def _key(language: str, id_: str, targets: Sequence[str]) -> str:
    content = json.dumps([language, id_, list(targets)], ensure_ascii=True)
    return hashlib.blake2b(content.encode(), digest_size=_KEY_BYTES).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """All marks of a run, by the key of what they are about."""

    marks: Mapping[str, tuple[PersonMark, ...]] = field(default_factory=dict)

    def on(self, language: str, row: TranslatedRow) -> tuple[PersonMark, ...]:
        """What was said of this translation; nothing is computed where nobody has read anything."""
        return self.marks.get(row_key(language, row), ()) if self.marks else ()

    def among(self, language: str, rows: TranslatedColumns) -> dict[int, tuple[PersonMark, ...]]:
        """What was said of many translations, by place; only rows that somebody read are looked at."""
        read = {mark.id for marks in self.marks.values() for mark in marks if mark.language == language}
        if not read:
            return {}
        found = {}
        texts = rows.column("texts")
        for place, id_ in enumerate(rows.column("id").to_pylist()):
            if id_ in read:
                key = _key(language, id_, [text["target"] for text in texts[place].as_py()])
                if key in self.marks:
                    found[place] = self.marks[key]
        return found

    def verdict(self, language: str, row: TranslatedRow, verdict: Verdict) -> Verdict:
        """The verdict of the gates, or of the people who read the row: one who finds it wrong is enough."""
        said = self.on(language, row)
        if not said:
            return verdict
        if all(mark.good for mark in said):
            return Verdict(kept=True)
        return Verdict(kept=False, reasons=(*verdict.reasons, Reason.PEOPLE), failed=verdict.failed)


def said_by_people(marks: Iterable[PersonMark]) -> list[str]:
    """Evidence for a row that people found wrong: who, from which file, and their notes."""
    return [
        f"people: wrong ({mark.reader or 'a reader'}, {mark.file}) {mark.note}".strip()
        for mark in marks
        if not mark.good
    ]


def merged_marks(before: Iterable[PersonMark], new: Iterable[PersonMark]) -> list[PersonMark]:
    """Marks of both, where a person's newer mark of the same translation replaces the older one."""
    found = {(mark.key, mark.reader): mark for mark in (*before, *new)}
    return sorted(found.values(), key=lambda mark: (mark.language, mark.id, mark.key, mark.reader))


def read_people(path: Path) -> People:
    """Marks by key; none if there is no file.

    Raises:
        InputError: it is damaged; the message names the field.
    """
    if not path.is_file():
        return People()
    marks: dict[str, list[PersonMark]] = {}
    for mark in read_typed(path, dict[str, tuple[PersonMark, ...]], remedy=_REMEDY)["marks"]:
        marks.setdefault(mark.key, []).append(mark)
    return People(marks={key: tuple(found) for key, found in marks.items()})


def write_people(path: Path, marks: Iterable[PersonMark]) -> None:
    """Write all marks of a run."""
    write_json(path, {"marks": [to_json(mark) for mark in marks]})
