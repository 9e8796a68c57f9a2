"""Is a text in the language it should be in? Script first, then a vote of identifiers.

Rules and the figures behind them: docs/quality.md. Script decides alone where a language's script is its
own (Bengali, Thai, Korean, …). Where languages share a script, letters that only one of them uses
(Unicode CLDR exemplar sets) may confirm the expected language; everything else is put to identifiers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import compress, islice
from types import MappingProxyType
from typing import NamedTuple

from parallelize.core.identification import Identification
from parallelize.core.languages import LANGUAGES
from parallelize.core.tables import shipped_rows
from parallelize.core.verdicts import EVIDENCE
from parallelize.metrics.alphabets import letters_ahead
from parallelize.metrics.chinese import other_chinese
from parallelize.metrics.function_words import (
    FUNCTION_WORDS,
    TITLE,
    distinctive_words,
    function_word_counts,
    words,
)
from parallelize.metrics.neighbour_words import may_have_neighbour, words_ahead, words_of_neighbour
from parallelize.metrics.neighbours import fold_group, near_groups
from parallelize.metrics.scripts import own_scripts, script_letters, script_of_language, weighted_letters

__all__ = [
    "CANDIDATES",
    "FEWEST_LETTERS",
    "MINIMUM_LETTERS",
    "LanguageVote",
    "Status",
    "english_words_share",
    "is_long_enough",
    "neighbour_vote",
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

MINIMUM_LETTERS = 12.0
"""Weighted letters (`scripts.WEIGHT`) of prose below which no text is called off-target: two or three
words. Fewer, down to `FEWEST_LETTERS`, can still show that a text is on target."""

_MOST = 0.5
"""Share of the letters of a text from which a script is the one that it is in."""
FEWEST_LETTERS = 3.0
"""Weighted letters below which nothing is said."""


class Status(StrEnum):
    """What the vote says about a text."""

    ON = "on"
    OFF = "off"
    UNDETERMINED = "undetermined"
    """Too little prose, or no majority. It drops nothing and is counted by itself."""


class LanguageVote(NamedTuple):
    """The vote on one text, with what it rests on."""

    status: Status
    language: str | None
    """The language the text is in; None when not named (undetermined, or decided by script alone)."""
    evidence: str
    """Script shares and opinions, for a person to read."""


_OWN_LETTERS: Mapping[str, tuple[str, str, int]] = MappingProxyType(
    {
        code: (accept, reject, int(needed))
        for code, (accept, reject, needed) in shipped_rows(__package__, "own_letters.tsv").items()
    }
)
_OBVIOUS = ("az-Cyrl", "tt")  # every sentence of these has one of their letters
_LATIN = frozenset({"Latn"})
_SCRIPT_NAMES = MappingProxyType(
    dict.fromkeys(("Latn", "Cyrl", "Arab", "Deva")) | {"Hebr": "he", "Hani": "zh", "Kana": "ja", "Hang": "ko"}
)


def english_words_share(text: str, expected: str) -> float:
    """Share in [0, 1] of the words of a text that are function words of English and not of `expected`."""
    found = words(text)
    if not found:
        return 0.0
    return sum(map(distinctive_words("en", expected).__contains__, found)) / len(found)


def script_vote(text: str, expected: str) -> LanguageVote | None:
    """Decide by script and letters alone; None where that cannot be.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language it should be in.
    """
    letters, ours = script_letters(text), own_scripts(expected, text)
    if ours == _LATIN and ours == letters.keys() and letters["Latn"] >= FEWEST_LETTERS:  # most texts
        return None
    weighted = weighted_letters(text)
    total = sum(weighted.values())
    if total < FEWEST_LETTERS:
        return _undetermined(f"{sum(letters.values())} letters are too few")
    own = sum(weighted.get(script, 0.0) for script in ours) / total
    if own >= _MOST and ours == _LATIN:  # a script of many languages
        return None
    evidence = " ".join(f"{script} {value / total:.2f}" for script, value in islice(weighted.items(), 3))
    if own < 0.3:
        return _other_script(text, letters, evidence)
    if own < _MOST:
        return _undetermined(f"two scripts: {evidence}")
    return _own_script(text, expected, ours, letters, evidence)


def _undetermined(evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.UNDETERMINED, language=None, evidence=evidence)


def _on(expected: str, evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.ON, language=expected, evidence=evidence)


def _off(language: str | None, evidence: str) -> LanguageVote:
    return LanguageVote(status=Status.OFF, language=language, evidence=evidence)


def _other_script(text: str, letters: Mapping[str, int], evidence: str) -> LanguageVote:
    weighted = weighted_letters(text)
    if sum(weighted.values()) < MINIMUM_LETTERS:
        return _undetermined(f"{sum(letters.values())} letters are too few: {evidence}")
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


def _own_script(
    text: str, expected: str, ours: frozenset[str], letters: Mapping[str, int], evidence: str
) -> LanguageVote | None:
    """Decide what is in the right script: by the script alone, by letters, by kinds of Han."""
    if "Hani" in ours:
        return _japanese(letters, evidence) if "Kana" in ours else _chinese(text, expected, letters, evidence)
    code = _with_script(expected, ours)
    if code in _OWN_LETTERS:
        accept, reject, needed = _OWN_LETTERS[code]
        lower = text.lower()
        if sum(map(lower.count, accept)) >= needed and not any(map(lower.__contains__, reject)):
            return _on(expected, f"{evidence}, letters of {expected}")
        foreign = code in _OBVIOUS or ("-" in code and not set(reject).isdisjoint(lower))
        if foreign and len(lower) >= _LONG_ENOUGH and set(accept).isdisjoint(lower):
            return _off(None, f"{evidence}, no letters of {expected}")
        return None
    if ours == {"Deva"}:
        return _by_function_words(text, expected, evidence)
    return _on(expected, evidence) if _has_one_language(next(iter(ours))) else None


@lru_cache(maxsize=256)
def _with_script(code: str, ours: frozenset[str]) -> str:
    """A language's base code, with its script where that is not the usual one: `uz-Cyrl`."""
    base = code.partition("-")[0]
    script = next(iter(ours))
    return base if script in script_of_language(LANGUAGES[base].script) else f"{base}-{script}"


