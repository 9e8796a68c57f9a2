"""Is a text in the language it should be in? Script first, then a vote of identifiers.

Rules and the figures behind them: docs/quality.md. Script decides alone where a language's script is its
own (Bengali, Thai, Korean, …). Where languages share a script, letters that only one of them uses
(Unicode CLDR exemplar sets) may confirm the expected language; everything else is put to identifiers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType

from parallelize.core.languages import LANGUAGES
from parallelize.core.ports import Identification
from parallelize.metrics.function_words import FUNCTION_WORDS, distinctive_words, function_word_counts, words
from parallelize.metrics.scripts import WEIGHT, script_letters, script_of_language

__all__ = [
    "CANDIDATES",
    "CONFUSABLE",
    "FEWEST_LETTERS",
    "MINIMUM_LETTERS",
    "LanguageVote",
    "Status",
    "english_words_share",
    "fold_group",
    "script_vote",
    "vote",
    "words_vote",
]

CANDIDATES: tuple[str, ...] = (
    *("en", "zh", "ja", "ko", "de", "fr", "es", "pt", "it", "ru", "uk", "pl", "tr", "ar", "fa", "he", "hi"),
    *("bn", "te", "ta", "th", "vi", "id", "ms", "sw", "nl", "cs", "el", "ro", "hu", "fi", "sv", "da", "no"),
    *("ca", "gl"),
)
"""Languages that a text may be told to be in, when no others are named."""

CONFUSABLE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        code: frozenset(group) - {code}
        for group in (
            ("id", "ms"),
            ("da", "no", "sv"),
            ("pt", "es", "gl", "ca"),
            ("ru", "uk", "bg", "be", "mk"),
            ("hi", "mr", "ne"),
            ("cs", "sk"),
            ("nl", "af"),
            ("ar", "fa", "ur"),
        )
        for code in group
    }
)
"""Neighbours an identifier may take for one another: naming one of them takes one more voice."""

MINIMUM_LETTERS = 12.0
"""Weighted letters (`scripts.WEIGHT`) of prose below which no text is called off-target: two or three
words. Fewer, down to `FEWEST_LETTERS`, can still show that a text is on target."""

FEWEST_LETTERS = 3.0
"""Weighted letters below which nothing is said."""


class Status(StrEnum):
    """What the vote says about a text."""

    ON = "on"
    OFF = "off"
    UNDETERMINED = "undetermined"
    """Too little prose, or no majority. It drops nothing and is counted by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageVote:
    """The vote on one text, with what it rests on."""

    status: Status
    language: str | None
    """The language the text is in; None when not named (undetermined, or decided by script alone)."""
    evidence: str
    """Script shares and opinions, for a person to read."""


_GROUPS = {"hr": "sh", "bs": "sh", "sr": "sh", "nb": "no", "nn": "no"}


def fold_group(code: str) -> str:
    """The group a language counts as in a vote: hr, bs and sr are one, nb, nn and no are one."""
    return _GROUPS.get(code, code)


def _letters(accept: str, reject: str, needed: int) -> tuple[str, str, int]:
    return accept, reject, needed


# Letters that say yes, letters that say no, and how many yes it takes. Without a no and with enough yes
# the expected language is confirmed; otherwise the text goes to the vote, so the sets need not be perfect.
_OWN_LETTERS: Mapping[str, tuple[str, str, int]] = MappingProxyType(
    {
        "ru": _letters("ыэё", "іїєґўјљњћђџқғңөұүһәѓќѕ", 1),
        "uk": _letters("іїєґ", "ыэёъўјљњћђџқғңөұүһә", 2),
        "be": _letters("ўіыэ", "иїєґщъјқғңөұүһә", 3),
        "bg": _letters("ъ", "ыэёіїєґўјљњћђџқғң", 2),
        "mk": _letters("ѓќѕ", "ћђыэйъьщюя", 1),
        "kk": _letters("қғңұәіө", "їєґў", 4),
        "mn": _letters("өү", "қғңұәіїєґ", 3),
        "ar": _letters("ةيكأإى", "پچژگکیےںٹڈڑہېښ", 3),
        "fa": _letters("پچژگکی", "ےںٹڈڑہښځڅډړږۍېێۆڕڵەةيك", 3),
        "ur": _letters("ےںٹڈڑہ", "ښځڅډړږۍېێۆڕڵ", 3),
        "ps": _letters("ښځڅډړږۍې", "ےٹڈڑہ", 2),
    }
)
_SCRIPT_NAMES = MappingProxyType(
    {"Latn": None, "Cyrl": None, "Arab": None, "Deva": None, "Hani": "zh", "Kana": "ja", "Hang": "ko"}
)


