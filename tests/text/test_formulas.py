"""Formulas compared by content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.text.formulas import formula_difference, tokens


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
        ("Let $a = 2, b = 3$, then $a = 2$.", "Sei $a = 2$ und $b = 3$, dann $a = 2$."),
        ("The side $AB = 5 cm$ is long, $AB > 0$.", "El lado $AB = 5$ cm es largo, $AB > 0$."),
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
        ("so $x = 13 - 4y$ and $x + 2(13 - 4y)$", "được $x = 13 - 4$ và $x + 2(13 - 4y)$"),
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


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("So $12 + 5 = 17x$.", "इसलिए $१२ + ५ = १७x$।"),
        (r"Write $\frac{3}{8}$ of $y$", "Schreibe 3/8 von $y$"),
        (r"$\frac{a+b}{c} = 2$", "(a+b)/c = 2"),
        (r"$y^{10} - \sqrt{y+1} = 0$", "y¹⁰ − √(y+1) = 0"),
        (r"$2^\frac{1}{2} \cdot z$", r"$2^{\frac{1}{2}} \times z$"),
        (r"if $m \ge 4$ and $\alpha \ne 90^\circ$", "wenn m ≥ 4 und α ≠ 90°"),
        (r"$p * q = .5r$", r"$p \cdot q = 0{,}5r$"),
        (r"$x_{10} = a_n$", "x₁₀ = aₙ"),
        (r"$k \div 7 = m$", "$k / 7 = m$"),
        ("$t＝4$，$s＞2$", "$t = 4$, $s > 2$"),
        ("so $x = 2 + 3 + 4$", "also $2 + 3 + 4 = x$"),
        (
            "\\begin{tabular}{|l|r|}\n\\hline\nAge & Count \\\\ \\hline 10 & 3 \\\\ \\end{tabular}",
            "\\begin{tabular}{|l|r|}\n\\hline\nÂge & Nb \\\\ \\hline 10 & 3 \\\\ \\end{tabular}",
        ),
        (r"$f = 2 \text{ if } 3 < x$", r"$f = 2 \text{ falls } 3 < x$"),
        ("so $4!=24z$", r"also $4! = 24z$"),
    ],
)
def test_one_formula_in_two_notations(source: str, target: str) -> None:
    assert formula_difference(source, target).count == 0
    assert formula_difference(target, source).count == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("So $12 + 5 = 17x$.", "इसलिए $१२ + ५ = १८x$।"),
        (r"Write $\frac{3}{8}$ of it", r"Schreibe $\frac{8}{3}$ davon"),
        (r"$a_{n+1} = 2$", r"$a_n+1 = 2$"),
        (r"$y^{10} = 0$", "$y^{11} = 0$"),
        (r"$\sqrt{y+1} = 4$", r"$\sqrt{y}+1 = 4$"),
        (r"$m \ge 4$", r"$m > 4$"),
        ("$m > 4$ and $k < 5$", "$m < 4$ und $k > 5$"),
        (r"$z = \text{40 cars}$", r"$z = \text{50 Autos}$"),
        (
            "\\begin{tabular}{c}\nAge & Count \\\\ 10 & 3 \\\\ \\end{tabular}",
            "\\begin{tabular}{c}\nÂge & Nb \\\\ 10 & 4 \\\\ \\end{tabular}",
        ),
    ],
)
def test_a_changed_formula_is_seen_in_any_notation(source: str, target: str) -> None:
    assert formula_difference(source, target).count > 0


@pytest.mark.parametrize("piece", ["\\frac", "^{", "√(", "\\sqrt[", "{", "\\frac{1}{", "((", "{a\\over b"])
def test_nested_and_unclosed_groups_are_read_in_linear_time(piece: str) -> None:
    assert formula_difference(f"${piece * 4_000}$", f"${piece * 4_000}x$") is not None
    tokens(piece * 10_000)


@pytest.mark.parametrize(
    ("source", "target", "faulty"),
    [
        (r"Solve $2x \le 10$.", "2x ≥ 10을 풀어라.", True),
        (r"Solve $2x \le 10$.", "2x ≤ 10을 풀어라.", False),
        ("Let $x > 3$.", "Sei x < 3.", True),
        ("Let $x > 3$.", "Sei 3 < x.", False),
        ("$x > 3$ or $x < 3$", "x größer als 3 oder x < 3", False),
    ],
)
def test_a_relation_turned_round_in_plain_text_is_a_fault(source: str, target: str, faulty: bool) -> None:
    assert bool(formula_difference(source, target).count) is faulty
