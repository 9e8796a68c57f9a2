"""Is a translation built like its source?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parallelize.core.verdicts import EVIDENCE, Score, scored_count
from parallelize.metrics.pair import Pair
from parallelize.text.structure import Structure

__all__ = ["structure_faults"]

_FEWEST_ITEMS = 2
"""Items of the shortest list that is compared: one line that begins with a dash may be anything."""
_LOST_EMPHASIS = 0.1
"""Share of the emphasis of a long text that may be moved or left out."""


def structure_faults(pair: Pair) -> Score:
    """Parts of the source's skeleton that the target lacks: lists, tables, links, JSON, code, figures."""
    ours, theirs = pair.source.structure, pair.target.structure
    found = [] if ours.empty and not theirs.tables else list(_faults(ours, theirs))
    return scored_count("structure_faults", found, evidence=EVIDENCE)


def _faults(ours: Structure, theirs: Structure) -> Iterator[str]:
    if ours.headings != theirs.headings:
        yield f"headings {_levels(ours)} → {_levels(theirs)}"
    if ours.items >= _FEWEST_ITEMS and ours.items != theirs.items:
        yield f"{ours.items} → {theirs.items} items of lists"
    if ours.tables != theirs.tables:
        yield f"cells of table rows {_cells(ours)} → {_cells(theirs)}"
    if ours.ticks != theirs.ticks:
        yield "boxes of a list of tasks are ticked otherwise"
    if ours.numbers != theirs.numbers and sorted(ours.numbers) == sorted(theirs.numbers):
        yield "numbers of a table in another order"
    yield from (f"lost link {target}" for target in (ours.links - theirs.links).elements())
    for name, count, others in (("bold", ours.bold, theirs.bold), ("italic", ours.italic, theirs.italic)):
        if abs(count - others) > count * _LOST_EMPHASIS and count:
            yield f"{count} → {others} words in {name}"
    if Counter(map(repr, ours.json)) - Counter(map(repr, theirs.json)):
        yield "JSON with other keys, lengths or values, or none"
    if ours.quoted and not theirs.quoted:
        yield "lost the mark of a quotation"
    if ours.indented and not theirs.indented and ours.code == theirs.code:
        yield "code lost its indentation"
    yield from (f"lost line of code {line}" for line in (ours.code - theirs.code).elements())
    if len(ours.figures) != len(theirs.figures):
        yield f"{len(ours.figures)} → {len(theirs.figures)} figures"
    elif Counter(ours.figures) != Counter(theirs.figures):
        yield "a figure with other numbers or signs"


def _levels(found: Structure) -> str:
    return " ".join(map(str, found.headings)) or "none"


def _cells(found: Structure) -> str:
    return " ".join(f"{full}/{cells}" for cells, full in found.tables) or "none"
