"""Judging, counting and writing by columns give what they give row by row, to the byte."""

from __future__ import annotations

import io
import json
import tempfile
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.measures import MEASURES
from parallelize.core.records import Part, Record, Role, Text
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Score, Verdict
from parallelize.core.work import RungWork, Work
from parallelize.stages.summarize import CountedValues, LanguageSummary
from parallelize.stages.verdicts import judge_columns
from parallelize.store.column_types import RowTypes
from parallelize.store.corpus import CorpusSchema
from parallelize.store.corpus_columns import TranslatedPiece, parallel_table, read_record_columns
from parallelize.store.people import People, PersonMark, row_key, said_by_people
from parallelize.store.tables import (
    TextPair,
    TranslatedRow,
    write_records,
    write_translated,
)
from parallelize.store.translated_columns import TranslatedColumns, read_translated_columns
from tests.store.corpus_by_rows import language_row, parallel_row, reject_row, translated_tree

WORDS = st.text("ab ñ文\n", max_size=6)
VALUES = st.one_of(
    st.none(), st.sampled_from([0.0, 0.5, 1.0, 40.0]), st.floats(allow_nan=True, allow_infinity=True)
)
SCORES = st.lists(
    st.builds(Score, measure=st.sampled_from(list(MEASURES)), value=VALUES, where=WORDS, evidence=WORDS),
    max_size=6,
    unique_by=lambda score: score.measure,
)
BOUNDS = st.dictionaries(
    st.sampled_from(list(MEASURES)), st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 99.0])), max_size=6
)
TOKENS = st.one_of(st.none(), st.integers(0, 9))
WORKS = st.builds(
    Work, calls=st.integers(0, 3), source_words=st.integers(0, 9), input_tokens=TOKENS, output_tokens=TOKENS
)
COUNTS = st.integers(0, 4)
RUNGS = st.lists(
    st.builds(
        RungWork,
        rung=st.sampled_from(["configured", "retry", "halves"]),
        tried=COUNTS,
        passed=COUNTS,
        won=COUNTS,
        work=WORKS,
    ),
    max_size=3,
    unique_by=lambda rung: rung.rung,
)
PLAIN = [("question", None), ("hint", None)]
NESTED = [
    ("question", None),
    ("messages[0].content", None),
    ("messages[1].content", None),
    ("hint", Part(start=0, end=2, name="<a>")),
]


@st.composite
def pieces(draw: st.DrawFn) -> list[tuple[Record, TranslatedRow]]:
    """Records with flat or nested texts, and a translation of each."""
    places = draw(st.sampled_from([PLAIN, NESTED]))
    found = []
    for number in range(draw(st.integers(1, 6))):
        row: dict[str, Any] = {
            "question": draw(WORDS),
            "n": draw(st.one_of(st.none(), st.integers(0, 2**60))),
            "hint": f"ab{draw(WORDS)}",
            "messages": [{"content": draw(WORDS), "role": "user"}, {"content": draw(WORDS), "role": "bot"}],
        }
        if draw(st.booleans()):
            row["tags"] = [draw(WORDS)]
        chosen = [place for place in places if place[0] != "hint" or draw(st.booleans())]
        texts = tuple(
            Text(path=path, part=part, role=Role.PROBLEM, text="x", speaker="") for path, part in chosen
        )
        record = Record(id=f"r{number}", row=row, texts=texts, answer=draw(st.one_of(st.none(), WORDS)))
        pairs = tuple(
            TextPair(
                path=path,
                part=part,
                role=Role.PROBLEM,
                source="x",
                target=draw(WORDS),
                back=draw(st.one_of(st.none(), WORDS)),
            )
            for path, part in chosen
        )
        segments, copied, words = draw(COUNTS), draw(COUNTS), draw(COUNTS)
        translated = TranslatedRow(
            id=record.id,
            texts=pairs,
            answer=record.answer,
            scores=tuple(draw(SCORES)),
            rungs=tuple(draw(RUNGS)),
            back_work=draw(WORKS),
            segments=segments,
            copied=copied,
            source_words=words,
        )
        found.append((record, translated))
    return found


def columns_of(rows: list[TranslatedRow], *, verdicts_only: bool = False) -> TranslatedColumns:
    with tempfile.TemporaryDirectory() as folder:
        middle = len(rows) // 2
        paths = [
            write_translated(Path(folder), name, part)
            for name, part in (("a", rows[:middle]), ("b", rows[middle:]))
        ]
        return read_translated_columns(paths, verdicts_only=verdicts_only)


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table.combine_chunks(), buffer, compression="zstd", row_group_size=512)
    return buffer.getvalue()


