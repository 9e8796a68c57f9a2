"""What counts as mixing: windows, copies, terms, majorities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.metrics.foreign import ForeignSpan, foreign_spans
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.mixing import (
    by_majority,
    exempt_copies,
    exempt_terms,
    share_in,
    weighted_letters,
    window_share,
    without_script,
)

GERMAN = "Anna hat im Garten zwölf Äpfel gepflückt und überlegt, wie viele sie ihrer Schwester geben will. "
INTRODUCTION = "These are the stories about apples that you have asked for:\n\n"


def span(text: str, piece: str, language: str = "en") -> ForeignSpan:
    start = text.index(piece)
    letters = float(sum(map(str.isalpha, piece)))
    return ForeignSpan(start=start, end=start + len(piece), language=language, letters=letters)


@pytest.mark.parametrize("repeats", [1, 2, 3, 10, 200])
def test_a_sentence_weighs_the_same_in_a_text_of_any_length(repeats: int) -> None:
    text = INTRODUCTION + GERMAN * repeats
    share = window_share(text, foreign_spans(text, "de"))
    assert share is not None
    assert share > 0.2
    assert window_share(GERMAN * repeats, foreign_spans(GERMAN * repeats, "de")) == 0.0


def test_the_window_is_150_letters_wide() -> None:
    text = "a" * 500 + "b" * 15 + "a" * 500
    assert window_share(text, [span(text, "b" * 15)]) == pytest.approx(0.1)
    text = "a" * 60 + "b" * 15
    assert window_share(text, [span(text, "b" * 15)]) == pytest.approx(0.2)


def test_too_little_text_has_no_share() -> None:
    assert window_share("kurz", ()) is None
    assert window_share("", ()) is None
    assert share_in("en", "12 + 3", ()) is None


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=5))
def test_a_share_is_a_share(text: str, places: list[tuple[int, int]]) -> None:
    spans, end = [], 0
    for start, size in sorted(places):
        first, last = max(start, end), min(len(text), max(start, end) + size)
        if first < last:
            letters = weighted_letters(text[first:last])
            spans.append(ForeignSpan(start=first, end=last, language="en", letters=letters))
            end = last
    share = window_share(text, spans)
    assert (share is None) == (weighted_letters(text) < 12)
    assert share is None or 0.0 <= share <= 1.0
    if share is not None:
        assert share >= (share_in("en", text, spans) or 0.0) - 1e-9 or weighted_letters(text) > 150


@pytest.mark.parametrize(
    ("text", "piece", "kept"),
    [
        ("Технологическая разведка (technological exploration) важна.", "technological exploration", False),
        ('Das heißt „in the money“ an der Börse.', "in the money", False),
        ("预测分析「predictive analytics」很重要", "predictive analytics", False),
        ("Einigkeit (united in the world and connected for the future)", "united in the world and", True),
        ("Das ist technological exploration pur.", "technological exploration", True),
        ('"Ja", technological exploration, "nein"', "technological exploration", True),
    ],
)  # fmt: skip
def test_a_term_in_marks_is_no_mixing(text: str, piece: str, kept: bool) -> None:
    found = exempt_terms([span(text, piece)], text)
    assert bool(found) == kept


def test_what_the_prompt_holds_is_a_copy() -> None:
    text = "Die  Phrase how many apples are left steht da."
    spans = [span(text, "how many apples are left")]
    assert exempt_copies(spans, text, "Translate: How many\napples are left?") == ()
    assert exempt_copies(spans, text, "Translate this") == tuple(spans)
    assert exempt_copies(spans, text, "") == tuple(spans)


def test_most_of_the_letters_decide_what_the_vote_left_open() -> None:
    text = "Answer the questions in order, please. Вопрос о яблоках."
    open_vote = LanguageVote(status=Status.UNDETERMINED, language=None, evidence="two scripts")
    english = span(text, "Answer the questions in order, please")
    found = by_majority(open_vote, text, [english])
    assert (found.status, found.language) == (Status.OFF, "en")
    assert "two scripts" in found.evidence
    names = ForeignSpan(start=english.start, end=english.end, language="Latn", letters=english.letters)
    assert by_majority(open_vote, text, [names]) is open_vote
    assert by_majority(open_vote, text, [span(text, "Answer the")]) is open_vote
    on = LanguageVote(status=Status.ON, language="ru", evidence="")
    assert by_majority(on, text, [english]) is on


def test_chinese_by_its_script_alone() -> None:
    text = "เขาวิ่งทุกสัปดาห์ 他说每周跑三次每次跑三组每组六十米所以每周跑五百四十米"
    vote = LanguageVote(status=Status.UNDETERMINED, language=None, evidence="two scripts")
    assert by_majority(vote, text, foreign_spans(text, "th")).language == "zh"


def test_without_script_leaves_the_other() -> None:
    assert without_script("Да, yes и no", "ru").split() == [",", "yes", "no"]
    assert without_script("はい yes 漢字", "ja").split() == ["yes"]
