"""Negations that an English source has and the target has not, and those that only the target has.

Languages say no in many ways: by a prefix, an ending, another verb. What counts is a sentence of the source
that surely says no beside one that has no sign of it, or a sentence without any sign of it beside one that
surely says no.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code, words_run_on
from parallelize.metrics.double_negation import says_no_twice
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import particles
from parallelize.text.numerals import base_language

__all__ = ["negations"]

_NO: Final = re.compile(
    r"""
    \b(?:is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should|must|need)n['’]t\b
      (?! [ ](?:it|he|she|they|you|we|I|there|the|that|this)\b )          # a question
    | \bnot\b
      (?! [ ](?:only|just|merely|simply|even|until|till|to[ ]mention|unlike|necessarily|so\b|least|sure)
        | [ ](?:more|less|fewer|later|earlier|exceed\w*|greater|larger|smaller|bigger|over|under)\b )
    | \bcannot\b | \bnever\b | \bnobody\b | \bneither\b | \bno[ ]one\b | \bnone\b
    | \bnothing\b (?![ ](?:but|more|less)\b) | \bwithout\b | \bunless\b | \bimpossible\b | \bunable\b
    | (?: ^ | [.!?;:][ ] ) No[ ](?!(?:two|single|sooner|point|need|use|sign)\b)[a-z]{3,}[ ]
      (?: is | are | was | were | can | may | will | has | have | had | must | does | do | did )\b
    | \b(?:is|are|was|were|has|have|had|with|there[ ]be)[ ]no[ ]
      (?! (?:more|less|fewer|longer|doubt|wonder|matter|greater|larger|smaller|later|one)\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What surely says no."""
_NO_HAS: Final = (
    *("not", "n't", "n’t", "no ", "no one", "nobody", "none", "never", "neither", "without", "unless"),
    *("impossible", "unable"),
)
"""Whatever `_NO` finds has one of these."""
_OTHERWISE: Final = re.compile(
    r"""
    (?: \b(?:not|cannot|never) | n['’]t | \bno[ ][a-z]+[ ](?:is|are|was|were|can|may|will|has|have) ) [ ]
      (?: (?:very|too|yet|been|be|so|really|all[ ]that|quite|a|an|the) [ ] ){0,3}
      (?: (?:open|close)\w*+
          (?! (?<=open|lose) [ ](?:the|an?|any|your|his|her|their|its|this|that|these|it|them)\b )
        | clos(?!e)\w* | broken | damaged | whole | true | false | right | wrong | correct\w* | far
        | near | same | many | much | enough | allow\w* | permit\w* | includ\w* | count\w*
        | remember\w* | forg\w+ | present | pass\w* | win | won | lose | lost | full | empty | late
        | early | easy | hard | difficult | well | good | bad | big | small | long | short | old | new
        | equal\w* | alone | alive | dead | happy | surpris\w* | clear | stop\w* | let | care | guilty
        | married | think | help | mind | afraid | cheap | expensive | different | distinct | single
        | always | have[ ]to | need\w* | available | least | last | chang\w* | mov\w* | vary
        | (?:un|im|dis)(?!der|til|less|portant|cuss|prove)[a-z]{4,} )\b
    | \b(?:nobody|none|nothing|no[ ](?:one|other\w*))[ ](?:but|except|other[ ]than)\b
    | \bno[ ]?(?:ne|one|body)[ ](?:under|over|below|above|younger|older|less|more|shorter|taller)\b
    | \bwithout[ ](?:(?:any|an?)[ ])?(?:bounds?|limits?|end|exceptions?|doubt|fail|delay|interruption|break)\b
    | \bor[ ]not\b | \bwhy[ ]not\b | \bif[ ]not\b | \bnever(?:the|[ ]before)
    | \b(?:ca|could)n['’]t[ ](?:help|wait) | \bcannot[ ](?:help|but)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What others say by a word that has no negation: not open is closed, not until Monday is only on Monday."""
_TURNED: Final = re.compile(
    r"""
    \b (?: not | cannot | never | no | nobody | nothing | none ) \b | n['’]t\b
    | (?P<turn> \b (?: until | till | without | unless ) \b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A no, and what makes a yes of it: not until Monday, never without a hat."""
_MOST: Final = 20_000
"""Characters of a source that is looked at."""
_LETTERS: Final = r"\w\\\u0900-\u0963\u0966-\u0dff\u200c"
"""What is no end of a word, a backslash among them: a formula begins so."""
_EVIDENCE: Final = 60
_PLAIN_WORDS: Final = 25
_QUOTED: Final = re.compile(r"[\"“”«»]")


class _Negators(NamedTuple):
    """How a language says no."""

    sure: re.Pattern[str]
    any: re.Pattern[str]
    alike: re.Pattern[str]
    without: re.Pattern[str]


class _Piece(NamedTuple):
    """A piece of an English source."""

    text: str
    says_no: bool
    """Whether it surely says no."""
    says_nothing: bool
    """Whether nothing in it may become a negation."""
    says_no_twice: bool = False


def negations(pair: Pair) -> Iterator[str]:
    """Negations that were lost or added, each by the piece of the source."""
    source, target = pair.source, pair.target
    if len(source.text) > _MOST:
        return
    forms = _negators(base_language(target.language))
    if forms is None or not _may_differ(pair, forms):
        return
    found = list(_differences(pair, forms))
    if found and pair.is_read:
        yield from found


def _may_differ(pair: Pair, forms: _Negators) -> bool:
    """Whether the source may say no, or the target does; quick, and most pairs do neither."""
    return pair.source.once(_may_say_no) or forms.sure.search(_plain(pair.target.lowered)) is not None


def _may_say_no(source: Reading) -> bool:
    return any(map(source.lowered.__contains__, _NO_HAS))


def _differences(pair: Pair, forms: _Negators) -> Iterator[str]:
    for ours, theirs in _pieces(pair):
        if ours.says_no and not _said(forms.any, theirs, forms) and not _NO.search(theirs):  # a title
            yield f"no negation for {ours.text.strip()[:_EVIDENCE]!r}"
        elif ours.says_nothing and (found := _said(forms.sure, theirs, forms)):
            yield f"{found} for {ours.text.strip()[:_EVIDENCE]!r}"
        elif ours.says_no_twice and _only_without(theirs, forms):
            yield f"one negation for two of {ours.text.strip()[:_EVIDENCE]!r}"


def _only_without(text: str, forms: _Negators) -> bool:
    """Whether a text says "without" and no other no."""
    rest, count = forms.without.subn(" ", _plain(text.lower()))
    return count > 0 and not _said(forms.any, rest, forms)


def _in_english(text: str) -> _Piece:
    """An English text, and what it says: it surely says no, or nothing in it may become a negation."""
    if _NO.search(text):
        says_no = bool(_NO.search(_OTHERWISE.sub(" ", text))) and not _is_turned(text)
        return _Piece(text, says_no=says_no, says_nothing=False, says_no_twice=says_no_twice(text))
    english = _negators("en")
    says_nothing = english is not None and not _said(english.any, text, english) and _is_plain(text)
    return _Piece(text, says_no=False, says_nothing=says_nothing)


def _is_turned(text: str) -> bool:
    return len({found["turn"] is None for found in _TURNED.finditer(text)}) > 1


def _is_plain(text: str) -> bool:
    """Whether a text is said as it stands; quoted speech and long sentences are put otherwise."""
    return len(text.split()) <= _PLAIN_WORDS and _QUOTED.search(text) is None


def _pieces(pair: Pair) -> Iterator[tuple[_Piece, str]]:
    """Sentences with their translations, or the whole texts where they are not as many."""
    source, target = pair.source, pair.target
    if len(source.sentences) != len(target.sentences):
        yield source.once(_whole), target.text
        return
    for ours, theirs in zip(source.once(_sentences), target.sentences, strict=True):
        yield ours, target.text[slice(*theirs)]


def _whole(source: Reading) -> _Piece:
    return _in_english(source.text)


def _sentences(source: Reading) -> list[_Piece]:
    return [_in_english(source.text[slice(*place)]) for place in source.sentences]


def _said(words: re.Pattern[str], text: str, forms: _Negators) -> str:
    """The first of the words that a text says, look-alikes apart; empty if none."""
    lowered = _plain(text.lower())
    if words.search(lowered) is None:  # as most texts
        return ""
    found = words.search(forms.alike.sub(" ", lowered))
    return found[0] if found else ""


def _plain(lowered: str) -> str:
    """A text in small letters with one form of each letter and apostrophe."""
    lowered = lowered.replace("’", "'")
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered)


@lru_cache(maxsize=128)
def _negators(language: str) -> _Negators | None:
    rows = shipped_rows(__package__, "negations.tsv")
    code = row_code(rows, language)
    if code not in rows:
        return None
    sure, perhaps, alike = (*rows[code], "", "")[:3]
    without = shipped_rows(__package__, "without_words.tsv").get(code, ("",))
    words = [cell.split() for cell in (sure, f"{sure} {perhaps}", alike, *without)]
    return _Negators(*(_finds(forms, particles(code), run_on=words_run_on(language)) for forms in words))


def _finds(forms: list[str], particles: str, *, run_on: bool) -> re.Pattern[str]:
    """What finds a word of those forms."""
    anywhere: list[str] = []
    whole: list[tuple[str, str]] = []
    begun: list[tuple[str, str]] = []
    for form in forms:
        bare = form.strip("*").replace("_", " ")
        first, rest = (re.escape(part).replace(r"\*", f"[{_LETTERS}]*") for part in (bare[:1], bare[1:]))
        open_end = run_on or form.endswith(("*", "'"))
        end = "" if open_end else f"(?![{_LETTERS}])"
        if run_on or form.startswith("*"):
            anywhere.append(f"{first}{rest}{end}")
        else:
            (begun if open_end else whole).append((first, f"{rest}{end}"))
    if words := [*whole, *begun]:
        anywhere.append(_behind_particles(words, particles) if particles else _at_beginnings(words))
    return re.compile("|".join(anywhere) or "(?!)")


def _behind_particles(words: list[tuple[str, str]], particles: str) -> str:
    return f"(?<![{_LETTERS}]){particles}(?:{'|'.join(map(''.join, words))})"


def _at_beginnings(words: list[tuple[str, str]]) -> str:
    """What finds words by their first letters: a set of these comes first, by which the search skips."""
    by_letter: dict[str, list[str]] = {}
    for first, rest in words:
        by_letter.setdefault(first, []).append(rest)
    forms = (f"(?<={first})(?:{'|'.join(rests)})" for first, rests in by_letter.items())
    return f"[{''.join(by_letter)}](?<![{_LETTERS}].)(?:{'|'.join(forms)})"