def english_words_share(text: str, expected: str) -> float:
    """Share of the words of a text that are English function words and not `expected`'s, in [0, 1].

    0.0 for a text without words, and for `expected` English.
    """
    found = words(text)
    if not found:
        return 0.0
    english = distinctive_words("en", expected)
    return sum(word in english for word in found) / len(found)


def script_vote(text: str, expected: str) -> LanguageVote | None:
    """Decide by script and letters alone; None where that cannot be.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language it should be in.
    """
    letters = script_letters(text)
    weighted = {script: count * WEIGHT.get(script, 1.0) for script, count in letters.items()}
    total = sum(weighted.values())
    if total < FEWEST_LETTERS:
        return _undetermined(f"{sum(letters.values())} letters are too few")
    evidence = " ".join(f"{script} {value / total:.2f}" for script, value in list(weighted.items())[:3])
    own_scripts = script_of_language(LANGUAGES[expected].script)
    own = sum(weighted.get(script, 0.0) for script in own_scripts) / total
    if own < 0.3:
        if total < MINIMUM_LETTERS:
            return _undetermined(f"{sum(letters.values())} letters are too few: {evidence}")
        return _other_script(text, weighted, evidence)
    if own < 0.5:
        return _undetermined(f"two scripts: {evidence}")
    return _own_script(text, expected, letters, evidence)


def _undetermined(evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.UNDETERMINED, language=None, evidence=evidence)


def _on(expected: str, evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.ON, language=expected, evidence=evidence)


def _off(language: str | None, evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.OFF, language=language, evidence=evidence)


def _other_script(text: str, weighted: Mapping[str, float], evidence: str) -> LanguageVote:
    top = max(weighted, key=weighted.__getitem__)
    if top == "Latn":
        # Names, units and symbols alone do not make a text foreign: ask for words in lower case.
        found = [word for word in text.split() if len(word) > 1]
        plain = sum(word[0].islower() for word in found)
        if plain < 2 and (len(found) < 3 or FUNCTION_WORDS["en"].isdisjoint(words(text))):
            return _undetermined(f"names and symbols only: {evidence}")
    return _off(_language_of_script(top), evidence)


def _language_of_script(script: str) -> str | None:
    if script in _SCRIPT_NAMES:
        return _SCRIPT_NAMES[script]
    users = [code for code, item in LANGUAGES.items() if script in script_of_language(item.script)]
    return users[0] if len(users) == 1 else None


def _own_script(text: str, expected: str, letters: Mapping[str, int], evidence: str) -> LanguageVote | None:
    script = LANGUAGES[expected].script
    if script in {"Jpan", "Hans"}:
        return _han(expected, letters, evidence)
    if expected in _OWN_LETTERS:
        accept, reject, needed = _OWN_LETTERS[expected]
        lower = text.lower()
        if sum(map(lower.count, accept)) >= needed and not any(letter in lower for letter in reject):
            return _on(expected, f"{evidence}, letters of {expected}")
        return None
    if script == "Deva":
        return _by_function_words(text, expected, evidence)
    return _on(expected, evidence) if _has_one_language(script) else None


@lru_cache(maxsize=64)
def _has_one_language(script: str) -> bool:
    return sum(item.script == script for item in LANGUAGES.values()) == 1


def _han(expected: str, letters: Mapping[str, int], evidence: str) -> LanguageVote | None:
    kana, han = letters.get("Kana", 0), letters.get("Hani", 0)
    share = kana / (kana + han)
    if expected == "ja":
        if share >= 0.1:
            return _on("ja", evidence)
        if kana == 0:
            return _off("zh", evidence) if han >= 15 else _undetermined(f"Han only: {evidence}")
        return None
    if share <= 0.03:
        return _on("zh", evidence)
    return _off("ja", evidence) if share >= 0.25 else None


