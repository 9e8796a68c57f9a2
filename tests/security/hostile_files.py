"""Hostile files for every command that reads one: `python -m tests.security.hostile_files [WORD]…`.

Every pair of a command and a file is tried in a process of its own, and the pairs whose name holds one of the
words are tried (all, without a word). Expected is a result or an error in words; found is a traceback, an end
by a signal, more than `MOST_SECONDS` of the processor (and more for large files) or more than
`MOST_MEGABYTES`. Prints a line for each find and a summary; the exit code is 1 if anything was found.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.forked import Ended, ended

__all__ = ["COMMANDS", "FILES", "MOST_MEGABYTES", "MOST_SECONDS", "finished_run", "write", "wrong"]

MOST_SECONDS = 60.0
SECONDS_A_MEGABYTE = 30.0
"""More for each megabyte of a file that is no archive: its texts may be translated, back, and measured."""
MOST_MEGABYTES = 2_500


def _row(n: int = 0, **other: Any) -> dict[str, Any]:
    """A row that every command finds its columns in."""
    return {
        "id": f"r{n}",
        "problem": f"How many of the {n + 2} ripe apples are left in the basket?",
        "answer": str(n),
        "solution": f"Quantas das {n + 2} maçãs maduras ficaram na cesta do mercado?",
        "language": "pt",
        "response": f"Ficaram \\boxed{{{n}}}.",
        "gold": str(n),
        "model": "m",
        "trained_languages": "",
        "benchmark": "b",
        "accuracy": 0.5,
        "key": "k",
        "good": True,
        **other,
    }


def _lines(*rows: Any) -> bytes:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode(
        "utf-8", "surrogatepass"
    )


def _raw(name: str, value: str) -> bytes:
    """Rows of which one has this JSON in a column."""
    spoiled = json.dumps(_row(1, **{name: "@@"})).replace('"@@"', value)
    return _lines(_row(0), spoiled, _row(2))


def _texts(value: str) -> bytes:
    return _lines(_row(0), _row(1, problem=value, solution=value, response=value), _row(2))


def _table(**columns: Any) -> pa.Table:
    count = max((len(values) for values in columns.values()), default=1)
    base = {name: [value] * count for name, value in _row().items() if name not in columns}
    base["id"] = [f"r{n}" for n in range(count)]
    return pa.table({**base, **columns})


def _parquet(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd")


def _bomb(path: Path) -> None:
    """Eight times a text of 57 kB in three columns, as dictionaries of one entry: some kilobytes.

    Gigabytes are in `test_bombs`; here commands take the texts as rows, at the pace of ordinary ones.
    """
    text = "half of the apples " * 3_000
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 8, pa.int32()), [text])
    _parquet(path, _table(problem=many, solution=many, response=many))


def _one_text_bomb(path: Path) -> None:
    _parquet(path, _table(problem=["a" * 300_000_000], solution=["a"], response=["a" * 300_000_000]))


def _deep_type(path: Path) -> None:
    value: Any = "x"
    for _ in range(60):
        value = {"a": [value]}
    _parquet(path, _table(problem=[value]))


def _csv(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


_NAMES = list(_row())
_CELLS = [json.dumps(str(value)).replace("\\", "") for value in _row().values()]
_MEGA = "The farmer sold half of the ripe apples at every market, and 12 were left. "
_DEEP = 100_000

FILES: Mapping[str, bytes | Callable[[Path], None]] = {
    "long-list.jsonl": _raw("answer", "[" + ",".join(["1"] * 300_000) + "]"),
    "deep.jsonl": _raw("answer", "[" * _DEEP + "]" * _DEEP),
    "deep-objects.jsonl": _raw("answer", '{"a":' * _DEEP + "1" + "}" * _DEEP),
    "deep-900.jsonl": _raw("answer", '{"a":' * 900 + "1" + "}" * 900),
    "deep-200.jsonl": _raw("answer", '{"a":' * 200 + "1" + "}" * 200),
    "deep-text.jsonl": _texts("[" * _DEEP + "]" * _DEEP),
    "deep.json": b"[" * _DEEP + b"]" * _DEEP,
    "integer-5000.jsonl": _raw("answer", "9" * 5_000),
    "integer-400.jsonl": _raw("gold", "9" * 400),
    "integer-of-accuracy.jsonl": _raw("accuracy", "9" * 5_000),
    "float-1e999.jsonl": _raw("accuracy", "1e999"),
    "nan.jsonl": _raw("answer", "NaN"),
    "nan-accuracy.jsonl": _raw("accuracy", "NaN"),
    "infinity.jsonl": _raw("accuracy", "-Infinity"),
    "surrogate-escaped.jsonl": _raw("problem", '"How many \\ud800 apples are left?"'),
    "surrogate-in-all.jsonl": _lines(
        _row(0, **dict.fromkeys(("problem", "solution", "response", "gold", "id"), "a \ud800 b"))
    ),
    "surrogate-key.jsonl": _lines(_row(0, **{"\udfff": "x"})),
    "surrogate-raw.jsonl": _texts("How many \ud800 apples are left?"),
    "surrogate.json": json.dumps([_row(0, problem="\ud800?"), _row(1)]).encode(),
    "zero-bytes.jsonl": _texts("How many \x00 apples are left?\x1b[31m"),
    "all-zero.jsonl": b"\0" * 100_000,
    "latin-1.jsonl": json.dumps(_row(0, problem="Wie viele Äpfel?"), ensure_ascii=False).encode("latin-1"),
    "utf-16.jsonl": _lines(_row(0), _row(1)).decode().encode("utf-16"),
    "utf-32.jsonl": _lines(_row(0), _row(1)).decode().encode("utf-32"),
    "utf-16-cut.csv": _csv([_NAMES, _CELLS]).decode().encode("utf-16")[:-1],
    "empty.jsonl": b"",
    "empty.json": b"",
    "empty.csv": b"",
    "empty.parquet": b"",
    "empty.txt": b"",
    "mark-alone.jsonl": b"\xef\xbb\xbf",
    "mark-alone.csv": b"\xff\xfe",
    "scalars.jsonl": b'1\n"a"\nnull\n[1]\n',
    "object.json": b"{}",
    "null.json": b"null",
    "array-of-null.json": b"[null, null]",
    "cut.jsonl": _lines(_row(0))[:-40],
    "garbage.parquet": bytes(range(256)) * 50,
    "garbage.jsonl": bytes(range(256)) * 50,
    "doubled-key.jsonl": _lines(_row(0)).replace(b'"answer"', b'"id"'),
    "doubled-id.jsonl": _lines(_row(0), _row(0)),
    "types-mixed.jsonl": _lines(
        _row(0), _row(1, problem=5, answer=[1], response={"a": 1}, language=[], accuracy="x", good="x", id={})
    ),
    "all-null.jsonl": _lines(*(dict.fromkeys(_NAMES) for _ in range(3))),
    "clash.jsonl": _lines(
        _row(0, parallelize={"a": 1}, row=1, kept=True, reasons="x", verdict="y", file_name="z")
    ),
    "wide.csv": _csv(
        [[*_NAMES, *(f"c{k}" for k in range(100_000))], *([*_CELLS, *["x"] * 100_000] for _ in range(2))]
    ),
    "long-cell.csv": _csv([_NAMES, ['"' + _MEGA * 10_000 + '"', *_CELLS[1:]]]),
    "open-quote.csv": _csv([_NAMES, _CELLS]) + b'"' + b"a,b\n" * 100_000,
    "quotes.csv": b'"' * 1_000_001,
    "commas.csv": b"," * 1_000_000,
    "returns.csv": _csv([_NAMES, _CELLS]).replace(b"\n", b"\r"),
    "formula.csv": _csv([_NAMES, ["=cmd|' /C calc'!A0", *_CELLS[1:]]]),
    "one-line.txt": b"a" * 10_000_000,
    "lines.txt": b"How many apples are left?\n" * 2_000,
    "bomb.parquet": _bomb,
    "one-text.parquet": _one_text_bomb,
    "deep-type.parquet": _deep_type,
    "binary-ids.parquet": lambda path: _parquet(path, _table(id=[b"\xff\xfe", b"\x00"])),
    "binary-texts.parquet": lambda path: _parquet(path, _table(problem=[b"\xff\xfe"], response=[b"\xff"])),
    "wide.parquet": lambda path: _parquet(path, _table(**{f"c{k}": [k] for k in range(10_000)})),
    "doubled-column.parquet": lambda path: _parquet(
        path, pa.Table.from_arrays([pa.array(["a"])] * 2, ["problem", "problem"])
    ),
    "no-rows.parquet": lambda path: _parquet(path, _table().slice(0, 0)),
    "no-columns.parquet": lambda path: _parquet(path, pa.table({})),
    "many-nulls.parquet": lambda path: _parquet(
        path,
        pa.table({"problem": pa.nulls(3_000_000, pa.string()), "response": pa.nulls(3_000_000, pa.string())}),
    ),
    "strange-types.parquet": lambda path: _parquet(
        path,
        _table(
            answer=pa.array([10**30], pa.decimal128(38, 0)),
            gold=pa.array([2**62], pa.timestamp("ns")),
            extra=pa.array([2**62], pa.duration("ns")),
            mapped=pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        ),
    ),
    "nan.parquet": lambda path: _parquet(
        path, _table(accuracy=[float("nan"), float("inf")], answer=[float("nan"), 1e308])
    ),
    "marks.json": json.dumps(
        {"reader": 5, "marks": [{"key": "k", "good": True, "id": 10**400, "note": "\ud800"}]}
    ).encode(),
    "marks-deep.json": b'{"marks": [' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]}",
    "pearmut.jsonl": _lines(
        {"item": [{"item_id": "k#1"}], "annotation": [{"m": {"score": "x"}}]},
        {"item": [{"item_id": "k#1"}], "annotation": [{"m": {"score": [1], "error_spans": 5}}]},
        {"item": 5, "annotation": 6},
    ),
    "ten-megabytes.jsonl": _lines(_row(0, problem=_MEGA * 66_500, response=_MEGA * 66_500)),
    "one-sign.jsonl": _texts("+" * 1_000_000),
    "one-word.jsonl": _texts("half" * 250_000),
    "open-braces.jsonl": _texts("{" * 1_000_000),
    "open-tags.jsonl": _texts("<think>" * 100_000),
    "digits.jsonl": _texts("7" * 1_000_000),
    "boxes.jsonl": _texts("\\boxed{" * 100_000),
    "lines-in-a-text.jsonl": _texts("a line of it\n" * 100_000),
    "lines.jsonl": _lines(*(_row(n) for n in range(300)), *("" for _ in range(100_000))),
    "wide.jsonl": _lines(*(_row(n, **{f"c{k}": k for k in range(100_000)}) for n in range(3))),
    "wide-texts.jsonl": _lines(
        *(_row(n, **{f"c{k}": "How many are there?" for k in range(3_000)}) for n in range(3))
    ),
}
"""Content by file name; what a function writes is made when it is needed."""

_STUDY = (
    'title = "s"\nlangs = ["pt"]\nbenchmarks = ["mgsm"]\n[engine]\nname = "scripted"\n'
    '[[models]]\nname = "m"\n{how} = {value}\n[[models]]\nname = "n"\n{how} = {value}\n'
)


def _study(how: str) -> Callable[[Path, Path, Path], list[str]]:
    def arguments(file: Path, _: Path, out: Path) -> list[str]:
        value = json.dumps([str(file)] if how == "responses" else str(file))
        recipe = out / "study.toml"
        recipe.write_text(_STUDY.format(how=how, value=value))
        return ["study", str(recipe), "--out", str(out / "study"), "--quiet"]

    return arguments


_PAIR = ("--source-field", "problem", "--target-field", "solution")
COMMANDS: Mapping[str, Callable[[Path, Path, Path], list[str]]] = {
    "inspect": lambda file, run, out: ["inspect", str(file)],
    "build": lambda file, run, out: [
        *("build", "--source", str(file), "--langs", "pt", "--engine", "scripted"),
        *("--out", str(out / "run"), "--quiet"),
    ],
    "terms": lambda file, run, out: ["terms", str(file), "--langs", "pt", "--out", str(out / "terms.toml")],
    "audit": lambda file, run, out: [
        *("audit", str(file), "--lang", "pt", *_PAIR, "--rows", str(out / "rows.jsonl")),
    ],
    "audit --source-file": lambda file, run, out: [
        *("audit", str(run.parent / "rows.jsonl"), "--source-file", str(file)),
        *("--lang", "pt", "--source-field", "problem", "--target-field", "problem", "--id-field", "id"),
    ],
    "calibrate": lambda file, run, out: [
        *("calibrate", str(file), "--lang", "pt", *_PAIR, "--out", str(out / "thresholds.toml")),
    ],
    "score": lambda file, run, out: [
        *("score", str(file), "--rows", str(out / "rows.jsonl"), "--html", str(out / "page.html")),
    ],
    "law": lambda file, run, out: ["law", str(file), "--out", str(out / "law")],
    "export --decontaminate": lambda file, run, out: [
        *("export", str(run), "--format", "messages", "--out", str(out / "export")),
        *("--decontaminate", str(file)),
    ],
    "review --import": lambda file, run, out: ["review", str(run), "--import", str(file)],
    "evaluate": lambda file, run, out: [
        *("evaluate", "--engine", "scripted", "--model", "m", "--benchmark", str(file)),
        *("--langs", "pt", "--out", str(out / "evaluation"), "--quiet"),
    ],
    "study of responses": _study("responses"),
    "study of results": _study("results"),
}  # fmt: skip


def write(folder: Path, name: str) -> Path:
    """Write a hostile file, unless it is there."""
    path, content = folder / name, FILES[name]
    if not path.exists():
        path.write_bytes(content) if isinstance(content, bytes) else content(path)
    return path


def finished_run(folder: Path) -> Path:
    """A small run, beside the rows it was made from; made in a fork, as threads of libraries live in none."""
    from tests.runs import rows, write_jsonl

    source = write_jsonl(folder / "rows.jsonl", rows(5))
    recipe = folder / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    made = ended(["build", str(recipe), "--out", str(folder / "run"), "--quiet"], folder / "said")
    if made.code:
        raise AssertionError(made.said)
    return folder / "run"


def seconds_for(file: Path) -> float:
    """How long a command may take with a file."""
    megabytes = file.stat().st_size / 1e6 if file.suffix in {".jsonl", ".json", ".csv", ".txt"} else 0.0
    return MOST_SECONDS + SECONDS_A_MEGABYTE * megabytes


def wrong(found: Ended, most_seconds: float = MOST_SECONDS) -> str | None:
    """What is wrong with how it ended, if anything."""
    if "Traceback" in found.said:
        return "traceback: " + found.said.strip().splitlines()[-1][:300]
    if found.code not in {0, 1, 2, 3, 4}:
        return f"ended with {found.code}: {found.said[-200:]}"
    if found.code and not found.said.strip():
        return "ended without a word"
    if max(map(len, found.said.splitlines()), default=0) > 5_000:
        return f"a message of {max(map(len, found.said.splitlines()))} characters"
    if found.seconds > most_seconds:
        return f"took {found.seconds:.0f} s"
    return f"took {found.megabytes:.0f} MB" if found.megabytes > MOST_MEGABYTES else None


def main() -> None:
    import parallelize.cli.audit
    import parallelize.cli.build
    import parallelize.cli.score  # noqa: F401 - imported once, before the forks

    words, count, finds, worst, most = sys.argv[1:], 0, 0, (0.0, ""), (0.0, "")
    folder = Path(tempfile.mkdtemp())  # no TemporaryDirectory: the end of a forked process would remove it
    try:
        run = finished_run(folder)
        for name in FILES:
            for command, arguments in COMMANDS.items():
                pair = f"{command} {name}"
                if words and not any(word in pair for word in words):
                    continue
                file, out = write(folder, name), folder / "out"
                out.mkdir()
                most_seconds = seconds_for(file)
                found = ended(arguments(file, run, out), folder / "said", seconds=int(2 * most_seconds))
                shutil.rmtree(out)
                count += 1
                worst, most = max(worst, (found.seconds, pair)), max(most, (found.megabytes, pair))
                fault = wrong(found, most_seconds)
                if fault is not None:
                    finds += 1
                    print(f"  {pair}: {fault}", flush=True)
                elif os.environ.get("SHOW"):
                    last = " ".join(found.said.split())[-150:]
                    shown = f"{found.code} {found.seconds:.1f} s {found.megabytes:.0f} MB"
                    print(f"  [{shown}] {pair}: {last}", flush=True)
            (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder)
    print(
        f"{count} pairs of command and file, found {finds}; "
        f"slowest {worst[0]:.1f} s ({worst[1]}), largest {most[0]:.0f} MB ({most[1]})"
    )
    sys.exit(1 if finds else 0)


if __name__ == "__main__":
    main()
