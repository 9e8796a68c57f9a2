"""Commands on a disk that fails, at each call of each: `python -m tests.faults.failing_disk [COMMAND]…`.

`faulty_disk.c` is put between this process and the C library. Each trial is a fork: the command runs with one
call failing (an I/O error, for that call or from then on), or with room for so many bytes, and then once more
without a fault. What must hold stands in `broken`. Prints a line for what does not hold and a summary.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.forked import Ended, ended

__all__ = ["COMMANDS", "Fault", "Stage", "broken", "compiled", "prepared"]

ROOT = Path(__file__).resolve().parents[2]
_NOT_COMPARED = frozenset({"measurements.json", "log.jsonl", "report.html", "lock"})
"""Files of a run that hold times and processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with the disk."""

    call: int = 0
    """The call that fails, from 1; 0 for none."""
    room: int = -1
    """Bytes that there is room for; -1 for any number."""
    error: int = errno.ENOSPC
    once: bool = False
    """Later calls work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A command, what it begins from, and where it writes."""

    arguments: Callable[[Path], list[str]]
    """Of the folder on the failing disk."""
    start: str | None = None
    """Folder that is there before, copied from `prepared`: a finished run."""
    makes: str
    """File that is written last: it is not there, or whole, or what it was before."""
    refuses: bool = False
    """A file that is there is not written over, which is said again after a disk failed at the end."""


_RECIPE = """langs = ["pt"]
[source]
path = "{source}"
[engine]
name = "scripted"
fault_rate = 0.1
[run]
chunk_rows = 8
[gates.thresholds]
off_target_parts = false
foreign_share = false
"""


def _beside(folder: Path, name: str) -> str:
    return str(folder.parent / "given" / name)


COMMANDS: Mapping[str, Stage] = {
    "build": Stage(
        arguments=lambda at: ["build", _beside(at, "recipe.toml"), "--out", str(at / "run"), "--quiet"],
        makes="run/corpus/manifest.json",
    ),
    "judge": Stage(
        arguments=lambda at: ["judge", str(at / "run"), "--threshold", "back_chrf=60"],
        start="run",
        makes="run/corpus/manifest.json",
    ),
    "report": Stage(
        arguments=lambda at: ["report", str(at / "run"), "--format", "html", "--out", str(at / "page.html")],
        start="run",
        makes="page.html",
    ),
    "export": Stage(
        arguments=lambda at: ["export", str(at / "run"), "--format", "verl", "--out", str(at / "export")],
        start="run",
        makes="export/export.json",
    ),
    "review": Stage(
        arguments=lambda at: ["review", str(at / "run"), "--out", str(at / "review")],
        start="run",
        makes="review/review.html",
    ),
    "audit": Stage(
        arguments=lambda at: [
            *("audit", _beside(at, "rows.jsonl"), "--lang", "pt", "--source-field", "problem"),
            *("--target-field", "solution", "--rows", str(at / "verdicts.jsonl")),
        ],
        makes="verdicts.jsonl",
    ),
    "score": Stage(
        arguments=lambda at: [
            *("score", _beside(at, "responses.jsonl"), "--rows", str(at / "rows.jsonl")),
            *("--html", str(at / "page.html")),
        ],
        makes="page.html",
    ),
    "law": Stage(
        arguments=lambda at: ["law", _beside(at, "table.csv"), "--out", str(at / "law")],
        makes="law/law.json",
    ),
    "terms": Stage(
        arguments=lambda at: [
            *("terms", _beside(at, "rows.jsonl"), "--langs", "pt", "--out", str(at / "terms.toml")),
        ],
        makes="terms.toml",
        refuses=True,
    ),
    "evaluate": Stage(
        arguments=lambda at: [
            *("evaluate", "--engine", "scripted", "--model", "m", "--langs", "de", "--quiet"),
            *("--benchmark", _beside(at, "apples_{lang}.jsonl"), "--out", str(at / "evaluation")),
        ],
        makes="evaluation/evaluation.json",
    ),
}


def prepared(place: Path) -> Path:
    """The files that commands are given, and a finished run."""
    from tests.runs import rows, write_jsonl

    given = place / "given"
    given.mkdir()
    data = rows(24)
    source = write_jsonl(given / "rows.jsonl", data)
    (given / "recipe.toml").write_text(_RECIPE.format(source=source))
    write_jsonl(
        given / "responses.jsonl",
        [
            {"id": row["id"], "language": "en", "gold": row["answer"], "response": f"It is {row['answer']}."}
            for row in data
        ],
    )
    write_jsonl(
        given / "apples_de.jsonl",
        [
            {"problem": f"Der Bauer verkauft {n} Äpfel und {n} Birnen. Wie viele?", "answer": 2 * n}
            for n in range(20)
        ],
    )
    table = "model,trained_languages,language,benchmark,accuracy\n" + "".join(
        f"m{n},{'+'.join(('en', 'de', 'ja')[:n])},{code},b,{0.2 + 0.1 * n}\n"
        for n in range(4)
        for code in ("en", "de", "ja")
    )
    (given / "table.csv").write_text(table)
    (place / "seed").mkdir()
    made = ended(COMMANDS["build"].arguments(place / "seed"), place / "said")
    if made.code:
        raise AssertionError(made.said)
    return place


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _run(stage: Stage, at: Path, fault: Fault) -> Ended:
    """The command in a fork whose disk fails so. What it wrote to stderr is beside the folder."""

    def breaks() -> None:
        _library().faulty_disk(
            str(at).encode(),
            ctypes.c_long(fault.call),
            ctypes.c_long(fault.room),
            fault.error,
            int(fault.once),
        )

    return ended(stage.arguments(at), at.parent / "said", first=breaks)


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file, but of those that hold times, and of a memory: it is what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.name not in _NOT_COMPARED and "/memory/" not in f"/{name}":
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def broken(stage: Stage, place: Path, fault: Fault, wanted: Mapping[str, str]) -> str | None:
    """What does not hold when a command meets this fault and is run again; None where all holds.

    A command that failed says so in words and ends with 3; its last file is not there, or what it was, or
    whole. Run again on a disk that works, it ends with 0 and leaves the files that an undisturbed one leaves.
    A fault that nobody needs to mind (of the log, of a lease, of removing what is not needed) may pass.
    """
    at = place / "disk"
    fresh(stage, place)
    last = at / stage.makes
    before = last.read_bytes() if last.exists() else None
    try:
        first = _run(stage, at, fault)
        now = last.read_bytes() if last.exists() else None
        if now not in {None, before} and hashlib.sha256(now or b"").hexdigest() != wanted[stage.makes]:
            return f"{stage.makes} is half written"
        again = _run(stage, at, Fault()) if first.code else first
        return (
            _badly_said(first)
            or (
                again.code
                and not (stage.refuses and now)
                and f"run again, ended with {again.code}: {again.said[-300:]}"
            )
            or (
                contents(at) != wanted
                and f"ended with {first.code}, then differs: {difference(contents(at), wanted)}"
            )
            or None
        )
    finally:
        shutil.rmtree(at)


def _badly_said(ended: Ended) -> str | None:
    """What is wrong with the words that a command failed with, if anything."""
    if ended.code not in {0, 3}:
        return f"ended with {ended.code}: {ended.said[-300:]}"
    if "Traceback" in ended.said or "Exception ignored" in ended.said:
        return f"traceback: {ended.said[-400:]}"
    if ended.code and ("error:" not in ended.said or "→" not in ended.said):
        return f"no remedy: {ended.said[-300:]}"
    return None


def difference(ours: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Names of the files that differ."""
    names = sorted(name for name in {*ours, *wanted} if ours.get(name) != wanted.get(name))
    return ", ".join(
        f"{'-' if name not in ours else '+' if name not in wanted else '≠'}{name}" for name in names
    )[:300]


