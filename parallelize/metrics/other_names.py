"""Names of a row that stand for one another: "Peter is taller than Clara" → "Peter ist größer als Anna".

Between languages of Latin script, where a name stays or is spelled alike. What a name became that the text
has nowhere else is not told: it may be what that language calls the place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from typing import Final

from parallelize.metrics.function_words import function_words
from parallelize.metrics.pair import Pair
from parallelize.metrics.people_verbs import people_verbs
from parallelize.metrics.reading import Reading
from parallelize.text.protect.names import all_folded, folded, is_translated

__all__ = ["ALIKE", "CAPITAL_WORD", "names_told_apart", "other_names"]

_LATIN_CAPITALS: Final = "".join(filter(str.isupper, map(chr, (*range(0x250), *range(0x1E00, 0x1F00)))))
CAPITAL_WORD: Final = re.compile(rf"[{_LATIN_CAPITALS}](?<![^\W\d_].)[^\W\d_]*")
"""A word that begins with a capital of the Latin alphabet; the capital first, by which a search skips."""
_SHORTEST: Final = 3
"""Letters of the shortest name."""

_CAPITAL: Final = re.compile(r"(?<![\w'’-])[A-Z][a-z\u00df-\u024f]{2,}(?![\w-])")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_ACTS: Final = re.compile(
    rf"""
    (?: ['’]s | ,?[ ] (?: and | [a-z]{{2,}}s | [a-z]+ed | {people_verbs("told")} ) ) [ ]
    """,
    re.VERBOSE,
)
"""What follows a name at the beginning of a sentence."""
ALIKE: Final = 0.6
"""Likeness from which two spellings are one name: Clara and Klára, Vienna and Wiednia."""
_MOST: Final = 4_000
"""Characters of a source whose names are looked for."""


def other_names(pair: Pair) -> Iterator[str]:
    """Names that their sentence lost in the target while it gained another name of the source."""
    source, target = pair.source, pair.target
    if target.script != "Latn" or len(target.text) // 4 > _MOST:
        return
    known = source.once(names_told_apart)
    if not known or not target.sentences:
        return
    if exchanged := _exchanged(source, target):
        yield exchanged
        return
    by_sentence = source.once(_names_by_sentence)
    pairs = list(zip(by_sentence, target.sentences, strict=False))
    if len(by_sentence) != len(target.sentences):
        asks = all(side.text.rstrip().endswith("?") for side in (source, target))
        pairs = [(by_sentence[-1], target.sentences[-1])] if asks else []
    for said, theirs in pairs:
        if not said:
            continue
        piece = target.text[slice(*theirs)]
        if not any(map(folded(piece).__contains__, known - said)):  # as most
            continue
        words = set(all_folded(_WORD.findall(piece)))
        gained = known & words - said
        if len(gained) != 1:
            continue
        lost = [name for name in said - words if not _is_among(name, words)]
        if len(lost) == 1:
            yield f"{lost[0]} is {gained.pop()}"


def _exchanged(source: Reading, target: Reading) -> str:
    """Which name stands so much more often in the target as another stands less, all others as often."""
    ours, theirs = source.once(_often), _counted(target.text, source.once(names_told_apart))
    if ours == theirs or ours.keys() != theirs.keys() or ours.total() != theirs.total():
        return ""
    (lost, *other), (gained, *others) = (ours - theirs), (theirs - ours)
    return "" if other or others else f"{lost} is {gained}"


def _often(source: Reading) -> Counter[str]:
    return _counted(source.text, source.once(names_told_apart))


def _counted(text: str, known: Collection[str]) -> Counter[str]:
    """How often each name stands in a text."""
    words = [word for word in CAPITAL_WORD.findall(text) if len(word) >= _SHORTEST]
    begins = tuple(known)
    named = [_named(word, known) for word in all_folded(words) if word.startswith(begins)]
    return Counter(filter(None, named))


def _named(word: str, known: Collection[str]) -> str:
    """The name that a folded word is, with or without an ending; empty if none."""
    if word in known:
        return word
    return max(
        (name for name in known if word.startswith(name) and len(word) - len(name) < 5), key=len, default=""
    )


def names_told_apart(source: Reading) -> set[str]:
    """Words with a capital inside a sentence or before a verb that others keep; of a single one, none."""
    text = source.text if source.script == "Latn" and len(source.text) <= _MOST else ""
    words = {
        folded(found[0])
        for found in _CAPITAL.finditer(text)
        if text[found.start() - 2 : found.start()].rstrip(" ")[-1:].islower()
        or _ACTS.match(text, found.end())
    }
    if len(words) < 2:
        return set()
    small = {word for word in _WORD.findall(text) if word.islower()}
    known = {word for word in words - small if not is_translated(word)} - function_words("en")
    return known if len(known) > 1 else set()


def _names_by_sentence(source: Reading) -> list[set[str]]:
    """The names of each sentence."""
    known = source.once(names_told_apart)
    pieces = (source.text[slice(*place)] for place in source.sentences)
    return [known.intersection(all_folded(_CAPITAL.findall(piece))) for piece in pieces]


def _is_among(name: str, words: Collection[str]) -> bool:
    """Whether a name is there in another spelling or case."""
    return any(
        word.startswith(name[: max(3, len(name) - 2)]) or SequenceMatcher(None, name, word).ratio() >= ALIKE
        for word in words
    )
