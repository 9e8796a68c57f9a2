"""Words of an English source that never come back when the translation is translated back.

chrF and BLEU of a whole row hardly see one wrong word. Three kinds of words are worth a look of their own:
those of quantity and order, where one word turns a problem into another ("how many more"), words of
mathematics and measure, which have one name in every language ("prime", "gallon"), and uncommon content
words, which small models do not know: of rows that had lost one 54 % had a serious fault, of the others 35 %.
Common words come back as others of the same sense too often to tell anything. A word in whose place its
opposite came back is a swap and no loss: `metrics.swaps` counts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from parallelize.core.tables import shipped_lines, shipped_sets, shipped_words
from parallelize.core.verdicts import EVIDENCE, Score
from parallelize.metrics.pair import BackPair, Row
from parallelize.metrics.stems import stem
from parallelize.metrics.swaps import swapped
from parallelize.text.senses import says

__all__ = ["back_words"]

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_LINES = [line.partition("|") for (line,) in shipped_lines(__package__, "back_words.txt")]
_LOOKED_FOR = [words.split() for words, _, _ in _LINES]
"""Words of quantity, order and mathematics by sense."""
_SENSE = {word: number for number, words in enumerate(_LOOKED_FOR) for word in words}
_INSTEAD = {number: words.split() for number, (_, _, words) in enumerate(_LINES) if words}
"""Words that say a sense only where they came back."""
_NEEDLESS = re.compile(
    rf"\b(?:{'|'.join(phrase for (phrase,) in shipped_lines(__package__, 'needless_words.txt'))})\b"
)
"""Words of quantity in phrases that say as much without them: both red and blue."""
_VERBS = ("ed", "ing")
"""Verbs come back as other verbs ("purchased" as "bought"); things less often."""
_SHORTEST = 4
_LITTLE = shipped_sets(__package__, "english_words.tsv")["little"]


def back_words(row: Row) -> Score:
    """Count words of quantity and mathematics, by segment, and uncommon ones, that nothing came back for."""
    if row.back is None or not row.pairs or row.pairs[0][1].source.language != "en" or not row.came_back:
        return Score(measure="back_words", value=None)
    said: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    returned: set[str] = set()
    lost: list[str] = []
    where = ""
    for pair in row.came_back:
        ours, theirs = _words(pair.source.prose), _words(pair.back.prose)
        content = [word for word in ours if len(word) >= _SHORTEST and word not in _LITTLE]
        said.update(map(stem, content))
        spelled |= {stem(word): word for word in content}
        returned |= {stem(word) for word in theirs}
        returned |= {stem(first + second) for first, second in pairwise(theirs)}
        returned |= _joined(ours, theirs)
        instead = {_SENSE.get(word) for word, _ in swapped(pair)}
        gone = [_LOOKED_FOR[sense][0] for sense in _lost_senses(pair, ours, theirs) if sense not in instead]
        where = where or (pair.where if gone else "")
        lost += gone
    names = set(_names(row.came_back))
    common = shipped_words(__package__, "common_words.txt")  # stems of words of which problems are made
    uncommon = [
        word
        for stem, word in spelled.items()
        if stem not in returned
        and stem not in common
        and not word.endswith(_VERBS)
        and word not in _SENSE
        and word not in names
    ]
    if len(uncommon) > 1 or any(said[stem(word)] > 1 for word in uncommon):
        lost += uncommon  # one word that is said once may have come back as another of its sense
    lost = [word for word in lost if not _is_said(word, row)]
    evidence = ", ".join(lost)[:EVIDENCE]
    return Score(measure="back_words", value=float(len(lost)), where=where, evidence=evidence)


def _is_said(word: str, row: Row) -> bool:
    """Whether the translations themselves have a word as often as their sources, whatever came back."""
    forms = frozenset(_LOOKED_FOR[_SENSE[word]]) if word in _SENSE else frozenset((word,))
    for _, pair in row.pairs:
        times = sum(heard in forms for heard in _words(pair.source.prose))
        if times and says(forms, pair.target.prose, pair.target.language) < times:
            return False
    return True


def _words(prose: str) -> list[str]:
    return _WORD.findall(prose.lower())


def _joined(ours: list[str], theirs: list[str]) -> set[str]:
    """Stems of words that came back as one, or without their hyphen: key chains, co-workers, free-throws."""
    there = set(theirs)
    parts = {part for first, second in pairwise(ours) if first + second in there for part in (first, second)}
    hyphens = {
        word
        for word in ours
        if "-" in word and (word.replace("-", "") in there or there.issuperset(word.split("-")))
    }
    return {stem(word) for word in parts | hyphens}


def _lost_senses(pair: BackPair, ours: list[str], theirs: list[str]) -> Iterator[int]:
    """Senses that the source has more often than what came back."""
    needed = _words(_NEEDLESS.sub(" ", pair.source.prose.lower()))
    before = Counter(_SENSE[word] for word in needed if word in _SENSE)
    after = Counter(_SENSE[word] for word in theirs if word in _SENSE)
    lost = before - after
    for sense in [sense for sense in lost if sense in _INSTEAD]:
        lost[sense] -= sum(max(0, theirs.count(word) - ours.count(word)) for word in _INSTEAD[sense])
    return (+lost).elements()


def _names(pairs: list[BackPair]) -> Iterator[str]:
    """Words that the source writes with a capital; others see to names."""
    for pair in pairs:
        yield from (word.lower() for word in re.findall(r"\b[A-Z][a-z]+", pair.source.prose))
