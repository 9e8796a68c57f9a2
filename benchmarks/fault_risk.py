"""How well `fault_risk` tells rows with a serious fault from others, on rows that it was not fitted on.

    python benchmarks/fault_risk.py

The labels are those of kept rows of the embedded engine, English to Portuguese, by readers (serious: any of
them said so). First each reading is tried with the weights of the others: printed is the area under the
curve, which is the share of pairs of rows, one with a serious fault, that are put in order, and how many
faults were foretold. Then come the weights of `parallelize.metrics.fault_risk`, which are fitted on all, and
the area where every fifth row is left out. Readings that came after them are tried with these weights. At
the end it is said how many rows of two readings of word problems and mathematics, and how many of the rows
drawn at random, each bound keeps, and how many of these have a serious fault, by the weights of the other
readings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality_figure import area
from read_words import MOST, texts_by_id

from parallelize.core.rates import wilson
from parallelize.metrics.fault_risk import burden
from parallelize.metrics.reading import read

LABELS = Path(__file__).parent / "labels"
READINGS = tuple(f"default_corpus_pt_{number}.tsv" for number in (9, 10, 11, 13, 14, 15))
MIXED = READINGS[3:5]
"""Readings of 100 word problems and 60 of mathematics each, and all rows that were kept of them."""
LATER = ("default_corpus_pt_16.tsv", "default_corpus_pt_17.tsv")
"""Readings that were made when the weights were fixed."""
RANDOM = READINGS[5]
"""Kept rows of 2,097 questions and 800 problems of mathematics that were drawn at random."""
IN_TABLE = (READINGS[2], RANDOM)
"""Readings whose words are counted in `read_words.txt`."""
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


def came_back() -> dict[tuple[str, str], float]:
    """ChrF++ of what came back of each row, by reading and id."""
    lines = (LABELS / CAME_BACK).read_text(encoding="utf-8").splitlines()[2:]
    return {(name, row): float(value) for name, row, value in (line.split("\t") for line in lines)}


def features(texts: Sequence[str], back: float, *, in_table: bool) -> list[float]:
    """One, the words of a row, how rare they are, and what did not come back.

    Args:
        texts: of the source.
        back: chrF++ of what came back of them.
        in_table: whether `read_words.txt` counts the words of this row, which are left out then.
    """
    words, rare = burden(read(text, "en") for text in texts)
    times = {part: round(1 / share) - 1 for part, share in rare.items()}
    others = [count - 1 if in_table and 0 < count < MOST else count for count in times.values()]
    return [1.0, words, sum(1 / (1 + count) for count in others), 100 - back]


def fitted(rows: NDArray[np.float64], serious: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression, by Newton's method."""
    scale = np.array([1.0, 50.0, 1.0, 10.0])  # the ridge takes all weights for alike
    scaled, weights = rows / scale, np.zeros(len(scale))
    ridge = np.diag([0.0, *[STRENGTH] * (len(scale) - 1)])
    for _ in range(100):
        risk = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (serious - risk) - ridge @ weights
        curve = (scaled.T * (risk * (1 - risk))) @ scaled + ridge
        weights += np.linalg.solve(curve, slope)
    return weights / scale


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
    texts, back = texts_by_id(), came_back()
    known = [(name, row, fault) for name in names for row, fault in labels(name)]
    rows = [features(texts[row], back[name, row], in_table=name in IN_TABLE) for name, row, _ in known]
    return (
        np.array(rows),
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
        say_kept("gsm8k", 200, mixed & words & under, serious)
        say_kept("math", 120, mixed & ~words & under, serious)
        say_kept("all", 320, mixed & under, serious)
        say_kept("random questions", 2097, random & words & under, serious)
        say_kept("random problems", 800, random & ~words & under, serious)


if __name__ == "__main__":
    main()
