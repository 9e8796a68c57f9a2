"""Numbers and answers by value."""

from __future__ import annotations

import pytest

from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.values import announces_new_answer, answer_faults, number_faults


@pytest.mark.parametrize(
    ("source", "target", "language", "faults"),
    [
        ("It costs $1,200.50 for 3 boxes.", "Es kostet 1.200,50 $ für drei Kisten.", "de", 0),
        ("It costs $1,200.50 for 3 boxes.", "Es kostet 1.200,50 $ für vier Kisten.", "de", 1),
        ("She has 12 apples and 5 pears.", "Ana maapulo 13 na pea 5.", "sw", 3),
        ("He ran 10 miles in 45 minutes.", "Er lief 16 Kilometer in 45 Minuten.", "de", 0),
        ("He ran 10 miles in 45 minutes.", "Er lief 40 Kilometer in 45 Minuten.", "de", 3),
        ("He ran 10 miles in 45 minutes.", "Er lief 10 Meilen in 72 Minuten.", "de", 3),
        ("He ran 60 miles, then ate 2 pies.", "Er lief 60 Meilen und aß dann 3 Kuchen.", "de", 3),
        ("There are 1,250 trees.", "Es gibt 1,25 Bäume.", "de", 3),
        ("There were 3,400 fans.", "Было 3,4 болельщика.", "ru", 3),
        ("They sold 25,197,624 hot dogs.", "Eles venderam 25,197.624 cachorros-quentes.", "pt", 3),
        ("They sold 25,197,624 hot dogs.", "Eles venderam 25.197.624 cachorros-quentes.", "pt", 0),
        ("They sold 25,197,624 hot dogs.", "Eles venderam 25,197,624 cachorros-quentes.", "pt", 0),
        ("It has 25,197,624 g.", "Tem 25.197,624 kg.", "pt", 0),
        ("There were 3,400 fans.", "Было 3,4 тыс. болельщиков.", "ru", 0),
        ("It is 1,250 m away.", "Está a 1,25 m.", "es", 3),
        ("It is 1,250 m away.", "Está a 1,25 km.", "es", 0),
        ("It is 1,250 m away.", "Iko umbali wa km 1.25.", "sw", 0),
        ("a hill 45 miles (72 kilometers) away", "ein Hügel in 72 Kilometern Entfernung", "de", 0),
        ("highs in the 80s", "Höchstwerte um 80 °F (27 °C)", "de", 0),
        ("a 20-degree difference", "una diferencia de 11 grados", "es", 0),
        ("She joined in March.", "彼女は3月に加わった。", "ja", 0),
        ("She joined in March.", "彼女は8月に加わった。", "ja", 2),
        ("She joined in March and left in May.", "彼女は3月に加わり、5月に去った。", "ja", 0),
        ("It may snow until late March.", "3月下旬まで雪が降るかもしれない。", "ja", 0),
        ("in four stores", "5店舗で", "ja", 2),
        ("in four stores", "4店舗で", "ja", 0),
        ("in four stores each day", "4店舗で1日に", "ja", 0),
        ("It carries 5000 pounds.", "承重量是 2,000 磅。", "zh", 3),
        ("He sails at 10 miles per hour and at 6 mph back.", "每小时 10 英里，以 2 英里返航。", "zh", 2),
        ("She bought 4 pens in March.", "彼女は8月にペンを3本買った。", "ja", 4),
        ("a 4 by 400 meter relay", "1600メートルリレー", "ja", 0),
        ("One says 80, a third says 25.", "1人は80、3番目は25と言い、3人で考える。", "ja", 0),
        ("the 6-foot-6 forward", "el alero de 1,98 m", "es", 0),
        ("the 6-foot-6 forward", "这位身高6.6英尺的前锋", "zh", 0),
        ("the numbers 1, 2, 3, 4, 5, and 6", "los números del 1 al 6", "es", 0),
        ("the numbers 1, 2, 3, 4, 5, and 6", "los números del 1 al 5", "es", 4),
        ("they meet in [4,9]", "se cortan en [4,9]", "es", 0),
        ("a decade later, in 1880", "10 ans plus tard, en 1880", "fr", 0),
        ("200 Grade 5 students", "200 élèves de CM2", "fr", 1),
        ("Twenty dozen cups", "20ダースのカップ", "ja", 0),
        ("a £2.8bn market", "2.8 बिलियन पाउंड का बाज़ार", "hi", 0),
        ("She has 7 cats.", "Sie hat Katzen.", "de", 1),
        ("sold for £125m three years ago", "విక్రయించి £125m మూడు సంవత్సరాలు", "te", 0),
        ("It has 125 million, three years old.", "Nilainya 125 juta, tiga tahun.", "id", 0),
        ("20.4 million people watched", "20.4 மில்லியனுக்கும் அதிகமானோர் பார்த்தனர்", "ta", 0),
        ("in the 1930s", "在 20 世纪 30 年代", "zh", 0),
        ("He waits 4 hours, then half an hour in 4 hours.", "4時間待って、次の30分", "ja", 0),
        ("It was 80 degrees on Monday 27th.", "Am Montag, dem 27., waren es 27 Grad.", "de", 0),
        (
            "Find the points $(1,3)$ and $(4,9)$ of $y = 2x$.",
            "Halla los puntos $(1,3)$ y $(4,9)$ de $y = 2x$.",
            "es",
            0,
        ),
        ("He has 4 nickels and 3 dimes.", "Ana sarafu 4 za senti 5 na sarafu 3 za senti 10.", "sw", 0),
        ("He has 4 nickels.", "Er hat 4 Münzen zu 0,05 $.", "de", 0),
        ("He has 4 nickels and 3 dimes.", "Ana sarafu 5 za senti 5 na sarafu 3 za senti 10.", "sw", 7),
        ("He has 4 nickels.", "Ana sarafu 4 za senti 25.", "sw", 2),
        ("in the 1980s", "laarin 1980 si 1989", "yo", 0),
        ("in the 1980s", "laarin 1980 si 1988", "yo", 2),
        ("2.5 million people, 3 thousand cats", "mutane miliyan 2.5, kuliyoyi dubu 3", "ha", 0),
        ("She has 13 cats and 12 dogs.", "Tana da kuliyoyi goma sha uku da karnuka 12.", "ha", 0),
        ("She has 13 cats and 12 dogs.", "Tana da kuliyoyi 14 da karnuka 12.", "ha", 3),
        ("£11 million for 3 of 20", "Fam miliyan 11, 4 na 20", "ha", 3),
        ("Six boxes. [asy] draw((0,0)--(10,99)); [/asy]", "Sechs Kisten.", "de", 0),
        (r"Six boxes. \begin{tikzpicture}\draw(0,0)--(10,99);\end{tikzpicture}", "Sechs Kisten.", "de", 0),
        # a formula that is nothing but a number is a number
        (
            r"Place $25$ red and $25$ blue tiles on $8$ shelves; $x$ stays.",
            r"Lege $22$ rote und $25$ blaue Fliesen auf $8$ Regale; $x$ bleibt.",
            "de",
            3,
        ),
        (
            r"Place $25$ red and $25$ blue tiles on $8$ shelves; $x$ stays.",
            r"Lege $25$ rote und $25$ blaue Fliesen auf acht Regale; $x$ bleibt.",
            "de",
            0,
        ),
        (
            r"He saves $\$20{,}000$ and $\$66,200$ at $\frac{1}{7}$.",
            r"Er spart \(20.000\) und 66.200 Dollar zu $\frac{1}{7}$.",
            "de",
            0,
        ),
        (
            r"He saves $\$20{,}000$ and $\$66,200$ at $\frac{1}{7}$.",
            r"Er spart $\$50{,}000$ und $\$66,200$ zu $\frac{1}{7}$.",
            "de",
            3,
        ),
        # miles that stayed miles were not converted, and only square miles have the factor of squares
        (
            "A 12-mile loop: the first 4 miles are flat.",
            "Un circuito de 12 millas: las primeras 7 millas son llanas.",
            "es",
            3,
        ),
        (
            "A 12-mile loop: the first 4 miles are flat.",
            "Un circuito de 19 km: los primeros 6 km son llanos.",
            "es",
            0,
        ),
        ("Dana skips at 3 miles per hour.", "Dana salta a 8 millas por hora.", "es", 3),
        ("About 30 square miles burned.", "Ardieron unos 78 kilómetros cuadrados.", "es", 0),
    ],
)
def test_numbers(source: str, target: str, language: str, faults: int) -> None:
    assert number_faults(Pair.of(source, target, ("en", language))).value == faults


