"""Hard-wrapped sentences stay whole, lists and poems stay lines, and a reply is wrapped as its source was."""

from __future__ import annotations

import pytest

from parallelize.text.segment import join, split, split_smaller
from parallelize.text.wrapping import unwrapped, wrapped_like

WRAPPED = (
    "The gardener who looks after the roses of the old park has\n"
    "planted forty new bushes along the path that leads to the\n"
    "river. He waters them twice a day."
)


def sent(text: str) -> list[str]:
    parts = split(text, segment_chars=400, multiline=False)
    assert join(parts) == text
    return [part.text for part in parts if part.send]


def test_a_wrapped_sentence_is_one_piece() -> None:
    assert sent(WRAPPED) == [WRAPPED]
    assert sent(f"- {WRAPPED.replace(chr(10), chr(10) + '  ')}") == [WRAPPED.replace("\n", "\n  ")]
    assert unwrapped(WRAPPED).count("\n") == 0
    assert [part.text.count("\n") for part in split_smaller(WRAPPED)] == [2, 0]


@pytest.mark.parametrize(
    "text",
    [
        "apples and pears from the garden\nand plums from the market of the whole old town",
        "First we add the two numbers that we know.\nthen we divide the sum",
        "The roses that grow along the wall are red\n\nand the violets are blue",
        "Take the red ball out of the first box:\nput it into the second box",
        "one two three\nfour five six",
        "Each of the two boxes that he has holds 12 plums, so 24 plums\nHe eats 4 of them\n20 plums are left",
        "- the first item has many words in it\n- the second item has as many words",
        "### a heading that has many words in it\nand a text below it",
        "We want to show that the sum is even\n$$x + y = 2k$$\nwhere k is a number",
    ],
)
def test_lines_that_stand_by_themselves(text: str) -> None:
    assert all("\n" not in part for part in sent(text))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Ann buys a\nred kite for\nher brother.", 1),
        ("The goats come back to the shed on\nMonday. How many are there?", 1),
        ("The bus leaves at\n9:30 and arrives at\n11:15.", 1),
        ("The lamp is on\nThe door is shut", 2),
        ("for\nagainst", 2),
        ("Tom has 3 plums\nAnn has 4 plums", 2),
        ("We divide by\n$$x + y$$\nand get the rest", 2),
    ],
)
def test_a_word_that_ends_no_sentence_goes_on(text: str, pieces: int) -> None:
    assert len(sent(text)) == pieces


@pytest.mark.parametrize("end", ["\n", "\n ", "\n\n", " \n"])
def test_a_text_may_end_with_a_word_that_ends_no_sentence(end: str) -> None:
    assert [part.text for part in split(f"Find the{end}", segment_chars=400, multiline=False)] == ["Find the"]


def test_a_reply_is_wrapped_like_its_source() -> None:
    reply = "O jardineiro que cuida das rosas do velho parque plantou quarenta novos arbustos por ali."
    done = wrapped_like(reply, "a line of this width here, it is\n  and another", ())
    assert done.split("\n")[0] == "O jardineiro que cuida das rosas"
    assert all(len(line) <= 32 for line in done.split("\n"))
    assert all(line.startswith("  ") for line in done.split("\n")[1:])
    assert " ".join(done.split()) == reply
    assert wrapped_like(reply, "one line", ()) == reply
