"""One source row becomes a record, or a rejected row with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from parallelize.core.errors import InputError
from parallelize.core.records import Part, Record, Role, Text, Treatment
from parallelize.core.trees import Tree, quoted_name
from parallelize.stages.ingest.language_tasks import is_language_task
from parallelize.stages.ingest.layout import Layout, TextRule
from parallelize.stages.ingest.parts import (
    OBSERVATION,
    begun_by,
    code_parts,
    has_inner_words,
    json_parts,
    observed,
    thinking_parts,
    turn_parts,
)
from parallelize.stages.ingest.places import Entry, Place, has_speaker, is_turn
from parallelize.stages.ingest.source_language import is_foreign, is_plainly_in
from parallelize.stages.ingest.spec import NoteKind, RejectedRow, RejectReason
from parallelize.stages.ingest.values import NonFinite, answer_text, held_answer
from parallelize.text.answers import final_answer
from parallelize.text.kinds import TextKind, is_plain_prose, text_kind

__all__ = ["Ids", "RowReader"]

_SHORT_ROLES: Final = frozenset({Role.CHOICE, Role.CONTEXT, Role.OTHER, Role.ANSWER})
"""Roles whose texts may be numbers and signs; those are copied."""
# Members that every text is compared with: looking one up in its class takes longer than the comparison.
_TRANSLATE, _COPY, _JSON = Treatment.TRANSLATE, Treatment.COPY, Treatment.JSON
_PROBLEM, _SOLUTION, _MESSAGE, _CHOICE = Role.PROBLEM, Role.SOLUTION, Role.MESSAGE, Role.CHOICE
_NOTED: Final = "O<["
"""How texts begin that `_look_inside` may have to say something of, beside those with a fence."""
_FOUND: Final = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "a truth value",
    int: "a number",
    float: "a number",
}


class Ids(Protocol):
    """Gives every row its id; see `stages.ingest.identity`."""

    def of(self, row: Tree, code: int, /) -> str: ...


class RowReader:
    """Reads rows by a layout."""

    def __init__(
        self,
        layout: Layout,
        ids: Ids,
        place: Callable[[int], str],
        note: Callable[[NoteKind, int, str], None],
        *,
        keep_language_tasks: bool = True,
    ) -> None:
        """Prepare a pass over the rows.

        Args:
            layout: what is done with the texts of each place.
            ids: gives ids.
            place: says where the row is that a place code means.
            note: told of rows without solution or answer, and of texts that are copied.
            keep_language_tasks: whether rows about the language itself are records, too.
        """
        self._layout = layout
        self._language = layout.language
        self._root = layout.root.copy()
        self._ids = ids
        self._place = place
        self._note = note
        self._problem = layout.problem
        self._keeps_thinking = layout.policy.treatments.get(Role.THINKING.value) == Treatment.KEEP.value
        self._comments, self._staying = layout.policy.comments, layout.policy.staying_inner
        # Comments that stay are looked for in fences alone; other words that stay, in every text.
        self._looks_inside = len(self._staying) > (0 if self._comments else 1)
        self._observes = False
        self._chats = layout.chats
        self._drops_language_tasks = not keep_language_tasks
        self._texts: list[Text] = []
        self._code = 0

    def read(self, row: Any, code: int) -> Record | RejectedRow:
        """Turn a row into a record.

        Args:
            row: all columns, JSON values. It becomes the record's row: do not change it afterwards.
            code: place code of the row.

        Raises:
            InputError: the column of ids was named by the user, and this id cannot be used.
        """
        if type(row) is not dict:
            found = _FOUND.get(type(row), "null")
            return self._rejected(
                f"row-{code}", RejectReason.ODD_ROW, code, f"the row is {found}, not an object", row
            )
        try:
            row_id = self._ids.of(row, code)
        except InputError as error:
            if self._layout.id_is_given:
                raise
            return RejectedRow(id=f"row-{code}", reason=RejectReason.BAD_ID, detail=error.message, row=row)
        if (odd := self._oddity(row)) is not None:
            return self._rejected(row_id, odd[0], code, odd[1], row)
        self._texts, self._code, self._observes = [], code, False
        columns = self._root.children
        for name, value in row.items():
            if value is not None:
                place = columns.get(name) or self._root.child(name)
                rule = place.rule
                if type(value) is not str or rule is None:
                    self._walk(value, place, place.quoted)
                elif (rule.treatment is not _COPY or rule.role is _CHOICE) and value and not value.isspace():
                    self._add(value, rule, place.quoted)
        if self._observes:
            self._texts = observed(self._texts)
        texts = self._texts
        if not texts:
            return self._rejected(row_id, RejectReason.NO_TEXT, code, "no column holds any language", row)
        if self._drops_language_tasks and self._is_language_task():
            detail = 'the task is about words of its language ([source] language_tasks = "keep" keeps it)'
            return self._rejected(row_id, RejectReason.UNTRANSLATABLE, code, detail, row)
        return Record(row_id, row, tuple(texts), self._answer(row))

    def _is_language_task(self) -> bool:
        """Whether what is asked first is about the language itself."""
        for item in self._texts:
            if item.role is _PROBLEM or item.speaker == "user":
                return is_language_task(item.text, self._language)
        return False

    def _oddity(self, row: Tree) -> tuple[RejectReason, str] | None:
        """What makes a row unusable, whatever else stands in it."""
        for name in self._chats:
            value = row.get(name)
            if value is not None and type(value) is not list:
                return RejectReason.BAD_CHAT, f"column {name!r} holds {_named(value)}, not a list of turns"
            for number, turn in enumerate(value or ()):
                if not has_speaker(turn) and not (type(turn) is dict and type(turn.get("type")) is str):
                    return RejectReason.BAD_CHAT, f"turn {number} of {name!r} has no role"
        if self._problem is not None:
            value = self._problem.first(row)
            blank = (not value or value.isspace()) if type(value) is str else isinstance(value, NonFinite)
            if value is None or blank:
                if not any(row.get(name) for name in self._chats):
                    return RejectReason.NO_PROBLEM, f"column {self._problem.pattern!r} is null or blank"
            elif type(value) is not str:
                return (
                    RejectReason.ODD_ROW,
                    f"column {self._problem.pattern!r} holds {_named(value)}, not text",
                )
        return None

    def _walk(self, value: Any, place: Place, path: str) -> None:
        kind = type(value)
        if kind is str:
            if value and not value.isspace():
                rule = place.rule
                if rule is None:
                    rule = self._layout.late(place, value)
                if rule.treatment is not _COPY or rule.role is _CHOICE:
                    self._add(value, rule, path)
        elif place.skip:
            return
        elif kind is dict:
            for name, inner in value.items():
                if inner is not None:
                    below = place.children.get(name) or place.child(name)
                    self._walk(
                        inner, below, f"{path}.{below.quoted if below.name == name else quoted_name(name)}"
                    )
        elif kind is list or kind is Entry:
            if kind is Entry or (len(value) == 2 and is_turn(value, place)):
                value = [None, value[1]]
            for index, inner in enumerate(value):
                if inner is not None:
                    self._walk(inner, place.item(inner), f"{path}[{index}]")

    def _add(self, value: str, rule: TextRule, path: str) -> None:
        if (rule.comments_only or rule.in_turns) and self._add_told(value, rule, path):
            return
        treatment = rule.treatment
        own = treatment is _TRANSLATE and is_plainly_in(value, self._language)
        if not own or not is_plain_prose(value):
            kind = text_kind(value)
            if kind is TextKind.JSON or treatment is _JSON:
                self._add_json(value, rule, path, whole=kind is TextKind.JSON)
                return
            if kind is TextKind.VALUE and rule.role in _SHORT_ROLES:
                if rule.role is _CHOICE:  # a prompt has all choices, whatever they are
                    self._append(rule, path, value, _COPY, None)
                return
            if kind is TextKind.CODE:
                if self._add_remarks(value, rule, path):
                    return
                self._note(NoteKind.CODE, self._code, rule.pattern)
                treatment = Treatment.COPY
        if treatment is _TRANSLATE:
            if value[0] in _NOTED or self._looks_inside or ("`" in value and "```" in value):
                self._look_inside(value, rule)
            if not own and is_foreign(value, self._language):
                self._note(NoteKind.FOREIGN, self._code, rule.pattern)
                treatment = Treatment.COPY
            elif self._keeps_thinking and (parts := thinking_parts(value)):
                for part, done in parts:
                    self._append(rule, path, value[part.start : part.end], done, part)
                return
        self._texts.append(Text(path, rule.role, value, treatment, rule.speaker))

    def _add_remarks(self, value: str, rule: TextRule, path: str) -> bool:
        """Add what code says to its reader, as far as that is translated; whether it says anything."""
        if not self._comments and rule.role is not _PROBLEM:
            return False
        said = code_parts(value, self._language, comments=self._comments)
        for part, text in said:
            self._append(rule, path, text, _TRANSLATE, part)
        return bool(said)

    def _add_told(self, value: str, rule: TextRule, path: str) -> bool:
        """Add remarks of code, or what is said in a chat that is one text; whether it was one."""
        if rule.comments_only:
            self._add_remarks(value, rule, path)
            return True
        turns = turn_parts(value)
        for part, treatment in turns:
            said = value[part.start : part.end]
            foreign = treatment is _TRANSLATE and is_foreign(said, self._language)
            self._append(rule, path, said, _COPY if foreign else treatment, part)
        return bool(turns)

    def _look_inside(self, value: str, rule: TextRule) -> None:
        """Note what of a text will stay as it is, or be read as something else than its author meant."""
        if value.startswith(OBSERVATION):
            self._observes = True
        if has_inner_words(value, self._staying):
            self._note(NoteKind.INNER_WORDS, self._code, rule.pattern)
        if rule.role is _SOLUTION or rule.speaker == "assistant":
            mark = begun_by(value)
            if mark is not None:
                self._note(NoteKind.UNREAD_MARK, self._code, f"{rule.pattern}: {mark}")

    def _add_json(self, value: str, rule: TextRule, path: str, *, whole: bool) -> None:
        parts = json_parts(value, self._layout.language, short=rule.role is Role.CHOICE) if whole else ()
        for part, text in parts:
            self._append(rule, path, text, Treatment.TRANSLATE, part)
        if not parts:
            self._append(rule, path, value, Treatment.COPY, None)

    def _append(self, rule: TextRule, path: str, text: str, treatment: Treatment, part: Part | None) -> None:
        self._texts.append(Text(path, rule.role, text, treatment, rule.speaker, part))

    def _answer(self, row: Tree) -> str | None:
        """The short answer that a column holds, else that of the solution."""
        for place in self._layout.answers:
            given = _given(place.first(row))
            if given is not None and place.rule is not None and place.rule.role is _SOLUTION:
                given = self._final(given)
            if given is not None:
                return given
        solution = _solution(self._texts)
        if solution is not None:
            found = self._final(solution.text)
            if found is not None:
                return found
        elif self._layout.has_solutions:
            self._note(NoteKind.NO_SOLUTION, self._code, "")
        columns = ", ".join(place.pattern for place in self._layout.answers)
        self._note(NoteKind.NO_ANSWER, self._code, columns)
        return None

    def _final(self, text: str) -> str | None:
        found = final_answer(text, self._layout.language)
        return None if found is None else found.value

    def _rejected(self, row_id: str, reason: RejectReason, code: int, detail: str, row: Any) -> RejectedRow:
        return RejectedRow(id=row_id, reason=reason, detail=f"{self._place(code)}: {detail}", row=row)


def _named(value: Any) -> str:
    return _FOUND.get(type(value), type(value).__name__)


def _given(value: Any) -> str | None:
    """A short answer; that in JSON text such as `["42"]` or `{"ground_truth": "42"}`."""
    if type(value) is str:
        if value[:1] not in ("[", "{"):
            return value if value.strip() else None
        inside = held_answer(value)
        return value if inside is None else inside
    try:
        return answer_text(value)
    except TypeError:
        return None


def _solution(texts: list[Text]) -> Text | None:
    """The first solution, else what an assistant said last."""
    found = None
    for item in texts:
        role = item.role
        if role is _SOLUTION:
            return item
        if role is _MESSAGE and item.speaker == "assistant":
            found = item
    return found
