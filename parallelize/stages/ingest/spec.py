"""What is asked of ingest, and what it says about the source afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.records import Role, Treatment
from parallelize.core.trees import JsonObject
from parallelize.stages.ingest.places import Place, pattern_fits
from parallelize.store.json_files import fields_of
from parallelize.text.inner_words import InnerKind

__all__ = [
    "CONTENT_ID",
    "NO_COLUMN",
    "Note",
    "NoteKind",
    "Notes",
    "RejectReason",
    "RejectedRow",
    "Report",
    "Roles",
    "SourceDescription",
    "SourceFile",
    "SourceFormat",
    "SourceSpec",
    "TextPolicy",
]

NO_COLUMN = "-"
"""As a role's column: the source has no such role, do not look for one."""
CONTENT_ID = "@content"
"""As an id column: use content addresses even if the source has an id column."""


class SourceFormat(StrEnum):
    """How the rows of a file are written. Compression (.gz, .zst) is told by the file name."""

    JSONL = "jsonl"
    """One JSON object a line."""
    JSON = "json"
    """One JSON array of objects."""
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Columns that the user names. `None` looks for one, `-` means that there is none.

    A column inside another is written with dots: `model_prediction.proof`. A column whose own name has
    dots in it wins over that reading.
    """

    problem: str | None = None
    solution: str | None = None
    answer: str | None = None
    messages: str | None = None

    def given(self) -> dict[str, str]:
        """The roles that are named, without those left to detection and those excluded."""
        names = (
            ("problem", self.problem),
            ("solution", self.solution),
            ("answer", self.answer),
            ("messages", self.messages),
        )
        return {role: column for role, column in names if column is not None and column != NO_COLUMN}


_ROLE_NAMES = frozenset(role.value for role in Role)
_INNER: Final = {
    InnerKind.FORMULAS: Treatment.TRANSLATE,
    InnerKind.ATTRIBUTES: Treatment.TRANSLATE,
    InnerKind.COMMENTS: Treatment.COPY,
}
"""What is done with words inside of protected spans, unless the user says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPolicy:
    """What the user wants done with texts: the table `[texts]` of a recipe."""

    treatments: Mapping[str, str] = field(default_factory=dict)
    """`translate`, `copy`, `json` or `keep` by role (`thinking`) or pattern of paths (`messages[].content`);
    a later one goes before an earlier one, a pattern before a role. Names of `InnerKind` (`comments`) mean
    words inside of protected spans; a column that is called so is written in backticks."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role by pattern: the columns that the user named."""

    def __post_init__(self) -> None:
        for kind in _INNER:
            if self.treatments.get(kind.value) == Treatment.JSON.value:
                raise InputError(
                    f"[texts] {kind.value} is json: those are words",
                    remedy="say translate, copy or keep; a column of that name is written in backticks",
                )

    def patterns(self) -> tuple[str, ...]:
        """Those that are neither roles nor kinds of inner words."""
        return tuple(key for key in self.treatments if key not in _ROLE_NAMES and key not in _INNER)

    @property
    def inner_treatments(self) -> dict[str, str]:
        """What is done with words inside of protected spans, by kind."""
        return {kind.value: self.treatments.get(kind.value, done.value) for kind, done in _INNER.items()}

    @property
    def inner(self) -> frozenset[InnerKind]:
        """Protected spans whose words are translated."""
        return frozenset(InnerKind(one) for one, done in self.inner_treatments.items() if done == "translate")

    @property
    def staying_inner(self) -> frozenset[InnerKind]:
        """Protected spans whose words stay."""
        return frozenset(InnerKind) - self.inner

    @property
    def comments(self) -> bool:
        """Whether comments of code are translated."""
        return InnerKind.COMMENTS in self.inner

    def treatment_of(self, place: Place, role: Role) -> Treatment | None:
        """What is wanted for a place; None if nothing is said about it."""
        found = self.treatments.get(role.value)
        for pattern in self.patterns():
            if pattern_fits(pattern, place):
                found = self.treatments[pattern]
        return None if found is None else Treatment(found)

    def names_any(self, place: Place) -> bool:
        """Whether a pattern is about a place or something in it."""
        return any(pattern_fits(pattern, inner) for pattern in self.patterns() for inner in place.below())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """Where the rows are and how to read them."""

    path_or_id: str
    """A file, a folder, a glob (`**` goes into folders), or a Hub dataset id. What exists as a path wins."""
    files: Path | None = None
    """Where the files are, if not at `path_or_id`: a copy of what an object store has there."""
    config: str | None = None
    """Configuration of a Hub dataset."""
    split: str | None = None
    """Split of a Hub dataset; in a folder or glob, only files with this word in their name are read."""
    revision: str | None = None
    """Branch, tag or commit of a Hub dataset."""
    limit: int | None = None
    """Read only so many rows from the start; at least 1."""
    roles: Roles = field(default_factory=Roles)
    policy: TextPolicy = field(default_factory=TextPolicy)
    id_column: str | None = None
    """Column with ids. `None` looks for one; `@content` asks for content addresses."""
    format: SourceFormat | None = None
    """Overrides what the file name says."""
    columns: tuple[str, ...] = ()
    """Column names of CSV or TSV files without a header line."""
    delimiter: str | None = None
    """Column separator of CSV files, one character; `None` means comma, or tab for TSV."""
    name: str | None = None
    """Name of the source in content addresses. `None`: the dataset id, or the file's or folder's own name
    without its place and extensions, so that moving or compressing a file keeps its ids."""
    language: str = "en"
    """BCP-47 code of the source language; needed to read final answers."""
    keep_language_tasks: bool = True
    """Whether tasks about the language itself (spelling, rhyme, translation) are records; if not, they are
    rejected as untranslatable."""

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise InputError(f"limit is {self.limit}", remedy="give a number of rows of 1 or more, or none")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise InputError(
                f"the delimiter is {self.delimiter!r}", remedy="a delimiter is one character, such as ;"
            )


