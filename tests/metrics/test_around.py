"""What is added around a translation, cut off it, or done to it on its way, and what only looks so."""

from __future__ import annotations

import time

import pytest

from parallelize.metrics.fidelity import (
    answered_signs,
    character_faults,
    empty_fields,
    length_deviation,
    preamble_signs,
    truncation_signs,
)
from parallelize.metrics.omission import omission
from parallelize.metrics.pair import Pair
from parallelize.metrics.repeated import repetition

BUS = "A bus carries 48 people, and 19 of them get off. How many people stay on the bus?"
SWEDISH = "En buss kör 48 personer och 19 av dem stiger av. Hur många personer är kvar på bussen?"
POLISH = "Autobus wiezie 48 osób, a 19 z nich wysiada. Ile osób zostaje w autobusie?"
VIETNAMESE = "Một chiếc xe buýt chở 48 người và 19 người xuống xe. Còn lại bao nhiêu người trên xe?"
THAI = "รถเมล์คันหนึ่งบรรทุกผู้โดยสาร 48 คน และมี 19 คนลงจากรถ เหลือผู้โดยสารบนรถกี่คน"
GREEK = "Ένα λεωφορείο μεταφέρει 48 άτομα και 19 από αυτά κατεβαίνουν. Πόσα άτομα μένουν στο λεωφορείο;"
CHINESE = "一辆公交车载有48人，其中19人下车。车上还剩多少人？"
ARABIC = "تحمل حافلة 48 شخصا وينزل منهم 19 شخصا. كم شخصا يبقى في الحافلة؟"


def _pair(source: str, target: str, language: str) -> Pair:
    return Pair.of(source, target, ("en", language))


@pytest.mark.parametrize(
    ("language", "target", "answered"),
    [
        ("sv", f"{SWEDISH}\n\nDet är 29 personer kvar.", True),
        ("pl", f"{POLISH}\n\nOdpowiedź: 29", True),
        ("vi", f"{VIETNAMESE}\nĐáp số: 29 người.", True),
        ("zh", f"{CHINESE}\n\n还剩二十九人。", True),
        ("ar", f"{ARABIC}\n\nالجواب: 29", True),
        ("th", f"{THAI}\n\nเหลือผู้โดยสาร 29 คน", True),
        ("el", f"{GREEK}\n\nΣημείωση: κράτησα τα νούμερα όπως ήταν.", True),
        ("el", GREEK.replace(". ", ".\n"), False),
        ("sv", SWEDISH, False),
        ("sv", SWEDISH.replace(". ", ".\n"), False),
        ("pl", POLISH.replace(". ", ".\n\n"), False),
        ("th", THAI.replace(" เหลือ", "\nเหลือ"), False),
        ("zh", CHINESE.replace("。", "。\n"), False),
    ],
)
def test_text_after_a_whole_translation(language: str, target: str, answered: bool) -> None:
    assert bool(answered_signs(_pair(BUS, target, language)).value) is answered


