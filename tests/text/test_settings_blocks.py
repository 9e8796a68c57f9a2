"""YAML in a text without a fence, and lists of prose that look like it."""

from __future__ import annotations

import pytest

from parallelize.text.protect import find_spans


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("name: demo\nversion: 2\nsteps:\n  - run: make", ["name: demo\nversion: 2\nsteps:\n  - run: make"]),
        ("Here it is:\n\nserver:\n  host: local\n\nThat is all: done.", ["server:\n  host: local"]),
        ("Steps:\n  - open the box\n  - close it", []),
        ("note: bring a coat\nsteps:\n  - open the box\n  - close it", []),
        ("given:\n- speed: 5 km/h\n- time: 2 h\nfind the distance.", []),
        ("Solve for:\n x: the cost\n y: the price", []),
    ],
)
def test_settings_are_told_from_lists(text: str, blocks: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_spans(text)] == blocks


def test_many_keys_are_read_in_linear_time() -> None:
    assert find_spans("a:\n" * 30_000) == ()
