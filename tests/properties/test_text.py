"""Laws of segments and protection, on any text Hypothesis can think of."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.ports import Placeholders
from parallelize.text.protect import find_spans, mask_spans, span_difference, unmask
from parallelize.text.segment import join, sentences, split, split_smaller

_MARKS = (
    r"$ $$ \( \) \[ \] \boxed{ { } \frac ` ``` #### << >> = 5 12.5 <|im_end|> <think> </think> <b> | - 1. .",
    r"https://a.org/x word é 日本。 \begin{align} \end{align} \textbf{ X1 M1 Q1Z [1] %(a)s {name} √ · − ABC",
    r"~~~ \ ½ ✓",
)
_SPACED = ("\n", "\n\n", " ", "Two words", "\ud800", "\u202e", "\x00", "\t", "\r\n", "\u2028", "- ", "1. ")
_PIECES = st.sampled_from([*(mark for line in _MARKS for mark in line.split()), *_SPACED])
TEXTS = st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=200))


@given(text=TEXTS, chars=st.integers(50, 300), multiline=st.booleans())
@settings(max_examples=400, deadline=None)
def test_split_then_join_is_the_identity(text: str, chars: int, multiline: bool) -> None:
    assert join(split(text, segment_chars=chars, multiline=multiline)) == text


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_smaller_pieces_join_too(text: str) -> None:
    assert join(split_smaller(text)) == text
    assert "".join(sentences(text)) == text


@given(text=TEXTS, form=st.sampled_from(list(Placeholders)))
@settings(max_examples=400, deadline=None)
def test_mask_then_unmask_is_the_identity(text: str, form: Placeholders) -> None:
    try:
        masked = mask_spans(text, find_spans(text), form)
    except ValueError:
        return
    restored = unmask(masked.text, masked)
    assert restored.text == text
    assert restored.exact


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_spans_are_ordered_and_apart(text: str) -> None:
    end = 0
    for span in find_spans(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert span_difference(text, text).count == 0


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_pieces_that_are_sent_never_end_in_white_space(text: str) -> None:
    for part in split(text, segment_chars=100, multiline=False):
        if part.send:
            assert part.text == part.text.strip()
