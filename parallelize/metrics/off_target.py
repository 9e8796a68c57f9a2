"""Off-target responses: the parts of a response, what each is judged to be, and the rates over many.

A rate is off / (on + off). Whatever could not be judged is counted beside it and is never taken for
either: an empty answer does not pass, and a response that was cut is not silently dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from parallelize.core.rates import Rate
from parallelize.metrics.foreign import ForeignSpan
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.text.thinking import ResponsePart, SplitResponse

__all__ = [
    "PartStatus",
    "PartTally",
    "PartVerdict",
    "early_status",
    "status_of",
    "tally",
]


class PartStatus(StrEnum):
    """What a part was found to be; exactly one for each part of each response."""

    ON = "on"
    """In the language asked for."""
    OFF = "off"
    """In another language."""
    UNDETERMINED = "undetermined"
    """Too little prose to say, or identifiers that disagree."""
    EMPTY = "empty"
    """Nothing but white space and invisible characters."""
    DEGENERATE = "degenerate"
    """A decoder's loop, or words in no order: in no language, and no response."""
    TRUNCATED = "truncated"
    """Cut at the output limit (finish reason `length`)."""
    UNFINISHED = "unfinished"
    """The thinking never closed, so there is no answer."""
    ABSENT = "absent"
    """A response that does not think has no thinking part."""


def early_status(
    split: SplitResponse, part: ResponsePart, *, cut: bool, judge_cut: bool
) -> PartStatus | None:
    """The status of a part that needs no vote; None where its language is to be judged.

    Args:
        split: the response.
        part: which part of it.
        cut: whether the response was cut at the output limit.
        judge_cut: judge the language of what was cut like any other text, instead of counting it apart.
    """
    text = split.text(part)
    if text is None:
        return PartStatus.UNFINISHED if part is ResponsePart.ANSWER else PartStatus.ABSENT
    if not _visible(text):
        return PartStatus.EMPTY
    if cut and not judge_cut:
        last = ResponsePart.THINKING if split.unfinished else ResponsePart.ANSWER
        return PartStatus.TRUNCATED if part in (last, ResponsePart.RESPONSE) else None
    return None


def _visible(text: str) -> bool:
    return bool(text.strip(_INVISIBLE)) if text[:1] in _INVISIBLE else bool(text)


_FORMAT = "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
_INVISIBLE = "".join((*map(chr, range(0x21)), *_FORMAT, "\x7f\x85\xa0\u3000"))
_OF_VOTE: Mapping[Status, PartStatus] = {
    Status.ON: PartStatus.ON,
    Status.OFF: PartStatus.OFF,
    Status.UNDETERMINED: PartStatus.UNDETERMINED,
}


