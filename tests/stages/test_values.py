"""Numbers and answers by value."""

from __future__ import annotations

import pytest

from parallelize.stages.values import announces_new_answer, answer_faults, number_faults


@pytest.mark.parametrize(
    ("source", "target", "language", "faults"),
    [
        ("It costs $1,200.50 for 3 boxes.", "Es kostet 1.200,50 $ für drei Kisten.", "de", 0),
        ("It costs $1,200.50 for 3 boxes.", "Es kostet 1.200,50 $ für vier Kisten.", "de", 1),
        ("She has 12 apples and 5 pears.", "Ana maapulo 13 na pea 5.", "sw", 2),
        ("He ran 10 miles in 45 minutes.", "Er lief 16 Kilometer in 45 Minuten.", "de", 0),
        ("He ran 10 miles in 45 minutes.", "Er lief 40 Kilometer in 45 Minuten.", "de", 2),
        ("It was 80 degrees on Monday 27th.", "Am Montag, dem 27., waren es 27 Grad.", "de", 0),
        (
            "Find the points $(1,3)$ and $(4,9)$ of $y = 2x$.",
            "Halla los puntos $(1,3)$ y $(4,9)$ de $y = 2x$.",
            "es",
            0,
        ),
        ("Six boxes. [asy] draw((0,0)--(10,99)); [/asy]", "Sechs Kisten.", "de", 0),
    ],
)
def test_numbers(source: str, target: str, language: str, faults: int) -> None:
    assert number_faults(source, target, "en", language).value == faults


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
    score = answer_faults([("solution", source, target)], "en", "de", None)
    assert score.value == faults
    assert score.where == ("solution" if faults or "Es kommen" in target else "")


def test_the_last_text_that_concludes_decides() -> None:
    texts = [
        ("problem", "How many?", "Wie viele?"),
        ("solution", r"$\boxed{3}$", r"$\boxed{4}$"),
        ("note", "Well done.", "Gut gemacht."),
    ]
    assert answer_faults(texts, "en", "de", "3").where == "solution"


def test_a_problem_that_was_answered() -> None:
    source = "Anna has 12 apples and gives away 5. How many are left?"
    target = "Anna hat 12 Äpfel und gibt 5 ab. Wie viele bleiben?"
    assert not announces_new_answer(source, target, "en", "de")
    assert announces_new_answer(source, f"{target} Die Antwort ist 7.", "en", "de")
