"""Whether cheap signals of kept rows tell serious faults from others, on rows read afterwards.

    python benchmarks/quality_figure.py --test RUN benchmarks/labels/default_corpus_pt_8.tsv \
        --fit RUN,RUN benchmarks/labels/default_corpus_pt_6.tsv,benchmarks/labels/default_corpus_pt_7.tsv

A run is a finished build of the labelled rows (several runs and labels are joined by commas). Each signal is
tried alone on the test rows, then all together in a logistic regression that was fitted on the other
rows. Printed is the area under the curve: the share of pairs of rows, one with a serious fault, that the
signal puts in order.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from parallelize.core.tables import shipped_words
from parallelize.metrics.function_words import words
from parallelize.metrics.stems import stem
from parallelize.text.protect import readable_prose

SIGNALS = (
    "words",
    "distinct words",
    "uncommon words",
    "longest line",
    "back_chrf",
    "back_chrf_worst",
    "back_bleu",
    "length_deviation",
)
STRENGTH = 1.0
"""Of the ridge that keeps weights small where rows are few."""


def rows(runs: str) -> Iterator[tuple[str, list[float]]]:
    """Id and signals of every row that was translated."""
    for run in runs.split(","):
        for file in sorted(Path(run).glob("translations/*/*.parquet")):
            for row in pq.read_table(file).to_pylist():
                yield row["id"], signals(row)


def signals(row: dict) -> list[float]:
    scores = {score["measure"]: score["value"] or 0.0 for score in row["scores"]}
    said = [words(readable_prose(text["source"])) for text in row["texts"]]
    lines = [line for text in row["texts"] for line in text["source"].split("\n")]
    common = shipped_words("parallelize.metrics", "common_words.txt")
    known = {
        "words": math.log1p(sum(map(len, said))),
        "distinct words": math.log1p(len({word for text in said for word in text})),
        "uncommon words": math.log1p(len({stem(word) for text in said for word in text} - common)),
        "longest line": math.log1p(max(map(len, lines), default=0)),
    }
    return [known.get(name, scores.get(name, 0.0)) for name in SIGNALS]


def labelled(runs: str, file: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Signals, and 1 for a serious fault, of the labelled rows of a run."""
    texts = [Path(part).read_text(encoding="utf-8") for part in file.split(",")]
    lines = [line.split("\t") for text in texts for line in text.splitlines()]
    labels = {cells[0]: cells[1] == "serious" for cells in lines if len(cells) == 3 and cells[0] != "id"}
    each = dict(rows(runs))  # of a row that was made twice, the last
    found = [(labels[name], values) for name, values in each.items() if name in labels]
    return np.array([values for _, values in found]), np.array([float(label) for label, _ in found])


def area(values: Sequence[float], labels: Sequence[float]) -> float:
    """Share of (serious, other) pairs of rows in which the serious one has the higher value."""
    serious = [value for value, label in zip(values, labels, strict=True) if label]
    others = [value for value, label in zip(values, labels, strict=True) if not label]
    wins = sum((one > two) + 0.5 * (one == two) for one in serious for two in others)
    return wins / (len(serious) * len(others))


def fitted(signals_: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression by Newton's method; the first is the constant."""
    table = np.column_stack([np.ones(len(signals_)), signals_])
    ridge = STRENGTH * np.eye(table.shape[1])
    ridge[0, 0] = 0.0
    weights = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - labels) + ridge @ weights
        weights -= np.linalg.solve((table * (chance * (1 - chance))[:, None]).T @ table + ridge, slope)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", nargs=2, metavar=("RUNS", "LABELS"), required=True)
    parser.add_argument("--test", nargs=2, metavar=("RUNS", "LABELS"), required=True)
    options = parser.parse_args()
    ours, known = labelled(*options.fit)
    theirs, asked = labelled(*options.test)
    print(f"fitted on {len(known)} rows, {int(known.sum())} of them serious")
    print(f"tried on {len(asked)} rows, {int(asked.sum())} of them serious\n")
    print("| signal | area under the curve |\n|---|--:|")
    for place, name in enumerate(SIGNALS):
        print(f"| {name} | {area(theirs[:, place], asked):.2f} |")
    middle, spread = ours.mean(0), ours.std(0) + 1e-9
    weights = fitted((ours - middle) / spread, known)
    score = np.column_stack([np.ones(len(theirs)), (theirs - middle) / spread]) @ weights
    print(f"| all together | {area(score, asked):.2f} |")
    order = np.argsort(score)
    print("\n| kept by the score | serious |\n|--:|--:|")
    for share in (0.25, 0.5, 0.75, 1.0):
        few = order[: max(1, round(share * len(order)))]
        print(f"| {100 * share:.0f} % | {100 * asked[few].mean():.0f} % |")


if __name__ == "__main__":
    main()
