"""Relative gains and the Multilingual Transferability Index, against sums done by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.metrics.transfer import TransferOptions, relative_gains, transferability

# Gains: en 0.5 and 0.25, de 0.2 and 0.1, ja 0.4 and 0.0
BASE = {
    ("en", "a"): 0.4, ("en", "b"): 0.8,
    ("de", "a"): 0.5, ("de", "b"): 0.5,
    ("ja", "a"): 0.25, ("ja", "b"): 0.5,
}  # fmt: skip
TRAINED = {
    ("en", "a"): 0.6, ("en", "b"): 1.0,
    ("de", "a"): 0.6, ("de", "b"): 0.55,
    ("ja", "a"): 0.35, ("ja", "b"): 0.5,
}  # fmt: skip


def test_relative_gains_by_hand() -> None:
    gains = relative_gains(BASE, TRAINED)
    assert list(gains) == ["en", "de", "ja"]
    found = {language: gain.gain.value for language, gain in gains.items() if gain is not None}
    assert found == pytest.approx({"en": 0.375, "de": 0.15, "ja": 0.2})
    assert gains["en"] is not None
    assert gains["en"].as_dict() == {
        "gain": {"value": pytest.approx(0.375), "interval": None},
        "cells": 2,
        "left_out": 0,
    }


@pytest.mark.parametrize(
    ("languages", "options", "expected"),
    [
        (["en"], TransferOptions(), (0.15 + 0.2) / 2 / 0.375),
        (["en"], TransferOptions(scale=100), 100 * (0.15 + 0.2) / 2 / 0.375),
        # one ratio per benchmark: (0.2 + 0.4)/2 / 0.5 and (0.1 + 0)/2 / 0.25
        (["en"], TransferOptions(average="languages-first"), (0.6 + 0.2) / 2),
        (["en", "de"], TransferOptions(), 0.2 / 0.375),
        (["en", "de"], TransferOptions(denominator="trained"), 0.2 / ((0.375 + 0.15) / 2)),
        (
            ["en", "de"],
            TransferOptions(denominator="trained", average="languages-first"),
            (0.4 / 0.35 + 0.0 / 0.175) / 2,
        ),
        (["de"], TransferOptions(denominator="trained"), (0.375 + 0.2) / 2 / 0.15),
    ],
)
def test_index_by_hand(languages: list[str], options: TransferOptions, expected: float) -> None:
    result = transferability(BASE, TRAINED, languages, options=options)
    assert result.index.value == pytest.approx(expected)
    assert result.index.interval is None
    assert result.signature == options.signature()
    assert not set(result.untrained_languages) & set(languages)


def test_any_pivot_can_divide() -> None:
    found = transferability(BASE, TRAINED, ["de"], options=TransferOptions(pivot="de"))
    assert found.index.value == pytest.approx((0.375 + 0.2) / 2 / 0.15)
    assert found.signature.startswith("denominator:pivot-de|")
    with pytest.raises(InputError, match="not on ja"):
        transferability(BASE, TRAINED, ["de"], options=TransferOptions(pivot="ja"))


def test_the_result_names_its_parts() -> None:
    result = transferability(BASE, TRAINED, ["en", "fr"])
    assert result.untrained_languages == ("de", "ja")
    assert result.denominator_languages == ("en",)
    assert (result.untrained_gain, result.denominator_gain) == pytest.approx((0.175, 0.375))
    assert result.cells == 6
    assert result.as_dict()["signature"] == (
        "denominator:english|average:benchmarks-first|scale:1|zero-base:refused|version:1"
    )


def test_zero_base_accuracy_is_refused_or_counted() -> None:
    base = BASE | {("ja", "b"): 0.0}
    with pytest.raises(InputError, match=r"0 in 1 of 6 cells.*'ja'.*'b'") as refusal:
        transferability(base, TRAINED, ["en"])
    assert "--skip-zero-base" in str(refusal.value)
    result = transferability(base, TRAINED, ["en"], options=TransferOptions(skip_zero_base=True))
    assert result.left_out == (("ja", "b"),)
    assert result.cells == 5
    assert result.index.value == pytest.approx((0.15 + 0.4) / 2 / 0.375)
    assert "zero-base:left-out" in result.signature
    gains = relative_gains(base | {("ja", "a"): 0.0}, TRAINED, skip_zero_base=True)
    assert gains["ja"] is None
    assert gains["de"] is not None


@pytest.mark.parametrize("english", [0.4, 0.3])
def test_a_denominator_of_nothing_is_refused(english: float) -> None:
    trained = TRAINED | {("en", "a"): english, ("en", "b"): 0.8}
    with pytest.raises(InputError, match="mean relative gain of en is"):
        transferability(BASE, trained, ["en"])


def test_the_refusal_names_the_benchmark() -> None:
    trained = TRAINED | {("en", "b"): 0.7}
    options = TransferOptions(average="languages-first")
    with pytest.raises(InputError, match=r"en on b is -0\.1250"):
        transferability(BASE, trained, ["en"], options=options)
    assert transferability(BASE, trained, ["en"]).denominator_gain == pytest.approx((0.5 - 0.125) / 2)


@pytest.mark.parametrize(
    ("trained_languages", "message"),
    [
        (["de"], "not on English"),
        ([], "trained on no language"),
        (["en", "de", "ja"], "evaluated but not trained on"),
    ],
)
def test_undefined_indices_are_refused(trained_languages: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        transferability(BASE, TRAINED, trained_languages)


def test_a_denominator_without_results_is_refused() -> None:
    base = {cell: value for cell, value in BASE.items() if cell[0] != "en"}
    trained = {cell: value for cell, value in TRAINED.items() if cell[0] != "en"}
    with pytest.raises(InputError, match="no usable result for English"):
        transferability(base, trained, ["en"])
    with pytest.raises(InputError, match="no usable result for any trained language"):
        transferability(base, trained, ["en"], options=TransferOptions(denominator="trained"))


def test_models_measured_on_different_cells_are_refused() -> None:
    with pytest.raises(InputError, match=r"language 'ja', benchmark 'c' and 1 more"):
        relative_gains(BASE, TRAINED | {("ja", "c"): 0.5, ("ja", "d"): 0.5})


def test_ragged_benchmarks() -> None:
    base = BASE | {("de", "c"): 0.2}
    trained = TRAINED | {("de", "c"): 0.4}
    # de: gains 0.2, 0.1, 1.0
    by_benchmark = transferability(base, trained, ["en"])
    assert by_benchmark.index.value == pytest.approx((1.3 / 3 + 0.2) / 2 / 0.375)
    # English has no result on c, so no ratio can be formed there.
    by_language = transferability(base, trained, ["en"], options=TransferOptions(average="languages-first"))
    assert by_language.index.value == pytest.approx((0.6 + 0.2) / 2)
    assert by_language.cells == 6


def test_intervals_come_from_paired_resamples() -> None:
    factors = np.linspace(0.9, 1.1, 401)
    base = {cell: np.full(401, value) for cell, value in BASE.items()}
    trained = {cell: np.full(401, value) for cell, value in TRAINED.items()}
    trained[("ja", "a")] = 0.35 * factors
    result = transferability(BASE, TRAINED, ["en"], resampled=(base, trained))
    samples = (0.15 + (0.35 * factors - 0.25) / 0.25 / 2) / 2 / 0.375
    assert result.index.interval is not None
    assert result.index.interval.low == pytest.approx(np.quantile(samples, 0.025))
    gain = relative_gains(BASE, TRAINED, resampled=(base, trained), level=0.9)["ja"]
    assert gain is not None
    assert gain.gain.interval is not None
    assert gain.gain.interval.high == pytest.approx(np.quantile((0.35 * factors / 0.25 - 1) / 2, 0.95))


@pytest.mark.parametrize("average", ["benchmarks-first", "languages-first"])
def test_an_index_whose_denominator_may_be_nothing_has_no_interval(average: str) -> None:
    base = {cell: np.full(100, value) for cell, value in BASE.items()}
    trained = {cell: np.full(100, value) for cell, value in TRAINED.items()}
    for benchmark, value in (("a", 0.4), ("b", 0.8)):
        trained[("en", benchmark)] = np.where(np.arange(100) < 10, value, TRAINED[("en", benchmark)])
    options = TransferOptions(average=average)
    assert (
        transferability(BASE, TRAINED, ["en"], options=options, resampled=(base, trained)).index.interval
        is None
    )


def test_base_of_zero_in_a_resample_leaves_it_out() -> None:
    base = {cell: np.full(1000, value) for cell, value in BASE.items()}
    base[("de", "a")][0] = 0.0
    trained = {cell: np.full(1000, value) for cell, value in TRAINED.items()}
    assert transferability(BASE, TRAINED, ["en"], resampled=(base, trained)).index.interval is not None


ACCURACIES = st.fractions(Fraction(1, 50), 1, max_denominator=50)


@given(st.lists(st.tuples(ACCURACIES, ACCURACIES), min_size=6, max_size=6))
def test_index_equals_exact_arithmetic(pairs: list[tuple[Fraction, Fraction]]) -> None:
    cells = list(BASE)
    gains = {cell: (b - a) / a for cell, (a, b) in zip(cells, pairs, strict=True)}
    base = {cell: float(a) for cell, (a, _) in zip(cells, pairs, strict=True)}
    trained = {cell: float(b) for cell, (_, b) in zip(cells, pairs, strict=True)}
    english = (gains["en", "a"] + gains["en", "b"]) / 2
    others = sum(gains[cell] for cell in cells if cell[0] != "en") / 4
    if english <= Fraction(1, 10**9):
        if english < -Fraction(1, 10**9):
            with pytest.raises(InputError, match="mean relative gain"):
                transferability(base, trained, ["en"])
        return
    result = transferability(base, trained, ["en"])
    assert result.index.value == pytest.approx(float(others / english), rel=1e-6, abs=1e-9)


@given(st.floats(0.1, 5))
def test_index_ignores_a_common_factor_on_one_cell(factor: float) -> None:
    base = BASE | {("ja", "a"): BASE["ja", "a"] * factor}
    trained = TRAINED | {("ja", "a"): TRAINED["ja", "a"] * factor}
    expected = transferability(BASE, TRAINED, ["en"]).index.value
    assert transferability(base, trained, ["en"]).index.value == pytest.approx(expected)
