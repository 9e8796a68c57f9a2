"""Every command on a run of which one file is damaged: `python -m tests.faults.damage [WORD]…`.

Each trial is a fork on a copy of a finished run. A command that ends well has left the files that it leaves
on a whole run; one that does not says the name of the damaged file, without a traceback. So what is damaged
is named, or derived again, or not needed; it is never read as data. Pairs whose name holds one of the words
are tried (all, without a word). Prints a line for what does not hold and a summary.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.failing_disk import contents
from tests.forked import Ended, ended

__all__ = ["COMMANDS", "DAMAGES", "Trial", "finished", "trials", "wrong"]

_RECIPE = """langs = ["pt", "de"]
[source]
path = "{source}"
[engine]
name = "scripted"
fault_rate = 0.2
[run]
chunk_rows = 8
[corpus]
license = "mit"
[gates.thresholds]
off_target_parts = false
foreign_share = false
"""


def _flip(path: Path) -> None:
    """Another digit in the middle of a text; another bit in the middle of anything else."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    digit = re.search(rb"[0-9]", data[middle:]) if path.suffix in {".json", ".jsonl", ".md"} else None
    place = middle + digit.start() if digit else middle
    data[place] = (0x31 if data[place] == 0x30 else 0x30) if digit else data[place] ^ 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n0")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES: Mapping[str, Callable[[Path], None]] = {
    "flip": _flip,
    "cut": _cut,
    "append": _append,
    "empty": _empty,
    "gone": Path.unlink,
}
COMMANDS: Mapping[str, Callable[[Path], list[str]]] = {
    "build": lambda at: ["build", str(at.parent / "recipe.toml"), "--out", str(at / "run"), "--quiet"],
    "build fr": lambda at: [
        *("build", str(at.parent / "recipe.toml"), "--langs", "fr"),
        *("--out", str(at / "run"), "--quiet"),
    ],
    "judge": lambda at: ["judge", str(at / "run"), "--threshold", "back_chrf=60"],
    "report": lambda at: ["report", str(at / "run"), "--format", "md", "--out", str(at / "report.md")],
    "export": lambda at: ["export", str(at / "run"), "--format", "messages", "--out", str(at / "export")],
    "review": lambda at: ["review", str(at / "run"), "--rows", "8", "--out", str(at / "review")],
    "verify": lambda at: ["verify", str(at / "run")],
    "push --dry-run": lambda at: ["push", str(at / "run"), "--repo", "acme/x", "--dry-run"],
    "status": lambda at: ["status", str(at / "run")],
}
_NO_ARTEFACTS = re.compile(r"(^|/)(log\.jsonl|lock|work\.lock|report\.html|memory/.*|\..*)$")
"""Times, locks, a page for people. What damage does to a memory: `store/test_memory.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A command on a run of which one file is damaged so."""

    command: str
    file: str
    damage: str

    def __str__(self) -> str:
        return f"{self.command} {self.file} {self.damage}"


def finished(folder: Path) -> Path:
    """A finished run in two languages; made in a fork."""
    from tests.runs import rows, write_jsonl

    source = write_jsonl(folder / "rows.jsonl", [*rows(20), {"id": "empty", "problem": " "}])
    (folder / "recipe.toml").write_text(_RECIPE.format(source=source))
    (folder / "whole").mkdir()
    made = ended(
        ["build", str(folder / "recipe.toml"), "--out", str(folder / "whole/run"), "--quiet"], folder / "said"
    )
    if made.code:
        raise AssertionError(made.said)
    return folder / "whole"


def trials(whole: Path) -> list[Trial]:
    """Every command with every kind of file, damaged in every way; of files of a kind, the first."""
    kinds: dict[str, str] = {}
    for path in sorted((whole / "run").rglob("*")):
        name = path.relative_to(whole / "run").as_posix()
        if path.is_file() and not _NO_ARTEFACTS.search(name):
            kinds.setdefault(re.sub(r"[0-9a-f]{8,}|\d+", "N", name), name)
    return [
        Trial(command=command, file=file, damage=damage)
        for file in kinds.values()
        for command in COMMANDS
        for damage in DAMAGES
    ]


def _run(command: str, at: Path) -> tuple[Ended, dict[str, str]]:
    found = ended(
        COMMANDS[command](at), at.parent / "said", first=lambda: os.environ.update(HF_HUB_OFFLINE="1")
    )
    return found, contents(at)


def wrong(trial: Trial, whole: Path, calm: dict[str, dict[str, str]]) -> str | None:
    """What does not hold, if anything.

    Args:
        trial: what is tried.
        whole: of `finished`.
        calm: what each command leaves of a whole run, filled when it is needed.
    """
    at = whole.parent / "at"
    if trial.command not in calm:
        shutil.copytree(whole, at)
        made, calm[trial.command] = _run(trial.command, at)
        shutil.rmtree(at)
        if made.code:
            raise AssertionError(made.said)
    shutil.copytree(whole, at)
    try:
        DAMAGES[trial.damage](at / "run" / trial.file)
        found, left = _run(trial.command, at)
    finally:
        shutil.rmtree(at)
    if "Traceback" in found.said or found.code not in {0, 1, 3, 4}:
        return f"ended with {found.code}: {found.said[-400:]}"
    if found.code:
        named = Path(trial.file).name in found.said or trial.file.split("/")[0] in found.said
        return None if named else f"not named: {found.said[-300:]}"
    wanted = calm[trial.command]
    mine = f"run/{trial.file}"
    others = sorted(n for n in {*left, *wanted} if n != mine and left.get(n) != wanted.get(n))
    told = Path(trial.file).name in found.said
    return f"ended well and left others: {', '.join(others)[:300]}" if others and not told else None


def main() -> None:
    words, count, finds = sys.argv[1:], 0, 0
    folder = Path(tempfile.mkdtemp(prefix="damage-"))
    try:
        whole = finished(folder)
        calm: dict[str, dict[str, str]] = {}
        for trial in trials(whole):
            if words and not any(word in str(trial) for word in words):
                continue
            count += 1
            fault = wrong(trial, whole, calm)
            if fault is not None:
                finds += 1
                print(f"  {trial}: {fault}", flush=True)
    finally:
        shutil.rmtree(folder)
    print(f"{count} damaged files met by commands, {finds} wrong")
    sys.exit(1 if finds else 0)


if __name__ == "__main__":
    main()
