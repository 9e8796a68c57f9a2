"""What columns are called: the names and families of `shapes.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from parallelize.core.records import Role, Treatment
from parallelize.core.tables import shipped_toml
from parallelize.stages.ingest.places import Place, pattern_fits

__all__ = [
    "Family",
    "column_name",
    "families",
    "family_of",
    "id_names",
    "is_about",
    "is_answer_name",
    "is_cell",
    "is_code_name",
    "is_heading",
    "is_in_code",
    "is_label",
    "is_meant",
    "is_named",
    "is_test_data",
    "is_title",
    "role_by_name",
    "role_rank",
]

_SEPARATORS: Final = re.compile(r"[\s\-/.]+")
_COUNTED: Final = re.compile(r"_+[a-z]$|_*\d+_*$")
_GENERIC: Final = frozenset({"text", "content", "value", "label", "body", "string", "en", "english"})
"""Names that say nothing where the name above them says something."""
_CHOICE_NAMES: Final = frozenset({"label", "labels", "key", "keys", "letter", "letters"})
"""Names of what tells choices apart, inside of choices."""
_ROLES: Final = ("thinking", "answer", "choice", "system", "problem", "solution", "context")
"""In the order in which a name is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Datasets that have the same columns."""

    name: str
    dataset: str
    has: tuple[str, ...]
    """Patterns of places; a source that has all of them is one of the family."""
    texts: Mapping[str, tuple[Role, Treatment | None]]
    """Roles, and treatments where evidence would not find them, by pattern."""


_table: Final = partial(shipped_toml, __package__, "shapes.toml")


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """Every known family, in the order of the table."""
    found = []
    for entry in _table()["family"]:
        texts = {}
        for pattern, said in entry.get("texts", {}).items():
            role, _, treatment = said.partition(":")
            texts[pattern] = (Role(role), Treatment(treatment) if treatment else None)
        found.append(
            Family(name=entry["name"], dataset=entry["dataset"], has=tuple(entry["has"]), texts=texts)
        )
    return tuple(found)


def family_of(places: Sequence[Place]) -> Family | None:
    """The family that a source belongs to: the one with most of its columns."""
    best = None
    for family in families():
        there = all(any(pattern_fits(one, place) for place in places) for one in family.has)
        if there and (best is None or len(family.has) > len(best.has)):
            best = family
    return best


def id_names() -> tuple[str, ...]:
    """Names that columns of ids have."""
    return tuple(_table()["names"]["id"]["columns"])


def column_name(name: str) -> str:
    """A name as the table compares it."""
    return _SEPARATORS.sub("_", name.strip().lower())


@lru_cache(maxsize=1)
def _roles() -> dict[str, Role]:
    names = _table()["names"]
    return {name: Role(role) for role in _ROLES for name in reversed(names[role])}


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    return frozenset(_table()["names"]["label"])


@lru_cache(maxsize=2048)
def _forms(name: str) -> tuple[str, ...]:
    """The name, without a number or letter or filler at its end, then its last words: `a_b_1`, `a_b`, `b`."""
    plain = column_name(name)
    bare = _COUNTED.sub("", plain)
    stem, _, last = bare.rpartition("_")
    stems = [stem] if last in _table()["names"]["filler"] and stem in _roles() else []
    return tuple(dict.fromkeys([plain, bare, *stems, *_ends(plain), *_ends(bare)]))


def _ends(name: str) -> Iterator[str]:
    """The name without its first words."""
    words = name.split("_")
    return ("_".join(words[n:]) for n in range(1, len(words)))


@lru_cache(maxsize=2048)
def _is_right_one(name: str) -> bool:
    """Whether a name says which of several is right: `gold_label`, `correct_choice_idx`."""
    right = _table()["names"]["right"]
    words = frozenset(name.split("_"))
    which = words.intersection(right["which"])
    return bool(which) and words > which and words - which <= frozenset(right["of"]) and name not in _roles()


def role_by_name(place: Place) -> Role | None:
    """What the name of a place, or that of what holds it, says about its texts."""
    own = _role(place.name)
    name = column_name(place.name)
    if is_test_data(place) or (own is Role.ANSWER and _is_other_name(place)):
        return None
    if name in _GENERIC or len(name) == 1 or (own is None and not is_label(place)):
        above = [one for one in place.above() if one.name and one.name != place.name]
        outer = _role(above[0].name) if above and above[0].parent is not None else None
        if outer is Role.CHOICE and name in _CHOICE_NAMES:
            return None
        if outer is not None and (name in _GENERIC or outer is not Role.ANSWER or not is_label(above[0])):
            return outer
    return own


def is_test_data(place: Place) -> bool:
    """Whether a place is inside of the tests of a program."""
    tests = frozenset(_table()["names"]["code"]["tests"])
    return any(not tests.isdisjoint(_forms(one.name)) for one in place.above() if one.name)


def is_code_name(place: Place) -> bool:
    """Whether the name says that a place holds code."""
    names = _table()["names"]["code"]
    return not frozenset(names["columns"]).isdisjoint(_forms(place.name)) or is_in_code(place)


def is_in_code(place: Place) -> bool:
    """Whether the name says in which programming language something is: `lean4_statement`."""
    languages = frozenset(_table()["names"]["code"]["languages"])
    return not languages.isdisjoint(column_name(place.name).split("_"))


def _role(name: str) -> Role | None:
    table, labels = _roles(), _labels()
    if _is_right_one(column_name(name)):
        return Role.ANSWER
    for form in _forms(name):
        if form in table:
            return table[form]
        if form in labels:
            return None
    return None


def is_label(place: Place) -> bool:
    """Whether the name says that a place holds ids, labels or code."""
    labels, table = _labels(), _roles()
    for form in _forms(place.name):
        if form in labels:
            return True
        if form in table:
            return False
    return False


def is_title(place: Place) -> bool:
    """Whether the name says that a place holds titles."""
    return not frozenset(_table()["names"]["title"]).isdisjoint(_forms(place.name))


def is_heading(place: Place) -> bool:
    """Whether a place holds the headings of a table."""
    return place.pattern.endswith("]") and column_name(place.name) in _table()["names"]["heading"]


def is_cell(place: Place) -> bool:
    """Whether a place holds the cells of a table: a list of lists under the name of one, and no answer."""
    return (
        place.pattern.endswith("[][]")
        and _is_in("table", place)
        and not any(map(is_answer_name, place.above()))
    )


def is_about(place: Place) -> bool:
    """Whether a place is inside of what is about a row, as in `metadata.context`."""
    return _is_in("about", place)


def _is_in(names: str, place: Place) -> bool:
    return any(column_name(one.name) in _table()["names"][names] for one in place.above() if one.name)


def is_answer_name(place: Place) -> bool:
    """Whether a place is called exactly as columns of answers are."""
    name = column_name(place.name)
    named = name in _table()["names"]["answer"] or _is_right_one(name)
    return named and not place.pattern.endswith("]") and not _is_other_name(place)


def _is_other_name(place: Place) -> bool:
    """Whether a place has other names of the row itself, not of an answer."""
    return column_name(place.name) == "aliases" and all(one.name in ("", place.name) for one in place.above())


def is_meant(role: Role, place: Place) -> bool:
    """Whether the name of a place itself says its role, not only that of what holds it."""
    return _role(place.name) is role


def is_named(role: Role, place: Place) -> bool:
    """Whether a place is called as places of a role are, not only inside of one or with a longer name."""
    return column_name(place.name) in _table()["names"].get(role.value, [])


def role_rank(role: Role, place: Place) -> int:
    """Where a name stands among those of its role; a large number where it is not among them by itself."""
    names = _table()["names"].get(role.value, [])
    name = column_name(place.name)
    return int(names.index(name)) if name in names else len(names)
