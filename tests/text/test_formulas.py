"""Formulas compared by content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.text.formulas import formula_difference


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Find $x + 2.$", "Finde $x + 2$."),
        (r"If \(n > 4\) then", "Wenn $n>4$, dann"),
        (r"Costs $\$20{,}000$", "Kostet 20.000 $"),
        (
            r"\[ f = \begin{cases} 1 & \text{if } x \\ 2 \end{cases} \]",
            r"\[ f = \begin{cases} 1 & \text{wenn } x \\ 2 \end{cases} \]",
        ),
        ("Let $x$ and $y$ be. Then $x$.", "Seien $x$ und $y$. Dann gilt $x$ und $x$."),
        ("About 1/2 of 4x400", "Die Hälfte von vier mal 400"),
        (r"$x \leq 5$", r"$x \le 5$"),
        ("Solve $a=1$, $b=2$", "Löse $a=1,b=2$"),
    ],
)
def test_the_same_formulas(source: str, target: str) -> None:
    assert formula_difference(source, target).count == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (r"so $x = \boxed{6}$.", "also $x = 6$."),
        ("Find $x^2 + 2x$.", "Finde $x^2 - 2x$."),
        (r"Find $\frac{a}{b}$.", "Finde es."),
        ("Find it.", r"Finde $\sqrt{2}+y^2$."),
        ("See https://example.org/a now", "Siehe https://example.org/b jetzt"),
        ("3 + 4 = 7 apples", "3 + 4 = 8 Äpfel"),
    ],
)
def test_other_formulas(source: str, target: str) -> None:
    assert formula_difference(source, target).count > 0


@given(st.text(st.sampled_from("ab1$\\{}^_=+[]() \n"), max_size=60))
def test_equal_texts_have_no_difference(text: str) -> None:
    assert formula_difference(text, text).count == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (r"Evaluate $\log_264$.", r"Calcula $\log_2 64$."),
        (r"Find ${x \over yz} = \frac58$.", r"Halla $\frac{x}{yz} = \frac{5}{8}$."),
        (r"so that $d = \lambda |PA|$", r"que $d$ es igual a $\lambda |PA|$"),
        (r"integers $n>1$ with $2^n$", r"大于1的整数 $n$，$2^n$"),
        (r"for $x$ in $[0,\infty)$", r"对所有 $x \in [0,\infty)$"),
        (r"letters $A,B,C,D,E$, and $F$", r"letras $A, B, C, D, E, F$"),
        (r"grade $9^{\mathrm{th}}$ of $x_9$", r"grado $9$ de $x_9$"),
        (r"a $13\text-\textit{igual}$ number", r"liczba $13\text{-igual}$"),
        (r"the number $``\text{AB}''$ and $A + B$", 'จำนวน $"AB"$ และ $A + B$'),
        (r"The square root of $t$ is more than $2$.", r"$\sqrt{t} > 2$ है।"),
        (r"Compute $\sin 2x + \tan x$.", r"Calcula $\sen 2x + \tg x$."),
        ("So 5 bags of 10 are 50.", "つまり、5 × 10 = 50 になる。"),
        ("a ticket for $7 and popcorn for $7", "un billet de 7 $ et 7 $ de pop-corn"),
    ],
)
def test_the_same_said_in_words_is_no_fault(source: str, target: str) -> None:
    assert formula_difference(source, target).count == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (r"integers $n > 1$", r"enteros $n \ge 1$"),
        (r"that $d = \lambda r$ holds", r"que $d = \lambda s$ vale"),
        (r"with $x = 2y$ and $y$", r"con $y$"),
        (r"The root of $t$ is more than $2$.", r"$\sqrt{t} > 2$ है।"),
        (r"The square root of $t$ is more than $2$.", r"$\sqrt{t} > 3$ है।"),
        (r"Compute $\sin 2x$.", r"Calcula $\cos 2x$."),
        (r"as $x$ tends to $0^-$", r"cuando $x$ tiende a $0$"),
        ("So 5 bags of 10 are 50.", "つまり、5 × 10 = 50、50 + 5 = 55。"),
        ("So 5 bags of 10 are 5 * 10 = 50.", "つまり、50 は 5 と 10 の積だ。"),
        (r"Evaluate $\log_264$.", r"Calcula $\log_{26} 4$."),
    ],
)
def test_a_changed_relation_is_a_fault(source: str, target: str) -> None:
    assert formula_difference(source, target).count > 0
