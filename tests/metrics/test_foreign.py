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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Anatumia mbinu ya "walking the long line" ambapo kila siku hutembea mara 3.', False),
        ("Anatumia mbinu ya “Walking the long line,” ambapo kila siku hutembea mara 3.", False),
        ("Anatumia mbinu ya walking the long line ambapo kila siku hutembea mara 3.", True),
        ('Anatumia mbinu ya "walking the short line" ambapo kila siku hutembea mara 3.', True),
        ('Anasema "he uses the walking the long line technique" kila siku.', True),
    ],
)
def test_a_quoted_term_of_the_source_is_a_name(text: str, found: bool) -> None:
    source = "He uses the walking the long line technique, which has him walk 3 times every day."
    spans = foreign_spans(text, "sw", source=source, name=lambda pieces, _: ["en"] * len(pieces))
    assert any("walking" in text[span.start : span.end] for span in spans) is found


def test_capitals_are_no_function_words() -> None:
    text = "Nach neun Jahren kosten zwei Wagen laut Liste 50.000 US-Dollar x 20 US-Dollar jährlich."
    assert not foreign_spans(text, "de", name=lambda pieces, _: ["en"] * len(pieces))
    assert foreign_spans(f"{text} She gives all of it to her old friends.", "de")
