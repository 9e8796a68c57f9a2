"""Which column is what: named by the user, or told from names and values of the first rows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import InputError
from parallelize.stages.ingest.spec import CONTENT_ID, NO_COLUMN, Roles
from parallelize.stages.ingest.values import NonFinite, answer_text

__all__ = ["Column", "RoleMapping", "is_worked", "map_roles"]

_NAMES: dict[str, tuple[str, ...]] = {
    "problem": (
        "problem",
        "question",
        "problem_statement",
        "prompt",
        "query",
        "instruction",
        "input",
    ),
    "solution": (
        "solution",
        "reasoning",
        "reasoning_content",
        "cot",
        "chain_of_thought",
        "rationale",
        "response",
        "output",
        "completion",
        "generation",
        "generated_solution",
        "proof",
    ),
    "answer": (
        "answer",
        "final_answer",
        "expected_answer",
        "ground_truth",
        "gold_answer",
        "answer_number",
        "correct_answer",
        "target",
    ),
    "messages": ("messages", "conversations", "conversation", "chat"),
    "id": ("id", "unique_id", "uuid", "problem_id"),
}
"""Names that columns of public reasoning datasets have, best first."""
_TEXT_ROLES = ("problem", "solution")
_WORKED_MARK = re.compile(r"^####\s*\S", re.MULTILINE)
"""GSM8K ends its solutions with a line `#### <answer>` (Cobbe et al. 2021, arXiv:2110.14168)."""
_WORKED_CHARS = 300
"""An answer above this length is taken for a worked solution. The longest short answer of MATH has 159
characters; a worked GSM8K answer has the mark whatever its length."""
_WORKED_LINES = 4
_SHOWN_COLUMNS = 24
_SHOWN_CHARS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a place inside one."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.path)

    def of(self, row: Mapping[str, Any]) -> Any:
        """The value in a row; `None` where any part of the path is missing."""
        if len(self.path) == 1:
            return row.get(self.path[0])
        value: Any = row
        for part in self.path:
            if not isinstance(value, Mapping):
                return None
            value = value.get(part)
        return value

    def without(self, row: dict[str, Any]) -> None:
        """Remove the value from a row in place; what lies beside it inside its column stays."""
        name, *inner = self.path
        if not inner:
            row.pop(name, None)
        elif isinstance(row.get(name), dict):
            row[name] = rest = dict(row[name])
            Column(tuple(inner)).without(rest)
            if not rest:
                del row[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleMapping:
    """Which column plays which role in a source."""

    problem: Column | None
    solution: Column | None
    """Also when it was the `answer` column that held worked solutions."""
    answer: Column | None
    """Short ground truth, kept and never translated."""
    messages: Column | None
    id: Column | None
    """`None`: content addresses."""
    given: frozenset[str]
    """Roles that the user named."""
    worked_answer: bool
    """Whether `solution` came from the `answer` column because that holds worked solutions."""
    answer_inside: bool
    """Whether `answer` holds worked solutions beside another solution: the final answer is read from it, and
    the column itself is kept as metadata."""
    left: tuple[str, ...]
    """Columns with a role's name that were left as metadata: they are not translated."""

    def explain(self) -> str:
        """Say in one paragraph what was chosen and why, for the user to check."""
        parts = []
        for role in ("messages", "problem", "solution", "answer", "id"):
            column: Column | None = getattr(self, role)
            if column is not None:
                parts.append(f"{role} ← {column} ({self._why(role)})")
        if self.answer is None and (self.solution or self.messages):
            parts.append("answer read from the solution, where it marks one")
        if self.id is None:
            parts.append("id computed from the row's content")
        text = "; ".join(parts)
        if self.left:
            text += f". Kept as metadata, not translated, though the name fits a role: {', '.join(self.left)}"
        return text

    def _why(self, role: str) -> str:
        if role == "solution" and self.worked_answer:
            return "its values are worked solutions, not short answers"
        why = "as given" if role in self.given else "detected"
        return f"{why}; read from its worked solutions" if role == "answer" and self.answer_inside else why


