"""A measure is one row of one table: measured where the row says, and named nowhere else."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

import parallelize
from parallelize.core.measure import Fold, Measure, Need
from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Score
from parallelize.metrics.pair import Pair, Row

PACKAGE = Path(parallelize.__file__).parent
COUNTED = {
    "stages/translate_segment.py": "counts failed replies, lost placeholders and glossary terms",
    "stages/translate.py": "counts what stays inside of protected spans",
    "stages/pair_scores.py": "counts places in texts that are not found again",
    "stages/audit/scoring.py": "counts rows that cannot be read and failed replies",
    "engines/judge.py": "says which measure the judge gives",
    "engines/solver.py": "says which measure the solver gives",
}
"""Where an engine or a model replies, and what is counted there; all other modules ask the table."""
OTHER_WORDS = {("evaluation/score_render.py", "foreign_share")}
"""Keys of a report of responses that happen to be called like a measure of translations."""


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_is_a_function_of_its_name(measure: Measure) -> None:
    if not measure.measured_in:
        assert measure.needs in {Need.ENGINE, Need.MODEL}
        return
    function = getattr(import_module(f"parallelize.{measure.measured_in}"), measure.name)
    (parameter,) = inspect.signature(function).parameters
    hints = get_type_hints(function)
    assert hints[parameter] is (Row if measure.fold is Fold.ROW else Pair)
    assert hints["return"] is Score


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_the_lowest_part_belongs_to_a_measure(measure: Measure) -> None:
    if measure.lowest_of:
        assert MEASURES[measure.lowest_of].direction is measure.direction
        assert sum(other.lowest_of == measure.lowest_of for other in MEASURES.values()) == 1


def texts(tree: ast.Module) -> Iterator[str]:
    """String constants of a module but those of `__all__`."""
    exported = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "__all__" for name in node.targets)
    ]
    skipped = {id(part) for node in exported for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def test_no_other_module_names_a_measure() -> None:
    names = {name for name in MEASURES if "_" in name}  # others are words of a language
    homes = {f"{measure.measured_in.replace('.', '/')}.py" for measure in MEASURES.values()}
    homes |= {"core/measures.py", "core/measures_by_models.py", *COUNTED}
    found = [
        (place, text)
        for path in sorted(PACKAGE.rglob("*.py"))
        if (place := path.relative_to(PACKAGE).as_posix()) not in homes
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if text in names and (place, text) not in OTHER_WORDS
    ]
    assert not found
