"""Read and use `senses.tsv`; a language that is not in it has no senses, and every function does nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial

from parallelize.core.tables import shipped_lines
from parallelize.core.writing import without_marks
from parallelize.text.protect.names import names
from parallelize.text.senses.sense import KEY_LETTERS, LONGEST, Sense, compiled, sense_of

__all__ = ["Around", "has_senses", "lost_senses", "plain_wording", "put_right", "says"]

_PIECES = (3, 5)
"""Letters of the pieces by which lines are found; of words with fewer than the second, the first."""
_WORD = re.compile(r"(?<![\w-])[a-z]+", re.IGNORECASE | re.ASCII)
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


def plain_wording(text: str, language: str, *, context: str = "") -> str:
    """An English text in words whose sense a small engine is likelier to get right in a language.

    Args:
        text: to be shown to it.
        language: of the target.
        context: English text that tells which sense is meant; by default the text.
    """
    phrases, starts = _phrases(language), None
    left = phrases.places(text) if len(text) <= LONGEST else []
    while left:
        place = left.pop(0)
        sense = phrases.senses[place]
        found = [(match, sense) for match in compiled(sense.english).finditer(text)]
        if found and sense.is_meant(context or text):
            if starts is None:  # of the text as it came: words that are put in begin no phrase
                starts = _starts(text)
            text = _shown(text, found)
            left = [
                later
                for later in phrases.places(text)
                if later > place and phrases.senses[later].begins(starts)
            ]
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
        for sense in _words(language).lines(word)
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


def _found(text: str, language: str, around: Around) -> list[tuple[re.Match[str], Sense]]:
    """Words of the table in an English text, from left to right.

    Where two overlap, those of the earlier line, but phrases leave their words to the lines of these. Names
    are no words.
    """
    taken = bytearray(len(text))
    for start, end in names(text):
        taken[start:end] = b"\1" * (end - start)
    found = []
    lines = _words(language).lines(text) if len(text) <= LONGEST else []
    starts = _starts(text) if lines else {}
    for sense in lines:
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


class _Index:
    """Lines of the table by pieces of the letters that a text must have for their words to stand in it."""

    def __init__(self, senses: Iterable[Sense]) -> None:
        """Put each line where its rarest pieces are; what is rare in the table is rare in texts."""
        self.senses = tuple(senses)
        often = Counter(
            piece
            for sense in self.senses
            for needed in sense.needs
            for words in needed
            for piece in _pieces(words)
        )
        self._places: dict[str, list[int]] = {}
        for place, sense in enumerate(self.senses):
            pieces = [
                {min(_pieces(words), key=often.__getitem__) for words in needed} for needed in sense.needs
            ]
            for piece in min(pieces, key=lambda some: sum(often[one] for one in some), default={""}):
                self._places.setdefault(piece, []).append(place)

    def places(self, text: str) -> list[int]:
        """Where in `senses` the lines are whose words a text may have, in order."""
        lowered, places = text.lower(), self._places
        pieces = {lowered[at : at + size] for size in _PIECES for at in range(len(lowered))} | {""}
        found = {place for piece in pieces if piece in places for place in places[piece]}
        return [place for place in sorted(found) if self.senses[place].may_stand_in(lowered)]

    def lines(self, text: str) -> list[Sense]:
        """The lines whose words a text may have, from the top of the table."""
        return [self.senses[place] for place in self.places(text)]


def _pieces(words: str) -> list[str]:
    """Pieces of some letters, one of which a text has where it has them; few letters say nothing."""
    few, many = _PIECES
    size = many if len(words) >= many else few
    return [words[at : at + size] for at in range(len(words) - size + 1)] or [""]


def _starts(text: str) -> dict[str, list[int]]:
    """Where words of a text begin, by their first letters, as `Sense.keys` has them."""
    starts: dict[str, list[int]] = {}
    for word in _WORD.finditer(text):
        letters = (word[0].lower() + " ")[:KEY_LETTERS]
        for length in range(1, len(letters) + 1):
            starts.setdefault(letters[:length], []).append(word.start())
    return starts


@lru_cache(maxsize=8)
def _phrases(language: str) -> _Index:
    """Lines that reword a phrase and leave its words to other lines."""
    return _Index(sense for sense in _senses(language) if sense.is_phrase)


@lru_cache(maxsize=8)
def _words(language: str) -> _Index:
    """Lines that take their words, or tell what a reply has for them."""
    return _Index(
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
    return tuple(map(sense_of, _lines().get(language.partition("-")[0], ())))
