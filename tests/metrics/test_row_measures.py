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


SOURCE, TARGET = "Ben has 3 apples. How many apples does he have?", "Ben tem 3 maçãs. Quantas maçãs ele tem?"


def risk(source: str = SOURCE, *, back: str | None = SOURCE, again: str | None = None) -> float | None:
    """`fault_risk` of a row of one text, by what came back of it and what became of that."""
    pair = Pair.of(source, TARGET, ("en", "pt"))
    row = Row(
        pairs=[("problem", pair)],
        back=None if back is None else {"problem": [(source, back)]},
        again=None if again is None else {"problem": [(TARGET, again)]},
    )
    return fault_risk(row).value


def test_words_that_come_back_as_others_are_a_risk() -> None:
    usual, odd = risk(), risk(back=SOURCE.replace("apples", "blocks"))
    assert usual is not None
    assert odd is not None
    assert 0 < usual < odd < 1
    assert usual < (risk("Ben has 3 samovars.", back="Ben has 3 samovars.") or 0)


def test_a_translation_that_does_not_stay_as_it_is_is_a_risk() -> None:
    stays, changes = (risk(again=again) for again in (TARGET, "Ben possui três. Quantas são dele?"))
    assert stays is not None
    assert changes is not None
    assert stays < changes
    assert stays < (risk() or 0) < changes


def test_the_risk_says_which_words_came_back_oddly_and_how_much_changed() -> None:
    pair = Pair.of(SOURCE, TARGET, ("en", "pt"))
    back = {"problem": [(SOURCE, SOURCE.replace("apples", "blocks"))]}
    score = fault_risk(Row(pairs=[("problem", pair)], back=back, again={"problem": [(TARGET, TARGET)]}))
    assert "; 0 of its pieces are others when translated again; unusual: apples" in score.evidence


def test_a_row_of_any_length_has_a_risk() -> None:
    assert 0.9 < (risk("many samovars " * 50_000, back="x", again="y") or 0) <= 1


def test_the_risk_is_not_known_where_nothing_was_translated_back() -> None:
    assert risk(back=None) is None


def test_the_risk_is_known_of_english_sources_only() -> None:
    pair = Pair.of("Ben hat 3 Äpfel.", "Ben tem 3 maçãs.", ("de", "pt"))
    assert (
        fault_risk(
            Row(pairs=[("problem", pair)], back={"problem": [("Ben hat 3 Äpfel.", "Ben hat 3 Äpfel.")]})
        ).value
        is None
    )
