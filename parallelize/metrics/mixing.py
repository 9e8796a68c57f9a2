"""How much of a text in one language is in another: which spans count, and what they come to.

A model may quote its prompt, put a term of another language beside its translation in brackets, or name a
title; a sentence in another language is a slip, however long the text around it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from parallelize.core.tables import shipped_sets
from parallelize.metrics.foreign import ForeignSpan, foreign_letters, letter_weights
from parallelize.metrics.function_words import (
    FUNCTION_WORDS,
    distinctive_words,
    function_word_counts,
    words,
    words_of_piece,
)
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.neighbours import fold_group, near_groups
from parallelize.metrics.scripts import SCRIPTS, WEIGHT, own_scripts, script_codes, script_letters

__all__ = [
    "MIXED_SHARE",
    "by_majority",
    "by_script",
    "exempt_copies",
    "exempt_terms",
    "foreign_sentences",
    "share_in",
    "weighted_letters",
    "window_share",
    "without_script",
]

MIXED_SHARE = 0.1
"""Share of foreign letters, in the worst window of 150 letters, from which a text counts as mixed: about one
foreign phrase of three words. At 0.1, 0.08 % of human translations count as mixed (docs/evaluation.md)."""

_WINDOW = 150.0
_FEWEST = 12.0
_TERM_WORDS = 4
_TITLE_WORDS = 8
_REACH = 3
"""Words that a span of `foreign_spans` may hold beyond the foreign ones, at either end."""
_WORD = re.compile(r"\w+")
_IN_MARKS = re.compile(
    r"\([^()\n]{1,80}\)|（[^（）\n]{1,80}）|\[[^\[\]\n]{1,80}\]|\"[^\"\n]{1,80}\"|“[^“”\n]{1,80}”"
    r"|„[^„“”\n]{1,80}[“”]|«[^«»\n]{1,80}»|‹[^‹›\n]{1,80}›|「[^「」\n]{1,80}」|『[^『』\n]{1,80}』|《[^《》\n]{1,80}》"
)
"""What stands in brackets or quotation marks on one line."""
_OF_SCRIPT = {"Hani": "zh", "Kana": "ja", "Hang": "ko", "Thai": "th"}


def exempt_copies(spans: Iterable[ForeignSpan], text: str, prompt: str) -> tuple[ForeignSpan, ...]:
    """Foreign spans without those that the prompt holds too: quoting it is no slip of the model.

    Args:
        spans: spans of `text`.
        text: the part they were found in.
        prompt: the prompt; empty if unknown.
    """
    found = tuple(spans)
    if not prompt or not found:
        return found
    known = f" {' '.join(_words(prompt))} "
    return tuple(span for span in found if not _held(_words(text[span.start : span.end]), known))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _held(words: Sequence[str], known: str) -> bool:
    """Whether the prompt holds these words, or all but a few at the ends, where a span reaches too far."""
    slack = range(min(_REACH, len(words) // 3) + 1)
    return any(f" {' '.join(words[cut : len(words) - end])} " in known for cut in slack for end in slack)


def exempt_terms(spans: Iterable[ForeignSpan], text: str) -> tuple[ForeignSpan, ...]:
    """Foreign spans without terms: up to four words in brackets or quotation marks.

    Args:
        spans: spans of `text`.
        text: the part they were found in.
    """
    found = tuple(spans)
    if not found:
        return found
    terms = [match.span() for match in _IN_MARKS.finditer(text) if _is_term(match.group())]
    return tuple(
        span for span in found if not any(start < span.start and span.end < end for start, end in terms)
    )


def _is_term(quoted: str) -> bool:
    """Up to four words, or a title: no word of four letters or more in it is small."""
    found = quoted.split()
    if len(found) <= _TERM_WORDS:
        return True
    return len(found) <= _TITLE_WORDS and not any(
        len(word) > 3 and word.strip("\"“”«»„'").islower() for word in found
    )


def window_share(text: str, spans: Sequence[ForeignSpan]) -> float | None:
    """Share of the letters that are in foreign spans, in the worst window of 150 weighted letters, in [0, 1].

    A shorter text is one window. None for a text of less than 12 letters.

    Args:
        text: prose, formulas and code taken out.
        spans: spans of `text`, none overlapping another.
    """
    total = weighted_letters(text)
    if total < _FEWEST:
        return None
    if not spans:
        return 0.0
    weights = letter_weights(text)
    before = np.concatenate(([0.0], np.cumsum(weights)))
    foreign = np.concatenate(([0.0], np.cumsum(foreign_letters(weights, spans))))
    ends = np.searchsorted(before, before + min(_WINDOW, total) - 1e-6)
    starts = np.flatnonzero(ends < len(before))
    ends = ends[starts]
    shares = (foreign[ends] - foreign[starts]) / (before[ends] - before[starts])
    return min(1.0, float(shares.max()))


def weighted_letters(text: str) -> float:
    """Letters of a text, weighted by script (`scripts.WEIGHT`)."""
    letters = script_letters(text)
    if len(letters) == 1 and "Latn" in letters:  # most texts
        return float(letters["Latn"])
    return sum(WEIGHT.get(script, 1.0) * count for script, count in letters.items())


def without_script(text: str, language: str) -> str:
    """The text without the letters of a language's own script: what is left of it is in another."""
    own = [SCRIPTS.index(script) + 1 for script in own_scripts(language, text)]
    drop = np.isin(script_codes(text), own)
    return "".join(" " if gone else letter for letter, gone in zip(text, drop.tolist(), strict=True))


