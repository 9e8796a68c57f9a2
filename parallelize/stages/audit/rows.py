"""Rows to audit, from one table, two tables, or two aligned text files."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from parallelize.core.errors import InputError
from parallelize.core.places import user_path
from parallelize.core.verdicts import Score
from parallelize.stages.audit.fields import AuditFields, ColumnPair, FieldNames, find_fields
from parallelize.stages.audit.shapes import own_texts
from parallelize.stages.ingest import SourceFormat, SourceSpec
from parallelize.stages.ingest.columns import Column
from parallelize.stages.ingest.files import DataFile, Dialect, decoded_line, place_text
from parallelize.stages.ingest.locate import find_files
from parallelize.stages.ingest.readers import open_rows
from parallelize.stages.ingest.streams import COMPRESSED, open_bytes, refuse_packed
from parallelize.stages.ingest.values import NonFinite, answer_text

__all__ = ["AuditInput", "AuditRow", "is_table", "open_audit"]

_SAMPLE = 256
_TABLES = frozenset({".ndjson", *(f".{item.value}" for item in SourceFormat)})
_Row = Mapping[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One row as it is scored."""

    id: Any
    """The id column's value; without one, the number of the row or line, from 1."""
    texts: tuple[tuple[str, str | None, str], ...]
    """(column of the target, source, target); source None where targets are audited by themselves."""
    answer: str | None = None
    """Short final answer in source form."""
    label: Any = None
    """The label column's value; None without one."""
    fault: str = ""
    """Why the row cannot be read; it is then dropped as `empty`. Empty for a row that can."""
    back: Mapping[str, tuple[tuple[str, str], ...]] | None = None
    """(source, back-translation) pairs of each text; `None` if it was not translated back."""
    back_failures: tuple[str, ...] = ()
    """What went wrong on the way back; the row is then dropped as `engine`, for nobody has looked at it."""
    model_scores: tuple[Score, ...] = ()
    """Scores of scoring models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditInput:
    """A data set opened for an audit: its columns and its rows."""

    fields: AuditFields | None
    """`None` for text files."""
    rows: Callable[[], Iterator[AuditRow]]
    """A fresh pass over all rows, in order."""
    conventions: tuple[str, ...] = ()
    """What holds for the whole data set and is not counted against its rows; for the user to read."""


def open_audit(
    path: str,
    language: str,
    *,
    source_file: str | None = None,
    names: FieldNames | None = None,
    columns: tuple[str, ...] = (),
    with_source: bool = True,
    source_language: str = "en",
) -> AuditInput:
    """Open a translated data set.

    Args:
        path: a table (JSONL, JSON, CSV, TSV, Parquet), a folder or glob of them, or, together with a
            `source_file` of the same kind, a text file with one text a line.
        language: code of the target language.
        source_file: where the source is, if not in the same table. Text files and tables without a common
            id column are aligned by line or row; tables with one are joined by it.
        names: columns that the user named.
        columns: column names of CSV or TSV files without a header.
        with_source: False: targets are audited by themselves.
        source_language: code of the source language.

    Raises:
        InputError: a file is missing or cannot be read, or columns are missing.
    """
    given = names or FieldNames()
    if not is_table(path):
        if Path(path).suffix.lower() not in COMPRESSED:
            refuse_packed(user_path(path), path)
        if source_file is None and with_source:
            raise InputError(
                f"{path} is a text file; its source is missing",
                remedy="name it with --source-file; train.pt beside train.en is found by itself",
            )
        if source_file is not None and is_table(source_file):
            raise InputError(
                f"{path} is a text file and {source_file} a table", remedy="give two files of one kind"
            )
        return AuditInput(fields=None, rows=lambda: _line_rows(path, source_file))
    sample = _sample(path, columns)
    if source_file is None:
        fields = find_fields(
            given, sample, language, path, with_source=with_source, source_language=source_language
        )
        return AuditInput(fields=fields, rows=lambda: _table_rows(path, columns, fields))
    source_sample = _sample(source_file, columns)
    fields = find_fields(
        given, sample, language, path, source_rows=source_sample, source_language=source_language
    )
    joined = fields.id is not None and any(fields.id.of(row) is not None for row in source_sample)
    read = _joined if joined else _zipped
    return AuditInput(fields=fields, rows=lambda: read(path, source_file, columns, fields))


def is_table(path: str) -> bool:
    """Whether rows with columns are read from there: a file of data, a folder or a glob."""
    plain = Path(path)
    if plain.suffix.lower() in COMPRESSED:
        plain = plain.with_suffix("")
    return plain.suffix.lower() in _TABLES or Path(path).is_dir() or any(sign in path for sign in "*?[")


def _table(path: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    found = find_files(SourceSpec(path_or_id=path))
    if found is None:
        raise InputError(f"{path} does not exist", remedy="check the path; audit reads files")
    for file in found.files:
        with open_rows(file, Dialect(columns=columns), _unnoted) as opened:
            for number, row in opened.rows:
                if not isinstance(row, dict):
                    raise InputError(
                        f"{place_text(file, number)}: not a JSON object", remedy="write an object a row"
                    )
                yield row


def _unnoted(_kind: object, _number: int, _column: str) -> None:
    """Notes of ingest are about columns that an audit may not read."""


def _sample(path: str, columns: tuple[str, ...]) -> list[_Row]:
    rows = list(itertools.islice(_table(path, columns), _SAMPLE))
    if not rows:
        raise InputError(f"{path} has no rows", remedy="name a file with at least one row")
    return rows


def _table_rows(path: str, columns: tuple[str, ...], fields: AuditFields) -> Iterator[AuditRow]:
    for number, row in enumerate(_table(path, columns), 1):
        yield _row(number, row, row, fields)


def _zipped(path: str, source_file: str, columns: tuple[str, ...], fields: AuditFields) -> Iterator[AuditRow]:
    pairs = _aligned(_table(source_file, columns), _table(path, columns), source_file, path, "rows")
    for number, (source, target) in enumerate(pairs, 1):
        yield _row(number, source, target, fields)


def _joined(path: str, source_file: str, columns: tuple[str, ...], fields: AuditFields) -> Iterator[AuditRow]:
    key = fields.id or Column(("id",))
    sources: dict[str, _Row] = {}
    for row in _table(source_file, columns):
        name = str(key.of(row))
        if name in sources:
            raise InputError(
                f"{source_file} has the {key} {name} twice",
                remedy="name a column of unique ids with --id-field",
            )
        sources[name] = row
    for number, target in enumerate(_table(path, columns), 1):
        yield _row(number, sources.get(str(key.of(target)), {}), target, fields)


def _aligned(
    sources: Iterable[_T], targets: Iterable[_T], source_file: str, path: str, what: str
) -> Iterator[tuple[_T, _T]]:
    missing: Any = object()
    for count, (source, target) in enumerate(itertools.zip_longest(sources, targets, fillvalue=missing)):
        if source is missing or target is missing:
            longer, shorter = (path, source_file) if source is missing else (source_file, path)
            one = what.removesuffix("s")
            raise InputError(
                f"{longer} has more {what} than {shorter}, which ends after {one} {count}; "
                f"the first without a partner is {one} {count + 1} of {longer}",
                remedy="give files whose rows are the same in the same order, or tables with --id-field",
            )
        yield source, target


def _line_rows(path: str, source_file: str | None) -> Iterator[AuditRow]:
    if source_file is None:
        pairs: Iterator[tuple[str | None, str]] = ((None, line) for line in _lines(path))
    else:
        pairs = iter(_aligned(_lines(source_file), _lines(path), source_file, path, "lines"))
    for number, (source, target) in enumerate(pairs, 1):
        fault = "" if target.strip() else f"line {number} of {path} is blank"
        yield AuditRow(id=number, texts=(("text", source, target),), fault=fault)


def _lines(path: str) -> Iterator[str]:
    place = user_path(path)
    if not place.is_file():
        raise InputError(f"{path} does not exist", remedy="check the path; relative ones start here")
    file = DataFile(path=place, shown=path, relative=place.name, format=SourceFormat.JSONL)
    with open_bytes(place, path) as (stream, _):
        for number, line in enumerate(stream, 1):
            yield decoded_line(line, file, number).removesuffix("\n").removesuffix("\r")


def _row(number: int, source_row: _Row, target_row: _Row, fields: AuditFields) -> AuditRow:
    row_id = None if fields.id is None else fields.id.of(target_row)
    by_path: tuple[tuple[tuple[str, str | None, str], ...], str] = ((), "")
    if fields.own is not None:
        by_path = own_texts(target_row, fields.own)
    elif fields.shape is not None:
        by_path = fields.shape.texts(*fields.trees(source_row, target_row))
    texts = list(by_path[0])
    faults: list[str] = [by_path[1]] if by_path[1] else []
    for pair in fields.pairs:
        source, target = _texts(pair, source_row, target_row, faults)
        texts.append((str(pair.target), source, target))
    return AuditRow(
        id=number if row_id is None else row_id,
        texts=tuple(texts),
        answer=_answer(fields.answer, source_row, target_row),
        label=None if fields.label is None else fields.label.of(target_row),
        fault="; ".join(faults),
    )


def _texts(pair: ColumnPair, source_row: _Row, target_row: _Row, faults: list[str]) -> tuple[str | None, str]:
    target = _text(pair.target, target_row, "target", faults)
    if pair.source is None:
        return None, target
    return _text(pair.source, source_row, "source", faults), target


def _text(column: Column, row: _Row, side: str, faults: list[str]) -> str:
    value = column.of(row)
    if isinstance(value, str) and not isinstance(value, NonFinite) and value.strip():
        return value
    if value is None:
        faults.append(f"{side} {str(column)!r} is null or missing")
    elif isinstance(value, str):
        faults.append(f"{side} {str(column)!r} is blank")
    else:
        faults.append(f"{side} {str(column)!r} is no text but {type(value).__name__}")
    return ""


def _answer(column: Column | None, source_row: _Row, target_row: _Row) -> str | None:
    if column is None:
        return None
    value = column.of(source_row)
    if value is None:
        value = column.of(target_row)
    try:
        return answer_text(value)
    except TypeError:
        return None
