"""Glossary terms: due as whole words of the prose, satisfied by any accepted form, inflected or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.languages import LANGUAGES
from parallelize.text.glossary import Glossary, Term

ENGLISH = LANGUAGES["en"]


def due(text: str, *terms: str) -> list[str]:
    glossary = Glossary.of(ENGLISH, dict.fromkeys(terms, "x"))
    return [term.source for term in glossary.due(text)]


@pytest.mark.parametrize(
    ("text", "terms", "found"),
    [
        ("A set of sets.", ["set"], ["set"]),
        ("The settlers reset it.", ["set"], []),
        ("SETS and Set.", ["set", "sets"], ["set", "sets"]),
        ("A right triangle.", ["triangle", "right triangle"], ["right triangle"]),
        ("A right triangle is a triangle.", ["triangle", "right triangle"], ["right triangle", "triangle"]),
        ("We have $set = 3$ and `set`.", ["set"], []),
        ("Use C++ here.", ["C++"], ["C++"]),
        ("", ["set"], []),
        ("naïve café", ["café"], ["café"]),
        ("naïve cafe\u0301", ["café"], ["café"]),
    ],
)
def test_terms_are_due_as_whole_words_of_the_prose(text: str, terms: list[str], found: list[str]) -> None:
    assert due(text, *terms) == found


def test_a_source_without_spaces_has_no_word_ends() -> None:
    glossary = Glossary.of(LANGUAGES["zh"], {"三角形": "triangle"})
    assert [term.source for term in glossary.due("直角三角形的面积")] == ["三角形"]


@pytest.mark.parametrize(
    ("forms", "target", "there"),
    [
        ("triângulo", "Os triângulos são iguais.", True),
        ("Dreieck", "Die Dreiecksfläche", True),
        ("مثلث", "المثلث القائم", True),
        ("Apfel", "fünf Äpfel", False),
        (("Apfel", "Äpfel"), "fünf Äpfel", True),
        (("Straße",), "EINE STRASSE", True),
        ("triângulo", "Os quadrados", False),
    ],
)
def test_inflected_translations_pass(forms: str | tuple[str, ...], target: str, there: bool) -> None:
    (term,) = Glossary.of(ENGLISH, {"t": forms}).terms
    assert term.is_in(target) == there


@given(words=st.lists(st.text("abcde", min_size=1, max_size=4), min_size=1, max_size=12), data=st.data())
def test_a_term_is_due_if_and_only_if_it_is_one_of_the_words(words: list[str], data: st.DataObject) -> None:
    term = data.draw(st.one_of(st.sampled_from(words), st.text("abcde", min_size=1, max_size=4)))
    assert due(" ".join(words), term) == ([term] if term in words else [])


def test_no_terms_no_work() -> None:
    assert Glossary(source=ENGLISH).due("anything") == ()
    assert Term(source="a", targets=("b",)).is_in("B")
