"""English words left with their capitals, and names and titles that only look so."""

from __future__ import annotations

import pytest

from parallelize.metrics.leftovers import copied_words
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import read


def copied(source: str, target: str, language: str = "pt") -> str:
    return copied_words(Pair(read(source, "en"), read(target, language))).evidence


@pytest.mark.parametrize(
    ("language", "source", "target", "words"),
    [
        ("pt", "Amount Nadia has left: 5 coins.", "Amount Nadia deixou: 5 moedas.", "Amount"),
        ("pt", "Express your answer as $a$.", "Express sua resposta como $a$.", "Express"),
        ("pt", "It lies in the Cartesian plane.", "Está no plano Cartesian.", "Cartesian"),
        ("pt", "He made a card for Valentine.", "Ele fez um cartão para Valentine.", "Valentine"),
        ("pt", "Trapezoid $ABCD$ is drawn.", "O Trapezoid $ABCD$ é desenhado.", "Trapezoid"),
        ("pt", "Bag A has 3 marbles.", "Bag A tem 3 bolas de gude.", "Bag"),
        ("pt", "Otto read. Then he slept.", "Otto leu. Then ele dormiu.", "Then"),
        ("pt", "Find the $n$th term.", "Encontre o termo $n$th.", "n$th"),
        ("pt", "Take a regular $n$-sided figure.", "Tome uma figura $n$-sided regular.", "n$-sided"),
        ("pt", "He uses 3 cups of coffee/pods.", "Ele usa 3 xícaras de café/pods.", "pods"),
        ("es", "Point $A$ is on the axis.", "Point $A$ está en el eje.", "Point"),
        ("es", "She got a B in Geography.", "Obtuvo una B en Geography.", "Geography"),
    ],
)
def test_words_left_with_a_capital(language: str, source: str, target: str, words: str) -> None:
    assert words in copied(source, target, language).split(", ")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Faith and Mark met Dawn.", "Faith e Mark conheceram Dawn."),
        ("Bill, Rose and Drew drew it.", "Bill, Rose e Drew o desenharam."),
        ("Valentine bought 3 cards.", "Valentine comprou 3 cartas."),
        ("A dog named Cookies ran.", "Um cão chamado Cookies correu."),
        ("He works for Save the Children.", "Ele trabalha na Save the Children."),
        ("She shops at School Street Farm.", "Ela compra na School Street Farm."),
        ('They sang "Then" twice.', 'Cantaram "Then" duas vezes.'),
        ("The total is 9. Total: 9.", "O total é 9. Total: 9."),
        ("Given $a$, find $b$.", "Dado $a$, encontre $b$."),
        ("It is the $n$th term.", "É o $n$-ésimo termo."),
        ("It costs 5 km/h.", "Custa 5 km/h."),
    ],
)
def test_names_titles_and_words_of_both_languages(source: str, target: str) -> None:
    assert copied(source, target) == ""
