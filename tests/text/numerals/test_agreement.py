"""Numbers of a source and of its translation: what agrees, what does not, and on human translations."""

import json
import os
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.language_pair import LanguagePair
from parallelize.text import numerals
from parallelize.text.numerals import NumberAgreement, NumberedText, read_numbers

SHARED = Path(
    os.environ.get("PARALLELIZE_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
)
MGSM_LANGUAGES = ("bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh")


def numbers_agree(source: str, target: str, languages: LanguagePair) -> NumberAgreement:
    return numerals.numbers_agree(
        NumberedText(source, languages.source), NumberedText(target, languages.target)
    )


def digits_agree(source: str, target: str, languages: LanguagePair) -> bool:
    return numerals.digits_agree(
        NumberedText(source, languages.source), NumberedText(target, languages.target)
    )


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
        ("5 650 000 cars from 5 plants", "magari 5,650,000 kutoka viwanda 5", "sw"),
        ("12 345 seats", "12.345 Plätze", "de"),
        ("7,500 seats and 3 gates", "座席7 500、門3つ", "ja"),
        ("three 4-year-olds and 6 8-year-olds", "3 Vierjährige und 6 Achtjährige", "de"),
        ("a 2-pack and a 12-week course", "ein Zweierpack und ein zwölfwöchiger Kurs", "de"),
        ("a 5-day trip with a 7-year-old", "een vijfdaagse reis met een zevenjarige", "nl"),
        ("a 5-day trip with a 7-year-old", "пятидневная поездка с семилетним ребёнком", "ru"),
    ],
)
def test_faithful_translations_agree(source: str, target: str, language: str) -> None:
    agreement = numbers_agree(source, target, LanguagePair("en", language))
    assert agreement.missing == ()
    assert agreement.added == ()
    assert agreement.agrees


def test_a_changed_number_is_missing_and_added() -> None:
    agreement = numbers_agree("60 elves and 10 more", "60 Elfen und 12 weitere", LanguagePair("en", "de"))
    assert agreement.missing == (Fraction(10),)
    assert agreement.added == (Fraction(12),)


def test_a_changed_repetition_is_seen() -> None:
    agreement = numbers_agree(
        "3 cats, 3 dogs, 5 birds", "3 Katzen, 5 Hunde, 5 Vögel", LanguagePair("en", "de")
    )
    assert not agreement.agrees


def test_a_dropped_repetition_is_no_disagreement() -> None:
    assert numbers_agree(
        "3 cats; the 3 cats sleep", "3 Katzen; sie schlafen", LanguagePair("en", "de")
    ).agrees


def test_counters_are_exchanged_for_no_more_than_the_other_side_lost() -> None:
    """Each "1" of 1人, 1トン may be an article: one that is missing makes one of them another number."""
    agreement = numbers_agree(
        "each ton of each acre for 7 years", "1エーカーの1トンが1回で8年", LanguagePair("en", "ja")
    )
    assert agreement.missing == (Fraction(7),)
    assert agreement.added == (Fraction(8),)
    agreement = numbers_agree("each ton of each acre, 7", "1エーカーの1トン、1回", LanguagePair("en", "ja"))
    assert (agreement.missing, agreement.added) == ((Fraction(7),), (Fraction(1),))


@pytest.mark.parametrize(
    ("source", "target"), [("101 555 111", "101 555 112"), ("5 650 000", "5,660,000"), ("5 650", "56,50")]
)
def test_spaces_hide_no_change(source: str, target: str) -> None:
    assert not numbers_agree(source, target, LanguagePair("en", "sw")).agrees


def test_a_count_in_words_alone_is_no_disagreement() -> None:
    assert numbers_agree("seven dogs", "Hunde", LanguagePair("en", "de")).agrees


def test_nothing_to_compare() -> None:
    agreement = numbers_agree("", "", LanguagePair("en", "de"))
    assert agreement.agrees


