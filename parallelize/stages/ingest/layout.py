"""What is done with each text of a source: told by the user, its family, its name, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from parallelize.core.languages import LANGUAGES
from parallelize.core.records import Role, Treatment
from parallelize.core.speakers import TOOL_SPEAKERS
from parallelize.core.trees import JsonObject
from parallelize.stages.ingest.columns import Column
from parallelize.stages.ingest.evidence import Evidence
from parallelize.stages.ingest.names import (
    Family,
    column_name,
    is_about,
    is_cell,
    is_code_name,
    is_heading,
    is_in_code,
    is_label,
    is_meant,
    is_named,
    is_test_data,
    is_title,
    role_by_name,
    role_rank,
)
from parallelize.stages.ingest.parts import code_parts, is_chat, turn_parts
from parallelize.stages.ingest.places import Place, pattern_fits
from parallelize.stages.ingest.spec import NO_COLUMN, Roles, TextPolicy
from parallelize.stages.ingest.surroundings import (
    DIALOGUES,
    has_wrong_answers,
    in_tools,
    is_beside_table,
    is_chosen_from,
    is_in_exchange,
    is_in_objects,
    is_item,
    is_lettered,
    is_numbered,
    is_ours,
)
from parallelize.text.kinds import TextKind, parsed_json

__all__ = ["JSON_TEXT", "Decision", "Layout", "TextRule"]

_TURN_TEXTS: Final = frozenset({"content", "value", "text", "message", "utterance", "parts"})
_LANGUAGE_LABELS: Final = frozenset({"language", "lang", "locale", "language_code"})
_LABEL_WORDS: Final = 8
"""Words that a text under a label's name must have to be taken for language."""
_SENTENCE_WORDS: Final = 4
_TITLE_WORDS: Final = 2
_USUAL_NAMES: Final = 8
"""Names of problems that a question of signs alone may have; others must hold words."""
_LONG_ROLES: Final = frozenset({Role.PROBLEM, Role.CONTEXT, Role.SOLUTION})
"""Roles whose texts have more than two words, unless the place is called just so."""
_EXAMPLE_CHARS: Final = 80
JSON_TEXT: Final = "parses as JSON"
"""Why texts of JSON are copied."""


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
    comments_only: bool = False
    """Whether it is code of which only the comments are translated."""
    in_turns: bool = False
    """Whether it is chats in one text, whose turns have marks: `Human: … Assistant: …`."""
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

    def lacking(self) -> list[str]:
        """What a training set needs and nothing here is, with the option that names it."""
        asked = self.problem is not None or any(place.speaker for place in self.root.below())
        named = {rule.role for rule in self.rules()} & {Role.CHOICE, Role.SOLUTION, Role.ANSWER}
        several = sum(rule.role is Role.OTHER and rule.language for rule in self.rules()) > 1
        if asked or not (named or several):
            return []
        return ["no column is the problem (--problem COLUMN names it)"]

    def language_labels(self) -> list[TextRule]:
        """Columns that name the source language and stay, so that they are wrong in every other one."""
        names = {self.language.partition("-")[0], LANGUAGES[self.language].name.lower()}
        return [
            place.rule
            for place in self.root.below()
            if place.rule is not None
            and column_name(place.name) in _LANGUAGE_LABELS
            and place.rule.example.lower().partition("-")[0] in names
        ]

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
        return "\n  ".join([*lines, *self.without_problem(), *self.answer_and_id()])

    def without_problem(self) -> list[str]:
        """A line where nothing is a problem or a turn: a corpus needs none, exports do."""
        asked = {Role.PROBLEM, Role.MESSAGE}
        if any(rule.role in asked for rule in self.rules()):
            return []
        return ["problem: none: no column is called so (--problem COLUMN names one)"]

    def answer_and_id(self) -> tuple[str, str]:
        """Where the final answer and the id of a row are from, one line each."""
        if self.answers:
            answer = ", ".join(place.pattern for place in self.answers)
        elif self.has_solutions or any(place.speaker == "assistant" for place in self.root.below()):
            answer = "read from the solution, where it marks one"
        else:
            answer = "none: no column has it (--answer COLUMN names one), and no solution could say it"
        return f"answer: {answer}", f"id: {'computed from the row' if self.id is None else self.id}"

    def late(self, place: Place, text: str) -> TextRule:
        """The rule of a place that the first rows did not have; it is remembered at the place."""
        place.values = [text]
        place.rule = Decision(self).of(place)
        return place.rule  # type: ignore[no-any-return]


