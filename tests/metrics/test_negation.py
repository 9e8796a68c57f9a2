"""Negations that were lost or added, and the faithful ways of saying no without one."""

from __future__ import annotations

import time

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.exchanged import exchanged_words
from parallelize.metrics.pair import Pair

KEY = "The key does not fit the old door."
POUR = "You must never pour water on burning oil."
SUM = "The sum is divisible by 7."
ALL = "All of the bridges are safe."
NONE = "None of the bridges is safe."
DRAWN = "Two cards are drawn without replacement."
HALL = "It is possible to see the tower from the hall."
LOST = [
    ("de", KEY, "Der Schlüssel passt in die alte Tür.", "Der Schlüssel passt nicht in die alte Tür."),
    ("nl", KEY, "De sleutel past op de oude deur.", "De sleutel past niet op de oude deur."),
    ("sv", KEY, "Nyckeln passar i den gamla dörren.", "Nyckeln passar inte i den gamla dörren."),
    ("es", KEY, "La llave encaja en la puerta vieja.", "La llave no encaja en la puerta vieja."),
    ("pl", KEY, "Klucz pasuje do starych drzwi.", "Klucz nie pasuje do starych drzwi."),
    ("ru", KEY, "Ключ подходит к старой двери.", "Ключ не подходит к старой двери."),
    ("uk", KEY, "Ключ підходить до старих дверей.", "Ключ не підходить до старих дверей."),
    ("el", KEY, "Το κλειδί ταιριάζει στην πόρτα.", "Το κλειδί δεν ταιριάζει στην πόρτα."),
    ("tr", KEY, "Anahtar eski kapıya uyuyor.", "Anahtar eski kapıya uymuyor."),
    ("hu", KEY, "A kulcs illik a régi ajtóba.", "A kulcs nem illik a régi ajtóba."),
    ("fi", KEY, "Avain sopii vanhaan oveen.", "Avain ei sovi vanhaan oveen."),
    ("ar", KEY, "يناسب المفتاح الباب القديم.", "لا يناسب المفتاح الباب القديم."),
    ("he", KEY, "המפתח מתאים לדלת הישנה.", "המפתח לא מתאים לדלת הישנה."),
    ("hi", KEY, "चाबी पुराने दरवाज़े में लगती है।", "चाबी पुराने दरवाज़े में नहीं लगती।"),
    ("bn", KEY, "চাবিটি পুরনো দরজায় লাগে।", "চাবিটি পুরনো দরজায় লাগে না।"),
    ("zh", KEY, "这把钥匙适合那扇旧门。", "这把钥匙不适合那扇旧门。"),
    ("ja", KEY, "その鍵は古いドアに合う。", "その鍵は古いドアに合わない。"),
    ("ko", KEY, "그 열쇠는 낡은 문에 맞는다.", "그 열쇠는 낡은 문에 맞지 않는다."),
    ("id", KEY, "Kunci itu cocok dengan pintu tua.", "Kunci itu tidak cocok dengan pintu tua."),
    ("vi", KEY, "Chìa khóa này vừa với cánh cửa cũ.", "Chìa khóa này không vừa với cánh cửa cũ."),
    ("sw", KEY, "Ufunguo unaingia kwenye mlango wa zamani.", "Ufunguo hauingii kwenye mlango wa zamani."),
    ("fr", POUR, "Versez toujours de l'eau sur l'huile.", "Ne versez jamais d'eau sur l'huile en feu."),
    ("it", POUR, "Versa sempre acqua sull'olio bollente.", "Non versare mai acqua sull'olio bollente."),
    ("pt", POUR, "Despeje sempre água no óleo quente.", "Nunca despeje água no óleo quente."),
    ("fa", POUR, "همیشه روی روغن داغ آب بریزید.", "هرگز روی روغن داغ آب نریزید."),
    ("th", POUR, "คุณต้องเทน้ำลงบนน้ำมันที่ลุกไหม้เสมอ", "คุณต้องไม่เทน้ำลงบนน้ำมันที่ลุกไหม้"),
    ("ro", NONE, "Toate podurile sunt sigure.", "Niciunul dintre poduri nu este sigur."),
    ("cs", NONE, "Všechny mosty jsou bezpečné.", "Žádný z mostů není bezpečný."),
    ("bg", NONE, "Всички мостове са здрави.", "Нито един от мостовете не е здрав."),
    ("da", NONE, "Alle broerne er sikre.", "Ingen af broerne er sikre."),
    ("it", DRAWN, "Si pescano due carte con reinserimento.", "Si pescano due carte senza reinserimento."),
    ("hu", DRAWN, "Két lapot húzunk visszatevéssel.", "Két lapot húzunk visszatevés nélkül."),
    ("fi", DRAWN, "Kaksi korttia nostetaan palauttaen.", "Kaksi korttia nostetaan palauttamatta."),
    ("tr", DRAWN, "İki kart yerine konarak çekilir.", "İki kart yerine konmadan çekilir."),
]
ADDED = [
    ("de", SUM, "Die Summe ist nicht durch 7 teilbar.", "Die Summe ist durch 7 teilbar."),
    ("nl", SUM, "De som is niet deelbaar door 7.", "De som is deelbaar door 7."),
    ("es", SUM, "La suma no es divisible por 7.", "La suma es divisible por 7."),
    ("pl", SUM, "Suma nie jest podzielna przez 7.", "Suma jest podzielna przez 7."),
    ("ru", SUM, "Сумма не делится на 7.", "Сумма делится на 7."),
    ("zh", SUM, "这个和不能被7整除。", "这个和能被7整除。"),
    ("fr", ALL, "Aucun des ponts n'est sûr.", "Tous les ponts sont sûrs."),
    ("pt", ALL, "Nenhuma das pontes é segura.", "Todas as pontes são seguras."),
    ("sk", ALL, "Žiadny z mostov nie je bezpečný.", "Všetky mosty sú bezpečné."),
    ("it", HALL, "Non è possibile vedere la torre.", "È possibile vedere la torre dalla sala."),
    ("tr", HALL, "Kuleyi salondan görmek mümkün değil.", "Kuleyi salondan görmek mümkün."),
    ("ja", HALL, "広間から塔を見ることはできない。", "広間から塔を見ることができる。"),
    ("ko", HALL, "홀에서 탑을 볼 수 없다.", "홀에서 탑을 볼 수 있다."),
    ("vi", HALL, "Không thể nhìn thấy tòa tháp.", "Có thể nhìn thấy tòa tháp từ hội trường."),
    ("hi", HALL, "हॉल से मीनार देखना संभव नहीं है।", "हॉल से मीनार देखना संभव है।"),
]
FAITHFUL = [
    ("cs", "The band played “Nobody Owns the Sea”.", "Kapela hrála „Nobody Owns the Sea“."),
    ("de", "They sang “Don't Rush Me” twice.", "Sie sangen zweimal „Don't Rush Me“."),
    ("de", "The shop was not open.", "Der Laden war geschlossen."),
    ("sv", "The lamp is not broken.", "Lampan är hel."),
    ("fa", "The shop was not open.", "مغازه بسته بود."),
    ("es", "There are not many left.", "Quedan pocos."),
    ("fr", "He did not come until Monday.", "Il est venu seulement lundi."),
    ("fr", "He has only 5 left.", "Il ne lui en reste que 5."),
    ("fr", "She takes one more step.", "Elle fait encore un pas."),
    ("de", "Not only Ann but also Tom sings.", "Sowohl Ann als auch Tom singen."),
    ("pl", "No fewer than 5 came.", "Przyszło co najmniej 5."),
    ("nl", "Every child but Tom sang.", "Elk kind zong, alleen Tom niet."),
    ("da", "No one below 15 may enter.", "Kun personer på 15 år og derover må komme ind."),
    ("it", "The price did not change.", "Il prezzo è rimasto lo stesso."),
    ("fr", '"Look at me," she told the boys.', "« Ne détournez pas les yeux », dit-elle aux garçons."),
    ("ja", "He must pay 5 dollars.", "彼は5ドルを払わなければならない。"),
    ("ko", "He has to pay 5 dollars.", "그는 5달러를 내지 않으면 안 된다."),
    ("ru", "Wait until he comes.", "Подождите, пока он не придёт."),
    ("ru", "In a week he sold 5.", "За неделю он продал 5."),
    ("es", "However, the car is red.", "Sin embargo, el coche es rojo."),
    ("es", r"Find $\sin x$ and $\cos x$.", r"Halla $\sin x$ y $\cos x$."),
    ("vi", "Is the tower high?", "Tòa tháp có cao không?"),
    ("zh", "The two numbers are distinct.", "这两个数互不相同。"),
    ("it", "The result is impossible.", "Il risultato è impossibile."),
    ("hu", "He is unable to sleep.", "Képtelen aludni."),
    ("de", "The path is endless.", "Der Weg nimmt kein Ende."),
    ("pt", "Didn't he see the tower?", "Ele viu a torre?"),
    ("es", "How many bottles fail the test?", "¿Cuántas botellas no pasan la prueba?"),
    ("cs", "He bought tea or coffee on Sunday.", "V neděli koupil čaj nebo kávu."),
    ("bg", "This week he is at home.", "Тази неделя той си е вкъщи."),
    ("id", "He bought rice, and so did I.", "Dia membeli beras, begitu juga saya."),
]