@lru_cache(maxsize=64)
def _has_one_language(script: str) -> bool:
    return sum(script in script_of_language(item.script) for item in LANGUAGES.values()) == 1


def _japanese(letters: Mapping[str, int], evidence: str) -> LanguageVote | None:
    kana, han = letters.get("Kana", 0), letters.get("Hani", 0)
    if kana >= 0.1 * (kana + han):
        return _on("ja", evidence)
    if kana == 0:
        return _off("zh", evidence) if han >= 15 else _undetermined(f"Han only: {evidence}")
    return None


def _chinese(text: str, expected: str, letters: Mapping[str, int], evidence: str) -> LanguageVote | None:
    """Chinese is what has no kana; its kinds are told apart by the signs that only one of them has."""
    kana, han = letters.get("Kana", 0), letters.get("Hani", 0)
    share = kana / (kana + han)
    if share > 0.03:
        return _off("ja", evidence) if share >= 0.25 else None
    other = other_chinese(text, expected)
    return _on(expected, evidence) if other is None else _off(other, f"{evidence}, signs of {other}")


def _by_function_words(text: str, expected: str, evidence: str) -> LanguageVote | None:
    found = words(text)
    counts = {code: sum(map(FUNCTION_WORDS[code].__contains__, found)) for code in ("hi", "mr", "ne")}
    own = counts.pop(expected, 0)
    if own >= 2 and own >= 3 * max(counts.values()):
        return _on(expected, f"{evidence}, function words {own}")
    return None


