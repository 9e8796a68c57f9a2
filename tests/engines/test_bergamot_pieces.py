"""Cutting text for the embedded engine: nothing lost, nothing too heavy, sensible places."""

from __future__ import annotations

import re

import pytest
from fxtranslate import discovery
from hypothesis import given
from hypothesis import strategies as st

from parallelize.engines.bergamot.pieces import MAX_WEIGHT, Piece, pieces, weight
from parallelize.engines.bergamot.worker import translate_pieces

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \n\t.,;!?aZ9$é。你ก")), max_size=400
)


def cut(text: str) -> list[Piece]:
    return pieces(text, discovery.segment_sentences)


@given(TEXTS)
def test_pieces_joined_are_the_text(text: str):
    assert "".join(piece.text + piece.separator for piece in cut(text)) == text


@given(TEXTS)
def test_no_piece_is_too_heavy(text: str):
    assert all(weight(piece.text) <= MAX_WEIGHT for piece in cut(text * 3))


@given(TEXTS)
def test_what_is_sent_has_letters_and_no_outer_space(text: str):
    for piece in cut(text):
        if piece.send:
            assert re.search(r"[^\W\d_]", piece.text)
            assert piece.text == piece.text.strip()
        assert not piece.separator.strip()


@given(TEXTS)
def test_a_segmenter_that_changes_the_text_loses_nothing(text: str):
    def wrong(whole: str) -> list[str]:
        return [sentence.upper() for sentence in discovery.segment_sentences(whole)]

    assert "".join(piece.text + piece.separator for piece in pieces(text, wrong)) == text


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Smith went home. He ate.", ["Dr. Smith went home.", "He ate."]),
        ("See e.g. Figure 2. It helps.", ["See e.g. Figure 2.", "It helps."]),
        ("Mr. and Mrs. Li paid $3.50. Why?", ["Mr. and Mrs. Li paid $3.50.", "Why?"]),
        ("Mr.\nNo name.", ["Mr.", "No name."]),
        ("你好。我是。", ["你好。", "我是。"]),
    ],
)
def test_sentences(text: str, sentences: list[str]):
    assert [piece.text for piece in cut(text)] == sentences


def test_a_long_sentence_is_cut_after_a_clause():
    clause = "the number of eggs that the farmer sold in the spring of that year"
    parts = cut(f"We know {clause}, but {clause}; moreover {clause}, and {clause}, so {clause}.")
    assert len(parts) >= 2
    assert all(part.text[-1] in ",;." for part in parts)


def test_a_long_word_is_cut_somewhere():
    assert max(weight(part.text) for part in cut("x" * 5_000)) <= MAX_WEIGHT


def test_weight_counts_digits_signs_and_unspaced_letters_one_by_one():
    assert weight("") == 0
    assert weight("12345") == 5
    assert weight("cat") == 1
    assert weight("international") == 2
    assert weight("a+b=c") == 5
    assert weight("数学问题") == 4


def test_an_engine_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="no text for 'The cat"):
        translate_pieces([Piece("The cat.", "", send=True)], lambda _: " ")
