"""A sentence that is missing from a translation."""

from __future__ import annotations

import pytest

from parallelize.core.measures import MEASURES
from parallelize.metrics.omission import omission
from parallelize.metrics.pair import Pair

THRESHOLD = MEASURES["omission"].default or 0.0

SOURCE = (
    "Nadia bakes bread for the market. She sells 18 loaves on Friday and 27 on Saturday. "
    "On Sunday she rests with her two sons. How many loaves does she sell on the two days?"
)
WHOLE = {
    "de": "Nadia backt Brot für den Markt. Sie verkauft 18 Brote am Freitag und 27 am Samstag. "
    "Am Sonntag ruht sie sich mit ihren beiden Söhnen aus. Wie viele Brote verkauft sie an den zwei Tagen?",
    "zh": "纳迪亚为市场烤面包。她星期五卖出18个面包，星期六卖出27个。"
    "星期天她和两个儿子一起休息。她在这两天里一共卖出多少个面包？",
    "th": "นาเดียอบขนมปังไปขายที่ตลาด เธอขายได้ 18 ก้อนในวันศุกร์และ 27 ก้อนในวันเสาร์ "
    "วันอาทิตย์เธอพักผ่อนกับลูกชายสองคนของเธอ เธอขายขนมปังได้กี่ก้อนในสองวันนั้น",
}
GONE = {
    "de": "Sie verkauft 18 Brote am Freitag und 27 am Samstag. ",
    "zh": "她星期五卖出18个面包，星期六卖出27个。",
    "th": "เธอขายได้ 18 ก้อนในวันศุกร์และ 27 ก้อนในวันเสาร์ ",
}


@pytest.mark.parametrize("language", WHOLE)
def test_whole_translations_have_no_gap(language: str) -> None:
    assert (omission(Pair.of(SOURCE, WHOLE[language], ("en", language))).value or 0.0) < THRESHOLD


@pytest.mark.parametrize("language", WHOLE)
def test_a_dropped_sentence_is_found_and_quoted(language: str) -> None:
    score = omission(Pair.of(SOURCE, WHOLE[language].replace(GONE[language], ""), ("en", language)))
    assert score.value is not None
    assert score.value > THRESHOLD
    assert "18 loaves" in score.evidence


def test_a_sentence_without_a_number_is_found_by_its_length() -> None:
    target = WHOLE["de"].replace("Am Sonntag ruht sie sich mit ihren beiden Söhnen aus. ", "")
    score = omission(Pair.of(SOURCE, target, ("en", "de")))
    assert score.value is not None
    assert score.value > THRESHOLD
    assert "On Sunday" in score.evidence


def test_two_sentences_in_one_are_no_gap() -> None:
    target = WHOLE["de"].replace("Markt. Sie verkauft", "Markt und verkauft")
    assert (omission(Pair.of(SOURCE, target, ("en", "de"))).value or 0.0) < THRESHOLD


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        (
            "Some ducks were swimming in the pond. 6 more ducks flew in. "
            "There are 9 ducks in the pond now; how many were there at first?",
            "มีเป็ดว่ายน้ำอยู่ในบึง มีเป็ด 6 ตัวบินมา ตอนนี้มีเป็ด 9 ตัวในบึง ตอนแรกมีเป็ดกี่ตัว?",
            "th",
        ),
        (
            "Hannah reads twice as many pages as Yara reads. If Yara reads 8 pages, how many do both read?",
            "Hannah liest doppelt so viel wie Yara. Liest Yara 8 Seiten, wie viele lesen dann beide?",
            "de",
        ),
    ],
)
def test_terse_translations_have_no_gap(source: str, target: str, language: str) -> None:
    """A number stays with its own clause, and a short name ends a sentence."""
    assert (omission(Pair.of(source, target, ("en", language))).value or 0.0) < THRESHOLD


def test_one_sentence_is_not_measured() -> None:
    assert omission(Pair.of("Nadia bakes bread.", "Nadia backt Brot.", ("en", "de"))).value is None


MARKET = (
    "Nora walks to the market with her brother. They look at the stalls for a while. Nora buys 8 figs and 3 "
    "melons. Her brother carries the bags home. How much fruit do they have?"
)


@pytest.mark.parametrize(
    ("target", "gap"),
    [
        (
            "Nora geht mit ihrem Bruder zum Markt, und sie sehen sich eine Weile die Stände an. Nora kauft 8 "
            "Feigen und 3 Melonen. Ihr Bruder trägt, wie immer, die Taschen heim. Wie viel Obst haben sie?",
            False,
        ),
        (
            "Nora geht, wie oft, mit ihrem Bruder zum Markt. Nora kauft 8 Feigen, und dann noch 3 Melonen. "
            "Ihr Bruder trägt, wie immer, die Taschen heim. Wie viel Obst haben sie?",
            True,
        ),
    ],
)
def test_commas_do_not_hide_a_sentence_that_is_gone(target: str, gap: bool) -> None:
    value = omission(Pair.of(MARKET, target, ("en", "de"))).value
    assert value is not None
    assert (value > (MEASURES["omission"].default or 0)) == gap


DOG = "Sam has a dog. The dog is brown. It sleeps in a basket near the door."
BEN = "This is Ben. He is a baker. He bakes 40 loaves a day."


@pytest.mark.parametrize(
    ("language", "source", "target", "gap"),
    [
        ("it", DOG, "Sam ha un cane marrone che dorme in una cesta vicino alla porta.", False),
        ("uk", DOG, "У Сема є коричневий собака, який спить у кошику біля дверей.", False),
        ("it", DOG, "Dorme in una cesta vicino alla porta.", True),
        ("hu", BEN, "Ben pék, és naponta 40 kenyeret süt.", False),
        ("hu", BEN, "Ben naponta 40 kenyeret süt.", True),
        ("es", BEN, "Hornea 40 panes al día.", True),
    ],
)
def test_who_is_presented_and_described_may_stand_in_one_sentence(
    language: str, source: str, target: str, *, gap: bool
) -> None:
    value = omission(Pair.of(source, target, ("en", language))).value
    assert (value or 0.0) > THRESHOLD if gap else (value or 0.0) <= THRESHOLD