_SHORTEST, _PLAIN = 5, 3
"""Words, and among them words in small letters, from which identifiers may say that a text is off-target: of
shorter ones, and of names, they know too little."""
_WEAK = 0.15  # an opinion with less probability than this is a guess: it counts only where all agree
_FEWEST_WORDS, _WORDS_SHARE, _WORDS_LEAD = 6, 0.2, 1.5
_MARGIN = 2  # function words by which a confusable neighbour must be ahead
_FIRM = 0.5  # a weaker opinion on a third language does not stand between neighbours
_MARGIN_OF_SURE, _SURE = 1, 0.95  # the same where all of more than a quorum are that sure
_FAR = 3  # function words and letters from which a neighbour needs no more voices than any other language


def neighbour_vote(text: str, expected: str) -> LanguageVote | None:
    """A vote for the neighbour whose words a text has; None where they do not show it, or are too few."""
    if not may_have_neighbour(text, expected):
        return None
    said = TITLE.sub(" ", text)
    found = words_of_neighbour(said, expected)
    if found is None or not is_long_enough(said):
        return None
    english = english_words_share(said, found[0]) * len(words(said))
    if english >= len(found[1]):  # "we", "over" and "of" are Dutch as well as English
        return None
    return _off(found[0], f"words of {found[0]}: {', '.join(dict.fromkeys(found[1]))}"[:EVIDENCE])


def words_vote(text: str, expected: str) -> LanguageVote | None:
    """Confirm the expected language by its function words; None where they do not settle it.

    It takes six of them, a fifth of all words, and half as many again as of any other language.
    """
    place, others = _own_and_others(expected)
    if place is None:
        return None
    counts = function_word_counts(found := words(text))
    own = counts[place]
    if own < _FEWEST_WORDS or own < _WORDS_SHARE * len(found):
        return None
    rival = max(compress(counts, others))
    said = f"{own} function words, {rival} of the next language"
    return _on(expected, said) if own >= _WORDS_LEAD * rival else None


@lru_cache(maxsize=256)
def _own_and_others(expected: str) -> tuple[int | None, tuple[bool, ...]]:
    """The place of a language in `function_word_counts`, and of each place whether another has it."""
    group, codes = fold_group(expected), tuple(FUNCTION_WORDS)
    places = [codes.index(code) for code in (group, expected) if code in FUNCTION_WORDS]
    return next(iter(places), None), tuple(fold_group(code) != group for code in codes)


def vote(
    text: str, expected: str, opinions: Sequence[Identification | None], *, quorum: int = 2
) -> LanguageVote:
    """Count opinions on a text that script did not decide.

    Off-target only if the text has five words or more, `quorum` identifiers name the same other language,
    they are more than those for the expected one and surer, and function words and letters do not speak
    against it. A confusable neighbour takes more: all who answered (and at least `quorum`) agree and its
    own function words and letters are ahead, or nobody names the expected language and they are far
    ahead. On target if more are for the expected language than for any other.

    Args:
        text: the prose; its function words tell confusable languages apart.
        expected: code of the language it should be in.
        opinions: one for each identifier; None for one that abstained.
        quorum: identifiers that must agree on another language.
    """
    heard = [opinion for opinion in opinions if opinion is not None]
    evidence = ", ".join(f"{opinion.language} {opinion.probability:.2f}" for opinion in heard) or "no opinion"
    ballot = _counted(heard, expected)
    if ballot.other is None:
        return _on(expected, evidence) if ballot.own else _undetermined(evidence)
    said = TITLE.sub(" ", text)
    enough = ballot.most >= quorum and ballot.most > ballot.own and not ballot.is_doubted
    if enough and is_long_enough(said):
        ahead = sum(_ahead(said, expected, ballot.named)) + _lacks_letters(said, expected)
        if ahead >= _margin(said, expected, ballot, quorum):
            return _off(ballot.named, evidence)
    if ballot.own > ballot.most:
        return _on(expected, evidence)
    near = ballot.own and ballot.other in near_groups(expected)
    if near and (words_ahead(said, expected, ballot.other) or 0) <= -_MARGIN:
        return _on(expected, evidence)
    return _undetermined(evidence)