@pytest.mark.parametrize(
    ("language", "target", "announced"),
    [
        ("sv", f"Självklart, jag översätter uppgiften.\n\n{SWEDISH}", True),
        ("pl", f"Oto zadanie po polsku.\n{POLISH}", True),
        ("sv", f"Uppgiften översatt till svenska: {SWEDISH}", True),
        ("sv", f"Uppgift: {SWEDISH}", False),
        ("vi", f"Tôi sẽ dịch bài toán này.\n{VIETNAMESE}", True),
        ("zh", f"好的，我来处理。\n{CHINESE}", True),
        ("ar", f"إليك النص المطلوب.\n{ARABIC}", True),
        ("sv", f"Här är översättningen till svenska. {SWEDISH}", True),
        ("pl", f"{POLISH} Mam nadzieję, że to tłumaczenie pomoże!", True),
        ("sv", f"”{SWEDISH}”", True),
        ("sv", f'"{SWEDISH}"', True),
        ("zh", f"「{CHINESE}」", True),
        ("sv", SWEDISH, False),
        ("vi", VIETNAMESE.replace(". ", ".\n"), False),
        ("ar", ARABIC.replace(". ", ".\n"), False),
    ],
)
def test_text_before_a_whole_translation(language: str, target: str, announced: bool) -> None:
    assert bool(preamble_signs(_pair(BUS, target, language)).value) is announced


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (
            "Dear Anna, please read the letter twice. Then burn it.",
            "Kära Anna,\nläs brevet två gånger. Bränn det sedan.",
        ),
        ("“Go home!” said the king.", "”Gå hem!” sa kungen."),
        ("He said “go”, and she said “stay”.", "「行け」と彼は言い、彼女は言った「いて」"),
        ("A poet translated the song. Who paid her?", "En poet översatte sången. Vem betalade henne? Hon?"),
        (
            "Good question! There are three reasons why the bread in this bag becomes hard:\n\n1. Air.",
            "Boa pergunta! Há três razões para isso:\n\n1. Ar.",
        ),
    ],
)
def test_what_looks_like_something_around(source: str, target: str) -> None:
    pair = _pair(source, target, "sv")
    assert not preamble_signs(pair).value
    assert not answered_signs(pair).value


@pytest.mark.parametrize(
    ("language", "source", "target", "cut"),
    [
        ("sv", BUS, SWEDISH[3:], True),
        ("pl", BUS, POLISH[8:], True),
        ("ru", "Seven of the cats sleep and 12 play.", "из кошек спят, а 12 играют.", True),
        ("ja", "They plant 25 trees and water them.", "個の木を植えて水をやります。", True),
        ("ko", "Ben has 31 marbles and loses 4.", "개의 구슬을 가지고 있고 4개를 잃어버립니다.", True),
        ("hi", "The farmer sells milk.", "ान दूध बेचता है।", True),
        ("fr", "However, she stays.", ", elle reste.", True),
        ("de", "The price is $x$ euros.", "$x$ Euro ist der Preis.", False),
        ("de", "The iPhone is new.", "iPhone ist neu.", False),
        ("de", "Sine is written sin.", "sin steht für den Sinus.", False),
        ("nl", "In the evening it rains.", "'s Avonds regent het.", False),
        ("fr", "And the king leaves.", "et le roi part.", False),
        ("fr", "so that it works.", "de sorte que cela marche.", False),
        ("ka", "The house is big.", "სახლი დიდია.", False),
        ("ko", "Each of them has a dog.", "각각 개를 한 마리 기릅니다.", False),
        ("es", "... and then it fell.", "... y luego cayó.", False),
        ("de", "A `list` is sorted.", "`list` wird sortiert.", False),
    ],
)
def test_heads(language: str, source: str, target: str, cut: bool) -> None:
    score = truncation_signs(_pair(source, target, language))
    assert ("beginning" in score.evidence) is cut, score


@pytest.mark.parametrize(
    ("language", "source", "target", "cut"),
    [
        ("sv", "Name the town (and its river).", "Nämn staden (och dess flod)", False),
        ("pl", "How far is it? Answer in meters.", "Jak to daleko? (Podaj odpowiedź w metrach)", False),
        ("sv", "Name the town (and its river) today.", "Nämn staden (och", True),
        ("ko", f"{BUS}", "버스에 48명이 타고 있고 19명이 내립니다. 버스에 남은 사람의 수를 구하시오.", False),
        ("ko", f"{BUS}", "버스에 48명이 타고 있고 19명이 내립니다.", True),
        ("sv", f"{BUS}", "En buss kör 48 personer och 19 av dem stiger av.", True),
    ],
)
def test_ends(language: str, source: str, target: str, cut: bool) -> None:
    assert bool(truncation_signs(_pair(source, target, language)).value) is cut


