"""Every planted fault gets the right verdict, every right translation is kept; the figures are printed."""

from __future__ import annotations

import pytest

from parallelize.metrics.fidelity import preamble_signs
from parallelize.metrics.pair import Pair
from tests.golden.planted import Judged, judged, table


@pytest.fixture(scope="module")
def results() -> list[Judged]:
    found = list(judged())
    print(f"\n{table(found)}")
    return found


def test_every_planted_fault_is_dropped_for_a_right_reason(results: list[Judged]) -> None:
    wrong = [
        (item.row["id"], item.row["kind"], item.reasons)
        for item in results
        if item.row["expected"] != "ok" and not set(item.reasons) & set(item.row["accept"])
    ]
    assert not wrong


def test_no_right_translation_is_dropped(results: list[Judged]) -> None:
    assert not [
        (item.row["id"], item.reasons, item.evidence)
        for item in results
        if item.row["expected"] == "ok" and not item.kept
    ]


@pytest.mark.parametrize(
    ("source", "target", "signs"),
    [
        ("How many?", "Wie viele?\n\n(Anmerkung: ungekürzt)", 1),
        ("How many?", "有多少？\n\n（注意：保留数字）", 1),
        ("How many?\n\n(Tip: count twice)", "Wie viele?\n\n(Tipp: zähle zweimal)", 0),
        ("How many (in total)?", "Wie viele\n(also insgesamt)?", 0),
        ("Let $f(x) = 1$.", "Sei\n(f: $f(x) = 1$) gegeben.", 0),
    ],
)
def test_a_note_in_brackets_is_seen_where_the_source_has_none(source: str, target: str, signs: int) -> None:
    assert preamble_signs(Pair.of(source, target, ("en", "de"))).value == signs
