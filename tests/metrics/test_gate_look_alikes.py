"""Faulty pairs and the faithful ones that look like them, by the measure that must tell them apart."""

from __future__ import annotations

import pytest

from parallelize.core.identification import Identification
from parallelize.core.verdicts import Score
from parallelize.metrics.back_words import back_words
from parallelize.metrics.characters import character_signs
from parallelize.metrics.fidelity import truncation_signs
from parallelize.metrics.language import Status, vote
from parallelize.metrics.leftovers import copied_words, left_words
from parallelize.metrics.omission import omission
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.phrases import preamble_phrases
from parallelize.metrics.reading import read
from parallelize.metrics.repeated import repetition
from parallelize.metrics.requests import asks_in_words
from parallelize.metrics.signs import sign_faults
from parallelize.metrics.structure import structure_faults
from parallelize.metrics.swaps import back_swaps
from parallelize.metrics.values import number_faults
from parallelize.text.formulas.difference import formula_difference


def faults(score: Score) -> float:
    assert score.value is not None
    return score.value


@pytest.mark.parametrize(
    ("source", "target", "faulty"),
    [
        ("The boy eats a lemon tomorrow.", "El ni&ntilde;o come un lim&oacute;n ma&ntilde;ana.", True),
        ("The doors are green and heavy.", "Die T?ren sind gr?n und schwer.", True),
        ("The theater is closed.", "Le th??tre est ferm? et pr?s.", True),
        ("Use a &b; then stop.", "Use a &b; depois pare.", False),
        ("Use R and D.", "Use R&D; e pare.", False),
        ("Write &eacute; for it.", "Escreva &eacute; para isso.", False),
        ("Is it late? Are they here?", "Est-il tard? Sont-ils ici?", False),
        ("See x.example/?a=b?c=d now.", "Siehe x.example/?a=b?c=d jetzt.", False),
        ("The cat saw a bird.", "РљРѕС€РєР° СѓРІРёРґРµР»Р° РїС‚РёС†Сѓ.", True),
        ("The cat saw a bird.", "Рыжая Соня и Раиса Серова спят.", False),
    ],
)
def test_letters_damaged_on_the_way(source: str, target: str, *, faulty: bool) -> None:
    assert bool(character_signs(source, target)) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("es", "The bus needs 90 minutes.", "El autobús tarda una hora y media.", False),
        ("de", "The baby is 18 months old.", "Das Baby ist anderthalb Jahre alt.", False),
        ("fr", "The journey took 60 hours.", "Le voyage a duré deux jours et demi.", False),
        ("fr", "The journey took 60 hours.", "Le voyage a duré trois jours et demi.", True),
        ("fr", "The bus needs 100 minutes.", "Le bus met une heure et demie.", True),
        ("es", "It has 1.2M views.", "Tiene 1,2 millones de visitas.", False),
        ("es", "It has 1.2M views.", "Tiene 12 millones de visitas.", True),
        ("de", "The solution is 0.5M here.", "Die Lösung ist hier 0,5M.", False),
        ("sv", "Four hundred people came in 1999.", "Fyra tusen personer kom 1999.", True),
        ("sv", "Four hundred people came in 1999.", "Fyrahundra personer kom 1999.", False),
        ("id", "She has twice as many cards.", "Ia punya tujuh kali lebih banyak kartu.", True),
        ("id", "She has twice as many cards.", "Ia punya dua kali lebih banyak kartu.", False),
        ("nl", "It took one and a half days.", "Het duurde tweeënhalve dag.", True),
        ("nl", "It took one and a half days.", "Het duurde anderhalve dag.", False),
        ("pl", "The sixteenth letter is long.", "Siedemnasty list jest długi.", True),
        ("pl", "The thirty-sixth letter is long.", "Trzydziesty szósty list jest długi.", False),
        ("de", "The thirty-sixth letter is long.", "Der sechsunddreißigste Brief ist lang.", False),
        ("tr", "The sixteenth letter is long.", "On altıncıya gelen mektup uzun.", False),
        ("fr", "The pens cost 2 dollars, the ink 9.", "Les stylos coûtent, et l'encre 9.", True),
        ("fr", "The pens cost 2 dollars, the ink 9.", "Les stylos coûtent deux dollars, l'encre 9.", False),
        ("ar", "She waited 2 hours.", "انتظرت ساعتين.", False),
        ("ko", "He ate half of the 8 plums.", "그는 자두 8개 중 일부를 먹었다.", True),
        ("ko", "He ate half of the 8 plums.", "그는 자두 8개의 절반을 먹었다.", False),
        ("es", "It rained in the first half of 1990.", "Llovió a principios de 1990.", False),
        ("tr", "One third of the 9 cats sleep.", "9 kedinin üçte biri uyuyor.", False),
        ("cs", "He has a 5-euro note.", "Má pětieurovou bankovku.", False),
        ("it", "An angle of $30^\\circ$ and $x$.", "Un angolo di $50^\\circ$ e $x$.", True),
        ("sv", "It took one and a half hours.", "Det tog en och en halv timme.", False),
        ("sv", "It took one and a half hours.", "Det tog två och en halv timme.", True),
        ("sv", "Two thirds of the 30 chairs broke.", "Två femtedelar av de 30 stolarna gick sönder.", True),
        ("sv", "Two thirds of the 30 chairs broke.", "Två tredjedelar av de 30 stolarna gick sönder.", False),
        ("fi", "Three eighths of the 40 jars leak.", "Kolme kahdeksasosaa 40 purkista vuotaa.", False),
        ("fi", "Three eighths of the 40 jars leak.", "Kolme viidesosaa 40 purkista vuotaa.", True),
        ("pl", "Forty-two geese came.", "Przyleciały czterdzieści dwie gęsi.", False),
        ("pl", "One hundred and thirty pupils sang.", "Śpiewało sto trzydzieścioro uczniów.", False),
        ("nl", "One fifth of the 60 cows sleep.", "Een derde van de 60 koeien slaapt.", True),
        ("nl", "One fifth of the 60 cows sleep.", "Een vijfde van de 60 koeien slaapt.", False),
        ("th", "Two thirds of the 60 cows sleep.", "สองในสามของวัว 60 ตัวหลับ", False),
        (
            "pt",
            "Four cooks need 9 hours. How long do seven cooks need?",
            "Quatro cozinheiros precisam de 9 horas. De quanto tempo precisam os outros?",
            True,
        ),
        (
            "pt",
            "Four cooks need 9 hours. How long do seven cooks need?",
            "Quatro cozinheiros precisam de 9 horas. De quanto tempo precisam sete?",
            False,
        ),
        (
            "ru",
            "She rolls a six-sided die. What is the chance of 4?",
            "Она бросает шестигранный кубик. Каков шанс на 4?",
            False,
        ),
        (
            "de",
            "The sum tripled. How much is 8 now?",
            "Die Summe verdreifachte sich. Wie viel ist 8 jetzt?",
            False,
        ),
        ("bg", "Twenty-four of the ships sank.", "Двадесет и четири от корабите потънаха.", False),
        ("bg", "Twenty-four of the ships sank.", "Двадесет и пет от корабите потънаха.", True),
        ("sl", "Thirty-five geese came.", "Prišlo je petintrideset gosi.", False),
        ("sl", "Thirty-five geese came.", "Prišlo je petinštirideset gosi.", True),
        ("hr", "Sixteen of the geese slept.", "Šesnaest gusaka je spavalo.", False),
        ("hr", "Sixteen of the geese slept.", "Sedamnaest gusaka je spavalo.", True),
        ("sk", "Sixty-one geese came.", "Prišlo šesťdesiatjeden husí.", False),
        ("sk", "Sixty-one geese came.", "Prišlo šesťdesiatdva husí.", True),
        ("ru", "It cost three and a half million.", "Это стоило три с половиной миллиона.", False),
        ("ja", "They cost 4 dollars a dozen.", "それらは1ダース4ドルだ。", False),
        ("es", "A ferry sails 7 miles.", "Un ferri navega 11 millas.", True),
        ("es", "A ferry sails 7 miles.", "Un ferri navega 11 kilómetros.", False),
        ("te", "A ferry sails 7 miles.", "ఒక పడవ 11 మైళ్లు వెళ్తుంది.", True),
        ("th", "The dog ran at 8 miles per hour.", "สุนัขวิ่งได้ที่ 6 ไมล์ต่อชั่วโมง", True),
        ("th", "The dog ran at 8 miles per hour.", "สุนัขวิ่งได้ที่ 8 ไมล์ต่อชั่วโมง", False),
        ("th", "He sat in the eighth row.", "เขานั่งแถวที่ 8", False),
    ],
)
def test_numbers_said_in_another_way(language: str, source: str, target: str, *, faulty: bool) -> None:
    assert bool(faults(number_faults(Pair.of(source, target, ("en", language))))) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("uk", "Every summer my aunt sells 20 jars.", "у селі моя тітка продає 20 банок.", True),
        ("ru", "x is a number greater than 5.", "x — число, большее 5.", False),
        ("ru", "Find x.", "п. 5: найдите x.", False),
        ("zh", "Every day each of the men earns 20 yuan and eats 3 cakes.", "天挣20元，吃3块蛋糕。", True),
        ("zh", "The sky is blue on 3 days a week.", "天空每周有3天是蓝色的。", False),
        (
            "de",
            "How many days does Anna need to read a book of 300 pages if she reads 20 a day?",
            "Anna liest ein Buch von 300 Seiten und 20 am Tag.",
            True,
        ),
        ("de", "How many divisors does 36 have?", "Bestimme die Anzahl der Teiler von 36.", False),
        (
            "zh",
            "What is the area of a circle with a radius of 5 cm?",
            "求半径为5厘米的圆的面积。",
            False,
        ),
        (
            "ru",
            "What is its value if x is equal to 5 and y is equal to 7?",
            "Найдите его при x = 5, y = 7.",
            False,
        ),
        ("zh", "Eleven goats and 4 cows graze.", "头牛在吃草，还有11只山羊。", True),
        ("zh", "Eleven goats and 4 cows graze.", "头一天，十一只山羊和4头牛在吃草。", False),
        ("ja", "Nine pens and 4 keys lie here.", "本のペンと4本の鍵がここにあります。", True),
        ("ko", "Dogs eat 2 bowls a day.", "개는 하루에 두 그릇을 먹는다.", False),
        ("ko", "There are 2 plums and 9 figs.", "개의 자두와 무화과 9개가 있다.", True),
        ("ja", "Ten books lie in 2 bags.", "本の中にはかばん2つに入った10冊があります。", False),
        ("th", "He has 9 cats. 4 left. How many stay?", "เขามีแมว 9 ตัว จากไป 4 ตัว", True),
        ("th", "Say who is right, Ann or Bo?", "บอกมาว่าแอนหรือโบใครถูกมากกว่า", False),
    ],
)
def test_beginnings_and_questions_that_are_gone(
    language: str, source: str, target: str, *, faulty: bool
) -> None:
    assert bool(faults(truncation_signs(Pair.of(source, target, ("en", language))))) is faulty


