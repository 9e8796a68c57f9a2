"""NeMo-Skills' strict accuracy and the L2 reasoning rate, by hand-made verdicts of langdetect."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from parallelize.assemble.judges import language_judge
from parallelize.evaluation.reference_skills import l2_reasoning, nemo_skills_metrics
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions, score_responses

POLISH = "Rolnik sprzedał najpierw dziewięć koszyków, a potem jeszcze trzy, więc razem \\boxed{12}."
ENGLISH = "The farmer sold nine baskets first and then three more, so it is \\boxed{12} together."
CHINESE = "农夫先卖了九个篮子，然后又卖了三个，所以一共是\\boxed{12}个。"


class Labels:
    """Says what a text begins with; records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def labels(self, text: str) -> Sequence[str]:
        self.asked.append(text)
        return ["pl"] if text.startswith("Rolnik") else ["zh-cn"] if text.startswith("农") else ["en", "pl"]


def judged(*rows: tuple[str, str]) -> list[ResponseVerdict]:
    responses = [
        Response(row=at, id=str(at), language=language, response=text, gold="12")
        for at, (language, text) in enumerate(rows, start=1)
    ]
    codes = tuple(sorted({language for language, _ in rows}))
    return list(score_responses(responses, lambda: language_judge(codes), ScoreOptions(), workers=1))


def test_the_answer_is_labelled_and_where_thinking_never_closes_all_of_it() -> None:
    labels = Labels()
    closed, open_ = f"<think>{ENGLISH}</think>\n\n{POLISH}", f"<think>{ENGLISH} {POLISH}"
    found = nemo_skills_metrics(judged(("pl", closed), ("pl", open_), ("pl", ENGLISH), ("pl", "")), labels)
    assert labels.asked == [POLISH, open_, ENGLISH]
    assert found["languages"]["pl"] == {
        "responses": 4,
        "language_correct": 0.25,
        "symbolic_correct": 0.75,
        "symbolic_and_language_correct": 0.25,
    }


def test_chinese_is_never_correct_there_as_in_the_source() -> None:
    found = nemo_skills_metrics(judged(("zh", CHINESE)), Labels())
    assert (found["symbolic_correct"], found["symbolic_and_language_correct"]) == (1.0, 0.0)


def test_l2_reasoning_is_of_all_that_think_and_english_is_left_out() -> None:
    rows = [
        ("pl", f"<think>{POLISH}</think>{POLISH}"),
        ("pl", f"<think>{ENGLISH}</think>{POLISH}"),
        ("pl", f"<think>$x = 5$</think>{POLISH}"),
        ("pl", POLISH),
        ("en", f"<think>{ENGLISH}</think>{ENGLISH}"),
    ]
    found = l2_reasoning(judged(*rows))
    assert found["l2_reasoning_rate"] == pytest.approx(1 / 3)
    assert found["on_of_judged"] == 0.5
    assert found["in_english"] == 0.5
    assert list(found["languages"]) == ["pl"]
    assert l2_reasoning(judged(("en", ENGLISH)))["languages"] == {}
