"""Measures of a whole row: names that change, words in another sense, and how much there is to translate."""

from __future__ import annotations

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.fault_risk import fault_risk
from parallelize.metrics.name_faults import name_faults
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.row_words import row_words
from parallelize.metrics.sense_faults import sense_faults


def row(*texts: tuple[str, str], language: str = "pt") -> Row:
    pair = LanguagePair("en", language)
    return Row(pairs=[(f"text{number}", Pair.of(*both, pair)) for number, both in enumerate(texts)])


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("Bill has 3 pens. Bill buys 2 more.", "A conta tem 3 canetas. Bill compra mais 2.", "bill"),
        ("Then Noah's dog ran. Noah is old.", "Então o cão de Noé correu. Noah é velho.", "noah"),
        ("Today Eli met Ada. Ada paid.", "Hoje Eli conheceu Ada. Ada pagou.", ""),
        ("José and Ana met Zoé.", "Jose e Ana conheceram Zoe.", ""),
        ("Apples cost 3. Apples are red.", "As maçãs custam 3. As maçãs são vermelhas.", ""),
        ("Monday is free. Monday was not.", "Segunda é livre. Segunda não foi.", ""),
    ],
)
def test_names_that_change_anywhere_in_a_row(source: str, target: str, lost: str) -> None:
    score = name_faults(row((source, target)))
    assert score.evidence == lost
    assert score.value == (1 if lost else 0)


def test_a_name_inside_one_text_is_looked_for_in_the_others() -> None:
    faulty = ("Tank ran first.", "O tanque correu primeiro.")
    assert name_faults(row(faulty)).value == 0, "alone it may be a word"
    known = name_faults(row(("I saw Tank and Emma.", "Eu vi Tank e Emma."), faulty))
    assert (known.value, known.where, known.evidence) == (1, "text1", "tank")


def test_names_in_other_scripts_are_not_measured() -> None:
    assert name_faults(row(("Bill has 3. Bill buys 2.", "ビルは3つ"), language="ja")).value is None


def test_the_whole_row_tells_which_sense_is_meant() -> None:
    question = ("Pistachios have shells.", "Pistaches têm cascas.")
    wrong = sense_faults(row(question, ("Shells: 80", "Conchas: 80")))
    assert (wrong.value, wrong.where, wrong.evidence) == (1, "text1", "Shells")
    assert sense_faults(row(("The sea is blue.", "O mar é azul."), ("Shells: 80", "Conchas: 80"))).value == 0
    assert sense_faults(row(("Cherry sells 3 plums.", "Cherry vende 3 ameixas."))).value == 0


def test_lines_are_looked_at_one_by_one() -> None:
    right = "Ela deixa uma gorjeta.\nEla deixa uma gorjeta."
    wrong = "Ela deixa uma gorjeta.\nEla deixa uma dica."
    source = "She leaves a tip.\nShe leaves a tip."
    assert sense_faults(row((source, right))).value == 0
    assert sense_faults(row((source, wrong))).value == 1
    assert sense_faults(row((source, wrong), language="de")).value is None


def test_words_of_all_sources_are_counted() -> None:
    assert row_words(row(("One two three.", "x"), ("Four $x + y$ five", "y"))).value == 5


def test_long_rows_and_rare_words_are_a_risk() -> None:
    short = "Ben has 3 apples. How many apples does he have?"
    rare = "Ben has 3 samovars. How many gewgaws does he have?"
    risks = [fault_risk(row((text, "x"))) for text in (short, rare, short * 8, rare + short * 7)]
    values = [score.value or 0 for score in risks]
    assert 0 < values[0] < values[1] < values[3] < 1
    assert values[0] < values[2] < values[3]
    assert risks[1].evidence == "9 words; never read: samov, gewga"
    assert fault_risk(row((short, "x"), (short, "x"))).value == pytest.approx(
        fault_risk(row((short + " " + short, "x"))).value
    )


def test_the_less_comes_back_the_greater_is_the_risk() -> None:
    english, portuguese = "Ben has 3 apples. How many apples does he have?", "Ben tem 3 maçãs."
    pair = Pair.of(english, portuguese, ("en", "pt"))
    all_came, little_came, not_asked = (
        fault_risk(Row(pairs=[("problem", pair)], back=back)).value or 0
        for back in ({"problem": [(english, english)]}, {"problem": [(english, "Ben is 3.")]}, None)
    )
    assert all_came < not_asked < little_came


def test_a_row_of_any_length_has_a_risk() -> None:
    assert fault_risk(row(("many words " * 50_000, "x"))).value == 1


def test_the_risk_is_known_of_english_sources_only() -> None:
    pair = Pair.of("Ben hat 3 Äpfel.", "Ben tem 3 maçãs.", ("de", "pt"))
    assert fault_risk(Row(pairs=[("problem", pair)])).value is None
