"""Terms of a corpus: words and phrases that come again and again, for a glossary that a person edits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from parallelize.metrics.function_words import function_words, words
from parallelize.text.numerals import read_numbers
from parallelize.text.protect import prose

__all__ = ["FoundTerm", "find_terms"]

_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\"“”…\n]|\s[-–—]\s")
_LONGEST = 3
"""Words of a term."""
_SHORTEST_WORD = 3
"""Letters; shorter ones are names of variables and units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTerm:
    """A candidate for a glossary."""

    text: str
    rows: int
    """Rows that it occurs in."""
    value: float
    """How much it speaks for a term; only the order means something."""


def find_terms(
    texts: Iterable[Iterable[str]], language: str, *, most: int, least_rows: int
) -> list[FoundTerm]:
    """The terms of a corpus, the strongest first.

    A candidate is a run of up to three words that ends where a noun phrase ends: before a word of grammar or
    at the end of a clause; a single word must follow a word of grammar, too, as a noun does. Its value is the
    C-value of Frantzi, Ananiadou and Mima (2000, "Automatic recognition of multi-word terms"): the logarithm
    of its length times how often it occurs other than within longer candidates. Rows are counted, not
    occurrences, so that one long row does not decide.

    Args:
        texts: for each row its texts.
        language: of the texts; one that writes words apart.
        most: terms at most.
        least_rows: rows that a term must occur in.
    """
    grammar = function_words(language) | frozenset(ascii_lowercase)
    rows: Counter[tuple[str, ...]] = Counter()
    for row in texts:
        seen: set[tuple[str, ...]] = set()
        for text in row:
            for clause in _CLAUSE_END.split(prose(text)):
                seen.update(_candidates(words(clause), grammar))
        rows.update(seen)
    frequent = {
        term: count
        for term, count in rows.items()
        if count >= least_rows and not any(read_numbers(word, language) for word in term)
    }
    valued = _c_values(frequent)
    order = sorted(valued, key=lambda term: (-valued[term], term))
    found = [
        FoundTerm(text=" ".join(term), rows=frequent[term], value=valued[term])
        for term in order
        if valued[term] > 0
    ]
    return found[:most]


def _candidates(clause: tuple[str, ...], grammar: frozenset[str]) -> Iterable[tuple[str, ...]]:
    for start in range(len(clause)):
        for end in range(start + 1, min(start + _LONGEST, len(clause)) + 1):
            if clause[end - 1] in grammar or len(clause[end - 1]) < _SHORTEST_WORD:
                break
            closed = end == len(clause) or clause[end] in grammar
            led = end - start > 1 or (start > 0 and clause[start - 1] in grammar)
            if closed and led:
                yield clause[start:end]


def _c_values(rows: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], float]:
    """C-value of each candidate, with `log2(length + 1)`, since single words count here, too."""
    longer: dict[tuple[str, ...], list[int]] = {}
    for term, count in rows.items():
        parts = {term[i:j] for i in range(len(term)) for j in range(i + 1, len(term) + 1)} - {term}
        for part in parts:
            longer.setdefault(part, []).append(count)
    found = {}
    for term, count in rows.items():
        within = longer.get(term) if len(term) > 1 else None  # a single word is counted where it is alone
        alone = count - sum(within) / len(within) if within else count
        found[term] = math.log2(len(term) + 1) * alone
    return found
