"""English by its words alone, where identifiers know too little: a few words, or sentences without grammar.

"The train needs 16 hours." is off target where German was asked for; a title ("The Old Man and the Sea") is
in no language. What decides is that the words are English, and some of them are in no other language. In an
English text a sentence of Finnish or Turkish has few function words, so that a search for them
(`mixing.foreign_sentences`) sees none; English without "the", "of" or "is" is rare enough to ask about.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from parallelize.core.tables import shipped_sets, shipped_words
from parallelize.metrics.foreign import ForeignSpan
from parallelize.metrics.function_words import FUNCTION_WORDS, TITLE, distinctive_words, words_of_piece
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.scripts import own_scripts, script_letters

__all__ = ["by_english_words", "english_lines", "is_title", "silent_sentences"]

_SENTENCE: Final = re.compile(r"[^.!?\n]{20,}")
_COMMON: Final = (" of ", " is ", " are ", " we ", " to ", "So ", "We ")
"""What settles a sentence, too, though other languages have these words."""
_SMALL_WORD: Final = re.compile(r"(?<![\w'’-])[^\W\d_A-Z]{3,}(?![\w'’-])")
_FEWEST_SMALL: Final = 3


@cache
def _only_english() -> frozenset[str]:
    """Words of English that no other language has."""
    known = FUNCTION_WORDS["en"] | shipped_sets(__package__, "english_words.tsv")["sentences"]
    return known.difference(*(theirs for code, theirs in FUNCTION_WORDS.items() if code != "en"))


def silent_sentences(
    text: str, name: Callable[[Sequence[str], str], list[str | None]]
) -> tuple[ForeignSpan, ...]:
    """Sentences of an English text that are in another language.

    Args:
        text: prose, formulas and code taken out.
        name: names the language of pieces that two identifiers agree on; None for English.
    """
    only = _only_english()
    asked = [
        match
        for match in _SENTENCE.finditer(text)
        if only.isdisjoint(match[0].split()) and _is_silent(match[0])  # what stands between spaces is quick
    ]
    named = name([match.group() for match in asked], "en") if asked else []
    return tuple(
        ForeignSpan(
            start=match.start(),
            end=match.end(),
            language=language,
            letters=float(sum(map(str.isalpha, match.group()))),
        )
        for match, language in zip(asked, named, strict=True)
        if language is not None
    )


def _is_silent(sentence: str) -> bool:
    """Whether a sentence has no word that only English has, and more than names: three small words."""
    if any(map(sentence.__contains__, _COMMON)) or not _only_english().isdisjoint(words_of_piece(sentence)):
        return False
    small = len([word for word in _SMALL_WORD.findall(sentence) if str(word).islower()])
    return small >= _FEWEST_SMALL and 2 * small >= len(sentence.split())


_STEM: Final = 5
"""Letters of a word that `common_words.txt` has."""
_FEWEST: Final = 3
_LONGEST: Final = 200
"""Characters of a text that identifiers say too little about."""
_LINE: Final = re.compile(r"[^\n]+")
_LONGEST_LINE: Final = 80
_ANNOUNCING: Final = frozenset(("therefore", "hence", "thus"))
_ALSO_OTHERS: Final = frozenset(
    (
        "but",
        "has",
        "my",
        "can",
        "let",
        "left",
        "got",
        "find",
        "than",
        "not",
        "or",
        "pays",
        "any",
        "ate",
        "its",
    )
)
"""Words of other languages, too, that are no function words there: a goal is `but` in French."""
_OF_HEADINGS: Final = frozenset(
    [
        "step", "steps", "solution", "answer", "question", "problem", "calculation", "calculations",
        "explanation", "conclusion", "verification", "check", "given", "summary", "result", "results",
        "final", "analysis", "reasoning", "approach", "method",
    ]
)  # fmt: skip


def is_title(text: str) -> bool:
    """Whether a text is no more than English titles and names: "The Old Man and the Sea"."""
    if len(text) > _LONGEST or not any(map(str.isalpha, text)):
        return False
    return not any(map(str.isalpha, TITLE.sub("", text)))


def by_english_words(vote: LanguageVote, text: str, expected: str) -> LanguageVote:
    """A vote on a few English words in Latin letters; titles are in no language.

    Args:
        vote: the vote on `text`.
        text: the prose.
        expected: code of the language it should be in.
    """
    if vote.status is Status.ON or expected == "en" or len(text) > _LONGEST:
        return vote
    if is_title(text):
        open_ = f"{vote.evidence}; a title"
        return LanguageVote(status=Status.UNDETERMINED, language=None, evidence=open_)
    told = _told_english(text, expected) if vote.status is Status.UNDETERMINED else ()
    if not told:
        return vote
    evidence = f"{vote.evidence}; English words: {', '.join(told)}"
    return LanguageVote(status=Status.OFF, language="en", evidence=evidence)


def _told_english(text: str, expected: str) -> tuple[str, ...]:
    """The words that only English has, of a text of English words in a language with Latin letters."""
    found = words_of_piece(text) if "Latn" in own_scripts(expected, text) else ()
    if len(found) < _FEWEST or not distinctive_words(expected, "en").isdisjoint(found):
        return ()
    sure = (_only_english() | _ANNOUNCING).intersection(found) - FUNCTION_WORDS.get(expected, frozenset())
    unknown = [word for word in found if not _is_english(word)]
    if len(unknown) >= len(sure) or not "".join(unknown).isascii():
        return ()
    return () if sure <= _ALSO_OTHERS and len(sure) == 1 else tuple(sorted(sure))


def english_lines(text: str, expected: str) -> Iterator[ForeignSpan]:
    """Lines of English alone in a text in another script: headings such as "Step 1: Read the question".

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language it should be in.
    """
    if "Latn" not in script_letters(text) or "Latn" in own_scripts(expected, text):
        return
    for line in _LINE.finditer(text):
        letters = script_letters(line.group())
        if letters.keys() != {"Latn"} or len(line.group()) > _LONGEST_LINE:
            continue
        if _is_english_line(line.group()):
            yield ForeignSpan(
                start=line.start(), end=line.end(), language="en", letters=float(letters["Latn"])
            )


def _is_english_line(line: str) -> bool:
    """Whether a line is a heading or an introduction: its words are English, or names."""
    found = words_of_piece(line)
    if len(found) < 2:
        return False
    headed = not _OF_HEADINGS.isdisjoint(found)
    grammar = sum(word in FUNCTION_WORDS["en"] or word == "a" for word in found)
    if not headed and (is_title(line) or (grammar < _FEWEST and _only_english().isdisjoint(found))):
        return False
    unknown = [
        word for word in line.split() if word.islower() and not all(map(_is_english, words_of_piece(word)))
    ]
    return 3 * len(unknown) <= len(found)


@cache
def _common() -> frozenset[str]:
    return frozenset(shipped_words(__package__, "common_words.txt"))


def _is_english(word: str) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("ing"))
    return (
        word in FUNCTION_WORDS["en"]
        or word == "a"
        or not _common().isdisjoint(form[:_STEM] for form in forms)
    )
