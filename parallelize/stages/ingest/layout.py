"""What is done with each text of a source: told by the user, its family, its name, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.records import Role, Treatment
from parallelize.core.trees import JsonObject, quoted_name
from parallelize.stages.ingest.columns import Column, column_names, listed_columns, named_column
from parallelize.stages.ingest.evidence import Evidence
from parallelize.stages.ingest.names import (
    Family,
    column_name,
    family_of,
    id_names,
    is_answer_name,
    is_label,
    role_by_name,
    role_rank,
)
from parallelize.stages.ingest.places import TOOL_SPEAKERS, Place, pattern_fits, survey
from parallelize.stages.ingest.spec import CONTENT_ID, NO_COLUMN, Roles, TextPolicy
from parallelize.stages.ingest.values import NonFinite, answer_text
from parallelize.text.kinds import TextKind

__all__ = ["Layout", "TextRule", "find_layout"]

_TOOL_NAMES: Final = frozenset(
    {"tool_calls", "tool_call", "tools", "functions", "function_call", "available_tools", "function_calls"}
)
_TURN_TEXTS: Final = frozenset({"content", "value", "text", "message", "utterance", "parts"})
_DIALOGUES: Final = frozenset(
    {"data", "dialog", "dialogue", "conversation", "conversations", "turns", "messages", "chat"}
)
_LABEL_WORDS: Final = 8
"""Words that a text under a label's name must have to be taken for language."""
_SENTENCE_WORDS: Final = 4
_USUAL_NAMES: Final = 8
"""Names of problems that a question of signs alone may have; others must hold words."""
_EXAMPLE_CHARS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """What is done with the texts of one place."""

    pattern: str
    """Where: `messages[role=user].content`."""
    role: Role
    treatment: Treatment
    why: str
    """For the user to read."""
    speaker: str = ""
    language: bool = True
    """Whether what stands there reads as language: what stays English though it is language is named."""
    share: float | None = None
    """Share of the rows looked at that have a text there."""
    example: str = ""

    def facts(self) -> dict[str, Any]:
        """JSON form for manifests, which quote no row."""
        return {
            "path": self.pattern,
            "role": self.role.value,
            "treatment": self.treatment.value,
            "why": self.why,
            "share": None if self.share is None else round(self.share, 4),
        }

    def as_dict(self) -> JsonObject:
        """JSON form, for `inspect --json`."""
        return {**self.facts(), "language": self.language, "example": self.example}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The places of a source with their rules."""

    root: Place
    policy: TextPolicy
    language: str
    family: Family | None
    problem: Place | None
    """Where the question stands; a row without it is no record. None: in a chat, or nowhere."""
    answers: tuple[Place, ...]
    """Where short answers stand, best first."""
    id: Column | None
    """`None`: content addresses."""
    chats: frozenset[str] = frozenset()
    """Columns that are lists of turns."""
    roles: Roles = field(default_factory=Roles)
    id_is_given: bool = False
    """Whether the user named the column of ids."""
    has_solutions: bool = False

    def rules(self) -> list[TextRule]:
        """The rule of every place with texts, in the order of the source."""
        return [place.rule for place in self.root.below() if place.rule is not None]

    def told(self) -> list[TextRule]:
        """Rules of places with language, and of others that are not copied."""
        return [rule for rule in self.rules() if rule.language or rule.treatment is not Treatment.COPY]

    def staying(self) -> list[TextRule]:
        """Rules of places whose language is not translated."""
        return [rule for rule in self.rules() if rule.language and rule.treatment is not Treatment.TRANSLATE]

    def explain(self) -> str:
        """Say what was found, one line a text that is translated or stays English though it is language."""
        lines = [] if self.family is None else [f"columns as in {self.family.name} ({self.family.dataset})"]
        lines += [f"{rule.pattern}: {_done(rule)} ({rule.why})" for rule in self.told()]
        if self.answers:
            lines.append(f"answer: {', '.join(place.pattern for place in self.answers)}")
        else:
            lines.append("answer: read from the solution, where it marks one")
        lines.append(f"id: {'computed from the row' if self.id is None else self.id}")
        return "\n  ".join(lines)

    def late(self, place: Place, text: str) -> TextRule:
        """The rule of a place that the first rows did not have; it is remembered at the place."""
        place.values = [text]
        place.rule = _Decision(self).of(place)
        return place.rule  # type: ignore[no-any-return]


def _done(rule: TextRule) -> str:
    words = {
        Treatment.TRANSLATE: "translated",
        Treatment.COPY: "stays as it is",
        Treatment.JSON: "JSON; its sentences are translated",
        Treatment.KEEP: "kept in the source language",
    }
    return f"{rule.role.value}, {words[rule.treatment]}"


def find_layout(
    sample: Sequence[Mapping[str, Any]],
    *,
    roles: Roles,
    policy: TextPolicy,
    id_column: str | None,
    language: str,
    shown: str,
) -> Layout:
    """Decide what is done with the texts of a source.

    Args:
        sample: its first rows, as JSON values.
        roles: columns that the user named.
        policy: what the user wants done with roles and places.
        id_column: column of ids that the user named.
        language: code of the source language.
        shown: name of the source, for messages.

    Raises:
        InputError: a named column is missing, a pattern fits nothing, or nothing holds language.
    """
    given = {role: named_column(name, role, sample, shown) for role, name in roles.given().items()}
    root = survey(sample)
    places = [place for place in root.below() if place is not root]
    _refuse_idle_patterns(policy, places, shown, sample)
    draft = Layout(
        root=root,
        policy=TextPolicy(treatments=policy.treatments, roles=_named_roles(given)),
        language=language,
        family=None if given.get("messages") else family_of(places),
        problem=None,
        answers=(),
        id=_id_column(id_column, sample, shown),
        roles=roles,
    )
    decision = _Decision(draft)
    for place in places:
        if place.values:
            place.rule = decision.of(place, rows=len(sample))
    _translate_chosen_answers(places, sample)
    _one_problem(places, roles)
    _skip_whole(places, draft)
    layout = Layout(
        root=root,
        policy=draft.policy,
        language=language,
        family=draft.family,
        problem=_problem(places, given),
        answers=tuple(_answers(places, given, roles, sample)),
        id=draft.id,
        chats=frozenset(name for name, one in root.children.items() if _is_chat(one)),
        roles=roles,
        id_is_given=id_column is not None,
        has_solutions=any(one.rule is not None and one.rule.role is Role.SOLUTION for one in places),
    )
    if not given and not any(rule.treatment is not Treatment.COPY for rule in layout.rules()):
        raise _nothing_found(sample, shown)
    return layout


def _named_roles(given: Mapping[str, Column]) -> dict[str, str]:
    return {".".join(map(quoted_name, column.path)): role for role, column in given.items()}


def _is_chat(place: Place) -> bool:
    return any(item.tag is not None and item.tag[0] != "type" for item in place.items.values())


class _Decision:
    """Finds the rule of a place."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def of(self, place: Place, *, rows: int | None = None) -> TextRule:
        """The rule of a place that has texts."""
        evidence = Evidence(place.values, self._layout.language)
        role, treatment, why = self._decide(place, evidence)
        return TextRule(
            pattern=place.pattern,
            role=role,
            treatment=treatment,
            why=why,
            speaker=place.speaker,
            language=evidence.sentences(),
            share=min(1.0, place.rows / rows) if rows else None,
            example=" ".join(place.values[0].split())[:_EXAMPLE_CHARS],
        )

    def _decide(self, place: Place, evidence: Evidence) -> tuple[Role, Treatment, str]:
        layout = self._layout
        role, treatment, why = self._by_evidence(place, evidence)
        if layout.family is not None:
            for pattern, (said, done) in layout.family.texts.items():
                if pattern_fits(pattern, place):
                    role, why = said, f"as in {layout.family.name}"
                    treatment = done or (Treatment.TRANSLATE if treatment is Treatment.COPY else treatment)
                    if done is None and _values_only(evidence):
                        treatment, why = Treatment.COPY, "short values"
        for pattern, named in layout.policy.roles.items():
            if pattern_fits(pattern, place):
                if named == "messages":
                    role, treatment = self._turn(place, evidence, default=treatment)
                elif named == "answer":
                    role = Role.SOLUTION if evidence.worked() else Role.ANSWER
                    treatment = Treatment.TRANSLATE if evidence.worked() else Treatment.COPY
                else:
                    role, treatment = Role(named), Treatment.TRANSLATE
                why = "as given"
        wanted = layout.policy.treatment_of(place, role)
        if wanted is not None:
            treatment, why = wanted, "as [texts] says"
        return role, treatment, why

    def _turn(self, place: Place, evidence: Evidence, *, default: Treatment) -> tuple[Role, Treatment]:
        role = Role.SYSTEM if place.speaker == "system" else Role.MESSAGE
        return role, default if place.speaker in TOOL_SPEAKERS else Treatment.TRANSLATE

    def _by_evidence(self, place: Place, evidence: Evidence) -> tuple[Role, Treatment, str]:
        """Role, treatment and why, from names and values alone."""
        role = self._role(place)
        found = self._by_kind(place, evidence, role)
        if found is None and role is not None:
            found = self._by_name(place, evidence, role)
        return found or self._by_values(place, evidence, role)

    def _by_kind(
        self, place: Place, evidence: Evidence, role: Role | None
    ) -> tuple[Role, Treatment, str] | None:
        """Tools, JSON and code, whatever their names."""
        if _is_ours(place):
            return Role.OTHER, Treatment.COPY, "written by parallelize"
        if _in_tools(place):
            return Role.OTHER, Treatment.COPY, "belongs to a tool"
        if evidence.mostly(TextKind.JSON):
            if role in {Role.CHOICE, Role.PROBLEM, Role.CONTEXT, Role.MESSAGE, Role.SYSTEM}:
                return role, Treatment.JSON, "parses as JSON"
            return Role.OTHER, Treatment.COPY, "parses as JSON"
        if evidence.mostly(TextKind.CODE) and role is not Role.MESSAGE:
            return role or Role.OTHER, Treatment.COPY, "is code"
        return None

    def _by_name(self, place: Place, evidence: Evidence, role: Role) -> tuple[Role, Treatment, str] | None:
        """Places whose name says what they are for."""
        if role is Role.ANSWER:
            return self._answer(place, evidence)
        if role is Role.THINKING and evidence.short() and not evidence.sentences():
            return None
        rare = role is Role.PROBLEM and role_rank(role, place) >= _USUAL_NAMES
        if rare and evidence.mostly(TextKind.VALUE):
            return None
        if role in {Role.MESSAGE, Role.SYSTEM, Role.PROBLEM, Role.THINKING}:
            why = f"turns of {place.speaker}" if place.speaker else f"is called {place.name}"
            return role, Treatment.TRANSLATE, why
        if evidence.mostly(TextKind.VALUE):
            final = role is Role.SOLUTION and evidence.short()
            return Role.ANSWER if final else role, Treatment.COPY, "short values"
        return role, Treatment.TRANSLATE, f"is called {place.name}"

    def _by_values(self, place: Place, evidence: Evidence, role: Role | None) -> tuple[Role, Treatment, str]:
        """Places whose names say nothing, or that they are labels."""
        least = _LABEL_WORDS if is_label(place) else _SENTENCE_WORDS
        if evidence.labels() or not evidence.sentences(least):
            return role or Role.OTHER, Treatment.COPY, "labels and short values"
        dialogue = column_name(place.name) in _DIALOGUES and place.pattern.endswith("]")
        return Role.MESSAGE if dialogue else Role.OTHER, Treatment.TRANSLATE, "reads as sentences"

    def _role(self, place: Place) -> Role | None:
        speaker = place.speaker
        named = role_by_name(place)
        if speaker:
            if named in {Role.THINKING, Role.SYSTEM}:
                return named
            own = column_name(place.name)
            if own in _TURN_TEXTS and (not is_label(place) or own == "text"):
                return Role.SYSTEM if speaker == "system" else Role.MESSAGE
            if named is Role.SOLUTION and own != "answer":
                return named
            return None if named in {Role.CONTEXT, Role.PROBLEM} else named
        excluded = named is not None and getattr(self._layout.roles, named.value, None) == NO_COLUMN
        return None if excluded else named

    def _answer(self, place: Place, evidence: Evidence) -> tuple[Role, Treatment, str]:
        if evidence.worked():
            return Role.SOLUTION, Treatment.TRANSLATE, "its values are worked solutions, not short answers"
        if evidence.sentences() and not evidence.short():
            return Role.SOLUTION, Treatment.TRANSLATE, "its values are sentences, not short answers"
        if _has_wrong_answers(place):
            return Role.ANSWER, Treatment.TRANSLATE, "one of the answers to choose from"
        return Role.ANSWER, Treatment.COPY, "the final answer is kept as it is"