def test_words_of_an_unknown_language_are_not_judged() -> None:
    assert asks_in_words("Quot dies sunt", "la") is None
    assert asks_in_words("Finn summen", "nb") is True


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        (
            "de",
            "The sun is setting. The birds fly home. We are going to bed.",
            "Die Sonne geht unter, die Vögel fliegen nach Hause, und wir gehen ins Bett.",
            False,
        ),
        (
            "de",
            "The sun is setting. The birds fly home over the fields. We are going to bed.",
            "Die Sonne geht unter, und wir gehen ins Bett.",
            True,
        ),
        (
            "zh",
            "The market opens early. Many people buy fish there. The streets are narrow.",
            "市场很早就开门，很多人在那里买鱼，街道很窄。",
            False,
        ),
        (
            "hi",
            "“Is it late?” asked Ravi. His sister did not hear him at all. They went home quickly.",
            "“क्या देर हो गई?” रवि ने पूछा। वे जल्दी घर चले गए।",
            True,
        ),
        (
            "ja",
            "“Is it late?” asked Ravi. His sister did not hear him. They went home.",
            "「もう遅い？」とラヴィは尋ねた。妹には聞こえなかった。二人は家に帰った。",
            False,
        ),
        (
            "vi",
            "The tea is cold. Be quick. Drink it in 3 minutes.",
            "Trà nguội rồi nên hãy nhanh và uống trong 3 phút.",
            False,
        ),
        (
            "nl",
            "Eva has a pond. It is 9 feet long. How deep is it?",
            "Eva heeft een vijver van 9 voet lang. Hoe diep is die?",
            False,
        ),
        (
            "zh",
            "Close the lid. Wait a bit. Stir it. Do not taste it yet.",
            "盖上盖子，稍等片刻，搅拌一下，先不要品尝。",
            False,
        ),
    ],
)
def test_sentences_made_into_one(language: str, source: str, target: str, *, faulty: bool) -> None:
    assert (faults(omission(Pair.of(source, target, ("en", language)))) > 2.0) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        (
            "hr",
            "He bought a house there, where he wants to open a small museum.",
            "Kupio je ondje kuću, gdje želi otvoriti a small museum.",
            1,
        ),
        ("ro", "She opened a small library in the village.", "Ea a deschis a small library în sat.", 1),
        ("da", "They live in the former railway station.", "De bor i den former railway station.", 1),
        ("da", "They live in the former railway station.", "De bor i den tidligere banegård.", 0),
        (
            "he",
            "Read it.\n| Seed | Years | Temperature |\n|---|---|---|\n| Tomato | 4 | 20 |",
            "קראו.\n| Seed | Years | Temperature |\n|---|---|---|\n| Tomato | 4 | 20 |",
            1,
        ),
        (
            "he",
            "Read it.\n| Seed | Years | Temperature |\n|---|---|---|\n| Tomato | 4 | 20 |",
            "קראו.\n| זרע | שנים | טמפרטורה |\n|---|---|---|\n| עגבנייה | 4 | 20 |",
            0,
        ),
        ("ja", "Use | x | y |", "| x | y | を使う", 0),
        ("fr", "It is a real total normal value.", "C'est une valeur normale.", 0),
    ],
)
def test_phrases_and_heads_of_tables_that_were_left(
    language: str, source: str, target: str, faulty: int
) -> None:
    assert bool(left_words(Pair.of(source, target, ("en", language))).value) is bool(faulty)


