"""Spans of a text that are in another language than the rest.

Two looks: letters of another script (Latin words in Thai, Han in Russian), and, where the other shares the
script, stretches of words that hold its function words and none of the expected language's. Names, units,
titles and single words taken over from the source are not foreign; a copied sentence is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from parallelize.core.tables import shipped_sets
from parallelize.metrics.function_words import TITLE, distinctive_words, function_words, words
from parallelize.metrics.scripts import (
    CASED,
    SCRIPTS,
    WEIGHT,
    own_scripts,
    script_codes,
    script_letters,
    weighted_letters,
)

__all__ = ["ForeignSpan", "foreign_letters", "foreign_share", "foreign_spans", "letter_weights"]

Namer = Callable[[Sequence[str], str], "list[str | None]"]
"""Names the language of each piece (pieces, expected language), None where it cannot say."""

_LATIN_WORD = re.compile(r"(?<![{0}_])[{0}]++(?>(?:['’-][{0}]++)*)(?!_)".format("A-Za-zÀ-ɏḀ-ỿ"))
_SMALL_LATIN_WORD = re.compile(r"[a-zß-ɏḀ-ỿ](?<![A-Za-zÀ-ɏḀ-ỿ_].)[a-zß-ɏḀ-ỿ]")
"""What every word of another language in Latin letters begins with that `_is_plain` lets pass."""
_ANY_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?。！？।؟\n]+[.!?。！？।؟\n]*")
_EDGE = re.compile(r"[\n\"“”„«»‹›()\[\]{}]|[.!?:;…](?=\s)")
"""What ends a clause between two words."""
_UNITS = shipped_sets(__package__, "english_words.tsv")["signs"]
_MINIMUM_RUN = {"Hani": 2, "Kana": 3, "Hang": 2, "Grek": 4}
"""Letters of another script that make a run worth reporting; Greek is used for angles and sets."""
_LONGEST_GLOSS = 8
"""Words of the longest term that is a gloss and no sentence."""
_QUOTED = re.compile(r"[\"“„«‹‘'](?=\w)([^\"“”„«»‹›\n]{3,60}?)[\"”“»›’'](?!\w)")
_LONGEST_QUOTED = 4
"""Words of the longest quoted term that is a name and no sentence: the "greasing the groove" technique."""
_SURE_HITS = 3
_BLOCK_LETTERS = 150.0
_FEWEST_SUSPECT = 15
"""Letters in words from which a sentence is put to the identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSpan:
    """`text[start:end]` is in another language."""

    start: int
    end: int
    language: str
    """Code of the language, or of the script (`Latn`, `Hani`) where only that is known."""
    letters: float
    """Weighted letters of it (`scripts.WEIGHT`)."""


def foreign_spans(
    text: str,
    expected: str,
    *,
    source: str = "",
    source_language: str = "en",
    name: Namer | None = None,
) -> tuple[ForeignSpan, ...]:
    """Find what is in another language, in order, none overlapping another.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language it should be in.
        source: the text it was translated from, whose single words may be kept; empty if unknown.
        source_language: code of the source's language.
        name: names the language of a sentence, asked only about sentences without any function word of
            `expected`; None: only the source language and other scripts are looked for.
    """
    own = own_scripts(expected, text)
    spans: list[ForeignSpan] = []
    if not script_letters(text).keys() <= own:
        spans = [*_words_with_lookalikes(text, own), *_other_scripts(text, own, source, source_language)]
    if "Latn" in own:
        spans.extend(_source_language_runs(text, expected, source, source_language, name))
    if name is not None:
        spans.extend(_named_sentences(text, expected, source_language, name))
    return tuple(_merged(spans)) if spans else ()