def _by_function_words(text: str, expected: str, evidence: str) -> LanguageVote | None:
    found = words(text)
    counts = {code: sum(word in FUNCTION_WORDS[code] for word in found) for code in ("hi", "mr", "ne")}
    own = counts.pop(expected, 0)
    if own >= 2 and own >= 3 * max(counts.values()):
        return _on(expected, f"{evidence}, function words {own}")
    return None


_WEAK = 0.15  # an opinion with less probability than this is a guess: it counts only where all agree
_FEWEST_WORDS, _WORDS_SHARE, _WORDS_LEAD = 6, 0.2, 1.5
_MARGIN = 2  # function words by which a confusable neighbour must be ahead


def words_vote(text: str, expected: str) -> LanguageVote | None:
    """Confirm the expected language by its function words; None where they do not settle it.

    It takes six of them, a fifth of all words, and half as many again as of any other language.
    """
    place, others = _places(expected)
    if place is None:
        return None
    counts = function_word_counts(text)
    own = counts[place]
    if own < _FEWEST_WORDS or own < _WORDS_SHARE * len(words(text)):
        return None
    rival = max(others(counts))
    if own < _WORDS_LEAD * rival:
        return None
    return _on(expected, f"{own} function words, {rival} of the next language")


@lru_cache(maxsize=256)
def _places(expected: str) -> tuple[int | None, Callable[[Sequence[int]], tuple[int, ...]]]:
    """Where in `function_word_counts` a language stands, None for one without words, and all that are no
    other name of it."""
    codes, group = list(FUNCTION_WORDS), fold_group(expected)
    others = [place for place, code in enumerate(codes) if fold_group(code) != group]
    own = next((code for code in (group, expected) if code in FUNCTION_WORDS), None)
    return None if own is None else codes.index(own), itemgetter(*others)


def vote(
    text: str, expected: str, opinions: Sequence[Identification | None], *, quorum: int = 2
) -> LanguageVote:
    """Count opinions on a text that script did not decide.

    Off-target only if `quorum` identifiers name the same other language and they are more than those
    for the expected one; for a confusable neighbour of it, only if all who answered (and at least
    `quorum`) agree and its own function words are ahead, too. Half the voices are not enough where one
    names the expected language and its function words are ahead. On target if more are for the expected
    language than for any other.

    Args:
        text: the prose; its function words tell confusable languages apart.
        expected: code of the language it should be in.
        opinions: one for each identifier; None for one that abstained.
        quorum: identifiers that must agree on another language.
    """
    heard = [opinion for opinion in opinions if opinion is not None]
    enough = sum(map(str.isalpha, text)) >= MINIMUM_LETTERS
    evidence = ", ".join(f"{opinion.language} {opinion.probability:.2f}" for opinion in heard) or "no opinion"
    agreed = len({fold_group(opinion.language) for opinion in heard}) == 1
    given = [opinion for opinion in heard if agreed or opinion.probability >= _WEAK]
    counts = Counter(fold_group(opinion.language) for opinion in given)
    own = counts.pop(fold_group(expected), 0)
    if not counts:
        return _on(expected, evidence) if own else _undetermined(evidence)
    other, most = counts.most_common(1)[0]
    near = other in CONFUSABLE.get(expected, ())
    needed = max(quorum, len(given)) if near else quorum
    if (
        enough
        and most >= needed
        and most > own
        and (not near or _words_ahead(text, expected, other) >= _MARGIN)
        and not (own and 2 * most <= len(given) and _words_ahead(text, expected, other) < 0)
    ):
        named = next(item.language for item in given if fold_group(item.language) == other)
        return _off(named, evidence)
    if own > most:
        return _on(expected, evidence)
    return _undetermined(evidence)


def _words_ahead(text: str, expected: str, other: str) -> int:
    """Function words only `other` has, less those only `expected` has."""
    found = words(text)
    theirs, ours = distinctive_words(other, expected), distinctive_words(expected, other)
    if not theirs or not ours:
        return _MARGIN  # no table to ask: the identifiers' word counts
    return sum(word in theirs for word in found) - sum(word in ours for word in found)