def share_in(language: str, text: str, spans: Sequence[ForeignSpan]) -> float | None:
    """Share of all letters that are in spans of one language, in [0, 1]; None for a text without letters."""
    total = weighted_letters(text)
    if not total or not spans:
        return 0.0 if total else None
    return min(1.0, sum(span.letters for span in spans if span.language == language) / total)


def by_majority(vote: LanguageVote, text: str, spans: Sequence[ForeignSpan]) -> LanguageVote:
    """A vote becomes off-target where most of the text is in spans of one other language.

    Half of a response in English and half in Korean is two scripts to the vote; its sentences say more. A
    vote for the language asked for takes more of them to turn.

    Args:
        vote: the vote on `text`.
        text: the prose.
        spans: its foreign spans.
    """
    found = _majority(text, spans) if vote.status is not Status.OFF and spans else None
    if found is None:
        return vote
    language, share = found
    if vote.status is Status.ON and share < _TURNED_SHARE:
        return vote
    evidence = f"{vote.evidence}; sentences in {language} {share:.2f}"
    return LanguageVote(status=Status.OFF, language=language, evidence=evidence)


_FEWEST_KANA = 3
_NAMES_SHARE = 0.2
"""Weighted share of letters of the own script from which Latin names beside it are just names."""


def by_script(vote: LanguageVote, text: str, expected: str) -> LanguageVote:
    """A vote on a short answer or a text full of names, where script and words settle it.

    "The answer is 42." is off target where Russian was asked for: no letter is Cyrillic, and two words are
    English grammar. "Он купил MacBook Pro и iPad" is on target: what is Latin there are names.

    Args:
        vote: the vote on `text`.
        text: the prose.
        expected: code of the language it should be in.
    """
    if vote.status is Status.ON or vote.language not in {None, "en"}:
        return vote
    own = own_scripts(expected, text)
    if "Latn" in own:
        return vote
    if vote.status is Status.UNDETERMINED and "Hani" in own and "Kana" not in own:
        counts = script_letters(text)
        if counts.get("Kana", 0) >= max(_FEWEST_KANA, counts.get("Hani", 0)):
            return LanguageVote(status=Status.OFF, language="ja", evidence=f"{vote.evidence}; kana")
    letters = {script: WEIGHT.get(script, 1.0) * count for script, count in script_letters(text).items()}
    total = sum(letters.values())
    mine = sum(letters.get(script, 0.0) for script in own)
    if total and not mine and vote.status is Status.UNDETERMINED:
        return _without_own_letter(vote, text, letters, total)
    names = set(letters) <= own | {"Latn"} and mine >= _NAMES_SHARE * total and not _lower_latin(text)
    if total and names:
        return LanguageVote(status=Status.ON, language=expected, evidence=f"{vote.evidence}; Latin names")
    return vote


