"""Whether a task is about words of its own language, so that its translation would be another task."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Final

from parallelize.core.tables import shipped_toml

__all__ = ["is_language_task"]

_table: Final = partial(shipped_toml, __package__, "language_tasks.toml")
_CODE: Final = re.compile(
    r"\b(?:function|program|code|script|string|strings|regex|regular expression|algorithm|python|java"
    r"|javascript|sql|c\+\+|rust|query|class|method|api|html|css|command|substring|array|stdin|input\(\))\b",
    re.IGNORECASE,
)
"""Words of programming tasks, which ask about texts as data."""
_OTHER_LANGUAGE: Final = (
    r"(?:French|Spanish|German|Italian|Portuguese|Dutch|Russian|Chinese|Mandarin|Japanese|Korean|Arabic"
    r"|Hindi|Latin|Greek|Turkish|Polish|Swedish|Danish|Norwegian|Finnish|Hebrew|Vietnamese|Thai|Indonesian|Swahili"
    r"|Bengali|Urdu|Czech|Hungarian|Romanian|Ukrainian|Catalan|Esperanto)"
)
_LANGUAGE: Final = rf"(?:English|{_OTHER_LANGUAGE})"
_QUOTED: Final = r"[\"'“‘*][A-Za-z][^\"'”’*\n]{0,40}[\"'”’*]"
_KIND_OF_WORD: Final = (
    "(?:nouns?|(?:ad)?verbs?|adjectives?|pronouns?|prepositions?|conjunctions?|interjections?|clauses?"
    "|articles?)"
)
_TASKS: Final[dict[str, str]] = {
    # what is asked: how it is asked
    "translation": rf"""
        \btranslate\b[^.?!\n]{{0,80}}?\b(?:in)?to\s+{_LANGUAGE}\b
      | \btranslate\s+(?:the|this|these|following|each)\b[^.?!\n]{{0,40}}
          \b(?:sentences?|phrases?|words?|text|paragraph|passage|poem|quote|proverb)s?\b(?!\s+problem)
      | \bhow\s+(?:do|would|can)\s+(?:you|I|we|one)\s+say\b[^.?!\n]{{1,80}}\bin\s+{_LANGUAGE}\b
      | \b{_LANGUAGE}\s+(?:translation|word|phrase|equivalent)\s+(?:of|for)\b
      | \b(?:write|answer|respond|reply|summari[sz]e|explain|describe|speak)\b[^.?!\n]{{0,60}}
          \bin\s+{_OTHER_LANGUAGE}\s*(?:[:.,!?\n]|$)""",
    "sound": rf"""
        \brhym(?:e|es|ing)\b(?!\s+(?:or|nor)\s+reason)
      | \balliterat\w+ | \b(?:homophones?|homonyms?|tongue\s+twisters?|limericks?|haikus?|puns?|wordplay)\b
      | \bplay\s+on\s+words\b
      | \bsyllables?\b[^.?!\n]{{0,30}}(?:\b(?:words?|lines?|poem|haiku)\b|{_QUOTED}) | \bhaiku\b""",
    "spelling": rf"""
        \b(?:correct|fix|proofread|edit)\b[^.?!\n]{{0,40}}
          \b(?:grammar|grammatical|spelling|punctuation|typos?|misspell\w+)\b
      | \b(?:correct|fix)\s+(?:the|this|any)\s+(?:errors?\s+in\s+(?:the|this)\s+)?
          (?:following\s+)?sentences?\b
      | \bspell(?:ed|ing)?\s+(?:of\s+)?(?:the\s+words?|backwards?|correctly|{_QUOTED})
      | \b(?:correct|right|wrong)\s+spelling\b | \bmis-?spell\w* | \bunscramble\b
      | \bpunctuate\b | \badd(?:ing)?\s+(?:the\s+)?(?:missing\s+)?punctuation\b
      | \bcapitali[sz]e\s+(?:the|this|every|each|all)\b | \bmissing\s+(?:vowels|consonants|letters)\b""",
    "letters": rf"""
        \b(?:how\s+many|number\s+of|count(?:\s+the|\s+all)?)\s+(?:letters?|vowels|consonants|syllables)\s+
          (?:(?:are|is|does|do|has|there|contained)\s+)*(?:(?:in|of)\s+)?(?:the\s+words?\s+(?:\w+\s*[?.]|{_QUOTED})|{_QUOTED})
      | \bhow\s+many\s+(?:times\s+does\s+the\s+letter
          |["'“‘]?[a-z]["'”’]?s\s+are\s+(?:there\s+)?in\s+(?:the\s+word)?)\b
      | \b(?:first|second|third|fourth|fifth|last|middle|initial|final)\s+letters?\s+(?:of|in|from)\s+
          (?:(?:the|each|every|these)\s+)?(?:words?\b|names?\b|{_QUOTED})
      | \b(?:reverse|rearrange|jumble)\s+the\s+
          (?:word|sentence|(?:order\s+of\s+the\s+)?(?:words|letters)\s+(?:of|in|to))\b
      | \bwords?\s+that\s+(?:start|begin|end)s?\s+with\b
      | \bwords\s+(?:starting|beginning|ending)\s+(?:with|in)\b
      | \b(?:starts?|begins?)\s+with\s+the\s+letters?\b
      | \b(?:anagrams?|acrostic|acronyms?|pangrams?)\b
      | \bsentence\b[^.?!\n]{{0,30}}\bletters\s+of\s+the\s+alphabet\b
      | \bpalindrom\w+\s+(?:words?|sentences?|phrases?)\b | \bpalindromes?\s+of\s+\w+\s+letters\b
      | (?:^|[.!?:]\s+|\bplease\s+)(?:sort|arrange|order|list|put|alphabeti[sz]e)\b
          [^.?!\n]{{0,40}}\b(?:words?|list|items|following)\b[^.?!\n]{{0,40}}\balphabetical""",
    "grammar": rf"""
        \b(?:is\s+(?:this|the|it)|which|make|whether|rewrite)\b[^.?!\n]{{0,60}}\bgrammatically\b
      | \bgrammatical\s+(?:errors?|mistakes?)\b
      | \b(?:parts?\s+of\s+speech|(?:past|present|future)\s+tense|(?:passive|active)\s+voice|past\s+participle
          |(?:reported|indirect|direct)\s+speech)\b
      | \b(?:plural|comparative|superlative)\s+(?:form\s+)?of\b
      | \bidentify\s+(?:the|all)\b[^.?!\n]{{0,30}}\b{_KIND_OF_WORD}\b
      | \b(?:correct|appropriate|right|suitable|proper)\s+{_KIND_OF_WORD}\b
          (?=[^.?!\n]{{0,80}}(?:[:_]|\bblanks?\b|\bsentence\b))
      | \b(?:is|are)\s+(?:an?\s+)?(?!articles?|clauses?){_KIND_OF_WORD}\b
      | \bconjugat(?:e|ion)\b[^.?!\n]{{0,30}}\bverbs?\b""",
    "words": rf"""
        \b(?:use|using)\s+(?:the\s+words?\s+)?{_QUOTED}\s*(?:and\s+{_QUOTED}\s*)?in\s+a\b
      | \b(?:use|using)\s+the\s+words?\s+{_QUOTED}
      | \buse\b[^.?!\n]{{1,40}}\bin\s+a\s+(?:complete\s+)?sentence\b
      | \b(?:synonyms?|antonyms?)\s+(?:of|for|to)\b
      | \b(?:opposite|meaning|definition)\s+of\s+{_QUOTED}
      | \b(?:opposite|meaning|definition|root|prefix|suffix)\s+of\s+the\s+(?:word|idiom|phrase|proverb)\b
      | \bwhat\s+(?:does|do)\s+the\s+(?:word|idiom|expression|saying|proverb)\b[^.?!\n]{{1,60}}\bmean\b
      | \bdefine\s+the\s+word\b""",
}
_TASK: Final = re.compile(
    "|".join(f"(?:{pattern})" for pattern in _TASKS.values()), re.IGNORECASE | re.VERBOSE | re.MULTILINE
)
_IN_LANGUAGE: Final = re.compile(rf"\bin {_OTHER_LANGUAGE}\b")
_HINTS: Final = (
    *(" say ", "'s are", "’s are", "the expression", "equivalent of", "meaning of", "definition of"),
    *("opposite of", "typo"),
    *("translat", "rhym", "word", "letter", "sentence", "spell", "gramma"),
    *("nym", "syllab", "anagram", "pangram", "vowel", "consonan", "plural"),
    *("tense", "voice", "speech", "alphabet", "pun", "capitali", "unscram"),
    *("limerick", "haiku", "acrostic", "palindrom", "jecti", "prepos", "conju"),
    *("clause", "article", "verb", "noun", "phrase", "idiom", "saying"),
    *("homophon", "twister", "alliterat", "participle", "comparative", "superlative"),
)
"""Every task that `_TASK` finds has one of these, or names a language."""


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
    if language.partition("-")[0] != "en":
        pattern = _pattern(language.partition("-")[0])
        return pattern is not None and pattern.search(text) is not None and not _asks_for_code(text)
    low = text.lower()
    if not any(map(low.__contains__, _HINTS)) and _IN_LANGUAGE.search(text) is None:
        return False
    return _TASK.search(text) is not None and _CODE.search(text) is None