@pytest.mark.parametrize(
    ("source", "target", "faults"),
    [
        (r"So it is $\boxed{1.5}$.", r"Also ist es $\boxed{1,5}$.", 0),
        (r"So it is $\boxed{1.5}$.", r"Also ist es $\boxed{15}$.", 1),
        (r"So it is $\boxed{\frac{1}{2}}$.", r"Also ist es $\boxed{0{,}5}$.", 0),
        (r"So it is $\boxed{7}$.", "Also ist es 7.", 1),
        ("Work.\n#### 18", "Arbeit.\n#### 18", 0),
        ("The answer is 18.", "Die Antwort ist 18.", 0),
        ("The answer is 18.", "Es kommen 18 heraus.", None),
        ("The answer is 18.", "Es kommen 19 heraus.", 1),
        ("How many apples are left?", "Wie viele Äpfel bleiben?", None),
    ],
)
def test_answers(source: str, target: str, faults: int | None) -> None:
    score = answer_faults(Row(pairs=[("solution", Pair.of(source, target, ("en", "de")))]))
    assert score.value == faults
    assert score.where == ("solution" if faults or "Es kommen" in target else "")


def test_the_last_text_that_concludes_decides() -> None:
    texts = [
        ("problem", "How many?", "Wie viele?"),
        ("solution", r"$\boxed{3}$", r"$\boxed{4}$"),
        ("note", "Well done.", "Gut gemacht."),
    ]
    pairs = [(path, Pair.of(source, target, ("en", "de"))) for path, source, target in texts]
    assert answer_faults(Row(pairs=pairs, answer="3")).where == "solution"


def test_a_problem_that_was_answered() -> None:
    source = "Anna has 12 apples and gives away 5. How many are left?"
    target = "Anna hat 12 Äpfel und gibt 5 ab. Wie viele bleiben?"
    assert not announces_new_answer(Pair.of(source, target, ("en", "de")))
    assert announces_new_answer(Pair.of(source, f"{target} Die Antwort ist 7.", ("en", "de")))
