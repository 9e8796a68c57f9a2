"""Marks that a whole data set leaves out: its convention, said once and not counted against each row.

Translations of GSM8K are often published without its `####` line or its calculator marks. That no translation
has the mark is a fact about the data set; that one of them lacks it is a fault of that row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from parallelize.stages.audit.rows import AuditInput, AuditRow
from parallelize.text.answers import final_answer

__all__ = ["with_conventions"]

_FEWEST_ROWS: Final = 8
"""Rows whose source has a mark before its absence can be a convention."""
_STRAY_SHARE: Final = 0.01
"""Translations that may have it nevertheless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ConventionMark:
    """Something that a source has and a data set of translations may do without."""

    name: str
    sign: str
    """Every text with the mark has it."""
    pattern: re.Pattern[str]


_MARKS: Final = (
    _ConventionMark(
        name="`#### answer`", sign="####", pattern=re.compile(r"\n?^[ \t]*####[^\n]*$", re.MULTILINE)
    ),
    _ConventionMark(name="`<<calculation>>`", sign="<<", pattern=re.compile(r"<<[^<>\n]{1,200}>>")),
)


def with_conventions(opened: AuditInput, language: str) -> AuditInput:
    """The same data set, its sources without the marks that no translation has, and what to say of them.

    Args:
        opened: read once more, from the first row to the last.
        language: code of the target language.
    """
    in_sources, in_targets = _counted(opened.rows())
    left = tuple(
        mark
        for mark in _MARKS
        if in_sources[mark.name] >= _FEWEST_ROWS
        and in_targets[mark.name] <= _STRAY_SHARE * in_sources[mark.name]
    )
    if not left:
        return opened
    said = tuple(
        f"no translation has {mark.name}, and {in_sources[mark.name]} sources do: "
        "taken for a convention of this data set, not for a fault of each row"
        for mark in left
    )
    return replace(opened, rows=_without(opened.rows, left, language), conventions=said)


def _counted(rows: Iterable[AuditRow]) -> tuple[Counter[str], Counter[str]]:
    """Rows whose source has each mark, and those of them whose translation has it, too."""
    in_sources: Counter[str] = Counter()
    in_targets: Counter[str] = Counter()
    for row in rows:
        for mark in _MARKS:
            having = [target for _, source, target in row.texts if source and mark.pattern.search(source)]
            in_sources[mark.name] += bool(having)
            in_targets[mark.name] += any(mark.sign in target for target in having)
    return in_sources, in_targets


def _without(
    rows: Callable[[], Iterator[AuditRow]], marks: Iterable[_ConventionMark], language: str
) -> Callable[[], Iterator[AuditRow]]:
    def read() -> Iterator[AuditRow]:
        for row in rows():
            yield _bare(row, marks, language)

    return read


def _bare(row: AuditRow, marks: Iterable[_ConventionMark], language: str) -> AuditRow:
    texts, announced = [], row.answer
    for path, source, target in row.texts:
        plain = source
        for mark in marks:
            if plain is not None and mark.sign in plain and mark.sign not in target:
                plain = mark.pattern.sub("", plain)
        if plain is not None and source is not None and plain != source:
            plain = plain.strip()
            if "####" in source and "####" not in plain and final_answer(target, language) is None:
                announced = None  # nobody is asked to announce what the data set never announces
        texts.append((path, plain, target))
    return replace(row, texts=tuple(texts), answer=announced)
