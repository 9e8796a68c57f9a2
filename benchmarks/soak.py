"""Many rows through build, judge, export and score: memory and descriptors stay flat, files stay few.

    python benchmarks/soak.py ROWS [--langs pt,de] [--keep FOLDER] [--machinery]

Synthetic rows, each different, on the deterministic engine, so that it is the machinery that is measured.
Every command runs in a process of its own; its resident memory and open descriptors (children included) are
looked at four times a second. Prints a table: seconds, those of the processor, peak memory, memory after each
quarter of the time, most descriptors, and the run's files.

With --machinery a build measures length and numbers alone and asks for no way back: a fourth of the time, so
that a million rows fit into an hour. All that grows with the rows (ingest, queue, memory, journal, chunks,
corpus, report) is the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

WORDS = "the farmer sold yellow baskets of ripe apples at every market because people wanted fruit".split()  # noqa: SIM905

FEW = """import sys
from parallelize.assemble import scorers, session
session.default_scorer = lambda: scorers.translation_scorer(("length_deviation", "number_faults"))
sys.argv[0] = "parallelize"
from parallelize.__main__ import run
run()"""


def write_rows(path: Path, count: int) -> None:
    """Rows with prose, a formula and an answer."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            order = [WORDS[byte % len(WORDS)] for byte in hashlib.sha256(str(n).encode()).digest()]
            problem = f"If ${n}$ {' '.join(order[:12])}, how many are there?"
            file.write(json.dumps({"id": f"row-{n:07d}", "problem": problem, "answer": str(n)}) + "\n")


def watched(name: str, command: list[str]) -> None:
    """Run a command and print what it took."""
    started = time.monotonic()
    before = os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    root, samples = psutil.Process(process.pid), [(0, 0)]
    while process.poll() is None:
        memory = descriptors = 0
        for one in [root, *_children(root)]:
            try:
                memory += one.memory_info().rss
                descriptors += one.num_fds()
            except psutil.Error:
                continue
        samples.append((memory, descriptors))
        try:
            process.wait(0.25)
        except subprocess.TimeoutExpired:
            continue
    if process.returncode not in {0, 4}:
        sys.exit(f"{name} ended with {process.returncode}: {process.stderr.read().decode()[-2000:]}")
    megabytes = [memory / 1e6 for memory, _ in samples if memory] or [0.0]
    quarters = [megabytes[(len(megabytes) - 1) * quarter // 4] for quarter in (1, 2, 3, 4)]
    seconds, most = time.monotonic() - started, max(descriptors for _, descriptors in samples)
    after = os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    steps = " → ".join(f"{value:.0f}" for value in quarters)
    print(f"| {name} | {seconds:.0f} | {busy:.0f} | {max(megabytes):.0f} | {steps} | {most} |", flush=True)


def _children(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []


def soak(folder: Path, rows: int, langs: str, *, machinery: bool) -> None:
    source, run = folder / "rows.jsonl", folder / "run"
    write_rows(source, rows)
    recipe = folder / "recipe.toml"
    recipe.write_text(
        f"langs = {json.dumps(langs.split(','))}\n[source]\npath = {json.dumps(str(source))}\n"
        '[engine]\nname = "scripted"\n[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n'
        + ("[back_translation]\nenabled = false\n" if machinery else "")
    )
    program = [sys.executable, "-m", "parallelize"]
    builder = [sys.executable, "-c", FEW] if machinery else program
    print(
        f"{rows:,} rows into {langs}\n\n"
        "| command | seconds | of the processor | peak MB | MB after each quarter | descriptors |"
    )
    print("|---|---|---|---|---|---|", flush=True)
    watched("build", [*builder, "build", str(recipe), "--out", str(run), "--quiet"])
    watched("build again", [*builder, "build", str(recipe), "--out", str(run), "--quiet"])
    watched("judge", [*program, "judge", str(run)])
    watched("export", [*program, "export", str(run), "--format", "verl", "--out", str(folder / "out")])
    responses = folder / "responses.jsonl"
    with source.open() as lines, responses.open("w", encoding="utf-8") as out:
        for line in lines:
            row = json.loads(line)
            said = {"id": row["id"], "language": "en", "gold": row["answer"], "prompt": row["problem"]}
            out.write(json.dumps({**said, "response": f"It is \\boxed{{{row['answer']}}}."}) + "\n")
    watched("score", [*program, "score", str(responses)])
    files = [path for path in run.rglob("*") if path.is_file()]
    memory = [path for path in files if "memory" in path.relative_to(run).parts]
    print(
        f"\nRun: {len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB; "
        f"memory {len(memory)} files"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int)
    parser.add_argument("--langs", default="pt,de")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--machinery", action="store_true")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        soak(options.keep, options.rows, options.langs, machinery=options.machinery)
        return
    with tempfile.TemporaryDirectory() as folder:
        soak(Path(folder), options.rows, options.langs, machinery=options.machinery)


if __name__ == "__main__":
    main()
