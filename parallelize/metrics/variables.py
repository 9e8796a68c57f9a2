"""Single letters that stand for something, and that a translation does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.metrics.choice_letters import localised_letters
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.numerals import base_language
from parallelize.text.signs import has_letter

__all__ = ["has_variables", "lost_variables"]

_OWN_LETTERS: Final = frozenset("ar fa ur ps he".split())  # noqa: SIM905
"""Languages whose schools write variables in their own letters."""
_LABEL: Final = re.compile(r"\b(?!Point|Let|Set|Line)[A-Z][a-z]{2,} ([A-Z])\b")
"""Publisher B: another alphabet has its own second letter. Points and sets keep theirs."""
_FIRST: Final = re.compile(r"(?<!\w)[АA](?!\w)")
_OWN_ORDER: Final = {"B": "Б", "C": "[ВC]", "D": "[ГD]"}
"""What stands for the second to the fourth of a row that begins with А."""


def lost_variables(pair: Pair) -> Iterator[str]:
    """Single letters of an English source that the target does not have at all."""
    if base_language(pair.target.language) in _OWN_LETTERS:
        return
    labels = set(localised_letters(pair))
    if pair.target.script != "Latn":
        labels.update(_LABEL.findall(pair.source.text))
    own = _OWN_ORDER if pair.target.script == "Cyrl" and _FIRST.search(pair.target.text) else {}
    for letter in pair.source.variables:
        if letter in labels or has_letter(letter, pair.target.text):
            continue
        if letter not in own or re.search(rf"(?<!\w){own[letter]}(?!\w)", pair.target.text) is None:
            yield f"lost variable {letter}"


def has_variables(source: Reading) -> bool:
    """Whether an English text has single letters that stand for something."""
    return base_language(source.language) == "en" and bool(source.variables)
