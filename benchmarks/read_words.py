"""Add the words of rows that were read to those that `fault_risk` takes for known.

    python benchmarks/read_words.py benchmarks/labels/default_corpus_pt_11.tsv

Each row of the labels counts once for each stem in it, up to 20 in all, in
`parallelize/metrics/read_words.txt`. A reading is added once, when what it showed has been mended; its rows
say less from then on, and `benchmarks/fault_risk.py` leaves out what a row itself has added.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from human_translations import shared_data

import parallelize.metrics
from parallelize.core.tables import shipped_lines
from parallelize.metrics.fault_risk import rare_words
from parallelize.metrics.reading import read

TABLE = Path(parallelize.metrics.__path__[0]) / "read_words.txt"
MOST = 20
"""What is counted of a stem."""


def texts_by_id() -> dict[str, tuple[str, ...]]:
    """The English texts of all rows that were labelled."""
    found: dict[str, tuple[str, ...]] = {}
    for part in ("train", "test"):
        lines = (shared_data() / "gsm8k" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            row = json.loads(line)
            found[f"gsm8k-{part}-{number}"] = (row["question"], row["answer"])
    for language in ("de", "sw"):
        path = shared_data() / "gsm8k_mt" / f"{language}-en" / "train.en"
        lines = path.read_text(encoding="utf-8").split("\n")
        found |= {f"gsm8kmt-{language}-{number}": (line,) for number, line in enumerate(lines)}
    for name in ("math", "aime"):
        rows = json.loads((shared_data() / "deepscaler_parts" / f"{name}.json").read_text(encoding="utf-8"))
        found |= {f"{name}-{number}": (row["problem"],) for number, row in enumerate(rows)}
    return found


def row_stems(texts: Iterable[str]) -> set[str]:
    """The stems of a row that may be rare."""
    return {part for text in texts for part in rare_words(read(text, "en"))}


def main() -> None:
    times = Counter[str]()
    for count, stems in shipped_lines("parallelize.metrics", TABLE.name):
        times.update(dict.fromkeys(stems.split(), int(count)))
    texts = texts_by_id()
    for name in sys.argv[1:]:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            times.update(row_stems(texts.get(line.partition("\t")[0], ())))
    by_times = defaultdict[int, list[str]](list)
    for part, count in sorted(times.items()):
        by_times[min(count, MOST)].append(part)
    head = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = [
        f"{count}\t{line}"
        for count, stems in sorted(by_times.items())
        for line in textwrap.wrap(" ".join(stems), 145, break_long_words=False, break_on_hyphens=False)
    ]
    TABLE.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")
    print(len(times), "stems")


if __name__ == "__main__":
    main()