def _values_only(evidence: Evidence) -> bool:
    return evidence.mostly(TextKind.VALUE) and evidence.short()


def _is_ours(place: Place) -> bool:
    """Whether a place is in the column that we add to a corpus."""
    *_, column, root = [None, *place.above()]
    return (
        column is not None
        and root is not None
        and column.name.startswith("parallelize")
        and {"id", "texts"} <= set(column.children)
    )


def _in_tools(place: Place) -> bool:
    if place.speaker in TOOL_SPEAKERS:
        return True
    return any(column_name(one.name) in _TOOL_NAMES for one in place.above())


def _has_wrong_answers(place: Place) -> bool:
    """Whether a column of wrong answers stands beside one of right ones."""
    if place.parent is None:
        return False
    beside = [column_name(name) for name in place.parent.children]
    return any(name.startswith(("incorrect", "wrong", "distractor")) for name in beside) and column_name(
        place.name
    ).startswith(("correct", "answer", "best"))


def _translate_chosen_answers(places: Sequence[Place], sample: Sequence[Mapping[str, Any]]) -> None:
    """An answer that is the text of one of the choices is translated as they are."""
    choices = [one for one in places if one.rule is not None and one.rule.role is Role.CHOICE]
    answers = [one for one in places if one.rule is not None and one.rule.role is Role.ANSWER]
    offered = {text for one in choices if one.rule.treatment is Treatment.TRANSLATE for text in one.values}
    for place in answers:
        chosen = sum(text in offered for text in place.values)
        if place.rule.treatment is Treatment.COPY and chosen * 2 > len(place.values):
            place.rule = replace(place.rule, treatment=Treatment.TRANSLATE, why="one of the choices")