_ANNOUNCING = frozenset(("therefore", "hence", "thus", "answer", "result", "solution"))
"""English words that are enough by themselves: "Therefore, x = 7."."""
_PARTICLES = frozenset(
    [
        "de", "la", "del", "las", "los", "di", "da", "dei", "von", "van", "der", "den", "du", "des",
        "le", "el", "al", "dos", "das", "do", "und", "et",
    ]
)  # fmt: skip
"""Words of names: "de la Cruz" is in no language."""


def _without_own_letter(
    vote: LanguageVote, text: str, letters: Mapping[str, float], total: float
) -> LanguageVote:
    found = [word for word in words(text) if word.isascii() and word in FUNCTION_WORDS["en"]]
    if letters.get("Latn", 0.0) == total:
        if len(found) > 1 or not _ANNOUNCING.isdisjoint(words(text)):
            return LanguageVote(status=Status.OFF, language="en", evidence=f"{vote.evidence}; English words")
        spoken = [word for word in words(text) if word not in _PARTICLES]
        most, language = max(zip(function_word_counts(spoken), FUNCTION_WORDS, strict=True))
        if most > 1:
            return LanguageVote(status=Status.OFF, language=language, evidence=f"{vote.evidence}; its words")
    other = max(letters, key=letters.__getitem__)
    if other != "Latn" and total >= _FEWEST / 2:
        named = _OF_SCRIPT.get(other)
        return LanguageVote(status=Status.OFF, language=named, evidence=f"{vote.evidence}; only {other}")
    return vote


def _lower_latin(text: str) -> bool:
    """Whether Latin words of a text are more than names: two in small letters, a third of them all."""
    found = [match.group() for match in _LATIN.finditer(text)]
    small = [word for word in found if len(word) > 1 and word.islower()]
    return len(small) > 1 and 3 * len(small) > len(found)


_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_PIECE = re.compile(r"[^.!?。！？।\n;:,()\[\]„“”«»\"–—]+")
_SENTENCES = re.compile(r"[^.!?。！？।\n]+")
_PIECE_WORDS = 5
_TURNED_SHARE = 0.7
"""Share of the letters in sentences of one other language that turns a vote."""
_STRONG, _WEAK, _GRAMMAR_SHARE = 3, 2, 0.2


def foreign_sentences(
    text: str, expected: str, name: Callable[[Sequence[str], str], list[str | None]] | None
) -> tuple[ForeignSpan, ...]:
    """Sentences, and longer clauses, in another language of the same script, by the grammar they use.

    A sentence that has function words of another language and none of its own language alone is in that
    language: three of them settle it, two are put to the identifiers, or to nobody between close neighbours.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language it should be in.
        name: names the language of pieces; None: three words are asked for.
    """
    if expected == "ja":
        return tuple(_chinese_sentences(text))
    own = expected if expected in FUNCTION_WORDS else fold_group(expected.partition("-")[0])
    if own not in FUNCTION_WORDS:
        return ()
    theirs = _others(own).intersection(words(text))
    if len(theirs) < _WEAK:
        return ()
    found: list[ForeignSpan] = []
    asked: list[tuple[ForeignSpan, str]] = []
    for sentence in _SENTENCES.finditer(text):
        lower = sentence.group().lower()
        few = sum(map(lower.__contains__, theirs)) < _WEAK  # a quick look
        if few or len(theirs.intersection(words_of_piece(lower))) < _WEAK:
            continue
        for start, end, language, hits in _pieces(text, *sentence.span(), own):
            letters = float(sum(map(str.isalpha, text[start:end])))
            span = ForeignSpan(start=start, end=end, language=language, letters=letters)
            if hits >= _STRONG or fold_group(language) in near_groups(own):
                found.append(span)
            elif name is not None:
                asked.append((span, language))
    if asked and name is not None:
        named = name([text[span.start : span.end] for span, _ in asked], expected)
        found += [
            span
            for (span, language), other in zip(asked, named, strict=True)
            if other is not None and fold_group(other) == fold_group(language)
        ]
    return tuple(sorted(found, key=lambda span: span.start))


