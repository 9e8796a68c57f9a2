"""Marks never change a text, and stand where source, target and back-translation differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.language_pair import LanguagePair
from parallelize.report.marks import MARKS, Run, mark_texts

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


def written(runs: list[Run] | None) -> str:
    """The text that runs were made of."""
    assert runs is not None
    return "".join(
        run if isinstance(run, str) else chr(int(run[1][2:], 16)) if "c" in run[0] else run[1] for run in runs
    )


def marked(runs: list[Run] | None, kind: str) -> list[str]:
    return [run[1] for run in runs or [] if not isinstance(run, str) and kind in run[0]]


def marks(source: str, target: str, back: str | None = None, to: str = "de"):  # type: ignore[no-untyped-def]
    return mark_texts(source, target, back, languages=LanguagePair("en", to))


@given(TEXT, TEXT, st.none() | TEXT)
def test_runs_join_to_the_text(source: str, target: str, back: str | None) -> None:
    found = marks(source, target, back)
    assert written(found.source) == source
    assert written(found.target) == target
    assert (found.back is None) == (back is None)
    if back is not None:
        assert written(found.back) == back
    for runs in (found.source, found.target, found.back or []):
        assert all(isinstance(run, str) or set(run[0]) <= set(MARKS) for run in runs)


def test_a_lost_formula_and_an_added_one() -> None:
    found = marks("Let $x = 2$ and $y$ be.", "Es seien $x = 3$ und $y$.")
    assert marked(found.source, "l") == ["$x = 2$"]
    assert marked(found.target, "a") == ["$x = 3$"]
    assert marked(found.target, "p") == ["$x = 3$", "$y$"]


def test_of_two_equal_formulas_one_is_lost() -> None:
    assert marked(marks("Here $x$ and $x$.", "Hier $x$.").source, "l") == ["$x$"]


@pytest.mark.parametrize(
    ("source", "target", "to", "lost", "added"),
    [
        ("She has 14 apples.", "Sie hat 41 Äpfel.", "de", ["14"], ["41"]),
        ("She has twelve apples.", "Sie hat 12 Äpfel.", "de", [], []),
        ("They paid 1,200 dollars.", "Sie zahlten 1.200 Dollar.", "de", [], []),
        ("They sold 32,000 apples.", "3万3000個のりんごを売った。", "ja", ["32,000"], ["3万3000"]),
    ],
)
def test_numbers_by_value(source: str, target: str, to: str, lost: list[str], added: list[str]) -> None:
    found = marks(source, target, to=to)
    assert marked(found.source, "l") == lost
    assert marked(found.target, "a") == added


def test_words_that_came_back_otherwise() -> None:
    found = marks("The board is one foot long.", "…", "The board is one leg long.")
    assert marked(found.source, "d") == ["foot"]
    assert marked(found.back, "d") == ["leg"]
    same = marks("The Board is long.", "…", "the board is long.")
    assert marked(same.back, "d") == []


def test_the_middle_of_a_long_text_is_left_out_and_said() -> None:
    text = "".join(f"word{number} " for number in range(3_000))
    found = marks(text, text)
    (note,) = marked(found.target, "e")
    rest = "".join(run if isinstance(run, str) else "" if "e" in run[0] else run[1] for run in found.target)
    left_out = int("".join(filter(str.isdigit, note)))
    assert len(rest) + left_out == len(text)
    assert text.startswith(rest[:3_000])
    assert text.endswith(rest[-1_200:])