def test_no_word_counts_in_two_measures() -> None:
    pair = Pair.of("They saw bugs with them.", "Eles viram bugs with eles.", ("en", "pt"))
    assert left_words(pair).evidence == "with"
    assert copied_words(pair).evidence == "bugs"
    back = {"text": [("He has 3 more plums.", "He has 3 fewer plums.")]}
    row = Row(pairs=[("text", Pair(read("He has 3 more plums.", "en"), read("", "pt")))], back=back)
    assert (faults(back_swaps(row)), faults(back_words(row))) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("target", "looping"),
    [
        ("答案如下：\n•\n•\n•\n•\n•\n•\n•\n•\n•\n•", True),
        ("Wie viele sind es?????????????????", True),
        ("Er wartete … und wartete ...................................", False),
        ("Wirklich?!?! So viele!!!", False),
    ],
)
def test_one_sign_over_and_over(target: str, *, looping: bool) -> None:
    assert bool(faults(repetition(Pair.of("How many are there?", target, ("en", "de"))))) is looping


def test_neighbours_in_one_script_are_told_apart() -> None:
    def found(text: str, expected: str, *opinions: tuple[str, float]) -> Status:
        heard = [Identification(language=code, probability=share) for code, share in opinions]
        return vote(text, expected, heard).status

    russian, slovene = (
        "Билет стоит 30 рублей. Сколько стоят два билета?",
        "Vsak kupec je vzel tri in pol kruha za vsako hišo.",
    )
    assert found(russian, "uk", ("ru", 0.9), ("ru", 0.8), ("ru", 1.0)) is Status.OFF
    assert (
        found(russian.replace("и", "і"), "uk", ("ru", 0.9), ("ru", 0.8), ("ru", 1.0)) is Status.UNDETERMINED
    )
    assert found(slovene, "sr-Latn", ("en", 0.3), ("sl", 0.9), ("sl", 1.0)) is Status.OFF
    serbian = "Svaki kupac je uzeo tri i po hleba za svaku kuću."
    assert found(serbian, "sr-Latn", ("en", 0.3), ("sl", 0.9), ("sl", 1.0)) is Status.UNDETERMINED


