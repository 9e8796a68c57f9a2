"""What is protected, what is not, and that it always comes back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallelize.core.ports import Placeholders
from parallelize.text.protect import (
    Masked,
    SpanKind,
    find_spans,
    mask_spans,
    prose,
    span_difference,
    unmask,
)
from parallelize.text.protect import scanner as scanner_module
from parallelize.text.protect.formulas import TIGHT_FORMULA


def mask(text: str, form: Placeholders) -> Masked:
    return mask_spans(text, find_spans(text), form)


def spans(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let $x=3$ and $$y$$ hold.", ["$x=3$", "$$y$$"]),
        (r"So \(a+b\) and \[ c \] too.", [r"\(a+b\)", r"\[ c \]"]),
        (r"The answer is \boxed{\frac{1}{2^{n}}}.", [r"\boxed{\frac{1}{2^{n}}}"]),
        (r"\boxed{\text{if } \{x\} > 0}", [r"\boxed{\text{if } \{x\} > 0}"]),
        (
            "\\begin{align*}\na &= b \\\\\n\nc\n\\end{align*} done",
            ["\\begin{align*}\na &= b \\\\\n\nc\n\\end{align*}"],
        ),
        (r"\begin{itemize} \item One", [r"\begin{itemize}", r"\item"]),
        (
            r"\begin{exercise*} Let $n$ be any number. \end{exercise*}",
            [r"\begin{exercise*}", "$n$", r"\end{exercise*}"],
        ),
        (r"\begin{mine} a b \end{mine}", [r"\begin{mine} a b \end{mine}"]),
        (
            r"\begin{lstlisting} say what you like \end{lstlisting}",
            [r"\begin{lstlisting} say what you like \end{lstlisting}"],
        ),
        (r"The \textbf{final step:} is here", [r"\textbf{", "}"]),
        (r"\textbf{with $x$ inside} it", [r"\textbf{", "$x$", "}"]),
        (r"It costs \$18 today", [r"\$18"]),
        ("Natalia sold 48/2 = <<48/2=24>>24 clips.", ["48/2 = <<48/2=24>>24"]),
        ("He pays $5 + $6 = $<<5+6=11>>11.", ["$5 + $6 = $<<5+6=11>>11"]),
        ("so\n#### 1,000", ["#### 1,000"]),
        ("Name them.\n#### Tuesday", ["#### Tuesday"]),
        ("#### Step 1\nCompute.", []),
        ("use `x = 1` now", ["`x = 1`"]),
        ("```python\nx = '$'\n\n```\nend", ["```python\nx = '$'\n\n```"]),
        (
            "see https://example.org/a?b=c. Or mail a.b@example.org!",
            ["https://example.org/a?b=c", "a.b@example.org"],
        ),
        ('a <b class="x">bold</b> word', ['<b class="x">', "</b>"]),
        ("Dear {name}, {{count}} left, %(total)s", ["{name}", "{{count}}", "%(total)s"]),
        ("a <|im_end|> b <think>c</think> [INST]", ["<|im_end|>", "<think>", "</think>", "[INST]"]),
        ("we have $ x + 1 $ here", ["$ x + 1 $"]),
        ("she needs 1½ ÷ 6 = ¼ cup of flour", ["1½ ÷ 6 = ¼"]),
        ("Horizontal: 40·cos 30° = 20√3 m/s, about", ["40·cos 30° = 20√3 m/s"]),
        ("79 = 5·15 + 4 ✓. 6 pancakes 🥞, a → b", ["79 = 5·15 + 4 ✓", "🥞", "a → b"]),
        ("v² sin(2θ)/g = 80√3. Same", ["v² sin(2θ)/g = 80√3"]),
        ("cost £297.50 − 137.50 = £160. (2½ hours)", ["£297.50 − 137.50 = £160", "2½"]),
        ("I have ½ a pie", ["½"]),
        ("os lados $PBC$, $CAT$ e $AB$", ["$PBC$", "$CAT$", "$AB$"]),
        ("at $(x, y)$ and $f(n-2)$", ["$(x, y)$", "$f(n-2)$"]),
        ("$ab$, $xy$th and $(x - 12)(y - 12)$", ["$ab$", "$xy$", "$(x - 12)(y - 12)$"]),
        (r"so $AI \cdot IM = \frac{r}{s} \cdot 2R$", [r"$AI \cdot IM = \frac{r}{s} \cdot 2R$"]),
        (r"$\text{if it rains}$ then", [r"$\text{if it rains}$"]),
    ],
)
def test_protected(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Each egg is $2 per egg and $3 per duck, so $5 in all.",
        "She has $20, and he has $30, which is more than $10.",
        "It went from $10 to $20, i.e. about $15 more",
        "costs $5, $6, and $7 per pound",
        "a < b and c > d",
        "It is 5 o'clock on 3 May; 20 people came.",
        "unclosed $x and a lone \u20ac5",
        "the #1 choice, item #2",
        "[not an instruction] (nor this)",
    ],
)
def test_not_protected(text: str) -> None:
    assert spans(text) == []


def test_money_beside_formulas() -> None:
    assert spans("He had $5 and bought $n$ pens at $2 each.") == ["$n$"]


def test_a_currency_before_the_dollar_is_money() -> None:
    assert spans("US $ 65/mês x 4 meses = US $<<65*4=260>>260") == ["<<65*4=260>>260"]
    assert spans("US$20, US $ 30 e R$ 5 por $n$") == ["$n$"]
    assert spans(r"A $3 \times 3$ grid in the US $n$ times") == [r"$3 \times 3$", "$n$"]


def test_kinds() -> None:
    kinds = [span.kind for span in find_spans("$x$ `c` <b> <|im_end|> {name} 1+1=2")]
    assert kinds == [
        SpanKind.MATH,
        SpanKind.CODE,
        SpanKind.TAG,
        SpanKind.CONTROL,
        SpanKind.TEMPLATE,
        SpanKind.ARITHMETIC,
    ]


@pytest.mark.parametrize("form", list(Placeholders))
def test_mask_hides_and_unmask_restores(form: Placeholders) -> None:
    text = r"Let $x=3$, `f(x)` and \boxed{9}s; X1 or M1 are plain words, Q1Z too."
    masked = mask(text, form)
    assert "$" not in masked.text
    assert "boxed" not in masked.text
    restored = unmask(masked.text, masked)
    assert restored.text == text
    assert restored.exact


def test_placeholder_avoids_letters_of_the_text() -> None:
    masked = mask("Point X1 lies on $k$.", Placeholders.X)
    assert masked.tokens == ("K1",)


def test_a_token_beside_a_span_is_not_taken_for_a_placeholder() -> None:
    masked = mask("%(a)sX1 and $k$", Placeholders.X)
    assert unmask(masked.text, masked).text == "%(a)sX1 and $k$"


def test_every_letter_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="every placeholder"):
        mask("X1 K1 W1 V1 J1 $a$", Placeholders.X)


def test_lost_and_repeated_placeholders_are_named() -> None:
    masked = mask("$a$ then $b$ then $c$", Placeholders.X)
    restored = unmask("X1 então X1 e X9", masked)
    assert restored.lost == ("$b$", "$c$")
    assert restored.added == ("$a$", "9")
    assert restored.text == "$a$ então $a$ e X9"


def test_space_put_in_for_a_placeholder_goes_away_again() -> None:
    masked = mask("the $n$th term", Placeholders.X)
    assert masked.text == "the X1 th term"
    assert unmask("o X1 th termo", masked).text == "o $n$th termo"


def test_prose_leaves_language_only() -> None:
    assert prose(r"If $x>0$ then \boxed{5}.").split() == ["If", "then", "."]


def test_difference_ignores_order_and_white_space() -> None:
    same = span_difference("$a + b$ and $c$", "$c$ und $a+b$")
    assert same.count == 0
    other = span_difference("$a$ and $b$", "$a$ und $a$")
    assert other.lost == ("$b$",)
    assert other.added == ("$a$",)


@pytest.mark.parametrize(
    "piece",
    [
        "\\(",
        "\\boxed{",
        "$",
        "$a ",
        "`",
        "<a ",
        "1+",
        "{",
        "<<",
        "```\n",
        "a@",
        "1,",
        "\\begin{x}",
        "#### x\n",
        "\\textbf{a",
        "\\[",
        "\\(\\a",
        "$\\a ",
        "$a\\b c",
        "$=a",
        "$ab, ",
        "$1+a ",
        "$A ",
    ],
)
def test_hostile_text_stays_quick(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    start = time.process_time()
    find_spans(text)
    assert time.process_time() - start < 2.5


def test_a_dollar_after_another_script_opens_a_formula() -> None:
    text = "すべての根が$ n ^ {2} $であるような$ z = 0 $の数"
    assert [text[span.start : span.end] for span in find_spans(text)] == ["$ n ^ {2} $", "$ z = 0 $"]


PIECE_LIST = """
\\ $ $ $ $$ \\$ ` ~ < [ { } # ~~~ ``` #### %( % ^ _ = + - * / | ( ) , . ; : ? ! a b x ab AB ABC ABCDEFGHI
is-a and 0 1 12 3.5 1..2 3, 48/2 5= \\( \\) \\[ \\] \\\\ \\frac \\alpha \\sin \\text{ \\textbf{
\\begin{align} \\end{align} <<1+2=3>> US S R CA <b> </think> <|im_end|> [INST]
[asy] [/asy] {name} %(x)s é ² √ ٣ × ≤ 日本
"""
PIECES = [*PIECE_LIST.split(), " ", " ", " ", "\n", "\n\n", "\t", "\u00a0"]
BETWEEN_DOLLARS = [
    "a",
    "x",
    "ab",
    "AB",
    "the",
    "sum",
    "\\alpha ",
    "\\sin",
    "\\text{",
    "}",
    " ",
    " ",
    "=",
    "1",
    "12",
    ",",
    "²",
]
FORMULA = st.tuples(
    st.sampled_from(["", "a ", "US ", "R", "CA", "5", " "]),
    st.lists(st.sampled_from(BETWEEN_DOLLARS), max_size=6).map(lambda pieces: f"${''.join(pieces)}$"),
    st.sampled_from(["", "", " ", "2", "²", "a", "$"]),
).map("".join)
LONG = st.integers(60, 110).map(lambda length: f"${', ' * (length // 2)}a$")
OPENERS = re.escape(scanner_module.OPENERS)
READERS_ALONE = re.compile(
    rf"[^{OPENERS}\d]*+(?:({TIGHT_FORMULA})|((?!))|((?!))|([{OPENERS}\d])|\Z)", re.VERBOSE
)
"""`_STEP` without its common formulas, sums and amounts of money."""


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24) | st.lists(FORMULA | LONG, max_size=4))
@example(["US $12$ and $3$"])
@example(["CA$12$"])
def test_the_pattern_of_common_formulas_and_sums_finds_what_the_readers_find(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = find_spans(text)
    find_spans.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanner_module, "_STEP", READERS_ALONE)
        assert find_spans(text) == found
    find_spans.cache_clear()