def status_of(vote: LanguageVote) -> PartStatus:
    """The status that a vote gives a part."""
    return _OF_VOTE[vote.status]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartVerdict:
    """One part of one response, judged."""

    status: PartStatus
    language: str | None = None
    """The language it is in, where named."""
    evidence: str = ""
    """Script shares and opinions of the identifiers."""
    foreign_share: float | None = None
    """Share of letters in foreign spans in the worst window, in [0, 1]; None: not measured."""
    english_share: float | None = None
    """Share of letters in English spans, in [0, 1]; None: not measured, or English was asked for."""
    spans: tuple[ForeignSpan, ...] = ()
    """Foreign spans of `prose`."""
    prose: str = ""
    """What the spans are in: the part without formulas and code. Empty without spans."""
    lines_on: int | None = None
    """Lines in the language asked for; None where lines were not judged."""
    lines_off: int | None = None
    probability: float | None = None
    """Calibrated probability that it is in the language asked for; None: not measured, or too few letters."""

    @property
    def judged(self) -> bool:
        """Whether it is in the denominator of the off-target rate."""
        return self.status in {PartStatus.ON, PartStatus.OFF}

    @property
    def line_off(self) -> bool | None:
        """Whether any line is in another language; None where no line could be judged."""
        if self.lines_off is None or not self.lines_off + (self.lines_on or 0):
            return None
        return self.lines_off > 0

    def mixed(self, share: float = MIXED_SHARE) -> bool | None:
        """Whether a part that is on target holds foreign spans; None where that does not apply."""
        if self.status is not PartStatus.ON or self.foreign_share is None:
            return None
        return self.foreign_share >= share


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTally:
    """Counts of one part over many responses. Tallies add up."""

    counts: Mapping[PartStatus, int]
    """Every status is there; together they are all responses."""
    mixed: Rate
    """Parts with foreign spans, of the parts that are on target."""
    any_line: Rate
    """Parts with a line in another language, of those with a line that could be judged."""
    wrong_languages: Mapping[str, int] = field(default_factory=dict)
    """Off-target parts by language, most first; `unnamed` where only the script is known to be wrong."""
    english_total: float = 0.0
    """Sum of the English shares."""
    english_parts: int = 0
    """Parts whose English share was measured."""
    probability_total: float = 0.0
    """Sum of the probabilities that a part is in the language asked for."""
    probability_parts: int = 0
    """Parts that have one."""

    @property
    def total(self) -> int:
        """All responses, whatever became of them."""
        return sum(self.counts.values())

    @property
    def degenerate(self) -> Rate:
        """Degenerate parts, of those that have any text."""
        count = self.counts[PartStatus.DEGENERATE]
        nothing = sum(self.counts[s] for s in (PartStatus.EMPTY, PartStatus.ABSENT, PartStatus.UNFINISHED))
        return Rate(count=count, total=self.total - nothing, skipped=nothing)

    @property
    def off_target(self) -> Rate:
        """off / (on + off), with all others as skipped."""
        off = self.counts[PartStatus.OFF]
        judged = off + self.counts[PartStatus.ON]
        return Rate(count=off, total=judged, skipped=self.total - judged)

    @property
    def english_share(self) -> float | None:
        """Mean English share over parts, in [0, 1]; None if it was measured nowhere."""
        return self.english_total / self.english_parts if self.english_parts else None

    @property
    def probability(self) -> float | None:
        """Mean probability of being in the language asked for, in [0, 1]; None where it was not measured."""
        return self.probability_total / self.probability_parts if self.probability_parts else None

    def __add__(self, other: PartTally) -> PartTally:
        wrong = Counter(self.wrong_languages) + Counter(other.wrong_languages)
        return PartTally(
            counts={status: self.counts[status] + other.counts[status] for status in PartStatus},
            mixed=self.mixed + other.mixed,
            any_line=self.any_line + other.any_line,
            wrong_languages=dict(wrong.most_common()),
            english_total=self.english_total + other.english_total,
            english_parts=self.english_parts + other.english_parts,
            probability_total=self.probability_total + other.probability_total,
            probability_parts=self.probability_parts + other.probability_parts,
        )


def tally(
    verdicts: Mapping[PartVerdict, int],
    *,
    english: tuple[float, int] = (0.0, 0),
    probability: tuple[float, int] = (0.0, 0),
) -> PartTally:
    """Count the verdicts on one part of many responses.

    Args:
        verdicts: how often each was given.
        english: the sum of the English shares, and how many were measured.
        probability: the same of the probabilities of being in the language asked for.
    """
    found: Counter[PartStatus] = Counter()
    wrong: Counter[str] = Counter()
    mixes: Counter[bool | None] = Counter()
    lines: Counter[bool | None] = Counter()
    for verdict, count in verdicts.items():
        found[verdict.status] += count
        if verdict.status is PartStatus.OFF:
            wrong[verdict.language or "unnamed"] += count
        mixes[verdict.mixed()] += count
        lines[verdict.line_off] += count
    total = sum(verdicts.values())
    return PartTally(
        counts={status: found[status] for status in PartStatus},
        mixed=Rate(count=mixes[True], total=total - mixes[None], skipped=mixes[None]),
        any_line=Rate(count=lines[True], total=total - lines[None], skipped=lines[None]),
        wrong_languages=dict(wrong.most_common()),
        english_total=english[0],
        english_parts=english[1],
        probability_total=probability[0],
        probability_parts=probability[1],
    )
