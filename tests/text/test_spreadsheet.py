"""No text of a data set becomes a formula in a table that people open."""

from __future__ import annotations

import pytest

from parallelize.text.spreadsheet import inert_cell


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(first: str) -> None:
    assert inert_cell(first + "cmd|' /C calc'!A0") == "'" + first + "cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "a = b", "3 + 4", "$x$", "\u00bfCu\u00e1nto es?", "'=1"])
def test_other_texts_stay(text: str) -> None:
    assert inert_cell(text) == text
