"""Faulty pairs and the faithful ones that look like them, by the measure that must tell them apart."""

from __future__ import annotations

import pytest

from parallelize.core.verdicts import Score
from parallelize.metrics.back_words import back_words
from parallelize.metrics.characters import character_signs
from parallelize.metrics.fidelity import truncation_signs
from parallelize.metrics.leftovers import copied_words, left_words
from parallelize.metrics.omission import omission
from parallelize.metrics.reading import Pair, Row, read
from parallelize.metrics.requests import asks_in_words
from parallelize.metrics.swaps import back_swaps
from parallelize.metrics.values import number_faults


def faults(score: Score) -> float:
    assert score.value is not None
    return score.value


@pytest.mark.parametrize(
    ("source", "target", "faulty"),
    [
        ("The boy eats a lemon tomorrow.", "El ni&ntilde;o come un lim&oacute;n ma&ntilde;ana.", True),
        ("The doors are green and heavy.", "Die T?ren sind gr?n und schwer.", True),
        ("The theater is closed.", "Le th??tre est ferm? et pr?s.", True),
        ("Use a &b; then stop.", "Use a &b; depois pare.", False),
        ("Use R and D.", "Use R&D; e pare.", False),
        ("Write &eacute; for it.", "Escreva &eacute; para isso.", False),
        ("Is it late? Are they here?", "Est-il tard? Sont-ils ici?", False),
        ("See x.example/?a=b?c=d now.", "Siehe x.example/?a=b?c=d jetzt.", False),
    ],
)
def test_letters_damaged_on_the_way(source: str, target: str, *, faulty: bool) -> None:
    assert bool(character_signs(source, target)) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("es", "The bus needs 90 minutes.", "El autobús tarda una hora y media.", False),
        ("de", "The baby is 18 months old.", "Das Baby ist anderthalb Jahre alt.", False),
        ("fr", "The journey took 60 hours.", "Le voyage a duré deux jours et demi.", False),
        ("fr", "The journey took 60 hours.", "Le voyage a duré trois jours et demi.", True),
        ("fr", "The bus needs 100 minutes.", "Le bus met une heure et demie.", True),
        ("es", "It has 1.2M views.", "Tiene 1,2 millones de visitas.", False),
        ("es", "It has 1.2M views.", "Tiene 12 millones de visitas.", True),
        ("de", "The solution is 0.5M here.", "Die Lösung ist hier 0,5M.", False),
        ("sv", "Four hundred people came in 1999.", "Fyra tusen personer kom 1999.", True),
        ("sv", "Four hundred people came in 1999.", "Fyrahundra personer kom 1999.", False),
        ("id", "She has twice as many cards.", "Ia punya tujuh kali lebih banyak kartu.", True),
        ("id", "She has twice as many cards.", "Ia punya dua kali lebih banyak kartu.", False),
        ("nl", "It took one and a half days.", "Het duurde tweeënhalve dag.", True),
        ("nl", "It took one and a half days.", "Het duurde anderhalve dag.", False),
        ("pl", "The sixteenth letter is long.", "Siedemnasty list jest długi.", True),
        ("pl", "The thirty-sixth letter is long.", "Trzydziesty szósty list jest długi.", False),
        ("de", "The thirty-sixth letter is long.", "Der sechsunddreißigste Brief ist lang.", False),
        ("tr", "The sixteenth letter is long.", "On altıncıya gelen mektup uzun.", False),
        ("fr", "The pens cost 2 dollars, the ink 9.", "Les stylos coûtent, et l'encre 9.", True),
        ("fr", "The pens cost 2 dollars, the ink 9.", "Les stylos coûtent deux dollars, l'encre 9.", False),
        ("ar", "She waited 2 hours.", "انتظرت ساعتين.", False),
        ("ko", "He ate half of the 8 plums.", "그는 자두 8개 중 일부를 먹었다.", True),
        ("ko", "He ate half of the 8 plums.", "그는 자두 8개의 절반을 먹었다.", False),
        ("es", "It rained in the first half of 1990.", "Llovió a principios de 1990.", False),
        ("tr", "One third of the 9 cats sleep.", "9 kedinin üçte biri uyuyor.", False),
        ("cs", "He has a 5-euro note.", "Má pětieurovou bankovku.", False),
        ("it", "An angle of $30^\\circ$ and $x$.", "Un angolo di $50^\\circ$ e $x$.", True),
    ],
)
def test_numbers_said_in_another_way(language: str, source: str, target: str, *, faulty: bool) -> None:
    assert bool(faults(number_faults(Pair.of(source, target, ("en", language))))) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("uk", "Every summer my aunt sells 20 jars.", "у селі моя тітка продає 20 банок.", True),
        ("ru", "x is a number greater than 5.", "x — число, большее 5.", False),
        ("ru", "Find x.", "п. 5: найдите x.", False),
        ("zh", "Every day each of the men earns 20 yuan and eats 3 cakes.", "天挣20元，吃3块蛋糕。", True),
        ("zh", "The sky is blue on 3 days a week.", "天空每周有3天是蓝色的。", False),
        (
            "de",
            "How many days does Anna need to read a book of 300 pages if she reads 20 a day?",
            "Anna liest ein Buch von 300 Seiten und 20 am Tag.",
            True,
        ),
        ("de", "How many divisors does 36 have?", "Bestimme die Anzahl der Teiler von 36.", False),
        (
            "zh",
            "What is the area of a circle with a radius of 5 cm?",
            "求半径为5厘米的圆的面积。",
            False,
        ),
        (
            "ru",
            "What is its value if x is equal to 5 and y is equal to 7?",
            "Найдите его при x = 5, y = 7.",
            False,
        ),
    ],
)
def test_beginnings_and_questions_that_are_gone(
    language: str, source: str, target: str, *, faulty: bool
) -> None:
    assert bool(faults(truncation_signs(Pair.of(source, target, ("en", language))))) is faulty


def test_words_of_an_unknown_language_are_not_judged() -> None:
    assert asks_in_words("Quot dies sunt", "la") is None
    assert asks_in_words("Finn summen", "nb") is True


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        (
            "de",
            "The sun is setting. The birds fly home. We are going to bed.",
            "Die Sonne geht unter, die Vögel fliegen nach Hause, und wir gehen ins Bett.",
            False,
        ),
        (
            "de",
            "The sun is setting. The birds fly home over the fields. We are going to bed.",
            "Die Sonne geht unter, und wir gehen ins Bett.",
            True,
        ),
        (
            "zh",
            "The market opens early. Many people buy fish there. The streets are narrow.",
            "市场很早就开门，很多人在那里买鱼，街道很窄。",
            False,
        ),
    ],
)
def test_sentences_made_into_one(language: str, source: str, target: str, *, faulty: bool) -> None:
    assert (faults(omission(Pair.of(source, target, ("en", language)))) > 2.0) is faulty


def test_no_word_counts_in_two_measures() -> None:
    pair = Pair.of("They saw bugs with them.", "Eles viram bugs with eles.", ("en", "pt"))
    assert left_words(pair).evidence == "with"
    assert copied_words(pair).evidence == "bugs"
    back = {"text": [("He has 3 more plums.", "He has 3 fewer plums.")]}
    row = Row(pairs=[("text", Pair(read("He has 3 more plums.", "en"), read("", "pt")))], back=back)
    assert (faults(back_swaps(row)), faults(back_words(row))) == (1.0, 0.0)
