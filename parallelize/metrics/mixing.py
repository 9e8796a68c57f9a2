"""How much of a text in one language is in another: which spans count, and what they come to.

A model may quote its prompt, put a term of another language beside its translation in brackets, or name a
title; a sentence in another language is a slip, however long the text around it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from parallelize.metrics.foreign import ForeignSpan, foreign_letters, letter_weights
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.scripts import SCRIPTS, WEIGHT, own_scripts, script_codes, script_letters

__all__ = [
    "MIXED_SHARE",
    "by_majority",
    "exempt_copies",
    "exempt_terms",
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
    terms = [match.span() for match in _IN_MARKS.finditer(text) if len(match.group().split()) <= _TERM_WORDS]
    return tuple(
        span for span in found if not any(start < span.start and span.end < end for start, end in terms)
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
    return sum(WEIGHT.get(script, 1.0) * count for script, count in script_letters(text).items())


def without_script(text: str, language: str) -> str:
    """The text without the letters of a language's own script: what is left of it is in another."""
    own = [SCRIPTS.index(script) + 1 for script in own_scripts(language, text)]
    drop = np.isin(script_codes(text), own)
    return "".join(" " if gone else letter for letter, gone in zip(text, drop.tolist(), strict=True))


def share_in(language: str, text: str, spans: Iterable[ForeignSpan]) -> float | None:
    """Share of all letters that are in spans of one language, in [0, 1]; None for a text without letters."""
    total = weighted_letters(text)
    if not total:
        return None
    return min(1.0, sum(span.letters for span in spans if span.language == language) / total)


def by_majority(vote: LanguageVote, text: str, spans: Sequence[ForeignSpan]) -> LanguageVote:
    """An undetermined vote becomes off-target where most of the text is in spans of one other language.

    Half of a response in English and half in Korean is two scripts to the vote; its sentences say more.

    Args:
        vote: the vote on `text`.
        text: the prose.
        spans: its foreign spans.
    """
    found = _majority(text, spans) if vote.status is Status.UNDETERMINED else None
    if found is None:
        return vote
    language, share = found
    evidence = f"{vote.evidence}; sentences in {language} {share:.2f}"
    return LanguageVote(status=Status.OFF, language=language, evidence=evidence)


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
