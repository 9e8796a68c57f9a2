"""What the vote alone gets wrong: loops, words in no order, prose in code, names, sentences."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.evaluation.part_language import PartText, judge_parts, prose_of
from parallelize.metrics.degeneration import degeneration
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.stages.language import LanguageJudge

ON, OFF, UNDETERMINED, DEGENERATE = (
    PartStatus.ON, PartStatus.OFF, PartStatus.UNDETERMINED, PartStatus.DEGENERATE,
)  # fmt: skip
GERMAN_WORDS = ["Haus", "Baum", "Tisch", "laufen", "grün", "schnell", "Wasser", "Schule", "denken", "Berg"]


def verdict(judge: LanguageJudge, text: str, language: str) -> PartVerdict:
    (found,) = judge_parts([PartText(text=prose_of(text), language=language)], judge)
    return found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ist die " * 200, "de"),
        ("Espera, lo compruebo otra vez. " * 30, "es"),
        ("待って、もう一度確認します。" * 40, "ja"),
        ("Подожди, проверим ещё раз. " * 30, "ru"),
        (" ".join(random.Random(4).choices(GERMAN_WORDS, k=60)), "de"),
    ],
)
def test_degenerate_text_is_in_no_language(judge: LanguageJudge, text: str, language: str) -> None:
    assert verdict(judge, text, language).status is DEGENERATE


@given(
    st.text("abcdef  \n", min_size=2, max_size=60).filter(lambda unit: unit.strip() != ""),
    st.text("uvwxyz  \n", max_size=200),
    st.text("uvwxyz  \n", max_size=200),
)
def test_a_loop_is_found_wherever_it_stands(unit: str, before: str, after: str) -> None:
    copies = 2 + 500 // len(" ".join(unit.split()))
    assert degeneration(f"{before} {unit * copies} {after}", "und") == "loop"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Zuerst zählen wir die Reihen, dann die Plätze, und dann nehmen wir beides miteinander mal.",
            "de",
        ),
        (
            "Le chat dort. Le chien dort. Le lapin dort. La vache dort. Le mouton dort. Tout le monde dort.",
            "fr",
        ),
        ("Ja, ja, ja, das ist richtig, ja.", "de"),
    ],
)
def test_figures_of_speech_are_no_loops(text: str, language: str) -> None:
    assert degeneration(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("The result is 7.", "uk", OFF),
        ("The sum is 12. \\boxed{12}", "ko", OFF),
        ("So the answer is 5.", "hi", OFF),
        ("Therefore, x = 5.", "ko", OFF),
        ("Die Antwort ist 5.", "ka", OFF),
        ("de la Cruz", "zh", UNDETERMINED),
        ("答案是 7。", "ru", OFF),
        ("\\boxed{7}", "ru", UNDETERMINED),
        ("x = 5 cm", "ja", UNDETERMINED),
        ("彼は Google Cloud Platform と Visual Studio Code を毎日使っています。", "ja", ON),
        ("Компания Apple выпустила MacBook Air и iPad Pro.", "ru", ON),
        ("เขาทำงานที่ Bank of America ใน New York City", "th", ON),
    ],
)
def test_script_and_names_settle_short_texts(
    judge: LanguageJudge, text: str, language: str, status: PartStatus
) -> None:
    assert verdict(judge, text, language).status is status


@pytest.mark.parametrize(
    ("language", "foreign", "before", "sentence", "after"),
    [
        (
            "en",
            "de",
            "We count them first.",
            "Danach ziehen wir die kaputten Stühle ab.",
            "That is all.",
        ),
        (
            "fr",
            "es",
            "Nous comptons les chaises.",
            "Después restamos las que están rotas.",
            "Voilà tout.",
        ),
        (
            "pt",
            "es",
            "Contamos as cadeiras.",
            "Después restamos las que están rotas.",
            "Essa é a resposta.",
        ),
        (
            "it",
            "fr",
            "Contiamo le sedie.",
            "Ensuite nous enlevons celles qui sont cassées.",
            "Ecco tutto.",
        ),
        (
            "es",
            "fr",
            "Sumamos los precios de los libros.",
            "Ensuite on divise la somme entre les quatre amis.",
            "Cada uno paga nueve euros.",
        ),
        (
            "ro",
            "it",
            "Adunăm prețurile cărților.",
            "Poi dividiamo la somma tra i quattro amici.",
            "Fiecare plătește nouă euro.",
        ),
        (
            "nl",
            "en",
            "Eerst tellen we de stoelen.",
            "Then we take away those that are broken.",
            "Dat is alles.",
        ),
    ],
)
def test_a_sentence_in_another_language_makes_a_text_mixed(
    judge: LanguageJudge, language: str, foreign: str, before: str, sentence: str, after: str
) -> None:
    found = verdict(judge, f"{before} {sentence} {after}", language)
    assert found.status is OFF or found.mixed()
    assert foreign in {found.language, *(span.language for span in found.spans)}


@pytest.mark.parametrize("language", ["de", "sw", "nl", "cs", "fi", "tr", "vi", "tl", "ga", "af"])
def test_a_few_english_words_are_off_target(judge: LanguageJudge, language: str) -> None:
    for text in ("The difference is 16.", "She has 5 apples left.", "Therefore he walked 12 miles."):
        found = verdict(judge, text, language)
        assert (found.status, found.language) == (OFF, "en"), text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Also war es so warm.", "de"),
        ("My hand is warm.", "af"),
        ("Her er 5 sten.", "da"),
        ("Ana are 5 mere.", "ro"),
        ("Total : 45 points", "fr"),
        ("But final : 45 points", "fr"),
        ("To do 5 ton.", "pl"),
        ("On iki.", "tr"),
        ("Is é 16 an freagra.", "ga"),
        ("Find 5 personer.", "da"),
        ("The Old Man and the Sea", "de"),
        ("Harry Potter and the Goblet of Fire", "sw"),
        ("To Kill a Mockingbird", "ru"),
        ("Call of Duty: Black Ops", "vi"),
    ],
)
def test_other_words_and_titles_are_not_english(judge: LanguageJudge, text: str, language: str) -> None:
    assert verdict(judge, text, language).status is not OFF


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("먼저 바구니마다 사과가 몇 개 있는지 알아야 합니다.", "두 수를 더하면 결과를 얻습니다.", "ko"),
        ("ก่อนอื่นเราต้องรู้ว่าแต่ละตะกร้ามีแอปเปิลกี่ลูก", "เมื่อบวกสองจำนวนนี้ เราจะได้ผลลัพธ์", "th"),
        ("ჯერ უნდა ვიცოდეთ, რამდენი ვაშლია თითოეულ კალათაში.", "შეკრებით ვიღებთ შედეგს.", "ka"),
        ("Сначала нужно узнать, сколько яблок в каждой корзине.", "Сложив числа, получаем ответ.", "ru"),
    ],
)
def test_english_headings_make_a_text_mixed(
    judge: LanguageJudge, first: str, second: str, language: str
) -> None:
    headed = f"### Step 1: Read the question\n\n{first}\n\n### Step 2: Divide\n\n{second}"
    assert (verdict(judge, headed, language).foreign_share or 0.0) >= MIXED_SHARE
    named = f"## MacBook Pro\n\n{first}\n\n**Step 2:** {second}"
    assert (verdict(judge, named, language).foreign_share or 0.0) < MIXED_SHARE


def test_verse_json_and_introductions(judge: LanguageJudge) -> None:
    verse = (
        "Mèo ngồi ngắm bầu trời xanh thẳm,\nChuột nhỏ chạy qua, lòng bàng hoàng.\nChó sủa vang, đêm trăng "
        "thanh vắng,\nMèo mơ màng, bóng dáng lướt ngang.\nChuột vội vàng, qua khe hở sáng."
    )
    assert verdict(judge, verse, "vi").status is ON
    values = '```json\n{"lokal": ["Drei Zelte fangen im Lager Feuer, niemand wird verletzt", "%s"]}\n```'
    assert verdict(judge, values % "Frau nach einem Unfall unter dem Auto eingeklemmt", "de").status is ON
    english = values.replace(
        "Drei Zelte fangen im Lager Feuer, niemand wird verletzt", "Three tents catch fire"
    )
    assert (
        verdict(judge, english % "A woman was trapped under her car after it hit a wall", "de").status is OFF
    )
    poem = "Here is a 100-word poem in Hindi:\n\nबिल्ली सी सुन्दर है मेरी दुनिया\nमाउस की चाल में है मेरा दिल"
    assert (verdict(judge, poem, "hi").foreign_share or 0.0) >= MIXED_SHARE


def test_prose_in_code_counts_and_programs_do_not(judge: LanguageJudge) -> None:
    answer = "Das Ergebnis ist richtig."
    thinking = (
        "First we count all of the rows in the hall\nthen we multiply them by the seats of one row\n" * 2
    )
    assert verdict(judge, f"```\n{thinking}```\n{answer}", "de").status is not ON
    hidden = (
        "\\text{First we count all of the rows in the hall and then we multiply them by the seats of one row}"
    )
    assert verdict(judge, f"${hidden}$ {answer}", "de").status is not ON
    program = (
        "```python\n# add up the rows of the hall\nfor row in rows:\n    total += row.seats  # of a row\n```"
    )
    text = f"{program}\nDieses Programm zählt alle Plätze des Saals zusammen."
    assert verdict(judge, text, "de").status is ON


def test_long_hostile_texts_take_no_time(judge: LanguageJudge) -> None:
    for text in (
        "a, " * 40_000,
        "ist die " * 12_000,
        "```\n" * 20_000,
        "the of und le " * 8_000,
        "\\text{" * 20_000,
    ):
        began = time.monotonic()
        verdict(judge, text, "de")
        assert time.monotonic() - began < 5.0, text[:20]
