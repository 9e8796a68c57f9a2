"""Speed of ingest, segmentation, protection and restoration on LaTeX-heavy rows, on one core.

    python benchmarks/text_speed.py ../shared/data/deepscaler_parts ../shared/data/deepseek_math_v2

Every text must come back byte for byte. Megabytes are UTF-8 bytes of the texts that would be translated.
"""

from __future__ import annotations

import argparse
import platform
import time
from pathlib import Path

from parallelize.core.ports import Placeholders
from parallelize.core.records import Record
from parallelize.stages.ingest import Roles, SourceSpec, open_source
from parallelize.text.protect import mask_spans, unmask
from parallelize.text.segment import split

PROOFS = Roles(problem="question", solution="model_prediction.proof")


def round_trip(text: str) -> str:
    """Cut, mask, unmask and join a text, as a perfect engine would leave it."""
    done = []
    for part in split(text, segment_chars=400, multiline=False):
        if part.send and part.spans:
            masked = mask_spans(part.text, part.spans, Placeholders.X)
            done += (unmask(masked.text, masked).text, part.separator)
        else:
            done += (part.text, part.separator)
    return "".join(done)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("deepscaler", type=Path)
    options.add_argument("proofs", type=Path)
    given = options.parse_args()
    sources = [SourceSpec(path_or_id=str(path)) for path in sorted(given.deepscaler.glob("*.json"))]
    sources += [
        SourceSpec(path_or_id=str(path), roles=PROOFS) for path in sorted(given.proofs.glob("*.jsonl"))
    ]
    rows = size = changed = 0
    for source in sources[:1]:
        next(iter(open_source(source)))  # imports and patterns are loaded before the clock starts
    start = time.process_time()
    for source in sources:
        for record in open_source(source):
            if not isinstance(record, Record):
                raise SystemExit(f"{source.path_or_id}: {record}")
            rows += 1
            for item in record.fields:
                changed += round_trip(item.text) != item.text
                size += len(item.text.encode())
    seconds = time.process_time() - start
    print(
        f"{rows} rows, {size / 1e6:.2f} MB, {changed} texts changed, {seconds:.2f} s of one core, "
        f"{size / 1e6 / seconds:.1f} MB/s (Python {platform.python_version()}, {platform.machine()})"
    )


if __name__ == "__main__":
    main()
