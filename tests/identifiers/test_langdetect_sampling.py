"""Sampling on arrays is the package's own sampling."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import langdetect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from parallelize.identifiers.labels import fold, one_line
from parallelize.identifiers.langdetect_sampling import Sampler
from parallelize.metrics.language import CANDIDATES

_FOLDER = Path(langdetect.__file__).parent / "profiles"

TEXTS = (
    "Wie viele Äpfel hat Maria jetzt, wenn sie drei davon verschenkt?",
    "O Rui comprou 12 maçãs a US$ 3 cada uma. Quanto gastou?",
    "マリアはりんごを3つ買いました。",
    "玛丽买了三个苹果。",
    "Иван купил три apples и пять ORANGES.",
    "Mai có ba quả táo, cô ấy cho em một quả.",
    "มาเรียซื้อแอปเปิลสามผล",
    "Write to me@example.org or see https://example.org/a?b=c about it",
    "BMW und USA sind ABKÜRZUNGEN, McDonald nicht",
    "ab",
    "A",
    "1 2 3 . , !",
    "x" * 50,
    "și ți ș ț",
    "한국어 문장입니다 그리고 English words in it",
    "یہ اردو کا ایک جملہ ہے",
)


@cache
def package() -> Any:
    factory = DetectorFactory()
    factory.load_profile(str(_FOLDER))
    factory.set_seed(0)
    return factory


@cache
def sampler(every: bool) -> Sampler:
    return Sampler(_FOLDER, None if every else frozenset(map(fold, CANDIDATES)), 0)


def expected(text: str, *, every: bool) -> tuple[str, float] | None:
    detector = package().create()
    if not every:
        wanted = set(map(fold, CANDIDATES))
        detector.set_prior_map({name: 1.0 for name in package().langlist if fold(name) in wanted})
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return None
    return (found[0].lang, found[0].prob) if found else None


def same(text: str, *, every: bool) -> None:
    ours, theirs = sampler(every).best(text), expected(text, every=every)
    if ours is None or theirs is None:
        assert ours is theirs
        return
    assert ours[0] == theirs[0]
    # The package adds up in the order of its folder's files.
    assert ours[1] == pytest.approx(theirs[1], rel=1e-9)


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_probabilities_are_the_packages(text: str, every: bool) -> None:
    same(text, every=every)


_PIECES = st.sampled_from([word for text in TEXTS for word in text.split()])


@given(words=st.lists(_PIECES, min_size=1, max_size=30))
@settings(max_examples=150)
def test_probabilities_are_the_packages_on_mixtures(words: list[str]) -> None:
    same(one_line(" ".join(words)), every=False)


def test_prior_probability_of_no_candidate_is_no_answer() -> None:
    assert Sampler(_FOLDER, frozenset({"yo"}), 0).best("Àwọn ọmọdé ń ṣeré") is None