def _one_problem(places: Sequence[Place], roles: Roles) -> None:
    """The best of the places that are called as problems are stays the problem; others are context."""
    asked = [one for one in places if one.rule is not None and one.rule.role is Role.PROBLEM]
    if not asked:
        return
    best = min(asked, key=lambda one: (one.rule.why != "as given", _depth(one), role_rank(Role.PROBLEM, one)))
    for place in asked:
        if place is not best:
            place.rule = replace(place.rule, role=Role.CONTEXT)


def _problem(places: Sequence[Place], given: Mapping[str, Column]) -> Place | None:
    if "problem" in given:
        wanted = ".".join(map(quoted_name, given["problem"].path))
        return next((one for one in places if one.pattern == wanted), None)
    return next((one for one in places if one.rule is not None and one.rule.role is Role.PROBLEM), None)


def _depth(place: Place) -> int:
    return sum(1 for _ in place.above())


def _skip_whole(places: Sequence[Place], layout: Layout) -> None:
    """Places whose family or policy copies everything below are not walked."""
    for place in places:
        copied = layout.family is not None and any(
            done is Treatment.COPY and pattern_fits(pattern, place)
            for pattern, (_, done) in layout.family.texts.items()
        )
        place.skip = copied and not layout.policy.names_any(place)


def _answers(
    places: Sequence[Place], given: Mapping[str, Column], roles: Roles, sample: Sequence[Mapping[str, Any]]
) -> Iterator[Place]:
    """Places of short answers, best first; also those that hold no text."""
    if roles.answer == NO_COLUMN:
        return
    if "answer" in given:
        wanted = ".".join(map(quoted_name, given["answer"].path))
        yield from (one for one in places if one.pattern == wanted)
        return
    found = []
    for place in places:
        named = is_answer_name(place) or (place.rule is not None and place.rule.role is Role.ANSWER)
        inside = any(one in found for one in place.above())
        if named and not inside and _is_answer(place, sample):
            found.append(place)
    yield from sorted(found, key=lambda one: (_depth(one), role_rank(Role.ANSWER, one)))