def is_worked(text: str) -> bool:
    """Whether the text of an answer column is a worked solution rather than a short answer."""
    if len(text) > _WORKED_CHARS or text.count("\n") >= _WORKED_LINES:
        return True
    mark = _WORKED_MARK.search(text)
    return mark is not None and text[: mark.start()].strip() != ""


def map_roles(
    roles: Roles, id_column: str | None, sample: Sequence[Mapping[str, Any]], shown: str
) -> RoleMapping:
    """Choose a column for each role.

    What the user names is taken; the rest is looked for among the known names (see `explain`). If plain
    columns give a problem with a solution or answer, a chat in the same rows is left as metadata.

    Args:
        roles: what the user said.
        id_column: what the user said of ids.
        sample: first rows of the source (of several of its files); not empty.
        shown: name of the source in messages.

    Raises:
        InputError: a named column is in no row of the sample, or no text column was found.
    """
    given = {role: _named(column, role, sample, shown) for role, column in roles.given().items()}
    if "messages" in given and ("problem" in given or "solution" in given):
        raise InputError(
            "messages and problem or solution were both given a column",
            remedy="a row is read either as a chat (messages) or as plain columns (problem, solution)",
        )
    chosen = _Choice(roles, given, sample).choose()
    if not any(chosen[role] for role in ("problem", "solution", "messages")):
        raise _nothing_found(sample, shown)
    worked = _answer_is_worked(chosen["answer"], sample)
    moved = worked and not chosen["messages"] and not chosen["solution"] and roles.solution != NO_COLUMN
    if moved:
        chosen["solution"], chosen["answer"] = chosen["answer"], None
    return RoleMapping(
        problem=chosen["problem"],
        solution=chosen["solution"],
        answer=chosen["answer"],
        messages=chosen["messages"],
        id=_id_column(id_column, sample, shown),
        given=frozenset(given) | (frozenset({"id"}) if id_column else frozenset()),
        worked_answer=moved,
        answer_inside=worked and not moved,
        left=_left(chosen, sample),
    )


class _Choice:
    """Detection of the roles that the user left open."""

    def __init__(
        self, roles: Roles, given: Mapping[str, Column], sample: Sequence[Mapping[str, Any]]
    ) -> None:
        self._roles = roles
        self._given = given
        self._sample = sample

    def choose(self) -> dict[str, Column | None]:
        chosen: dict[str, Column | None] = dict.fromkeys(("problem", "solution", "answer", "messages"))
        chosen.update(self._given)
        for role in ("problem", "answer", "solution", "messages"):
            if role not in self._given and getattr(self._roles, role) != NO_COLUMN:
                chosen[role] = self._find(role, set(chosen.values()))
        if chosen["solution"] is None and self._open("solution"):
            chosen["solution"] = self._find_nested("solution")
        plain = chosen["problem"] is not None and (chosen["solution"] or chosen["answer"]) is not None
        if "messages" in self._given or (
            chosen["messages"] is not None and not plain and not self._named_text()
        ):
            chosen["problem"] = chosen["solution"] = None
        else:
            chosen["messages"] = None
        return chosen

    def _open(self, role: str) -> bool:
        return role not in self._given and getattr(self._roles, role) != NO_COLUMN

    def _named_text(self) -> bool:
        return "problem" in self._given or "solution" in self._given

    def _find(self, role: str, taken: set[Column | None]) -> Column | None:
        for name in _NAMES[role]:
            column = Column((name,))
            if column not in taken and _fits(role, [column.of(row) for row in self._sample]):
                return column
        return None

    def _find_nested(self, role: str) -> Column | None:
        for outer in _columns(self._sample):
            for name in _NAMES[role]:
                column = Column((outer, name))
                if _fits(role, [column.of(row) for row in self._sample]):
                    return column
        return None


