"""YAML in a text without a fence, and lists of prose that look like it."""

from __future__ import annotations

import pytest

from parallelize.text.protect import find_spans, span_difference
from parallelize.text.segment import split

CONTEXT = [("", ""), ("Write these lines:\n\n", "\n\nThen go on.")]
ENVIRONMENT = "export STAGE=blue\nexport LEVEL=5"
PROPERTIES = "mail.port=25\nmail.host=10.0.0.1"


@pytest.mark.parametrize("around", CONTEXT)
@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            "name: demo\nversion: 2\nsteps:\n  - run: make",
            ["name:", "demo", "version: 2\nsteps:\n  - run: make"],
        ),
        ("server:\n  host: local", ["server:\n  host:", "local"]),
        ("title: hut\nversion: 2.0.1\nparts:\n  - roof\n  - door", None),
        ("max_depth: 6\nkeep_all: false\nmood: calm", ["max_depth: 6\nkeep_all: false\nmood:", "calm"]),
        ("size: 9\nshown: true", ["size: 9\nshown: true"]),
        ("---\ntitle: A day at sea\nyear: 1999\n---", ["---\ntitle:", "year: 1999\n---"]),
        ("- id: 4\n  colour: red\n- id: 5\n  colour: blue", None),
        ("mode=quiet\nuser=anna\ntries=4", ["mode=", "quiet", "user=", "anna", "tries=4"]),
        ('title = "A boat"\nlength = 9', ['title = "A boat"\nlength = 9']),
        ("[boat]\nlength = 9\n; in metres\nname = Anna", ["[boat]\nlength = 9\n; in metres\nname =", "Anna"]),
        ("loud = true\nhello = Good day to you all", ["loud = true\nhello ="]),
        (PROPERTIES, ["mail.port=25\nmail.host=10.0.0.1"]),
        (ENVIRONMENT, ["export STAGE=", "blue", "export LEVEL=5"]),
    ],
)
def test_settings_without_their_words(text: str, blocks: list[str] | None, around: tuple[str, str]) -> None:
    before, after = around
    text = before + text + after
    found = [text[span.start : span.end] for span in find_spans(text)]
    if blocks is not None:
        assert found == blocks
    sent = [part.text for part in split(text, segment_chars=400, multiline=False) if part.send]
    assert not any(":" in part.removesuffix(":") or "=" in part for part in sent)


@pytest.mark.parametrize(
    "text",
    [
        "Steps:\n  - open the box\n  - close it",
        "note: bring a coat\nsteps:\n  - open the box\n  - close it",
        "given:\n- speed: 5 km/h\n- time: 2 h\nfind the distance.",
        "Solve for:\n x: the cost\n y: the price",
        "Name: Otto\nAge: 40",
        "rice: 100 g\nmilk: 2 cups",
        "claim: Every prime is odd.\nverdict: false",
        "open: 8:30\nclosed: 17:00",
        "boys = 12\ngirls = 15",
        "area = width * height\nwidth = 3",
        "cost=rent*months",
        "KL=MN\nLM=NK",
        "p = true\nq = false",
        'otto: "I have 5."\nanna: "I have 6."',
        "input: [1, 2]\noutput: 3",
        "---\n\n### **Step 1**\n\n- **Counts:**\n  - Red: 4\n  - Blue: 5\n\n---",
        "---\nIt begins.\n---\nIt ends.",
    ],
)
def test_lists_and_forms_are_prose(text: str) -> None:
    assert find_spans(text) == ()


@pytest.mark.parametrize("target", ["name: jardim\nversion: 1.0.2", "name: o jardim azul\nversion: 1.0.2"])
def test_words_of_settings_may_be_translated(target: str) -> None:
    assert span_difference("name: garden\nversion: 1.0.2", target).count == 0
    assert span_difference("name: garden\nversion: 1.0.2", target.replace("name", "nome")).count == 2


def test_many_keys_are_read_in_linear_time() -> None:
    assert find_spans("a:\n" * 30_000) == ()
