"""Words of the source that were left as they are."""

from __future__ import annotations

import re

from parallelize.core.verdicts import Score
from parallelize.metrics.function_words import FUNCTION_WORDS
from parallelize.metrics.reading import Pair

__all__ = ["left_words"]

_EVIDENCE = 200
_LATIN = "A-Za-z0-9_\u00c0-\u024f"
_WORD = re.compile(rf"(?<![{_LATIN}])[a-z]{{4,}}(?![{_LATIN}])")
"""A word in small letters; shorter ones are units, functions and articles of many languages."""
_SET_APART = re.compile(
    r"[(（\[][^()（）\[\]]{1,80}[)）\]]"  # a gloss in brackets
    r"|[「『“«„\"‘'][^「」『』“”«»„\"‘’']{1,80}[」』”»“\"’']"  # a quotation
)
_ABOUT_WORDS = re.compile(
    r"\b(?:translat\w*|words?|phrases?|letters?|spell\w*|pronounc\w*|rhymes?|English|anagrams?)\b",
    re.IGNORECASE,
)
_PROBLEMS = """
integers integer numbers number digits digit divisor divisors remainder fraction fractions prime primes
sequence triangle square rectangle circle radius diameter angle angles length width height area volume
perimeter distance speed value values equation equations solution answer problem question total average
probability positive negative least greatest smallest largest equal sides side points point line lines
plane vertices edges people children students friends apples oranges books dollars cents hours minutes
days weeks months years miles find determine calculate compute show prove suppose given many much each
every times half twice left remaining money price cost sells bought pays paid earns spends gives takes
makes needs wants buys eats walks runs therefore because however first second third next last together
altogether
"""
_COMMON = frozenset(_PROBLEMS.split())
"""Words of problems that are no words of another script's languages, nor names, titles or hashtags."""
_LETTERS = frozenset({"Latn"})
_UNSPACED = frozenset({"Jpan", "Hans", "Hant", "Laoo", "Khmr", "Mymr"})
_MIXING = frozenset({"Thai"})
"""Scripts whose writers keep many English words."""


def left_words(pair: Pair) -> Score:
    """How many different words of the source, in small letters, stand in the target, none of them its own.

    In other scripts than the source's function words and common words of problems count; between languages of
    Latin letters, where hotels and totals are the same, function words alone. Glosses in brackets and
    quotations are exempt, formulas and code are no prose. Not measured in Thai and where a source speaks
    about words.
    """
    source, target = pair.source, pair.target
    if pair.one_language or target.script in _MIXING or source.script not in _LETTERS:
        return Score(measure="left_words", value=None)
    said = set(source.words)
    left = said & FUNCTION_WORDS.get(source.language, frozenset())
    if target.script in _LETTERS:
        own = FUNCTION_WORDS.get(target.language)
        left = left - own if own else set()
    else:
        left |= said & _COMMON
    if target.script not in _UNSPACED:
        left.intersection_update(target.words)
    if left and not target.prose.isascii():
        left = {word for word in left if word in target.prose}
    if left:
        left &= set(_WORD.findall(_SET_APART.sub(" ", target.prose)))
    if left and _ABOUT_WORDS.search(source.text):
        return Score(measure="left_words", value=None)
    return Score(measure="left_words", value=float(len(left)), evidence=" ".join(sorted(left))[:_EVIDENCE])
