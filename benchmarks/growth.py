"""Time and memory of commands over a finished run as it grows: judge, its dry run, report and export.

    parallelize build --langs pt --source ../shared/data/gsm8k/train.jsonl --limit 2000 --out runs/small
    python benchmarks/growth.py runs/small --rows 2000 20000 200000

The chunks of a small run are copied under other ids until there are enough rows; each command then runs in
a process of its own, whose CPU seconds, seconds and peak resident size (Linux) are those that the kernel
counted, start and end included. Growth is linear where the rows per second stay the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from parallelize.core.measures import measure_versions
from parallelize.pipeline.recording import load_recorded
from parallelize.store.chunk_files import chunk_table, list_chunks, write_chunk
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.records_index import ChunkEntry, read_records_index, write_records_index
from parallelize.store.run import RunDirectory
from parallelize.store.tables import translated_stem

COMMANDS = {
    "judge --dry-run": ["judge", "{run}", "--threshold", "length_deviation=0.9", "--dry-run"],
    "judge": ["judge", "{run}", "--threshold", "length_deviation=0.9"],
    "report": ["report", "{run}"],
    "export": ["export", "{run}", "--format", "messages", "--out", "{out}"],
}


def renamed(table: pa.Table, copy: int) -> pa.Table:
    """A chunk whose rows have other ids."""
    ids = pc.binary_join_element_wise(table.column("id"), f"copy{copy}", "-")
    return table.set_column(table.schema.get_field_index("id"), table.schema.field("id"), ids)


def grow(small: RunDirectory, root: Path, rows: int) -> RunDirectory:
    """A run of so many rows, made of the chunks of a small one; not judged yet."""
    shutil.copytree(small.root, root, ignore=shutil.ignore_patterns("memory", "records", "translations"))
    run, index = RunDirectory(root), read_records_index(small)
    recorded, languages = load_recorded(small), read_languages(small.languages)
    there = {code: list_chunks(small.translations(code)) for code in languages}
    chunks: list[ChunkEntry] = []
    copy = done = 0
    while done < rows:
        for chunk in recorded.chunks:
            digest = hashlib.sha256(f"{chunk.digest}-{copy}".encode()).hexdigest()[:32]
            path = write_chunk(run.records, digest, renamed(chunk_table(chunk.path), copy))
            chunks.append(ChunkEntry(file=path.name, digest=digest, rows=chunk.rows))
            for code, built in languages.items():
                fingerprint = bytes.fromhex(built.fingerprint)
                known = there[code][translated_stem(chunk.digest, fingerprint)]
                stem = translated_stem(digest, fingerprint)
                write_chunk(run.translations(code), stem, renamed(chunk_table(known), copy))
            done += chunk.rows
            if done >= rows:
                break
        copy += 1
    write_records_index(
        run, replace(index, chunks=tuple(chunks), rows=done, rejected={}, rejects_sha256=None)
    )
    now = measure_versions()  # what the scores say does not matter here
    write_languages(
        run.languages,
        {
            code: replace(built, made_from=replace(built.made_from, measures=now))
            for code, built in languages.items()
        },
    )
    return run


def measured(words: Sequence[str]) -> dict[str, Any]:
    """What a command took, in a process of its own; of the package that `PYTHONPATH` names."""
    start = time.monotonic()
    command = [sys.executable, "-P", "-c", "from parallelize.cli.main import main; main()", *words]
    process = os.posix_spawn(
        sys.executable,
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, used = os.wait4(process, 0)
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": round(time.monotonic() - start, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": used.ru_maxrss // 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("run", type=Path, help="a small finished run")
    options.add_argument("--rows", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    options.add_argument("--commands", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    given = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(
        json.dumps({"machine": machine, **{name: version(name) for name in ("pyarrow", "polars", "numpy")}})
    )
    for rows in given.rows:
        with tempfile.TemporaryDirectory(prefix="growth-") as folder:
            run = grow(RunDirectory(given.run), Path(folder) / "run", rows)
            languages = len(read_languages(run.languages))
            for name in given.commands:
                words = [word.format(run=run.root, out=f"{folder}/out") for word in COMMANDS[name]]
                found = measured(words)
                speed = round(rows * languages / max(found["cpu_seconds"], 0.1))
                print(
                    json.dumps(
                        {
                            "rows": rows,
                            "languages": languages,
                            "command": name,
                            **found,
                            "rows_per_cpu_second": speed,
                        }
                    ),
                    flush=True,
                )


if __name__ == "__main__":
    main()
