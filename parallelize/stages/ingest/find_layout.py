"""Deciding what is done with the texts of a source, from its first rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from parallelize.core.errors import InputError
from parallelize.core.records import Role, Treatment
from parallelize.core.trees import Tree, quoted_name
from parallelize.stages.ingest.columns import Column, column_names, listed_columns, named_column
from parallelize.stages.ingest.layout import JSON_TEXT, Decision, Layout
from parallelize.stages.ingest.names import (
    column_name,
    family_of,
    id_names,
    is_answer_name,
    role_by_name,
    role_rank,
)
from parallelize.stages.ingest.parts import json_parts
from parallelize.stages.ingest.places import Place, pattern_fits, survey
from parallelize.stages.ingest.spec import CONTENT_ID, NO_COLUMN, Roles, TextPolicy
from parallelize.stages.ingest.values import NonFinite, answer_text, held_answer

__all__ = ["find_layout"]

_GIVEN_FORM = frozenset({"value", "text", "spans"})
"""Names of the answer itself beside its normalised forms and other ways to say it."""


_ASKED_OR_SAID = frozenset({Role.PROBLEM, Role.SOLUTION, Role.MESSAGE})
"""Roles by name of columns whose rows are rejected one by one, should they all be blank."""
_ANSWERING = frozenset({Role.CHOICE, Role.SOLUTION, Role.THINKING, Role.ANSWER})
"""Roles beside which something must be asked."""
_LETTER_OF_CHOICE = re.compile(r"\(?[A-Ha-h][).]?")
_OF_CHOICES = frozenset({"answer_idx", "answer_index", "ra", "cop"})
"""Names of numbers of choices; where there are no choices, anything else says more."""


def find_layout(
    sample: Sequence[Tree],
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
    _give_rules(places, draft, sample)
    _refuse_nothing_found(places, language, given, shown, sample)
    return replace(
        draft,
        problem=_problem(places, given),
        answers=tuple(_answers(places, given, roles, sample)),
        chats=frozenset(name for name, one in root.children.items() if _is_chat(one)),
        id_is_given=id_column is not None,
        has_solutions=any(_has_role(one, Role.SOLUTION) for one in places),
    )


def _give_rules(places: Sequence[Place], draft: Layout, sample: Sequence[Tree]) -> None:
    """Decide what is done with each place by itself, then what only all of them tell together."""
    decision = Decision(draft)
    for place in places:
        if place.values:
            place.rule = decision.of(place, rows=len(sample))
    if not any(_has_language(place, draft.language) for place in places):
        _read_json(places, draft.language)
    _translate_chosen_answers(places)
    _name_key(places)
    _one_problem(places, draft.roles)
    _skip_whole(places, draft)


def _has_language(place: Place, language: str) -> bool:
    """Whether anything that stands at a place is to be translated, or would be if it were asked for."""
    rule = place.rule
    if rule is None or rule.treatment is Treatment.COPY:
        return False
    return rule.treatment is not Treatment.JSON or any(json_parts(text, language) for text in place.values)


def _read_json(places: Sequence[Place], language: str) -> None:
    """Where all language of a source stands in JSON texts, they are its rows."""
    for place in places:
        rule = place.rule
        if (
            rule is not None
            and rule.why == JSON_TEXT
            and any(json_parts(one, language) for one in place.values)
        ):
            place.rule = replace(rule, treatment=Treatment.JSON, why="JSON that holds all language of a row")


def _named_roles(given: Mapping[str, Column]) -> dict[str, str]:
    return {".".join(map(quoted_name, column.path)): role for role, column in given.items()}


def _is_chat(place: Place) -> bool:
    return any(item.tag is not None and item.tag[0] != "type" for item in place.items.values())


def _translate_chosen_answers(places: Sequence[Place]) -> None:
    """An answer that is the text of one of the choices is translated as they are."""
    choices = [one for one in places if _has_role(one, Role.CHOICE)]
    answers = [one for one in places if _has_role(one, Role.ANSWER)]
    offered = {text for one in choices if one.rule.treatment is Treatment.TRANSLATE for text in one.values}
    for place in answers:
        chosen = sum(text in offered for text in place.values)
        if place.rule.treatment is Treatment.COPY and chosen * 2 > len(place.values):
            place.rule = replace(place.rule, treatment=Treatment.TRANSLATE, why="one of the choices")


def _one_problem(places: Sequence[Place], roles: Roles) -> None:
    """The best of the places that are called as problems are stays the problem; others are context."""
    asked = [one for one in places if _has_role(one, Role.PROBLEM)]
    if all(one.rule.treatment is Treatment.COPY for one in asked) and _described_problem(places):
        for place in asked:
            place.rule = replace(place.rule, role=Role.OTHER)
        return
    if not asked:
        if roles.problem != NO_COLUMN:
            _asked_beside_answers(places)
        return
    best = min(
        asked,
        key=lambda one: (
            *(one.rule.why != "as given", one.rule.treatment is Treatment.COPY),
            one.rule.why.startswith("is code"),
            *(_depth(one), role_rank(Role.PROBLEM, one)),
        ),
    )
    for place in asked:
        if place is not best:
            place.rule = replace(place.rule, role=Role.CONTEXT)


def _name_key(places: Sequence[Place]) -> None:
    """A column of letters beside choices is their key, where nothing is called an answer."""
    choices = sum(1 for one in places if _has_role(one, Role.CHOICE))
    named = any(is_answer_name(one) or _has_role(one, Role.ANSWER) for one in places)
    if not choices or named:
        return
    for place in places:
        if _depth(place) == 2 and place.values and all(map(_LETTER_OF_CHOICE.fullmatch, place.values)):
            place.rule = replace(
                place.rule, role=Role.ANSWER, treatment=Treatment.COPY, why="letters of choices"
            )
            return


def _asked_beside_answers(places: Sequence[Place]) -> None:
    """Of columns of sentences beside choices, solutions or answers the one that asks most, else the first."""
    said = {one.rule.role for one in places if one.rule is not None} | {
        Role.ANSWER for one in places if _is_called_answer(one, places)
    }
    if _ANSWERING.isdisjoint(said) or any(one.speaker for one in places):
        return
    told = [
        one
        for one in places
        if _depth(one) == 2 and one.rule is not None and one.rule.language and not one.items
        if one.rule.treatment is Treatment.TRANSLATE and one.rule.role in {Role.OTHER, Role.CONTEXT}
    ]
    if told:
        best = max(
            told,
            key=lambda one: (
                sum(text.rstrip()[-1] in "?？؟" for text in one.values) * 2 > len(one.values),
                one.rule.role is Role.OTHER,
            ),
        )
        best.rule = replace(best.rule, role=Role.PROBLEM, why="sentences beside what answers them")


def _described_problem(places: Sequence[Place]) -> bool:
    """Where nothing is called a problem and nobody speaks, a description that reads as sentences is one.

    So is a text or source that is answered. Returns whether one was found.
    """
    if any(place.speaker for place in places):
        return False
    answered = any(is_answer_name(place) or _has_role(place, Role.SOLUTION) for place in places)
    names = {"description", *(("text", "source") if answered else ())}
    for place in places:
        rule = place.rule
        if rule is None or column_name(place.name) not in names or _depth(place) != 2:
            continue
        if (
            rule.role in {Role.CONTEXT, Role.OTHER}
            and rule.treatment is Treatment.TRANSLATE
            and rule.language
        ):
            place.rule = replace(rule, role=Role.PROBLEM, why="describes what is asked")
            return True
    return False


def _problem(places: Sequence[Place], given: Mapping[str, Column]) -> Place | None:
    if "problem" in given:
        wanted = ".".join(map(quoted_name, given["problem"].path))
        return next((one for one in places if one.pattern == wanted), None)
    return next((one for one in places if _has_role(one, Role.PROBLEM)), None)


def _depth(place: Place) -> int:
    return sum(1 for _ in place.above())


def _skip_whole(places: Sequence[Place], layout: Layout) -> None:
    """Places whose family or policy copies everything below are not walked."""
    for place in places:
        copied = layout.family is not None and any(
            done is Treatment.COPY and pattern_fits(pattern, place)
            for pattern, (_, done) in layout.family.texts.items()
        )
        rules = [one.rule for one in place.below() if one.rule is not None]
        copied = copied and all(rule.treatment is Treatment.COPY for rule in rules)
        place.skip = copied and not layout.policy.names_any(place)


def _answers(
    places: Sequence[Place], given: Mapping[str, Column], roles: Roles, sample: Sequence[Tree]
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
        named = _is_called_answer(place, places) or _has_role(place, Role.ANSWER)
        named = named or any(text[0] == "{" and held_answer(text) is not None for text in place.values[:1])
        inside = any(one in found for one in place.above())
        if named and not inside and _is_answer(place, sample):
            found.append(place)
    chosen = any(_has_role(one, Role.CHOICE) for one in places)
    yield from sorted(
        found,
        key=lambda one: (
            *(_depth(one), one.name not in _GIVEN_FORM),
            not chosen and column_name(one.name) in _OF_CHOICES,
            role_rank(Role.ANSWER, one),
        ),
    )


def _has_role(place: Place, role: Role) -> bool:
    return place.rule is not None and place.rule.role is role


def _is_called_answer(place: Place, places: Sequence[Place]) -> bool:
    """Whether a place has the name of answers, and its values do not say that it is something else.

    What tells choices apart is none; nor is a judgement of a solution, where there are no choices.
    """
    if not is_answer_name(place) or _has_role(place, Role.OTHER):
        return False
    if any(_has_role(item, Role.CHOICE) for item in place.items.values()):
        return False
    if column_name(place.name) != "label":
        return True
    if place.parent is not None and role_by_name(place.parent) is Role.CHOICE:
        return False
    judged = any(_has_role(one, Role.SOLUTION) for one in places)
    return place.rule is not None or not judged or any(_has_role(one, Role.CHOICE) for one in places)


def _is_answer(place: Place, sample: Sequence[Tree]) -> bool:
    for row in sample:
        for value in place.reach(row):
            try:
                if answer_text(value) is not None and not isinstance(value, NonFinite):
                    return True
            except TypeError:
                continue
    return False


def _refuse_idle_patterns(
    policy: TextPolicy, places: Sequence[Place], shown: str, sample: Sequence[Tree]
) -> None:
    for pattern in policy.patterns():
        if not any(pattern_fits(pattern, place) for place in places):
            raise InputError(
                f"{shown} has no text at {pattern!r}, which [texts] names",
                remedy=f"`parallelize inspect` lists the paths; its columns are "
                f"{listed_columns(column_names(sample))}",
            )


def _refuse_nothing_found(
    places: Sequence[Place], language: str, given: Mapping[str, Column], shown: str, sample: Sequence[Tree]
) -> None:
    """Refuse a source without language, unless columns were named; blank ones reject rows one by one."""
    blank = any(not one.values and role_by_name(one) in _ASKED_OR_SAID for one in places)
    if given or blank or any(_has_language(place, language) for place in places):
        return
    raise InputError(
        f"{shown}: no column with problems, solutions or messages was recognised",
        remedy="name them, as in --problem COLUMN --solution COLUMN (CSV or TSV without a header needs "
        f"columns = [...]); its columns are {listed_columns(column_names(sample))}",
    )


def _id_column(id_column: str | None, sample: Sequence[Tree], shown: str) -> Column | None:
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
