"""How many pairs of examiners, who wrote them without sight of the code, get the right verdict.

    python benchmarks/examined_pairs.py

By round: faulty pairs dropped and faithful ones kept by the default thresholds, without back-translation.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.metrics.test_examined_pairs import PAIRS, ROUNDS, is_right


def main() -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    right: Counter[tuple[str, bool]] = Counter()
    for pair in PAIRS:
        key = pair["round"], pair["faulty"]
        counts[key] += 1
        right[key] += is_right(pair)
    print("| round | languages | faulty, dropped | faithful, kept |\n|---|--:|--:|--:|")
    for name in ROUNDS:
        languages = len({pair["language"] for pair in PAIRS if pair["round"] == name})
        cells = [f"{right[name, faulty]} of {counts[name, faulty]}" for faulty in (True, False)]
        print(f"| {name} | {languages} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
