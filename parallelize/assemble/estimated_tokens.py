"""Tokens that an estimate counts on: of source rows, of their translations, and of what prompts add."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parallelize.assemble.engines import prompt_profile
from parallelize.core.engine_options import EngineOptions, PromptedTable
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language, nearest
from parallelize.metrics import token_ratios
from parallelize.metrics.lengths import expected_log_ratio
from parallelize.stages.pilot_figures import Scale
from parallelize.stages.planning import Range
from parallelize.text.prompts import PromptInput, render
from parallelize.text.protect import prose
from parallelize.text.segment import split

__all__ = ["SourceRow", "estimated_tokens", "source_row", "tokens_around"]

CountTokens = Callable[[str], int]
_UNKNOWN_SCRIPT = Range(low=0.28, mid=0.8, high=1.7)
"""Tokens for each character of scripts that were not measured: as far apart as the Indic ones are."""
_CPU_SEGMENT_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """What one source row asks of engines: calls, words and characters."""

    calls: int
    words: int
    prose: int
    """Characters of prose that are sent."""
    formulas: int
    """Characters of formulas and code among them."""
    tokens: int | None
    """Of what is sent, by the tokenizer that was given."""


def source_row(
    texts: Iterable[str],
    options: EngineOptions,
    *,
    segment_chars: int | None,
    count_tokens: CountTokens | None,
) -> SourceRow:
    """What the texts of a row, or what stands inside of them, ask of the engine of these options.

    Args:
        texts: that are sent, whole.
        segment_chars: characters of a segment that the recipe wants; None: as the engine does.
    """
    chars, multiline = _shape(options)
    pieces = [
        piece.text
        for text in texts
        for piece in split(text, segment_chars=segment_chars or chars, multiline=multiline)
        if piece.send
    ]
    words = [len(prose(text)) for text in pieces]
    return SourceRow(
        calls=len(pieces),
        words=sum(text.count(" ") + 1 for text in pieces),
        prose=sum(words),
        formulas=max(0, sum(map(len, pieces)) - sum(words)),
        tokens=None if count_tokens is None else sum(map(count_tokens, pieces)),
    )


def _shape(options: EngineOptions) -> tuple[int, bool]:
    """Characters of a segment, and whether it may have several lines."""
    if isinstance(options, PromptedTable):
        return options.segment_chars, prompt_profile(options).multiline
    return _CPU_SEGMENT_CHARS, False


def estimated_tokens(
    rows: Sequence[SourceRow], scale: Scale, source: str, code: str, count_tokens: CountTokens | None
) -> Range:
    """Tokens of the texts of all rows, in their own language or translated."""
    if code == source and count_tokens is not None:
        return scale.up([row.tokens or 0 for row in rows])
    ratio = _per_character(code)
    longer = math.exp(expected_log_ratio(LanguagePair(source, code)))
    prose_chars, formula_chars = (
        scale.up([row.prose for row in rows]),
        scale.up([row.formulas for row in rows]),
    )
    low, mid, high = token_ratios.FORMULAS
    return prose_chars.times(longer) * ratio + formula_chars * Range(low=low, mid=mid, high=high)


def _per_character(code: str) -> Range:
    found = nearest(token_ratios.LANGUAGES, code, same_script=True) or token_ratios.SCRIPTS.get(
        language(code).script
    )
    return _UNKNOWN_SCRIPT if found is None else Range(low=found[0], mid=found[1], high=found[2])


def tokens_around(
    options: PromptedTable, from_: str, to: str, count_tokens: CountTokens | None
) -> tuple[float, float]:
    """Tokens that a prompt adds to each text, and an envelope to each reply; without a chat template's."""
    profile = prompt_profile(options)
    prompt = render(profile, PromptInput(text="", source=language(from_), target=language(to)))
    words = "".join(message.text for message in prompt.messages)
    marks = f"{prompt.envelope.reply_open}\n\n{prompt.envelope.reply_close}"
    count = count_tokens or (lambda text: round(len(text) * _per_character("en").mid))
    return count(words), count(marks) if profile.reply == "envelope" else 0