def _fits(role: str, values: list[Any]) -> bool:
    """Whether a column's values, where they are not null, can play a role."""
    present = [value for value in values if value is not None and not isinstance(value, NonFinite)]
    if not present:
        return False
    if role in _TEXT_ROLES:
        return all(isinstance(value, str) for value in present) and any(value.strip() for value in present)
    if role == "messages":
        return all(isinstance(value, list) for value in present) and any(
            isinstance(value[0], Mapping) for value in present if value
        )
    return all(_is_answer(value) for value in present)


def _is_answer(value: Any) -> bool:
    try:
        return answer_text(value) is not None or value in ("", [])
    except TypeError:
        return False


def _answer_is_worked(column: Column | None, sample: Sequence[Mapping[str, Any]]) -> bool:
    if column is None:
        return False
    texts = [value for row in sample if isinstance(value := column.of(row), str) and value.strip()]
    return bool(texts) and sum(map(is_worked, texts)) * 2 > len(texts)


def _named(text: str, what: str, sample: Sequence[Mapping[str, Any]], shown: str) -> Column:
    """The column that the user means; a literal name wins over a path."""
    literal = Column((text,))
    if any(text in row for row in sample):
        return literal
    nested = Column(tuple(text.split(".")))
    if len(nested.path) > 1 and any(_has(row, nested.path) for row in sample):
        return nested
    raise _missing_column(text, what, sample, shown)


def _has(row: Any, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(row, Mapping) or part not in row:
            return False
        row = row[part]
    return True


def _missing_column(text: str, what: str, sample: Sequence[Mapping[str, Any]], shown: str) -> InputError:
    names = _columns(sample)
    nested = [
        f"{outer}.{inner}"
        for outer in names
        for inner in _columns([row[outer] for row in sample if isinstance(row.get(outer), Mapping)])
    ]
    near = difflib.get_close_matches(text, [*names, *nested], n=3, cutoff=0.6)
    if not near:
        near = [name for name in nested if name.rpartition(".")[2] == text]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return InputError(
        f"{shown} has no column {text!r}, which was named as {what}",
        remedy=f"{hint}its columns are {_listed(names)}",
    )


def _nothing_found(sample: Sequence[Mapping[str, Any]], shown: str) -> InputError:
    return InputError(
        f"{shown}: no column with problems, solutions or messages was recognised",
        remedy="name them, as in --problem COLUMN --solution COLUMN (CSV or TSV without a header needs "
        f"columns = [...]); its columns are {_listed(_columns(sample))}",
    )


def _listed(names: Sequence[str]) -> str:
    short = [name if len(name) <= _SHOWN_CHARS else name[:_SHOWN_CHARS] + "…" for name in names]
    shown = ", ".join(name if name.isprintable() and name else repr(name) for name in short[:_SHOWN_COLUMNS])
    rest = len(names) - _SHOWN_COLUMNS
    return (f"{shown} and {rest} more" if rest > 0 else shown) or "none"


def _columns(sample: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every column of the sample, in order of appearance."""
    return list(dict.fromkeys(name for row in sample for name in row))


def _id_column(id_column: str | None, sample: Sequence[Mapping[str, Any]], shown: str) -> Column | None:
    if id_column == CONTENT_ID:
        return None
    if id_column is not None:
        return _named(id_column, "id", sample, shown)
    for name in _NAMES["id"]:
        values = [row.get(name) for row in sample]
        usable = all(
            (type(value) is int) or (type(value) is str and value.isprintable() and value) for value in values
        )
        if usable and len({str(value) for value in values}) == len(values):
            return Column((name,))
    return None


def _left(chosen: Mapping[str, Column | None], sample: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    used = {column.path[0] for column in chosen.values() if column is not None}
    return tuple(
        name
        for name in _columns(sample)
        if name not in used
        for role in ("problem", "solution", "messages")
        if name in _NAMES[role] and _fits(role, [row.get(name) for row in sample])
    )
