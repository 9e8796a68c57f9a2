"""Words that never come back, and words that were never translated."""

from __future__ import annotations

import pytest

from parallelize.metrics.back_words import back_words
from parallelize.metrics.leftovers import copied_words
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.reading import read


def row(source: str, back: str) -> Row:
    pair = Pair(read(source, "en"), read("irrelevante", "pt"))
    return Row(pairs=[("problem", pair)], back={"problem": [(source, back)]})


@pytest.mark.parametrize(
    ("source", "back", "lost"),
    [
        ("How many more plums has Dora than Ed?", "How many plums has Dora compared to Ed?", "more"),
        ("He sold half of the first box.", "He sold a part of the first box.", "half"),
        ("Each tray holds 12 rolls.", "The tray holds 12 rolls.", "each"),
        ("Find the largest prime factor.", "Find the greatest main factor.", "prime"),
        ("A pair of supplementary angles", "A pair of complementary angles", "supplementary"),
        (
            "He mixes 3 white gallons with 2 green gallons.",
            "He mixes 3 white gallons with 2 green liters.",
            "gallon",
        ),
        ("Pairs of even numbers", "Pairs of numbers", "even"),
        ("They both have 5 plums.", "They have 5 plums.", "both"),
        ("A quilt has 3 yards. Two quilts have 6.", "A blanket has 3 yards. Two blankets have 6.", "quilt"),
    ],
)
def test_words_that_do_not_come_back(source: str, back: str, lost: str) -> None:
    score = back_words(row(source, back))
    assert score.value is not None
    assert score.value >= 1
    assert lost in score.evidence


@pytest.mark.parametrize(
    ("source", "back"),
    [
        (
            "The garden is 36 metres long and 9 metres wide, and 2 litres of grey paint fill it.",
            "The garden is 36 meters long and 9 meters wide, and 2 liters of gray paint fill it.",
        ),
        ("How many more plums has Dora?", "How many additional plums does Dora have?"),
        ("Every tray holds 12 rolls in total.", "Each tray holds 12 rolls altogether."),
        ("He purchased 4 and purchased 5.", "He bought 4 and bought 5."),
        ("The hairspray and the hairspray", "The hair spray and the hair spray"),
        ("Dora met Dora.", "Doris met Doris."),
        ("Two prime numbers and a triangular garden", "Two primes and a garden like a triangle"),
        ("A yard with multiple trees", "A garden with several trees"),
        ("The larger box is twice as big.", "The biggest box is double the size."),
        ("Find the even numbers.", "Find the pair numbers."),
        ("Write it in lowest terms.", "Write it in irreducible form."),
        ("Dora and Ed each sit next to each other.", "Dora and Ed each sit side by side."),
        ("They play both hockey and tennis.", "They play hockey and tennis."),
        ("They all ran the same distance.", "They ran the same distance."),
        ("Key chains and key chains", "Keychains and keychains"),
        ("His free-throws and her free-throws", "His free throws and her free throws"),
    ],
)
def test_words_that_say_the_same_have_come_back(source: str, back: str) -> None:
    assert back_words(row(source, back)).value == 0


def test_without_a_way_back_nothing_is_measured() -> None:
    pair = Pair(read("more", "en"), read("mais", "pt"))
    assert back_words(Row(pairs=[("problem", pair)])).value is None


def copied(source: str, target: str, language: str = "pt") -> str:
    return copied_words(Pair(read(source, "en"), read(target, language))).evidence


def test_a_word_that_was_copied() -> None:
    assert copied("The kingfisher saw three bugs.", "O kingfisher viu três bugs.") == "kingfisher, bugs"
    assert copied("The chickens ate the worms.", "Los chickens comieron.", "es") == "chickens"
    assert copied("She feeds six gerbils.", "Ela alimenta seis gerbils.") == "gerbils"
    assert copied("Each gives 3 kg/tree.", "Cada uma dá 3 kg/tree.") == "tree"
    assert copied("In 8-ounce servings.", "Em 8-ounce servings.") == "servings, ounce"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The animal is in a hotel with a total of 3.", "O animal está em um hotel com um total de 3."),
        ("Mr. Blackwood has a sandwich.", "O Sr. Blackwood tem um sandwich."),
        ("A vegan took a selfie at the check-in.", "Um vegan tirou uma selfie no check-in."),
        ('It says "the bucket" on it.', 'Diz "the bucket" nele.'),
        ("Pick one of {green, sky}.", "Escolha um de {green, sky}."),
        ("Call $x_k$ and `worker.pick` now.", "Chame $x_k$ e `worker.pick` agora."),
    ],
)
def test_names_loans_quotations_and_cognates_are_spared(source: str, target: str) -> None:
    assert copied(source, target) == ""


def test_other_languages_are_not_measured() -> None:
    pair = Pair(read("The bugs", "en"), read("Die bugs", "de"))
    assert copied_words(pair).value is None
