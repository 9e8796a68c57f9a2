"""Words of grammar that tell a language of which identifiers know nothing."""

from __future__ import annotations

import pytest

from parallelize.metrics.grammar_vote import grammar_vote

HAUSA = "Wani malami ya ce yara sun tafi kasuwa tare da iyayensu domin su sayi abinci."
SWAHILI = (
    "Mwalimu alisema kwamba watoto walikwenda sokoni na wazazi wao ili kununua chakula kwa ajili ya wiki."
)


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        (HAUSA, "tr", "ha"),
        (HAUSA, "id", "ha"),
        (SWAHILI, "vi", "sw"),
        ("La maestra dijo que los niños fueron al mercado con sus padres.", "ha", "es"),
    ],
)
def test_another_language_is_named(text: str, expected: str, named: str) -> None:
    vote = grammar_vote(text, expected)
    assert vote is not None
    assert vote.language == named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HAUSA, "ha"),
        (HAUSA, "quz"),  # no table of its words
        ("Öğretmen, çocukların pazara gittiğini söyledi.", "tr"),
        ("La maestra dijo que los niños fueron al mercado con sus padres.", "gl"),  # a neighbour
        ("Malami ya ce.", "tr"),
    ],
)
def test_nothing_is_told(text: str, expected: str) -> None:
    assert grammar_vote(text, expected) is None
