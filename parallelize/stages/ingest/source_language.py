"""Whether a text is in the source language, and whether a task is about that language itself."""

from __future__ import annotations

import re
from typing import Final

from parallelize.core.languages import LANGUAGES
from parallelize.metrics.function_words import FUNCTION_WORDS, function_word_counts
from parallelize.metrics.scripts import script_letters, script_of_language
from parallelize.text.protect import prose

__all__ = ["is_foreign", "is_language_task"]

_LOOKED_AT: Final = 600
"""Characters from the beginning that are looked at."""
_GLANCE: Final = 240
"""Characters that most texts are told by."""
_OWN_SHARE: Final = 12
"""A text of the language has one grammatical word of it among so many words at the least."""
_FEWEST_WORDS: Final = 8
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_OTHER_SCRIPT: Final = 0.6
_NAMES: Final = tuple(FUNCTION_WORDS)

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


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is clearly not in a language; short texts and texts of formulas are not clear.

    Args:
        text: any text.
        language: code of the language that it should be in.
    """
    own = FUNCTION_WORDS.get(language)
    if own is not None:
        words = text[:_GLANCE].lower().split()
        if sum(map(own.__contains__, words)) * _OWN_SHARE >= len(words):
            return False
    head = text[:_LOOKED_AT]
    if own is not None:
        found = _WORD.findall(head.lower())
        if sum(map(own.__contains__, found)) * _OWN_SHARE >= len(found):
            return False
    if _is_other_script(head, language):
        return True
    if own is None:
        return False
    head = prose(head)  # names of functions in formulas are words of some language
    found = _WORD.findall(head)
    counts = function_word_counts(head)
    best = max(counts)
    if len(found) < _FEWEST_WORDS:
        return False
    return best * 5 >= len(found) and best >= 3 * (counts[_NAMES.index(language)] + 1)


def _is_other_script(text: str, language: str) -> bool:
    known = LANGUAGES.get(language)
    if known is None:
        return False
    letters = script_letters(text)
    total = sum(letters.values())
    ours = sum(letters.get(script, 0) for script in script_of_language(known.script))
    return total >= _FEWEST_WORDS and total - ours >= _OTHER_SCRIPT * total


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
