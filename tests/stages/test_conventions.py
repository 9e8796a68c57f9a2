"""The policy of docs/recipes.md on numbers, units and money: spelling may differ, values not."""

from __future__ import annotations

import polars as pl
import pytest

import parallelize

SAME = {
    "another decimal mark": ("She walks 3.5 miles to the old mill.", "Sie läuft 3,5 Meilen zur alten Mühle."),
    "another grouping": ("He sold 1,200 bricks on Monday.", "Er hat am Montag 1.200 Ziegel verkauft."),
    "the unit's own name": ("The rope is 5 feet long.", "Das Seil ist 5 Fuß lang."),
    "the money's own name": ("The lamp costs 40 dollars.", "Die Lampe kostet 40 Dollar."),
    "converted rightly": ("She walks 5 miles to the old mill.", "Sie läuft 8 Kilometer zur alten Mühle."),
}
CONVERTED = {
    "converted wrongly": ("She walks 5 miles to the old mill.", "Sie läuft 12 Kilometer zur alten Mühle."),
    "the unit alone": ("She walks 5 miles to the old mill.", "Sie läuft 5 Kilometer zur alten Mühle."),
    "pounds wrongly": ("The sack weighs 20 pounds.", "Der Sack wiegt 20 Kilogramm."),
    "dollars to euros": ("The lamp costs 40 dollars.", "Die Lampe kostet 40 Euro."),
    "value of money": ("The lamp costs 40 dollars.", "Die Lampe kostet 37 Euro."),
}


@pytest.mark.parametrize(("cases", "kept"), [(SAME, True), (CONVERTED, False)], ids=["same", "converted"])
def test_conventions(cases: dict[str, tuple[str, str]], kept: bool) -> None:
    table = pl.DataFrame(
        {"en": [pair[0] for pair in cases.values()], "de": [pair[1] for pair in cases.values()]}
    )
    found = parallelize.audit(table, "de", source="en", target="de")
    wrong = {
        name: [(score.measure, score.evidence) for score in row.verdict.failed]
        for name, row in zip(cases, found.rows, strict=True)
        if row.verdict.kept != kept
    }
    assert wrong == {}
