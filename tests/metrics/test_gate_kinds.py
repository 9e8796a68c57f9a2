"""Whole verdicts on faulty pairs of one kind and the faithful ones beside them, in many languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.core.thresholds import Thresholds
from parallelize.identifiers.panel import default_panel
from parallelize.stages.score import Scorer

Dropped = Callable[[str, str, str], list[str]]


@pytest.fixture(scope="module")
def dropped() -> Dropped:
    scorer = Scorer(default_panel({"en", "de", "es", "fr", "pl", "pt", "ru", "tr"}), exact_spans=False)

    def reasons(source: str, target: str, language: str) -> list[str]:
        scores = scorer.score_row([("text", source, target)], languages=LanguagePair("en", language))
        return [reason.value for reason in Thresholds.of().judge(scores).reasons]

    return reasons


MISREAD = [
    ("cs", "The gate was closed.", "BrÃ¡na byla uzavÅ™ena kvÅ¯li deÅ¡ti.", True),
    ("ro", "The gate was closed by the wind and rain.", "Poarta a fost Ã®nchisÄƒ de vÃ¢nt È™i ploaie.", True),
    ("pl", "The gate stayed shut.", "Brama zostaÅ‚a zamkniÄ™ta.", True),
    ("pl", "He said: I know Łódź.", "Powiedział: „Znam Łódź”.", False),
    ("sv", "The isle of Å is small, and Å too.", "Ön Å… är liten, och ån Å också.", False),
    ("fr", "He said it is there.", "Il a dit : « C’est là… ».", False),
]
NUMBERS = [
    ("lt", "A herder has 40 goats.", "Piemuo turi keturiolika ožkų.", True),
    ("lt", "A herder has 40 goats.", "Piemuo turi keturiasdešimt ožkų.", False),
    ("lt", "A herder has 40 goats.", "Piemuo turi keturiasdešimties ožkų bandą.", False),
    ("lv", "A herder has 16 goats.", "Ganam ir sešdesmit kazas.", True),
    ("lv", "A herder has 16 goats.", "Ganam ir sešpadsmit kazas.", False),
    ("et", "A herder has 50 goats and 3 dogs.", "Karjusel on viisteist kitse ja 3 koera.", True),
    ("et", "A herder has 50 goats and 3 dogs.", "Karjusel on viiskümmend kitse ja 3 koera.", False),
    ("eu", "A herder has 35 goats.", "Artzain batek hogeita bost ahuntz ditu.", True),
    ("eu", "A herder has 79 goats.", "Artzain batek hirurogeita hemeretzi ahuntz ditu.", False),
    ("az", "A herder has 70 goats.", "Çobanın on yeddi keçisi var.", True),
    ("vi", "Two fifths of the 30 bowls broke.", "Hai phần ba trong số 30 cái bát bị vỡ.", True),
    ("vi", "Two fifths of the 30 bowls broke.", "Hai phần năm trong số 30 cái bát bị vỡ.", False),
    ("vi", "She got 20% off 8 pies.", "Cô ấy được giảm hai mươi phần trăm cho 8 cái bánh.", False),
    ("fa", "It had 1,400 workers in 2017.", "در سال ۲۰۱۷ هزار و چهارصد کارگر داشت.", False),
    ("kn", "The bridge cost 4,700,000 rupees.", "ಸೇತುವೆಗೆ 47 ಲಕ್ಷ ರೂಪಾಯಿ ವೆಚ್ಚವಾಯಿತು.", False),
    ("mr", "The bridge cost 4,700,000 rupees.", "पुलाला 47 लाख रुपये खर्च आला.", False),
    ("mn", "He has 310 goats and 45 camels. He sells 70.", "Тэр 310 ямаатай. Тэр 70-ыг зарна.", True),
    ("mn", "He has 310 goats and 45 camels.", "Тэр 310 ямаа, дөчин таван тэмээтэй.", False),
    ("uz", "He has 27 cups and 11 mugs.", "Uning 27 ta piyolasi bor.", True),
    ("uz", "He has 27 cups and 11 mugs.", "Uning 27 ta piyolasi va oʻn bitta krujkasi bor.", False),
    ("kk", "It left at 5:10 with 62 guests at 8 stops.", "Ол 62 қонақпен 8 аялдамада тоқтады.", True),
    ("kk", "It left with 62 guests at 8 stops.", "Ол 62 қонақпен сегіз аялдамада тоқтады.", False),
    ("km", "He has 27 cups and 13 mugs.", "គាត់មានពែង 27 ។", True),
    ("km", "He has 27 cups and 13 mugs.", "គាត់មានពែង 27 និងកែវដប់បី ។", False),
    ("mn", "He has 310 goats and 45 camels.", "Тэр 310 ямаа, 45 тэмээтэй.", False),
    ("pl", "He has three 20-zloty notes.", "Ma trzy banknoty dwudziestozłotowe.", False),
    ("pl", "He has three 20-zloty notes.", "Ma trzy banknoty pięćdziesięciozłotowe.", True),
    ("uk", "He has two 5-hryvnia notes.", "Він має дві п'ятигривневі купюри.", False),
    ("hu", "He has two 10-forint coins.", "Két tízforintosa van.", False),
]
FORMULAS = [
    ("ru", r"Find $\tan 15^\circ$.", r"Найдите $\operatorname{tg} 15^\circ$.", False),
    ("es", r"Find $\tan 15^\circ$.", r"Halla $\operatorname{sen} 15^\circ$.", True),
    ("pt", r"Find $\sin 15^\circ$.", r"Ache $\mathrm{sen}\, 15^\circ$.", False),
    ("bg", r"Let $\gcd(a, b) = 4$.", r"Нека $\text{НОД}(a, b) = 4$.", False),
    ("de", r"Let $\text{lcm}(4, 6) = n$.", r"Sei $\operatorname{kgV}(4, 6) = n$.", False),
    ("de", r"Let $\gcd(4, 6) = n$.", r"Sei $\operatorname{kgV}(4, 6) = n$.", True),
    ("pl", r"Let $x^2 = 9$ and $x \neq 3$.", "Niech x² = 9 i x ≠ 3.", False),
    ("pl", r"Let $x^2 = 9$ and $x \neq 3$.", "Niech x² = 9 i x ≠ 2.", True),
    ("bg", "Take all sizes that are > 60.", "Вземете всички размери, по-големи от 60.", False),
    ("bg", "Take all sizes that are > 60.", "Вземете всички размери, по-малки от 60.", True),
    ("hr", 'See <img src="b7.png" alt="a map">.', 'Vidi <img src="b7.png" alt="karta">.', False),
    ("hr", 'See <img src="b7.png" alt="a map">.', 'Vidi <img src="b8.png" alt="karta">.', True),
    ("de", 'Use "depth": 3 and "width": 5.', 'Nimm "Tiefe": 3 und "Breite": 5.', True),
    ("he", 'Use "depth": 3 and "width": 5.', 'השתמשו ב-"depth": 3 וב-"width": 5.', False),
    ("de", 'He said "no": 5 people left.', "Er sagte „nein“: 5 Leute gingen.", False),
]


ANIMALS = (
    "Look.\n\n| Animal | Speed | Weight |\n|---|---|---|\n| {} | 90 km/h | 40 kg |\n| {} | 30 km/h | 7 kg |"
)
TIERE = "Schau.\n\n| Tier | Tempo | Masse |\n|---|---|---|\n| {} | 90 km/h | 40 kg |\n| {} | 30 km/h | 7 kg |"
TURNED = (
    "Schau.\n\n| Tier | Tempo | Masse |\n|---|---|---|\n| {} | 30 km/h | 7 kg |\n| {} | 90 km/h | 40 kg |"
)
SIGNS = [
    ("pl", "She was on the way and fell asleep.", "By³a w drodze i zasnê³a, a potem wróci³a.", True),
    ("pl", "The room has 27 m³ and the jar 2 cm³.", "Pokój ma 27 m³, a słój 2 cm³.", False),
    (
        "ca",
        "The pupils like the collection.",
        "Els alumnes d'intel·ligència fan la col·lecció de cèl·lules.",
        False,
    ),
    ("de", "How many are in all of the bags?", "Wie viele sind in all den Beuteln?", False),
    ("de", "How many are in all of the bags?", "Wie viele sind in all of the Beuteln?", True),
    ("zh", "Peter Jones met Holly Hill.", "皮特·琼斯见了霍莉·希尔。", False),
    ("ru", "The girl sat at the window.", "дЕЧПЮЛБ УЙДЕМБ Х ПЛОБ Й РЕМБ.", True),
    ("ru", "It has 5 kW and 3 MHz.", "В нём 5 кВт и 3 МГц.", False),
    ("fr", "The manor is closed and the park too.", "Le ch?teau est ferm? et le parc l'est ?galement.", True),
    ("fr", "Is it late? Is he there? Yes.", "Est-il tard ? Est-il là ? Oui.", False),
    ("sr", "A coat costs $90, a hat £25.", "Капут кошта 90 фунти, шешир 25 долара.", True),
    ("sr", "A coat costs $90, a hat £25.", "Капут кошта 90 долара, шешир 25 фунти.", False),
    ("hu", "A coat costs £90, a hat €25.", "A kabát 90 fontba, a kalap 25 euróba kerül.", False),
    ("he", "Add the sizes that are > 18.", "חברו את המידות הגדולות מ-18.", False),
    ("he", "Add the sizes that are > 18.", "חברו את המידות הקטנות מ-18.", True),
    ("zh", "Area: 35 m^2, volume: 140 m^3.", "面积：35平方米，体积：140立方米。", False),
    ("el", "The angle is 35° wide.", "Η γωνία είναι 35.", True),
    ("el", "The angle is 35° wide.", "Η γωνία είναι 35 μοίρες.", False),
    (
        "uk",
        ANIMALS.format("lynx", "elk"),
        ANIMALS.replace("Look", "Погляньте на це").format("lynx", "elk"),
        True,
    ),
    ("de", ANIMALS.format("lynx", "elk"), TIERE.format("Luchs", "Elch"), False),
    ("de", ANIMALS.format("lynx", "elk"), TURNED.format("Luchs", "Elch"), True),
    ("it", "A 13-year-old met 2 friends.", "Un tredicenne ha incontrato 2 amici.", False),
]


def _rows(name: str) -> list[list[str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n").split("\t") for line in lines if line and not line.startswith("#")]


PAIRS = [
    (language, source, target, verdict == "faulty")
    for verdict, language, source, target in _rows("gate_pairs.tsv")
]
TEXTS = {(name, language): text for name, language, text in _rows("paragraphs.tsv")}
PARAGRAPHS = [
    (language, TEXTS[name, "en"], text, False) for (name, language), text in TEXTS.items() if language != "en"
]


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"), [*MISREAD, *NUMBERS, *FORMULAS, *SIGNS, *PAIRS, *PARAGRAPHS]
)
def test_a_faulty_pair_is_dropped_and_a_faithful_one_kept(
    language: str, source: str, target: str, *, faulty: bool, dropped: Dropped
) -> None:
    reasons = dropped(source, target, language)
    assert bool(reasons) is faulty, reasons
