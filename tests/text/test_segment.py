"""Where texts are cut, and that the pieces join to the text."""

from __future__ import annotations

import pytest

from parallelize.text.segment import join, sentences, split, split_smaller

TEXT = """First line. Here are steps:

1. Take $x$ of it.
  - Then **stop**!
| apples | $c|d$ |
|---|---|
```python
x = 1  # comment

y
```
<think>Okay, so Dr. Smith said. Then, 3 > 2.</think>
#### 72"""


def sent(text: str, *, segment_chars: int = 400, multiline: bool = False) -> list[str]:
    return [part.text for part in split(text, segment_chars=segment_chars, multiline=multiline) if part.send]


def test_lines_items_and_cells_are_pieces_of_their_own() -> None:
    assert sent(TEXT) == [
        "First line. Here are steps:",
        "Take $x$ of it.",
        "Then **stop**!",
        "apples",
        "Okay, so Dr. Smith said. Then, 3 > 2.",
    ]


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize(
    "text", [TEXT, "", "\n", "  a  ", "a\n\n\nb\n", "\t- x y\n", "$$a\n\nb$$", "ends with space "]
)
def test_join_gives_the_text_back(text: str, multiline: bool) -> None:
    assert join(split(text, segment_chars=60, multiline=multiline)) == text


def test_text_without_language_is_copied() -> None:
    assert sent("$x$\n#### 5\n---\n```\ncode here\n```\n12 + 3 = 15\n\\[ a \\]\n</think>") == []


def test_multiline_packs_neighbours_and_leaves_code_alone() -> None:
    text = "One line.\nTwo lines.\n\nNew paragraph.\n```\ncode\n```\nAfter."
    assert sent(text, segment_chars=100, multiline=True) == [
        "One line.\nTwo lines.\n\nNew paragraph.",
        "After.",
    ]


def test_long_lines_are_packed_by_sentences() -> None:
    text = "This is one. " * 20
    pieces = sent(text, segment_chars=60)
    assert all(len(piece) <= 60 for piece in pieces)
    assert len(pieces) == 5


def test_pieces_never_cut_a_protected_span() -> None:
    text = "We know $a. B, c. D$ and so on. " * 5
    assert all(piece.count("$") % 2 == 0 for piece in sent(text, segment_chars=20))


def test_sentences_know_abbreviations_and_decimals() -> None:
    text = "Dr. Lee paid 3.50 for it. He left at 5 p.m. on Monday! Why? 中文。好的。"
    assert sentences(text) == (
        "Dr. Lee paid 3.50 for it. ",
        "He left at 5 p.m. on Monday! ",
        "Why? ",
        "中文。",
        "好的。",
    )


def test_split_smaller_by_line_then_sentence_then_clause() -> None:
    assert [part.text for part in split_smaller("a line\nand one")] == ["a line", "and one"]
    assert [part.text for part in split_smaller("He went home, and ate. It was good.")] == [
        "He went home, and ate.",
        "It was good.",
    ]
    assert [part.text for part in split_smaller("He went home, and he ate $a, b$ cakes")] == [
        "He went home,",
        "and he ate $a, b$ cakes",
    ]
    assert len(split_smaller("indivisible")) == 1
