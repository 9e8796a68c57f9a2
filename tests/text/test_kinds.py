"""Whole texts told by their shape: code and JSON however they are written, and prose that looks like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.text import kinds
from parallelize.text.kinds import (
    TextKind,
    is_code_line,
    is_plain_prose,
    is_prose_line,
    parsed_json,
    text_kind,
)

CODE = [
    "def area(side):\n    return side * side\n",
    "import Mathlib\nopen Nat",
    "theorem sum_even {m n : ℕ} (hm : Even m) (hn : Even n) : Even (m + n) := by sorry",
    "class Basket:\n    def weight(self, apples: list[int]) -> int:\n        ",
    "from basket import weight\n\ndef test_weight():\n    assert weight([1, 2]) == 3\n",
    "SELECT name FROM farmers WHERE cows > 3;",
    "CREATE TABLE boats (\n  id INTEGER PRIMARY KEY,\n  sails TEXT NOT NULL,\n  built_on DATE\n);",
    "#include <vector>\nusing namespace std;\nint main() {\n  cout << 1;\n}",
    "<ul>\n<li>Bread and butter</li>\n</ul>",
    "```python\nprint(1)\n```",
    "function add(a, b) {\n  return a + b;\n}",
    ">>> double(2)\n4",
    "diff --git a/one.py b/one.py\n@@ -1 +1 @@\n-x = 1\n+x = 2",
]
PROSE = [
    "For all x in the set: prove that x is even.",
    "Let x = 3. Then y = 4.",
    "import the goods\nexport the rest",
    "While he waits:",
    "def. of love (noun): a feeling",
    "Create a table of the boats:\nthe name of each and the year\nin which it was built",
    "Select the right answer from the list.",
    "Write a function:\n```python\ndef f(x):\n    pass\n```\nthat adds one.",
    "A poem;\nof rain;\nand snow;",
    "Class of 2019: who was there?",
    "[1, 2] is an interval.",
    "Yes",
    "a copper wire",
    "<b>Hello</b> my friend, how are you doing today?",
    "牛が三頭います",
]
VALUES = ["A", "42", "\\frac{1}{3}", "$x = 3$", "organic_chemistry", "https://example.org/a", "cc-by-4.0",
          "org/data-set/part_1", "pictures/street.png", "2024-02-03T00:00:00", " \n"]  # fmt: skip


JSON = ['{"a": 1}', "{'level': 4}", "[1, 2]"]
HOSTILE = [
    *("a", "def ", "( ", "return ", "[\n", "int ", "x = ", "<a ", "a, ", "if ", "{", "[", " "),
    *("\"'", "word ", "example ", "with ", "import a, "),
]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (TextKind.CODE, CODE),
        (TextKind.PROSE, PROSE),
        (TextKind.VALUE, VALUES),
        (TextKind.JSON, JSON),
    ],
)
def test_kinds(kind: TextKind, texts: list[str]) -> None:
    assert {text: text_kind(text) for text in texts} == dict.fromkeys(texts, kind)


def test_lines_of_code_and_of_prose() -> None:
    assert is_code_line("    for cow in herd:")
    assert not is_code_line("for every cow in the herd we pay:")
    assert is_prose_line("Then all the cows go home.")
    assert not is_prose_line("# then all the cows go home")


def test_only_objects_and_arrays_are_json() -> None:
    assert parsed_json(' {"a": [1]} ') == {"a": [1]}
    assert parsed_json("{'a': None}") == {"a": None}
    assert parsed_json("3") is None
    assert parsed_json('"word"') is None
    assert parsed_json("{a set}") is None


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    start = time.process_time()
    text_kind(piece * (100_000 // len(piece)) + ":")
    assert time.process_time() - start < 0.5


LINES = st.one_of(
    st.sampled_from([line for text in CODE + PROSE for line in text.split("\n")]),
    st.text(st.sampled_from('adefiorstStn ():;={}#<>@."+-0\t'), max_size=24),
    st.sampled_from(["String s = name;", "SELECT the book", "#### 72", "she has 3 of them", "...  x"]),
)


@given(LINES)
def test_the_first_word_never_hides_a_line_of_code(line: str) -> None:
    assert is_code_line(line) == (kinds._STRONG.match(line) is not None)


@given(st.lists(LINES, min_size=1, max_size=6).map("\n".join))
def test_what_is_quickly_told_to_be_prose_is_no_code_and_no_json(text: str) -> None:
    if is_plain_prose(text):
        assert kinds._kind(text) in {TextKind.PROSE, TextKind.VALUE}
        assert text_kind(text) in {TextKind.PROSE, TextKind.VALUE}