def fresh(stage: Stage, place: Path) -> Path:
    """The folder as it is before the command."""
    at = place / "disk"
    at.mkdir()
    if stage.start:
        shutil.copytree(place / "seed" / stage.start, at / stage.start)
    return at


def calm(stage: Stage, place: Path) -> tuple[dict[str, str], int, int]:
    """What an undisturbed command leaves, the calls that it makes, and the bytes that it leaves."""
    at = fresh(stage, place)
    count = place / "calls"

    def last() -> None:
        count.write_text(str(_library().faulty_disk_calls()))

    made = ended(
        stage.arguments(at),
        place / "said",
        first=lambda: _library().faulty_disk(str(at).encode(), ctypes.c_long(0), ctypes.c_long(-1), 0, 0),
        last=last,
    )
    if made.code:
        raise AssertionError(made.said)
    found = contents(at)
    size = sum(path.stat().st_size for path in at.rglob("*") if path.is_file())
    shutil.rmtree(at)
    return found, int(count.read_text()), size


def sizes(size: int, most: int | None = None) -> Iterator[Fault]:
    """Disks that have room for a part of what a command writes; twenty, if nobody says how many."""
    for part in range(most or 20):
        yield Fault(room=size * part // (most or 20))


def faults(calls: int, size: int, most: int | None = None) -> Iterator[Fault]:
    """Faults of each kind, spread over the calls and the bytes of a command; at most so many of a kind."""
    step = 1 if most is None else max(1, calls // most)
    for call in range(1, calls + 1, step):
        yield Fault(call=call, error=errno.EIO, once=True)
    for call in range(1, calls + 1, step):
        yield Fault(call=call, error=errno.EIO)
    yield from sizes(size, most)
    yield Fault(call=1, error=errno.EROFS)
    yield Fault(call=1, error=errno.EACCES)


def compiled(folder: Path) -> Path | None:
    """The failing disk as a library; None where no C compiler is."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "faulty_disk.so"
    source = Path(__file__).with_name("faulty_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.failing_disk")
    parser.add_argument("commands", nargs="*", choices=[*COMMANDS, []], help="[default: all]")
    parser.add_argument("--most", type=int, help="Faults of each kind of each command [default: every call]")
    parser.add_argument("--sizes", action="store_true", help="Full disks alone, of 20 sizes or of --most")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="failing-"))
    if "faulty_disk" not in os.environ.get("LD_PRELOAD", ""):
        library = compiled(place)
        if library is None:
            sys.exit("no C compiler, or no Linux: the failing disk cannot be made")
        os.environ["LD_PRELOAD"] = str(library)
        os.execv(sys.executable, [sys.executable, "-m", "tests.faults.failing_disk", *sys.argv[1:]])
    found: dict[str, dict[str, object]] = {}
    try:
        prepared(place)
        for name in options.commands or COMMANDS:
            stage = COMMANDS[name]
            wanted, calls, size = calm(stage, place)
            count, wrong = 0, []
            for fault in sizes(size, options.most) if options.sizes else faults(calls, size, options.most):
                count += 1
                said = broken(stage, place, fault, wanted)
                if said is not None:
                    wrong.append(f"{fault}: {said}")
                    print(f"  {name}, {wrong[-1]}", file=sys.stderr, flush=True)
            found[name] = {"calls": calls, "bytes": size, "faults": count, "wrong": wrong}
            if not options.json:
                print(
                    f"{name}: {calls} calls, {size:,} bytes, {count} faults, {len(wrong)} wrong", flush=True
                )
    finally:
        shutil.rmtree(place)
    if options.json:
        print(json.dumps(found))
    sys.exit(1 if any(item["wrong"] for item in found.values()) else 0)


if __name__ == "__main__":
    main()
