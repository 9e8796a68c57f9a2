"""Read responses from files of any tool: ours, lm-evaluation-harness, lighteval, inspect, batches, chats.

One reader for all commands. `response_logs` finds and opens the files, `evaluation.response_forms` knows the
forms of rows, `evaluation.responses` checks the values.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from parallelize.assemble.response_logs import LogPlace, open_log, places_of
from parallelize.core.errors import InputError
from parallelize.core.trees import JsonObject, Tree
from parallelize.evaluation.response_forms import (
    FORMS,
    SAID_BY_FORM,
    LogForm,
    form_of,
    said_text,
    usual_column,
)
from parallelize.evaluation.response_values import chat_roles, code_in, look_up, prompt_text, turns_of
from parallelize.evaluation.responses import ROLES, UNNAMED, Response, ResponseColumns, Tags, response_of
from parallelize.stages.ingest.values import NonFinite

__all__ = ["ResponseFiles", "read_response_files", "read_responses", "stream_response_files"]

_SEEN_ROWS: Final = 200
"""Rows at the start of a file by which its form and its columns are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFiles:
    """Responses of some files, in the order of files and rows."""

    name: str
    """What to call them in a report."""
    languages: tuple[str, ...]
    """Languages asked for."""
    notes: tuple[str, ...]
    """What a reader of the figures must know: rows left out, columns that were taken."""
    responses: Iterable[Response]


def read_responses(path: Path, columns: ResponseColumns | None = None) -> list[Response]:
    """Read every response of one file; see `read_response_files`."""
    return list(read_response_files([str(path)], columns).responses)


def read_response_files(
    patterns: Sequence[str], columns: ResponseColumns | None = None, *, form: str = "auto"
) -> ResponseFiles:
    """Read every response of some files, in file order.

    Args:
        patterns: files, globs, folders; `{lang}` stands for a language code in a path.
        columns: how columns map to roles; by default columns are known by their names.
        form: name of one of `response_forms.FORMS`, or `auto`.

    Raises:
        InputError: a file cannot be read, a column is missing, or a row is wrong; the message names file,
            row and field, and what to do.
    """
    reading = _ResponseReading(patterns, columns, form)
    read = [(place, list(reading.responses(place))) for place in reading.places]
    reading.end()
    return reading.files([item for place, found in read for item in reading.named(place, found)])


def stream_response_files(
    patterns: Sequence[str], columns: ResponseColumns | None = None, *, form: str = "auto"
) -> ResponseFiles:
    """The same responses as `read_response_files`, to be read once, in the memory of a few of them.

    The files are read once for what must be known first (languages, whether every row is right, whether files
    hold the same items), and again for the responses.

    Args:
        patterns: as for `read_response_files`.
        columns: as there.
        form: as there.

    Raises:
        InputError: as there, before any response is given out.
    """
    reading = _ResponseReading(patterns, columns, form)
    for place in reading.places:
        deque(reading.responses(place), maxlen=0)
    reading.end()
    found = (reading.named(place, reading.again(place)) for place in reading.places)
    return reading.files(itertools.chain.from_iterable(found))


