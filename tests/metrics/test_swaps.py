"""Words that came back as their opposites."""

from __future__ import annotations

import time

import pytest

from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.swaps import back_swaps


def _row(source: str, back: str, language: str = "en") -> Row:
    return Row(pairs=[("text", Pair.of(source, "…", (language, "pt")))], back={"text": [(source, back)]})


@pytest.mark.parametrize(
    ("source", "back", "swap"),
    [
        ("Send it by noon or earlier.", "Send it by noon or later.", "earlier came back as later"),
        ("Her daughter has three more cats.", "Her son has three more cats.", "daughter came back as son"),
        ("It is open on Tuesday.", "It is open on Thursday.", "tuesday came back as thursday"),
        (
            "They drove from Orléans to the sea.",
            "They drove from Rome to the sea.",
            "Orléans came back as Rome",
        ),
        ("The road to the north is long.", "The road to the south is long.", "north came back as south"),
    ],
)
def test_swaps(source: str, back: str, swap: str) -> None:
    score = back_swaps(_row(source, back))
    assert score.value == 1
    assert score.evidence == swap
    assert score.where == "text#0"


@pytest.mark.parametrize(
    ("source", "back"),
    [
        ("How many more than 14 fewer?", "How many in comparison with 14 less?"),
        ("The smaller one and the larger", "The lower one and the largest"),
        ("Send it by noon or earlier.", "Send it by noon or before that."),
        ("She has more books than before.", "She has a larger number of books than earlier."),
        ("The bigger box is older.", "The larger box is elder."),
        ("He asked Pedro and Lukas.", "He asked Peter and Lucas."),
        ("We met Ayşe near Krakow.", "We met Ayse near Cracow."),
        ("They live in Munich.", "They live in a big town."),
        ("How many are left?", "How many remain?"),
        ("The father and his son ate.", "The son and his father ate."),
    ],
)
def test_other_words_are_no_swaps(source: str, back: str) -> None:
    assert back_swaps(_row(source, back)).value == 0


def test_other_sources_are_not_measured() -> None:
    assert back_swaps(_row("Der Sohn kam.", "Die Tochter kam.", "de")).value is None
    assert back_swaps(Row(pairs=[], back={})).value is None


def test_long_texts_take_linear_time() -> None:
    started = time.perf_counter()
    back_swaps(_row("more of Anna " * 10_000, "less of Rome " * 10_000))
    assert time.perf_counter() - started < 5
