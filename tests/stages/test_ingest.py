"""Rows of every kind of file become the same records."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from parallelize.core.errors import InputError
from parallelize.core.records import Record, Role
from parallelize.stages.ingest import NoteKind, RejectedRow, Roles, SourceFormat
from tests.stages.ingest_files import WRITERS, delimited, items, json_lines, opened, records, texts, write

ROWS: list[dict[str, Any]] = [
    {"question": "What is 2 + 3?", "answer": "Add them.\n#### 5", "topic": "sums"},
    {"question": 'Say "6 · 7",\tplease', "answer": "Six, <<6*7=42>>42.\r\n#### 42", "topic": "表,\n次"},
]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_records(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, WRITERS[name](ROWS))
    source = opened(path)
    first, second = records(path)
    assert [(item.path, item.role) for item in first.texts] == [
        ("question", Role.PROBLEM),
        ("answer", Role.SOLUTION),
    ]
    assert texts(second) == {"problem": ROWS[1]["question"], "solution": ROWS[1]["answer"]}
    assert (first.answer, second.answer) == ("5", "42")
    assert second.row == ROWS[1]
    # The content address depends on neither format nor compression.
    assert [first.id, second.id] == [
        item.id for item in records(write(tmp_path / "b" / "a.jsonl", json_lines(ROWS)))
    ]
    assert list(source)
    described = source.describe()
    assert (described.rows, described.records, described.rejected, described.finished) == (2, 2, 0, True)
    assert described.files[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (described.files[0].rows, described.files[0].size_bytes) == (2, path.stat().st_size)
    json.dumps(described.as_dict())


def test_byte_order_mark_crlf_and_empty_lines_are_no_rows(tmp_path: Path) -> None:
    text = '\ufeff{"problem": "a"}\r\n\r\n  \n{"problem": "b"}'
    path = write(tmp_path / "a.jsonl", text)
    assert [texts(item)["problem"] for item in records(path)] == ["a", "b"]
    table = write(tmp_path / "a.csv", "\ufeffproblem,level\r\na,1\r\n\r\nb,2\r\n")
    assert [texts(item)["problem"] for item in records(table)] == ["a", "b"]
    array = write(tmp_path / "a.json", '\ufeff[{"problem": "a"}]')
    assert [texts(item)["problem"] for item in records(array)] == ["a"]


@pytest.mark.parametrize("style", [{}, {"indent": 1}, {"separators": (",", ":")}])
def test_a_long_array_gives_each_row_as_it_stands(style: dict[str, Any], tmp_path: Path) -> None:
    """Signs that part rows stand inside of texts and lists; one number asks for the exact parser."""
    turns = [
        {"role": "user", "content": f'Say "}}, {{" and }},{{"messages" or ], [ {n} times.'} for n in range(5)
    ]
    rows: list[Any] = [
        {"messages": turns[: 1 + n % 5], "inner": [{"messages": "x"}, {"messages": n}], "n": n}
        for n in range(4_000)
    ]
    rows[3_001]["n"] = 2**70
    path = write(tmp_path / "a.json", json.dumps(rows, **style))
    source = opened(path)
    assert [item.row for item in source if isinstance(item, Record)] == rows
    assert source.describe().files[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    chats = write(tmp_path / "b.json", json.dumps([row["messages"] for row in rows], **style))
    assert [item.row["conversations"] for item in records(chats)] == [row["messages"] for row in rows]
    broken = write(tmp_path / "c.json", path.read_text(encoding="utf-8")[:-9])
    with pytest.raises(InputError, match=r"c\.json, line \d+, column \d+"):
        list(opened(broken))


def test_json_file_with_one_object_a_line(tmp_path: Path) -> None:
    for name, pack in (("a.json", bytes), ("a.json.gz", gzip.compress)):
        assert len(records(write(tmp_path / name, pack(json_lines(ROWS))))) == 2


def test_a_huge_line_is_one_row(tmp_path: Path) -> None:
    text = "word " * 2_000_000
    for name in ("a.jsonl", "a.csv"):
        (record,) = records(write(tmp_path / name, WRITERS[name]([{"problem": text, "level": "1"}])))
        assert texts(record)["problem"] == text


def test_zstd_files_of_several_frames_are_read_whole(tmp_path: Path) -> None:
    frames = b"".join(zstandard.compress(json_lines([row])) for row in ROWS)
    assert len(records(write(tmp_path / "a.jsonl.zst", frames))) == 2
    members = b"".join(gzip.compress(json_lines([row])) for row in ROWS)
    assert len(records(write(tmp_path / "b.jsonl.gz", members))) == 2


def test_numbers_that_json_lacks_are_kept_as_text_and_reported(tmp_path: Path) -> None:
    text = '{"problem": "a", "score": NaN, "far": 1e999}\n{"problem": "b", "score": -Infinity, "far": 2}\n'
    source = opened(write(tmp_path / "a.jsonl", text))
    first, second = (item.row for item in records(tmp_path / "a.jsonl"))
    assert first == {"problem": "a", "score": "NaN", "far": "1e999"}
    assert second == {"problem": "b", "score": "-Infinity", "far": 2}
    list(source)
    (note,) = (item for item in source.describe().notes if item.kind is NoteKind.NON_FINITE)
    assert note.count == 3
    assert note.first.endswith("a.jsonl:1, column 'score'")


def test_lone_surrogates_are_kept_and_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", r'{"problem": "half \ud83d pair", "answer": "1"}' + "\n")
    source = opened(path)
    (record,) = source
    assert texts(record)["problem"] == "half \ud83d pair"  # type: ignore[arg-type]
    assert NoteKind.SURROGATE in {note.kind for note in source.describe().notes}


def test_integers_beyond_64_bits_keep_their_digits(tmp_path: Path) -> None:
    big = 2**200 + 1
    rows = [{"problem": "a", "answer": big, "deep": [{"n": -big}]}]
    for name in ("a.jsonl", "a.json"):
        (record,) = records(write(tmp_path / name, WRITERS[name](rows)))
        assert record.answer == str(big)
        assert record.row == rows[0]


def test_folders_are_read_in_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path / "data/b.jsonl", '{"problem": "2"}\n')
    write(tmp_path / "data/a/z.jsonl", '{"problem": "1"}\n')
    write(tmp_path / "data/c.jsonl.gz", gzip.compress(b'{"problem": "3"}\n'))
    write(tmp_path / "data/README.md", "# about")
    write(tmp_path / "data/.cache/x.jsonl", "{")
    write(tmp_path / "data/dataset_info.json", "{}")
    source = opened(tmp_path / "data")
    assert [texts(item)["problem"] for item in source] == ["1", "2", "3"]  # type: ignore[arg-type]
    assert [item.path for item in source.describe().files] == ["a/z.jsonl", "b.jsonl", "c.jsonl.gz"]
    assert len(records(tmp_path / "data" / "**" / "*.jsonl")) == 2
    assert len(records(tmp_path / "data" / "*.jsonl*")) == 2


def test_a_split_chooses_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"):
        write(tmp_path / "data" / f"{name}.jsonl", json.dumps({"problem": name}) + "\n")
    assert len(records(tmp_path, split="train")) == 2
    assert len(records(tmp_path, split="test")) == 1
    source = opened(tmp_path)
    assert (len(list(source)), source.left_splits, source.describe().split) == (2, ("test",), "train")


def test_names_with_glob_characters_can_be_files(tmp_path: Path) -> None:
    path = write(tmp_path / "rows [1].jsonl", '{"problem": "a"}\n')
    assert len(records(path)) == 1


def test_a_limit_counts_rows_over_all_files(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / f"{name}.jsonl", json_lines([{"problem": f"{name}{i}"} for i in range(3)]))
    source = opened(tmp_path, limit=4)
    assert [texts(item)["problem"] for item in source] == ["a0", "a1", "a2", "b0"]  # type: ignore[arg-type]
    described = source.describe()
    assert (described.rows, described.finished) == (4, True)
    assert [(item.path, item.rows) for item in described.files] == [("a.jsonl", 3), ("b.jsonl", None)]
    cut = described.files[1]
    assert cut.sha256 == hashlib.sha256((tmp_path / "b.jsonl").read_bytes()).hexdigest()


def test_tables_without_header_and_with_another_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path / "mgsm.tsv", "How many?\t3\nHow much?\t4.50\n")
    first, second = records(path, columns=("question", "answer"))
    assert (texts(first)["problem"], first.answer, second.answer) == ("How many?", "3", "4.50")
    path = write(tmp_path / "b.csv", "question;answer\na, b;3\n")
    (record,) = records(path, delimiter=";")
    assert texts(record)["problem"] == "a, b"


def test_a_data_frames_index_column_gets_a_name(tmp_path: Path) -> None:
    (record,) = records(write(tmp_path / "a.csv", ",question\n0,q\n"))
    assert record.row == {"column_1": "0", "question": "q"}


def test_the_format_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.txt", json_lines(ROWS))
    assert len(records(path, format=SourceFormat.JSONL)) == 2


def test_each_iteration_is_a_fresh_pass(tmp_path: Path) -> None:
    source = opened(write(tmp_path / "a.jsonl", json_lines(ROWS)))
    assert list(source) == list(source)
    assert source.describe().rows == 2
    iterator = iter(source)
    next(iterator)
    assert (source.describe().rows, source.describe().finished) == (1, False)


def test_a_hub_id_that_exists_as_a_path_is_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("org/name/train.csv"), delimited(ROWS))
    source = opened("org/name", roles=Roles(problem="question"))
    assert len(list(source)) == 2
    assert source.describe().kind == "files"


def test_utf16_and_semicolons_are_understood(tmp_path: Path) -> None:
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        path = write(
            tmp_path / f"{codec}.jsonl", '{"problem": "Wie groß?"}\n{"problem": "b"}\n'.encode(codec)
        )
        assert [texts(item)["problem"] for item in records(path)] == ["Wie groß?", "b"]
        path = write(tmp_path / f"{codec}.json", '[{"problem": "größer?"}]'.encode(codec))
        assert [texts(item)["problem"] for item in records(path)] == ["größer?"]
        path = write(tmp_path / f"{codec}.csv", 'question;answer\n"a; b, c";3\n'.encode(codec))
        (record,) = records(path)
        assert (texts(record)["problem"], record.answer) == ("a; b, c", "3")


def test_rows_that_are_lists_and_arrays_inside_an_object(tmp_path: Path) -> None:
    chat = [{"from": "human", "value": "How many?"}, {"from": "assistant", "ground_truth": {"value": "4"}}]
    (record,) = records(write(tmp_path / "a.json", json.dumps([chat])))
    assert (texts(record), record.answer) == ({"conversations[0].value": "How many?"}, "4")
    for text in (json.dumps({"version": 2, "data": ROWS}), json.dumps({"data": ROWS}, indent=1)):
        assert [item.row for item in records(write(tmp_path / "b.json", text))] == ROWS


@pytest.mark.parametrize("indent", [None, 1])
def test_rows_by_their_ids_and_columns_inside_an_object(tmp_path: Path, indent: int | None) -> None:
    """As PubMedQA is published, as `datasets` reads an object of lists, and as pandas writes a table."""
    long = [{**row, "note": "It was said so. " * 3_000} for row in ROWS]
    assert len(ROWS) > 1
    for rows in (ROWS, long):
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        forms: list[Any] = [
            columns,
            {name: {str(n): one for n, one in enumerate(column)} for name, column in columns.items()},
        ]
        for form in forms:
            path = write(tmp_path / "a.json", json.dumps(form, indent=indent))
            assert [item.row for item in records(path)] == rows
        name = "key" if "id" in rows[0] else "id"
        path = write(
            tmp_path / "b.json", json.dumps({f"q{n}": row for n, row in enumerate(rows)}, indent=indent)
        )
        assert [item.row for item in records(path)] == [{name: f"q{n}", **row} for n, row in enumerate(rows)]


def test_an_object_that_is_a_row_is_none_of_rows(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "Nine."}]
    for row in (
        {"problem": "How many are there?", "solution": "There are nine."},
        {"messages": turns},
        {"messages": turns, "tags": ["counting", "birds"]},
        {"question": {"text": "How many are there?", "lang": "en"}, "tags": {"a": 1}},
        {"question": ["How many are there?"], "answer": ["9"]},
    ):
        (record,) = records(write(tmp_path / "a.json", json.dumps(row)))
        assert record.row == row


def test_rows_that_are_no_objects_are_rejected_by_themselves(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"problem": "fine"}\nnull\n"text"\n7\n{"problem": 5}\n{"problem": "b"}\n'
    )
    reasons = [item.reason.value if isinstance(item, RejectedRow) else "" for item in items(path)]
    assert reasons == ["", "odd_row", "odd_row", "odd_row", "odd_row", ""]
