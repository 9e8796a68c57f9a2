"""One line of `senses.tsv`: what it looks for in a text, and which letters a text must have for that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from parallelize.text.senses.letters import DIGIT, KEY_LETTERS, Letters

__all__ = ["LONGEST", "Sense", "compiled", "sense_of"]

LONGEST = 20_000
"""Characters of the longest text that is looked at."""
_ABSENT = "-"
_CLASS = re.compile(r"\\.|\[[^\]]*\]")
_FEW = re.compile(r"\[[^]^\\-]{1,3}\]")
"""A class of few characters, which is read as a group of them."""
_ANY, _ANY_DIGIT = "\0", "\1"
"""Stand for other classes of characters, and for those of digits."""
_DIGITS = re.compile(r"\\d|\[[\d-]+\]")
_ESCAPED = 0xE000
"""Added to an escaped sign, so that it is no sign of the language of expressions."""
_SIGNS = {_ESCAPED + number: chr(number) for number in range(128)}
_DOLLAR = chr(_ESCAPED + ord("$"))
_UNCERTAIN = re.compile(r".(?:[?*]|\{[^}]*\})|[\0\1]")
"""What of an expression may be one of several signs, or need not be there."""
_LETTERS = re.compile(r"[^\0\1()?*+{}^$.|]+")
_FORM = re.compile(r"[()|]")
_MAYBE = ("?", "*", "{")
"""What stands behind a group that may be absent."""
_OPENING = re.compile(r"\((?:\?(?:-i:|:|<?[=!]))?")
_TAKING = ("(", "(?:", "(?-i:")
"""Openings of groups that take what they match."""
_ENOUGH = 3
"""Letters that few texts have by chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sense:
    """One line of the table: English words in one sense. Expressions are compiled when a text needs them."""

    english: str
    """Expression of its words."""
    keys: tuple[str, ...]
    """What its words begin with, as `Letters.beginnings` has it; "" alone: they may begin otherwise."""
    needs: tuple[tuple[str, ...], ...]
    """Letters, signs and spaces: a text that lacks all of one of these is not searched for its words."""
    near: str
    """Expression of what the text must have, too; empty: nothing."""
    unless: str
    """Expression of what the text may not have; empty: anything."""
    shown: str
    r"""What the engine is shown instead, `\g<0>` for the words themselves; empty: the words."""
    repairs: tuple[tuple[str, str], ...]
    """Expressions of wrong words of a reply, and the right ones of the same gender and number."""
    accepted: str
    """Expression of beginnings of words of right translations, without accents; empty: not looked for."""
    never: str
    """The same of wrong ones."""

    is_phrase: bool
    """Whether what is shown repeats words of the text, which other lines may be about."""

    @property
    def takes_words(self) -> bool:
        """Whether it takes its words from later lines, or tells what a reply has for them."""
        return not self.is_phrase or bool(self.accepted or self.never or self.repairs)

    def may_stand_in(self, lowered: str) -> bool:
        """Whether a text in small letters may have its words; a look before its expression is tried."""
        for needed in self.needs:
            for words in needed:
                if words in lowered:
                    break
            else:
                return False
        return True

    def is_meant(self, text: str) -> bool:
        """Whether a text lets the words have this sense; its beginning tells, for every line of it asks."""
        if self.near and not compiled(self.near).search(text, 0, LONGEST):
            return False
        return not self.unless or not compiled(self.unless).search(text, 0, LONGEST)

    def matches(self, text: Letters) -> Iterator[re.Match[str]]:
        """Its words in a text, from left to right."""
        expression, keys, end = compiled(self.english), self.keys, 0
        if keys[0] == "":
            yield from expression.finditer(text.text)
            return
        starts = [start for key in keys for start in text.beginnings.get(key, ())]
        for start in starts if len(starts) == 1 else sorted(set(starts)):
            if start >= end and (match := expression.match(text.text, start)):
                yield match
                end = match.end()

    def is_lost(self, times: int, target: str) -> bool:
        """Whether a target lacks the sense: it has no right word, or too few of them and a wrong one."""
        there = len(compiled(self.accepted).findall(target)) if self.accepted else 0
        if self.accepted and (there == 0 or there >= times):
            return there == 0
        return bool(self.never and compiled(self.never).search(target))


@lru_cache(maxsize=8192)  # the whole table; compiling all of it at once would take half a second
def compiled(expression: str) -> re.Pattern[str]:
    """An expression of the table, capitals ignored."""
    return re.compile(expression, re.IGNORECASE)


def sense_of(row: Sequence[str]) -> Sense:
    """Read a line of the table, cell by cell."""
    _, english, near, unless, shown, repairs, accepted, never = (
        "" if cell == _ABSENT else cell for cell in row
    )
    bare = _CLASS.sub(_bare, english).lower()
    return Sense(
        english=rf"(?<![\w-])(?<!\d[.,])(?:{english})(?![\w-])",
        keys=_keys(bare),
        needs=_needs(bare),
        near=near,
        unless=unless,
        shown=shown,
        is_phrase="\\" in shown,
        repairs=tuple(_repair(pair) for pair in repairs.split("; ") if pair),
        accepted=_stems(accepted),
        never=_stems(never),
    )