@pytest.mark.parametrize(
    "damage",
    [
        "Caf&eacute;".replace("eacute", "#233"),
        "5 &lt; 7",
        "un cafÃ© noir",
        "ä¸€ä¸ªäºº",
        "ÐºÐ¾Ñ‚",
        "itâ€™s",
        "20 Â°C",
        "Stra\u200bße",
        "до\u200cм",
        "una ma?ana espa?ola",
        "?????? ???? ??",
        "word \ufeffword",
    ],
)
def test_damage_of_transport(damage: str) -> None:
    assert character_faults(_pair("A plain text of 5 words.", damage, "es")).value
    assert not character_faults(_pair(damage, damage, "es")).value


@pytest.mark.parametrize(
    "sound",
    [
        "„Spaß“ im «CAFÉ», naïve Señoras…",
        "PAPÉŽ, ŽIŽKA, Ångström—é, São, ROMÂNIA, 3×²",
        "می\u200cخواهم",
        "क्\u200dष और र्\u200dय",
        "ខ្ញុំ\u200bស្រឡាញ់",
        "👨\u200d👩\u200d👧",
        "¿Quién? ¿Cuándo? ¡Qué?",
        "AT&T & Söhne; R&D;",
        "Wirklich??",
    ],
)
def test_sound_characters(sound: str) -> None:
    assert not character_faults(_pair("Really? Words, words; AT&T.", sound, "de")).value


@pytest.mark.parametrize("target", ["……", "— — —", "???", "🐟🐟", "12 34", "***"])
def test_a_text_without_letters_is_no_translation(target: str) -> None:
    assert empty_fields(_pair("Fish sleep with open eyes.", target, "sv")).value
    assert not empty_fields(_pair("12 + 34 = ?", target, "sv")).value


def test_arithmetic_does_not_make_a_text_long() -> None:
    source = (
        "First the shop has 38*4=152 cups.\nThen it sells 77 and keeps 152-77=75 cups.\n"
        "So it takes in 75*3=225 and in all 225+16=241 euros."
    )
    korean = (
        "먼저 가게에 컵 38*4=152개가 있다.\n77개를 팔고 152-77=75개를 남긴다.\n"
        "그래서 75*3=225, 모두 225+16=241유로."
    )
    value = length_deviation(_pair(source, korean, "ko")).value
    assert value is not None
    assert value < 0.5
    assert (length_deviation(_pair(source, korean[:12], "ko")).value or 0) > 1


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        (
            "sv",
            "The box is small. It is also old. No one in town can open it.",
            "Lådan är liten och dessutom gammal, så ingen i staden kan öppna den.",
        ),
        (
            "pl",
            "The boys yelled “It is snowing!” when they woke up. Then they ate.",
            "Gdy chłopcy się obudzili, krzyknęli „Pada śnieg!”. Potem zjedli.",
        ),
        (
            "ru",
            "Buy flour, eggs etc. for the cake. Ask Mr. Hill.",
            "Купите муку, яйца и т. д. для торта. Спросите мистера Хилла.",
        ),
    ],
)
def test_sentences_that_became_one_are_not_missing(language: str, source: str, target: str) -> None:
    assert (omission(_pair(source, target, language)).value or 0.0) <= 2


def test_nested_formulas_are_no_loop_where_there_is_no_source() -> None:
    nested = "求 $" + r"\sqrt{2+" * 6 + "x" + "}" * 6 + "$ 的值。"
    assert repetition(_pair("", nested, "zh")).value == 0
    assert (repetition(_pair("", "求 $" + r"\frac{1}{2} + " * 40 + "$", "zh")).value or 0) > 0.1


def test_hostile_texts_take_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("\n", "a.\n", "Ã©", "a?", "&#", "(", "“”", "？ ??"):
        text = piece * (100_000 // len(piece))
        for measure in (answered_signs, preamble_signs, truncation_signs, character_faults, empty_fields):
            measure(_pair("Some words stand here. Do they?", text, "de"))
            measure(_pair(text, text[1:], "de"))
    assert time.perf_counter() - started < 30