PIECES = {
    "en": "0 1 12 5% 1,234 1.5 1/2 ½ $ - 0:00 1:30 pm 3rd -4 one two hundred million half and a dozen of 2k",
    "de": "0 1 12 5% 1.234 1,5 1/2 ½ € - 0:00 1:30 Uhr Prozent -4 eins zwei hundert Millionen halb und ein",
    "fr": "0 1 12 5% 1234 1,5 1/2 ½ € - 0:00 1:30 pour cent 3e un deux cent mille demi et une douzaine de",
    "sw": "0 1 12 5% 1,234 saa 1/2 asilimia - 0:00 1:30 mchana -4 moja mbili mia elfu nusu na kumi milioni",
    "zh": "0 1 12 5% 1234 1.5 1/2 第 折 成 - 0:00 1:30 点 万 亿 一 二 百 半 和 三分之二 个 打",
    "ko": "0 1 12 5% 1,234 1.5 1/2 제 번째 - 0:00 1:30 시 만 억 하나 두 백 반 3분의2 개 다스",
}


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(sorted(PIECES)))
def test_the_quick_look_is_never_wrong_in_a_yes(data: st.DataObject, language: str) -> None:
    digits = data.draw(st.lists(st.sampled_from(["0", "1", "12", "5%", "1/2"]), max_size=4))

    def text(code: str) -> str:
        words = data.draw(st.lists(st.sampled_from(PIECES[code].split()), max_size=5))
        order = data.draw(st.permutations([*digits, *words]))
        return data.draw(st.sampled_from([" ", "", ", ", " x "])).join(order)

    source, target = text("en"), text(language)
    for other in (target, source):
        if digits_agree(source, other, LanguagePair("en", language)):
            assert numbers_agree(source, other, LanguagePair("en", language)).agrees


def test_the_quick_look_says_yes_to_plain_numbers_in_any_order_and_no_to_a_compound() -> None:
    assert digits_agree("He has 3 of 1,234 eggs.", "Von 1.234 Eiern hat er 3.", LanguagePair("en", "de"))
    assert digits_agree("3 cats and 4 dogs", "3 Katzen und 4 Hunde", LanguagePair("en", "de"))
    assert not digits_agree("5 million", "5 Millionen", LanguagePair("en", "de"))
    assert not digits_agree("5 and a half cats", "5 Katzen", LanguagePair("en", "de"))
    assert not digits_agree("3 cats, 4 dogs", "3 Katzen, 5 Hunde", LanguagePair("en", "de"))


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
    agreeing = [
        numbers_agree(s, t, LanguagePair("en", language)).agrees for s, t in zip(source, target, strict=True)
    ]
    # Several Japanese rows of MGSM do change or drop a number; in Chinese 65 and 161 do, and 40 says "three
    # times older" for "four times as old".
    assert sum(agreeing) / len(agreeing) >= {"ja": 0.95, "zh": 0.985}.get(language, 0.99)
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
            found.append(not numbers_agree(before, damaged, LanguagePair("en", language)).agrees)
    assert sum(found) / len(found) >= (0.87 if language == "ja" else 0.97)


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "language"), [("Chinese", "zh"), ("Swahili", "sw"), ("Thai", "th")])
def test_msvamp_agrees(name: str, language: str) -> None:
    path = SHARED / "msvamp" / f"test_{name}.json"
    if not path.exists():
        pytest.skip(f"no MSVAMP at {path}")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    agreeing = [
        numbers_agree(row["query"], row["m_query"], LanguagePair("en", language)).agrees for row in rows
    ]
    assert sum(agreeing) / len(agreeing) >= 0.97


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("cut into 8 slices, 3 slices are left", "8조각으로 자르고 3조각이 남았다", "ko"),
        ("as much as 7", "7만큼", "ko"),
        ("12 people came", "열 두 명이 왔다", "ko"),
        ("3 and a half hours", "세 시간 반", "ko"),
        ("30 eggs", "deux douzaines et demie d'œufs", "fr"),
        ("Rent was 500 a decade ago", "Vor einem Jahrzehnt betrug die Miete 500", "de"),
        ("a 60k a year job", "un empleo de 60.000 al año", "es"),
        ("the seventeenth and the thirty-first guest", "der 17. und der 31. Gast", "de"),
        ("There are 4 nines and 2 threes", "9 kommt 4-mal vor, 3 kommt 2-mal vor", "de"),
        ("47 of them were sold", "kırk yedisi satıldı, sayı kırk yediydi", "tr"),
        ("It runs 40 miles", "ujede 40 mil", "cs"),
        ("an area of 18,000 hectares", "18.000 هكتار", "ar"),
        ("two 20-dollar bills", "две двадцатидолларовые купюры", "ru"),
        ("It opened on July 4, 1999", "Es öffnete am 4/7/1999", "de"),
        ("It opened on March 9", "Abrió el 9/3", "es"),
    ],
)
def test_numbers_in_the_dress_of_the_language_agree(source: str, target: str, language: str) -> None:
    agreement = numbers_agree(source, target, LanguagePair("en", language))
    assert (agreement.missing, agreement.added) == ((), ())


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("cut into 8 slices", "9조각으로 자르고", "ko"),
        ("40,000 won", "4천 원", "ko"),
        ("30 eggs", "deux douzaines d'œufs", "fr"),
        ("Rent was 500 a decade ago", "Vor einem Jahrzehnt betrug die Miete 800", "de"),
        ("a 60k a year job", "un empleo de 6.000 al año", "es"),
        ("the seventeenth guest", "der 70. Gast", "de"),
        ("three hundred thousand tickets", "dreitausend Karten", "de"),
        ("It runs 40 miles", "ujede 14 mil", "cs"),
        ("an area of 18,000 hectares", "1.800 هكتار", "ar"),
        ("It opened on March 9", "Abrió el 9/4", "es"),
    ],
)
def test_changed_numbers_in_the_dress_of_the_language_are_seen(
    source: str, target: str, language: str
) -> None:
    assert not numbers_agree(source, target, LanguagePair("en", language)).agrees


