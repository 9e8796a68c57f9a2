"""Figures of a report: golden numbers, intervals from scipy, micro and macro, pass@k by counting subsets."""

from __future__ import annotations

import json
import re
from itertools import combinations
from statistics import fmean

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from parallelize.evaluation.accuracy import AnswerVerdict, judge_answer, pass_at_k, pass_ladder
from parallelize.evaluation.estimates import Observations, macro_mean, share
from parallelize.evaluation.responses import Response
from parallelize.evaluation.score_render import row_line, score_markdown
from parallelize.evaluation.score_report import ScoreReport, measure
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.text.thinking import ResponsePart


def verdict(
    number: str,
    language: str,
    status: PartStatus,
    *,
    correct: bool | None = None,
    model: str = "m",
    **more: str,
) -> ResponseVerdict:
    wrong = "en" if status is PartStatus.OFF else None
    part = PartVerdict(status=status, language=wrong, foreign_share=0.0, english_share=0.0)
    parts = {
        ResponsePart.THINKING: PartVerdict(status=PartStatus.ABSENT),
        ResponsePart.ANSWER: part,
        ResponsePart.RESPONSE: part,
    }
    return ResponseVerdict(
        response=Response(row=1, id=number, language=language, response="x", gold="1", model=model, **more),  # type: ignore[arg-type]
        parts=parts,
        answer=AnswerVerdict(value="1", source="boxed", correct=correct),
    )


def report(*verdicts: ResponseVerdict) -> ScoreReport:
    return measure(verdicts, file="r.jsonl", options=ScoreOptions(), detectors=["d"])


ON, OFF, EMPTY = PartStatus.ON, PartStatus.OFF, PartStatus.EMPTY


def test_counts_rates_and_intervals() -> None:
    found = report(
        *(verdict(f"{n}", "de", OFF, correct=True) for n in range(3)),
        *(verdict(f"{n}", "de", ON, correct=n % 2 == 0) for n in range(3, 10)),
        *(verdict(f"{n}", "de", EMPTY, correct=False) for n in range(10, 14)),
    ).as_dict()
    models = found["models"]
    assert isinstance(models, dict)
    cell = models["m"]["languages"]["de"]
    part = cell["parts"]["answer"]
    assert part["counts"] == {
        "on": 7, "off": 3, "undetermined": 0, "empty": 4, "truncated": 0, "unfinished": 0, "absent": 0,
        "degenerate": 0,
    }  # fmt: skip
    assert part["off_target_rate"] == pytest.approx(0.3)
    expected = scipy.stats.binomtest(3, 10).proportion_ci(0.95, method="wilson")
    assert part["off_target_interval"] == pytest.approx([expected.low, expected.high])
    assert (part["judged"], part["not_judged"], part["wrong_languages"]) == (10, 4, {"en": 3})
    assert cell["accuracy"]["value"] == pytest.approx(6 / 14)
    expected = scipy.stats.binomtest(6, 14).proportion_ci(0.95, method="wilson")
    assert cell["accuracy"]["interval"] == pytest.approx([expected.low, expected.high])
    assert cell["strict_accuracy"]["value"] == pytest.approx(3 / 14)
    json.dumps(found, allow_nan=False)


def test_macro_is_the_mean_of_languages_and_micro_of_responses() -> None:
    found = report(
        *(verdict(f"{n}", "de", OFF if n == 0 else ON) for n in range(10)),
        verdict("0", "th", OFF),
        verdict("1", "th", ON),
        *(verdict(f"{n}", "ja", EMPTY) for n in range(5)),
    ).models["m"]
    assert found.micro.off_target[ResponsePart.ANSWER].value == pytest.approx(2 / 12)
    assert found.macro["off_target_rate.answer"].value == pytest.approx((0.1 + 0.5) / 2)
    assert found.languages["ja"].off_target[ResponsePart.ANSWER].value is None
    assert found.languages["ja"].off_target[ResponsePart.ANSWER].interval is None


def test_the_macro_of_one_language_is_that_language() -> None:
    found = report(*(verdict(f"{n}", "de", OFF if n < 3 else ON) for n in range(10))).models["m"]
    assert (
        found.macro["off_target_rate.answer"].interval
        == found.languages["de"].off_target[ResponsePart.ANSWER].interval
    )


def test_nothing_judged_is_a_note_and_no_rate() -> None:
    found = report(*(verdict(f"{n}", "de", EMPTY) for n in range(3)))
    assert any("could not be judged (3)" in note for note in found.notes)
    text = score_markdown(found)
    assert re.search(r"\| de German +\| +– \|", text)
    assert "100.0 %" not in text.replace("accuracy", "")


