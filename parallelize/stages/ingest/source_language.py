"""Whether a text is in the source language, and whether a task is about that language itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from parallelize.core.languages import LANGUAGES
from parallelize.metrics.function_words import FUNCTION_WORDS, function_word_counts, function_words
from parallelize.metrics.scripts import script_letters, script_of_language
from parallelize.text.protect import prose

__all__ = ["is_foreign", "is_language_task", "is_plainly_in"]

_LOOKED_AT: Final = 600
"""Characters from the beginning that are looked at."""
_GLANCE: Final = 160
_SIGNS: Final = {"en": (" the ", " and ", " has ", " many ", " that ")}
"""Words that most texts of a language have near their beginning, and hardly any text of another."""
_HEAD: Final = 12
_GLANCE_WORDS: Final = 16
_GRAMMATICAL: Final = 2
"""Different function words among the first 16 of a text that is plainly in its language: 94 % of 3,400
English questions and news texts have them, of the news in twenty other languages 0.2 % (quoted titles)."""
_SURE_SHARE: Final = 12
"""A text with a function word of the language, and of no other, in so many words is in it."""
_OWN_SHARE: Final = 5
"""The same where other languages may have the word, too."""
_LEAST_SHARE: Final = 20
"""A text without a function word of the language in so many words is hardly in it."""
_DIFFERENT: Final = 3
"""Different function words that another language must have: one alone may be English (`per`)."""
_LANGUAGES: Final = tuple(FUNCTION_WORDS)
_FEWEST_WORDS: Final = 8
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_OTHER_SCRIPT: Final = 0.6
_NO_LETTERS: Final = bytes(sign for sign in range(128) if not chr(sign).isalpha())

_CODE: Final = re.compile(
    r"\b(?:function|program|code|script|string|strings|regex|regular expression|algorithm|python|java"
    r"|javascript|sql|c\+\+|rust|query|class|method|api|html|css|command|substring|array|stdin|input\(\))\b",
    re.IGNORECASE,
)
"""Words of programming tasks, which ask about texts as data."""
_NAME_OF_LANGUAGE: Final = (
    r"(?:English|French|Spanish|German|Italian|Portuguese|Dutch|Russian|Chinese|Mandarin|Japanese|Korean|Arabic"
    r"|Hindi|Latin|Greek|Turkish|Polish|Swedish|Danish|Norwegian|Finnish|Hebrew|Vietnamese|Thai|Indonesian|Swahili"
    r"|Bengali|Urdu|Czech|Hungarian|Romanian|Ukrainian|Catalan|Esperanto)"
)
_TASK: Final = re.compile(
    rf"""
      \btranslate\b[^.?!\n]{{0,80}}?\b(?:in)?to\s+{_NAME_OF_LANGUAGE}\b  # into French
    | \btranslate\s+(?:the|this|these|following|each)\b[^.?!\n]{{0,40}}
        \b(?:sentences?|phrases?|words?|text|paragraph|passage|poem|quote|proverb)s?\b(?!\s+problem)
    | \bhow\s+(?:do|would|can)\s+(?:you|I|we|one)\s+say\b[^.?!\n]{{1,80}}\bin\s+{_NAME_OF_LANGUAGE}\b
    | \b{_NAME_OF_LANGUAGE}\s+(?:translation|word|phrase|equivalent)\s+(?:of|for)\b
    | \brhym(?:e|es|ing)\b(?!\s+(?:or|nor)\s+reason)                       # words that rhyme with
    | \b(?:correct|fix|proofread|edit)\b[^.?!\n]{{0,40}}
        \b(?:grammar|grammatical|spelling|punctuation|typos?|misspell\w+)\b
    | \b(?:correct|fix)\s+(?:the|this|any)\s+(?:errors?\s+in\s+(?:the|this)\s+)?(?:following\s+)?sentences?\b
    | \b(?:is\s+(?:this|the|it)|which|make|whether|rewrite)\b[^.?!\n]{{0,60}}\bgrammatically\b
    | \bgrammatical\s+(?:errors?|mistakes?)\b
    | \bspell(?:ed|ing)?\s+(?:of\s+)?(?:the\s+words?|backwards?|correctly)\b
    | \b(?:correct|right|wrong)\s+spelling\b
    | \b(?:use|using)\s+the\s+words?\s+["'“‘][^"'”’\n]{{1,40}}["'”’]          # use the word "x" in a sentence
    | \buse\b[^.?!\n]{{1,40}}\bin\s+a\s+(?:complete\s+)?sentence\b
    | \bhow\s+many\s+(?:letters?|vowels|consonants|syllables)\s+(?:are|is|does|do|has)\b
        [^.?!\n]{{0,20}}\b(?:in|of|the)\s+(?:the\s+words?\b|["'“‘])
    | \bhow\s+many\s+(?:times\s+does\s+the\s+letter
        |["'“‘]?[a-z]["'”’]?s\s+are\s+(?:there\s+)?in\s+(?:the\s+word)?)\b
    | \bsyllables?\b[^.?!\n]{{0,30}}\b(?:words?|lines?|poem)\b
    | \b(?:anagrams?|homophones?|homonyms?|tongue\s+twisters?|acrostic|limericks?|puns?)\b
    | \b(?:synonyms?|antonyms?)\s+(?:of|for|to)\b
    | \b(?:parts?\s+of\s+speech|past\s+tense|present\s+tense|future\s+tense|passive\s+voice|active\s+voice
        |past\s+participle)\b
    | \b(?:plural|comparative|superlative)\s+(?:form\s+)?of\b
    | \bidentify\s+(?:the|all)\b[^.?!\n]{{0,30}}
        \b(?:nouns?|verbs?|adjectives?|adverbs?|pronouns?|prepositions?|clauses?)\b
    | \bconjugat(?:e|ion)\b[^.?!\n]{{0,30}}\bverbs?\b
    | \bwords?\s+that\s+(?:start|begin|end)s?\s+with\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


_HINTS: Final = (
    *(
        "translat",
        "rhym",
        "gramma",
        "spell",
        "sentence",
        "syllable",
        "letter",
        "vowel",
        "consonant",
        "anagram",
    ),
    *(
        "homonym",
        "homophone",
        "twister",
        "acrostic",
        "limerick",
        "pun",
        "synonym",
        "antonym",
        "speech",
        "tense",
    ),
    *("voice", "particip", "plural", "compar", "superl", "noun", "verb", "adject", "preposition", "clause"),
    *("conjugat", "word", " say ", "fix", "edit", "proofread", "s are in"),
)
"""Every task that `_TASK` finds has one of these."""


def is_plainly_in(text: str, language: str) -> bool:
    """Whether the beginning of a text is plainly in a language; quick, and of most texts it is.

    Args:
        text: any text.
        language: code of the language that it should be in.
    """
    if not text[:_HEAD].isascii():
        return False
    find = text.find
    for sign in _SIGNS.get(language, ()):
        if find(sign, 0, _GLANCE) >= 0:
            return True
    return (
        len(function_words(language).intersection(text[:_GLANCE].split(None, _GLANCE_WORDS))) >= _GRAMMATICAL
    )


@lru_cache(maxsize=64)
def _own_alone(language: str) -> frozenset[str]:
    """Function words of a language that no other language has."""
    own = function_words(language)
    return own.difference(*(found for found in FUNCTION_WORDS.values() if found != own))


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is clearly not in a language; short texts and texts of formulas are not clear.

    Args:
        text: any text.
        language: code of the language that it should be in.
    """
    head = text[:_LOOKED_AT]
    if _is_other_script(head, language):
        return True
    if not function_words(language) or _has_own_words(head, language):
        return False
    head = prose(head)  # names of functions in formulas are words of some language
    found = _WORD.findall(head.lower())
    return len(found) >= _FEWEST_WORDS and _speaks_another(head, found, language)


def _has_own_words(text: str, language: str) -> bool:
    """Whether a text has as many function words as texts of its language have, or is too short to tell."""
    low = text.lower()
    alone, words = _own_alone(language), low.split()
    if len(words) < _FEWEST_WORDS or _counted(alone, words) * _SURE_SHARE >= len(words):
        return True
    found = _WORD.findall(low)
    return len(found) < _FEWEST_WORDS or _counted(function_words(language), found) * _OWN_SHARE >= len(found)


def _speaks_another(text: str, found: Sequence[str], language: str) -> bool:
    """Whether function words, or letters with accents, say that a text is in another language."""
    counts = function_word_counts(text)
    best = max(counts)
    others, own = FUNCTION_WORDS[_LANGUAGES[counts.index(best)]], function_words(language)
    ours = _counted(own - others, found)
    different = len((others - own).intersection(found))
    if best >= 3 * (ours + 1) and best * 5 >= len(found) and different >= _DIFFERENT:
        return True
    if ours * _LEAST_SHARE >= len(found):
        return False
    if language.partition("-")[0] == "en" and _is_accented(text):
        return True
    return best > 2 * (ours + 1) and different >= _DIFFERENT


def _counted(known: frozenset[str], words: Sequence[str]) -> int:
    return sum(map(known.__contains__, words))


def _is_accented(text: str) -> bool:
    """Whether one letter in twenty-five is no letter of ASCII."""
    if text.isascii():
        return False
    letters = [sign for sign in text if sign.isalpha()]
    return sum(not sign.isascii() for sign in letters) * 25 >= len(letters)


def _is_other_script(text: str, language: str) -> bool:
    known = LANGUAGES.get(language)
    if known is None or (known.script == "Latn" and _is_latin(text)):
        return False
    letters = script_letters(text)
    total = sum(letters.values())
    ours = sum(letters.get(script, 0) for script in script_of_language(known.script))
    return total >= _FEWEST_WORDS and total - ours >= _OTHER_SCRIPT * total


def _is_latin(text: str) -> bool:
    """Whether letters of ASCII outnumber all signs beyond it; quick."""
    if text.isascii():
        return True
    plain = text.encode("ascii", "ignore")
    return len(plain.translate(None, _NO_LETTERS)) > len(text) - len(plain)


def is_language_task(text: str, language: str) -> bool:
    """Whether a task is about words of its language, so that its translation would be another task.

    Only English tasks are told; tasks that ask for a program are about data, whatever they say.

    Args:
        text: what is asked.
        language: code of the source language.
    """
    if language != "en":
        return False
    low = text.lower()
    if not any(hint in low for hint in _HINTS):
        return False
    return _TASK.search(text) is not None and _CODE.search(text) is None
