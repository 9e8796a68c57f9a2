"""Files in which people say what they think of rows: of our pages, of the table, of Pearmut."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.trees import Tree
from parallelize.store.people import PersonMark

__all__ = ["GOOD_SCORE", "read_marks"]

GOOD_SCORE = 66.0
"""ESA score from which a text is good: its scale says "most meaning preserved" at two thirds."""
_BEST_SCORE = 100.0
_YES, _NO = (
    frozenset({"yes", "y", "true", "1", "good", "right", "keep"}),
    frozenset({"no", "n", "false", "0", "bad", "wrong", "drop"}),
)
_FORMS = "marks.json of our pages, review.csv with its column `good` filled, or the annotations of Pearmut"


def read_marks(path: Path, *, good_score: float = GOOD_SCORE) -> list[PersonMark]:
    """Read marks, in whichever of the three forms they are.

    Args:
        path: the file.
        good_score: ESA score from which a Pearmut text is good, if no major error is left in it.

    Raises:
        InputError: it is missing, or none of the three; the message names the line or the field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}", remedy=f"give {_FORMS}") from error
    if path.suffix.lower() == ".csv":
        return list(_from_table(text, path))
    values = _json_values(text, path)
    if len(values) == 1 and isinstance(values[0], dict) and isinstance(values[0].get("marks"), list):
        return list(_from_page(values[0], path))
    lines = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return list(_from_pearmut(lines, path, good_score))


def _json_values(text: str, path: Path) -> list[Any]:
    """One JSON value, or one a line."""
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    values = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                values.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise InputError(
                    f"{path}, line {number}: no JSON: {error}", remedy=f"give {_FORMS}"
                ) from None
    return values


def _from_page(value: Tree, path: Path) -> Iterator[PersonMark]:
    reader = str(value.get("reader") or "")
    for number, said in enumerate(value["marks"], start=1):
        if not isinstance(said, dict) or not isinstance(said.get("good"), bool):
            raise InputError(f"{path}, mark {number}: it must have `key` and `good` (true or false)")
        yield _mark(said, good=said["good"], reader=reader, path=path, place=f"mark {number}")


def _mark(said: Tree, *, good: bool, reader: str, path: Path, place: str) -> PersonMark:
    key = said.get("key")
    if not isinstance(key, str) or not key:
        raise InputError(f"{path}, {place}: it has no key", remedy="leave the keys as they were written")
    return PersonMark(
        key=_sound(key),
        language=_sound(said.get("language")),
        id=_sound(said.get("id")),
        good=good,
        note=_sound(said.get("note")),
        reader=_sound(reader),
        file=path.name,
    )


def _sound(value: Any) -> str:
    """Text that can be written; half a character (a lone surrogate) becomes a question mark."""
    return str(value or "").encode("utf-8", "replace").decode()


def _from_table(text: str, path: Path) -> Iterator[PersonMark]:
    """Rows whose `good` is filled; a spreadsheet may have saved it with semicolons."""
    csv.field_size_limit(sys.maxsize)  # the default refuses cells above 128 KiB
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        if not {"key", "good"} <= set(reader.fieldnames or ()):
            raise InputError(f"{path} has no columns `key` and `good`", remedy=f"give {_FORMS}")
        yield from _from_rows(reader, path)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: broken CSV ({error})") from error


def _from_rows(reader: csv.DictReader[str], path: Path) -> Iterator[PersonMark]:
    for number, row in enumerate(reader, start=2):
        said = (row["good"] or "").strip().lower()
        if not said:
            continue
        if said not in _YES | _NO:
            raise InputError(
                f"{path}, row {number}: good is {row['good']!r}", remedy="write yes or no, or leave it empty"
            )
        fields = {name: (value or "").removeprefix("'") for name, value in row.items() if name}
        yield _mark(
            fields,
            good=said in _YES,
            reader=fields.get("reader", ""),
            path=path,
            place=f"row {number}",
        )


def _from_pearmut(lines: list[Any], path: Path, good_score: float) -> Iterator[PersonMark]:
    """Annotations as Pearmut keeps them: one object a document, its items and what was said of each."""
    for number, line in enumerate(lines, start=1):
        if not isinstance(line, dict) or not {"annotation", "item"} <= line.keys():
            raise InputError(f"{path}, entry {number}: no annotation of Pearmut", remedy=f"give {_FORMS}")
        yield from _from_document(line, path, f"entry {number}", good_score)


def _from_document(line: Tree, path: Path, place: str, good_score: float) -> Iterator[PersonMark]:
    """The mark of one document; none of a tutorial, a form, or what was skipped."""
    shown, said = line["item"], line["annotation"]
    if not isinstance(shown, list) or not isinstance(said, list):
        raise InputError(f"{path}, {place}: no annotation of Pearmut", remedy=f"give {_FORMS}")
    items = [item for item in shown if isinstance(item, dict) and "#" in str(item.get("item_id"))]
    models = [one for one in said if isinstance(one, dict)]
    if not items or len(models) != len(shown):
        return
    found = [answer for one in models for answer in one.values() if isinstance(answer, dict)]
    scores = [answer.get("score") for answer in found]
    if not scores or any(score is None for score in scores):
        return
    if not all(isinstance(score, int | float) and 0 <= score <= _BEST_SCORE for score in scores):
        raise InputError(
            f"{path}, {place}: a score is no number from 0 to {_BEST_SCORE:g}: {scores[0]!r:.60}"
        )
    major = any(
        span.get("severity") == "major"
        for answer in found
        for span in _list(answer.get("error_spans"))
        if isinstance(span, dict)
    )
    lowest = min(float(score) for score in scores if score is not None)
    comment = str(line.get("comment") or "")
    yield _mark(
        {
            "key": str(items[0]["item_id"]).partition("#")[0],
            "id": items[0].get("row_id"),
            "note": f"ESA {lowest:g}{', major error' if major else ''}{': ' if comment else ''}{comment}",
        },
        good=lowest >= good_score and not major,
        reader=str(line.get("user_id") or ""),
        path=path,
        place=place,
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