_FEWEST_HAN = 8
_CHINESE_GRAMMAR = frozenset("的们們这這是从從了我你他她它个個么麼吗嗎呢吧都还還没沒给給让讓把被对對在和与")
"""Signs of Chinese grammar; hardly two of them stand in a Japanese sentence without kana."""


def _chinese_sentences(text: str) -> Iterator[ForeignSpan]:
    """Sentences of Han signs alone, with two signs of Chinese grammar, in a Japanese text."""
    if len(_CHINESE_GRAMMAR.intersection(text)) < _WEAK:
        return
    for sentence in _SENTENCES.finditer(text):
        counts = script_letters(sentence.group())
        grammar = _CHINESE_GRAMMAR.intersection(sentence.group())
        if set(counts) == {"Hani"} and counts["Hani"] >= _FEWEST_HAN and len(grammar) >= _WEAK:
            letters = WEIGHT.get("Hani", 1.0) * counts["Hani"]
            yield ForeignSpan(start=sentence.start(), end=sentence.end(), language="zh", letters=letters)


def _pieces(text: str, start: int, end: int, own: str) -> Iterator[tuple[int, int, str, int]]:
    """A sentence whose grammar is another language's, else its longer clauses of that kind, each with it."""
    language, hits = _other_grammar(text[start:end], own)
    if language is not None:
        yield start, end, language, hits
        return
    for piece in _PIECE.finditer(text, start, end):
        if len(piece.group().split()) >= _PIECE_WORDS:
            language, hits = _other_grammar(piece.group(), own)
            if language is not None:
                yield *piece.span(), language, hits


_CONNECTIVES = shipped_sets(__package__, "connectives.tsv")
"""Words that begin the steps of a solution, beside those of `FUNCTION_WORDS`."""
_NO_WORDS: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def _others(own: str) -> frozenset[str]:
    """Function words of any language that this one does not have."""
    every = frozenset().union(*FUNCTION_WORDS.values(), *_CONNECTIVES.values())
    return every - FUNCTION_WORDS[own] - _CONNECTIVES.get(own, _NO_WORDS)


@lru_cache(maxsize=1024)
def _told_by(language: str, other: str) -> frozenset[str]:
    """Words of one language that another does not have."""
    own, theirs = (_CONNECTIVES.get(code, _NO_WORDS) for code in (language, other))
    return (distinctive_words(language, other) | own) - theirs


def _other_grammar(piece: str, own: str) -> tuple[str | None, int]:
    """The language whose function words a piece has, with how many the expected language lacks."""
    found = words_of_piece(piece)
    if len(found) < _PIECE_WORDS - 1:
        return None, 0
    counts = dict(zip(FUNCTION_WORDS, function_word_counts(found), strict=True))
    for code, steps in _CONNECTIVES.items():
        counts[code] += sum(word in steps for word in found)
    mine = counts.pop(own)
    rivals = [code for code, count in counts.items() if count > mine and fold_group(code) != fold_group(own)]
    best: tuple[int, int, str] | None = None
    for code in rivals:
        theirs = [word for word in found if word in _told_by(code, own)]
        ours = any(word in _told_by(own, code) for word in found)
        if ours or len(set(theirs)) < _WEAK or counts[code] < _GRAMMAR_SHARE * len(found):
            continue
        item = (len(set(theirs)), counts[code], code)
        best = item if best is None or item > best else best
    return (None, 0) if best is None else (best[2], best[0])


def _majority(text: str, spans: Iterable[ForeignSpan]) -> tuple[str, float] | None:
    """The language that more than half of the letters are in by the spans, with its share; None if none is.

    Single Latin words (`Latn`) name no language, nor do scripts of several ones.
    """
    letters: dict[str, float] = defaultdict(float)
    for span in spans:
        language = _OF_SCRIPT.get(span.language, span.language)
        if language not in SCRIPTS:
            letters[language] += span.letters
    if not letters:
        return None
    language = max(letters, key=letters.__getitem__)
    share = letters[language] / max(weighted_letters(text), 1e-9)
    return (language, min(1.0, share)) if share > 0.5 else None
