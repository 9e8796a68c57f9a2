"""Signs, variables and units: what was lost is told, what another language writes otherwise is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.metrics.pair import Pair
from parallelize.metrics.signs import sign_faults


def faults(source: str, target: str, language: str) -> float | None:
    return sign_faults(Pair.of(source, target, ("en", language))).value


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("How many k satisfy 3 < k <= 11?", "Wie viele k erfüllen 3 < k ≤ 11?", "de"),
        ("Suppose u >= 7 and v != 2.", "假设 u≥7 且 v≠2。", "zh"),
        ("Take b > 4.", "Soit 4 < b.", "fr"),
        ("Here g(t) = t^4 + 1.", "Aquí g(t) = t⁴ + 1.", "es"),
        ("The set B = {1, 5} and c_{k+1} = 3.", "La ensemble B = {1, 5} et c_{k+1} = 3.", "fr"),
        ("The angle γ is 40°.", "Der Winkel γ beträgt 40 Grad.", "de"),
        ("Flat #7 and the tag #news", "Wohnung Nr. 7 und der Tag #news", "de"),
        ("It costs £30 or €35.", "それは30ポンドか35ユーロです。", "ja"),
        ("It costs $4 a kilo.", "Он стоит 4 доллара за кило.", "ru"),
        ("She buys 3 pounds of rice.", "Ella compra 3 libras de arroz.", "es"),
        ("It takes 90 min and 5 km.", "Cela prend 90 minutes et 5 kilomètres.", "fr"),
        ("Let T be a set and p a point of T.", "Пусть Т — множество, а р — точка из Т.", "ru"),
        ("J. Smith met George W. Bush in plan B.", "Д. Смит встретил Буша по плану Б или B.", "ru"),
        ("A 6 m rope and I.", "Una cuerda de 6 metros y yo.", "es"),
        ("Speed = 50, says he; 3 daps = 5 yaps", "Die Geschwindigkeit ist 50, 3 Daps sind 5 Yaps", "de"),
        ("The value is $x > 3$.", r"Der Wert ist \(x > 3\).", "de"),
        ("The value is x^2 > 3.", "Der Wert ist $x^2 > 3$.", "de"),
        ("π is about 3", "Το π είναι περίπου 3", "el"),
        ("> quoted\n\na -> b", "> zitiert\n\na → b", "de"),
        ("Points A and B, line l", "النقطتان أ و ب والمستقيم ل", "ar"),
        ("£4 for 2 kg", "4 for 2", "yo"),
        ("Bring fruit, e.g. plums, at 5 p.m. today", "Bringt Obst, z. B. Pflaumen, heute um 17 Uhr", "de"),
        ("Let C = {y : y^2 = 9}.", "设C = {y : y² = 9}。", "zh"),
        ("since 1/8 > 1/9 holds", "de 1/9 < 1/8 olduğundan", "tr"),
        ("Take P -> Q -> R now.", "今P→Q→Rと進む。", "ja"),
        ("A coil of 15 Ω.", "Катушка на 15 Ом.", "ru"),
        ("A coil of 15 Ω.", "سیم‌پیچی ۱۵ اهمی.", "fa"),
        ("A fine of £70.", "70 பவுண்டு அபராதம்.", "ta"),
        ("It fell by 8%.", "۸ درصد کاهش یافت.", "fa"),
    ],
)
def test_what_is_written_otherwise_is_no_fault(source: str, target: str, language: str) -> None:
    assert faults(source, target, language) == 0


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("How many k satisfy 3 < k <= 11?", "Wie viele k erfüllen 3 k 11?", "de"),
        ("Suppose u >= 7 and v <= 2.", "Supón que u = 7 y v = 2.", "es"),
        ("If m < 4 and r > 9", "Se m > 4 e r < 9", "it"),
        ("Here g(t) = t^4 + 1.", "Aquí g(t) = t + 1.", "es"),
        ("The set B = {1, 5} is small.", "Das B = 1, 5 ist klein.", "de"),
        ("so c_{k+1} = 3", "also c_k+1 = 3", "de"),
        ("The angle γ is small.", "O ângulo é pequeno.", "pt"),
        ("the tag #news", "der Tag news", "de"),
        ("It costs £30.", "Es kostet 30.", "de"),
        ("It costs £30.", "Custa 30 euros.", "pt"),
        ("She buys 3 pounds of rice.", "Ela compra 3 quilos de arroz.", "pt"),
        ("It lasts 90 minutes.", "Das dauert 90 Stunden.", "de"),
        ("resistors of 6 Ω", "Widerstände von 6", "de"),
        ("Let T be a set.", "Seja um conjunto.", "pt"),
        ("the value 5 ± 2", "der Wert 5 2", "de"),
        ("since 1/8 > 1/9 holds", "da 1/8 < 1/9 gilt", "de"),
        ("all t with t < -4", "alle t mit t < 4", "de"),
        ("Take P -> Q -> R now.", "Prenez P Q R maintenant.", "fr"),
        ("A fine of £70.", "70 யூரோ அபராதம்.", "ta"),
        ("It fell by 8%.", "۸ واحد کاهش یافت.", "fa"),
    ],
)
def test_what_was_lost_or_changed_is_a_fault(source: str, target: str, language: str) -> None:
    assert (faults(source, target, language) or 0) > 0


@given(st.text(st.sampled_from("ab T<>=^_{}#@&%°±α€£$ 12.5\n"), max_size=60))
def test_a_copy_has_no_fault(text: str) -> None:
    assert faults(text, text, "de") == 0


@pytest.mark.parametrize("piece", ["<", "a < ", "x_{", "α", "£5 ", "5 kg ", "{", "#", "^(", "T "])
def test_texts_full_of_signs_cost_linear_time(piece: str) -> None:
    start = time.process_time()
    faults(piece * (20_000 // len(piece)), "x", "de")
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("source", "target", "language", "faults"),
    [
        ("It kept 60% of the 5 boxes.", "Es blieb 60 der 5 Kisten.", "de", 1),
        ("It kept 60% of the 5 boxes.", "Es blieben 60 Prozent der 5 Kisten.", "de", 0),
        ("Between 5% and 10% fail.", "Fallan entre el 5 y el 10 %.", "es", 0),
        ("A third says 25% more.", "三人目は25だけ多いと言う。", "ja", 1),
        ("Sold at 40% off.", "打六折出售。", "zh", 0),
        ("Half of 80 people left, 25% more came.", "Die Hälfte von 80 ging, 25 mehr kamen.", "de", 1),
        ("5% left, 9% stayed: what percentage?", "5 Prozent gingen, 9 blieben: wie viel Prozent?", "de", 1),
        ("5% left, 9% stayed: what percentage?", "5 Prozent gingen, 9 %: wie viel Prozent?", "de", 0),
        ("More than 10 percent left.", "Mehr als 10 gingen.", "de", 1),
        ("More than 10 percent left.", "Mehr als 10 % gingen.", "de", 0),
        ("He won more (0 ≤ k < 7).", "Er gewann mehr, größere Preise (0 k < 7).", "de", 1),
        ("Let 0 < k < 7.", "Sei k größer als 0 und kleiner als 7.", "de", 0),
        ("A box (6 Ω, £3)", "Akwati (6, £3)", "ha", 1),
        ("A box (6 Ω, £3)", "Akwati (6 ohm, fam 3)", "ha", 0),
        ("They read books (20 °C, £3).", "Ils lisent des livres (20 °C, 3).", "fr", 1),
        ("It costs £5, £6 or £7.", "Cela coûte 5, 6 ou 7 livres.", "fr", 0),
        ("The prices (€8, €9)", "Die Preise (8, €9)", "de", 1),
        ("The prices (€8, €9)", "Die Preise (8, 9 €)", "de", 0),
        ("The prices (€8, €9)", "Farashin (8, 9 yuro)", "ha", 0),
        ("It rose 3% and then 7%.", "Il augmente de 3 % puis de 7.", "fr", 1),
        ("The first 4 miles, then 4 miles.", "Las primeras 4 millas, luego 4 kilómetros.", "es", 1),
        ("The first 4 miles, then 4 miles.", "Las primeras 4 millas, luego 4 millas.", "es", 0),
        ("It weighs 300 pounds. How many pounds?", "Pesa 300 libras. Quantos quilos?", "pt", 1),
        ("It weighs 300 pounds. How many pounds?", "Pesa 136 quilos. Quantos quilos?", "pt", 0),
        ("It weighs 300 pounds. How far?", "Pesa 300 libras. Quantos quilômetros?", "pt", 0),
        ("He has 12 miles to go, 3 done.", "Noch 12 Meilen, 3 geschafft; wie viele Kilometer?", "de", 1),
        ("He earned $40000 four years ago.", "Он заработал 40 000 $ четыре года назад.", "ru", 0),
        ("The Welsh letter w sounds like u.", "ওয়েলশ বর্ণ ডব্লিউ u এর মত শোনায়।", "bn", 0),
        ("Yesterday Publisher B paid.", "গতকাল প্রকাশক খ টাকা দিয়েছেন।", "bn", 0),
        ("Yesterday point x moved.", "গতকাল বিন্দু সরে গেছে।", "bn", 1),
        ("It lasts 3 weeks.", "Se kestää 3 päivää.", "fi", 1),
        ("It lasts 3 weeks.", "Se kestää 3 viikkoa.", "fi", 0),
        ("It lasts 4 months.", "Trvá to 4 roky.", "cs", 1),
        ("It lasts 4 months.", "Trvá to 4 týdny.", "cs", 1),
        ("It lasts 4 months.", "Trvá to 4 měsíce.", "cs", 0),
        ("He is 5 years old.", "В нього 5 місяців.", "uk", 1),
        ("He is 5 years old.", "Йому 5 років.", "uk", 0),
        ("It lasts 7 days.", "Hét napig tart.", "hu", 0),
        ("It lasts 2 weeks.", "यह 2 महीने चलता है।", "hi", 1),
        ("Wait, it costs 1 dollar a day.", "Bir dakika, günde bir dolar.", "tr", 0),
        ("Wait. One dollar is left of it.", "Einen Moment. Ein Minute, 1 Dollar bleibt.", "de", 0),
        ("It takes 1 hour to go.", "Es dauert 1 Minute.", "de", 1),
        ("Share it 3:3:4:5 among them.", "Repártelo 3:3:3:4:5 entre ellos.", "es", 1),
        ("The sides are as 2:3:4.", "Les côtés sont comme 2:4:3.", "fr", 1),
        ("The sides are as 2:3:4.", "边长之比是2：3：4。", "zh", 0),
        ("The sides are as 2 : 3 : 4.", "Die Seiten sind wie 2:3:4.", "de", 0),
        ("It rang at 12:30:15.", "Es klingelte um 12 Uhr 30 und 15 Sekunden.", "de", 0),
    ],
)
def test_percents_units_and_letters(source: str, target: str, language: str, faults: int) -> None:
    assert sign_faults(Pair.of(source, target, ("en", language))).value == faults
