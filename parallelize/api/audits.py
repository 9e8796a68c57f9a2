"""`parallelize.audit`: verdicts on a data set that was translated already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from parallelize.api.data import data_file
from parallelize.assemble.scorers import translation_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.thresholds import Thresholds
from parallelize.stages.audit import (
    AuditedRow,
    AuditJob,
    FieldNames,
    audit_rows,
    open_audit,
    with_conventions,
)

__all__ = ["AuditResult", "audit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The verdicts on a data set that was translated already."""

    language: str
    rows: tuple[AuditedRow, ...]
    thresholds: Thresholds

    @property
    def kept(self) -> int:
        """Rows that passed every gate."""
        return sum(row.verdict.kept for row in self.rows)

    @property
    def reasons(self) -> dict[str, int]:
        """Dropped rows by reason, the most frequent first; a row may have several."""
        found = Counter(reason.value for row in self.rows for reason in row.verdict.reasons)
        return dict(found.most_common())

    def judged_by(self, **thresholds: float | None) -> AuditResult:
        """The same rows under other thresholds (None: no gate); nothing is measured again."""
        bounds = Thresholds.of({**self.thresholds, **thresholds})
        rows = tuple(replace(row, verdict=bounds.judge(row.scores)) for row in self.rows)
        return replace(self, rows=rows, thresholds=bounds)

    def table(self) -> pl.DataFrame:
        """One line a row: id, kept, reasons, a column for each score."""
        lines = [row.as_dict() for row in self.rows]
        return pl.DataFrame(
            [
                {"id": line["id"], "kept": line["kept"], "reasons": line["reasons"], **line["scores"]}
                for line in lines
            ],
            infer_schema_length=None,
        )


def audit(
    pairs: Any,
    lang: str,
    *,
    source_lang: str = "en",
    source: str | Sequence[str] = (),
    target: str | Sequence[str] = (),
    thresholds: Mapping[str, float | None] | None = None,
    measures: Collection[str] = (),
    processes: int = 1,
) -> AuditResult:
    """Gate a data set that is translated already; says why for each row. Needs no model.

    Args:
        pairs: file, table, `datasets.Dataset` or list of dicts with sources and translations in columns.
        lang: language that the translations are meant to be in.
        source_lang: language of the sources.
        source: columns of the sources; found by their names if not given.
        target: columns of the translations, in the same order.
        thresholds: measure → bound, None for no gate.
        measures: names of those that are wanted; none: all. A few cheap ones are many times as fast.
        processes: processes that score.

    Raises:
        InputError: a file, a column, a language or a measure is wrong.
    """
    code, bounds = language(lang).code, Thresholds.of(thresholds)
    job = AuditJob(
        languages=LanguagePair(language(source_lang).code, code),
        thresholds=bounds,
        measures=tuple(measures),
    )
    names = FieldNames(source=_names(source), target=_names(target))
    with data_file(pairs) as path:
        opened = with_conventions(open_audit(path, code, names=names), code)
        scorer = partial(translation_scorer, job.measures)
        rows = tuple(audit_rows(opened.rows(), job, scorer, processes=processes))
    return AuditResult(language=code, rows=rows, thresholds=bounds)


def _names(columns: str | Sequence[str]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns)
