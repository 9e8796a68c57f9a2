"""The calibrated probability of a language: classes of equivalent codes, and short texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.assemble.judges import language_judge
from parallelize.evaluation.part_language import PartText, probabilities
from parallelize.metrics.language_probability import calibrated, class_mass, features

LONG = "der Zug fährt heute um acht Uhr ab und kommt kurz nach zehn an"


def test_codes_of_one_class_are_summed_up() -> None:
    shares = {"hr": 0.4, "sr": 0.3, "bs": 0.1, "sl": 0.2}
    assert class_mass(shares, "sr-Latn") == pytest.approx(0.8)
    assert class_mass(shares, "sl") == pytest.approx(0.2)
    assert class_mass({"no": 0.7, "da": 0.3}, "nb") == pytest.approx(0.7)


@given(low=st.floats(0, 1), high=st.floats(0, 1), letters=st.integers(3, 600))
def test_more_mass_never_makes_it_less_probable(low: float, high: float, letters: int) -> None:
    low, high = sorted((low, high))
    told = [features("a" * letters, "de", {"de": mass, "en": 1 - mass}) for mass in (low, high)]
    assert told[0] is not None
    assert told[1] is not None
    assert 0 <= calibrated(told[0]) <= calibrated(told[1]) <= 1


def test_what_cannot_be_said_is_not_said() -> None:
    assert features("ja", "de", {"de": 1.0}) is None
    assert features(LONG, "de", None) is None
    assert features(LONG, "ha", {"de": 1.0}) is None  # no label of it


def test_real_texts_are_told_apart() -> None:
    texts = [
        ("de", LONG),
        ("en", LONG),
        ("nl", LONG),
        ("hr", "vlak danas polazi u osam i stiže poslije deset sati"),
    ]
    parts = [PartText(text, code) for code, text in texts]
    found = probabilities(parts, language_judge())
    assert [None if value is None else value > 0.5 for value in found] == [True, False, False, True]
    assert found[0] == max(value for value in found if value is not None)
