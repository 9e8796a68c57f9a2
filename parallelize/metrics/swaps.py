"""Words in whose place another came back: opposites, people, days, names. English sources only.

Fluent sentences with every number right still say "later" for "earlier", "son" for "daughter", "Rome" for
"Orléans". A word that is only lost proves nothing, for it may have come back in other words; a word that is
lost while one that excludes it appeared in the same segment does. Units of weight and distance are left out:
small models translate "quilos" back as "pounds".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from parallelize.core.tables import shipped_lines
from parallelize.core.verdicts import EVIDENCE, Score
from parallelize.core.writing import without_marks
from parallelize.metrics.other_names import ALIKE
from parallelize.metrics.pair import BackPair, Row

__all__ = ["back_swaps", "swapped"]

_LANGUAGE = "en"
_LONGEST = 4_000
"""Characters of the longest segment whose names are looked for."""
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][^\W\d_A-Z]{2,}(?![^\W\d_])")
"""A capitalised word within a sentence."""


def _members() -> dict[str, list[tuple[int, int]]]:
    """Word → (class, member of it) for each class that it is in."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, (line,) in enumerate(shipped_lines(__package__, "swaps.txt")):
        for place, words in enumerate(line.split("|")):
            for word in words.split():
                found.setdefault(word, []).append((number, place))
    return found


_MEMBERS = _members()


def back_swaps(row: Row) -> Score:
    """Opposites, people, days and names of the source in whose place others came back, over the row."""
    if not row.came_back or row.came_back[0].source.language != _LANGUAGE:
        return Score(measure="back_swaps", value=None)
    found = [
        (f"{word} came back as {other}", pair.where)
        for pair in row.came_back
        for word, other in swapped(pair)
    ]
    evidence = "; ".join(swap for swap, _ in found)[:EVIDENCE]
    where = found[0][1] if found else ""
    return Score(measure="back_swaps", value=float(len(found)), where=where, evidence=evidence)


def swapped(pair: BackPair) -> Iterator[tuple[str, str]]:
    """Words and names of a segment, each with the one that came back in its place."""
    ours, theirs = (Counter(filter(_MEMBERS.__contains__, side.words)) for side in (pair.source, pair.back))
    lost, gained = ours - theirs, theirs - ours
    before, after = _places(lost), _places(gained)
    came = {
        place: word for word in gained for place in _MEMBERS.get(word, ()) if after[place] > before[place]
    }
    for word in lost:
        for number, place in _MEMBERS.get(word, ()):
            if before[number, place] <= after[number, place]:
                continue  # another form of the same
            other = next((came[key] for key in came if key[0] == number), None)
            if other is not None:
                yield word, other
                break
    if len(pair.source.prose) <= _LONGEST:
        yield from _other_names(pair.source.prose, pair.back.prose)


def _places(words: Counter[str]) -> Counter[tuple[int, int]]:
    """How often words say each member of a class: fewer came back as less, and more as nothing."""
    said: Counter[tuple[int, int]] = Counter()
    for word, times in words.items():
        said.update(dict.fromkeys(_MEMBERS[word], times))
    return said


def _other_names(source: str, back: str) -> Iterator[tuple[str, str]]:
    ours, theirs = dict.fromkeys(_NAME.findall(source)), dict.fromkeys(_NAME.findall(back))
    if ours.keys() <= theirs.keys():
        return
    known, came = ([word for word in _WORD.findall(text) if word[0].isupper()] for text in (source, back))
    if theirs.keys() <= ours.keys():
        return
    new = [name for name in theirs if name not in source and not _is_among(name, known)]
    gone = [name for name in ours if name not in back and not _is_among(name, came)]
    yield from zip(gone, new, strict=False)


def _is_among(name: str, words: list[str]) -> bool:
    return bool(get_close_matches(_plain(name), set(map(_plain, words)), 1, ALIKE))


def _plain(word: str) -> str:
    """Small letters without their marks."""
    return without_marks(unicodedata.normalize("NFKC", word.lower()))
