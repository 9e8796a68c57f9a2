"""Example translations that show a base model what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parallelize.core.languages import LANGUAGES, Language, language_keys
from parallelize.core.tables import shipped_toml

__all__ = ["Example", "examples_for"]

_GENERIC = ("es", "fr", "de", "pt")
"""Languages that stand in, one for each sentence, where a language has no examples of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One sentence in two languages."""

    source: str
    target: str
    source_name: str
    target_name: str


def examples_for(source: Language, target: Language) -> list[Example]:
    """Return four examples, from `source` into `target` where both have some.

    A language without examples is replaced by another one in each of them, under that one's own
    name: the form still becomes clear.
    """
    found = []
    sentences = shipped_toml(__package__, "examples.toml")["sentence"]
    for sentence, stand_in in zip(sentences, _GENERIC, strict=True):
        left = _own(sentence, source) or _other(stand_in, target.base)
        right = _own(sentence, target) or _other(stand_in, left)
        found.append(
            Example(
                source=sentence[left],
                target=sentence[right],
                source_name=LANGUAGES[left].name,
                target_name=LANGUAGES[right].name,
            )
        )
    return found


def _own(sentence: Mapping[str, str], spoken: Language) -> str | None:
    """Under which code a sentence is there in a language; None where it is not, or only in another script."""
    for key in language_keys(spoken.code):
        if key in sentence and LANGUAGES[key].script == spoken.script:
            return key
    return None


def _other(code: str, taken: str) -> str:
    return code if code != taken else "en"
