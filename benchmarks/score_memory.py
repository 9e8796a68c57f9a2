"""Memory of `parallelize score` at growing numbers of responses: it should grow by little a response.

    python benchmarks/score_memory.py ../shared/data/mcot_outputs --rows 20000,200000,1000000
    python benchmarks/score_memory.py --rows 200000,1000000        (short responses, made here)

Each count is a process of its own, `parallelize score --json --rows`, on rows with ids of their own; printed
is the largest memory that it and its workers had at any moment, and what a further response took.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from score_speed import rows_of

SHORT = [
    {"language": code, "prompt": "2 + 2?", "response": said, "gold": gold}
    for gold in ("4", "5")
    for code, said in (
        ("de", "Die Antwort ist 4."),
        ("en", "So the answer is 4."),
        ("sw", "Jibu ni 4."),
        ("th", "คำตอบคือ 4"),
    )
]


def peak_of(command: list[str]) -> tuple[float, float, float]:
    """Largest resident memory of the process and of its children (MB), and seconds."""
    began = time.monotonic()
    own = children = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                own = max(own, watched.memory_info().rss / 1e6)
                memories = [child.memory_info().rss for child in watched.children(recursive=True)]
                children = max(children, sum(memories) / 1e6)
            except psutil.Error:
                pass
            time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"score ended with {process.returncode}")
    return own, children, time.monotonic() - began


def main() -> None:
    """Print a line for each number of responses."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("responses", type=Path, nargs="?", help="without them, short ones are made")
    options.add_argument("--rows", default="20000,200000,1000000")
    given = options.parse_args()
    rows = SHORT if given.responses is None else rows_of(given.responses)
    before = None
    print("| responses | score, MB | its workers, MB | seconds | bytes for a further response |")
    print("|---:|---:|---:|---:|---:|")
    for count in map(int, given.rows.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "responses.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for number, row in enumerate(itertools.islice(itertools.cycle(rows), count)):
                    file.write(json.dumps({"id": number, **row}) + "\n")
            verdicts = str(Path(folder) / "rows.jsonl")
            command = [sys.executable, "-m", "parallelize", "score", str(path), "--json", "--rows", verdicts]
            own, children, seconds = peak_of(command)
        more = "" if before is None else f"{1e6 * (own - before[1]) / (count - before[0]):.0f}"
        before = (count, own)
        print(f"| {count:,} | {own:.0f} | {children:.0f} | {seconds:.0f} | {more} |", flush=True)


if __name__ == "__main__":
    main()
