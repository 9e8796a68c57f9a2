"""Speed of ingest, segmentation, protection and restoration on LaTeX-heavy rows, on one core.

    python benchmarks/text_speed.py ../shared/data/deepscaler_parts ../shared/data/deepseek_math_v2

Every text must come back byte for byte. Megabytes are UTF-8 bytes of the texts that would be translated. All
is done several times, each time from the files on: other work on the machine adds least to the best pass.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from parallelize.core.ports import Placeholders
from parallelize.core.processes import collect_rarely
from parallelize.core.records import Record
from parallelize.stages.back_translation import mask_text
from parallelize.stages.ingest import Roles, SourceSpec, open_source
from parallelize.text.protect import unmask
from parallelize.text.segment import split

PROOFS = Roles(problem="question", solution="model_prediction.proof")


def round_trip(text: str) -> str:
    """Cut, mask, unmask and join a text, as a perfect engine would leave it."""
    done = []
    for part in split(text, segment_chars=400, multiline=False):
        masked = mask_text(part.text, Placeholders.X) if part.send else None
        done += (part.text if masked is None else unmask(masked.text, masked).text, part.separator)
    return "".join(done)


def measured(sources: Sequence[SourceSpec]) -> tuple[int, int, int, float]:
    """Rows, bytes, texts that came back otherwise, and CPU seconds of one pass."""
    rows = size = changed = 0
    start = time.process_time()
    for source in sources:
        for record in open_source(source):
            if not isinstance(record, Record):
                raise SystemExit(f"{source.path_or_id}: {record}")
            rows += 1
            for item in record.texts:
                changed += round_trip(item.text) != item.text
                size += len(item.text.encode())
    return rows, size, changed, time.process_time() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("deepscaler", type=Path)
    options.add_argument("proofs", type=Path)
    options.add_argument("--passes", type=int, default=5)
    given = options.parse_args()
    collect_rarely()  # as commands do
    sources = [SourceSpec(path_or_id=str(path)) for path in sorted(given.deepscaler.glob("*.json"))]
    sources += [
        SourceSpec(path_or_id=str(path), roles=PROOFS) for path in sorted(given.proofs.glob("*.jsonl"))
    ]
    next(iter(open_source(sources[0])))  # imports and patterns are loaded before the clock starts
    passes = [measured(sources) for _ in range(given.passes)]
    rows, size, changed, _ = passes[0]
    speeds = [size / 1e6 / seconds for *_, seconds in passes]
    print(
        f"{rows} rows, {size / 1e6:.2f} MB, {changed} texts changed, one core, {given.passes} passes: best "
        f"{max(speeds):.1f} MB/s, median {statistics.median(speeds):.1f} "
        f"(Python {platform.python_version()}, {platform.machine()})"
    )


if __name__ == "__main__":
    main()
