"""How well `fault_risk` tells rows with a serious fault from others, on rows read after it was fitted.

    python benchmarks/fault_risk.py

Fits the weights of `parallelize.metrics.fault_risk` on the labels of `default_corpus_pt_9.tsv` (kept rows of
the embedded engine, English to Portuguese; serious: either of two readers said so), and tries them on those
of `default_corpus_pt_10.tsv`, other rows, translated and read later. Printed are the weights; for both files
the area under the curve, which is the share of pairs of rows, one with a serious fault, that are put in
order; and for each bound how many of the rows are kept, and how many of these have a serious fault.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from human_translations import shared_data
from numpy.typing import NDArray
from quality_figure import area

from parallelize.core.rates import wilson
from parallelize.metrics.fault_risk import burden
from parallelize.metrics.reading import read

LABELS = Path(__file__).parent / "labels"
FITTED, TRIED = "default_corpus_pt_9.tsv", "default_corpus_pt_10.tsv"
BOUNDS = (0.1, 0.2, 0.3, 0.36, 0.4, 0.5, 0.6, 0.8, 1.0)
STRENGTH = 0.1
"""Of the ridge that keeps weights small where rows are few."""


def texts_by_id() -> dict[str, tuple[str, ...]]:
    """The English texts of all rows that were labelled."""
    found: dict[str, tuple[str, ...]] = {}
    for part in ("train", "test"):
        lines = (shared_data() / "gsm8k" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            row = json.loads(line)
            found[f"gsm8k-{part}-{number}"] = (row["question"], row["answer"])
    for name in ("math", "aime"):
        rows = json.loads((shared_data() / "deepscaler_parts" / f"{name}.json").read_text(encoding="utf-8"))
        found |= {f"{name}-{number}": (row["problem"],) for number, row in enumerate(rows)}
    return found


def labels(name: str) -> Iterator[tuple[str, bool]]:
    """Id of each kept row, and whether a reader found a serious fault."""
    for line in (LABELS / name).read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 3 and cells[0] != "id":
            yield cells[0], "serious" in cells[1:3]


def features(texts: Sequence[str]) -> list[float]:
    """One, the words of a row, and how rare they are in all."""
    words, rare = burden(read(text, "en") for text in texts)
    return [1.0, words, sum(rare.values())]


def fitted(rows: NDArray[np.float64], serious: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression, by Newton's method."""
    scale = np.array([1.0, 50.0, 1.0])  # the ridge takes all weights for alike
    scaled, weights = rows / scale, np.zeros(3)
    ridge = np.diag([0.0, STRENGTH, STRENGTH])
    for _ in range(100):
        risk = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (serious - risk) - ridge @ weights
        curve = (scaled.T * (risk * (1 - risk))) @ scaled + ridge
        weights += np.linalg.solve(curve, slope)
    return weights / scale


def main() -> None:
    texts = texts_by_id()
    weights: NDArray[np.float64] | None = None
    for name in (FITTED, TRIED):
        known = list(labels(name))
        rows = np.array([features(texts[row]) for row, _ in known])
        serious = np.array([float(fault) for _, fault in known])
        if weights is None:
            weights = fitted(rows, serious)
            print("weights", *(f"{weight:.4f}" for weight in weights))
        risks = [1 / (1 + math.exp(-float(row @ weights))) for row in rows]
        print(f"{name}: {len(known)} rows, {int(serious.sum())} serious, area {area(risks, serious):.3f}")
        for bound in BOUNDS:
            below = [number for number, risk in enumerate(risks) if risk <= bound]
            for kind, of in (("gsm8k", 100), ("math", 60), ("", 160)):
                mine = [
                    number
                    for number in below
                    if not kind or (known[number][0].startswith("gsm8k") == (kind == "gsm8k"))
                ]
                faults = int(serious[mine].sum())
                low, high = wilson(faults, len(mine)) or (0.0, 1.0)
                print(
                    f"  {bound:4} {kind or 'all':5} kept {len(mine)} of {of} ({len(mine) / of:.0%}), "
                    f"serious {faults}: {faults / max(1, len(mine)):.0%} [{low:.0%}, {high:.0%}]"
                )


if __name__ == "__main__":
    main()
