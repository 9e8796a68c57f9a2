"""Numbers of a source and of its translation: what agrees, what does not, and on human translations."""

import json
import os
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from parallelize.text.numeral_agreement import numbers_agree
from parallelize.text.numerals import read_numbers

SHARED = Path(
    os.environ.get("PARALLELIZE_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
)
MGSM_LANGUAGES = ("bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh")


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("He pays $80,000 and gains 150%.", "Er zahlt 80.000 $ und gewinnt 150 %.", "de"),
        ("She has 12 eggs.", "Ana mayai kumi na mbili.", "sw"),
        ("She has a dozen eggs.", "Ana mayai 12.", "sw"),
        ("He eats half of the 20 cakes.", "Il mange la moitié des 20 gâteaux.", "fr"),
        ("1/3 of 60 elves", "60人のエルフの3分の1", "ja"),
        ("twice a day for 30 days", "30 Tage lang zweimal am Tag", "de"),
        ("two liters per 10 feet", "2 Liter je zehn Fuß", "de"),
        ("It opens at 4 PM.", "Es öffnet um 16 Uhr.", "de"),
        ("from 1:00 PM to 5:00 PM", "saa 7:00 mchana hadi saa 11:00 jioni", "sw"),
        ("He walks 1 hour.", "Er geht eine Stunde.", "de"),
        ("A minute passes.", "1分が経ちます。", "ja"),
        ("In May he has 500 dollars.", "5月には500ドルあります。", "ja"),
        ("in half an hour", "30分で", "ja"),
        ("It costs $.50.", "Es kostet 50 Cent.", "de"),
        ("with 25% off the 18 dollars", "18 美元打75折", "zh"),
        ("320,000 yuan", "32万元", "zh"),
        ("100,000 people", "1,00,000 लोग", "hi"),
        ("2.5 million", "2,5 Millionen", "de"),
        ("£125m", "125 Millionen Pfund", "de"),
    ],
)
def test_faithful_translations_agree(source: str, target: str, language: str) -> None:
    agreement = numbers_agree(source, target, "en", language)
    assert agreement.missing == ()
    assert agreement.added == ()
    assert agreement.agrees


def test_a_changed_number_is_missing_and_added() -> None:
    agreement = numbers_agree("60 elves and 10 more", "60 Elfen und 12 weitere", "en", "de")
    assert agreement.missing == (Fraction(10),)
    assert agreement.added == (Fraction(12),)
    assert agreement.matched == 1


def test_a_changed_repetition_is_seen() -> None:
    agreement = numbers_agree("3 cats, 3 dogs, 5 birds", "3 Katzen, 5 Hunde, 5 Vögel", "en", "de")
    assert not agreement.agrees


def test_a_dropped_repetition_is_no_disagreement() -> None:
    assert numbers_agree("3 cats; the 3 cats sleep", "3 Katzen; sie schlafen", "en", "de").agrees


def test_words_are_reported_apart() -> None:
    agreement = numbers_agree("seven dogs", "Hunde", "en", "de")
    assert agreement.agrees
    assert agreement.missing_words == (Fraction(7),)


def test_nothing_to_compare() -> None:
    agreement = numbers_agree("", "", "en", "de")
    assert agreement.matched == 0
    assert agreement.agrees


def mgsm(language: str) -> list[str]:
    path = SHARED / "mgsm" / f"mgsm_{language}.tsv"
    if not path.exists():
        pytest.skip(f"no MGSM at {path}")
    with path.open(encoding="utf-8") as file:
        return [line.split("\t")[0] for line in file]


def changed(text: str, rng: random.Random) -> str | None:
    """The text with one of its runs of digits changed, as a damaged translation would have it."""
    runs = list(re.finditer(r"\d+", text))
    if not runs:
        return None
    run = rng.choice(runs)
    number = int(run.group())
    new = rng.choice([number + 1, number * 10 + 10, number + rng.randrange(2, 9), max(0, number - 1)])
    return text[: run.start()] + str(new) + text[run.end() :]


@pytest.mark.shared_data
@pytest.mark.parametrize("language", MGSM_LANGUAGES)
def test_human_translations_agree_and_changes_are_found(language: str) -> None:
    source, target = mgsm("en"), mgsm(language)
    agreeing = [numbers_agree(s, t, "en", language).agrees for s, t in zip(source, target, strict=True)]
    # Several Japanese rows of MGSM do change or drop a number.
    assert sum(agreeing) / len(agreeing) >= (0.95 if language == "ja" else 0.99)
    # Japanese counts what English leaves to articles (1人, 1日), and such a 1 has no partner to compare with.
    rng = random.Random(11)
    found: list[bool] = []
    for before, after in zip(source, target, strict=True):
        damaged = changed(after, rng)
        if damaged is None:
            continue
        same = [n.value for n in read_numbers(damaged, language)] == [
            n.value for n in read_numbers(after, language)
        ]
        if not same:
            found.append(not numbers_agree(before, damaged, "en", language).agrees)
    assert sum(found) / len(found) >= (0.87 if language == "ja" else 0.97)


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "language"), [("Chinese", "zh"), ("Swahili", "sw"), ("Thai", "th")])
def test_msvamp_agrees(name: str, language: str) -> None:
    path = SHARED / "msvamp" / f"test_{name}.json"
    if not path.exists():
        pytest.skip(f"no MSVAMP at {path}")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    agreeing = [numbers_agree(row["query"], row["m_query"], "en", language).agrees for row in rows]
    assert sum(agreeing) / len(agreeing) >= 0.97
