"""Sentences and their alignment: a gap is seen, merged and split sentences are none."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.metrics.alignment import _SHAPES, VARIANCE, Sentence, omission_evidence
from parallelize.metrics.sentences import sentence_ranges


def pieces(text: str, script: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentence_ranges(text, script)]


def sentences(*sizes: int) -> list[Sentence]:
    return [Sentence(characters=size) for size in sizes]


@pytest.mark.parametrize(
    ("text", "script", "count"),
    [
        ("Mia has 2.5 kg. St. Paul is far. It opens at 3 p.m. on Monday. Really?", "Latn", 4),
        ("J. R. Smith left. He ran ... and ran!", "Latn", 3),
        ("মিয়ার ১২টি বই আছে। সে ৩টি দেয়। কটি থাকে?", "Beng", 3),
        ("她有三本书。她给了一本！还剩几本？", "Hans", 3),
        ("عندها كتب. كم كتابًا بقي؟", "Arab", 2),
        ("first . second . third ?", "Latn", 3),
        ("Lena isst mehr als Omar. Er geht in den Zoo. Bald kommt Eva. Wer isst?", "Latn", 4),
        ("Prof. Okello met Mrs. Lee and Col. Ruiz on Sept. 3 at the zoo.", "Latn", 1),
        ("เธอมีลูกพลัม 12 ลูก แล้วกินไป 3 ลูก", "Thai", 6),
        ("เธอมีลูกพลัม 12 ลูก แล้วกินไป 3 ลูก " * 25, "Thai", 50),  # a long text is cut more coarsely
        ("", "Latn", 0),
        ("   ", "Thai", 0),
    ],
)
def test_sentences_are_counted_as_people_count_them(text: str, script: str, count: int) -> None:
    assert len(pieces(text, script)) == count


@given(st.text(max_size=200), st.sampled_from(["Latn", "Thai", "Hans", "Deva"]))
def test_pieces_are_in_order_and_hold_every_letter(text: str, script: str) -> None:
    ranges = sentence_ranges(text, script)
    assert all(start < end for start, end in ranges)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(ranges))
    inside = "".join(text[start:end] for start, end in ranges)
    assert "".join(inside.split()) == "".join(text.split())


def test_a_gap_is_found_where_it_is() -> None:
    source = sentences(60, 45, 80, 50)
    found = omission_evidence(source, sentences(62, 78, 52), 1.0)
    assert found is not None
    evidence, first, end = found
    assert evidence > 3
    assert (first, end) == (1, 2)


@pytest.mark.parametrize(
    "target",
    [
        sentences(63, 43, 84, 48),
        sentences(108, 82, 51),  # the first two in one
        sentences(30, 31, 46, 79, 52),  # the first in two
        sentences(61, 128, 49),
    ],
)
def test_merged_and_split_sentences_are_no_gap(target: list[Sentence]) -> None:
    found = omission_evidence(sentences(60, 45, 80, 50), target, 1.0)
    assert found is not None
    assert found[0] < 0


def test_a_number_without_partner_speaks_for_a_gap() -> None:
    source = [
        Sentence(characters=40, numbers=(12,)),
        Sentence(characters=30, numbers=(7,)),
        Sentence(characters=42, numbers=(5,)),
    ]
    kept = [Sentence(characters=41, numbers=(12,)), Sentence(characters=62, numbers=(7, 5))]
    gone = [Sentence(characters=41, numbers=(12,)), Sentence(characters=62, numbers=(5,))]
    with_it, without = omission_evidence(source, kept, 1.0), omission_evidence(source, gone, 1.0)
    assert with_it is not None
    assert without is not None
    assert without[0] > with_it[0]


def test_clauses_make_a_sentence_in_any_number() -> None:
    clauses = sentences(20, 25, 15, 22, 23, 80, 12, 11, 14, 13)
    found = omission_evidence(sentences(60, 45, 80, 50), clauses, 1.0, clauses=True)
    assert found is not None
    assert found[0] < 0
    found = omission_evidence(sentences(60, 45, 80, 50), clauses[3:], 1.0, clauses=True)
    assert found is not None
    assert found[0] > 2.5


@pytest.mark.parametrize(
    ("source", "target"),
    [([], []), (sentences(5), sentences(5)), (sentences(5, 5), []), (sentences(*[9] * 61), sentences(9))],
)
def test_what_cannot_be_aligned_is_none(source: list[Sentence], target: list[Sentence]) -> None:
    assert omission_evidence(source, target, 1.0) is None


@given(
    st.lists(st.integers(1, 200), min_size=2, max_size=6),
    st.lists(st.integers(1, 200), min_size=1, max_size=6),
)
def test_evidence_is_finite_and_names_a_real_gap(source: list[int], target: list[int]) -> None:
    found = omission_evidence(sentences(*source), sentences(*target), 1.0)
    if found is not None:
        evidence, first, end = found
        assert abs(evidence) < 1e6
        assert 0 <= first < end <= len(source)


SENTENCES = st.lists(
    st.builds(
        Sentence,
        characters=st.integers(0, 120),
        numbers=st.lists(st.sampled_from([3, 4, Fraction(7, 2), Fraction(4)]), max_size=3).map(tuple),
        asks=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def cheapest(source: list[Sentence], target: list[Sentence], ratio: float) -> float:
    """Cost of the best alignment, after the definition: all ways to go on are tried."""
    if not source or not target:
        return 0.0 if not source and not target else math.inf
    costs = []
    for (a, b), shape in _SHAPES.items():
        if a > len(source) or b > len(target):
            continue
        ours, theirs = source[:a], target[:b]
        length = max(1, sum(item.characters for item in ours))
        surplus = sum(item.characters for item in theirs) - ratio * length
        deviations = abs(surplus) / (ratio * math.sqrt(VARIANCE * length))
        cost = min(deviations, 4.0) ** 2 / 2 + 2.0 * max(0.0, deviations - 4.0)
        one, other = (Counter(number for item in side for number in item.numbers) for side in (ours, theirs))
        cost += 3.0 * ((one - other).total() + (other - one).total())
        cost += 1.5 * (any(item.asks for item in ours) != any(item.asks for item in theirs))
        costs.append(shape + cost + cheapest(source[a:], target[b:], ratio))
    return min(costs, default=math.inf)


@settings(max_examples=40, deadline=None)
@given(SENTENCES.filter(lambda items: len(items) > 1), SENTENCES, st.sampled_from([0.4, 1.0, 1.3]))
def test_evidence_is_what_the_cheapest_alignments_differ_by(
    source: list[Sentence], target: list[Sentence], ratio: float
) -> None:
    gaps = [
        (end - start - 1)
        + cheapest(source[:start], target[:cut], ratio)
        + cheapest(source[end:], target[cut:], ratio)
        for start, end in itertools.combinations(range(len(source) + 1), 2)
        for cut in range(len(target) + 1)
        if (start, end) != (0, len(source))
    ]
    found = omission_evidence(source, target, ratio)
    if found is None:
        assert min(gaps) == math.inf
        return
    whole = cheapest(source, target, ratio)
    assert found[0] == pytest.approx(min(whole - min(gaps), 50.0))
