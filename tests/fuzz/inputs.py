"""Texts, trees and tables that nobody would write, made by a seed: soups of marks, mixed scripts, bombs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

__all__ = [
    "BOMBS",
    "LANGUAGES",
    "LONGEST",
    "SERIES",
    "bomb",
    "json_tree",
    "language",
    "series",
    "soup",
    "spoiled",
]

LONGEST = 20_000
"""Characters of the longest text of a fuzzer: none of that size may take more than two seconds."""
LANGUAGES = "en pt de fr es ja zh ko ar hi bn te ta th ru sw tr fa he vi es-MX de-CH sr-Latn xx".split()  # noqa: SIM905
_MARKS = [
    *r"""$ $$ \( \) \[ \] \boxed{ } { \frac \frac{1}{2} ` ``` ~~~ #### << >> = == 5 12.5 1,000 1.000 3/4 50% % ½ ✓ √ ·
    <|im_end|> <|im_start|> <think> </think> <answer> </answer> <b> | - + * / ^ _ ~ ! ? . , ; : ( ) [ ] " ' « » ” ’
    https://a.org/x?y=1 a@b.org word é 日本。 \begin{align} \end{align} \textbf{ \text{ X1 M1 Q1Z [1] %(a)s {name} {{ }}
    \sqrt{ \left( \right) \pi e i 10^{10} 1e999 -0 +5 − × ÷ ≤ < > & &amp; &#38; <script> Answer: A) (B) C. a.m. p.m. Mr. e.g.
    ٣ ٥ ۴ ५ ৩ 三 千 万 亿 第 五 百 دو fünf vinte zwei million thousand half dozen percent $5 €3 £2 °C km miles hours
    The answer is So Logo therefore because and but which und et de la 答え 답 ответ def return import x= f(x) print(
    \u200b \u202e \ufeff""".split(),  # noqa: SIM905
    "\n", "\n\n", " ", "  ", "\t", "\r\n", "\r", "\u2028", "\x00", "\x1b[31m", "\ud800", "\ue000", "\ue001",
    "\u200b", "\u202e", "\ufeff", "\u0301", "\U0001f600", "- ", "1. ", "> ", "# ", "| a | b |\n", "    x\n",
    "Two apples are left in the basket.", "Quantas maçãs ficaram na cesta?", "一共有多少个苹果？", "كم تفاحة بقيت؟",
]  # fmt: skip
_SCRIPTS = [
    (0x20, 0x7F), (0xA0, 0x24F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xE7F),
    (0x2000, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xAD00), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF),
]  # fmt: skip
BOMBS: tuple[str, ...] = (
    *"a half + - * = . , ! ? ( [ { } ] ) $ ` ~ # | < > / \\ ^ _ & % 1 0 9 x é 日 。 ٣ ५ \t \n".split(" "),  # noqa: SIM905
    " ", "\r\n", "half ", "1 ", "1,", "1.", "1/", "-1", "+1 ", "1e", "$1", "$ ", "$x$", "$$", "\\(", "\\[", "\\frac", "\\frac{",
    "{}", "{{", "}}", "()", "[]", "((", "[[", "<<1>>", "<<", "<think>", "</think>", "<think></think>", "<|", "<|im_end|>",
    "```", "```\n", "`a`", "**", "**a**", "* a\n", "- a\n", "1. a\n", "#### 1\n", "| a |", "|a|\n", "> ", "a\n", " \n", "\n\n",
    "a b ", "a, ", "a. ", "A. ", "a! ", "\"", "\"a\" ", "'", "«", "「", "http://", "http://a.b/", "a@b.", "a.b.", "a-", "a_", "_a_",
    "\\boxed{", "\\boxed{1}", "\\text{", "\\text{a}", "\\begin{a}", "\\end{a}", "\\begin{a}\\end{a}", "\\left(", "\\right)", "\\sqrt{",
    "x^", "x^{", "x_{", "=1", "1=", "1+", "+1=", "x=", "≤", "1%", "% ", "½", "1½", "one ", "million ", "hundred and ", "vinte e ",
    "ein", "und", "fünf", "二", "十", "百万", "千 ", "दो ", "third ", "thousand", "twenty-", "seven", "dozen ", "percent ", "miles ", "hours and ",
    "The answer is ", "Answer: ", "(A) ", "A) ", "A or B ", "therefore ", "of the ", "{name}", "%s", "%(a)s", "{{ x }}", "X1 ", "M1M2",
    "\u202e", "\u200b", "\u0301", "\ud800", "\ufeff", "\U0001f600", "a\u0301", "&amp;", "&#x", "<b>", "</b>", "<svg>", "<svg></svg>", "[asy]", "[/asy]",
    "{\"a\":", "[1,", "\"a\",", "def f():\n", "    return x\n", "x = 1\n", "import a\n", "\\", "\\\\", "\\n", "\\\"", "Mr. ", "e.g. ", "1:", "1:00 ",
    "10^", "2^2^", "1!", "!!", "sin ", "\\pi", "\\sum_{", "\\int", "a:b ", "?a", "1-", "1–", "1 000 ", "1'000 ", "1.000,", "0.", "00", "-", "−", "±",
)  # fmt: skip


SERIES: tuple[str, ...] = (
    "{i} apples and {k} pears. ",
    "It is {i} km and {j} kg at {h} °C, ${i}.50 each. ",
    "Let $x_{{{i}}} = {i}^2 + \\frac{{{i}}}{{{j}}}$ hold. ",
    "{i}. Step {i}: **add** `f({i})` to x{i}.\n",
    '{{"key{i}": "value {i} is here", "n": {i}}}\n',
    "The answer is \\boxed{{{i}}}. Wait, that is wrong: {j}. ",
    "| {i} | apple {k} | {j} |\n",
    "x{i} = f({k})  # add {j}\n",
    "({a}) option {i}\n",
    "<think>{i}</think> so {j} </answer>{k} ",
    "{i}/{j} of {k}½ and {i}%, one third of {i}. ",
    "At {h}:{h}5 p.m. on March {h}, 19{h} we had {i}. ",
    "Ann{a} gives Ben{a} x{i} of them, not {j}. ",
)
"""Pieces of texts in which no two pieces are alike: what is looked up in all that came before."""


def series(piece: str, size: int) -> str:
    """Such pieces one after the other, counted up, up to a size."""
    made: list[str] = []
    length = number = 0
    while length < size:
        letter, hour = chr(65 + number % 26), number % 12 + 1
        made.append(piece.format(i=number, j=number + 1, k=7 * number + 3, h=hour, a=letter))
        length += len(made[-1])
        number += 1
    return "".join(made)[:size]


def language(chance: random.Random) -> str:
    """A code, sometimes of no language."""
    return chance.choice(LANGUAGES)


def soup(chance: random.Random, most: int = 400) -> str:
    """A text of marks, words and signs of all scripts, up to so many characters; now and then a bomb."""
    kind = chance.random()
    if kind < 0.02:
        return bomb(chance.choice(BOMBS), chance.choice([most, LONGEST // 4, LONGEST]), chance)
    size = int(most * chance.random() ** 2)
    pieces: list[str] = []
    length = 0
    while length < size:
        piece = _piece(chance)
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces)[:LONGEST]


def _piece(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(_MARKS)
    if kind < 0.75:
        return " "
    if kind < 0.85:
        return str(chance.randrange(10 ** chance.randrange(1, 9)))
    low, high = chance.choice(_SCRIPTS)
    return "".join(chr(chance.randrange(low, high)) for _ in range(chance.randrange(1, 6)))


def bomb(unit: str, size: int, chance: random.Random | None = None) -> str:
    """One thing again and again, up to a size; with `chance`, sometimes with a sign before or after it."""
    text = (unit * (size // len(unit) + 1))[:size]
    if chance is not None and chance.random() < 0.5:
        text = chance.choice(_MARKS) + text
    if chance is not None and chance.random() < 0.5:
        text += chance.choice(_MARKS)
    return text


def spoiled(chance: random.Random, text: str) -> str:
    """The text with some of it lost, doubled, moved or changed."""
    for _ in range(chance.randrange(4)):
        if not text:
            break
        low = chance.randrange(len(text))
        high = min(len(text), low + chance.choice([1, 1, 2, 5, 40]))
        piece = chance.choice(["", text[low:high] * 2, _piece(chance), text[high : high + 5]])
        text = text[:low] + piece + text[high:]
    return text


def json_tree(chance: random.Random, depth: int = 4) -> Any:
    """A JSON value; numbers of 400 digits, NaN and doubled keys are for texts of JSON, see `spoiled`."""
    kind = chance.random()
    if depth == 0 or kind < 0.45:
        makers: list[Callable[[], Any]] = [
            lambda: soup(chance, 60), lambda: soup(chance, 60), lambda: chance.randrange(-(10**6), 10**6),
            lambda: chance.random() * 10 ** chance.randrange(-300, 300), lambda: None, lambda: True, lambda: "",
            lambda: chance.choice([10**400, -(2**63), 2**64, 1.5, "1e999", "nan", json.dumps({"a": soup(chance, 20)})]),
        ]  # fmt: skip
        return chance.choice(makers)()
    if kind < 0.7:
        return [json_tree(chance, depth - 1) for _ in range(chance.randrange(4))]
    keys = [
        "role",
        "content",
        "problem",
        "answer",
        "id",
        "messages",
        "a.b",
        "[0]",
        "",
        "parallelize",
        "row",
        "\t",
        "`",
    ]
    return {
        chance.choice([*keys, soup(chance, 8)]): json_tree(chance, depth - 1)
        for _ in range(chance.randrange(4))
    }
