"""One source row becomes a record, or a rejected row with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from parallelize.core.errors import InputError
from parallelize.core.records import Field, Record, Role
from parallelize.stages.ingest.roles import Column, RoleMapping
from parallelize.stages.ingest.spec import NoteKind, RejectedRow, RejectReason
from parallelize.stages.ingest.values import NonFinite, answer_text
from parallelize.text.answers import final_answer

__all__ = ["Ids", "RowReader"]

_CHAT_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
}
"""Names of ShareGPT exports and of Gemma's template, as OpenAI's format calls them."""
_ROLE_KEYS = ("role", "from")
_TEXT_KEYS = ("content", "value")


class Ids(Protocol):
    """Gives every row its id; see `stages.ingest.identity`."""

    def of(self, row: Mapping[str, Any], code: int, /) -> str: ...


class RowReader:
    """Reads rows by a role mapping."""

    def __init__(
        self,
        mapping: RoleMapping,
        ids: Ids,
        place: Callable[[int], str],
        note: Callable[[NoteKind, int, str], None],
        language: str,
    ) -> None:
        """Prepare.

        Args:
            mapping: which column is what.
            ids: gives ids.
            place: says where the row is that a place code means.
            note: told of rows without solution or answer.
            language: BCP-47 code of the source language.
        """
        self._mapping = mapping
        self._ids = ids
        self._place = place
        self._note = note
        self._language = language
        columns = (mapping.problem, mapping.solution, mapping.messages, mapping.id)
        self._used = [column for column in columns if column is not None]
        if mapping.answer is not None and not mapping.answer_inside:
            self._used.append(mapping.answer)

    def read(self, row: dict[str, Any], code: int) -> Record | RejectedRow:
        """Turn a row into a record.

        Args:
            row: all columns, JSON values. It becomes the record's metadata: do not use it afterwards.
            code: place code of the row.

        Raises:
            InputError: a column holds something of the wrong type, or the id cannot be used.
        """
        row_id = self._ids.of(row, code)
        if self._mapping.messages is not None:
            return self._chat(row_id, row, code, self._mapping.messages)
        return self._plain(row_id, row, code)

    def _plain(self, row_id: str, row: dict[str, Any], code: int) -> Record | RejectedRow:
        mapping = self._mapping
        fields: list[Field] = []
        solution = None
        if mapping.problem is not None:
            problem = self._text(row, mapping.problem, code)
            if problem is None:
                return self._rejected(
                    row_id, RejectReason.NO_PROBLEM, code, f"column {str(mapping.problem)!r} is null or blank"
                )
            fields.append(Field(path="problem", role=Role.PROBLEM, text=problem))
        if mapping.solution is not None:
            solution = self._text(row, mapping.solution, code)
            if solution is not None:
                fields.append(Field(path="solution", role=Role.SOLUTION, text=solution))
            elif fields:
                self._note(NoteKind.NO_SOLUTION, code, str(mapping.solution))
            else:
                return self._rejected(
                    row_id, RejectReason.NO_TEXT, code, f"column {str(mapping.solution)!r} is null or blank"
                )
        answer = self._answer(row, code, solution)
        return Record(id=row_id, fields=tuple(fields), answer=answer, metadata=self._rest(row))

    def _chat(self, row_id: str, row: dict[str, Any], code: int, column: Column) -> Record | RejectedRow:
        turns = column.of(row)
        if turns is None or turns == []:
            return self._rejected(row_id, RejectReason.NO_TEXT, code, f"column {str(column)!r} has no turns")
        if not isinstance(turns, list):
            raise self._wrong_type(turns, column, code, "a list of chat turns")
        roles, fields, extras = [], [], []
        for index, turn in enumerate(turns):
            role, content, extra = self._turn(turn, index, column, code)
            text = _plain_content(content)
            if text is None:
                return self._rejected(
                    row_id, RejectReason.BAD_CHAT, code, f"turn {index} of {str(column)!r} is not plain text"
                )
            roles.append(role)
            fields.append(Field(path=f"messages.{index}", role=Role.MESSAGE, text=text))
            extras.append(extra)
        if not any(field.text.strip() for field in fields):
            return self._rejected(row_id, RejectReason.NO_TEXT, code, f"column {str(column)!r} has no words")
        last = next(
            (
                field.text
                for field, role in zip(reversed(fields), reversed(roles), strict=True)
                if role == "assistant"
            ),
            None,
        )
        answer = self._answer(row, code, last)
        metadata = self._rest(row)
        if any(extras):
            metadata[column.path[0]] = extras
        return Record(
            id=row_id, fields=tuple(fields), answer=answer, message_roles=tuple(roles), metadata=metadata
        )

    def _turn(self, turn: Any, index: int, column: Column, code: int) -> tuple[str, Any, dict[str, Any]]:
        """Role, content and the other keys of a turn."""
        role_key = next((key for key in _ROLE_KEYS if isinstance(turn, Mapping) and turn.get(key)), None)
        if role_key is None or not isinstance(turn[role_key], str):
            raise InputError(
                f"{self._place(code)}: turn {index} of {str(column)!r} has no role",
                remedy='a turn is {"role": …, "content": …} or {"from": …, "value": …}',
            )
        text_key = next((key for key in _TEXT_KEYS if turn.get(key) is not None), None)
        extra = {
            key: value for key, value in turn.items() if key not in {role_key, text_key} and value is not None
        }
        role = turn[role_key]
        return _CHAT_ROLES.get(role, role), turn.get(text_key) if text_key else None, extra

    def _answer(self, row: Mapping[str, Any], code: int, solution: str | None) -> str | None:
        mapping = self._mapping
        answer = None
        if mapping.answer is not None:
            answer = self._given_answer(row, mapping.answer, code)
            if answer is not None and mapping.answer_inside:
                answer = self._final(answer)
        if answer is None and solution is not None:
            answer = self._final(solution)
        if answer is None:
            self._note(NoteKind.NO_ANSWER, code, "" if mapping.answer is None else str(mapping.answer))
        return answer

    def _given_answer(self, row: Mapping[str, Any], column: Column, code: int) -> str | None:
        value = column.of(row)
        if type(value) is str:
            return value if value.strip() else None
        try:
            return answer_text(value)
        except TypeError:
            raise self._wrong_type(value, column, code, "text or a number") from None

    def _final(self, text: str) -> str | None:
        found = final_answer(text, self._language)
        return None if found is None else found.value

    def _text(self, row: Mapping[str, Any], column: Column, code: int) -> str | None:
        """The text of a column; `None` for null and blank."""
        value = column.of(row)
        if type(value) is str:
            return value if value and not value.isspace() else None
        if value is None or isinstance(value, NonFinite):
            return None
        raise self._wrong_type(value, column, code, "text")

    def _wrong_type(self, value: Any, column: Column, code: int, wanted: str) -> InputError:
        found = _TYPE_NAMES.get(type(value), type(value).__name__)
        inside = sorted(value) if isinstance(value, Mapping) else []
        hint = f"; its parts are {', '.join(f'{column}.{key}' for key in inside[:8])}" if inside else ""
        return InputError(
            f"{self._place(code)}, column {str(column)!r}: {wanted} expected, found {found}",
            remedy=f"name another column, or convert this one{hint}",
        )

    def _rejected(self, row_id: str, reason: RejectReason, code: int, detail: str) -> RejectedRow:
        return RejectedRow(id=row_id, reason=reason, detail=f"{self._place(code)}: {detail}")

    def _rest(self, row: dict[str, Any]) -> dict[str, Any]:
        for column in self._used:
            if len(column.path) == 1:
                row.pop(column.path[0], None)
            else:
                column.without(row)
        return row


_TYPE_NAMES: dict[type, str] = {
    list: "a list",
    dict: "an object",
    int: "a number",
    float: "a number",
    bool: "a truth value",
    str: "text",
}


def _plain_content(content: Any) -> str | None:
    """Text of a turn: a string, or a list of exactly one text part; `None` for anything else."""
    if type(content) is str:
        return content
    if isinstance(content, Sequence) and len(content) == 1 and isinstance(content[0], Mapping):
        part = content[0]
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            return str(part["text"])
    return None