def seen(verdict: Verdict) -> list[str]:
    return [f"{score.seen} {score.where} {score.evidence}".strip() for score in verdict.failed]


@st.composite
def people(draw: st.DrawFn, rows: list[TranslatedRow]) -> People:
    marks = {
        row_key("de", row): tuple(
            PersonMark(key=row_key("de", row), language="de", id=row.id, good=good, reader=name, file="f")
            for good, name in draw(st.lists(st.tuples(st.booleans(), WORDS), min_size=1, max_size=2))
        )
        for row in rows
        if draw(st.booleans())
    }
    return People(marks=marks)


@settings(max_examples=60)
@given(st.data())
def test_verdicts_and_figures_are_those_of_rows(data: st.DataObject) -> None:
    rows = [row for _, row in data.draw(pieces())]
    thresholds = Thresholds.of(data.draw(BOUNDS))
    read = data.draw(people(rows))
    columns = columns_of(rows)
    found = judge_columns(columns.scores, thresholds, read.among("de", columns))
    few = columns_of(rows, verdicts_only=True)
    assert judge_columns(few.scores, thresholds).fates() == judge_columns(columns.scores, thresholds).fates()
    assert few.column("id") == columns.column("id")
    verdicts = [read.verdict("de", row, thresholds.judge(row.scores)) for row in rows]
    assert found.kept.tolist() == [verdict.kept for verdict in verdicts]
    assert found.fates().to_pylist() == ["+".join(verdict.reasons) or "kept" for verdict in verdicts]
    dropped = [(row, verdict) for row, verdict in zip(rows, verdicts, strict=True) if not verdict.kept]
    assert found.reasons().to_pylist() == [[*verdict.reasons] for _, verdict in dropped]
    assert found.evidence().to_pylist() == [
        [*seen(verdict), *said_by_people(read.on("de", row))] for row, verdict in dropped
    ]
    by_rows, by_columns = LanguageSummary(), LanguageSummary()
    by_columns.add_columns(columns, found)
    for row, verdict in zip(rows, verdicts, strict=True):
        by_rows.add(
            verdict,
            row.scores,
            rungs=row.rungs,
            back_work=row.back_work,
            segments=row.segments,
            copied=row.copied,
            source_words=row.source_words,
            by_people=bool(read.on("de", row)),
        )
    for summary in (by_rows, by_columns):  # infinite values have no distribution
        for name, values in summary.values.items():
            values.fold()
            finite = np.nan_to_num(np.repeat(values.distinct, values.counts), posinf=9, neginf=-9)
            summary.values[name] = CountedValues(waiting=array("d", finite))
    assert repr(by_columns.figures()) == repr(by_rows.figures())


@settings(max_examples=60)
@given(pieces(), BOUNDS)
def test_tables_are_those_of_rows_to_the_byte(both: list[tuple[Record, TranslatedRow]], bounds: Any) -> None:
    records, rows = [record for record, _ in both], [row for _, row in both]
    types = RowTypes()
    for record in records:
        types.look(record.row, dict.fromkeys(text.path.partition("[")[0] for text in record.texts))
    schema, thresholds = CorpusSchema(types), Thresholds.of(bounds)
    with tempfile.TemporaryDirectory() as folder:
        ours = read_record_columns([write_records(Path(folder), "r", records)], schema)
    columns = columns_of(rows)
    found = judge_columns(columns.scores, thresholds)
    piece = TranslatedPiece(ours, columns, found.kept)
    provenance = {"engine": "scripted", "model": "m", "back_translation_engine": None}
    verdicts = [thresholds.judge(row.scores) for row in rows]
    together = list(zip(records, rows, verdicts, strict=True))
    kept = [
        language_row(schema, row, record, provenance) for record, row, verdict in together if verdict.kept
    ]
    dropped = [
        reject_row(schema, row, record, verdict.reasons, seen(verdict))
        for record, row, verdict in together
        if not verdict.kept
    ]
    trees = [
        parallel_row(
            schema,
            record,
            {"en": record.row, "de": translated_tree(row, record) if verdict.kept else None},
        )
        for record, row, verdict in together
    ]
    parallel = schema.parallel(["en", "de"])
    everything = np.ones(len(rows), dtype=bool)
    for table, expected, kind in (
        (piece.language_table(provenance), kept, schema.language),
        (piece.reject_table(found.reasons(), found.evidence()), dropped, schema.rejects),
        (
            parallel_table(ours, {"de": piece}, parallel, source_language="en", wanted=everything),
            trees,
            parallel,
        ),
    ):
        straight = pa.Table.from_pylist(expected, schema=kind)
        assert json.dumps(table.to_pylist()) == json.dumps(straight.to_pylist())
        assert parquet(table) == parquet(straight)