class _ResponseReading:
    """One reading of some files, and what it has learned of them so far."""

    def __init__(self, patterns: Sequence[str], columns: ResponseColumns | None, form: str) -> None:
        self._patterns, self._form, self._plan = patterns, form, columns or ResponseColumns()
        unknown = [role for role in (*self._plan.fields, *self._plan.constants) if role not in ROLES]
        if unknown:
            raise InputError(f"unknown role {unknown[0]!r}", remedy=f"roles are {', '.join(ROLES)}")
        self.places = [place for pattern in patterns for place in places_of(pattern)]
        self._tags, self._notes, self._languages = Tags(), Counter[str](), set[str]()
        self._seen: set[int] = set()
        self._twice = False
        """Files without a model's name hold the same items: they are of different models."""

    def responses(self, place: LogPlace) -> Iterator[Response]:
        """The responses of one file."""
        mine: set[int] = set()
        for item in _of_file(place, self._plan, self._form, self._tags, self._notes):
            self._languages.add(item.language)
            if len(self.places) > 1 and item.model == UNNAMED:
                mine.add(hash((item.source, item.language, item.id, item.sample)))
            yield item
        self._twice = self._twice or not self._seen.isdisjoint(mine)
        self._seen |= mine

    def end(self) -> None:
        """All files were read: refuse files without any response, and say what is unusual."""
        first = self.places[0].path if self.places else ""
        if not self._languages:
            for error in self._tags.unknown.values():
                raise InputError(f"{first}, row 1, language: {error.message}", remedy=error.remedy)
            raise InputError(f"{first}: the table has no rows")
        self._seen.clear()
        if self._twice:
            self._notes[_SAME_ITEMS] += 1

    def again(self, place: LogPlace) -> Iterator[Response]:
        """The responses of one file once more; nothing new is learned of them."""
        return _of_file(place, self._plan, self._form, Tags(), Counter())

    def named(self, place: LogPlace, found: Iterable[Response]) -> Iterator[Response]:
        """Responses with the name of their file as that of their model, where only it tells models apart."""
        name = place.path.name.partition(".")[0]
        for item in found:
            yield replace(item, model=name) if self._twice and item.model == UNNAMED else item

    def files(self, responses: Iterable[Response]) -> ResponseFiles:
        """What was learned, with the responses."""
        shown = self._patterns[0] if len(self._patterns) == 1 else f"{len(self.places)} files"
        notes = (text if count == 1 else f"{text} ({count} rows)" for text, count in self._notes.items())
        return ResponseFiles(
            name=Path(shown).name or shown,
            languages=tuple(sorted(self._languages)),
            notes=tuple(notes),
            responses=responses,
        )


_SAME_ITEMS: Final = "several files hold the same items and name no model: a file's name stands for its model"


def _of_file(
    place: LogPlace, plan: ResponseColumns, form: str, tags: Tags, notes: Counter[str]
) -> Iterator[Response]:
    path = place.path
    with open_log(path) as opened:
        first = list(itertools.islice(opened.rows, _SEEN_ROWS))
        if not first:
            raise InputError(f"{path}: the table has no rows")
        for number, row in first:
            if not isinstance(row, Mapping):
                raise InputError(f"{path}, row {number}: not a JSON object", remedy="write an object a row")
        chosen = _chosen_form(path, [row for _, row in first], form)
        names = _columns(path, [row for _, row in first], chosen, plan, opened.common, place)
        common = {role: value for role, value in opened.common.items() if value}
        guessed = common.pop("_note", None)
        if place.language is not None:
            common["language"] = place.language
        elif guessed and "language" not in {*names, *plan.constants}:
            notes[guessed] = 1
        filters: set[str] = set()
        for number, row in itertools.chain(first, opened.rows):
            for roles in _roles_of(path, number, row, chosen, names):
                if _another_filter(roles, filters):
                    continue
                merged = {**common, **{role: value for role, value in roles.items() if value is not None}}
                merged |= plan.constants
                if "language" not in merged:
                    merged["language"] = _language_of(merged)
                response = response_of(f"{path}, row {number}", number, merged, plan, tags)
                if response is None:
                    tag = str(merged["language"]).strip()
                    notes[f"{path.name}: rows left out: {tags.unknown[tag].message}"] += 1
                else:
                    yield response


def _language_of(roles: Tree) -> str | None:
    task = roles.get("_task")
    return code_in(str(task)) if task else None


def _another_filter(roles: Tree, seen: set[str]) -> bool:
    """The harness writes every sample once for each filter: those of the first are read."""
    name = roles.get("_filter")
    if not isinstance(name, str):
        return False
    seen.add(name) if not seen else None
    return name not in seen


def _chosen_form(path: Path, rows: Sequence[Tree], form: str) -> LogForm:
    if form == "auto":
        return form_of(rows)
    chosen = next(item for item in FORMS if item.name == form)
    if not all(chosen.fits(row) for row in rows):
        raise InputError(
            f"{path} is no {chosen.title}", remedy=f"--format auto takes it as {form_of(rows).title}"
        )
    return chosen


