"""Code, JSON and settings without a fence are copied; sentences that look like them are not."""

from __future__ import annotations

import time

import pytest

from parallelize.text.protect import SpanKind, find_spans
from parallelize.text.protect.blocks import code_blocks, json_values
from parallelize.text.segment import split

PYTHON = "def greater(a, b):\n    # the greater one\n    if a > b:\n        return a\n\n    return b"
SQL = "SELECT name,\n       age\nFROM people\nWHERE age > 30\nORDER BY name;"
C = '#include <stdio.h>\nint main() {\n    printf("two plain words");\n    return 0;\n}'
SCRIPT = "const rows = [];\nrows.push(1);\nconsole.log(rows);"
DOCTEST = ">>> double(4)\n8\n>>> double(5)\n10"
DIFF = "--- a/notes\n+++ b/notes\n@@ -1,2 +1,2 @@\n-an old line of words\n+a new line of words\n context"
SHELL = "tar -xzf archive.tar.gz"
SETTINGS = '[client]\nname = "dora"\nretries = 4'
INDENTED = "    count = 0\n    for step in range(9):\n        count += step\n    print(count)"


GO = "total := 0\nfor _, x := range items {\n\ttotal += x\n}\nfmt.Println(total)"
RUBY = "items.each do |x|\n  total += x * 2\nend\nputs total"
R = "x <- c(4, 5)\nfor (v in x) {\n  total <- total + v\n}\nprint(total)"
LUA = "local total = 0\nfor i = 1, 9 do\n  total = total + i\nend\nprint(total)"
HASKELL = "cube :: Int -> Int\ncube x = x * x * x\nmain = print (cube 3)"
LOOP = "for f in *.txt; do\n  cat $f\ndone"
PERL = 'my $sum = 0;\nforeach my $x (@list) {\n    $sum += $x;\n}\nprint "$sum\\n";'
FIND = "find ~/notes -type f -mtime -3 | sort"
OTHERS = [FIND, PERL, GO, RUBY, R, LUA, HASKELL, LOOP]


@pytest.mark.parametrize("code", [*OTHERS, PYTHON, SQL, C, SCRIPT, DOCTEST, DIFF, SHELL, SETTINGS, INDENTED])
@pytest.mark.parametrize("around", [("", ""), ("Look at this:\n\n", "\n\nIt works for all of them.")])
def test_code_is_one_block_and_is_copied(code: str, around: tuple[str, str]) -> None:
    before, after = around
    text = before + code + after
    assert [text[span.start : span.end] for span in code_blocks(text)] == [code.lstrip()]
    sent = [part.text for part in split(text, segment_chars=400, multiline=False) if part.send]
    assert sent == [piece.strip() for piece in around if piece]


@pytest.mark.parametrize(
    "text",
    [
        "Let me go to the store.\nIf the price is right, then buy:\nReturn to the start.",
        "For each of the 3 boxes: 5 apples.\nClass is over, with a bit of luck:\nelse nothing",
        "x = 5\ny = 3\nso the sum is 8",
        "select one card from the deck and\nput it back",
        "make a list of all the things\nthat you want to sort\nand go home",
        "int the end; of it all",
        "Import is good (now)\nand export is not",
        "git is a tool.\nls shows files.",
        "We have to\nfind the value of -x there\nfind it - or not",
        "function f is continuous on the\nset of all numbers",
        "[Hint]\nThink of the number 5.",
        "$ 5 is a price\n$4 is another",
        "Step 1: count them\nStep 2: add them",
        "She puts the cups\nin a box and what will he do\nthen?",
        "For x in the set we have x < 5;\nfor i = 1 it is 3.",
        "The local total = 5 is small\nand val is short for value.",
        "What else can a man do\nwith 5 plums :: he asked",
    ],
)
def test_prose_is_no_code(text: str) -> None:
    assert list(code_blocks(text)) == []


def test_json_anywhere() -> None:
    text = 'It said {"state": "on", "list": [1, {"b": "}"}]} twice, not {x, y} or {"a: 1}.'
    assert [text[span.start : span.end] for span in json_values(text)] == [
        '{"state": "on", "list": [1, {"b": "}"}]}'
    ]
    assert [span.kind for span in find_spans(text)] == [SpanKind.CODE]


HOSTILE = ["x = (\n", '{"a": [', "git -\n", ">>> \n", "if (\n", "a; ", '"', "[a]\n", "select a,", "}"]


@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_text_is_searched_quickly(line: str) -> None:
    text = line * (60_000 // len(line))
    start = time.process_time()
    find_spans(text)
    assert time.process_time() - start < 2.5
