"""Read a file of model responses: which column plays which role, and what is wrong with a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from parallelize.core.errors import InputError
from parallelize.core.languages import language

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ROLES", "UNNAMED", "Response", "ResponseColumns", "read_responses"]

ROLES: Mapping[str, str] = {
    "id": "item id; the row number where the file has none",
    "language": "language that the response should be in",
    "response": "what the model said",
    "prompt": "what it was asked",
    "prompt_language": "language of the prompt",
    "gold": "gold answer",
    "finish_reason": "why the engine stopped; `length` is a response that was cut",
    "model": "name of the model",
    "source": "data set or group the item is from; a column `benchmark` stands in",
    "sample": "which of several samples of the item",
    "level": "difficulty level (PolyMath: low, medium, high, top)",
}
"""Roles of columns, and what each means. `response` and `language` are required."""

_STAND_INS: Mapping[str, str] = {"source": "benchmark"}
"""Column by role, where the file has none of the role's own name."""

UNNAMED = "unnamed"
"""Model name of rows that name none."""

_CUT = frozenset({"length", "max_tokens", "max_length", "max_output_tokens"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseColumns:
    """How a file's columns map to roles."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """Column by role, for columns that are not named like their role."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Value by role for all rows, in place of a column (`language`, `model`, `prompt_language`, …)."""
    begin_after: str = ""
    """A response begins after the first occurrence of this text; for files that hold whole transcripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One row of a responses file."""

    row: int
    """Number of the row in the file, from 1, header not counted."""
    id: str
    language: str
    """Code of the language it should be in."""
    response: str
    prompt: str = ""
    prompt_language: str | None = None
    gold: str | None = None
    """Gold answer; None if the row has none."""
    finish_reason: str | None = None
    model: str = UNNAMED
    source: str = ""
    sample: str | None = None
    level: str | None = None

    @property
    def cut(self) -> bool:
        """Whether the engine stopped at its output limit."""
        return (self.finish_reason or "").strip().lower() in _CUT


def read_responses(path: Path, columns: ResponseColumns | None = None) -> list[Response]:
    """Read every row of a JSONL, JSON, CSV, TSV or Parquet file, in file order.

    A missing response (null, or an empty cell) is kept as an empty one: it is counted, not skipped.

    Args:
        path: the file; `.json` holds an array of objects, or one object a line.
        columns: how columns map to roles; by default every role has the column of its name.

    Raises:
        InputError: the file cannot be read, a column is missing, or a row is wrong; the message names
            file, row and field, and what to do.
    """
    plan = columns or ResponseColumns()
    frame = _load(path)
    names = _columns(path, frame, plan)
    taken = {role: frame.get_column(name).to_list() for role, name in names.items()}
    codes: dict[str, str] = {}
    return [
        _response(path, number, {role: values[number - 1] for role, values in taken.items()}, plan, codes)
        for number in range(1, frame.height + 1)
    ]


def _load(path: Path) -> pl.DataFrame:
    from parallelize.evaluation.text_frame import load_text_frame  # not in processes that only score

    if path.suffix.lower() != ".json":
        return load_text_frame(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}", remedy="save it as UTF-8") from error
    # One way to read rows: an array becomes lines, and lines are what the reader of tables knows.
    lines = _array_as_lines(path, text) if text.lstrip()[:1] == "[" else text
    with TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.jsonl"
        copy.write_text(lines, encoding="utf-8")
        try:
            return load_text_frame(copy)
        except InputError as error:
            raise InputError(error.message.replace(str(copy), str(path)), remedy=error.remedy) from error


def _array_as_lines(path: Path, text: str) -> str:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}: not JSON: {error.msg}") from error
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def _columns(path: Path, frame: pl.DataFrame, plan: ResponseColumns) -> dict[str, str]:
    unknown = [role for role in (*plan.fields, *plan.constants) if role not in ROLES]
    if unknown:
        raise InputError(f"unknown role {unknown[0]!r}", remedy=f"roles are {', '.join(ROLES)}")
    present = ", ".join(frame.columns)
    names = {}
    for role in ROLES:
        if role in plan.constants:
            continue
        name = plan.fields.get(role, role)
        if name not in frame.columns and role not in plan.fields:
            name = _STAND_INS.get(role, name)
        if name in frame.columns:
            names[role] = name
        elif role in plan.fields or role in {"response", "language"}:
            remedy = f"name the column of this file that holds it, as in --field {role}=COLUMN"
            if role == "language":
                remedy += ", or give one language for all rows with --language"
            raise InputError(f"{path}: no column {name!r} for {role}; it has {present}", remedy=remedy)
    return names


def _response(
    path: Path, number: int, values: Mapping[str, str | None], plan: ResponseColumns, codes: dict[str, str]
) -> Response:
    row = {**values, **plan.constants}
    text = row.get("response") or ""
    if plan.begin_after:
        head, found, tail = text.partition(plan.begin_after)
        text = tail if found else head
    return Response(
        row=number,
        id=_filled(row.get("id")) or str(number),
        language=_code(path, number, "language", row.get("language"), codes),
        response=text,
        prompt=row.get("prompt") or "",
        prompt_language=(
            _code(path, number, "prompt_language", row["prompt_language"], codes)
            if _filled(row.get("prompt_language"))
            else None
        ),
        gold=_filled(row.get("gold")),
        finish_reason=_filled(row.get("finish_reason")),
        model=_filled(row.get("model")) or UNNAMED,
        source=_filled(row.get("source")) or "",
        sample=_filled(row.get("sample")),
        level=_filled(row.get("level")),
    )


def _filled(value: str | None) -> str | None:
    return value.strip() or None if value is not None else None


def _code(path: Path, number: int, role: str, tag: str | None, codes: dict[str, str]) -> str:
    if tag is None or not tag.strip():
        raise InputError(
            f"{path}, row {number}, {role}: no language",
            remedy="fill the field in, or give one language for all rows with --language",
        )
    if tag not in codes:
        try:
            codes[tag] = language(tag).code
        except InputError as error:
            raise InputError(f"{path}, row {number}, {role}: {error.message}", remedy=error.remedy) from error
    return codes[tag]