def _bare(found: re.Match[str]) -> str:
    """What stands for a class of characters or an escaped sign, so that a bracket in it opens no group."""
    text = found[0]
    if _DIGITS.fullmatch(text):
        return _ANY_DIGIT
    if text[0] == "\\":
        return _ANY if text[1].isalnum() else chr(_ESCAPED + ord(text[1]))
    return f"({'|'.join(map(_escaped, text[1:-1]))})" if _FEW.fullmatch(text) else _ANY


def _escaped(sign: str) -> str:
    return sign if sign.isalnum() or not sign.isascii() else chr(_ESCAPED + ord(sign))


def _keys(expression: str) -> tuple[str, ...]:
    """First letters of what an expression matches, as in `Letters`; "" alone: it may begin otherwise."""
    keys = sorted({key for part in _alternatives(expression) for key in _beginnings(part)})
    return tuple(keys) if keys[0] else ("",)


def _alternatives(expression: str) -> list[str]:
    """The parts of an expression between its bars, those within groups left alone."""
    if "|" not in expression:
        return [expression]
    parts, depth, begin = [], 0, 0
    for sign in _FORM.finditer(expression):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if sign[0] == "|" and depth == 0:
            parts.append(expression[begin : sign.start()])
            begin = sign.end()
    return [*parts, expression[begin:]]


def _beginnings(part: str) -> Collection[str]:
    """First letters of what one alternative matches."""
    if part.startswith("("):
        end = _group_end(part)
        opening = _OPENING.match(part)[0]  # type: ignore[index]
        inner, rest = part[len(opening) : end], part[end + 1 :]
        if opening not in _TAKING:  # it looks around, and takes nothing
            return _beginnings(rest)
        return _with_next(_keys(inner), rest)
    first = part[:1]
    if first in (_ANY_DIGIT, _DOLLAR) or first.isdigit():
        return _with_next(("$" if first == _DOLLAR else DIGIT,), part[1:])
    begins = re.match(r"[a-z]*", part)[0]  # type: ignore[index]
    rest = part[len(begins) :]
    if len(begins) == 1 and rest[:1] == "?":
        return _with_next((begins,), rest)
    if begins and rest[:1] == " " and rest[1:2] not in _MAYBE:
        return ((begins + " ")[:KEY_LETTERS],)
    return ((begins[:-1] if rest[:1] in _MAYBE else begins)[:KEY_LETTERS],)


def _with_next(keys: Collection[str], rest: str) -> Collection[str]:
    """First letters of something, and of what follows it where it may be absent."""
    if rest[:1] == "?":
        return (*keys, *_beginnings(rest[1:]))
    return ("",) if rest[:1] == "*" or rest[:2] == "{0" else keys


def _group_end(part: str) -> int:
    """Where the group with which a part begins ends."""
    depth = 0
    for place, sign in enumerate(part):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    raise ValueError(f"{part!r} has a group that does not end")


def _needs(expression: str) -> tuple[tuple[str, ...], ...]:
    """Of each of these a text has some where the expression matches; those that say most come first."""
    parts = _alternatives(expression)
    if len(parts) > 1:
        needed = _union(_needed(part) for part in parts)
        return (needed,) if needed else ()
    return tuple(sorted(_all_needed(parts[0]), key=_says, reverse=True))


def _needed(part: str) -> tuple[str, ...]:
    """What of one alternative says most; empty: nothing need be there."""
    if part.isascii() and part.isalpha():
        return (part,)
    return max(_all_needed(part), key=_says, default=())


def _all_needed(part: str) -> list[tuple[str, ...]]:
    """All that one alternative needs: each run of letters, and some of each group that must be there."""
    outside, groups, depth, begin = [], [], 0, 0
    for sign in _FORM.finditer(part):
        if sign[0] == "(":
            if depth == 0:
                outside.append(part[begin : sign.start()])
                begin = sign.start()
            depth += 1
        elif sign[0] == ")":
            depth -= 1
            if depth == 0:
                groups.append((part[begin : sign.start()], part[sign.end() : sign.end() + 1]))
                begin = sign.end()
    runs = _LETTERS.findall(_UNCERTAIN.sub("(", "(".join([*outside, part[begin:]])))
    needed = [_needed_in(group) for group, behind in groups if behind not in _MAYBE]
    return [*((run.translate(_SIGNS),) for run in runs if run != " "), *filter(None, needed)]


def _needed_in(group: str) -> tuple[str, ...]:
    """The same of a group, without its last bracket; nothing where it may not be there."""
    opening = _OPENING.match(group)[0]  # type: ignore[index]
    if opening.endswith("!"):
        return ()
    return _union(_needed(part) for part in _alternatives(group[len(opening) :]))


def _union(needed: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What several alternatives need, each once; nothing if one of them needs nothing."""
    each = list(needed)
    return tuple(dict.fromkeys(words for some in each for words in some)) if all(each) else ()


def _says(needed: Sequence[str]) -> tuple[bool, int, int]:
    """How much it says that a text has one of these: few have more than some letters by chance."""
    shortest = min(map(len, needed))
    return shortest >= _ENOUGH, -len(needed), shortest


def _repair(pair: str) -> tuple[str, str]:
    wrong, right = pair.split(" = ")
    return rf"(?<!\w)(?:{wrong})(?!\w)", right


def _stems(cell: str) -> str:
    """Beginnings of words, `_` for a space; one that ends in a dot is the whole word."""
    stems = (re.escape(stem.rstrip(".")) + (r"\b" if stem.endswith(".") else "") for stem in cell.split())
    return rf"\b(?:{'|'.join(stems)})".replace("_", " ") if cell else ""
