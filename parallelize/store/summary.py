"""`summary.json`: what became of the rows of a run, by language. Beside the corpus, never in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from parallelize.core.work import Work
from parallelize.store.json_files import read_typed, write_typed
from parallelize.store.manifest import SourceRows
from parallelize.store.strict import STRICT, Count

if TYPE_CHECKING:
    from parallelize.store.run import RunDirectory

__all__ = [
    "AttemptFigures",
    "CorpusSimilarity",
    "CoverageCounts",
    "Histogram",
    "LanguageFigures",
    "Spread",
    "Summary",
    "WorkFigures",
    "read_summary",
    "write_summary",
]

Quantile = Literal["min", "p05", "p25", "p50", "p75", "p95", "max"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Histogram:
    """Values counted in bins of equal width; both empty where all values are the same."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    """One more than there are bins."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Spread:
    """How the values of one measure are distributed over the rows of a language, dropped ones included."""

    measured: Count
    """Rows that have a value."""
    mean: float
    min: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    max: float
    histogram: Histogram

    def at(self, quantile: Quantile) -> float:
        """The value at a quantile; `p50` is the median."""
        value: float = getattr(self, quantile)
        return value


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CorpusSimilarity:
    """Kept source texts against their translations back, as one corpus, by sacreBLEU."""

    rows: Count
    """Kept rows that were compared."""
    texts: Count
    bleu: float
    """0 to 100."""
    bleu_signature: str
    """How sacreBLEU computed it; figures with other signatures do not compare."""
    chrf: float
    """chrF++, 0 to 100."""
    chrf_signature: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AttemptFigures:
    """What one rung of the repair ladder did for a language."""

    tried: Count
    """Segments that it was tried on."""
    passed: Count
    """Of these, segments whose reply passed the gates of segments."""
    won: Count
    """Segments whose text it gave."""
    calls: Count
    source_words: Count
    input_tokens: Count | None
    """None: the engine counts none."""
    output_tokens: Count | None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WorkFigures:
    """Calls of engines in the two directions of a language."""

    forward: Work
    back: Work


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LanguageFigures:
    """One language; `rows_in == kept + dropped`."""

    rows_in: Count
    kept: Count
    dropped: Count
    reasons: Mapping[str, Count]
    """Dropped rows by reason; a row may have several."""
    reasons_alone: Mapping[str, Count]
    """Dropped rows that had this reason only."""
    reasons_together: Mapping[str, Count]
    """Dropped rows by all their reasons, joined by ` + `, the most frequent first."""
    segments: Count
    copied_segments: Count
    """Segments without language in them, which no engine saw."""
    rungs: Mapping[str, Count]
    """Segments by the rung whose text they have; rungs that won none are left out."""
    attempts: Mapping[str, AttemptFigures]
    work: WorkFigures
    source_words: Count
    scores: Mapping[str, Spread]
    """By measure, in the order of the table of measures."""
    similarity: CorpusSimilarity | None = None
    """None: nothing was translated back, or nothing kept."""
    read_by_people: Count = 0
    """Rows whose verdict is that of people who read them."""

    @property
    def kept_share(self) -> float | None:
        """Kept rows of all rows that were translated; None of nothing."""
        return self.kept / self.rows_in if self.rows_in else None

    @property
    def sent_segments(self) -> int:
        """Segments that an engine translated."""
        return self.segments - self.copied_segments

    @property
    def frequent_reasons(self) -> list[tuple[str, int]]:
        """(reason, rows), the most frequent first."""
        return sorted(self.reasons.items(), key=lambda item: -item[1])


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CoverageCounts:
    """How many ids were kept in how many languages."""

    kept_in_languages: Mapping[str, Count]
    """Ids by number of languages, which JSON writes as text."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Summary:
    """What became of the rows of a run."""

    source: SourceRows
    languages: Mapping[str, LanguageFigures]
    coverage: CoverageCounts
    parallel_rows: Count
    """Rows of the view that has all languages side by side."""
    files: Mapping[str, str] = field(default_factory=dict)
    """sha256 of the files beside the corpus that belong to it (`coverage.parquet`, `rejects/…`), by path."""


def write_summary(run: RunDirectory, summary: Summary) -> None:
    """Write `summary.json` of a run.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    write_typed(run.summary, summary)


def read_summary(run: RunDirectory) -> Summary:
    """Read `summary.json` of a run.

    Raises:
        InputError: it is missing or damaged; the message names the field.
    """
    return read_typed(run.summary, Summary)
