"""Scripts, votes and foreign spans, without any identifier."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.identification import Identification
from parallelize.core.languages import LANGUAGES
from parallelize.metrics.foreign import foreign_share, foreign_spans
from parallelize.metrics.function_words import FUNCTION_WORDS, distinctive_words, words
from parallelize.metrics.language import Status, english_words_share, script_vote, vote
from parallelize.metrics.scripts import SCRIPTS, script_codes, script_letters

ANY_TEXT = st.text(st.characters(), max_size=120)  # lone surrogates included
CODES = st.sampled_from(sorted(LANGUAGES))


def _says(*languages: str) -> list[Identification]:
    return [Identification(language, 0.9) for language in languages]


def test_counts_letters_by_script() -> None:
    found = script_letters("hello мир ガー 中文 สวัสดี 한국 আমার μ 5 \ud800 ✓")
    assert found == {
        "Thai": 6,
        "Latn": 5,
        "Beng": 4,
        "Cyrl": 3,
        "Hang": 2,
        "Kana": 2,
        "Hani": 2,
        "Grek": 1,
    }


@given(st.text("aÉß'’ -–3_ïœ\x85\xa0\n", max_size=40))
def test_words_and_letters_do_not_depend_on_what_else_a_text_holds(text: str) -> None:
    beside = text + " ж"  # Western European text alone is read in a faster way
    assert words(beside) == (*words(text), "ж")
    assert script_letters(beside).get("Latn", 0) == script_letters(text).get("Latn", 0)


@given(ANY_TEXT)
def test_one_code_for_each_character(text: str) -> None:
    codes = script_codes(text)
    assert len(codes) == len(text)
    assert all(0 <= code <= len(SCRIPTS) for code in codes)


@pytest.mark.parametrize(
    ("text", "expected", "status", "language"),
    [
        ("অন্য কোনো ভাষা এখানে নেই", "bn", Status.ON, "bn"),
        ("அவளிடம் எத்தனை ஆப்பிள்கள்", "bn", Status.OFF, "ta"),
        ("How many apples does she have?", "th", Status.OFF, None),
        ("彼女はりんごをいくつ持っていますか", "ja", Status.ON, "ja"),
        ("她还剩下多少个苹果请你计算一下结果并且写下来", "ja", Status.OFF, "zh"),
        ("彼女はりんごをいくつ持っていますか", "zh", Status.OFF, "ja"),
        ("Сколько яблок у неё осталось теперь", "ru", Status.ON, "ru"),
        ("Скільки яблук у неї залишилося тепер", "uk", Status.ON, "uk"),
        ("برایش چند سیب باقی مانده است گفت", "fa", Status.ON, "fa"),
        ("उसके पास कितने सेब बचे हैं और यह क्या है", "hi", Status.ON, "hi"),
        ("x = 5", "th", Status.UNDETERMINED, None),
        ("", "de", Status.UNDETERMINED, None),
        ("Sandbach United v Northwich Villa", "th", Status.UNDETERMINED, None),
    ],
)
def test_script_decides(text: str, expected: str, status: Status, language: str | None) -> None:
    found = script_vote(text, expected)
    assert found is not None
    assert (found.status, found.language) == (status, language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wie viele Äpfel hat sie", "de"),
        ("Скільки яблук у неї залишилося", "ru"),
        ("एकूण सफरचंद किती आहेत आणि", "hi"),
    ],
)
def test_script_leaves_the_rest_to_identifiers(text: str, expected: str) -> None:
    assert script_vote(text, expected) is None


LONG = "words enough to be judged, more than twelve letters"


@pytest.mark.parametrize(
    ("expected", "opinions", "status"),
    [
        ("de", ("de", "de"), Status.ON),
        ("de", ("de", "nl", "de"), Status.ON),
        ("de", ("nl", "nl", "de"), Status.OFF),
        ("de", ("nl", "fr", "de"), Status.UNDETERMINED),
        ("de", ("nl", "fr", "en"), Status.UNDETERMINED),
        ("de", (), Status.UNDETERMINED),
        ("hr", ("sr", "bs"), Status.ON),
        ("nb", ("nn", "no"), Status.ON),
        ("id", ("ms", "ms", "id"), Status.UNDETERMINED),
    ],
)
def test_two_must_agree(expected: str, opinions: tuple[str, ...], status: Status) -> None:
    assert vote(LONG, expected, _says(*opinions)).status is status


def test_a_neighbour_needs_its_own_words() -> None:
    malay = "Berapakah bilangan epal kerana dia boleh memberi selepas itu daripada abangnya?"
    both = "Berapa banyak apel yang dia punya untuk mereka dan ini"
    opinions = _says("ms", "ms", "ms")
    assert vote(malay, "id", opinions).status is Status.OFF
    assert vote(both, "id", opinions).status is Status.UNDETERMINED


def test_a_letter_that_a_language_does_not_have_speaks_against_it() -> None:
    russian = "Моя бабушка печёт хлеб каждую субботу."
    assert vote(russian, "uk", _says("ru", "ru", "ru")).status is Status.OFF
    apples = "Мальчик съел три яблока и две груши."  # и and ъ are no letters of Belarusian
    assert vote(apples, "be", _says("ru", "bg", "ru")).status is Status.OFF
    assert vote(russian, "uk", _says("ru", "bg", "ru")).status is Status.UNDETERMINED
    # In a name it says nothing of the sentence.
    named = "Моя бабуся запросила Ёлкіна на каву"
    assert vote(named, "uk", _says("ru", "ru", "ru")).status is not Status.OFF


def test_half_the_voices_do_not_outvote_the_words() -> None:
    opinions = _says("es", "pt", "it", "it")
    assert vote("Assista: o gato do vizinho garante a paz com o rato", "pt", opinions).status is (
        Status.UNDETERMINED
    )
    assert vote("Guarda: il gatto del vicino fa la pace con il topo", "pt", opinions).status is Status.OFF
    three = _says("es", "it", "it", "it")
    assert vote("Assista: o gato do vizinho garante a paz", "pt", three).status is Status.UNDETERMINED
    assert vote("Guarda: il gatto del vicino fa la pace", "pt", three).status is Status.OFF


def test_little_text_and_weak_opinions_condemn_nothing() -> None:
    assert vote("Sims.", "de", _says("en", "en")).status is Status.UNDETERMINED
    weak = [Identification("en", 0.1), Identification("en", 0.9), Identification("yo", 0.9)]
    assert vote(LONG, "yo", weak).status is Status.UNDETERMINED


def test_function_words_are_lower_case_and_longer_than_a_letter() -> None:
    assert all(word == word.lower() and len(word) > 1 for found in FUNCTION_WORDS.values() for word in found)
    assert "in" not in distinctive_words("en", "de")
    assert words("L'ami n’a pas 3 pommes; कितने") == ("l'ami", "n’a", "pas", "pommes", "कितने")
    assert english_words_share("the house of the man", "de") == pytest.approx(3 / 5)
    assert english_words_share("", "de") == 0.0


BENGALI = "আনা আজ সকালে বাগানে বারোটি আপেল তুলেছে। তার কাছে কতগুলি আপেল বাকি আছে?"
ENGLISH = "She gave five of them to her little brother."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BENGALI, "bn"),
        ("Анна собрала в саду двенадцать яблок. Сколько яблок у неё осталось?", "ru"),
        ("แอนนาเก็บแอปเปิลในสวนได้สิบสองผล เธอเหลือแอปเปิลกี่ผล", "th"),
        ("アンナは庭でりんごを12個摘みました。何個残っていますか？", "ja"),
        ("Anna hat im Garten zwölf Äpfel gepflückt. Wie viele hat sie noch?", "de"),
        ("Anna alichuma matofaa kumi na mawili katika bustani. Amebaki na mangapi?", "sw"),
    ],
)
def test_finds_an_english_sentence(text: str, expected: str) -> None:
    assert foreign_spans(text, expected) == ()
    for mixed in (f"{text} {ENGLISH}", f"{ENGLISH} {text}"):
        (span,) = foreign_spans(mixed, expected, source=ENGLISH)
        assert "five of them to her" in mixed[span.start : span.end]
        assert span.language == "en"
        assert (foreign_share(mixed, [span]) or 0) > 0.2


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Анна Smith работает в компании Apple Inc. в Лондоне", "Anna Smith works at Apple Inc. in London"),
        ("ความเร็ว 60 km ต่อชั่วโมง และ sin(x) + cos(y)", "The speed is 60 km per hour and sin(x) + cos(y)"),
        ("ジャネットは muffin を焼きます", "Janet bakes a muffin"),
        ("映画 The Old Man and the Gun を見ました", "I saw The Old Man and the Gun"),
        ("角度 α と β の和は π です", "The sum of the angles α and β is π"),
    ],
)
def test_names_units_and_kept_words_are_not_foreign(text: str, source: str) -> None:
    expected = {"А": "ru", "ค": "th"}.get(text[0], "ja")
    assert foreign_spans(text, expected, source=source) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Artikel „The History of the Fall of the Roman Empire“ beschreibt den Niedergang.", "de"),
        ('L\'article intitulé "The Impact of the War on the City" explore les diverses conséquences.', "fr"),
        ("El informe (The State of the Art and of the Trade) presenta los resultados de la encuesta.", "es"),
    ],
)
def test_titles_are_not_foreign(text: str, expected: str) -> None:
    assert foreign_spans(text, expected) == ()
    plain = text.replace("The ", "the ").replace(" of the ", " of the old and ")
    assert foreign_spans(plain, expected)


def test_finds_other_scripts() -> None:
    (span,) = foreign_spans("แอนนามีแอปเปิล 因此答案是 สิบสองผล", "th")
    assert span.language == "Hani"
    (span,) = foreign_spans("Anna hat двенадцать яблок im Garten", "de")
    assert span.language == "Cyrl"


def test_asks_the_identifiers_about_sentences_without_own_words() -> None:
    asked: list[str] = []

    def name(texts: object, expected: str) -> list[str | None]:
        assert isinstance(texts, list)
        asked.extend(texts)
        return ["fr"] * len(texts)

    text = "Anna hat zwölf Äpfel. Combien de pommes lui reste encore aujourd'hui? Das ist die Frage."
    (span,) = foreign_spans(text, "de", name=name)
    assert span.language == "fr"
    assert [item.strip() for item in asked] == ["Combien de pommes lui reste encore aujourd'hui?"]


def test_share_is_of_the_worst_block() -> None:
    long = " ".join([BENGALI] * 20)
    mixed = f"{long} {ENGLISH} {long}"
    assert (foreign_share(mixed, foreign_spans(mixed, "bn")) or 0) > 0.15
    assert foreign_share("12", ()) is None
    assert foreign_share(BENGALI, ()) == 0.0


@given(ANY_TEXT, CODES, ANY_TEXT)
def test_never_raises(text: str, expected: str, source: str) -> None:
    script_vote(text, expected)
    spans = foreign_spans(text, expected, source=source)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    share = foreign_share(text, spans)
    assert share is None or 0.0 <= share <= 1.0
