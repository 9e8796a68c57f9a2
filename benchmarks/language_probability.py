"""Calibrate the probability that a text is in the language asked for, and show how well it keeps its word.

Pieces of human translations of 8 to 320 characters, each asked about in its own language and in another one,
and pieces of English asked about in another language, as off-target responses are. The constants of
`metrics/language_probability.py` are fitted on even rows; the table is of odd rows. Needs the shared data.

    python benchmarks/language_probability.py
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from human_translations import shared_data, translations

from parallelize.assemble.judges import language_judge
from parallelize.metrics.language_probability import Features, calibrated, features
from parallelize.metrics.neighbours import fold_group
from parallelize.text.markdown import markdown_table

LENGTHS = (8, 20, 40, 80, 160, 320)


def pieces(rows_each: int, seed: int) -> Iterator[tuple[int, str, str]]:
    """(row, language of the text, text)."""
    rng = random.Random(seed)
    for item in translations(shared_data()):
        rows = rng.sample(range(len(item.pairs)), min(rows_each, len(item.pairs)))
        for row in rows:
            for code, text in zip(("en", item.language), item.pairs[row], strict=True):
                length = rng.choice(LENGTHS)
                start = rng.randrange(max(1, len(text) - length))
                start = text.find(" ", start) + 1 if " " in text[start : start + 20] else start
                yield row, code, text[start : start + length]


def main() -> None:
    """Fit, and print constants and the table of reliability."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=120, help="rows of each data set and language")
    chosen = parser.parse_args()
    found = list(pieces(chosen.rows, 5))
    codes = sorted({code for _, code, _ in found})
    judge, rng = language_judge(), random.Random(7)
    asked: dict[str, list[tuple[int, bool, str]]] = defaultdict(list)
    for row, code, text in found:
        if code != "en":
            asked[code].append((row, True, text))
        other = rng.choice([one for one in codes if fold_group(one) != fold_group(code)])
        asked[other].append((row, False, text))
    rows: list[tuple[int, bool, Features]] = []
    for code, items in asked.items():
        shares = judge.shares([text for _, _, text in items])
        for (row, right, text), share in zip(items, shares, strict=True):
            told = features(text, code, share)
            if told is not None:
                rows.append((row, right, told))
    matrix = np.array([told for _, _, told in rows])
    right = np.array([on for _, on, _ in rows], dtype=float)
    even = np.array([row % 2 == 0 for row, _, _ in rows])
    weights = np.zeros(matrix.shape[1])
    for _ in range(50):  # Newton's method, with a little shrinkage
        chance = 1 / (1 + np.exp(-matrix[even] @ weights))
        step = matrix[even].T @ (right[even] - chance) - 1e-3 * weights
        curve = (matrix[even] * (chance * (1 - chance))[:, None]).T @ matrix[even]
        weights += np.linalg.solve(curve + 1e-3 * np.eye(len(weights)), step)
    print("fitted:", ", ".join(f"{value:.3f}" for value in weights))
    said = np.array([calibrated(told) for _, _, told in rows])[~even]
    truth = right[~even]
    table = []
    for low, high in ((0, 0.02), (0.02, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.98), (0.98, 1.01)):
        inside = (said >= low) & (said < high)
        if inside.any():
            found_here = [said[inside].mean(), truth[inside].mean()]
            shown = [f"{value:.3f}" for value in found_here]
            table.append([f"{low:.2f}–{min(high, 1):.2f}", str(int(inside.sum())), *shown])
    print(markdown_table(["said", "pieces", "mean said", "share that is"], table))
    error = sum(abs(float(row[2]) - float(row[3])) * int(row[1]) for row in table) / len(said)
    raw = np.array([told[1] for _, _, told in rows])[~even]
    print(f"expected calibration error {error:.4f}; Brier {np.mean((said - truth) ** 2):.4f}; "
          f"of the raw mass {np.mean((1 / (1 + np.exp(-raw)) - truth) ** 2):.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
