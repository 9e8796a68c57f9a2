"""The first screen of a report: a verdict in a sentence, a card a language, three rows, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parallelize.core.languages import language
from parallelize.core.messages import and_list, several
from parallelize.report.fact_types import CorpusFacts
from parallelize.report.judged import JudgedRows
from parallelize.report.rows import SampleRow, SampleText
from parallelize.report.samples import Choice
from parallelize.report.wording import ROUND_TRIP, kept_words, reason_words, round_trip_words
from parallelize.store.summary import LanguageFigures, Summary

__all__ = [
    "FirstScreen",
    "LanguageCard",
    "NextStep",
    "first_row",
    "first_screen",
    "telling_rows",
    "weakest_language",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCard:
    """One language at a glance."""

    code: str
    name: str
    rows_in: int
    kept: int
    dropped: int
    quality: float | None
    """Median similarity of source and back-translation (chrF, 0–100)."""
    quality_words: str
    reason: str | None
    """The most frequent reason; None: nothing was dropped."""
    reason_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something to do with the run, and the command for it."""

    what: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRow:
    """A row, and the text of it to read first."""

    heading: str
    row: SampleRow
    text: SampleText


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScreen:
    """What the first screen shows."""

    verdict: str
    meaning: str
    """What kept means, and who has read it."""
    cards: Sequence[LanguageCard]
    shown: str
    """Code of the language that the rows are of."""
    rows: Sequence[FirstRow]
    steps: Sequence[NextStep]


def first_screen(facts: CorpusFacts, summary: Summary, shown: str, rows: Sequence[FirstRow]) -> FirstScreen:
    """Put a run into one screen.

    Args:
        shown: code of the language that `rows` are of.
        rows: those that tell most.
    """
    return FirstScreen(
        verdict=_verdict(facts, summary),
        meaning=kept_words(summary),
        cards=[_card(code, figures) for code, figures in summary.languages.items()],
        shown=shown,
        rows=rows,
        steps=_steps(facts, summary),
    )


def _verdict(facts: CorpusFacts, summary: Summary) -> str:
    rows_in = sum(item.rows_in for item in summary.languages.values())
    kept = sum(item.kept for item in summary.languages.values())
    names = [language(code).name for code in summary.languages]
    where = and_list(names) if len(names) <= 4 else several(len(names), "language")
    share = f"{100 * kept / rows_in:.1f} %" if rows_in else "None"
    return (
        f"{share} of the rows were kept ({kept:,} of {rows_in:,}), translated into {where} by "
        f"{and_list(facts.engine_classes) if facts.engine_classes else 'no engine'}."
    )


def _card(code: str, figures: LanguageFigures) -> LanguageCard:
    quality, words = round_trip_words(figures)
    reason, count = figures.frequent_reasons[0] if figures.reasons else (None, 0)
    return LanguageCard(
        code=code,
        name=language(code).name,
        rows_in=figures.rows_in,
        kept=figures.kept,
        dropped=figures.dropped,
        quality=quality,
        quality_words=words,
        reason=reason,
        reason_rows=count,
    )


def _steps(facts: CorpusFacts, summary: Summary) -> list[NextStep]:
    steps = [
        NextStep(what="Have people read a hundred rows", command="parallelize review RUN --rows 100"),
        NextStep(what="Judge more strictly, in seconds", command="parallelize judge RUN --min-chrf 60"),
    ]
    dropped = any(item.dropped for item in summary.languages.values())
    if dropped:
        steps.append(NextStep(what="See the dropped rows with all their texts", command="ls RUN/rejects"))
    steps.append(NextStep(what="Make training files", command="parallelize export RUN --format messages"))
    if facts.license is None:
        steps.append(
            NextStep(what="Publishing needs a licence", command='license = "…"  # [corpus] in the recipe')
        )
    else:
        steps.append(
            NextStep(
                what="See what would be published", command="parallelize push RUN --repo ORG/NAME --dry-run"
            )
        )
    return steps


def weakest_language(summary: Summary) -> str:
    """The language to look at first: the lowest median of the round trip, else the smallest share kept."""

    def rank(item: tuple[str, LanguageFigures]) -> tuple[float, float]:
        quality, _ = round_trip_words(item[1])
        return (101.0 if quality is None else quality, item[1].kept_share or 0.0)

    return min(summary.languages.items(), key=rank)[0]


def telling_rows(rows: JudgedRows, figures: LanguageFigures) -> list[tuple[str, Choice]]:
    """The median kept row, the worst kept row and a dropped one, as far as there are such."""
    found: list[tuple[str, Choice]] = []
    kept = np.flatnonzero(rows.fates.kept)
    values = rows.scores.get(ROUND_TRIP)
    if len(kept) and values is not None and np.isfinite(values[kept]).any():
        # A row without prose was not translated back; it stands at neither end.
        measured = kept[np.isfinite(values[kept])]
        order = measured[np.argsort(values[measured], kind="stable")]
        found.append(("A typical row: the median of what was kept", _choice(int(order[len(order) // 2]))))
        if len(order) > 1:
            found.append(("The worst that was kept", _choice(int(order[0]))))
    elif len(kept):
        found.append(("A row that was kept", _choice(int(kept[len(kept) // 2]))))
    if figures.reasons:
        reason = figures.frequent_reasons[0][0]
        dropped = np.flatnonzero(rows.fates.dropped_for(reason))
        if len(dropped):
            found.append((f"A dropped row: {reason_words(reason)}", _choice(int(dropped[0]))))
    return found


def _choice(row: int) -> Choice:
    return Choice(row=row, why=())


def first_row(heading: str, row: SampleRow) -> FirstRow:
    """A row with the text to read first: one that was out of bounds, else its first."""
    failed = [where.partition("#")[0] for _, _, out, where, _ in row.scores if out and where]
    text = next((text for text in row.texts if text.path in failed), row.texts[0])
    return FirstRow(heading=heading, row=row, text=text)
