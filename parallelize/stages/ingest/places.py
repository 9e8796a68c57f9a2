"""The places of a source: every path that its rows have, with examples of what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from parallelize.core.speakers import SPEAKER_KEYS, SPEAKERS, speaker_of
from parallelize.core.trees import Tree, quoted_name

__all__ = ["Entry", "Place", "has_speaker", "is_turn", "pattern_fits", "survey"]

_TAGS: Final = (*SPEAKER_KEYS, "type")
"""Keys of a list's items that tell kinds of items apart, first that is there."""
_TAG: Final = re.compile(r"[\w.-]{1,32}")
_MOST_TAGS: Final = 24
_MOST_CHILDREN: Final = 400
"""Keys of one object that get places of their own; what has more is a table with keys as data."""
_KEPT_VALUES: Final = 24
_PATTERN: Final = re.compile(r"\[([^\]]*)\]|\.?`((?:[^`]|``)*)`|\.?([^.\[\]`]+)")


class Entry(list[Any]):
    """A key of a map with its value: only maps of Arrow come as tuples."""

    __slots__ = ()


class Place:
    """A path of the source, with `[]` for the items of a list, and what was seen there."""

    __slots__ = (
        "children",
        "items",
        "name",
        "parent",
        "pattern",
        "quoted",
        "rows",
        "rule",
        "skip",
        "tag",
        "values",
    )

    def __init__(
        self, parent: Place | None, name: str, pattern: str, *, tag: tuple[str, str] | None = None
    ) -> None:
        self.parent = parent
        self.name = name
        """Key of the object; that of the list for its items; empty for the root."""
        self.quoted = "" if parent is None else quoted_name(name)
        self.pattern = pattern
        self.tag = tag
        """(key, value) that the items of a list share: ("role", "user")."""
        self.children: dict[str, Place] = {}
        self.items: dict[str, Place] = {}
        self.values: list[str] = []
        """First texts that stand here, blank ones left out."""
        self.rows = 0
        """Texts that stand here, blank ones left out."""
        self.rule: Any = None
        """What is to be done with texts here, once that is decided."""
        self.skip = False
        """Whether nothing in it is ever looked at."""

    def child(self, name: str) -> Place:
        """The place of a key."""
        found = self.children.get(name)
        if found is None:
            if len(self.children) >= _MOST_CHILDREN:
                name = "*"
                if "*" in self.children:
                    return self.children["*"]
            quoted = quoted_name(name)
            found = Place(self, name, f"{self.pattern}.{quoted}" if self.pattern else quoted)
            self.children[name] = found
        return found

    def item(self, value: Any) -> Place:
        """The place of an item of a list."""
        tag = _tag(value) if type(value) is dict else None
        label = "" if tag is None else f"{tag[0]}={tag[1]}"
        found = self.items.get(label)
        if found is None:
            if len(self.items) >= _MOST_TAGS:
                label, tag = "", None
                if "" in self.items:
                    return self.items[""]
            found = Place(self, self.name, f"{self.pattern}[{label}]", tag=tag)
            self.items[label] = found
        return found

    def below(self) -> Iterator[Place]:
        """This place and all in it, in order of appearance."""
        yield self
        for inner in (*self.children.values(), *self.items.values()):
            yield from inner.below()

    def above(self) -> Iterator[Place]:
        """This place and all that hold it, the root last."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent

    @property
    def speaker(self) -> str:
        """Who says what stands here, in a chat; empty outside of chats."""
        for place in self.above():
            if place.tag is not None and place.tag[0] != "type":
                return speaker_of(place.tag[1])
        return ""

    def reach(self, row: Any) -> Iterator[Any]:
        """Every value of a row that stands here, null left out."""
        values = [row]
        for place in [one for one in reversed(list(self.above())) if one.parent is not None]:
            if place.pattern.endswith("]"):
                values = [
                    inner
                    for value in values
                    if isinstance(value, list)
                    for inner in value
                    if place.takes(inner)
                ]
            else:
                values = [
                    value[place.name]
                    for value in values
                    if isinstance(value, Mapping) and place.name in value
                ]
        yield from (value for value in values if value is not None)

    def first(self, row: Tree) -> Any:
        """The first value of a row that stands here; null if there is none."""
        if self.parent is not None and self.parent.parent is None:
            return row.get(self.name)
        return next(self.reach(row), None)

    def takes(self, item: Any) -> bool:
        """Whether an item of a list belongs here."""
        return self.tag is None or (isinstance(item, dict) and _tag(item) == self.tag)

    def copy(self, parent: Place | None = None) -> Place:
        """The same places with their rules, to be added to without changing these."""
        twin = Place(parent, self.name, self.pattern, tag=self.tag)
        twin.rule, twin.rows, twin.values, twin.skip = self.rule, self.rows, self.values, self.skip
        twin.children = {name: inner.copy(twin) for name, inner in self.children.items()}
        twin.items = {name: inner.copy(twin) for name, inner in self.items.items()}
        return twin


def _tag(item: dict[str, Any]) -> tuple[str, str] | None:
    for key in _TAGS:
        value = item.get(key)
        if type(value) is str and _TAG.fullmatch(value):
            return key, value
    return None


def has_speaker(turn: Any) -> bool:
    """Whether an item of a list says who speaks."""
    return isinstance(turn, dict) and any(isinstance(turn.get(key), str) for key in SPEAKER_KEYS)


def is_turn(pair: list[Any], place: Place) -> bool:
    """Whether an item of a list is a turn written as a pair: who speaks, and what is said."""
    return place.pattern.endswith("]") and type(pair[0]) is str and pair[0].lower() in SPEAKERS


def survey(rows: Iterable[Tree]) -> Place:
    """The places of some rows."""
    root = Place(None, "", "")
    for row in rows:
        for name, value in row.items():
            _look(value, root.child(name))
    return root


def _look(value: Any, place: Place) -> None:
    kind = type(value)
    if kind is dict:
        for name, inner in value.items():
            _look(inner, place.child(name))
    elif kind is list or kind is Entry:
        for inner in value[1:] if kind is Entry else value:
            _look(inner, place.item(inner))
    elif isinstance(value, str) and value and not value.isspace():
        place.rows += 1
        if len(place.values) < _KEPT_VALUES:
            place.values.append(value)


def pattern_fits(pattern: str, place: Place) -> bool:
    """Whether a place, or one that holds it, is meant by a pattern.

    `messages[].content` means every item, `messages[role=user|system].content` some of them,
    `messages[role!=tool].content` all others; `messages` means everything in it; names may be shell
    patterns (`*_thinking`).
    """
    wanted = _parsed(pattern)
    chain = [one for one in reversed(list(place.above())) if one.parent is not None]
    steps = [(one, "item" if one.pattern.endswith("]") else "name") for one in chain]
    at = 0
    for kind, text in wanted:
        if at < len(steps) and kind == "name" and steps[at][1] == "item":
            at += 1  # the brackets of a list may be left out before a name
        if at >= len(steps) or steps[at][1] != kind:
            return False
        one = steps[at][0]
        if kind == "name" and not _named(text, one.name):
            return False
        if kind == "item" and not _tagged(text, one.tag):
            return False
        at += 1
    return True


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> list[tuple[str, str]]:
    found = []
    for match in _PATTERN.finditer(pattern):
        inside, quoted, name = match.groups()
        if inside is not None:
            found.append(("item", inside))
        else:
            found.append(("name", quoted.replace("``", "`") if quoted is not None else name))
    return found


def _named(wanted: str, name: str) -> bool:
    if "*" not in wanted:
        return wanted == name
    return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), name) is not None


def _tagged(condition: str, tag: tuple[str, str] | None) -> bool:
    if not condition or condition.isdecimal():
        return True
    equal = "!=" not in condition
    key, _, values = condition.partition("=" if equal else "!=")
    value = tag[1] if tag is not None and tag[0] == key else None
    return (value in values.split("|")) == equal
