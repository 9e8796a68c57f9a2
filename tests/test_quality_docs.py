"""docs/quality.md says what the code says: every measure, default and reason."""

from __future__ import annotations

import re
from pathlib import Path

from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Reason

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"


def table(name: str) -> list[list[str]]:
    """Cells of the table under a marker `<!-- name -->`."""
    text = PAGE.read_text(encoding="utf-8")
    match = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n", text, re.DOTALL)
    assert match is not None, name
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in match[1].splitlines()[2:]]


def test_every_measure_is_in_the_table() -> None:
    wanted = []
    for measure in MEASURES.values():
        sign = "≤" if measure.direction is Direction.AT_MOST else "≥"
        default = "off" if measure.default is None else f"{sign} {measure.default:g}"
        wanted.append(
            [f"`{measure.name}`", f"`{measure.reason}`", default, measure.meaning.replace("|", "\\|")]
        )
    rendered = "\n".join(f"| {' | '.join(row)} |" for row in wanted)
    assert table("measures") == wanted, f"the table should be:\n{rendered}"


def test_every_reason_is_in_the_table() -> None:
    assert [row[0] for row in table("reasons")] == [f"`{reason}`" for reason in Reason]
