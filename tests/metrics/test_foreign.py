"""Foreign spans: a gloss in brackets is none, the same words without brackets or outside the source are."""

from __future__ import annotations

import pytest

from parallelize.metrics.foreign import foreign_spans

SOURCE = "They thank the county special task force for the arrest."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("พวกเขาขอบคุณหน่วยเฉพาะกิจ (county special task force) ที่จับกุมได้", False),
        ("พวกเขาขอบคุณ county special task force ที่จับกุมได้", True),
        ("พวกเขาขอบคุณหน่วยเฉพาะกิจ (they all went home again) ที่จับกุมได้", True),
        ("พวกเขาขอบคุณ (they thank the county special task force for the arrest) ที่จับกุม", True),
    ],
)
def test_glosses(text: str, found: bool) -> None:
    assert bool(foreign_spans(text, "th", source=SOURCE)) is found