@pytest.mark.parametrize(("language", "source", "faulty", "faithful"), [*LOST, *ADDED])
def test_a_negation_that_was_lost_or_added_is_a_fault(
    language: str, source: str, faulty: str, faithful: str
) -> None:
    found, right = (
        exchanged_words(Pair.of(source, text, LanguagePair("en", language))) for text in (faulty, faithful)
    )
    assert found.value == 1, found.evidence
    assert right.value == 0, right.evidence


@pytest.mark.parametrize(("language", "source", "target"), FAITHFUL)
def test_what_languages_say_with_and_without_a_negation_is_none(
    language: str, source: str, target: str
) -> None:
    score = exchanged_words(Pair.of(source, target, LanguagePair("en", language)))
    assert score.value == 0, score.evidence


def test_each_sentence_answers_for_itself() -> None:
    source = "The river is deep. The bridge does not hold. Nobody crosses it."
    languages = LanguagePair("en", "de")
    whole = "Der Fluss ist tief. Die Brücke hält nicht. Niemand geht hinüber."
    assert exchanged_words(Pair.of(source, whole, languages)).value == 0
    lost = exchanged_words(Pair.of(source, whole.replace("hält nicht", "hält"), languages))
    assert "The bridge does not hold" in lost.evidence


@pytest.mark.parametrize("piece", ["not ", "never open ", "nicht ", "in", "un", "is no more "])
def test_long_texts_cost_linear_time(piece: str) -> None:
    pair = Pair.of(piece * (18_000 // len(piece)), piece * 20_000, LanguagePair("en", "de"))
    began = time.process_time()
    exchanged_words(pair)
    assert time.process_time() - began < 3