def foreign_share(text: str, spans: Iterable[ForeignSpan]) -> float | None:
    """Share of the letters that are in foreign spans, of the worst block of the text, in [0, 1].

    A block is about 150 weighted letters or more of consecutive lines or sentences, so that one foreign
    sentence weighs the same in a long text as in a short one. None for a text with few letters.
    """
    total = sum(weighted_letters(text).values())
    if total < 12:
        return None
    found = list(spans)
    if not found:
        return 0.0
    weights = letter_weights(text)
    foreign = foreign_letters(weights, found)
    count = max(1, int(total // _BLOCK_LETTERS))
    block = np.minimum((np.cumsum(weights) * (count / total)).astype(np.int64), count - 1)
    shares = np.bincount(block, foreign, count) / np.maximum(np.bincount(block, weights, count), 1e-9)
    return min(1.0, float(shares.max()))


_WEIGHTS = np.array([0.0, *(WEIGHT.get(script, 1.0) for script in SCRIPTS)])


def letter_weights(text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """For each character how many letters it counts as (`scripts.WEIGHT`), 0 when it is none."""
    return _WEIGHTS[script_codes(text)]


def foreign_letters(
    weights: np.ndarray[tuple[int], np.dtype[np.float64]], spans: Iterable[ForeignSpan]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Foreign letters of each character; a span counts with the letters it was given, evenly spread.

    Args:
        weights: `letter_weights` of the text.
        spans: spans of it, none overlapping another.
    """
    foreign = np.zeros_like(weights)
    for span in spans:
        inside = weights[span.start : span.end]
        mass = float(inside.sum())
        if mass:
            foreign[span.start : span.end] = inside * min(1.0, span.letters / mass)
    return foreign


@lru_cache(maxsize=128)
def _is_own(own: frozenset[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([True, *(script in own for script in SCRIPTS)])


def _other_scripts(
    text: str, own: frozenset[str], source: str, source_language: str
) -> Iterator[ForeignSpan]:
    if script_letters(text).keys() - own == {"Latn"} and _SMALL_LATIN_WORD.search(text) is None:
        return
    codes = script_codes(text)
    mine = _is_own(own)[codes]
    positions = np.flatnonzero(codes)
    kinds = np.where(mine[positions], 0, codes[positions])
    edges = np.flatnonzero(np.diff(kinds)) + 1
    first = np.concatenate(([0], edges))
    last = np.concatenate((edges, [len(kinds)])) - 1
    runs = np.flatnonzero(kinds[first])
    for kind, begin, final in zip(
        kinds[first[runs]].tolist(),
        positions[first[runs]].tolist(),
        positions[last[runs]].tolist(),
        strict=True,
    ):
        start, end, script = begin, final + 1, SCRIPTS[kind - 1]
        if script == "Latn":
            yield from _latin_run(text, start, end, source, source_language)
        else:
            yield from _foreign_script(text, (start, end), script, own, source)


_LATIN, _CYRILLIC, _GREEK = "A-Za-z", "\u0400-\u04ff", "\u0370-\u03ff"
_LOOKALIKES = MappingProxyType(
    {
        script: re.compile(
            rf"""
            (?<!\w)
            (?=[^\W\d_]{{4,}})              # a word of four letters or more, no unit and no variable,
            (?=[^\W\d_]*[{own}]{{2}})        # in the script of the text,
            [^\W\d_]*
            (?:[{own}][{other}]|[{other}][{own}])   # with a letter of another that looks like one of its own
            [^\W\d_]*
            (?!\w)
            """,
            re.VERBOSE,
        )
        for script, own, other in (
            ("Cyrl", _CYRILLIC, _LATIN),
            ("Grek", _GREEK, _LATIN),
            ("Latn", _LATIN, _CYRILLIC),
        )
    }
)


def _words_with_lookalikes(text: str, own: frozenset[str]) -> Iterator[ForeignSpan]:
    """Words with letters of two scripts, Latin ones in Cyrillic: no reader sees it, no search finds them."""
    script = next(iter(own))
    if script not in _LOOKALIKES or len(script_letters(text)) < 2:
        return
    for match in _LOOKALIKES[script].finditer(text):
        letters = float(match.end() - match.start())
        yield ForeignSpan(start=match.start(), end=match.end(), language="Zyyy", letters=letters)


def _foreign_script(
    text: str, place: tuple[int, int], script: str, own: frozenset[str], source: str
) -> Iterator[ForeignSpan]:
    start, end = place
    letters = sum(map(str.isalpha, text[start:end]))
    korean = script == "Hani" and "Hang" in own  # its news sets one or two Han signs beside a word
    least = 4 if korean else _MINIMUM_RUN.get(script, 3)
    if letters >= least and text[start:end] not in source:
        weight = WEIGHT.get(script, 1.0) * letters
        yield ForeignSpan(start=start, end=end, language=script, letters=weight)


def _latin_run(text: str, start: int, end: int, source: str, source_language: str) -> Iterator[ForeignSpan]:
    """Judge a stretch of Latin words inside a text in another script."""
    found = list(_LATIN_WORD.finditer(text, start, end))
    plain = [match for match in found if _is_plain(match.group())]
    if not plain or _is_gloss(text, start, end, source):
        return
    grammar = function_words(source_language) or function_words("en")
    content = [match for match in plain if match.group() not in grammar]
    if len(plain) >= 3 and content and 2 * len(plain) >= len(found):
        letters = float(sum(len(match.group()) for match in found))
        yield ForeignSpan(start=start, end=end, language=source_language, letters=letters)
        return
    copied = _words_of(source)
    for match in content:
        if match.group().lower() not in copied:
            size = float(len(match.group()))
            yield ForeignSpan(start=match.start(), end=match.end(), language="Latn", letters=size)


def _is_gloss(text: str, start: int, end: int, source: str) -> bool:
    """The source's term in brackets after its translation: "หน่วยพิเศษ (special task force)"."""
    inside = text[start:end]
    bracketed = text[:start].rstrip()[-1:] in ("(", "（", "[") and text[end:].lstrip()[:1] in (")", "）", "]")
    return bracketed and len(inside.split()) <= _LONGEST_GLOSS and inside.lower() in source.lower()


def _is_plain(word: str) -> bool:
    """A word of a sentence: two letters or more, in lower case, no unit and no function of mathematics."""
    return len(word) >= 2 and word[0].islower() and word[1:].islower() and word not in _UNITS


@lru_cache(maxsize=64)
def _words_of(source: str) -> frozenset[str]:
    return frozenset(_LATIN_WORD.findall(source.lower()))


def _source_language_runs(
    text: str, expected: str, source: str, other: str, name: Namer | None
) -> Iterator[ForeignSpan]:
    """Stretches between function words of `expected` that are in the source's language.

    Three of its function words decide; fewer are put to the identifiers.
    """
    theirs, ours = distinctive_words(other, expected), distinctive_words(expected, other)
    if not theirs or not ours or expected == other or theirs.isdisjoint(words(text)):
        return
    weak: list[ForeignSpan] = []
    for stretch in _stretches(text, ours, source):
        found = _clause_of_other(text, stretch, theirs, other)
        if found is None:
            continue
        hits, span = found
        if hits >= _SURE_HITS:
            yield span
        else:
            weak.append(span)
    if weak and name is not None:
        named = name([text[span.start : span.end] for span in weak], expected)
        yield from (span for span, language in zip(weak, named, strict=True) if language == other)


def _stretches(text: str, ours: frozenset[str], source: str) -> Iterator[list[re.Match[str]]]:
    """The words between function words of `ours` and terms that are quoted as the source has them."""
    original = source.lower()
    quoted = [
        match.span()
        for match in _QUOTED.finditer(text)
        if len(match[1].split()) <= _LONGEST_QUOTED and match[1].strip(".,").lower() in original
    ]
    quoted += [match.span() for match in TITLE.finditer(text) if match.group().lower() in original]
    stretch: list[re.Match[str]] = []
    for match in _ANY_WORD.finditer(text):
        if match.group().lower() in ours or any(start <= match.start() < end for start, end in quoted):
            yield stretch
            stretch = []
        else:
            stretch.append(match)
    yield stretch


def _clause_of_other(
    text: str, stretch: Sequence[re.Match[str]], theirs: frozenset[str], other: str
) -> tuple[int, ForeignSpan] | None:
    """The other language's function words of a stretch and the span around them, if it is a sentence's."""
    lower = [match.group().lower() for match in stretch]
    # "US" is no "us": capitals are names of something, and a sentence in capitals has no word to go by.
    hits = [index for index, word in enumerate(lower) if word in theirs and not _is_capitals(stretch[index])]
    if not hits:
        return None
    inner = _around(hits, len(stretch))
    content = [index for index in inner if lower[index] not in theirs and stretch[index].group().islower()]
    if len(content) < 2 or len(inner) < 4 or 7 * len(hits) < len(inner):
        return None
    # A title keeps its capitals: "the host of I'm A Celebrity", "die Studie »The Impact of Trade on Growth«".
    clause = set(content).intersection(_clause(text, stretch, inner, hits))
    if all(lower[index] in function_words(other) for index in clause):
        return None
    small = sum(stretch[index].group()[0].islower() for index in inner)
    if len(hits) < _SURE_HITS and 5 * small <= 3 * len(inner):
        return None
    letters = float(sum(len(lower[index]) for index in inner))
    start, end = stretch[inner[0]].start(), stretch[inner[-1]].end()
    return len(hits), ForeignSpan(start=start, end=end, language=other, letters=letters)


def _around(hits: Sequence[int], count: int) -> range:
    """Some words around the hits; the edges of a stretch belong to the sentences beside it."""
    reach = 2 if len(hits) >= _SURE_HITS else 3
    return range(max(0, hits[0] - reach), min(count, hits[-1] + reach + 1))


def _is_capitals(match: re.Match[str]) -> bool:
    return match.end() - match.start() > 1 and match.group().isupper()


def _clause(text: str, stretch: Sequence[re.Match[str]], inner: range, hits: Sequence[int]) -> Iterator[int]:
    """The words from the first hit to the last, and those around them that no edge divides from them."""
    first, last = hits[0], hits[-1]
    while first > inner.start and not _EDGE.search(text, stretch[first - 1].end(), stretch[first].start()):
        first -= 1
    while last + 1 < inner.stop and not _EDGE.search(text, stretch[last].end(), stretch[last + 1].start()):
        last += 1
    yield from range(first, last + 1)


def _named_sentences(text: str, expected: str, other: str, name: Namer) -> Iterator[ForeignSpan]:
    """Sentences with hardly any function word of `expected`, put to the identifiers."""
    ours, theirs = distinctive_words(expected, other), distinctive_words(other, expected)
    if not (ours or theirs) or CASED.isdisjoint(script_letters(text)):
        return
    cased = _is_lower_case(ours)
    # What stands between spaces settles nearly all, ten times as fast as words do.
    left = [one for one in _SENTENCE.finditer(text) if not (cased and _are_a_twelfth(ours, one[0].split()))]
    suspects = [match for match in left if _is_suspect(match[0], ours, theirs, cased=cased)]
    if not suspects:
        return
    for match, language in zip(suspects, name([match.group() for match in suspects], expected), strict=True):
        if language is not None:
            letters = float(sum(map(str.isalpha, match.group())))
            yield ForeignSpan(start=match.start(), end=match.end(), language=language, letters=letters)


@lru_cache(maxsize=1024)
def _is_lower_case(words_of_language: frozenset[str]) -> bool:
    return all(map(str.islower, words_of_language))


def _is_suspect(sentence: str, ours: frozenset[str], theirs: frozenset[str], *, cased: bool) -> bool:
    """Words of a language, but hardly any of this one's: three plain ones, or two and one of the other's."""
    if len(sentence) < _FEWEST_SUSPECT or sentence == sentence.upper():  # no plain word
        return False
    found = _ANY_WORD.findall(sentence)
    if cased and _are_a_twelfth(ours, found):  # of the plain ones even more
        return False
    plain = [word for word in found if word.islower() and len(word) > 1]
    if len(plain) < 2 or sum(map(len, found)) < _FEWEST_SUSPECT:
        return False
    if ours and _are_a_twelfth(ours, plain):
        return False
    foreign = sum(word.lower() in theirs for word in found)
    if not ours:  # no table for the expected language
        return foreign >= 2
    return foreign > 0 or (len(plain) >= 4 and sum(map(len, plain)) >= 20)


def _are_a_twelfth(known: frozenset[str], found: Sequence[str]) -> bool:
    """Whether more than one word of twelve is known; of fewer than twelve, any."""
    if len(found) < 12:
        return not known.isdisjoint(found)
    return 12 * sum(map(known.__contains__, found)) > len(found)


def _merged(spans: list[ForeignSpan]) -> Iterator[ForeignSpan]:
    end = 0
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        if span.start >= end:
            yield span
            end = span.end
