"""Words said twice, and those that are right twice."""

from __future__ import annotations

import pytest

from parallelize.metrics.doubled_words import doubled_words
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import read


def doubled(language: str, source: str, target: str) -> float | None:
    return doubled_words(Pair(read(source, "en"), read(target, language))).value


@pytest.mark.parametrize(
    ("language", "source", "target", "faults"),
    [
        ("pt", "Find the least common multiple of 8 and 6.", "Encontre o múltiplo múltiplo de 8 e 6.", 1),
        ("pt", "She needs a 1/2 cup of oil.", "Ela precisa de uma xícara de 1/2 xícara de óleo.", 1),
        ("pt", "He spent it on labor.", "Ele gastou em trabalho de trabalho.", 1),
        ("pt", "It is very, very cold.", "Está muito, muito frio.", 0),
        ("pt", "It was very very cold there.", "Estava frio frio lá.", 0),
        ("pt", "Half of half is left.", "Sobra metade de metade.", 0),
        ("pt", "The set of sets is empty.", "O conjunto de conjuntos é vazio.", 0),
        ("pt", "A cup has 3 rows. Rows are long.", "Uma xícara tem 3 filas. Filas são longas.", 0),
        ("es", "They are whole numbers.", "Son números números.", 1),
        ("es", "He said that that is so.", "Dijo que que es así.", 0),
        ("de", "They see a house.", "Sie sehen ein Haus Haus.", 1),
        ("de", "If they see them, they go.", "Wenn sie sie sehen, gehen sie.", 0),
    ],
)
def test_words_said_twice(language: str, source: str, target: str, faults: int) -> None:
    assert doubled(language, source, target) == faults


@pytest.mark.parametrize("language", ["id", "vi", "sw", "ja"])
def test_languages_that_double_words_are_not_measured(language: str) -> None:
    assert doubled(language, "Children play.", "Anak anak bermain.") is None
