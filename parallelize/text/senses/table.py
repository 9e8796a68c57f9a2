"""Read and use `senses.tsv`; a language that is not in it has no senses, and every function does nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from parallelize.core.tables import shipped_lines
from parallelize.core.writing import without_marks
from parallelize.text.protect.names import names

__all__ = ["Around", "has_senses", "lost_senses", "plain_wording", "put_right", "says"]

_ABSENT = "-"
_LONGEST = 20_000
"""Characters of the longest text that is looked at."""
_KEY = 6
"""Letters by which a text is looked through for a line's words before its expression is tried."""
_WORD = re.compile(r"(?<![\w-])[a-z]+", re.IGNORECASE | re.ASCII)
_CLASS = re.compile(r"\\.|\[[^\]]*\]")
_UNCERTAIN = re.compile(r"\0+|.[?*{]")
"""What of an expression is no letter, or need not be there."""
_LETTERS = re.compile(r"[a-z ]+")
_OPENING = re.compile(r"\((?:\?(?:-i:|:|<?[=!]))?")
_TAKING = ("(", "(?:", "(?-i:")
"""Openings of groups that take what they match."""
_ENOUGH = 3
"""Letters that few texts have by chance."""
_CAPITAL = re.compile(r"[A-Z](?!\d)")
"""What begins with a capital and is no placeholder."""
_ARTICLE = re.compile(r"\b(a)n? $", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sense:
    """One line of the table: English words in one sense. Expressions are compiled when a text needs them."""

    english: str
    """Expression of its words."""
    keys: frozenset[str]
    """First letters of its words, one of which a text must have; with a space, the whole first word."""
    needs: tuple[str, ...]
    """Letters and spaces of which its words have some: a text without any of them is not searched."""
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

    def may_stand_in(self, lowered: str) -> bool:
        """Whether a text in small letters may have its words; a look before its expression is tried."""
        for words in self.needs:  # noqa: SIM110 - `any` takes three times as long, for every line of the table
            if words in lowered:
                return True
        return False

    def is_meant(self, text: str) -> bool:
        """Whether a text lets the words have this sense; its beginning tells, for every line of it asks."""
        if self.near and not _compiled(self.near).search(text, 0, _LONGEST):
            return False
        return not self.unless or not _compiled(self.unless).search(text, 0, _LONGEST)

    def matches(self, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        """Its words in a text, from left to right.

        Args:
            text: an English text.
            starts: where words with its first letters begin, from left to right; not asked for where its
                expression begins with none.
        """
        if "" in self.keys:
            yield from _compiled(self.english).finditer(text)
            return
        expression, end = _compiled(self.english), 0
        for start in starts:
            if start >= end and (match := expression.match(text, start)):
                yield match
                end = match.end()

    def is_lost(self, times: int, target: str) -> bool:
        """Whether a target lacks the sense: it has no right word, or too few of them and a wrong one."""
        there = len(_compiled(self.accepted).findall(target)) if self.accepted else 0
        if self.accepted and (there == 0 or there >= times):
            return there == 0
        return bool(self.never and _compiled(self.never).search(target))


class Around:
    """A text around words, which tells their sense; each sense is looked for in it once."""

    __slots__ = ("_text", "_told")

    def __init__(self, text: str) -> None:
        self._text = text
        self._told: dict[Sense, bool] = {}

    def means(self, sense: Sense) -> bool:
        """Whether the text lets its words have the sense."""
        told = self._told.get(sense)
        if told is None:
            told = self._told[sense] = sense.is_meant(self._text)
        return told


def plain_wording(text: str, language: str, *, context: str = "") -> str:
    """An English text in words whose sense a small engine is likelier to get right in a language.

    Args:
        text: to be shown to it.
        language: of the target.
        context: English text that tells which sense is meant; by default the text.
    """
    lowered = text.lower()
    for sense in _candidates(text, _phrases(language)):
        if sense.may_stand_in(lowered) and sense.is_meant(context or text):
            text = _shown(text, [(match, sense) for match in _compiled(sense.english).finditer(text)])
            lowered = text.lower()
    return _shown(
        text,
        [found for found in _found(text, language, Around(context or text)) if not found[1].is_phrase],
    )


def put_right(source: str, target: str, language: str, *, context: str = "") -> str:
    """A translation whose known wrong words are put right, where the source has the words they stand for.

    Args:
        source: what was translated.
        target: the translation.
        language: of the target.
        context: as for `plain_wording`.
    """
    for sense in dict.fromkeys(sense for _, sense in _found(source, language, Around(context or source))):
        for wrong, right in sense.repairs:
            target = _compiled(wrong).sub(partial(_like, right), target)
    return target


def lost_senses(source: str, target: str, language: str, *, around: Around | None = None) -> list[str]:
    """Words of an English source, each once, of which the target has no translation in the right sense.

    Args:
        source: a text or a line of one.
        target: its translation.
        language: of the target.
        around: English text that tells which sense is meant, such as the whole row; by default the source.
    """
    found = _found(source, language, around or Around(source))
    looked_for = [item for item in found if item[1].accepted or item[1].never]
    times = Counter(sense for _, sense in looked_for)
    words = {sense: match[0] for match, sense in reversed(looked_for)}
    folded = without_marks(target.lower()) if words else ""
    return [words[sense] for sense, count in times.items() if sense.is_lost(count, folded)]


def has_senses(language: str) -> bool:
    """Whether the table knows words of a language."""
    return language.partition("-")[0] in _lines()


def says(words: Iterable[str], target: str, language: str) -> int:
    """How often a target has accepted translations of any of some English words; 0 if the table has none."""
    accepted = {
        sense.accepted
        for word in words
        for sense in _candidates(word, _words(language))
        if sense.accepted and _compiled(sense.english).fullmatch(word)
    }
    return (
        len(_compiled("|".join(sorted(accepted))).findall(without_marks(target.lower()))) if accepted else 0
    )


def _shown(text: str, found: Sequence[tuple[re.Match[str], Sense]]) -> str:
    """A text with words as they are shown, capitals and articles after them."""
    done, position = [], 0
    for match, sense in found:
        if not sense.shown:
            continue
        before = text[position : match.start()]
        shown = match.expand(sense.shown)
        if _CAPITAL.match(text, match.start()):
            shown = shown[:1].upper() + shown[1:]
        if article := _ARTICLE.search(before):
            before = before[: article.end(1)] + ("n " if shown[0] in "aeiou" else " ")
        done += [before, shown]
        position = match.end()
    return "".join([*done, text[position:]])


def _found(text: str, language: str, around: Around) -> list[tuple[re.Match[str], Sense]]:
    """Words of the table in an English text, from left to right.

    Where two overlap, those of the earlier line, but phrases leave their words to the lines of these. Names
    are no words.
    """
    taken = bytearray(len(text))
    for start, end in names(text):
        taken[start:end] = b"\1" * (end - start)
    found = []
    lowered = text.lower()
    for sense, starts in _candidates(text, _words(language)).items():
        if not sense.may_stand_in(lowered):
            continue
        matches = [item for item in sense.matches(text, starts) if not any(taken[slice(*item.span())])]
        if matches and around.means(sense):
            found += [(match, sense) for match in matches]
            for match in matches if not sense.is_phrase else ():
                taken[slice(*match.span())] = b"\1" * (match.end() - match.start())
    return sorted(found, key=lambda item: item[0].start())


def _like(right: str, match: re.Match[str]) -> str:
    """The right word, with a capital where the wrong one has it."""
    text = match.expand(right)
    return text[:1].upper() + text[1:] if match[0][:1].isupper() else text


@lru_cache(maxsize=8192)  # the whole table; compiling all of it at once would take half a second
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Index:
    """Lines of the table by the first letters of their words."""

    senses: tuple[Sense, ...]
    places: dict[str, list[int]]
    """Places among the lines by `Sense.keys`."""

    @classmethod
    def of(cls, senses: Iterable[Sense]) -> _Index:
        index = cls(tuple(senses), {})
        for place, sense in enumerate(index.senses):
            for key in sense.keys:
                index.places.setdefault(key, []).append(place)
        return index


def _candidates(text: str, index: _Index) -> dict[Sense, list[int]]:
    """Senses whose first letters some words of a text have, in the order of the table; and their starts."""
    places = index.places if len(text) <= _LONGEST else {}
    if not places:
        return {}
    starts: dict[int, list[int]] = {place: [] for place in places.get("", ())}
    for word in _WORD.finditer(text):
        letters = (word[0].lower() + " ")[:_KEY]
        for length in range(1, len(letters) + 1):
            for place in places.get(letters[:length], ()):
                starts.setdefault(place, []).append(word.start())
    return {index.senses[place]: starts[place] for place in sorted(starts)}


@lru_cache(maxsize=8)
def _phrases(language: str) -> _Index:
    """Lines that reword a phrase and leave its words to other lines."""
    return _Index.of(sense for sense in _senses(language) if sense.is_phrase)


@lru_cache(maxsize=8)
def _words(language: str) -> _Index:
    """Lines that take their words, or tell what a reply has for them."""
    return _Index.of(
        sense
        for sense in _senses(language)
        if not sense.is_phrase or sense.accepted or sense.never or sense.repairs
    )


@cache
def _lines() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Lines of the table by language, those of all languages (`*`) among them, in their order."""
    rows = shipped_lines(__package__, "senses.tsv")
    codes = {row[0] for row in rows} - {"*"}
    return {code: tuple(row for row in rows if row[0] in (code, "*")) for code in codes}


@lru_cache(maxsize=64)
def _senses(language: str) -> tuple[Sense, ...]:
    """Lines of a language; without any, not even those of all languages."""
    return tuple(map(_sense, _lines().get(language.partition("-")[0], ())))


def _sense(row: Sequence[str]) -> Sense:
    _, english, near, unless, shown, repairs, accepted, never = (
        "" if cell == _ABSENT else cell for cell in row
    )
    bare = _CLASS.sub(lambda found: "\0" * len(found[0]), english).lower()  # a bracket in it opens no group
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


def _keys(expression: str) -> frozenset[str]:
    """First letters of what an expression matches, a space after a whole word; "": it may begin otherwise."""
    return frozenset(key for part in _alternatives(expression) for key in _beginnings(part))


def _alternatives(expression: str) -> list[str]:
    """The parts of an expression between its bars, those within groups left alone."""
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(expression[begin:place])
            begin = place + 1
    return [*parts, expression[begin:]]


def _beginnings(part: str) -> frozenset[str]:
    """First letters of what one alternative matches."""
    if not part.startswith("("):
        begins = re.match(r"[a-z]*", part)[0]  # type: ignore[index]
        rest = part[len(begins) :]
        if rest[:1] == " " and rest[1:2] not in ("?", "*", "{"):
            return frozenset({(begins + " ")[:_KEY]})
        return frozenset({(begins[:-1] if rest[:1] in ("?", "*", "{") else begins)[:_KEY]})
    end = _group_end(part)
    opening = _OPENING.match(part)[0]  # type: ignore[index]
    inner, rest = part[len(opening) : end], part[end + 1 :]
    if opening not in _TAKING:  # it looks around, and takes nothing
        return _beginnings(rest)
    if rest[:1] in ("?", "*", "{"):
        return _keys(inner) | {""}
    return _keys(inner)


def _group_end(part: str) -> int:
    """Where the group with which a part begins ends."""
    depth = 0
    for place, sign in enumerate(part):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    raise ValueError(f"{part!r} has a group that does not end")


def _needs(expression: str) -> tuple[str, ...]:
    """Letters and spaces of which what an expression matches has some, as far as is seen."""
    return tuple(dict.fromkeys(needed for part in _alternatives(expression) for needed in _needed(part)))


def _needed(part: str) -> tuple[str, ...]:
    """The same of one alternative: its longest run of letters, or those of a group that must be there."""
    outside, groups, depth = [], [], 0
    for place, sign in enumerate(part):
        if sign == "(" and depth == 0:
            groups.append(part[place:])
        depth += (sign == "(") - (sign == ")")
        outside.append(sign if depth == 0 else "(")
    certain = _UNCERTAIN.sub("(", "".join(outside))
    needed = (max(_LETTERS.findall(certain), key=len, default=""),)
    return needed if len(needed[0]) >= _ENOUGH else max([needed, *map(_needed_in, groups)], key=_shortest)


def _needed_in(group: str) -> tuple[str, ...]:
    """The same of a group that begins what follows; nothing where it may be absent."""
    end = _group_end(group)
    opening = _OPENING.match(group)[0]  # type: ignore[index]
    if opening.endswith("!") or group[end + 1 : end + 2] in ("?", "*", "{"):
        return ("",)
    return _needs(group[len(opening) : end])


def _shortest(needed: Sequence[str]) -> int:
    return min(map(len, needed))


def _repair(pair: str) -> tuple[str, str]:
    wrong, right = pair.split(" = ")
    return rf"(?<!\w)(?:{wrong})(?!\w)", right


def _stems(cell: str) -> str:
    """Beginnings of words, `_` for a space; one that ends in a dot is the whole word."""
    stems = (re.escape(stem.rstrip(".")) + (r"\b" if stem.endswith(".") else "") for stem in cell.split())
    return rf"\b(?:{'|'.join(stems)})".replace("_", " ") if cell else ""
