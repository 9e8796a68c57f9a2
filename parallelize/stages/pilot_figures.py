"""What the rows of a pilot cost, scaled up to the whole source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parallelize.core.verdicts import Verdict
from parallelize.core.work import Work, total
from parallelize.metrics.statistics import wilson
from parallelize.stages.ladder import CONFIGURED, OTHER_ENGINE
from parallelize.stages.plan_figures import DirectionPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import LEVEL, Range, scale_up
from parallelize.store.tables import TranslatedRow

__all__ = ["Scale", "language_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The rows that were looked at, and all of them."""

    sizes: tuple[int, ...]
    """Characters of each row looked at, in order."""
    total_size: int
    rows: int
    """All rows."""

    def up(self, values: Sequence[float]) -> Range:
        """The sum over all rows of what has these values in the rows looked at."""
        return scale_up(values, self.sizes, self.total_size, everything=len(self.sizes) == self.rows)


def language_plan(
    code: str,
    rows: Sequence[tuple[TranslatedRow, Verdict]],
    scale: Scale,
    engines: Mapping[str, EngineSpeed],
    *,
    attempts: int,
    count_tokens: Callable[[str], int] | None = None,
) -> LanguagePlan:
    """Figures of one language.

    Args:
        code: of the language.
        rows: the pilot's rows with their verdicts, in the order of `scale.sizes`.
        scale: the rows in relation to all of them.
        engines: by direction: `forward`, and `repair` and `back` where there are any.
        attempts: most attempts for a segment with one engine.
        count_tokens: of a text, by a tokenizer that was given.
    """
    more = 1.0 if len(rows) == scale.rows else 1.0 + _unseen_repairs([row for row, _ in rows], attempts)
    work = {name: [_work(row, name) for row, _ in rows] for name in engines}
    kept = sum(verdict.kept for _, verdict in rows)
    interval = wilson(kept, len(rows), level=LEVEL)
    tokens = None if count_tokens is None else [sum(map(count_tokens, _sources(row))) for row, _ in rows]
    there = [total(parts) for parts in zip(*(work[name] for name in work if name != "back"), strict=True)]
    return LanguagePlan(
        code=code,
        directions=tuple(
            _direction(name, parts, scale, engines[name], more if name == "forward" else 1.0)
            for name, parts in work.items()
        ),
        attempts_per_segment=_ratio(
            [sum(rung.tried for rung in row.rungs) for row, _ in rows],
            [row.segments - row.copied for row, _ in rows],
        )
        or Range.exact(0.0),
        output_tokens_per_source_word=_per(there, [row.source_words for row, _ in rows]),
        output_tokens_per_source_token=None if tokens is None else _per(there, tokens),
        pilot_rows=len(rows),
        pilot_kept=kept,
        kept_share=None
        if interval is None
        else Range(low=interval.low, mid=kept / len(rows), high=interval.high),
        reasons=Counter(reason.value for _, verdict in rows for reason in verdict.reasons),
    )


def _work(row: TranslatedRow, direction: str) -> Work:
    if direction == "back":
        return row.back_work
    others = direction == "repair"
    return total(rung.work for rung in row.rungs if rung.rung.startswith(OTHER_ENGINE) == others)


def _sources(row: TranslatedRow) -> list[str]:
    return [text.source for text in row.texts]


def _unseen_repairs(rows: Sequence[TranslatedRow], attempts: int) -> float:
    """Attempts for each segment that a pilot may have missed, being small: repairs are rare and dear.

    The upper end of the share of segments that fail at first, less the share seen, times the most that
    each of them costs more.
    """
    sent = sum(row.segments - row.copied for row in rows)
    passed = sum(rung.passed for row in rows for rung in row.rungs if rung.rung == CONFIGURED)
    interval = wilson(sent - passed, sent, level=LEVEL)
    return 0.0 if interval is None else (interval.high - (sent - passed) / sent) * (attempts - 1)


def _direction(
    name: str, work: Sequence[Work], scale: Scale, engine: EngineSpeed, more: float
) -> DirectionPlan:
    """Figures of one direction; `more` stretches the upper ends."""

    def up(values: Sequence[int]) -> Range:
        found = scale.up(values)
        return Range(low=found.low, mid=found.mid, high=found.high * more)

    def tokens(counts: Sequence[int | None]) -> Range | None:
        return None if all(count is None for count in counts) else up([count or 0 for count in counts])

    words = up([part.source_words for part in work])
    outputs = tokens([part.output_tokens for part in work])
    return DirectionPlan(
        name=name,
        engine=engine.name,
        calls=up([part.calls for part in work]),
        source_words=words,
        input_tokens=tokens([part.input_tokens for part in work]),
        output_tokens=outputs,
        gpu_hours=engine.hours(words, outputs),
    )


def _per(work: Sequence[Work], amounts: Sequence[int]) -> Range | None:
    if all(part.output_tokens is None for part in work):
        return None
    return _ratio([part.output_tokens or 0 for part in work], amounts)


def _ratio(values: Sequence[int], amounts: Sequence[int]) -> Range | None:
    """Sum of values over sum of amounts; rows without any amount say nothing. None: no row has any."""
    pairs = [(value, amount) for value, amount in zip(values, amounts, strict=True) if amount]
    if not pairs:
        return None
    return scale_up([v for v, _ in pairs], [a for _, a in pairs], 1, everything=False)