TABLE = "| A | B |\n|---|---|\n| x | {} |\n| y | {} |"


@pytest.mark.parametrize(
    ("source", "target", "faulty"),
    [
        (TABLE.format("31", "1,900"), TABLE.format("1.900", "31"), True),
        (TABLE.format("31", "1,900"), TABLE.format("৩১", "১৯০০"), False),
        (
            r"\begin{tabular}{cc} Ox & 9 \\ Ass & 4 \end{tabular}",
            r"\begin{tabular}{cc} Boi & 4 \\ Asno & 9 \end{tabular}",
            True,
        ),
        (
            r"\begin{tabular}{cc} Ox & 9 \\ Ass & 4 \end{tabular}",
            r"\begin{tabular}{cc} Boi & 9 \\ Asno & 4 \end{tabular}",
            False,
        ),
    ],
)
def test_numbers_of_a_table_keep_their_places(source: str, target: str, *, faulty: bool) -> None:
    assert bool(faults(structure_faults(Pair.of(source, target, ("en", "pt"))))) is faulty


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("hu", "Add the numbers that are > 40.", "Add össze a 40-nél nagyobb számokat.", False),
        ("hu", "Add the numbers that are > 40.", "Add össze a 40 számokat.", True),
        ("zh", "Add the numbers that are < 40.", "把小于40的数相加。", False),
        (
            "de",
            "Add the numbers that are >= 40.",
            "Addiere die Zahlen, die größer oder gleich 40 sind.",
            False,
        ),
        ("es", "It has 33 kΩ and 5 µF.", "Tiene 33 y 5.", True),
        ("it", "The fuse blows at 16 mA.", "Il fusibile salta a 16.", True),
        ("it", "The fuse blows at 16 mA.", "Il fusibile salta a 16 milliampere.", False),
        ("it", "Take 40 ml or 60 ml.", "Prendi 40 o 60 millilitri.", False),
        ("it", "Take 40 ml or 60 ml.", "Prendi 40 o 60.", True),
        ("hu", "Add the numbers that are > 40.", "Add össze a 40-nél kisebb számokat.", True),
        ("ja", "Add the numbers that are > 40.", "40より小さい数を足しなさい。", True),
        ("ja", "Add the numbers that are > 40.", "40より大きい数を足しなさい。", False),
        ("es", "It has 33 kΩ and 5 µF.", "Tiene 33 kiloohmios y 5 microfaradios.", False),
        ("uk", "It costs $20, the other €70.", "Це коштує 20 доларів, а те — 70 євро.", False),
        ("uk", "It costs $20, the other €70.", "Це коштує 20 євро, а те — 70 євро.", True),
        ("el", "Stop when i == 9 or n > 60.", "Σταμάτα όταν i == 9 ή n < 60.", True),
        ("ko", "They got 30% off the price.", "그들은 30의 할인을 받았다.", True),
        ("ko", "They got 30% off the price.", "그들은 3할을 깎았다.", False),
        ("ja", "They got 30% off the price.", "30の割引を受けた。", True),
        ("ja", "They got 30% off the price.", "3割引だった。", False),
        ("sv", "Note that sqrt(3) + sqrt(5) is odd.", "Notera att sqrt(3) * sqrt(5) är udda.", True),
        ("sv", "Note that sqrt(3) * sqrt(5) is odd.", "Notera att √3 · √5 är udda.", False),
        ("da", "Let c_{k-1} = 4 and c_1 = 2.", "Lad c_{k+1} = 4 og c_1 = 2.", True),
        ("da", "Let c_{k-1} = c_k - 4.", "Lad c_{k-1} = c_k + 4.", True),
        ("da", "Let c_{k-1} = c_k - 4.", "Lad c_{k−1} = c_k − 4.", False),
        ("de", "Eva has 8 more pens than Udo, with x > 3.", "Eva hat 8 Stifte mehr als Udo, mit x 3.", True),
        ("de", "Eva has 8 more pens than Udo, with x > 3.", "Eva hat 8 Stifte mehr, x größer als 3.", False),
        ("sw", "Ana has fewer eggs, y < 6.", "Ana ana mayai machache, chini, y 6.", True),
        ("ko", "A pen costs $6, a cap $9.", "펜은 6유로이고 모자는 9유로입니다.", True),
        ("ko", "A pen costs $6, a cap $9.", "펜은 6달러이고 모자는 9달러입니다.", False),
        ("th", "He ran the first third of 3 miles.", "เขาวิ่งหนึ่งในสามแรกของ 3 กิโลเมตร", True),
        ("th", "He ran the first third of 3 miles.", "เขาวิ่งหนึ่งในสามแรกของ 3 ไมล์", False),
    ],
)
def test_signs_that_changed_and_signs_that_became_words(
    language: str, source: str, target: str, *, faulty: bool
) -> None:
    pair = Pair.of(source, target, ("en", language))
    assert bool(faults(sign_faults(pair))) is faulty


