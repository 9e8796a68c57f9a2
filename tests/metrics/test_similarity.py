"""chrF++ and BLEU equal sacreBLEU."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from parallelize.metrics.similarity import (
    SegmentStatistics,
    _tokens,
    bleu_score,
    chrf_score,
    compare,
    profile,
)

TEXT = st.text(st.sampled_from("ab cdé,.!'(中文 ก\u0301-12 \n"), max_size=60)
PAIRS = [
    ("the cat sat on the mat", "the cat sat on a mat"),
    ("Anna hat zwölf Äpfel.", "Anna hatte 12 Äpfel, sagt sie."),
    ("", "nothing was translated"),
    ("something new", ""),
    ("她还剩下多少个苹果？", "她还有多少苹果？"),
    ("a", "a"),
    ("(hi) there...", "(hi there)..."),
]


def segment_statistics(hypothesis: str, reference: str) -> SegmentStatistics:
    return compare(profile(hypothesis), profile(reference))


@pytest.mark.parametrize(("hypothesis", "reference"), PAIRS)
def test_sentence_scores_are_sacrebleus(hypothesis: str, reference: str) -> None:
    statistics = [segment_statistics(hypothesis, reference)]
    expected = CHRF(word_order=2).sentence_score(hypothesis, [reference]).score
    assert chrf_score(statistics) == pytest.approx(expected, abs=1e-9)
    expected = BLEU(effective_order=True).sentence_score(hypothesis, [reference]).score
    assert bleu_score(statistics) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_summed_statistics_are_sacrebleus_corpus(pairs: list[tuple[str, str]]) -> None:
    statistics = [segment_statistics(*pair) for pair in pairs]
    hypotheses, references = [one for one, _ in pairs], [other for _, other in pairs]
    expected = CHRF(word_order=2).corpus_score(hypotheses, [references]).score
    assert chrf_score(statistics) == pytest.approx(expected, abs=1e-9)
    expected = BLEU(effective_order=True).corpus_score(hypotheses, [references]).score
    assert bleu_score(statistics) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=400)
@given(
    st.lists(
        st.sampled_from([*"ab1é中~ '\"&;(){}`/$\n\u00a0", *".,-" * 3, "<skipped>", "&quot;", "&amp;lt;"])
    )
)
def test_tokens_are_those_of_13a(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert _tokens(text) == Tokenizer13a()(text).split()


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_any_text_can_be_compared(hypothesis: str, reference: str) -> None:
    statistics = [segment_statistics(hypothesis, reference)]
    assert 0.0 <= (chrf_score(statistics) or 0.0) <= 100.0 + 1e-9
    assert 0.0 <= (bleu_score(statistics) or 0.0) <= 100.0 + 1e-9


def test_equal_texts_score_100() -> None:
    statistics = [segment_statistics("the same four words here", "the same four words here")]
    assert chrf_score(statistics) == pytest.approx(100.0)
    assert bleu_score(statistics) == pytest.approx(100.0)


def test_nothing_to_score() -> None:
    assert chrf_score([]) is None
    assert bleu_score([]) is None
