"""Questions about a difference that became questions about an amount: how many more … than."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import cells_of, comparisons

__all__ = ["differences_asked", "lost_differences"]

_OF_AMOUNTS: Final = r"\bhow (?:many|much) (?:more|fewer|less)\b"
_OF_ALL: Final = (
    r"\bhow (?:many|much) (?:\w+ )?(?:more|fewer|less|better|worse|further|farther|[a-z]{3,}er)\b"
)
_ASKED: Final = {
    kind: re.compile(rf"{how}[^.?!\n]*\bthan\b[^.?!\n]*\?", re.IGNORECASE)
    for kind, how in (("amounts", _OF_AMOUNTS), ("all", _OF_ALL))
}
_QUESTION: Final = re.compile(r"[^.?!\n]*\?")


def differences_asked(source: Reading) -> list[str]:
    """Kinds of comparison that questions of an English text ask for, as `differences.tsv` calls them."""
    if not {"how", "than"} <= set(source.words):
        return []
    return [kind for kind, asked in _ASKED.items() if asked.search(source.text)]


def lost_differences(pair: Pair) -> Iterator[str]:
    """A question for a difference, where no question of the target compares anything."""
    cells = cells_of("differences.tsv", pair.target.language)
    if not cells or cells[0] not in pair.source.once(differences_asked):
        return
    said = [form for words in comparisons(pair.target.language) for form in words] + cells[1].split()
    questions = _QUESTION.findall(pair.target.lowered)
    if questions and not any(form in question for question in questions for form in said):
        yield "a difference is not asked for"