class _Ballot(NamedTuple):
    """Opinions on a text: those for the expected language, and for the other that has most."""

    given: list[Identification]
    own: int
    other: str | None
    """Its group (`neighbours.fold_group`); None: nobody names another."""
    most: int

    @property
    def named(self) -> str:
        """The other language, as the first who is for it calls it."""
        return next(item.language for item in self.given if fold_group(item.language) == self.other)

    @property
    def is_doubted(self) -> bool:
        """Whether somebody is surer of a third language, or the expected one, than all for the other are."""
        voices = math.fsum(one.probability for one in self.given if fold_group(one.language) == self.other)
        return any(one.probability > voices for one in self.given if fold_group(one.language) != self.other)


def _counted(heard: Sequence[Identification], expected: str) -> _Ballot:
    """Count opinions; guesses count only where all agree."""
    agreed = len({fold_group(opinion.language) for opinion in heard}) == 1
    given = [opinion for opinion in heard if agreed or opinion.probability >= _WEAK]
    counts = Counter(fold_group(opinion.language) for opinion in given)
    own = counts.pop(fold_group(expected), 0)
    other, most = counts.most_common(1)[0] if counts else (None, 0)
    return _Ballot(given, own, other, most)


def _margin(said: str, expected: str, ballot: _Ballot, quorum: int) -> float:
    """Function words and letters by which another language must be ahead to be named: a neighbour by more."""
    if ballot.other not in near_groups(expected):
        return 0
    all_agree = ballot.most == len(ballot.given)
    firm = sum(item.probability >= _FIRM for item in ballot.given)
    if not all_agree and (ballot.own or ballot.most != firm):
        return math.inf if ballot.own else _FAR
    sure = len(ballot.given) > quorum and all(item.probability >= _SURE for item in ballot.given)
    sure = sure or (all_agree and words_ahead(said, expected, ballot.named) is not None)
    return _MARGIN_OF_SURE if sure or _plain_letters(said, expected, ballot.named) > 0 else _MARGIN


def is_long_enough(text: str) -> bool:
    """Whether a text has enough words for identifiers to say that it is off-target."""
    if sum(map(str.isalpha, text)) < MINIMUM_LETTERS:
        return False
    spoken = [word for word in text.split() if any(map(str.isalpha, word))]
    if len(spoken) < _SHORTEST:
        return not script_letters(text).keys().isdisjoint(_UNSPACED)
    # Small letters, or letters that know no case; "Louis, Des Moines, Iowa" is in no language.
    return sum(len(word) > 1 and word == word.lower() for word in spoken) >= _PLAIN


_UNSPACED = frozenset({"Hani", "Kana", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})
_FREQUENT = MappingProxyType({"uk": "іїє", "be": "іў", "sr": "јљњћђ", "mk": "ј"})
_LONG_ENOUGH = 30


def _lacks_letters(text: str, expected: str) -> bool:
    """Whether a longer text has none of the letters that every text of the language has."""
    frequent = _FREQUENT.get(expected)
    if frequent is None or "Cyrl" not in (letters := script_letters(text)) or letters["Cyrl"] < _LONG_ENOUGH:
        return False
    return not any(letter in frequent for letter in text.lower())


def _ahead(text: str, expected: str, other: str) -> tuple[int, int]:
    """Function words, and letters, that only `other` has, less those that only `expected` has."""
    letters = script_letters(text)
    script = next(iter(letters), "Latn")
    return _words_ahead(text, expected, other), letters_ahead(text, expected, other, script)


def _plain_letters(text: str, expected: str, other: str) -> int:
    """Letters by which `other` is ahead in words that are no names: those in small letters."""
    return _ahead(" ".join(word for word in text.split() if word.islower()), expected, other)[1]


def _words_ahead(text: str, expected: str, other: str) -> int:
    """Function words only `other` has, less those only `expected` has."""
    ahead = words_ahead(text, expected, other)
    if ahead is not None:
        return ahead
    found = words(text)
    theirs, ours = distinctive_words(other, expected), distinctive_words(expected, other)
    return sum(word in theirs for word in found) - sum(word in ours for word in found)
