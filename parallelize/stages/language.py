"""Language votes over many texts.

Script first, then the language's own function words, then one identifier where it is sure, and all of
them where it is not: what is cheap and certain settles nine texts of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Protocol, runtime_checkable

from parallelize.core.errors import InputError
from parallelize.core.identification import Identification, LanguageIdentifier
from parallelize.core.languages import language
from parallelize.metrics.grammar_vote import grammar_vote
from parallelize.metrics.language import (
    LanguageVote,
    Status,
    english_words_share,
    neighbour_vote,
    script_vote,
    vote,
    words_vote,
)
from parallelize.metrics.neighbours import fold_group, near_groups, near_languages
from parallelize.metrics.scripts import own_scripts, script_of_language

__all__ = ["LanguageJudge"]

_SURE = 0.5
"""fastText's probability from which its naming the expected language settles the matter. On human text
of NTREX and MGSM it named a wrong language with that much in fewer than 1 of 1,000 (docs/quality.md)."""
_SURE_OF_ENGLISH = 0.9
_ENOUGH = 3
"""Opinions after which further identifiers are asked only where the vote is still open."""
_OPEN = Status.UNDETERMINED
_CONTRAST = frozenset({"de", "es", "fr", "id", "sw"})
"""Candidates beside English for an identifier that does not know the expected or the named language."""
_ENGLISH_WORDS = 0.2
"""Share of English function words above which one identifier is not enough."""


@runtime_checkable
class _Narrowing(Protocol):
    """An identifier that can be asked over fewer candidates, which saves it loading their models."""

    def narrowed(self, languages: Collection[str]) -> LanguageIdentifier: ...


@runtime_checkable
class _Widening(Protocol):
    """An identifier that can be asked over more candidates without reading its model again."""

    def widened(self, languages: Collection[str]) -> LanguageIdentifier: ...


@runtime_checkable
class _Sharing(Protocol):
    """An identifier that tells its probability of every language."""

    def shares(self, texts: Sequence[str]) -> list[dict[str, float] | None]: ...


class LanguageJudge:
    """Bundles identifiers and rules. Votes are the same for a text alone or in any batch."""

    def __init__(self, identifiers: Sequence[LanguageIdentifier]) -> None:
        """Take the panel, cheapest first.

        Args:
            identifiers: two or more of independent making; the first is asked about every text that
                script does not decide, the others where it is unsure or names another language.

        Raises:
            InputError: fewer than two identifiers; off-target needs two that agree.
        """
        if len(identifiers) < 2:
            raise InputError(
                f"a vote needs two identifiers or more, {len(identifiers)} given",
                remedy="use the default panel, or name another identifier",
            )
        self._identifiers = tuple(identifiers)
        self._panel: Callable[[str], tuple[LanguageIdentifier, ...]] = lru_cache(maxsize=128)(self._widened)
        self._supported: Callable[[int, str, str], bool] = lru_cache(maxsize=4096)(self._ask_support)
        self._narrow: Callable[[int, str, frozenset[str]], LanguageIdentifier] = lru_cache(maxsize=256)(
            self._narrowed
        )

    @property
    def signature(self) -> str:
        """The identifiers with versions and digests, for reports."""
        return " ; ".join(identifier.signature for identifier in self._identifiers)

    def judge(self, texts: Sequence[str], expected: str) -> list[LanguageVote]:
        """Vote on each text, in order.

        Args:
            texts: prose, with formulas and code taken out.
            expected: code of the language they should be in.
        """
        decided = [
            neighbour_vote(text, expected) or script_vote(text, expected) or words_vote(text, expected)
            for text in texts
        ]
        waiting = [index for index, found in enumerate(decided) if found is None]
        if waiting:
            first = self._opinions(0, [texts[index] for index in waiting], expected)
            for index, opinion in zip(waiting, first, strict=True):
                decided[index] = self._vote(texts[index], expected, opinion)
        return [found for found in decided if found is not None]

    def shares(self, texts: Sequence[str]) -> list[dict[str, float] | None]:
        """Probability by language, as the first identifier that tells it for each; None without letters."""
        first = next((one for one in self._identifiers if isinstance(one, _Sharing)), None)
        return [None] * len(texts) if first is None else first.shares(texts)

    def named(self, texts: Sequence[str], expected: str) -> list[str | None]:
        """The language of short pieces on which the first two identifiers agree; None where they do not.

        Used on sentences and clauses, where a third opinion would not make up for too little text.
        """
        first = self._opinions(0, texts, expected)
        found: list[str | None] = [None] * len(texts)
        elsewhere = [index for index, one in enumerate(first) if _is_elsewhere(one, expected)]
        if elsewhere:  # only there a second opinion can change anything
            second = self._opinions(1, [texts[index] for index in elsewhere], expected)
            for index, other in zip(elsewhere, second, strict=True):
                found[index] = _agreed(first[index], other)
        return found

    def _vote(self, text: str, expected: str, first: Identification | None) -> LanguageVote:
        own = fold_group(expected)
        if (
            first is not None
            and first.probability >= _SURE
            and fold_group(first.language) == own
            and (expected == "en" or english_words_share(text, expected) < _ENGLISH_WORDS)
        ):
            evidence = f"{first.language} {first.probability:.2f}"
            return LanguageVote(status=Status.ON, language=expected, evidence=evidence)
        opinions = [first]
        for position in range(1, len(self._identifiers)):
            if _settled(opinions, expected):
                break
            if len(opinions) >= _ENOUGH and (found := vote(text, expected, opinions)).status is not _OPEN:
                return found
            opinions.append(self._ask_narrow(position, text, expected, opinions))
        found = vote(text, expected, opinions)
        return (grammar_vote(text, expected) or found) if found.status is _OPEN else found

    def _ask_narrow(
        self, position: int, text: str, expected: str, opinions: Sequence[Identification | None]
    ) -> Identification | None:
        named = {opinion.language for opinion in opinions if opinion is not None}
        near = near_languages(expected) | {"en", *named}
        if not self._supported(position, expected, expected) or self._knows_one(position, expected, near):
            near |= _CONTRAST
        opinion = self._narrow(position, expected, near).identify([text])[0]
        return self._admitted(position, text, opinion, expected)

    def _knows_one(self, position: int, expected: str, languages: frozenset[str]) -> bool:
        """Whether an identifier has not even two languages to choose from (lingua of `en` and `gl`)."""
        return sum(self._supported(position, expected, code) for code in languages) < 2

    def _widened(self, expected: str) -> tuple[LanguageIdentifier, ...]:
        """The panel with a language, its class and its neighbours among the candidates."""
        near = near_languages(expected)
        return tuple(
            identifier.widened(near) if isinstance(identifier, _Widening) else identifier
            for identifier in self._identifiers
        )

    def _narrowed(self, position: int, expected: str, languages: frozenset[str]) -> LanguageIdentifier:
        identifier = self._panel(expected)[position]
        return identifier.narrowed(languages) if isinstance(identifier, _Narrowing) else identifier

    def _opinions(self, position: int, texts: Sequence[str], expected: str) -> list[Identification | None]:
        found = self._panel(expected)[position].identify(texts)
        return [
            self._admitted(position, text, opinion, expected)
            for text, opinion in zip(texts, found, strict=True)
        ]

    def _admitted(
        self, position: int, text: str, opinion: Identification | None, expected: str
    ) -> Identification | None:
        """What an identifier may say that does not know the expected language: that a text is English.

        It does not know it, either, in a script that it was hardly trained on (Hindi in Latin letters).
        """
        if opinion is None:
            return None
        if self._supported(position, expected, expected) and _is_usual_script(text, expected):
            return opinion
        return opinion if opinion.language == "en" and opinion.probability >= _SURE_OF_ENGLISH else None

    def _ask_support(self, position: int, expected: str, language: str) -> bool:
        return self._panel(expected)[position].supports(language)


@lru_cache(maxsize=1024)
def _usual_scripts(code: str) -> tuple[frozenset[str], ...]:
    base = language(code).base
    scripts = ("Cyrl", "Latn") if base == "sr" else (language(base).script,)
    return tuple(map(script_of_language, scripts))


def _is_usual_script(text: str, expected: str) -> bool:
    """Whether a text is in a script in which identifiers have learnt the expected language."""
    return own_scripts(expected, text) in _usual_scripts(expected)


def _settled(opinions: Sequence[Identification | None], expected: str) -> bool:
    """Whether two have named the same language, so that a third cannot change the vote."""
    if len(opinions) < 2:
        return False
    named = [opinion.language for opinion in opinions if opinion is not None]
    groups = {fold_group(language) for language in named}
    return len(named) >= 2 and len(groups) == 1 and groups.isdisjoint(near_groups(expected))


def _is_elsewhere(one: Identification | None, expected: str) -> bool:
    """Whether an opinion names a language that is neither the expected one nor a neighbour of it."""
    if one is None:
        return False
    group = fold_group(one.language)
    return group != fold_group(expected) and group not in near_groups(expected)


def _agreed(one: Identification | None, other: Identification | None) -> str | None:
    if one is None or other is None or fold_group(one.language) != fold_group(other.language):
        return None
    return one.language
