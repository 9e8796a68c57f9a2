"""How much faster two workers are than one process with an engine that waits, and whether bytes are the same.

    python benchmarks/worker_speed.py --rows 600 --delay 4 --runners processes:2 shares:2 ray

The scripted engine answers after a pause, as a server or a GPU would: what is measured is the hand-out and
everything around the engine, not the engine. Times are those of whole commands, start and finish included;
of shares also that of their own phase, from the start of the first process to the end of the last, beside the
same phase of a single share: records are read and the corpus is written once, however many shares there are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = "the farmer sold yellow baskets of ripe apples at every market because people wanted fruit".split()  # noqa: SIM905
RECIPE = """langs = ["pt", "de"]
[source]
path = "{source}"
[engine]
name = "scripted"
delay_seconds = {delay}
[gates.thresholds]
off_target_parts = false
foreign_share = false
[run]
chunk_rows = {chunk_rows}
"""


def write_rows(path: Path, count: int) -> None:
    """Rows of two texts each, all different."""
    with path.open("w") as handle:
        for number in range(count):
            digest = hashlib.sha256(str(number).encode()).digest()
            said = " ".join(WORDS[byte % len(WORDS)] for byte in digest)
            row = {
                "id": f"r{number}",
                "problem": f"In {number} days {said}?",
                "solution": f"{said}. {number}",
            }
            handle.write(json.dumps(row) + "\n")


def measured(recipe: Path, out: Path, runner: str) -> tuple[float, float | None, dict[str, str]]:
    """Seconds of a build and of its shares alone, and digests of its tables; `shares:N`: N `work --share`."""
    program = [sys.executable, "-m", "parallelize"]
    build = [*program, "build", str(recipe), "--out", str(out), "--quiet", "--runner"]
    begin, at_work = time.monotonic(), None
    if runner.startswith("shares:"):
        shares = int(runner.partition(":")[2])
        subprocess.run([*build, "none"], check=True, stdout=subprocess.DEVNULL)
        start = time.monotonic()
        work = [*program, "work", str(out), "--quiet", "--share"]
        started = [
            subprocess.Popen([*work, f"{share + 1}/{shares}"], stdout=subprocess.DEVNULL)
            for share in range(shares)
        ]
        if sum(process.wait() for process in started):
            sys.exit("a share failed")
        at_work = time.monotonic() - start
        subprocess.run([*build, "none"], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([*build, runner], check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - begin
    tables = sorted((out / "corpus").rglob("*.parquet"))
    return (
        seconds,
        at_work,
        {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in tables},
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=80)
    options.add_argument("--delay", type=float, default=4.0)
    options.add_argument("--runners", nargs="*", default=["processes:2", "shares:1", "shares:2"])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rows(folder / "rows.jsonl", given.rows)
        recipe = folder / "recipe.toml"
        chunk_rows = max(1, given.rows // 40)
        recipe.write_text(
            RECIPE.format(source=folder / "rows.jsonl", delay=given.delay, chunk_rows=chunk_rows)
        )
        alone, _, digests = measured(recipe, folder / "here", "here")
        print(f"one process: {alone:.1f} s", flush=True)
        one_share = None
        for runner in given.runners:
            seconds, at_work, found = measured(recipe, folder / runner.replace(":", "-"), runner)
            same = "the same bytes" if found == digests else "OTHER BYTES"
            print(f"{runner}: {seconds:.1f} s, {alone / seconds:.2f} times as fast, {same}", flush=True)
            if runner == "shares:1":
                one_share = at_work
            elif at_work is not None and one_share is not None:
                print(f"  at work: one share {one_share:.1f} s, {runner} {at_work:.1f} s, ", end="")
                print(f"{one_share / at_work:.2f} times as fast", flush=True)


if __name__ == "__main__":
    main()
