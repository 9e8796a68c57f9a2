"""Ends that no sentence has, and questions that are gone: faulty ends beside faithful ones."""

from __future__ import annotations

import pytest

from parallelize.metrics.fidelity import truncation_signs
from parallelize.metrics.open_ends import open_end
from parallelize.metrics.pair import Pair

BAKER = "The baker told the shop that bread would be ready before the festival begins."


@pytest.mark.parametrize(
    ("language", "cut"),
    [
        ("de", "Der Bäcker sagte dem Laden, dass das Brot fertig sein wird, bevor das"),
        ("fr", "Le boulanger a dit au magasin que le pain serait prêt avant que le festival de l'"),
        ("es", "El panadero dijo a la tienda que el pan estaría listo antes de que empiece la"),
        ("ru", "Пекарь сказал в магазине, что хлеб будет готов до начала праздника в"),
        ("hi", "बेकर ने दुकान को बताया कि रोटी त्योहार शुरू होने से पहले और"),
        ("ja", "パン屋は店に、お祭りが始まる前にパンを"),
        ("th", "คนทำขนมปังบอกร้านว่าขนมปังจะเสร็จก่อนเทศกาลที่"),
        ("it", "Il fornaio ha detto al negozio: «Il pane sarà pronto prima"),
        ("pt", 'O padeiro disse à loja: "o pão ficará pronto antes do festival'),
    ],
)
def test_what_must_go_on_is_cut(language: str, cut: str) -> None:
    assert open_end(BAKER, cut, language)
    assert truncation_signs(Pair.of(BAKER, cut, ("en", language))).value == 1.0


@pytest.mark.parametrize(
    ("language", "whole"),
    [
        ("de", "Der Bäcker sagte dem Laden, das Brot sei vor dem Fest „fertig“"),
        ("fr", "Le boulanger a dit que le pain serait prêt avant la fête"),
        ("es", "El panadero dijo que el pan estaría listo antes de la fiesta, ¿no es así"),
        ("zh", "面包师说面包会在节日前“做好“"),
        ("pl", "Piekarz powiedział sklepowi, że chleb będzie gotowy przed festynem"),
        ("vi", "Người thợ làm bánh nói bánh mì sẽ xong trước lễ hội"),
    ],
)
def test_a_missing_full_stop_alone_is_no_open_end(language: str, whole: str) -> None:
    assert open_end(BAKER, whole, language) == ""


def test_a_source_that_leaves_its_quotation_open_says_nothing() -> None:
    assert open_end('She said: "Come here.', "Elle a dit : «Viens ici", "fr") == ""


HENS = (
    "Ana keeps seven hens in the yard. Every hen lays an egg a day. How many eggs does she gather in a week?"
)


@pytest.mark.parametrize(
    ("language", "without", "whole"),
    [
        (
            "es",
            "Ana cría siete gallinas en el patio. Cada gallina pone un huevo al día.",
            "Ana cría siete gallinas en el patio. Cada gallina pone un huevo al día. Calcula cuántos reúne.",
        ),
        (
            "ja",
            "アナは庭で七羽のめんどりを飼っています。めんどりは毎日一つずつ卵を産みます。",
            "アナは庭で七羽のめんどりを飼っています。めんどりは毎日卵を産みます。一週間の数を求めなさい。",
        ),
        (
            "hi",
            "आना आँगन में सात मुर्गियाँ पालती है। हर मुर्गी रोज़ एक अंडा देती है।",
            "आना आँगन में सात मुर्गियाँ पालती है। हर मुर्गी रोज़ एक अंडा देती है। सप्ताह के अंडे ज्ञात कीजिए।",
        ),
        (
            "th",
            "อานาเลี้ยงไก่เจ็ดตัวในสวน แม่ไก่แต่ละตัวออกไข่วันละหนึ่งฟอง",
            "อานาเลี้ยงไก่เจ็ดตัวในสวน แม่ไก่แต่ละตัวออกไข่วันละหนึ่งฟอง เธอเก็บไข่ได้กี่ฟองในหนึ่งสัปดาห์",
        ),
    ],
)
def test_a_question_is_gone_unless_a_request_stands_for_it(language: str, without: str, whole: str) -> None:
    assert "question" in truncation_signs(Pair.of(HENS, without, ("en", language))).evidence
    assert truncation_signs(Pair.of(HENS, whole, ("en", language))).value == 0.0
