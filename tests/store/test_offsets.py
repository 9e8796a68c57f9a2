"""Places of answers in a context move with the translation, or are null; other numbers stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from parallelize.store.offsets import lost_places, names_places, offset_columns, with_offsets
from tests.runs import run_build
from tests.stages.ingest_files import json_lines, write

CONTEXT = "The old mill was built in 1820. It was sold in 1820 to a baker."


def squad(context: str, answers: list[str], starts: list[int | None]) -> dict[str, Any]:
    return {"context": context, "answers": {"text": answers, "answer_start": starts}}


def test_an_answer_is_found_where_it_is_now() -> None:
    there = squad(
        "O velho moinho é de 1820. Em 1820 foi vendido a um padeiro.", ["1820", "padeiro"], [26, 57]
    )
    moved = with_offsets(squad(CONTEXT, ["1820", "baker"], [26, 57]), there)
    starts = moved["answers"]["answer_start"]
    assert [
        there["context"][at:].startswith(said) for at, said in zip(starts, ["1820", "padeiro"], strict=True)
    ] == [True, True]


def test_of_several_places_the_nearest_is_taken() -> None:
    there = squad("Moinho de 1820, que foi vendido muito depois, em 1820.", ["1820"], [47])
    assert with_offsets(squad(CONTEXT, ["1820"], [47]), there)["answers"]["answer_start"] == [49]


def test_what_does_not_stand_there_is_null() -> None:
    there = squad("O moinho foi vendido.", ["um padeiro"], [57])
    assert with_offsets(squad(CONTEXT, ["baker"], [57]), there)["answers"]["answer_start"] == [None]


def test_places_that_are_lost_are_named() -> None:
    source = squad(CONTEXT, ["1820", "baker"], [26, 57])
    moved = with_offsets(source, squad("O moinho é de 1820.", ["1820", "um padeiro"], [26, 57]))
    assert list(lost_places(source, moved)) == ["answers.answer_start[1]"]
    assert names_places(source)
    assert not names_places({"start": "noon", "ends": 2.5, "messages": [{"content": "start", "number": 3}]})


def test_begin_and_end_of_a_nested_span_move_together() -> None:
    source = {"paragraphs": [{"context": CONTEXT, "spans": [{"start": 4, "end": 12, "text": "old mill"}]}]}
    target = {
        "paragraphs": [
            {"context": "Aqui, o velho moinho.", "spans": [{"start": 4, "end": 12, "text": "velho moinho"}]}
        ]
    }
    assert with_offsets(source, target)["paragraphs"][0]["spans"] == [
        {"start": 8, "end": 20, "text": "velho moinho"}
    ]


@given(st.integers(0, 99), st.text(max_size=9))
def test_numbers_that_are_no_places_stay(number: int, text: str) -> None:
    source = {"start": number, "text": f"{text}!", "context": "nothing of the kind", "offset": [number]}
    target = {**source, "text": "andere", "context": "nichts dergleichen"}
    assert with_offsets(source, target) == target


def test_columns_are_told_by_names_and_whole_numbers() -> None:
    spans = pa.list_(pa.struct([("start_char", pa.int32()), ("text", pa.string())]))
    types = {
        "a": spans,
        "answer_start": pa.int64(),
        "start": pa.float32(),
        "restart": pa.string(),
        "number": pa.int8(),
    }
    assert offset_columns(types) == ("a", "answer_start")


def test_a_corpus_has_no_place_of_the_source_in_it(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "question": "When was the old mill built?", **squad(CONTEXT, ["1820"], [26])},
        {"id": "2", "question": "Who has bought the old mill?", **squad(CONTEXT, ["a baker"], [55])},
    ]
    off = dict.fromkeys(("answer_faults", "number_faults", "left_words"), False)
    for row in rows:  # two more answers stay in English, and stand in the translation no longer
        row["more"] = [{"start": 4, "text": "old mill"}, {"start": 57, "text": "baker"}]
    source = write(tmp_path / "rows.jsonl", json_lines(rows))
    policy = {"more[].text": "copy"}
    run_build(
        source, tmp_path / "run", "pt", thresholds=off, back_translation={"enabled": False}, texts=policy
    )
    for row in pl.read_parquet(tmp_path / "run/corpus/pt/*.parquet").to_dicts():
        (at,), (said,) = row["answers"]["answer_start"], row["answers"]["text"]
        assert row["context"][at : at + len(said)] == said
        assert [one["start"] for one in row["more"]] == [None, None]
        assert row["parallelize"]["scores"]["lost_places"] == 2
    both = pl.read_parquet(tmp_path / "run/corpus/parallel/*.parquet").to_dicts()
    assert [one["en"]["answers"]["answer_start"] for one in both] == [[26], [55]]
