"""The price of a language: means over what is known, cut responses and loops, and back from JSON."""

from __future__ import annotations

import pytest

from parallelize.core.rates import Rate
from parallelize.evaluation.price import LanguagePrice, joined_price, price_cells, price_of
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.evaluation.verdict_table import VerdictTable
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.store.json_files import as_json
from parallelize.text.thinking import ResponsePart

ON = PartVerdict(status=PartStatus.ON)


def price(verdicts: list[ResponseVerdict], loops: Rate) -> LanguagePrice:
    return price_of(VerdictTable.of(verdicts), loops)


def said(text: str, tokens: int | None, finish: str | None) -> ResponseVerdict:
    response = Response(
        row=1, id="1", language="de", response=text, output_tokens=tokens, finish_reason=finish
    )
    return ResponseVerdict(response=response, parts=dict.fromkeys(ResponsePart, ON), answer=None)


def test_means_are_over_what_is_known() -> None:
    found = price(
        [said("abcd", 10, "stop"), said("ab", 30, "length"), said("", None, None)], Rate(count=1, total=2)
    )
    assert (found.responses, found.characters_mean, found.tokens_mean, found.responses_with_tokens) == (
        3,
        2.0,
        20.0,
        2,
    )
    assert (found.cut.count, found.cut.total, found.cut.skipped) == (1, 2, 1)
    assert price_cells("de German", found) == ["de German", 3, "20", "20", "2", "50.0 %", "50.0 %"]
    assert LanguagePrice.of_json(as_json(found)) == found


def test_nothing_known_is_no_zero() -> None:
    found = price([said("abc", None, None)], Rate(count=0, total=0))
    assert found.tokens_mean is None
    assert price_cells("de", found) == ["de", 1, "–", "–", "3", "–", "–"]


def test_groups_join_by_their_weights() -> None:
    one = price([said("a" * 10, 4, "stop")], Rate(count=0, total=1))
    two = price([said("a" * 40, 8, "length"), said("a" * 40, 9, "stop")], Rate(count=1, total=2))
    both = joined_price([one, two])
    assert both.characters_mean == pytest.approx(30)
    assert both.tokens_mean == pytest.approx(7)
    assert (both.cut.count, both.cut.total, both.loops.count) == (1, 3, 1)
    assert joined_price([one]) == one
