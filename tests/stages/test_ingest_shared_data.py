"""Real data sets are ingested whole, with the right roles, as detected or as named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from parallelize.core.records import Record
from parallelize.stages.ingest import Roles
from tests.stages.ingest_files import opened, records, roles_found, texts

pytestmark = pytest.mark.shared_data

_DATA = Path(
    os.environ.get("PARALLELIZE_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data")
)


def data(name: str) -> Path:
    path = _DATA / name
    if not path.exists():
        pytest.skip(f"{name} of the shared data is not here (PARALLELIZE_SHARED_DATA)")
    return path


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        (
            "gsm8k/train.jsonl",
            3000,
            {"problem": "question", "solution": "answer"},
        ),
        ("gsm8k/test.jsonl", 1319, {"problem": "question", "solution": "answer"}),
        (
            "math500",
            500,
            {"problem": "problem", "solution": "solution", "answer": "answer", "id": "unique_id"},
        ),
        ("aime", 60, {"problem": "question", "answer": "answer", "id": "id"}),
        ("mmath/en.json", 374, {"problem": "question", "answer": "answer"}),
        ("mcot_outputs/mcot_ft_mgsm_en.json", 250, {"problem": "question", "solution": "response"}),
        ("langforcing_s1/combined", 60, {"problem": "prompt", "solution": "output", "answer": "gold_answer"}),
    ],
)
def test_detection(name: str, rows: int, expected: dict[str, str]) -> None:
    source = opened(data(name))
    assert roles_found(source) | expected == roles_found(source)
    found = list(source)
    assert len({item.id for item in found}) == len(found) == rows
    described = source.describe()
    assert (described.rows, described.records, described.rejected) == (rows, rows, 0)


def test_math_and_aime_rows_lose_nothing() -> None:
    """8,449 rows in two files, of which one has solutions and the other none."""
    folder = data("deepscaler_parts")
    rows = [
        row for name in ("aime.json", "math.json") for row in json.loads((folder / name).read_text("utf-8"))
    ]
    found = records(folder)
    assert len(found) == len(rows) == 8449
    for record, row in zip(found, rows, strict=True):
        expected = {key: row[key] for key in ("problem", "solution") if row.get(key)}
        assert texts(record) == expected
        if row["answer"]:
            assert record.answer == row["answer"]
        assert record.row == row


def test_proofs_inside_another_column() -> None:
    found = records(
        data("deepseek_math_v2"), roles=Roles(problem="question", solution="model_prediction.proof")
    )
    assert len(found) == 84
    assert all(len(texts(record)["solution"]) > 500 for record in found)
    assert (
        roles_found(opened(data("deepseek_math_v2/IMO2025.jsonl"))).items()
        >= {
            "problem": "question",
            "solution": "model_prediction.proof",
        }.items()
    )


def test_final_answers_of_gsm8k_are_read_from_its_solutions() -> None:
    path = data("gsm8k/test.jsonl")
    wanted = [
        json.loads(line)["answer"].rpartition("#### ")[2].strip() for line in path.open(encoding="utf-8")
    ]
    found = [item.answer for item in records(path)]
    assert [(answer or "").replace(",", "") for answer in found] == [text.replace(",", "") for text in wanted]


def test_tables_without_header() -> None:
    found = [
        item
        for item in opened(data("mgsm/mgsm_en.tsv"), columns=("question", "answer"))
        if isinstance(item, Record)
    ]
    assert len(found) == 250
    assert found[0].answer == "18"
