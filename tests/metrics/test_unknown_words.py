"""Words that no dictionary of the target's language knows, and words that only look so."""

from __future__ import annotations

import tracemalloc

import pytest

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import read
from parallelize.metrics.unknown_words import unknown_words
from parallelize.text.dictionary import dictionary


def unknown(target: str, language: str = "pt", source: str = "") -> str:
    return unknown_words(Pair(read(source, "en"), read(target, language))).evidence


@pytest.mark.parametrize(
    ("target", "language", "words"),
    [
        ("Quantas inteúmeras há entre 3 e 9?", "pt", "inteúmeras"),
        ("Qual é o menor número dígigruente?", "pt", "dígigruente"),
        ("O zooleiro lava o quadlateral.", "pt", "zooleiro, quadlateral"),
        ("Os pontos são collineares numa hiperbola.", "pt", "collineares, hiperbola"),
        ("Ela disse que $x$ era um intúger.", "pt-BR", "intúger"),
        ("¿Cuántas inteúmeras hay en el quadlateral?", "es", "inteúmeras, quadlateral"),
        ("El zooleiro pinta la jardinuela.", "es", "zooleiro, jardinuela"),
        ("Wie viele gezahlige Kisten wurden verwurstigt?", "de", "gezahlige, verwurstigt"),
    ],
)
def test_invented_words_and_misspellings_are_counted(target: str, language: str, words: str) -> None:
    assert unknown(target, language) == words


@pytest.mark.parametrize(
    ("target", "language"),
    [
        ("Os resultados são respectivamente dezenove e vinte e um.", "pt"),
        ("O polinômio mônico e o vetor estão no plano retangular.", "pt"),
        ("O polinómio mónico e o vector estão no plano rectangular.", "pt"),
        ("A fração foi fatorada; o trapezoide e o heptágono são congruentes.", "pt"),
        ("Ela comprou joaninhas, cafezinhos, pirulitos, mirtilos e uma caixinha.", "pt"),
        ("O desenvolvedor reembalou os subconjuntos rapidamente.", "pt"),
        ("Cinco apoiadores presidenciáveis moram na umidade.", "pt"),
        ("Dáselo a tu hermanita y multiplícalo rápidamente por veintiuno.", "es"),
        ("Los autitos, los coprimos y el polinomio mónico se escriben así: hazlo.", "es"),
        ("Quiso comprarlas antes de hacérselo saber a la porrista.", "es"),
        ("Der veganerfreundliche, nächsthöhere Preis ist gleichschenklig und achteckig.", "de"),
        ("Die grösste Zahl ist kürzbar, ganzzahlig und siebenundzwanzig mal teilbar.", "de"),
        ("Wie viel übrighat, wer derzufolge zweistellig rechnet?", "de"),
    ],
)
def test_derived_words_and_other_spellings_are_known(target: str, language: str) -> None:
    assert unknown(target, language) == ""


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Each florp weighs 3 kg.", "Cada florp pesa 3 kg."),  # of the source
        ("Ann lives in Qwertopolis.", "Ana mora em Qwertópolis."),  # with a capital
        ("Call the function.", "Chame `zorgify` ou abra zorg.py e user@zorg.com."),
        ("Let the value be.", r"Seja $\operatorname{zorg}(x)$ o valor de x_zorg e zorg2."),
        ("He answered her.", "Ele deu-lhe o semi-zorg."),  # parts of words
        ("It is short.", "É a zrg."),  # an abbreviation
    ],
)
def test_names_formulas_code_and_words_of_the_source_are_spared(source: str, target: str) -> None:
    assert unknown(target, source=source) == ""


@pytest.mark.parametrize("language", ["fr", "it", "ru", "tr", "sw", "ja", "xx"])
def test_languages_whose_dictionaries_lack_words_are_not_measured(language: str) -> None:
    assert unknown_words(Pair(read("Two", "en"), read("zorgify", language))).value is None


def test_a_word_without_end_is_unknown_and_costs_little() -> None:
    known = dictionary("de")
    assert known is not None
    word = "ha" * 100_000
    tracemalloc.start()
    try:
        assert known.unknown([word]) == [word]
        assert tracemalloc.get_traced_memory()[1] < 100_000_000  # each place cut apart would take 20 GB
    finally:
        tracemalloc.stop()
    assert known.unknown(["apfelbaum", "schulgebäude"]) == []
