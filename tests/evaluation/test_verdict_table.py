"""Verdicts in a table of numbers say what they say, and responses that are streamed give the same ones."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.assemble.judges import language_judge
from parallelize.assemble.response_files import read_response_files, stream_response_files
from parallelize.evaluation.estimates import Observations, macro_mean, places_of
from parallelize.evaluation.score_report import measure
from parallelize.evaluation.scoring import ScoreOptions, score_responses
from parallelize.evaluation.verdict_table import VerdictTable
from parallelize.metrics.off_target import PartStatus
from parallelize.text.thinking import ResponsePart

TEXTS = [
    "<think>Il faut additionner les deux nombres.</think>La réponse est \\boxed{12}.",
    "The sum of the two numbers is twelve, so the answer is \\boxed{12}.",
    "\\boxed{13}",
    "",
]


def written(folder: Path, name: str) -> Path:
    path = folder / name
    rows = [
        {
            "id": at // 2,
            "sample": at % 2,
            "language": "fr",
            "gold": "12",
            "response": TEXTS[at % 4],
            "tokens": 9,
        }
        for at in range(300)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_stream_and_a_list_give_the_same_report_and_little_is_kept(tmp_path: Path) -> None:
    path = str(written(tmp_path, "one.jsonl"))
    judge = partial(language_judge, ("fr",))
    whole = list(score_responses(read_response_files([path]).responses, judge, ScoreOptions(), workers=1))
    stream = stream_response_files([path])
    assert stream.languages == ("fr",)
    streamed = score_responses(stream.responses, judge, ScoreOptions(), workers=1)
    reports = [
        measure(found, file="one", options=ScoreOptions(), detectors=[]).as_dict()
        for found in (whole, streamed)
    ]
    assert reports[0] == reports[1]
    table = VerdictTable.of(whole)
    assert sum(column.itemsize for column in table.columns.values()) < 50
    assert len(table.parts) <= len(PartStatus)
    assert len(table.answers) <= len(TEXTS)
    counted = Counter(verdict.parts[ResponsePart.ANSWER].status for verdict in whole)
    assert Counter({part.status: n for part, n in table.part(ResponsePart.ANSWER).items()}) == counted
    assert table.correct().tolist() == [
        float(verdict.answer.correct is True) for verdict in whole if verdict.answer
    ]


PAIRS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from((0.0, 0.5, 1.0))), min_size=1, max_size=40
)


@given(PAIRS)
def test_items_are_numbered_as_they_appear(pairs: list[tuple[str, float]]) -> None:
    items, values = Observations.of(pairs)
    order = list(dict.fromkeys(item for item, _ in pairs))
    places, count = places_of(items)
    assert places.tolist() == [order.index(item) for item, _ in pairs]
    assert count == len(order)
    assert values.tolist() == [value for _, value in pairs]


@given(PAIRS, PAIRS)
def test_the_macro_mean_is_the_mean_of_means(
    one: list[tuple[str, float]], other: list[tuple[str, float]]
) -> None:
    found = macro_mean({"de": Observations.of(one), "fr": Observations.of(other), "sw": Observations.of([])})
    means = [fmean(value for _, value in pairs) for pairs in (one, other)]
    assert found.value == pytest.approx(fmean(means))
    assert found.total == 2
    assert found.interval is not None
    assert found.interval.low <= found.interval.high


def test_streamed_files_are_told_apart_as_read_ones_are(tmp_path: Path) -> None:
    paths = [str(written(tmp_path, name)) for name in ("one.jsonl", "two.jsonl")]
    read, stream = read_response_files(paths), stream_response_files(paths)
    assert stream.notes == read.notes
    assert stream.name == read.name
    assert list(stream.responses) == read.responses
