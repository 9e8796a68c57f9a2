"""Sentences of languages that identifiers take for one another, each given for all its neighbours."""

from __future__ import annotations

from itertools import permutations

import pytest

from parallelize.identifiers.panel import default_panel
from parallelize.metrics.language import Status, neighbour_vote
from parallelize.metrics.neighbour_words import words_ahead, words_of_neighbour
from parallelize.stages.language import LanguageJudge

FAMILIES = (
    {
        "da": "Hun læser tyve sider hver aften, før hun sover.",
        "nb": "Hun leser tjue sider hver kveld før hun sover.",
        "sv": "Hon läser tjugo sidor varje kväll innan hon somnar.",
    },
    {
        "cs": "Každý večer přečte dvacet stran, než usne.",
        "sk": "Každý večer prečíta dvadsať strán, kým zaspí.",
    },
    {
        "cs": "Voda vytékala z nádrže půl hodiny a potom ji znovu naplnili až po okraj.",
        "sk": "Voda vytekala z nádrže pol hodiny a potom ju znova naplnili až po okraj.",
    },
    {
        "cs": "Nejprve spočítáme obsah obdélníku a nakonec odečteme obsah kruhu uprostřed.",
        "sk": "Najskôr vypočítame obsah obdĺžnika a nakoniec odčítame obsah kruhu v strede.",
    },
    {
        "hr": "Stolar je izrezao dasku na tri komada jednake duljine.",
        "sl": "Mizar je desko razžagal na tri enako dolge kose.",
    },
    {
        "gl": "Primeiro sumamos todos os prezos da tenda e despois restamos o desconto do total.",
        "pt": "Primeiro somamos todos os preços da loja e depois subtraímos o desconto do total.",
    },
    {
        "sr-Latn": "Lekar nam je rekao da lek mora da se uzima tri puta dnevno.",
        "sl": "Zdravnik nam je povedal, da je treba zdravilo jemati trikrat na dan.",
    },
    {
        "es": "El precio de la entrada subió un diez por ciento el año pasado.",
        "pt": "O preço do bilhete subiu dez por cento no ano passado.",
        "gl": "O prezo da entrada subiu un dez por cento o ano pasado.",
        "ca": "El preu de l'entrada va pujar un deu per cent l'any passat.",
        "oc": "Lo prètz del bilhet montèt de dètz per cent l'an passat.",
    },
    {
        "id": "Anak-anak tidak boleh berenang di sungai karena airnya delapan meter dalamnya.",
        "ms": "Kanak-kanak tidak dibenarkan berenang di sungai kerana airnya lapan meter dalamnya.",
    },
    {
        "hi": "किसान ने कल अपनी गाय बेच दी क्योंकि उसे अपनी बेटी के स्कूल के लिए पैसे चाहिए थे।",
        "mr": "शेतकऱ्याने काल आपली गाय विकली कारण त्याला मुलीच्या शाळेसाठी पैसे हवे होते.",
        "ne": "किसानले हिजो आफ्नो गाई बेचे किनभने उनलाई छोरीको स्कुलको लागि पैसा चाहिएको थियो।",
    },
    {
        "ar": "ارتفع سعر التذكرة عشرة بالمئة في العام الماضي.",
        "fa": "قیمت بلیت سال گذشته ده درصد افزایش یافت.",
        "ur": "پچھلے سال ٹکٹ کی قیمت دس فیصد بڑھ گئی۔",
    },
    {
        "tr": "Bilet fiyatı geçen yıl yüzde on arttı.",
        "az": "Biletin qiyməti keçən il on faiz artdı.",
    },
    {
        "kk": "Ол күн сайын кешке ұйықтар алдында жиырма бет оқиды.",
        "ky": "Ал ар күнү кечинде уктаар алдында жыйырма барак окуйт.",
    },
    {
        "ru": "Цена билета в прошлом году выросла на десять процентов.",
        "uk": "Ціна квитка торік зросла на десять відсотків.",
        "be": "Цана квітка летась вырасла на дзесяць працэнтаў.",
        "bg": "Цената на билета миналата година се повиши с десет процента.",
        "mk": "Цената на билетот минатата година се зголеми за десет проценти.",
        "sr": "Цена карте је прошле године порасла за десет одсто.",
    },
    {
        "nl": "Ze leest elke avond twintig bladzijden voordat ze slaapt.",
        "af": "Sy lees elke aand twintig bladsye voordat sy slaap.",
    },
)
OWN = [(code, text) for family in FAMILIES for code, text in family.items()]
WRONG = [(family[other], code, other) for family in FAMILIES for code, other in permutations(family, 2)]


@pytest.fixture(scope="module")
def judge() -> LanguageJudge:
    return LanguageJudge(default_panel())


@pytest.mark.parametrize(("code", "text"), OWN)
def test_a_text_is_in_its_own_language(judge: LanguageJudge, code: str, text: str) -> None:
    assert neighbour_vote(text, code) is None
    assert judge.judge([text], code)[0].status is not Status.OFF


@pytest.mark.parametrize(("text", "code", "other"), WRONG)
def test_a_text_is_not_in_the_language_next_door(
    judge: LanguageJudge, text: str, code: str, other: str
) -> None:
    found = judge.judge([text], code)[0]
    assert found.status is Status.OFF, (code, other, found.evidence)


def test_a_quotation_or_a_name_makes_no_neighbour() -> None:
    quoted = "Läraren skrev orden »hvad« och »hvorfor« på tavlan, och alla elever läste dem högt."
    assert words_of_neighbour(quoted, "sv") is None
    assert words_of_neighbour("Tři ženy z Košíc četly román Keď Ako Čo.", "cs") is None
    assert neighbour_vote("hvad noget", "no") is None  # two words are no text


def test_languages_of_no_family_have_no_neighbours() -> None:
    assert words_of_neighbour("Die Kinder spielen im Garten.", "ja") is None
    assert words_ahead("Die Kinder spielen im Garten.", "ja", "zh") is None
