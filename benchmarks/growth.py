"""Time and memory of commands as their data grows: judge, report, export, build, audit and score.

    parallelize build --langs pt --source ../shared/data/gsm8k/train.jsonl --limit 2000 --out runs/small
    python benchmarks/growth.py runs/small --rows 2000 20000 200000

The chunks of a small run are copied under other ids until there are enough rows; build (with the scripted
engine), audit and score get files made of its texts. Each command runs in a process of its own, whose CPU
seconds, seconds and peak resident size (Linux) are those that the kernel counted, start and end included.
Growth is linear where the rows per second stay the same.
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

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from parallelize.core.measures import measure_versions
from parallelize.pipeline.recording import load_recorded
from parallelize.store.chunk_files import chunk_table, list_chunks, write_chunk
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.records_index import ChunkEntry, read_records_index, write_records_index
from parallelize.store.run import RunDirectory
from parallelize.store.tables import read_translated, translated_stem

COMMANDS = {
    "judge --dry-run": ["judge", "{run}", "--threshold", "length_deviation=0.9", "--dry-run"],
    "judge": ["judge", "{run}", "--threshold", "length_deviation=0.9"],
    "report": ["report", "{run}"],
    "export": ["export", "{run}", "--format", "messages", "--out", "{out}"],
}
"""Over a run of so many rows."""
SOURCES = {
    "build": ("build", "{folder}/recipe.toml", "--quiet", "--out", "{out}"),
    "audit": ("audit", "{folder}/pairs.jsonl", "--lang", "pt", "--quiet"),
    "audit --measures": (
        *("audit", "{folder}/pairs.jsonl", "--lang", "pt", "--quiet"),
        *("--measures", "length_deviation,number_faults"),
    ),
    "score": ("score", "{folder}/pairs.jsonl", "--language", "pt", "--field", "response=target", "--json"),
}
"""Over a file of so many rows, in one language; the engine of the build is scripted and answers at once. Two
measures alone show what grows in a tenth of the time that all of them take."""
RECIPE = """langs = ["pt"]
[source]
path = "{folder}/problems.jsonl"
[engine]
name = "scripted"
"""


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


def write_source(small: RunDirectory, folder: Path, rows: int) -> None:
    """A file of so many rows, the texts of a small run into Portuguese with a number of their own each."""
    chunks = list_chunks(small.translations("pt")).values()
    texts = [item for path in chunks for row in read_translated(path) for item in row.texts]
    with (folder / "pairs.jsonl").open("wb") as pairs, (folder / "problems.jsonl").open("wb") as problems:
        for number in range(rows):
            item = texts[number % len(texts)]
            mark = f" [{number // len(texts)}]"
            name, source, gold = f"r{number}", item.source + mark, str(number % 97)
            pair = {"id": name, "source": source, "target": item.target + mark, "gold": gold}
            pairs.write(orjson.dumps(pair) + b"\n")
            problems.write(orjson.dumps({"id": name, "problem": source}) + b"\n")
    (folder / "recipe.toml").write_text(RECIPE.format(folder=folder))


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
    every = {**COMMANDS, **SOURCES}
    options.add_argument("--commands", nargs="+", choices=list(every), default=list(every))
    given = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(
        json.dumps({"machine": machine, **{name: version(name) for name in ("pyarrow", "polars", "numpy")}})
    )
    small = RunDirectory(given.run)
    for rows in given.rows:
        with tempfile.TemporaryDirectory(prefix="growth-") as folder:
            run, languages = small, 1
            if not COMMANDS.keys().isdisjoint(given.commands):
                run = grow(small, Path(folder) / "run", rows)
                languages = len(read_languages(run.languages))
            if not SOURCES.keys().isdisjoint(given.commands):
                write_source(small, Path(folder), rows)
            for name in given.commands:
                places = {"run": run.root, "folder": folder, "out": f"{folder}/out-{name.split()[0]}"}
                found = measured([word.format(**places) for word in every[name]])
                cells = rows * (languages if name in COMMANDS else 1)
                speed = {"rows_per_cpu_second": round(cells / max(found["cpu_seconds"], 0.1))}
                facts = {"rows": rows, "languages": cells // rows, "command": name, **found, **speed}
                print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