def _is_answer(place: Place, sample: Sequence[Mapping[str, Any]]) -> bool:
    for row in sample:
        for value in place.reach(row):
            try:
                if answer_text(value) is not None and not isinstance(value, NonFinite):
                    return True
            except TypeError:
                continue
    return False


def _refuse_idle_patterns(
    policy: TextPolicy, places: Sequence[Place], shown: str, sample: Sequence[Mapping[str, Any]]
) -> None:
    for pattern in policy.patterns():
        if not any(pattern_fits(pattern, place) for place in places):
            raise InputError(
                f"{shown} has no text at {pattern!r}, which [texts] names",
                remedy=f"`parallelize inspect` lists the paths; its columns are "
                f"{listed_columns(column_names(sample))}",
            )


def _nothing_found(sample: Sequence[Mapping[str, Any]], shown: str) -> InputError:
    return InputError(
        f"{shown}: no column with problems, solutions or messages was recognised",
        remedy="name them, as in --problem COLUMN --solution COLUMN (CSV or TSV without a header needs "
        f"columns = [...]); its columns are {listed_columns(column_names(sample))}",
    )


def _id_column(id_column: str | None, sample: Sequence[Mapping[str, Any]], shown: str) -> Column | None:
    if id_column == CONTENT_ID:
        return None
    if id_column is not None:
        return named_column(id_column, "id", sample, shown)
    columns = {column_name(name): name for name in reversed(column_names(sample))}
    for name in id_names():
        if name not in columns:
            continue
        values = [row.get(columns[name]) for row in sample]
        usable = all(
            (type(value) is int) or (type(value) is str and value.isprintable() and value) for value in values
        )
        if usable and len({str(value) for value in values}) == len(values):
            return Column((columns[name],))
    return None
