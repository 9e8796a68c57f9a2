"""The language of parts of responses: one function for evaluation and for rewards.

The vote of the identifiers comes first. What it leaves open, script, names and the sentences of the text may
settle; and text that has degenerated is in no language, whatever the vote says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from parallelize.core.writing import usual_script
from parallelize.metrics.degeneration import degeneration
from parallelize.metrics.english_words import by_english_words, english_lines, is_title, silent_sentences
from parallelize.metrics.foreign import ForeignSpan, foreign_spans
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.language_probability import calibrated, features
from parallelize.metrics.mixing import (
    by_majority,
    by_script,
    exempt_copies,
    exempt_terms,
    foreign_sentences,
    share_in,
    weighted_letters,
    window_share,
    without_script,
)
from parallelize.metrics.off_target import PartStatus, PartVerdict, status_of
from parallelize.metrics.pair import Judge
from parallelize.metrics.sentences import sentence_ranges
from parallelize.text.protect import readable_prose
from parallelize.text.tool_calls import without_calls

__all__ = ["PartText", "SignedJudge", "judge_parts", "probabilities", "prose_of"]

_LINE_LETTERS = 25.0
"""Weighted letters from which a line is judged by itself, about five words: a heading of one or two words
("Introduction") belongs to several languages."""
_FENCE = re.compile(r"(?:```|~~~)[^\n`]{0,20}\n(.*?)(?:```|~~~|\Z)", re.DOTALL)
_TEXT_COMMAND = re.compile(r"\\(?:text|mbox|textrm|textit)\s*\{([^{}]{25,})\}")
_FORMULA = re.compile(r"\\[A-Za-z]+\{[^{}\n]*\}|\$[^$\n]*\$")
_PROSE_LINE = re.compile(r"^[^\W\d_][^=(){}\[\];_<>|\\/#]{30,}$")
_JSON_VALUE = re.compile(r'"([^"\\\n]{12,})"(?!\s*:)')
"""A value of JSON in a fence: an answer, where the format was asked for."""
_SPACES = 2
_HIDDEN_LETTERS = 60
"""Letters of sentences in code fences or in text commands from which they are read as prose."""
_HIDDEN_SHARE = 0.5
"""Their share of the letters of the prose beside them from which they are."""


class SignedJudge(Judge, Protocol):
    """A judge of languages that names its identifiers, such as `stages.language.LanguageJudge`."""

    @property
    def signature(self) -> str: ...

    def shares(self, texts: Sequence[str]) -> list[dict[str, float] | None]: ...


class PartText(NamedTuple):
    """One part of a response as prose (`prose_of`), with what was asked for."""

    text: str
    language: str
    prompt: str = ""
    prompt_language: str | None = None


def prose_of(text: str) -> str:
    """The words of a part: without formulas, code, tags and calls of tools.

    Sentences that hide in code are words.

    Thinking in English inside a code fence is thinking in English; the comments of a program are not.
    """
    text = without_calls(text)
    prose = readable_prose(text)
    commands = "\\" in text and ("\\text" in text or "\\mbox" in text)
    if not commands and "`" not in text and "~" not in text:
        return prose
    lines = [_FORMULA.sub(" ", line).strip() for fence in _FENCE.findall(text) for line in fence.split("\n")]
    hidden = [line for line in lines if _PROSE_LINE.match(line)]
    hidden += _TEXT_COMMAND.findall(text)
    hidden += [
        value
        for fence in _FENCE.findall(text)
        if fence.lstrip()[:1] in ("{", "[")
        for value in _JSON_VALUE.findall(fence)
        if value.count(" ") >= _SPACES
    ]
    letters = sum(sum(map(str.isalpha, line)) for line in hidden)
    if letters < _HIDDEN_LETTERS or letters < _HIDDEN_SHARE * sum(map(str.isalpha, prose)):
        return prose
    return "\n".join((prose, *hidden))


def probabilities(parts: Sequence[PartText], judge: SignedJudge) -> list[float | None]:
    """Calibrated probability that each part is in the language asked for; None where nothing can be said."""
    shares = judge.shares([part.text for part in parts])
    told = [features(part.text, part.language, share) for part, share in zip(parts, shares, strict=True)]
    return [None if one is None else calibrated(one) for one in told]


def judge_parts(
    parts: Sequence[PartText], judge: SignedJudge, *, spans: bool = True, lines: bool = False
) -> list[PartVerdict]:
    """Verdicts on parts of responses, in order.

    Args:
        parts: prose of any languages.
        judge: votes.
        spans: look for foreign spans; without them `mixed` and the English share are not measured.
        lines: also judge every line by itself.
    """
    votes = _votes(parts, judge)
    found = [
        _spans(part, vote, judge) if spans or vote.status is Status.UNDETERMINED else ()
        for part, vote in zip(parts, votes, strict=True)
    ]
    return [
        _verdict(part, vote, of_part, judge, spans_asked=spans, lines=lines)
        for part, vote, of_part in zip(parts, votes, found, strict=True)
    ]


def _votes(parts: Sequence[PartText], judge: SignedJudge) -> list[LanguageVote]:
    """Votes, with a name for the language of what its script alone showed to be off target."""
    places: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        places.setdefault(part.language, []).append(index)
    found: dict[int, LanguageVote] = {}
    for expected, indices in places.items():
        votes = judge.judge([parts[index].text for index in indices], expected)
        for index, vote in zip(indices, votes, strict=True):
            text = parts[index].text
            found[index] = by_english_words(by_script(vote, text, expected), text, expected)
            if found[index].status is Status.OFF and found[index].language is None:
                named = judge.named([without_script(text, expected)], expected)[0]
                found[index] = found[index]._replace(language=named)
    return [found[index] for index in range(len(parts))]


_shared_verdict: Callable[..., PartVerdict] = lru_cache(maxsize=1024)(PartVerdict)
"""Makes each of the verdicts that many parts have once: a process sends it once, too."""


def _verdict(
    part: PartText,
    vote: LanguageVote,
    spans: tuple[ForeignSpan, ...],
    judge: SignedJudge,
    *,
    spans_asked: bool,
    lines: bool,
) -> PartVerdict:
    broken = degeneration(part.text, part.language) if vote.status is not Status.OFF else None
    vote = by_majority(_of_the_rest(vote, part, spans, judge), part.text, spans)
    counted: tuple[ForeignSpan, ...] = ()
    share = english = None
    if spans_asked:
        counted = exempt_terms(exempt_copies(spans, part.text, part.prompt), part.text) if spans else ()
        share = window_share(part.text, counted)
        english = share_in("en", part.text, counted) if part.language != "en" else None
    on, off = _lines(part.text, part.language, judge) if lines else (None, None)
    made = PartVerdict if counted else _shared_verdict
    return made(
        status=PartStatus.DEGENERATE if broken else status_of(vote),
        language=None if broken else vote.language,
        evidence=f"degenerate: {broken}" if broken else vote.evidence,
        foreign_share=share,
        english_share=english,
        spans=counted,
        prose=part.text if counted else "",
        lines_on=on,
        lines_off=off,
    )


def _of_the_rest(
    vote: LanguageVote, part: PartText, spans: Sequence[ForeignSpan], judge: SignedJudge
) -> LanguageVote:
    """An undetermined vote taken again without the foreign sentences: what is left may be on target."""
    if vote.status is not Status.UNDETERMINED or not spans:
        return vote
    foreign = sum(span.letters for span in spans)
    if 2 * foreign > weighted_letters(part.text):
        return vote
    pieces, at = [], 0
    for span in spans:
        pieces.append(part.text[at : span.start])
        at = span.end
    (again,) = judge.judge([" ".join((*pieces, part.text[at:]))], part.language)
    return again if again.status is Status.ON else vote


def _spans(part: PartText, vote: LanguageVote, judge: SignedJudge) -> tuple[ForeignSpan, ...]:
    """Spans in English, in the prompt's language, in other scripts, and sentences in any language."""
    if vote.status is Status.UNDETERMINED and part.language != "en" and is_title(part.text):
        return ()
    name = judge.named if vote.status is Status.ON else None
    found = foreign_spans(part.text, part.language, source=part.prompt, source_language="en", name=name)
    if part.prompt_language not in {None, "en", part.language}:
        asked_in = str(part.prompt_language)
        found = _beside(
            found, foreign_spans(part.text, part.language, source=part.prompt, source_language=asked_in)
        )
    if vote.status is Status.OFF:
        return found
    found = _beside(found, foreign_sentences(part.text, part.language, judge.named))
    for line in english_lines(part.text, part.language):
        found = _beside(tuple(one for one in found if not _is_within(one, line)), (line,))
    if part.language == "en":
        found = _beside(found, silent_sentences(part.text, judge.named))
    return _beside(found, _voted_sentences(part, judge)) if vote.status is Status.UNDETERMINED else found