@pytest.mark.parametrize(
    ("source", "target", "code", "agrees"),
    [
        ("The farm has seven dogs.", "Der Hof hat neun Hunde.", "de", False),
        ("The farm has seven dogs.", "Der Hof hat sieben Hunde.", "de", True),
        ("They waited five hours.", "Zij wachtten acht uur.", "nl", False),
        ("They waited two and a half hours.", "Zij wachtten tweeënhalf uur.", "nl", True),
        (
            "He came back after two decades and four letters.",
            "Tornò dopo vent'anni e quattro lettere.",
            "it",
            True,
        ),
        ("The bus leaves at half past nine.", "Bussen kører klokken halv ti.", "da", True),
        (
            "Half of the 60 guests stayed two and a half hours.",
            "De helft van de 60 bleef drieënhalf uur.",
            "nl",
            False,
        ),
        (
            "Half of the 60 guests stayed two and a half hours.",
            "De helft van de 60 bleef tweeënhalf uur.",
            "nl",
            True,
        ),
        (
            "She read a quarter of the 200 pages twice.",
            "Sie las ein Viertel der 200 Seiten fünfmal.",
            "de",
            False,
        ),
        ("He was the 21st, she the 4th.", "Er wurde Zwölfter, sie Vierte.", "de", False),
        (
            "He won the 3rd prize, his cousin the 21st.",
            "Zdobył trzecią nagrodę, kuzyn dwunastą.",
            "pl",
            False,
        ),
        ("on the 21st floor", "no vigésimo primeiro andar", "pt", True),
        ("on July 25th", "dwudziestego piątego lipca", "pl", True),
        ("They had lived there for ten years.", "Họ đã sống ở đó mười năm.", "vi", True),
        (
            "She has four brothers.",
            "Ela tem irmãos.",
            "pt",
            True,
        ),  # said otherwise, or lost: words do not tell
    ],
)
def test_a_count_in_words_that_became_another_one(source: str, target: str, code: str, agrees: bool) -> None:
    assert numbers_agree(source, target, LanguagePair("en", code)).agrees is agrees
    if not agrees:
        assert not digits_agree(source, target, LanguagePair("en", code))
