"""Rows that ingest reads per second, beside another version of the code, and the memory of a million rows.

    python benchmarks/ingest_speed.py gsm8k/train.jsonl deepscaler_parts/math.json --against ../base
    python benchmarks/ingest_speed.py --memory

Each source is read by processes of the two versions in turn, in CPU seconds of one core, from `open_source`
to the last record; best and median of all passes. `--memory` writes files of 10,000, 100,000 and 1,000,000
rows of its own (JSONL, Parquet, a JSON array) and prints the peak of each reading process.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
FORMATS = ("jsonl", "parquet", "json")


def read_once(source: str) -> tuple[int, float]:
    """Rows of a source, and CPU seconds of one pass over it."""
    from parallelize.stages.ingest import SourceSpec, open_source

    start = time.process_time()
    rows = sum(1 for _ in open_source(SourceSpec(path_or_id=source)))
    return rows, time.process_time() - start


def child(source: str, passes: int) -> None:
    """Print what passes in this process took, the first left out: imports and patterns are loaded in it."""
    with contextlib.suppress(ImportError):  # as its commands do; older versions do not
        from parallelize.core.processes import collect_rarely

        collect_rarely()
    read_once(source) if passes > 1 else None
    found = [read_once(source) for _ in range(passes)]
    # Linux: the peak of this program alone; that of getrusage begins with the memory of whoever started it.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"rows": found[0][0], "seconds": [seconds for _, seconds in found], "peak_mb": peak}))


def run(source: Path, root: Path, passes: int) -> dict[str, Any]:
    """One process of the version of the code that lies at `root`."""
    command = [sys.executable, __file__, str(source.resolve()), "--child", "--passes", str(passes)]
    environment = {**os.environ, "PYTHONPATH": str(root.resolve())}
    printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(printed))


def speeds(sources: list[Path], roots: list[Path], rounds: int, passes: int) -> None:
    """Best and median rows per second of each version, in turn, and the ratio of the bests."""
    for source in sources:
        seconds: dict[Path, list[float]] = {root: [] for root in roots}
        rows = 0
        for _ in range(rounds):
            for root in roots:
                found = run(source, root, passes)
                rows = found["rows"]
                seconds[root] += found["seconds"]
        print(f"{source} ({rows:,} rows)")
        for root in roots:
            best, middle = min(seconds[root]), statistics.median(seconds[root])
            print(f"  {root}: best {rows / best:,.0f} rows/s, median {rows / middle:,.0f}")
        if len(roots) == 2:
            ours, theirs = (seconds[root] for root in roots)
            print(
                f"  ratio of bests {min(theirs) / min(ours):.3f}, "
                f"of medians {statistics.median(theirs) / statistics.median(ours):.3f}"
            )


def rows_of_our_own(count: int) -> Iterator[dict[str, Any]]:
    """Problems with worked solutions, no two alike."""
    for number in range(count):
        yield {
            "question": f"A train leaves station {number} with {number % 97} people; {number % 13} get off. "
            "How many people are on the train after that stop, if nobody else gets on?",
            "answer": f"There are {number % 97} people at first.\nThen {number % 13} of them leave.\n"
            f"#### {number % 97 - number % 13}",
            "tags": ["trains", f"group {number % 7}"],
        }


def write(path: Path, count: int) -> None:
    """Write a file of rows in the format that its name says."""
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = pa.schema([("question", "string"), ("answer", "string"), ("tags", pa.list_(pa.string()))])
        rows = rows_of_our_own(count)
        with pq.ParquetWriter(path, columns) as table:
            for start in range(0, count, 50_000):
                batch = [next(rows) for _ in range(min(50_000, count - start))]
                table.write_table(pa.Table.from_pylist(batch, schema=columns))
        return
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(rows_of_our_own(count)):
            if path.suffix == ".json":
                file.write("[\n" if number == 0 else ",\n")
            file.write(json.dumps(row) + ("\n" if path.suffix == ".jsonl" else ""))
        if path.suffix == ".json":
            file.write("\n]\n")


def memory(root: Path, formats: Sequence[str]) -> None:
    """Peak memory of one pass, by format and number of rows."""
    for suffix in formats:
        for count in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"train.{suffix}"
                write(path, count)
                size = path.stat().st_size / 1e6
                found = run(path, root, 1)
            print(
                f"{suffix:<7} {count:>9,} rows ({size:.0f} MB): peak {found['peak_mb']:.0f} MB, "
                f"{count / found['seconds'][0]:,.0f} rows/s",
                flush=True,
            )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("sources", type=Path, nargs="*")
    options.add_argument("--against", type=Path, help="root of another version of this repository")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--passes", type=int, default=3, help="passes in each process")
    options.add_argument(
        "--memory", nargs="*", choices=FORMATS, metavar="FORMAT", help="all if none is named"
    )
    options.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        child(str(given.sources[0]), given.passes)
        return
    ours = Path(__file__).parents[1]
    roots = [ours] if given.against is None else [ours, given.against]
    speeds(given.sources, roots, given.rounds, given.passes)
    if given.memory is not None:
        memory(ours, given.memory or FORMATS)


if __name__ == "__main__":
    main()