def _voted_sentences(part: PartText, judge: Judge) -> tuple[ForeignSpan, ...]:
    """Sentences that a vote of their own calls off-target, of a text on which the whole vote is open."""
    ranges = sentence_ranges(part.text, usual_script(part.language))
    if len(ranges) < 2:
        return ()
    votes = judge.judge([part.text[start:end] for start, end in ranges], part.language)
    return tuple(
        ForeignSpan(
            start=start, end=end, language=vote.language, letters=weighted_letters(part.text[start:end])
        )
        for (start, end), vote in zip(ranges, votes, strict=True)
        if vote.status is Status.OFF and vote.language is not None
    )


def _is_within(span: ForeignSpan, other: ForeignSpan) -> bool:
    return other.start <= span.start and span.end <= other.end


def _beside(spans: tuple[ForeignSpan, ...], others: tuple[ForeignSpan, ...]) -> tuple[ForeignSpan, ...]:
    """Spans, and those of others that overlap none of them, in order."""
    if not others:
        return spans
    more = [span for span in others if all(span.end <= one.start or span.start >= one.end for one in spans)]
    return tuple(sorted((*spans, *more), key=lambda span: span.start))


def _lines(text: str, language: str, judge: SignedJudge) -> tuple[int, int]:
    """Lines on target and off; lines too short to judge are neither."""
    lines = [line for line in text.split("\n") if weighted_letters(line) >= _LINE_LETTERS]
    statuses = [vote.status for vote in judge.judge(lines, language)]
    return statuses.count(Status.ON), statuses.count(Status.OFF)
