"""Every wrong input is refused in words that name the place and the remedy."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.stages.ingest import RejectedRow, RejectReason, Roles, SourceSpec
from tests.stages.ingest_files import WRITERS, items, json_lines, parquet, refusal, write

GOOD = b'{"problem": "a"}\n'


def _zip_archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.jsonl", GOOD)
    return content.getvalue()


def says(error: InputError, *parts: str) -> None:
    """The message and its remedy hold these parts."""
    for part in parts:
        assert part in str(error), f"{part!r} is not in: {error}"


def test_missing_file_suggests_near_names(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", GOOD)
    says(refusal(tmp_path / "trian.jsonl"), "trian.jsonl does not exist", "did you mean", "train.jsonl")
    says(refusal(tmp_path / "other.csv"), "does not exist", "the folder holds train.jsonl")
    says(refusal(tmp_path / "no/such/file.csv"), "there is no folder", "holds train.jsonl")


def test_what_could_be_a_dataset_says_that_there_is_no_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    says(refusal("org/name"), "org/name does not exist on this machine", "no dataset hub is connected")
    says(refusal(" "), "the source is empty")


def test_empty_sources(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.json", "a.csv", "a.jsonl.gz", "b.csv"):
        content = {"a.jsonl.gz": gzip.compress(b""), "b.csv": b"problem,answer\n"}.get(name, b"")
        says(refusal(write(tmp_path / name, content)), f"{name} has no rows", "at least one row")
    says(refusal(write(tmp_path / "b.json", b" [] ")), "has no rows")
    says(refusal(write(tmp_path / "a.parquet", b"")), "a.parquet is not a readable Parquet file")
    says(refusal(write(tmp_path / "none.parquet", parquet([{"problem": "a"}][:1])[:-9])), "none.parquet")
    (tmp_path / "empty").mkdir()
    says(refusal(tmp_path / "empty"), "holds no data files", "jsonl, ndjson, json, csv, tsv")
    says(refusal(tmp_path / "*.xyz"), "no file matches", "a.json")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (b'{"problem": "a"', ["line 3, column 16", "the line may be cut off"]),
        (b'{"problem": a}\n', ["line 3, column 13", "Expecting value", "correct this line"]),
        (b'{"problem": "a"} {}\n', ["line 3, column 18", "Extra data"]),
        (
            b'{"problem": "a", "x": 1, "problem": "b"}\n',
            ["a.jsonl:3", "the key 'problem' stands there twice"],
        ),
        (
            b'{"problem": "a", "m": [{"x": {"k" : 1, "k": 1}}]}\n',
            ["a.jsonl:3", "'k' stands there twice", "keep"],
        ),
        (b'{"problem": "caf\xe9"}\n', ["line 3", "not UTF-8", "byte 17", "0xe9", "iconv"]),
        (b'{"problem": ' + b"[" * 100_000 + b"\n", ["line 3", "nested too deeply"]),
    ],
)
def test_broken_lines(line: bytes, parts: list[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", GOOD + b"\n" + line)
    says(refusal(path), "a.jsonl", *parts)


def test_broken_arrays(tmp_path: Path) -> None:
    says(
        refusal(write(tmp_path / "a.json", '[\n{"problem": "a"},\n{"problem" "b"}]')),
        "a.json, line 3, column 12",
    )
    says(refusal(write(tmp_path / "b.json", '{\n"data": []\n}')), "one JSON object, not an array of rows")
    says(
        refusal(write(tmp_path / "f.json", '[{"problem": "a"}, {"problem": "b", "problem": "b"}]')),
        "f.json row 2",
        "the key 'problem' stands there twice",
    )
    says(refusal(write(tmp_path / "d.json", b'[\n{"problem": "\xff"}]')), "d.json, line 2", "byte 14")
    says(refusal(write(tmp_path / "e.jsonl", '[\n{"problem": "a"}\n]')), "looks like a JSON array", ".json")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('a,b\n1,2\n3,"4\n5\n', ["a.csv:3", "a quoted cell is never closed"]),
        ("a,b\n1,2\n3\n", ["a.csv:3", "1 cells, the header has 2", "in double quotes"]),
        ('a,b\n1,"2\n3"\n4,5,6\n', ["a.csv:4", "3 cells"]),
        ('a,b\n1,"2"x\n', ["a.csv:2", "broken CSV"]),
        ("a,a\n1,2\n", ["header names 'a' more than once"]),
        ("a,b\r1,2\r", ["a.csv:1", "broken CSV"]),
    ],
)
def test_broken_tables(text: str, parts: list[str], tmp_path: Path) -> None:
    says(refusal(write(tmp_path / "a.csv", text), roles=Roles(problem="a")), *parts)


def test_a_table_that_does_not_fit_the_named_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "q\t1\n")
    says(refusal(path, columns=("question",)), "2 cells, 1 columns were named")
    path = write(tmp_path / "a.jsonl", GOOD)
    says(refusal(path, columns=("question",)), "not CSV or TSV")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv.zst", "a.jsonl.xz", "a.json.bz2"])
def test_archives_cut_short_or_damaged(name: str, tmp_path: Path) -> None:
    noise = random.Random(3)
    rows = [{"problem": f"{noise.getrandbits(200):x}", "level": str(i)} for i in range(3000)]
    whole = WRITERS[name](rows)
    cut = write(tmp_path / name, whole[: len(whole) // 2])
    says(refusal(cut), name, "cut short", "last rows are missing")
    for missing in (1, 3, 8):
        says(refusal(write(tmp_path / name, whole[:-missing])), name, "cut short")
    says(refusal(write(tmp_path / name, b"this is no archive at all")), name, "not a readable archive")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_a_flipped_byte_in_an_archive(name: str, tmp_path: Path) -> None:
    text = json_lines([{"problem": f"row {i} " * 40} for i in range(500)])
    checked = zstandard.ZstdCompressor(write_checksum=True)
    whole = gzip.compress(text) if name.endswith("gz") else checked.compress(text)
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
    assert name in refusal(write(tmp_path / name, damaged)).message


def test_zstd_garbage_after_a_frame(tmp_path: Path) -> None:
    says(
        refusal(write(tmp_path / "a.jsonl.zst", zstandard.compress(GOOD) + b"garbage")),
        "not a readable archive",
    )


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (_zip_archive(), ["is a zip archive", "unpack it, and name the file inside"]),
        (bz2.compress(GOOD), ["compressed by bzip2", "the extension .bz2"]),
        (lzma.compress(GOOD), ["compressed by xz", "the extension .xz"]),
        (gzip.compress(GOOD), ["compressed by gzip", "the extension .gz"]),
        (zstandard.compress(GOOD), ["compressed by zstd", "the extension .zst"]),
        (parquet([{"problem": "a"}]), ["a Parquet file", "the extension .parquet"]),
    ],
    # The bytes hold the time: no two workers of pytest would agree on them.
    ids=["zip", "bzip2", "xz", "gzip", "zstd", "parquet"],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.zip"])
def test_what_the_extension_hides(name: str, content: bytes, parts: list[str], tmp_path: Path) -> None:
    says(refusal(write(tmp_path / name, content)), f"{name} is", *parts)


def test_texts_that_look_like_keys_are_no_keys(tmp_path: Path) -> None:
    row = '{"problem": "Say \\"x\\": 1, \\"x\\": 2", "m": {"a": {"b": 1}, "c": {"b": 2}}, "n": ["x", "x"]}\n'
    assert len(items(write(tmp_path / "a.jsonl", row))) == 1


def test_damaged_parquet(tmp_path: Path) -> None:
    whole = parquet([{"problem": f"row {i}"} for i in range(100)])
    for content in (b"no parquet", whole[: len(whole) // 2], whole[4:]):
        says(refusal(write(tmp_path / "a.parquet", content)), "a.parquet is not a readable Parquet file")
    says(refusal(write(tmp_path / "b.parquet.gz", gzip.compress(whole))), "compressed Parquet", "unpack")
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["problem", "problem"])
    pq.write_table(table, tmp_path / "c.parquet")
    says(refusal(tmp_path / "c.parquet"), "more than one column 'problem'")


def test_unknown_extensions_and_mixtures(tmp_path: Path) -> None:
    says(refusal(write(tmp_path / "a.txt", "x")), "a.txt", "'.txt' is not known", "format = jsonl")
    says(refusal(write(tmp_path / "README", "x")), "(none)")
    write(tmp_path / "mix/a.jsonl", GOOD)
    write(tmp_path / "mix/b.csv", "problem\nx\n")
    says(refusal(tmp_path / "mix"), "mixes formats: csv (b.csv), jsonl (a.jsonl)", "data/*.jsonl")
    write(tmp_path / "arrow/data-00000.arrow", "x")
    says(refusal(tmp_path / "arrow"), "save_to_disk", "to_parquet")
    says(refusal(tmp_path / "mix", split="dev"), "no file of the split 'dev'", "a.jsonl, b.csv")


def test_unreadable_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    says(refusal(tmp_path / "pipe.jsonl"), "neither a file nor a folder")
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
    says(refusal(tmp_path / "loop.jsonl"), "is a link to", "which does not exist")
    says(refusal(tmp_path / ("long" * 100)), "cannot be looked at", "check the path")


def test_options_of_the_hub_do_not_fit_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", GOOD)
    says(refusal(path, revision="main"), "is a path on this machine", "revision (main)")
    says(refusal(path, config="en"), "a configuration (en) belongs to a Hub dataset")


@pytest.mark.parametrize(("field", "value"), [("limit", 0), ("limit", -1), ("delimiter", "||")])
def test_wrong_options(field: str, value: Any) -> None:
    with pytest.raises(InputError, match=r"(limit|delimiter) is"):
        SourceSpec(path_or_id="a.jsonl", **{field: value})


def test_missing_columns_list_those_that_exist(tmp_path: Path) -> None:
    rows = [{"question": "q", "answr": "4", "model": {"proof": "p"}}]
    path = write(tmp_path / "a.jsonl", json_lines(rows))
    says(
        refusal(path, roles=Roles(answer="answer")),
        "no column 'answer', which was named as answer",
        "did you mean answr?",
        "its columns are question, answr, model",
    )
    says(refusal(path, roles=Roles(solution="model.prof")), "did you mean model.proof or model?")
    says(refusal(path, roles=Roles(solution="proof")), "did you mean model.proof?")
    says(refusal(path, id_column="uid"), "no column 'uid', which was named as id")
    says(refusal(write(tmp_path / "b.jsonl", '{"text": "x"}\n')), "no column", "--problem COLUMN", "text")


@pytest.mark.parametrize(
    ("column", "value", "rejected"),
    [
        ("problem", '["x"]', "column 'problem' holds a list, not text"),
        ("problem", "3", "column 'problem' holds a number, not text"),
        ("solution", '{"proof": "p"}', None),
        ("answer", '{"value": 3}', None),
        ("answer", '[{"value": 3}]', None),
    ],
)
def test_a_value_of_another_type_costs_one_row_at_most(
    column: str, value: str, rejected: str | None, tmp_path: Path
) -> None:
    first = '{"problem": "p", "solution": "s", "answer": "4"}\n'
    second = {"problem": '"p"', "solution": '"s"', "answer": '"4"'} | {column: value}
    line = "{" + ", ".join(f'"{name}": {item}' for name, item in second.items()) + "}\n"
    path = write(tmp_path / "a.jsonl", first + line)
    named = Roles(problem="problem", solution="solution", answer="answer")
    _, found = items(path, roles=named)
    if rejected is None:
        assert isinstance(found, Record)
        assert found.row[column] == json.loads(value)
    else:
        assert isinstance(found, RejectedRow)
        assert found.detail == f"{path}:2: {rejected}"


@pytest.mark.parametrize(
    ("chat", "detail"),
    [
        ('"hello"', "column 'messages' holds text, not a list of turns"),
        ('["hello"]', "turn 0 of 'messages' has no role"),
        ('[{"content": "x"}]', "turn 0 of 'messages' has no role"),
        ('[{"role": 3, "content": "x"}]', "turn 0 of 'messages' has no role"),
    ],
)
def test_wrong_chats_are_rejected(chat: str, detail: str, tmp_path: Path) -> None:
    good = '{"messages": [{"role": "user", "content": "x"}]}\n'
    path = write(tmp_path / "a.jsonl", good + f'{{"messages": {chat}}}\n')
    _, found = items(path)
    assert isinstance(found, RejectedRow)
    assert (found.reason, found.detail) == (RejectReason.BAD_CHAT, f"{path}:2: {detail}")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("null", "is missing"),
        ('""', "is missing"),
        ("NaN", "is missing"),
        ("1.5", "is a float"),
        ("true", "is a bool"),
        ('["a"]', "is a list"),
        ('"a\\tb"', "control character U+0009"),
        ('"a\\u0000"', "control character U+0000"),
        ('"\\ud800"', "lone surrogate"),
    ],
)
def test_unusable_ids(value: str, found: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", f'{{"problem": "a", "key": 1}}\n{{"problem": "b", "key": {value}}}\n')
    says(refusal(path, id_column="key"), "a.jsonl:2: the id ", "column 'key'", found)


def test_duplicate_ids_name_both_rows(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", '{"problem": "a", "id": 1}\n\n{"problem": "b", "id": 2}\n')
    write(tmp_path / "b.jsonl", '{"problem": "c", "id": 3}\n{"problem": "d", "id": "2"}\n')
    says(
        refusal(tmp_path, id_column="id"),
        "duplicate id '2' in column 'id'",
        f"{tmp_path / 'a.jsonl'}:3 and {tmp_path / 'b.jsonl'}:2",
        "@content",
    )
    rows = [{"problem": "a", "key": "x"}, {"problem": "b", "key": "y"}, {"problem": "c", "key": "x"}]
    path = write(tmp_path / "p" / "a.parquet", parquet(rows))
    says(refusal(path, id_column="key"), "a.parquet row 1 and", "a.parquet row 3")
