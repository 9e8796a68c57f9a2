"""What an answer costs in a language: tokens, length, responses cut at the limit, loops of the decoder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from parallelize.core.rates import Rate
from parallelize.evaluation.verdict_table import UNKNOWN, VerdictTable

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
    characters: float
    """Mean length of a response, thinking included."""
    tokens: float | None
    """Mean of the tokens written, over the responses that say how many; None where none does."""
    median_tokens: float | None
    with_tokens: int
    """Responses that say how many tokens they are."""
    cut: Rate
    """Responses that stopped at the output limit, of those that say why they stopped."""
    loops: Rate
    """Responses that are a decoder's loop or words in no order, of those that have any text."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "responses": self.responses,
            "characters_mean": self.characters,
            "tokens_mean": self.tokens,
            "tokens_median": self.median_tokens,
            "responses_with_tokens": self.with_tokens,
            "cut": self.cut.as_dict(),
            "loops": self.loops.as_dict(),
        }

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> LanguagePrice:
        """Read a price that `as_dict` wrote."""
        return cls(
            responses=found["responses"],
            characters=found["characters_mean"],
            tokens=found["tokens_mean"],
            median_tokens=found["tokens_median"],
            with_tokens=found["responses_with_tokens"],
            cut=Rate(**{name: found["cut"][name] for name in ("count", "total", "skipped")}),
            loops=Rate(**{name: found["loops"][name] for name in ("count", "total", "skipped")}),
        )


def price_of(verdicts: VerdictTable, loops: Rate) -> LanguagePrice:
    """The price of some responses; `loops` is what the tally of their language says of them."""
    responses, tokens, cuts = len(verdicts), verdicts.column("tokens"), verdicts.column("cut")
    tokens = tokens[tokens != UNKNOWN]
    cut, ended = int((cuts == 1).sum()), int((cuts != UNKNOWN).sum())
    return LanguagePrice(
        responses=responses,
        characters=int(verdicts.column("characters").sum(dtype=np.int64)) / responses if responses else 0.0,
        tokens=int(tokens.sum(dtype=np.int64)) / len(tokens) if len(tokens) else None,
        median_tokens=float(np.median(tokens)) if len(tokens) else None,
        with_tokens=len(tokens),
        cut=Rate(count=cut, total=ended, skipped=responses - ended),
        loops=loops,
    )


def joined_price(prices: Sequence[LanguagePrice]) -> LanguagePrice:
    """The price of several groups of responses together; a median is not known of them."""
    responses = sum(one.responses for one in prices)
    with_tokens = sum(one.with_tokens for one in prices)
    length = math.fsum(one.characters * one.responses for one in prices)
    tokens = math.fsum((one.tokens or 0.0) * one.with_tokens for one in prices)
    nothing = Rate(count=0, total=0)
    return LanguagePrice(
        responses=responses,
        characters=length / responses if responses else 0.0,
        tokens=tokens / with_tokens if with_tokens else None,
        median_tokens=prices[0].median_tokens if len(prices) == 1 else None,
        with_tokens=with_tokens,
        cut=sum((one.cut for one in prices), nothing),
        loops=sum((one.loops for one in prices), nothing),
    )


def price_cells(label: str, price: LanguagePrice) -> list[str | int]:
    """One row of a table of prices."""
    return [
        label,
        price.responses,
        *("–" if value is None else f"{value:,.0f}" for value in (price.tokens, price.median_tokens)),
        f"{price.characters:,.0f}",
        *("–" if rate.value is None else f"{100 * rate.value:.1f} %" for rate in (price.cut, price.loops)),
    ]
