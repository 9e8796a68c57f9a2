"""Language consistency of MMATH and PolyMath, and the accuracy weighted by difficulty."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.assemble.judges import first_label, likely_labels
from parallelize.evaluation.accuracy import AnswerVerdict
from parallelize.evaluation.reference_math import _without_formulas, mmath_metrics, polymath_metrics
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.text.thinking import ResponsePart, ThinkingTags
from tests.evaluation.conftest import CHINESE, ENGLISH, GERMAN


def response(text: str, language: str = "de", level: str | None = None) -> Response:
    return Response(row=1, id="1", language=language, response=text, level=level)


def verdict(text: str, level: str | None, *, correct: bool | None, language: str = "de") -> ResponseVerdict:
    return ResponseVerdict(
        response=response(text, language, level),
        parts={part: PartVerdict(status=PartStatus.ON) for part in ResponsePart},
        answer=AnswerVerdict(value="1", source="boxed", correct=correct),
    )


class Labels:
    """Says German of everything, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def labels(self, text: str) -> Sequence[str]:
        self.asked.append(text)
        return ["de"]


def test_mmath_labels_each_part_and_takes_all_of_it_where_nothing_closes() -> None:
    found = mmath_metrics(
        [
            response(f"<think>{GERMAN}</think>{ENGLISH}"),
            response(f"<think>{GERMAN} </think> {GERMAN} </think>\n{GERMAN}"),
            response(GERMAN),
            response(""),
        ],
        first_label(),
    )
    assert found["thinking_consistency"] == pytest.approx(3 / 4)
    assert found["answer_consistency"] == pytest.approx(2 / 4)


def test_other_tags_than_those_of_the_source_are_translated() -> None:
    rows = [response(f"[T]{GERMAN}[/T]{ENGLISH}")]
    tags = ThinkingTags(opening="[T]", closing="[/T]")
    assert mmath_metrics(rows, first_label(), tags)["thinking_consistency"] == 1.0
    assert mmath_metrics(rows, first_label(), tags)["answer_consistency"] == 0.0


def test_polymath_weights_levels_by_powers_of_two() -> None:
    rows = [
        verdict(GERMAN, level, correct=right)
        for level, flags in {"low": (1, 1), "middle": (1, 0), "high": (0, 0), "TOP ": (1, 0)}.items()
        for right in map(bool, flags)
    ]
    found = polymath_metrics(rows, likely_labels())
    assert found["weighted_accuracy"] == pytest.approx((1 * 1.0 + 2 * 0.5 + 4 * 0.0 + 8 * 0.5) / 15)
    assert found["answer_consistency"] == 1.0


def test_polymath_says_what_is_missing_and_counts_what_it_left_out() -> None:
    rows = [verdict(GERMAN, "low", correct=True), verdict(GERMAN, "hard", correct=False)]
    found = polymath_metrics(rows, likely_labels())
    assert found["weighted_accuracy"] is None
    assert "medium, high, top" in str(found["not_computed"])
    languages = found["languages"]
    assert isinstance(languages, dict)
    assert languages["de"]["left_out"] == 1


def test_polymath_undecided_is_wrong_and_short_parts_pass_unasked() -> None:
    labels = Labels()
    rows = [verdict(r"$\frac{1}{2}$ 42", "low", correct=None), verdict(GERMAN, "low", correct=True)]
    found = polymath_metrics(rows, labels)
    languages = found["languages"]
    assert isinstance(languages, dict)
    assert languages["de"]["accuracy_by_level"] == {"low": 0.5}
    assert labels.asked == [GERMAN]


def test_polymath_calls_chinese_as_langdetect_does() -> None:
    found = polymath_metrics([verdict(CHINESE * 2, "low", correct=True, language="zh")], likely_labels())
    assert found["answer_consistency"] == 1.0


_SOURCE_PATTERN = re.compile(r"\$\$.*?\$\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


@given(st.lists(st.sampled_from(["$", "$$", r"\(", r"\)", r"\[", r"\]", "\\", "a", "(", "\n"]), max_size=30))
def test_formulas_are_taken_out_as_by_the_pattern_of_the_source(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert _without_formulas(text) == re.sub(r"\$[^$]*\$", "", _SOURCE_PATTERN.sub("", text))


@pytest.mark.parametrize("piece", [r"\(", r"\[", "$$ ", r"\( \] $$"])
def test_marks_that_never_close_take_no_time(piece: str) -> None:
    started = time.monotonic()
    _without_formulas(piece * (1_000_000 // len(piece)))
    assert time.monotonic() - started < 5
