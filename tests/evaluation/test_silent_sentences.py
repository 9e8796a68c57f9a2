"""Sentences without English grammar in an English text: foreign ones are seen, lists of names are not."""

from __future__ import annotations

import pytest

from parallelize.assemble.judges import language_judge
from parallelize.evaluation.part_language import PartText, judge_parts

BEFORE = "We first multiply the number of boxes by the number of apples in each of them."
AFTER = "So the merchant is left with four hundred and eighty apples that he can sell."


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Omenat jaetaan lopuksi tasan kaikkien lasten kesken", "fi"),
        ("Kalan elmalar çocuklara eşit sayıda dağıtılır", "tr"),
        ("Lõpuks jagame ülejäänud õunad lastele võrdselt", "et"),
        ("Végül elosztjuk egyenlően mindegyik gyermeknek", "hu"),
    ],
)
def test_a_foreign_sentence_without_function_words(sentence: str, language: str) -> None:
    (verdict,) = judge_parts([PartText(f"{BEFORE} {sentence}. {AFTER}", "en")], language_judge())
    assert verdict.mixed()
    assert [span.language for span in verdict.spans] == [language]


@pytest.mark.parametrize(
    "sentence",
    [
        "Juan García, María López, Björn Åkesson, Zoë Müller, Łukasz Nowak",
        "Compute total cost: multiply price per crate times quantity sold",
        "Next step: add remaining apples, subtract rotten ones, divide by seven",
        "Total = price × quantity + shipping",
    ],
)
def test_short_english_without_grammar_is_english(sentence: str) -> None:
    (verdict,) = judge_parts([PartText(f"{BEFORE} {sentence}. {AFTER}", "en")], language_judge())
    assert verdict.spans == ()