def test_models_apart() -> None:
    found = report(verdict("1", "de", ON, model="a"), verdict("1", "de", OFF, model="b"))
    assert found.models["a"].micro.off_target[ResponsePart.ANSWER].value == 0.0
    assert found.models["b"].micro.off_target[ResponsePart.ANSWER].value == 1.0


def test_samples_of_an_item_are_drawn_together() -> None:
    verdicts = [verdict("1", "de", ON, correct=True, sample=str(n)) for n in range(4)]
    verdicts += [verdict("2", "de", ON, correct=n == 0, sample=str(n)) for n in range(4)]
    cell = report(*verdicts).models["m"].languages["de"]
    assert cell.samples == (4, 4)
    assert cell.accuracy is not None
    assert cell.accuracy.value == pytest.approx(5 / 8)
    assert cell.accuracy.method != "wilson"
    assert set(cell.passes) == {1, 2, 4}
    assert cell.passes[2].value == pytest.approx((1.0 + 0.5) / 2)
    assert cell.passes[4].value == 1.0


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_counts_subsets(numbers: tuple[int, int, int]) -> None:
    total, correct, k = numbers
    flags = [True] * correct + [False] * (total - correct)
    assert pass_at_k(total, correct, k) == pytest.approx(
        fmean(any(group) for group in combinations(flags, k))
    )


def test_pass_at_k_refuses_what_does_not_fit() -> None:
    for numbers in ((4, 5, 1), (4, -1, 1), (4, 2, 0), (4, 2, 5)):
        with pytest.raises(ValueError, match="no pass@"):
            pass_at_k(*numbers)
    assert pass_ladder([]) == ()
    assert pass_ladder([10, 6, 7]) == (1, 2, 4, 6)


def test_an_empty_share_is_none() -> None:
    assert share(Observations.of([])).value is None
    assert macro_mean({}).value is None
    assert macro_mean({"de": Observations.of([])}).as_dict()["interval"] is None


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_wilson_of_single_observations_equals_scipy(flags: list[bool]) -> None:
    found = share(Observations.of((str(place), float(flag)) for place, flag in enumerate(flags)))
    expected = scipy.stats.binomtest(sum(flags), len(flags)).proportion_ci(0.95, method="wilson")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert found.value is not None
    assert found.interval.low <= found.value <= found.interval.high


def test_names_from_a_file_cannot_break_the_tables() -> None:
    name = "m|x\n## <script>alert(1)</script> `a` [b](c)"
    text = score_markdown(report(verdict("1", "de", ON, correct=True, model=name)))
    assert "<script>" not in text.replace(r"\<script\>", "")
    assert sum(line.startswith("## ") for line in text.splitlines()) == 1
    widths = {line.count("|") - line.count(r"\|") for line in text.splitlines() if line.startswith("| de")}
    assert len(widths) == 2  # the two tables


def test_a_row_line_is_json_and_says_everything() -> None:
    line = row_line(verdict("1", "de", OFF, correct=True))
    row = json.loads(line)
    assert row["parts"]["answer"]["status"] == "off"
    assert row["answer"] == {
        "value": "1", "source": "boxed", "gold": "1", "correct": True, "strictly_correct": False,
        "unclosed": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "gold", "correct", "source"),
    [
        ("## Step 1\nWe add.\n\nThe final answer is: $\\boxed{18}$", "en", "18", True, "boxed"),
        ("The final answer is: $\\boxed{1,234}$ I hope it is correct.", "en", "1234", True, "boxed"),
        ("Die endgültige Antwort ist: $\\boxed{1.234}$.", "de", "1234", True, "boxed"),
        ("**Answer:** 42", "en", "42", True, None),
        ("Therefore, the answer is **$18.00**.", "en", "18", True, None),
        ("Jibu ni 20,000.", "sw", "20000", True, None),
        ("คำตอบคือ 20,000", "th", "20000", True, None),
        ("Somit bleiben 5,5 kg übrig.", "de", "5.5", True, "last_number"),
        ("I don't know.", "en", "5", False, None),
        ("\\boxed{5", "en", "6", False, None),
    ],
)
def test_answers_as_models_write_them(
    text: str, language: str, gold: str, correct: bool, source: str | None
) -> None:
    found = judge_answer(text, gold, language)
    assert found.correct is correct
    if source is not None:
        assert found.source == source


def test_thinking_that_never_closes_has_no_answer() -> None:
    found = judge_answer(None, "5", "en")
    assert (found.value, found.source, found.correct) == (None, None, False)