@pytest.mark.parametrize("language", ["de", "vi", "sw", "pl", "ru"])
def test_an_english_noun_with_its_article_was_left(language: str) -> None:
    pair = Pair.of("He hid the jar in a barn.", "X y the jar z w.", ("en", language))
    assert left_words(pair).evidence == "the jar"
    quoted = Pair.of("He hid the jar in a barn.", "X y „the jar“ z w.", ("en", language))
    assert faults(left_words(quoted)) == 0


@pytest.mark.parametrize(
    ("source", "target", "faulty"),
    [
        (r"Let $x \cdot y^2 = 8$.", r"Sea $x y^2 = 8$.", False),
        (r"Let $3 \cdot 5 = 15$.", r"Sea $35 = 15$.", True),
        ("Let p(x) = 6x^2 - 5.", "Έστω p(x) = 6x² − 5.", False),
        ("Let sqrt(3) * sqrt(12) = 6.", "Sea √3 × √12 = 6.", False),
        (
            r"\begin{tabular}{cc} Town & Shops \\ 4 & 9 \end{tabular}",
            r"\begin{tabular}{cc} Πόλη & Καταστήματα \\ 4 & 9 \end{tabular}",
            False,
        ),
    ],
)
def test_formulas_by_what_they_say(source: str, target: str, *, faulty: bool) -> None:
    found = formula_difference(source, target)
    assert bool(found.lost or found.added) is faulty


def test_a_note_in_italics_at_the_end() -> None:
    source = "How many cups are in 2 pints?"
    target = "Wie viele Tassen sind in 2 Pints?\n\n*Hinweis: „Pint“ bleibt stehen.*"
    assert preamble_phrases(Pair.of(source, target, ("en", "de")))
    assert not preamble_phrases(Pair.of(source + "\n\n*Hint: think.*", target, ("en", "de")))
