"""Ids: stable, unique, cheap to check."""

from __future__ import annotations

import random
from pathlib import Path

from parallelize.stages.ingest import CONTENT_ID
from parallelize.stages.ingest.identity import Seen
from tests.stages.ingest_files import items, json_lines, records, write


def test_content_addresses_do_not_change_between_versions(tmp_path: Path) -> None:
    """Golden, computed with hashlib alone from the layout that `ContentIds` documents.

    A corpus made earlier must go on: whoever changes the layout changes CONTENT_SCHEMA.
    """
    rows = [{"question": "q", "answer": "4", "level": 3, "score": 0.5, "tags": ["a"], "none": None}]
    (record,) = records(write(tmp_path / "train.jsonl", json_lines(rows)))
    assert record.id == "16751be6ad72f19b"


def test_identical_rows_are_numbered(tmp_path: Path) -> None:
    row, other = {"problem": "a"}, {"problem": "b"}
    found = [record.id for record in records(write(tmp_path / "a.jsonl", json_lines([row, other, row, row])))]
    assert found == [found[0], found[1], f"{found[0]}-2", f"{found[0]}-3"]


def test_name_and_split_are_part_of_the_address(tmp_path: Path) -> None:
    row = json_lines([{"problem": "a"}])
    path = write(tmp_path / "a.jsonl", row)
    ids = {
        records(path)[0].id,
        records(write(tmp_path / "b.jsonl", row))[0].id,
        records(path, split="train")[0].id,
        records(path, name="other")[0].id,
    }
    assert len(ids) == 4
    assert records(path)[0].id == records(write(tmp_path / "moved" / "a.jsonl", row))[0].id


def test_no_column_moves_into_its_neighbour(tmp_path: Path) -> None:
    rows = [
        {"problem": "a", "x": "bc", "y": "d"},
        {"problem": "a", "x": "b", "y": "cd"},
        {"problem": "a", "x": 1},
        {"problem": "a", "x": "1"},
        {"problem": "a", "x": 1.0},
        {"problem": "a", "x": True},
        {"problem": "a", "x": {"y": "d"}},
    ]
    found = [record.id for record in records(write(tmp_path / "a.jsonl", json_lines(rows)))]
    assert len({item.split("-")[0] for item in found}) == len(rows)


def test_given_ids_are_kept_as_they_are(tmp_path: Path) -> None:
    rows = [
        {"problem": "p", "id": value} for value in (7, "test/algebra/1.json", " é 日本 ", "-1", "a\u202eb")
    ]
    found = [record.id for record in records(write(tmp_path / "a.jsonl", json_lines(rows)), id_column="id")]
    assert found == ["7", "test/algebra/1.json", " é 日本 ", "-1", "a\u202eb"]


def test_content_addresses_can_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json_lines([{"problem": "p", "id": "x"}]))
    assert records(path)[0].id == "x"
    (record,) = records(path, id_column=CONTENT_ID)
    assert len(record.id) == 16
    assert record.row == {"problem": "p", "id": "x"}


def test_rejected_rows_have_ids_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json_lines([{"problem": "p"}, {"problem": ""}, {"problem": ""}]))
    assert len({item.id for item in items(path)}) == 3


def test_seen_behaves_like_a_dictionary() -> None:
    random_keys = random.Random(7)
    seen, model = Seen(), {}
    for number in range(6000):
        # Few low bits and a small range: many collisions in the table and many repeats.
        key = random_keys.choice(
            [0, 1, 1 << 63, random_keys.randrange(2000) << 20, random_keys.randrange(2000)]
        )
        assert seen.put(key, number) == model.get(key or 1)
        model.setdefault(key or 1, number)
    seen.replace(1 << 63, 5)
    assert seen.put(1 << 63, 6) == 5
