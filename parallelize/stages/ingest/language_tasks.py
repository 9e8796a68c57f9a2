"""Whether a task is about words of its own language, so that its translation would be another task."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Final

from parallelize.core.tables import shipped_toml, shipped_words

__all__ = ["is_language_task"]

_table: Final = partial(shipped_toml, __package__, "language_tasks.toml")
_CODE: Final = re.compile(
    r"""
    \b (?: function | program | code | script | strings? | substring | array | class | method | query
         | command | regex | regular[ ]expression | algorithm | stdin | input\(\)
         | python | java | javascript | sql | c\+\+ | rust | api | html | css ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Words of programming tasks, which ask about texts as data."""
_LANGUAGES: Final = (
    "French|Spanish|German|Italian|Portuguese|Dutch|Russian|Chinese|Mandarin|Japanese|Korean|Arabic|Hindi|Latin"
    "|Greek|Turkish|Polish|Swedish|Danish|Norwegian|Finnish|Hebrew|Vietnamese|Thai|Indonesian|Swahili|Bengali|Urdu"
    "|Czech|Hungarian|Romanian|Ukrainian|Catalan|Esperanto"
)
_OTHER_LANGUAGE: Final = f"(?:{_LANGUAGES.lower()})"
_LANGUAGE: Final = rf"(?:english|{_OTHER_LANGUAGE})"
_QUOTED: Final = r"[\"'“‘*][a-z][^\"'”’*\n]{0,40}[\"'”’*]"
_KIND_OF_WORD: Final = (
    "(?:nouns?|(?:ad)?verbs?|adjectives?|pronouns?|prepositions?|conjunctions?|interjections?|clauses?"
    "|articles?)"
)
_MISSPELL: Final = r"mis-?spel(?:l(?:s|ed|ings?)?|t)\b"
_TASKS: Final[dict[str, str]] = {
    # what is asked: how it is asked, from the beginning of a word
    "translation": rf"""
        translate\b[^.?!\n]{{0,80}}?\b(?:in)?to\s+{_LANGUAGE}\b
      | translate\s+(?:the|this|these|following|each)\b[^.?!\n]{{0,40}}
          \b(?:sentences?|phrases?|words?|text|paragraph|passage|poem|quote|proverb)s?\b(?!\s+problem)
      | how\s+(?:do|would|can)\s+(?:you|i|we|one)\s+say\b[^.?!\n]{{1,80}}\bin\s+{_LANGUAGE}\b
      | {_LANGUAGE}\s+(?:translation|word|phrase|equivalent)\s+(?:of|for)\b
      | (?:write|answer|respond|reply|summari[sz]e|explain|describe|speak)\b[^.?!\n]{{0,60}}
          \bin\s+{_OTHER_LANGUAGE}\s*(?:[:.,!?\n]|$)""",
    "sound": rf"""
        rhym(?:e|es|ing)\b(?!\s+(?:or|nor)\s+reason)
      | alliterat(?:e[sd]?|ing|ions?|ive(?:ly)?)\b
      | (?:homophones?|homonyms?|tongue\s+twisters?|limericks?|haikus?|puns?|wordplay)\b
      | play\s+on\s+words\b
      | syllables?\b[^.?!\n]{{0,30}}(?:\b(?:words?|lines?|poem|haiku)\b|{_QUOTED}) | haiku\b""",
    "spelling": rf"""
        (?:correct|fix|proofread|edit)\b[^.?!\n]{{0,40}}
          \b(?:grammar|grammatical|spelling|punctuation|typos?|{_MISSPELL})\b
      | (?:correct|fix)\s+(?:the|this|any)\s+(?:errors?\s+in\s+(?:the|this)\s+)?
          (?:following\s+)?sentences?\b
      | spell(?:ed|ing)?\s+(?:of\s+)?(?:the\s+words?|backwards?|correctly|{_QUOTED})
      | (?:correct|right|wrong)\s+spelling\b | {_MISSPELL} | unscramble\b
      | punctuate\b | add(?:ing)?\s+(?:the\s+)?(?:missing\s+)?punctuation\b
      | capitali[sz]e\s+(?:the|this|every|each|all)\b | missing\s+(?:vowels|consonants|letters)\b""",
    "letters": rf"""
        (?:how\s+many|number\s+of|count(?:\s+the|\s+all)?)\s+(?:letters?|vowels|consonants|syllables)\s+
          (?:(?:are|is|does|do|has|there|contained)\s+)*(?:(?:in|of)\s+)?(?:the\s+words?\s+(?:\w+\s*[?.]|{_QUOTED})|{_QUOTED})
      | how\s+many\s+(?:times\s+does\s+the\s+letter
          |["'“‘]?[a-z]["'”’]s[ ]are\s+(?:there\s+)?in\s+(?:the\s+word)?)\b
      | (?:first|second|third|fourth|fifth|last|middle|initial|final)\s+letters?\s+(?:of|in|from)\s+
          (?:(?:the|each|every|these)\s+)?(?:words?\b|names?\b|{_QUOTED})
      | (?:reverse|rearrange|jumble)\s+the\s+
          (?:word|sentence|(?:order\s+of\s+the\s+)?(?:words|letters)\s+(?:of|in|to))\b
      | words?\s+that\s+(?:start|begin|end)s?\s+with\b
      | words\s+(?:starting|beginning|ending)\s+(?:with|in)\b
      | (?:starts?|begins?)\s+with\s+the\s+letters?\b
      | (?:anagrams?|acrostic|acronyms?|pangrams?)\b
      | sentence\b[^.?!\n]{{0,30}}\bletters\s+of\s+the\s+alphabet\b
      | palindrom(?:es?|ic)\s+(?:words?|sentences?|phrases?)\b | palindromes?\s+of\s+\w+\s+letters\b""",
    "grammar": rf"""
        (?:is\s+(?:this|the|it)|which|make|whether|rewrite)\b[^.?!\n]{{0,60}}\bgrammatically\b
      | grammatical\s+(?:errors?|mistakes?)\b
      | (?:parts?\s+of\s+speech|(?:past|present|future)\s+tense|(?:passive|active)\s+voice|past\s+participle
          |(?:reported|indirect|direct)\s+speech)\b
      | (?:plural|comparative|superlative)\s+(?:form\s+)?of\b
      | identify\s+(?:the|all)\b[^.?!\n]{{0,30}}\b{_KIND_OF_WORD}\b
      | (?:correct|appropriate|right|suitable|proper)\s+{_KIND_OF_WORD}\b
          (?=[^.?!\n]{{0,80}}(?:[:_]|\bblanks?\b|\bsentence\b))
      | (?:is|are)\s+(?:an?\s+)?(?!articles?|clauses?){_KIND_OF_WORD}\b
      | conjugat(?:e|ion)\b[^.?!\n]{{0,30}}\bverbs?\b""",
    "words": rf"""
        (?:use|using)\s+(?:the\s+words?\s+)?{_QUOTED}\s*(?:and\s+{_QUOTED}\s*)?in\s+a\s+(?:\w+\s+)?(?:sentence|phrase)\b
      | (?:use|using)\s+the\s+words?\s+{_QUOTED}
      | use\b[^.?!\n]{{1,40}}\bin\s+a\s+(?:complete\s+)?sentence\b
      | (?:synonyms?|antonyms?)\s+(?:of|for|to)\b
      | (?:opposite|meaning|definition)\s+of\s+{_QUOTED}
      | (?:opposite|meaning|definition|root|prefix|suffix)\s+of\s+the\s+(?:word|idiom|phrase|proverb)\b
      | what\s+(?:does|do)\s+the\s+(?:word|idiom|expression|saying|proverb)\b[^.?!\n]{{1,60}}\bmean\b
      | define\s+the\s+word\b""",
}
_SORTING: Final = r"""
    (?:^|[.!?:]\s+|\bplease\s+)(?:sort|arrange|order|list|put|alphabeti[sz]e)\b
      [^.?!\n]{0,40}\b(?:words?|list|items|following)\b[^.?!\n]{0,40}\balphabetical"""
_IN_LANGUAGE: Final = re.compile(rf"in (?:{_LANGUAGES})\b")
_HINTS: Final = frozenset(word.encode() for word in shipped_words(__package__, "language_task_words.txt"))
_NAMES: Final = frozenset(_LANGUAGES.lower().encode().split(b"|"))
_LOOKED_FOR: Final = _HINTS | _NAMES
_LETTERS_COUNTED: Final = b" s are "
"""Every task that `_task` finds has one of these words or this (of "r's are"), or names a language."""
_OF_MATHEMATICS: Final = frozenset((b"definition", b"equivalent", b"expression", b"meaning", b"opposite"))
_ASKED_OF_WORDS: Final = re.compile(
    rb"\b(?:the +expression|(?:definition|equivalent|meaning|opposite) +(?:of|for))\b"
)
_LETTERS: Final = bytes(code | 32 if chr(code).isalpha() and code < 128 else 32 for code in range(256))
"""Turns ASCII capitals into small letters, and what is no letter of ASCII into spaces."""


def _may_be_task(text: str) -> bool:
    """Whether a text has what every task about words has; quick, and hardly any other text has it."""
    letters = text.encode("utf-8", "surrogatepass").translate(_LETTERS)
    words = letters.split()
    if _LOOKED_FOR.isdisjoint(words):
        return _LETTERS_COUNTED in letters
    hints = _HINTS.intersection(words)
    if hints and not (hints <= _OF_MATHEMATICS and _ASKED_OF_WORDS.search(letters) is None):
        return True
    return _LETTERS_COUNTED in letters or _IN_LANGUAGE.search(text) is not None


@cache
def _task() -> re.Pattern[str]:
    """How such tasks are asked in English, in small letters: to look for any case takes much longer.

    Compiled when asked for; most sources have none.
    """
    return re.compile(rf"\b(?:{'|'.join(_TASKS.values())})|{_SORTING}", re.VERBOSE | re.MULTILINE)


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    """How such tasks are asked in a language other than English; None where the table does not say."""
    asked = _table().get(language)
    return None if asked is None else re.compile("|".join(asked.values()), re.IGNORECASE)


def _asks_for_code(text: str) -> bool:
    return re.search(_table()["code"]["any"], text, re.IGNORECASE) is not None


def is_language_task(text: str, language: str) -> bool:
    """Whether a task is about words of its language, so that its translation would be another task.

    Told in English and in the languages of `language_tasks.toml`; tasks that ask for a program are about
    data, whatever they say.

    Args:
        text: what is asked.
        language: code of the source language.
    """
    if language != "en" and language.partition("-")[0] != "en":
        pattern = _pattern(language.partition("-")[0])
        return pattern is not None and pattern.search(text) is not None and not _asks_for_code(text)
    return _may_be_task(text) and _task().search(text.lower()) is not None and _CODE.search(text) is None
