"""Read and use `senses.tsv`; a language that is not in it has no senses, and every function does nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache, partial

from parallelize.core.tables import shipped_lines
from parallelize.core.writing import without_marks
from parallelize.text.protect.names import names
from parallelize.text.senses.letters import Letters, pieces_of
from parallelize.text.senses.sense import LONGEST, Sense, compiled, sense_of

__all__ = ["Around", "has_senses", "lost_senses", "plain_wording", "put_right", "says"]

_CAPITAL = re.compile(r"[A-Z](?!\d)")
"""What begins with a capital and is no placeholder."""
_ARTICLE = re.compile(r"\b(a)n? $", re.IGNORECASE)


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


def plain_wording(text: str | Letters, language: str, *, context: str = "") -> str:
    """An English text in words whose sense a small engine is likelier to get right in a language.

    Args:
        text: to be shown to it.
        language: of the target.
        context: English text that tells which sense is meant; by default the text.
    """
    letters = text if isinstance(text, Letters) else Letters(text)
    index = _index(language)
    begun = index.begun(letters)  # words that are put in begin no phrase
    left = index.places(letters, begun & index.phrases)
    while left:
        place = left.pop(0)
        sense = index.senses[place]
        found = [(match, sense) for match in sense.matches(letters)]
        if found and sense.is_meant(context or letters.text):
            letters = Letters(_shown(letters.text, found))
            left = index.places(letters, (begun & index.phrases) >> place + 1 << place + 1)
    around = Around(context or letters.text)
    words = [found for found in _found(letters, language, around) if not found[1].is_phrase]
    return _shown(letters.text, words)


def put_right(source: str | Letters, target: str, language: str, *, context: str = "") -> str:
    """A translation whose known wrong words are put right, where the source has the words they stand for.

    Args:
        source: what was translated.
        target: the translation.
        language: of the target.
        context: as for `plain_wording`.
    """
    letters = source if isinstance(source, Letters) else Letters(source)
    found = _found(letters, language, Around(context or letters.text))
    for sense in dict.fromkeys(sense for _, sense in found):
        for wrong, right in sense.repairs:
            target = compiled(wrong).sub(partial(_like, right), target)
    return target


def lost_senses(source: str, target: str, language: str, *, around: Around | None = None) -> list[str]:
    """Words of an English source, each once, of which the target has no translation in the right sense.

    Args:
        source: a text or a line of one.
        target: its translation.
        language: of the target.
        around: English text that tells which sense is meant, such as the whole row; by default the source.
    """
    found = _found(Letters(source), language, around or Around(source))
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
        for sense in _index(language).lines(Letters(word))
        if sense.accepted and compiled(sense.english).fullmatch(word)
    }
    return len(compiled("|".join(sorted(accepted))).findall(without_marks(target.lower()))) if accepted else 0


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


def _found(letters: Letters, language: str, around: Around) -> list[tuple[re.Match[str], Sense]]:
    """Words of the table in an English text, from left to right.

    Where two overlap, those of the earlier line, but phrases leave their words to the lines of these. Names
    are no words.
    """
    text, index, found = letters.text, _index(language), []
    taken = bytearray(len(text))
    for start, end in names(text):
        taken[start:end] = b"\1" * (end - start)
    for sense in index.lines(letters):
        matches = [item for item in sense.matches(letters) if not any(taken[slice(*item.span())])]
        if matches and around.means(sense):
            found += [(match, sense) for match in matches]
            for match in matches if not sense.is_phrase else ():
                taken[slice(*match.span())] = b"\1" * (match.end() - match.start())
    return sorted(found, key=lambda item: item[0].start())


def _like(right: str, match: re.Match[str]) -> str:
    """The right word, with a capital where the wrong one has it."""
    text = match.expand(right)
    return text[:1].upper() + text[1:] if match[0][:1].isupper() else text


class _Index:
    """Lines of the table by what their words begin with, and by pieces of the letters that these must have.

    A set of lines is a number with a bit for each, so that sets are joined and cut in one step.
    """

    def __init__(self, language: str, senses: Sequence[Sense]) -> None:
        """Put each line where its rarest pieces are; what is rare in the table is rare in texts."""
        self.senses = senses
        self.phrases = sum(1 << place for place, sense in enumerate(senses) if sense.is_phrase)
        """Those that reword a phrase and leave its words to other lines."""
        self._words = sum(1 << place for place, sense in enumerate(senses) if sense.takes_words)
        self._language = language
        often = Counter(
            piece
            for sense in senses
            for needed in sense.needs
            for words in needed
            for piece in pieces_of(words)
        )
        self._by_key: dict[str, int] = {}
        self._by_pieces: tuple[dict[str, int], ...] = ({}, {})
        for place, sense in enumerate(senses):
            needs = [
                {min(pieces_of(words), key=often.__getitem__) for words in needed} for needed in sense.needs
            ]
            needs.sort(key=lambda some: sum(often[piece] for piece in some))
            columns = zip((self._by_key, *self._by_pieces), (sense.keys, *needs, {""}, {""}), strict=False)
            for column, some in columns:
                for letters in some:
                    column[letters] = column.get(letters, 0) | 1 << place

    def begun(self, text: Letters) -> int:
        """The lines whose words may begin in a text; none in one that is too long."""
        return _joined(self._by_key, text.beginnings.keys()) if len(text.text) <= LONGEST else 0

    def places(self, text: Letters, among: int) -> list[int]:
        """Where in `senses` the lines of some are whose words a text may have, in order."""
        if not among:
            return []
        among &= self._standing(text)
        found, lowered = [], text.lowered
        while among:
            lowest = among & -among
            place = lowest.bit_length() - 1
            among ^= lowest
            if self.senses[place].may_stand_in(lowered):
                found.append(place)
        return found

    def lines(self, text: Letters) -> list[Sense]:
        """The lines that take words or tell what a reply has for them, whose words a text may have."""
        return [self.senses[place] for place in self.places(text, self.begun(text) & self._words)]

    def _standing(self, text: Letters) -> int:
        """The lines of which a text has the rarest pieces, looked for once."""
        found = text.lines.get(self._language)
        if found is None:
            rarest, next_rarest = (_joined(column, text.pieces) for column in self._by_pieces)
            found = text.lines[self._language] = rarest & next_rarest
        return found


def _joined(column: Mapping[str, int], letters: AbstractSet[str]) -> int:
    """The lines that stand at some letters or at none."""
    found = column.get("", 0)
    for some in column.keys() & letters:
        found |= column[some]
    return found


@lru_cache(maxsize=8)
def _index(language: str) -> _Index:
    return _Index(language, _senses(language))


@cache
def _lines() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Lines of the table by language, those of all languages (`*`) among them, in their order."""
    rows = shipped_lines(__package__, "senses.tsv")
    codes = {row[0] for row in rows} - {"*"}
    return {code: tuple(row for row in rows if row[0] in (code, "*")) for code in codes}


@lru_cache(maxsize=64)
def _senses(language: str) -> tuple[Sense, ...]:
    """Lines of a language; without any, not even those of all languages."""
    return tuple(map(sense_of, _lines().get(language.partition("-")[0], ())))
