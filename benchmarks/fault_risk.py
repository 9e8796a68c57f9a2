"""How well `fault_risk` tells rows with a serious fault from others, on rows that it was not fitted on.

    python benchmarks/fault_risk.py

The labels are those of kept rows of the embedded engine, English to Portuguese, by readers (serious: any of
them said so). First each reading is tried with the weights of the others: printed is the area under the
curve, which is the share of pairs of rows, one with a serious fault, that are put in order, and how many
faults were foretold. Then come the weights of `parallelize.metrics.fault_risk`, which are fitted on all, and
the area where every fifth row is left out. Readings that came after them are tried with these weights. At
the end it is said how many rows of four readings of word problems and mathematics, and how many of the rows
drawn at random, each bound keeps, and how many of these have a serious fault, by the weights of the other
readings. What each row's words came back as was looked up in a table that was learnt without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality_figure import area

from parallelize.core.rates import wilson

LABELS = Path(__file__).parent / "labels"
READINGS = tuple(f"default_corpus_pt_{number}.tsv" for number in (9, 10, 11, 13, 14, 16, 17, 15))
MIXED = READINGS[3:7]
"""Readings of 100 word problems and 60 of mathematics each, and all rows that were kept of them."""
LATER = ("default_corpus_pt_18.tsv",)
"""Readings that were made when the weights were fixed."""
RANDOM = READINGS[7]
"""Kept rows of 2,097 questions and 800 problems of mathematics that were drawn at random."""
CAME_BACK = "came_back.tsv"
FOLDS = 5
DRAWS = 300
BOUNDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 1.0)
STRENGTH = 0.1
"""Of the ridge that keeps weights small where rows are few."""


def labels(name: str) -> Iterator[tuple[str, bool]]:
    """Id of each kept row, and whether a reader found a serious fault."""
    for line in (LABELS / name).read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 3 and cells[0] != "id":
            yield cells[0], "serious" in cells[1:3]


def facts() -> dict[tuple[str, str], list[float]]:
    """One, log(1 + surprise) and log(1 + moved) of each row, by reading and id."""
    lines = (LABELS / CAME_BACK).read_text(encoding="utf-8").splitlines()[2:]
    cells = (line.split("\t") for line in lines)
    return {(name, row): [1.0, *map(math.log1p, map(float, both))] for name, row, *both in cells}


def fitted(rows: NDArray[np.float64], serious: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression, by Newton's method."""
    weights = np.zeros(rows.shape[1])
    ridge = np.diag([0.0, *[STRENGTH] * (len(weights) - 1)])
    for _ in range(100):
        risk = risks(rows, weights)
        slope = rows.T @ (serious - risk) - ridge @ weights
        curve = (rows.T * (risk * (1 - risk))) @ rows + ridge
        weights += np.linalg.solve(curve, slope)
    return weights


def risks(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-rows @ weights))
    return found


def left_out(
    rows: NDArray[np.float64], serious: NDArray[np.float64], group: NDArray[np.int_]
) -> NDArray[np.float64]:
    """The risk of each row by weights that were fitted without its group."""
    found = np.zeros(len(rows))
    for number in np.unique(group):
        found[group == number] = risks(
            rows[group == number], fitted(rows[group != number], serious[group != number])
        )
    return found


def spread(values: NDArray[np.float64], serious: NDArray[np.float64]) -> tuple[float, float]:
    """Within what 95 % of the areas lie when as many rows are drawn again and again."""
    drawn = np.random.default_rng(0).integers(0, len(values), (DRAWS, len(values)))
    areas = [area(values[rows].tolist(), serious[rows].tolist()) for rows in drawn]
    return float(np.percentile(areas, 2.5)), float(np.percentile(areas, 97.5))


def read_rows(names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], list[tuple[str, str]]]:
    """Features of all rows of some readings, which have a serious fault, and the reading and id of each."""
    known = [(name, row, fault) for name in names for row, fault in labels(name)]
    said = facts()
    return (
        np.array([said[name, row] for name, row, _ in known]),
        np.array([float(fault) for *_, fault in known]),
        [(name, row) for name, row, _ in known],
    )


def say(name: str, risk: NDArray[np.float64], serious: NDArray[np.float64]) -> None:
    """Print how many faults a reading has, how many were foretold, and how well its rows are in order."""
    low, high = spread(risk, serious)
    order = area(risk.tolist(), serious.tolist())
    print(
        f"{name}: {len(risk)} rows, {int(serious.sum())} serious, "
        f"{risk.sum():.1f} foretold, area {order:.3f} [{low:.3f}, {high:.3f}]"
    )


def say_kept(kind: str, of: int, kept: NDArray[np.bool_], serious: NDArray[np.float64]) -> None:
    """Print how many rows a bound keeps, and how many of them have a serious fault."""
    faults, size = int(serious[kept].sum()), int(kept.sum())
    low, high = wilson(faults, size) or (0.0, 1.0)
    print(
        f"       {kind:16} kept {size} of {of} ({size / of:.0%}), "
        f"serious {faults}: {faults / max(1, size):.0%} [{low:.0%}, {high:.0%}]"
    )


def main() -> None:
    rows, serious, known = read_rows(READINGS)
    reading = np.array([READINGS.index(name) for name, _ in known])
    foretold = left_out(rows, serious, reading)
    print("by weights of the others")
    for number, name in enumerate(READINGS):
        say(name, foretold[reading == number], serious[reading == number])
    weights = fitted(rows, serious)
    print("weights of all", *(f"{weight:.4f}" for weight in weights))
    fifths = left_out(rows, serious, np.arange(len(rows)) % FOLDS)
    print(f"area, every fifth row left out: {area(fifths.tolist(), serious.tolist()):.3f}")
    print("by these weights")
    for name in LATER:
        later, later_serious, _ = read_rows([name])
        say(name, risks(later, weights), later_serious)
    words = np.array([row.startswith("gsm8k") for _, row in known])
    mixed = np.isin(reading, [READINGS.index(name) for name in MIXED])
    random = reading == READINGS.index(RANDOM)
    for bound in BOUNDS:
        print(f"at most {bound}")
        under = foretold <= bound
        say_kept("gsm8k", 400, mixed & words & under, serious)
        say_kept("math", 240, mixed & ~words & under, serious)
        say_kept("all", 640, mixed & under, serious)
        say_kept("random questions", 2097, random & words & under, serious)
        say_kept("random problems", 800, random & ~words & under, serious)


if __name__ == "__main__":
    main()