class RejectReason(StrEnum):
    """Why a source row did not become a record."""

    NO_PROBLEM = "no_problem"
    """The problem is missing, null or blank."""
    NO_TEXT = "no_text"
    """There is no text in any role: no solution where no problem is mapped, or a chat without words."""
    BAD_CHAT = "bad_chat"
    """What stands in the column of the chat is no list of turns."""
    ODD_ROW = "odd_row"
    """The row is no object, or its problem is no text."""
    BAD_ID = "bad_id"
    """Its id is missing, unusable, or another row has it."""
    UNTRANSLATABLE = "untranslatable"
    """It is about the language itself (spelling, rhyme): a translation would not mean the same."""
    BAD_CHARACTERS = "bad_characters"
    """A text holds a lone surrogate, which neither UTF-8 nor Parquet can store."""
    CONTAMINATED = "contaminated"
    """It overlaps an evaluation set; the detail names the evaluation row and the shared words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A source row that cannot be used. Rows in = records + rejected rows."""

    id: str
    reason: RejectReason
    detail: str
    """Where the row is and what is wrong with it, for the user to read."""
    row: Any = None
    """The row as it came, as JSON values."""


class NoteKind(StrEnum):
    """Things that do not stop a run and that its report must say."""

    NON_FINITE = "numbers that JSON lacks (NaN, infinity, out of range) kept as text"
    SURROGATE = "texts with lone surrogates, kept as they are"
    NO_SOLUTION = "rows without a solution"
    NO_ANSWER = "rows without a final answer"
    EMPTY_FILE = "files without rows"
    CODE = "texts that are code, copied"
    FOREIGN = "texts that are not in the source language, copied"
    INNER_WORDS = "texts whose words in formulas, comments of code or attributes stay ([texts] says which)"
    UNREAD_MARK = "texts that begin with a mark that is not known for thinking, read as answers"
    JSON_TEXT = "columns of mixed types, kept as JSON text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """How often something was seen, and where first."""

    kind: NoteKind
    count: int
    first: str
    """File and line or row, with the column where there is one."""

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.count} (first: {self.first})"


Report = Callable[[NoteKind, str], None]
"""Called with what was seen and the column it was seen in (may be empty)."""


class Notes:
    """Counts of what was seen, in constant memory."""

    def __init__(self) -> None:
        self._seen: dict[NoteKind, tuple[int, str]] = {}

    def add(self, kind: NoteKind, where: str) -> None:
        """Count one more note of a kind, and remember where the first was."""
        count, first = self._seen.get(kind, (0, where))
        self._seen[kind] = (count + 1, first)

    def all(self) -> tuple[Note, ...]:
        """What was seen so far, in a fixed order."""
        return tuple(
            Note(kind=kind, count=self._seen[kind][0], first=self._seen[kind][1])
            for kind in NoteKind
            if kind in self._seen
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that was read."""

    path: str
    """Relative to the folder that was asked for; the file name for a single file."""
    size_bytes: int
    rows: int | None
    """Rows in the file; `None` when a limit ended the reading before its end."""
    sha256: str | None
    """Hex digest of the file's bytes; `None` when a limit ended the reading before its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDescription:
    """Facts about the source for manifests and reports."""

    source: str
    """Path as it was given, or dataset id."""
    kind: str
    """`files` or `hub`."""
    name: str
    """The name that content addresses are computed with."""
    config: str | None
    split: str | None
    revision: str | None
    """Resolved commit of a Hub dataset; `None` for files."""
    files: tuple[SourceFile, ...]
    """Files read so far, in the order of reading; empty for a Hub dataset."""
    limit: int | None
    finished: bool
    """Whether a whole pass (up to the limit) was made. The counts are those of the pass so far."""
    rows: int
    records: int
    rejected: int
    """`rows == records + rejected`."""
    rejected_by_reason: dict[str, int]
    notes: tuple[Note, ...]
    texts: tuple[Mapping[str, Any], ...] = ()
    """Places with language, and what is done with it: `TextRule.as_dict` without its example."""
    family: str | None = None
    """Family of datasets whose columns it has."""

    def as_dict(self) -> JsonObject:
        """Files, rows and rejected rows of the source as JSON, for manifests."""
        notes = [
            {"kind": note.kind.name.lower(), "count": note.count, "first": note.first} for note in self.notes
        ]
        texts = [dict(item) for item in self.texts]
        return {**fields_of(self), "files": list(map(fields_of, self.files)), "notes": notes, "texts": texts}
