"""Words in another sense: what a small engine is shown, which wrong words are put right, what stays lost."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.sense_faults import sense_faults
from parallelize.text.senses import has_senses, lost_senses, plain_wording, put_right, says, table
from parallelize.text.senses.letters import Letters
from parallelize.text.senses.sense import Sense

LANGUAGE = "pt"


def lines() -> list[list[str]]:
    text = files("parallelize.text.senses").joinpath("senses.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def test_every_line_of_the_table_is_whole_and_says_something() -> None:
    for line in lines():
        assert len(line) == 8, line
        assert any(cell != "-" for cell in line[4:]), f"{line} does nothing"
        assert all(cell == cell.strip() and cell for cell in line), line
    assert has_senses(LANGUAGE)
    assert has_senses("pt-BR")
    assert not has_senses("de")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("How many marbles does James have left?", "How many balls does James still have?"),
        (
            "Liz threw away 4 of them and signed up for more.",
            "Liz discarded 4 of them and registered for more.",
        ),
        ("Eve tips 15% and Tom tipped $3.", "Eve gives a gratuity of 15% and Tom gave a gratuity of $3."),
        ("An odd job pays well.", "An odd job pays well."),
        ("Integrate by parts with X1.",) * 2,
        ("He parts with 3 stamps.", "He loses 3 stamps."),
        ("This gives X1 straight away.", "This gives X1 immediately."),
        ("She gives 3 books away.", "She donates 3 books."),
        ("Two angles of a triangle measure X1 and X2.", "Two angles of a triangle are X1 and X2."),
        ("Let n be odd.", "Let n be positive."),
        ("Let n be positive and odd.", "Let n be positive and odd."),
        ("A die is thrown.", "A dice is thrown."),
        ("The die was cast by the dying king, whose death came soon.",) * 2,
        ("She turned left at the corner.",) * 2,
        ("There are X1 cookies left.", "There are still X1 biscuits."),
        ("Sam gets an allowance.", "Sam gets a pension."),
        (
            "He has twice as many hens as cows.",
            "He has a number of hens equal to twice the number of cows.",
        ),
        (
            "Ian has X1 as many cups as plates.",
            "Ian has a number of cups equal to X1 of the number of plates.",
        ),
        ("Leo has 3 times as many hens as Ana.", "Leo has 3 times the number of hens of Ana."),
        ("Thus, only X1 hens are left.", "Thus, only X1 hens remain."),
        ("One has 1/6 left, the other has 2/3 left.", "One still has 1/6, the other still has 2/3."),
        ("She gets X1 off for each box.", "She gets a discount of X1 for each box."),
        ("He got 12 questions right on the test.", "He answered 12 questions correctly on the test."),
        ("He turns right at the test.",) * 2,
        ("The seeds cost her 80 dollars.", "The seeds cost 80 dollars."),
        ("The seeds cost her dearly.",) * 2,
        ("He works 5 days so he earns X1.", "He works 5 days, so he earns X1."),
        ("He hurries so he can leave.",) * 2,
        ("An even number of hens.",) * 2,
        ("She walks 3 dogs.", "She takes 3 dogs for a walk."),
        ("He owes his brother $15.", "He owes $15 to his brother."),
        ("He bought his son 3 toys.", "He bought 3 toys for his son."),
        ("Ina makes $12 an hour.", "Ina earns $12 per hour."),
        ("Ina makes 3 rings an hour.",) * 2,
    ],
)
def test_what_is_shown_to_the_engine(source: str, shown: str) -> None:
    assert plain_wording(source, LANGUAGE) == shown
    assert plain_wording(source, "de") == source


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("She leaves a tip.", "Ela deixa uma dica.", "Ela deixa uma gorjeta."),
        (
            "A right triangle has legs.",
            "Um triângulo direito tem pernas.",
            "Um triângulo retângulo tem catetos.",
        ),
        ("The table has legs.", "A mesa tem pernas.", "A mesa tem pernas."),
        ("How many seats are free?", "Quantos assentos são gratuitos?", "Quantos assentos são livres?"),
        ("The program prints X1.", "O programa é impresso X1.", "O programa imprime X1."),
        ("Then X1, so", "Então X1, assim como", "Então X1, então"),
        (
            "How many minutes does she need for X1?",
            "Quantos minutos ela precisa de X1?",
            "Quantos minutos ela precisa para X1?",
        ),
        ("Let X1 be prime.", "Deixe X1 ser primo.", "Seja X1 primo."),
        ("The pistachios have shells.", "Conchas de pistache.", "Cascas de pistache."),
        ("The beach has shells.", "A praia tem conchas.", "A praia tem conchas."),
        ("Give him a hint.", "Dê uma dica a ele.", "Dê uma dica a ele."),
        ("He cut 3 yards of silk.", "Ele cortou 3 metros de seda.", "Ele cortou 3 jardas de seda."),
        (
            "He cut 3 yards, or 2.7 meters.",
            "Ele cortou 3 metros, ou 2.7 metros.",
            "Ele cortou 3 metros, ou 2.7 metros.",
        ),
        ("The oak grows 2 feet.", "O carvalho cultiva 2 pés.", "O carvalho cresce 2 pés."),
        ("A marble is in the bag of marbles.",) + ("Uma bola de gude está no saco de bolas de gude.",) * 2,
        ("The walls are 8 feet apart.", "Os muros estão a 8 metros.", "Os muros estão a 8 pés."),
        ("She lit the matches.", "Ela acendeu as partidas.", "Ela acendeu os fósforos."),
        (
            "A parallelogram, two hyperbolas",
            "Um paralelograma, duas hiperbolas",
            "Um paralelogramo, duas hipérboles",
        ),
    ],
)
def test_known_wrong_words_are_put_right_where_the_source_means_them(
    source: str, wrong: str, right: str
) -> None:
    assert put_right(source, wrong, LANGUAGE) == right


@pytest.mark.parametrize(
    ("source", "faithful", "faulty"),
    [
        ("She left a tip of $4.", "Ela deixou uma gorjeta de $4.", "Ela deixou uma dica de $4."),
        ("He lost his marbles.", "Ele perdeu as bolinhas de gude.", "Ele perdeu os mármores."),
        ("The chord is long.", "A corda é longa.", "O acorde é longo."),
        ("It is a perfect square.", "É um quadrado perfeito.", "É uma praça perfeita."),
        ("The number is odd.", "O número é ímpar.", "O número é estranho."),
        ("Draw a plane through the point.", "Trace um plano pelo ponto.", "Trace um avião pelo ponto."),
        ("The plane flies at noon.", "O avião voa ao meio-dia.", "O livro voa ao meio-dia."),
        ("He watered 3 plants.", "Ele regou 3 plantas.", "Ele regou 3 fábricas."),
        ("She got 5 cans.", "Ela pegou 5 latas.", "Ela pegou 5 pode."),
        ("The angles are supplementary.", "Os ângulos são suplementares.", "Os ângulos são complementares."),
        (
            "Ten fans left the stadium.",
            "Dez torcedores saíram do estádio.",
            "Dez ventiladores saíram do estádio.",
        ),
        ("The suits of the deck.", "Os naipes do baralho.", "Os ternos do baralho."),
        ("She bought a tea set.", "Ela comprou um jogo de chá.", "Ela comprou um chá definido."),
        ("The fence has 9 posts.", "A cerca tem 9 postes.", "A cerca tem 9 correios."),
        ("He sat on 3 stools.", "Ele sentou em 3 bancos.", "Ele sentou em 3 fezes."),
    ],
)
def test_a_word_in_another_sense_is_lost_and_a_right_one_is_not(
    source: str, faithful: str, faulty: str
) -> None:
    assert lost_senses(source, faithful, LANGUAGE) == []
    assert lost_senses(source, faulty, LANGUAGE)
    assert lost_senses(source, faulty, "de") == []


def test_a_right_word_once_does_not_hide_a_wrong_one_beside_it() -> None:
    source = "The chips cost $2. He ate a bag of chips."
    assert lost_senses(source, "As batatas custam $2. Ele comeu um saco de fichas.", LANGUAGE) == ["chips"]
    assert lost_senses(source, "As batatas custam $2. Ele comeu um saco delas.", LANGUAGE) == []


def test_how_often_a_target_says_a_word() -> None:
    assert says(["total", "overall"], "No total, o valor total é 4.", LANGUAGE) == 2
    assert says(["unheard"], "No total, o valor total é 4.", LANGUAGE) == 0


@settings(max_examples=40)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read_and_nothing_of_other_languages_is_changed(source: str, target: str) -> None:
    assert plain_wording(source, "ja") == source
    plain_wording(source, LANGUAGE)
    put_right(source, target, LANGUAGE)
    assert len(lost_senses(source, target, LANGUAGE)) <= len(lines())


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    text = "How many marbles are left in the bag of the die that is odd, and a quarter? " * 2_000
    assert plain_wording(text, LANGUAGE) == text, "beyond the longest text that is looked at"
    half = text[:19_000]
    assert plain_wording(half, LANGUAGE) != half


def test_words_are_found_where_their_expressions_find_them() -> None:
    """A text is looked through by some letters; nothing may be missed for that."""
    sample = files("parallelize.samples").joinpath("reasoning.jsonl").read_text(encoding="utf-8")
    found = 0
    for line in sample.splitlines():
        text = json.loads(line)["problem"]
        letters = Letters(text)
        index = table._index("pt")
        looked_for = {index.senses[place] for place in index.places(letters, index.begun(letters))}
        for sense in table._senses("pt"):
            everywhere = [match.span() for match in table.compiled(sense.english).finditer(text)]
            assert [match.span() for match in sense.matches(letters)] == everywhere
            assert sense in looked_for or not everywhere
            found += len(everywhere)
    assert found > 50


def test_a_row_is_asked_once_which_sense_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand lines of a row looked for it in the whole row each: minutes."""
    asked: list[Sense] = []
    is_meant = Sense.is_meant
    monkeypatch.setattr(Sense, "is_meant", lambda self, text: asked.append(self) or is_meant(self, text))
    source = "\n".join(f"The chips cost ${n}. He ate a bag of chips." for n in range(50))
    target = "\n".join(f"As fichas custam ${n}. Ele comeu um saco de fichas." for n in range(50))
    pair = Pair.of(source, target, LanguagePair("en", LANGUAGE))
    assert sense_faults(Row(pairs=[("problem", pair)])).value
    assert asked
    assert len(asked) == len(set(asked))
