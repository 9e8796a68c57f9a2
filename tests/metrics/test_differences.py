"""Questions for a difference, in translations that compare and in those that forgot to."""

from __future__ import annotations

import pytest

from parallelize.metrics.exchanged import exchanged_words
from parallelize.metrics.pair import Pair

EGGS = "Ana has 7 eggs and Ben has 4. How many more eggs does Ana have than Ben?"
ROUTE = "A train needs 3 hours and a bus 5. How much longer is the bus on its way than the train?"


def found(language: str, source: str, target: str) -> float | None:
    return exchanged_words(Pair.of(source, target, ("en", language))).value


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        ("pt", EGGS, "Ana tem 7 ovos e Ben tem 4. Quantos ovos Ana tem do que Ben?"),
        ("es", EGGS, "Ana tiene 7 huevos y Ben tiene 4. ¿Cuántos huevos tiene Ana que Ben?"),
        ("fr", EGGS, "Ana a 7 œufs et Ben en a 4. Combien d'œufs Ana a-t-elle que Ben ?"),
        ("de", EGGS, "Ana hat 7 Eier und Ben hat 4. Wie viele Eier hat Ana als Ben?"),
        ("ru", EGGS, "У Аны 7 яиц, а у Бена 4. Сколько яиц у Аны, чем у Бена?"),
        (
            "pt",
            ROUTE,
            "Um trem precisa de 3 horas e um ônibus de 5. Quanto tempo leva o ônibus do que o trem?",
        ),
        ("it", ROUTE, "Un treno impiega 3 ore e un autobus 5. Quanto tempo ci mette l'autobus del treno?"),
    ],
)
def test_a_difference_that_is_not_asked_for(language: str, source: str, target: str) -> None:
    assert found(language, source, target) == 1


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        ("pt", EGGS, "Ana tem 7 ovos e Ben tem 4. Quantos ovos Ana tem a mais que Ben?"),
        ("pt", EGGS, "Ana tem 7 ovos e Ben tem 4. Qual é a diferença entre os dois?"),
        ("pt", EGGS, "Ana tem 7 e Ben 4. Quantos ovos adicionais tem Ana em comparação com Ben?"),
        ("es", EGGS, "Ana tiene 7 huevos y Ben tiene 4. ¿Cuántos huevos más tiene Ana que Ben?"),
        ("de", EGGS, "Ana hat 7 Eier und Ben hat 4. Wie viele Eier hat Ana mehr als Ben?"),
        ("nl", EGGS, "Ana heeft 7 eieren en Ben 4. Hoeveel eieren heeft Ana meer dan Ben?"),
        ("ru", EGGS, "У Аны 7 яиц, а у Бена 4. На сколько яиц у Аны больше, чем у Бена?"),
        ("zh", EGGS, "安娜有7个鸡蛋，本有4个。安娜比本多几个鸡蛋？"),
        ("pt", ROUTE, "Um trem precisa de 3 horas e um ônibus de 5. Quanto tempo a mais leva o ônibus?"),
        ("de", ROUTE, "Ein Zug braucht 3 Stunden und ein Bus 5. Wie viel länger ist der Bus unterwegs?"),
        (
            "es",
            "He needs 9 and has 4. How many more does he need?",
            "Necesita 9 y tiene 4. ¿Cuántos le faltan?",
        ),
    ],
)
def test_a_difference_that_is_said_otherwise(language: str, source: str, target: str) -> None:
    assert found(language, source, target) == 0
