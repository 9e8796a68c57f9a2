"""Choices of a problem, A to H, and the letters by which a text names them: "The answer is B"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from parallelize.core.writing import words_run_on
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.answers import choice_alphabets

__all__ = ["localised_letters", "other_letters", "speaks_of_choices"]

_LATIN: Final = tuple("ABCDEFGH")
_FEWEST: Final = 3
"""Choices of which a list is compared."""
_FEWEST_LEFT: Final = 2
"""Choices by which a list is known in the target."""
_SPEAKS_OF_CHOICES: Final = re.compile(
    r"""
    [AaOoCcSs] (?<!\w.)
    (?: (?<=[Aa])nswers? | (?<=[Oo])ptions? | (?<=[Cc])hoices? | (?<=[Ss])tatements? ) \b
    [^\n.]{0,24} (?<![\w'’]) [A-H] (?![\w'’])          # the letter that is spoken of
    """,
    re.VERBOSE,
)
"""It begins with one set, by which a search skips."""
_NUMBER: Final = re.compile(r"\d+")
_AROUND: Final = " \t\n\u3000()（）*_"
"""What stands around the labels of choices."""
_ALIKE: Final = {"Cyrl": str.maketrans("АВСЕН", "ABCEH"), "Grek": str.maketrans("ΑΒΕΗ", "ABEH")}
"""Letters that look Latin, where choices have Latin letters."""
_END: Final = r"(?=\s*(?:[.,;:)!?*\n。，、）]|$)|\s(?:is|are|was|and|or)\b)"
"""What follows the letter A, which is a word as well."""


class _Label(NamedTuple):
    start: int
    end: int


@lru_cache(maxsize=64)
def _label(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[\s(（*]))(?P<letter>{'|'.join(map(re.escape, letters))})[).:）．、：](?!\w)",
        re.MULTILINE,
    )


def _labels(text: str, letters: tuple[str, ...]) -> list[_Label]:
    """Where the choices of a list begin, from its first letter on, in order."""
    found: list[_Label] = []
    for label in _label(letters).finditer(text):
        if len(found) < len(letters) and label["letter"] == letters[len(found)]:
            found.append(_Label(*label.span()))
    return found


class _Choices(NamedTuple):
    letters: tuple[str, ...]
    labels: list[_Label]


def _choices(pair: Pair) -> _Choices:
    """The longest list of the target: in Latin letters or in those of its language."""
    text = pair.target.text
    alphabets = [_LATIN, *choice_alphabets(pair.target.language)]
    found = [_Choices(letters, _labels(text, letters)) for letters in alphabets]
    return max(found, key=lambda choices: len(choices.labels))


def _latin_labels(source: Reading) -> list[_Label]:
    return _labels(source.text, _LATIN)


def localised_letters(pair: Pair) -> frozenset[str]:
    """Latin letters of the source's choices that the target names by letters of its language."""
    ours = pair.source.once(_latin_labels)
    if len(ours) < _FEWEST_LEFT:
        return frozenset()
    theirs = _choices(pair)
    local = theirs.letters is not _LATIN and len(theirs.labels) >= _FEWEST_LEFT
    return frozenset(_LATIN[: len(ours)] if local else ())


def other_letters(pair: Pair) -> Iterator[str]:
    """Choices that are gone or exchanged, and choices that are named by another letter."""
    ours = pair.source.once(_told_choices)
    source, target = pair.source.text, pair.target.text
    theirs = _choices(pair)
    if len(ours) >= _FEWEST and _FEWEST_LEFT <= len(theirs.labels) < len(ours):
        yield f"lost choice {_LATIN[len(theirs.labels)]}"
    elif len(ours) >= _FEWEST and len(ours) == len(theirs.labels):
        mine, yours = _pieces(source, ours), _pieces(target, theirs.labels)
        one, other = _numbers(mine), _numbers(yours)
        if one != other and sorted(one) == sorted(other):
            yield "choices with numbers of one another"
        blank = zip(_LATIN, _are_blank(mine), _are_blank(yours), strict=False)
        yield from (f"choice {letter} is empty" for letter, before, after in blank if after and not before)
    letters = theirs.letters if len(theirs.labels) >= _FEWEST_LEFT else _LATIN
    if letters is _LATIN:
        target = target.translate(_ALIKE.get(pair.target.script, {}))
    latin = pair.target.script == "Latn" or letters is not _LATIN
    beside = r"A-Za-z\d_" if words_run_on(pair.target.language) else r"\w"
    left, right = pair.source.sentences, pair.target.sentences
    pieces = (
        zip(left, right, strict=True) if len(left) == len(right) else [((0, len(source)), (0, len(target)))]
    )
    for (start, end), (first, last) in pieces:
        said = _named(source[start:end], _LATIN, r"\w", sure=True)
        again = _named(target[first:last], letters, beside, sure=latin)
        gone, new = list((said - again).elements()), list((again - said).elements())
        if gone and new:
            yield f"{gone[0]} is {new[0]}"
            return


def speaks_of_choices(source: Reading) -> bool:
    """Whether an English text has a list of choices, or names one by its letter."""
    listed = len(source.once(_told_choices)) >= _FEWEST_LEFT
    return listed or _SPEAKS_OF_CHOICES.search(source.text) is not None


def _told_choices(source: Reading) -> list[_Label]:
    """Where the choices of an English text begin."""
    text = source.text
    return _labels(text, _LATIN) if "B)" in text or "B." in text or "B:" in text else []


def _pieces(text: str, labels: list[_Label]) -> list[str]:
    """What stands between the label of each choice and the next."""
    ends = [label.start for label in labels[1:]] + [len(text)]
    return [text[label.end : end] for label, end in zip(labels, ends, strict=True)]


def _numbers(pieces: list[str]) -> list[tuple[str, ...]]:
    """The numbers of each choice up to the end of its line."""
    return [tuple(_NUMBER.findall(piece.partition("\n")[0])) for piece in pieces]


def _are_blank(pieces: list[str]) -> list[bool]:
    """Whether each choice says nothing; of the last it is not known where it ends."""
    return [not piece.strip(_AROUND) for piece in pieces[:-1]]


@lru_cache(maxsize=64)
def _name(letters: tuple[str, ...], beside: str, *, sure: bool) -> re.Pattern[str]:
    first = re.escape(letters[0]) + (_END if sure else "")
    others = "|".join(map(re.escape, letters[1:]))
    return re.compile(rf"(?<![{beside}'’.$\\-])({first}|{others})(?![{beside}'’$^-]|\s?=)")


def _named(text: str, letters: tuple[str, ...], beside: str, *, sure: bool) -> Counter[str]:
    """How often each choice is named, as Latin letters."""
    found = _name(letters, beside, sure=sure).findall(text)
    return Counter(_LATIN[letters.index(letter)] for letter in found)
