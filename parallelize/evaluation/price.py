"""What an answer costs in a language: tokens, length, responses cut at the limit, loops of the decoder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from parallelize.core.rates import Rate
from parallelize.evaluation.verdict_table import UNKNOWN, VerdictTable
from parallelize.text.figure_tables import percent

__all__ = ["PRICE_HEADS", "PRICE_NOTE", "LanguagePrice", "joined_price", "price_cells", "price_of"]

PRICE_HEADS = ("language", "responses", "tokens, mean", "median", "characters, mean", "cut", "loops")
"""Columns of a table of prices."""
PRICE_NOTE = (
    "Tokens and characters of a response, thinking included; cut: stopped at the output limit; loops: a "
    "decoder's loop, or words in no order."
)
"""What the columns are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePrice:
    """The price of one model's responses in one language."""

    responses: int
    characters_mean: float
    """Mean length of a response, thinking included."""
    tokens_mean: float | None
    """Mean of the tokens written, over the responses that say how many; None where none does."""
    tokens_median: float | None
    responses_with_tokens: int
    """Responses that say how many tokens they are."""
    cut: Rate
    """Responses that stopped at the output limit, of those that say why they stopped."""
    loops: Rate
    """Responses that are a decoder's loop or words in no order, of those that have any text."""

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> LanguagePrice:
        """Read a price that was written as JSON."""
        rates = {
            name: Rate(**{part: found[name][part] for part in ("count", "total", "skipped")})
            for name in ("cut", "loops")
        }
        return cls(**{item.name: found[item.name] for item in fields(cls)} | rates)


def price_of(verdicts: VerdictTable, loops: Rate) -> LanguagePrice:
    """The price of some responses; `loops` is what the tally of their language says of them."""
    responses, tokens, cuts = len(verdicts), verdicts.column("tokens"), verdicts.column("cut")
    tokens = tokens[tokens != UNKNOWN]
    characters = int(verdicts.column("characters").sum(dtype=np.int64))
    cut, ended = int((cuts == 1).sum()), int((cuts != UNKNOWN).sum())
    return LanguagePrice(
        responses=responses,
        characters_mean=characters / responses if responses else 0.0,
        tokens_mean=int(tokens.sum(dtype=np.int64)) / len(tokens) if len(tokens) else None,
        tokens_median=float(np.median(tokens)) if len(tokens) else None,
        responses_with_tokens=len(tokens),
        cut=Rate(count=cut, total=ended, skipped=responses - ended),
        loops=loops,
    )


def joined_price(prices: Sequence[LanguagePrice]) -> LanguagePrice:
    """The price of several groups of responses together; a median is not known of them."""
    responses = sum(one.responses for one in prices)
    with_tokens = sum(one.responses_with_tokens for one in prices)
    characters = math.fsum(one.characters_mean * one.responses for one in prices)
    tokens = math.fsum((one.tokens_mean or 0.0) * one.responses_with_tokens for one in prices)
    nothing = Rate(count=0, total=0)
    return LanguagePrice(
        responses=responses,
        characters_mean=characters / responses if responses else 0.0,
        tokens_mean=tokens / with_tokens if with_tokens else None,
        tokens_median=prices[0].tokens_median if len(prices) == 1 else None,
        responses_with_tokens=with_tokens,
        cut=sum((one.cut for one in prices), nothing),
        loops=sum((one.loops for one in prices), nothing),
    )


def price_cells(label: str, price: LanguagePrice) -> list[str | int]:
    """One row of a table of prices."""
    return [
        label,
        price.responses,
        *("–" if value is None else f"{value:,.0f}" for value in (price.tokens_mean, price.tokens_median)),
        f"{price.characters_mean:,.0f}",
        *(percent(rate.value) for rate in (price.cut, price.loops)),
    ]