def _columns(
    path: Path,
    rows: Sequence[Tree],
    form: LogForm,
    plan: ResponseColumns,
    common: Tree,
    place: LogPlace,
) -> dict[str, str]:
    """The column (or path) of each role: those that were named, and for plain rows those with usual names."""
    names: dict[str, str] = {}
    columns = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    for role in ROLES:
        if role in plan.constants:
            continue
        if role in plan.fields:
            names[role] = plan.fields[role]
            if not any(names[role] in row or look_up(row, names[role]) is not None for row in rows):
                raise _missing(path, names[role], role, columns)
        elif role not in SAID_BY_FORM.get(form.name, ROLES):
            found = usual_column(role, rows, names.values())
            if found is not None:
                names[role] = found
    if form.name == "rows" and "response" not in names:
        raise _missing(path, "response", "response", columns)
    known = {*names, *plan.constants, *(role for role, value in common.items() if value)}
    if "language" not in known and place.language is None and form.name in {"rows", "chat"}:
        raise _missing(path, "language", "language", columns)
    return names


def _missing(path: Path, name: str, role: str, present: Sequence[str]) -> InputError:
    remedy = f"name the column of this file that holds it, as in --field {role}=COLUMN"
    if role == "language":
        remedy += ", or give one language for all rows with --language"
    columns = ", ".join(present[:20])
    return InputError(f"{path}: no column {name!r} for {role}; it has {columns}", remedy=remedy)


def _roles_of(
    path: Path, number: int, row: Tree, form: LogForm, names: Mapping[str, str]
) -> Iterator[JsonObject]:
    if not isinstance(row, Mapping) or not form.fits(row):
        raise InputError(
            f"{path}, row {number}: no {form.title}, as the rows before it are",
            remedy="keep rows of one kind in a file, or say which it is with --format",
        )
    given = {role: _present(look_up(row, name)) for role, name in names.items()}
    try:
        found = list(form.read(row))
    except InputError as error:
        raise InputError(f"{path}, row {number}: {error.message}", remedy=error.remedy) from error
    except (TypeError, AttributeError, LookupError, ValueError) as error:  # a form digs in trees of anything
        raise InputError(
            f"{path}, row {number}: a field has not the shape that {form.title} has: {error}",
            remedy="mend the row, or read the file as another kind with --format rows",
        ) from error
    for roles in found:
        yield from _samples({**roles, **{role: value for role, value in given.items() if value is not None}})


def _present(value: Any) -> Any:
    """A value, or None for a number that is none (a missing value of a data frame)."""
    return None if isinstance(value, NonFinite) else value


def _samples(roles: JsonObject) -> Iterator[JsonObject]:
    """One for each sample: a list of texts is several responses, a list of turns is one chat."""
    if "prompt" in roles:
        roles["prompt"] = prompt_text(roles["prompt"])
    said = roles["response"] = said_text(roles.get("response"))
    if isinstance(said, Mapping) and ("role" in said or "content" in said):
        said = [said]
    if isinstance(said, Mapping) and said and all(_are_said(group) for group in said.values()):
        said = [item for group in said.values() for item in group]  # by temperature
    said = turns_of(said)
    if isinstance(said, list) and said and all(isinstance(item, Mapping) for item in said):
        if len(said) > 1 and not any("role" in item or "from" in item for item in said):
            said = [{"text": item.get("content", item.get("text"))} for item in said]
        if any("content" in item or "value" in item for item in said):
            chat = chat_roles([{"role": "assistant", **item} for item in said])
            prompt = roles.get("prompt") or chat["prompt"]
            thinking = roles.get("thinking") or chat["thinking"]
            yield {**roles, "response": chat["response"], "prompt": prompt, "thinking": thinking}
            return
        if all(isinstance(item.get("text"), str) for item in said):
            said = [item["text"] for item in said]
    if not isinstance(said, list):
        yield roles
        return
    for number, text in enumerate(said):
        one = {
            role: value[number] if role in _BY_SAMPLE and _as_long(value, said) else value
            for role, value in roles.items()
        }
        yield {**one, "response": text, "sample": number if len(said) > 1 else one.get("sample")}


def _are_said(group: Any) -> bool:
    """Whether a value is a list of texts, or of objects that hold one."""
    said = isinstance(group, list) and bool(group)
    return said and all(isinstance(item, str) or isinstance(look_up(item, "content"), str) for item in group)


_BY_SAMPLE: Final = frozenset({"finish_reason", "thinking", "output_tokens", "language"})
"""Roles that may have a list with a value for each sample."""


def _as_long(value: Any, said: Sequence[Any]) -> bool:
    return isinstance(value, list) and len(value) == len(said)
