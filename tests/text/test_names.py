"""Names that must come back, and capitals that are no names."""

from __future__ import annotations

import pytest

from parallelize.text.protect.names import lost_names, names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lizzie met Bobbie. Bobbie left, and Lizzie too.", ["Lizzie", "Bobbie", "Bobbie", "Lizzie"]),
        ("On Monday, Mr. Alonzo went to France with Micah.", ["Micah"]),
        ("There is a box. How many are left? Each has 5.", []),
        ("A Tale Of Two Towns", []),
        ("the town of Orléans", ["Orléans"]),
        ("Let S be the set that McKay found.", []),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in names(text)] == expected


def test_lost_names() -> None:
    source = "Then Micah asked Isaiah and Julia."
    assert lost_names(source, "Então Micah perguntou a Isaiah e Júlia.") == ()
    assert lost_names(source, "Então Miquéias perguntou a Isaiah e Júlia.") == ("micah",)
    assert lost_names("he met Ana and she met Ana", "ele conheceu Ana") == ("ana",)
