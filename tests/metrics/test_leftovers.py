"""Words of the source that were left in the target."""

from __future__ import annotations

import pytest

from parallelize.metrics.leftovers import left_words
from parallelize.metrics.pair import Pair

FIND = "Find all positive integers with three digits."


@pytest.mark.parametrize(
    ("language", "source", "target", "count"),
    [
        ("ru", FIND, "Найдите все положительные integers из трёх цифр.", 1),
        ("hi", FIND, "तीन अंकों वाले सभी positive integers ज्ञात कीजिए।", 2),
        ("ja", FIND, "三桁の正のintegersをすべて求めよ。", 1),
        ("es", "They wait with their cats.", "Esperan with their gatos.", 2),
        ("sv", "She closed the door and sat down.", "Hon stängde dörren and sat ned.", 1),
        ("kk", "She closed the door and sat down.", "Ол есікті жауып and sat төмен.", 1),
        ("hu", "Entry is for free on Sundays.", "A belépés vasárnap for free.", 1),
        ("sv", "They ate fish and chips at noon.", "De åt fish and chips vid lunch.", 0),
        ("fi", "He owns Songs from the Attic.", "Hän omistaa levyn Songs from the Attic.", 0),
        ("pl", "A letter came with love.", "Przyszedł list with love.", 1),
        ("ru", FIND, "Найдите все положительные целые числа (integers) из трёх цифр.", 0),
        ("ja", "He types print and quit.", "彼は「print」と「quit」を入力する。", 0),
        ("es", "The hotel has a central bar.", "El hotel tiene un bar central.", 0),
        ("ko", "Five km and 3 cm of sin x", "5 km와 3 cm의 sin x", 0),
        ("uk", "A Toyota is a car.", "Toyota — це авто.", 0),
        ("pt", "Let $a$ be 2. Let $b$ be 3.", "Seja $a$ igual a 2. Let $b$ ser 3.", 1),
        ("ja", r"Find \(x\).", r"Find \(x\)。", 1),
        ("da", "Find $x$.", "Find $x$.", 0),
        ("es", "Let $a$ be 2.", "Sea $a$ igual a 2.", 0),
        ("pt", "If $a,$ and $b$ are odd, find $c$.", "Se $a,$ and $b$ são ímpares, encontre $c$.", 1),
        ("ja", r"Find \(x\) where \(x > 2\).", r"\(x\) where \(x > 2\) を求めよ。", 1),
        ("da", "Add $a$ and $b$ for $c$.", "Læg $a$ til $b$, for $c$ og and.", 0),
        ("th", FIND, "จงหา integers ทั้งหมด", None),
        ("ru", "Spell the word integers.", "Произнесите по буквам слово integers.", None),
        ("en", FIND, FIND, None),
    ],
)
def test_left_words(language: str, source: str, target: str, count: int | None) -> None:
    assert left_words(Pair.of(source, target, ("en", language))).value == count