def _done(rule: TextRule) -> str:
    words = {
        Treatment.TRANSLATE: "translated",
        Treatment.COPY: "stays as it is",
        Treatment.JSON: "JSON; its sentences are translated",
        Treatment.KEEP: "kept in the source language",
    }
    return f"{rule.role.value}, {words[rule.treatment]}"


class Decision:
    """Finds the rule of a place."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def of(self, place: Place, *, rows: int | None = None) -> TextRule:
        """The rule of a place that has texts."""
        evidence = Evidence(place.values, self._layout.language)
        role, treatment, why = self._decide(place, evidence)
        comments = treatment is Treatment.COPY and self._has_comments(place, evidence, role)
        if comments:
            treatment, why = Treatment.TRANSLATE, "is code; its comments are translated"
        if treatment is Treatment.TRANSLATE and (foreign := evidence.foreign()):
            why += f"; {foreign} of {evidence.count} are not in {evidence.language}, copied"
        in_turns = treatment is Treatment.TRANSLATE and all(map(turn_parts, place.values))
        if in_turns:
            why += "; the marks of its turns stay"
        return TextRule(
            pattern=place.pattern,
            role=role,
            treatment=treatment,
            why=why,
            speaker=place.speaker,
            comments_only=comments,
            in_turns=in_turns,
            language=evidence.sentences(),
            share=min(1.0, place.rows / rows) if rows else None,
            example=" ".join(place.values[0].split())[:_EXAMPLE_CHARS],
        )

    def _has_comments(self, place: Place, evidence: Evidence, role: Role) -> bool:
        """Whether a place has code whose comments are to be translated; tools and tests have none."""
        policy = self._layout.policy
        if not policy.comments or policy.treatment_of(place, role) is not None:
            return False
        if not evidence.mostly(TextKind.CODE) or is_test_data(place) or in_tools(place) or is_ours(place):
            return False
        return any(code_parts(text, evidence.language, comments=True) for text in evidence.texts)

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
                    elif done is None and said is Role.ANSWER:
                        found, treatment, why = self._answer(place, evidence)
                        treatment = (
                            treatment if found is said and not is_beside_table(place) else Treatment.COPY
                        )
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
        if is_ours(place):
            return Role.OTHER, Treatment.COPY, "written by parallelize"
        if in_tools(place):
            return Role.OTHER, Treatment.COPY, "belongs to a tool"
        if is_test_data(place):
            return Role.OTHER, Treatment.COPY, "data of tests"
        if evidence.mostly(TextKind.JSON):
            return _json(evidence, role)
        return None if role is Role.MESSAGE else self._code(place, evidence, role)

    def _code(
        self, place: Place, evidence: Evidence, role: Role | None
    ) -> tuple[Role, Treatment, str] | None:
        if evidence.mostly(TextKind.CODE):
            if role is Role.PROBLEM and any(
                code_parts(text, evidence.language, comments=False) for text in evidence.texts
            ):
                return role, Treatment.TRANSLATE, "is code; its docstrings and comments are translated"
            return Role.OTHER if role in {None, Role.ANSWER} else role, Treatment.COPY, "is code"
        declared = is_in_code(place) and evidence.declares()
        if declared or (is_code_name(place) and evidence.looks_like_code()):
            return Role.OTHER, Treatment.COPY, f"is called {place.name} and has signs of code"
        if role is not Role.PROBLEM and evidence.formal():
            return role or Role.OTHER, Treatment.COPY, "has signs between all of its words"
        return None

    def _by_name(self, place: Place, evidence: Evidence, role: Role) -> tuple[Role, Treatment, str] | None:
        """Places whose name says what they are for."""
        if role is Role.ANSWER:
            return self._answer(place, evidence)
        if self._contradicts(place, evidence, role):
            return None
        if role is Role.PROBLEM and evidence.keyword():
            return Role.OTHER, Treatment.COPY, "a keyword, no question"
        if role in {Role.MESSAGE, Role.SYSTEM, Role.PROBLEM, Role.THINKING}:
            why = f"turns of {place.speaker}" if place.speaker else f"is called {place.name}"
            return role, Treatment.TRANSLATE, why
        if evidence.only(TextKind.VALUE) if role is Role.CHOICE else evidence.mostly(TextKind.VALUE):
            final = role is Role.SOLUTION and evidence.short() and not is_in_objects(place)
            return self._answer(place, evidence) if final else (role, Treatment.COPY, "short values")
        return role, Treatment.TRANSLATE, f"is called {place.name}"

    def _contradicts(self, place: Place, evidence: Evidence, role: Role) -> bool:
        """Whether the values are not what a name that is not quite clear says."""
        if role is Role.THINKING and evidence.short() and not evidence.sentences():
            return True
        rare = role is Role.PROBLEM and role_rank(role, place) >= _USUAL_NAMES
        if rare and evidence.mostly(TextKind.VALUE):
            return True
        if role is Role.CONTEXT and evidence.terse() and is_about(place):
            return True
        clear = is_meant(role, place) or is_title(place) if is_item(place) else is_named(role, place)
        return role in _LONG_ROLES and evidence.terse() and not clear

    def _by_values(self, place: Place, evidence: Evidence, role: Role | None) -> tuple[Role, Treatment, str]:
        """Places whose names say nothing, or that they are labels."""
        least = _LABEL_WORDS if is_label(place) and not evidence.punctuated() else _SENTENCE_WORDS
        if is_heading(place) and evidence.mostly(TextKind.PROSE):
            return Role.OTHER, Treatment.TRANSLATE, "headings of a table"
        if is_cell(place) and evidence.some_prose():
            return Role.OTHER, Treatment.TRANSLATE, "cells of a table"
        if is_title(place):
            least = _TITLE_WORDS
        if evidence.labels() or not evidence.sentences(least):
            return role or Role.OTHER, Treatment.COPY, "labels and short values"
        dialogue = column_name(place.name) in DIALOGUES and place.pattern.endswith("]")
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
        if is_in_exchange(place):
            named = Role.MESSAGE
        elif named is None and is_lettered(place):
            named = Role.CHOICE
        excluded = named is not None and getattr(self._layout.roles, named.value, None) == NO_COLUMN
        return None if excluded else named

    def _answer(self, place: Place, evidence: Evidence) -> tuple[Role, Treatment, str]:
        if evidence.worked():
            return Role.SOLUTION, Treatment.TRANSLATE, "its values are worked solutions, not short answers"
        if evidence.sentences() and not evidence.short():
            return Role.SOLUTION, Treatment.TRANSLATE, "its values are sentences, not short answers"
        if has_wrong_answers(place):
            return Role.CHOICE, Treatment.TRANSLATE, "one of the answers to choose from"
        if is_numbered(place) or is_chosen_from(place):
            return Role.CHOICE, Treatment.TRANSLATE, "one of several answers to choose from"
        if evidence.has_words() and not evidence.labels() and not evidence.verdicts():
            return Role.ANSWER, Treatment.TRANSLATE, "its answers are words"
        return Role.ANSWER, Treatment.COPY, "the final answer is kept as it is"


def _json(evidence: Evidence, role: Role | None) -> tuple[Role, Treatment, str]:
    """Texts that parse as JSON: what is said in them is translated, where they are for readers."""
    if role is Role.ANSWER:
        return role, Treatment.COPY, JSON_TEXT
    if all(is_chat(parsed_json(text)) for text in evidence.texts):
        return Role.MESSAGE, Treatment.JSON, "turns of a chat as JSON"
    if role in {Role.CHOICE, Role.PROBLEM, Role.CONTEXT, Role.MESSAGE, Role.SYSTEM}:
        return role, Treatment.JSON, JSON_TEXT
    return Role.OTHER, Treatment.COPY, JSON_TEXT


def _values_only(evidence: Evidence) -> bool:
    return evidence.mostly(TextKind.VALUE) and evidence.short()
