"""Bad rows to try thresholds on: good rows damaged on purpose, and rows that somebody labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from parallelize.core.errors import InputError
from parallelize.stages.audit.rows import AuditRow
from parallelize.stages.damage import DAMAGES, Specimen

__all__ = ["SpoiltRow", "label_of", "spoil"]

_OTHERS = 12
"""Other rows that a damage may draw on."""
_GOOD = frozenset({"good", "true", "1", "yes", "keep"})
_BAD = frozenset({"bad", "false", "0", "no", "drop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoiltRow:
    """A row that is known to be bad."""

    kind: str
    """Name of the damage."""
    row: AuditRow


def label_of(row: AuditRow) -> bool:
    """Whether a row is labelled good.

    Raises:
        InputError: the label is neither good nor bad.
    """
    said = str(row.label).strip().lower()
    if said in _GOOD:
        return True
    if said in _BAD:
        return False
    raise InputError(
        f"row {row.id}: the label is {row.label!r}",
        remedy="write good or bad (true or false, 1 or 0, yes or no, keep or drop)",
    )


def spoil(rows: Sequence[AuditRow], language: str, *, most: int, seed: int) -> Iterator[SpoiltRow]:
    """Damage good rows in every way that `stages.damage` knows.

    Args:
        rows: good rows with a source, in one language; of rows with several texts the longest is damaged.
        language: code of that language.
        most: rows to damage in each way, at most.
        seed: decides which rows, and how they are damaged.

    Yields:
        Damaged rows, way by way; those that a way cannot be done to, or does not change, are left out.
    """
    for name, damage in DAMAGES.items():
        rng = Random(f"{seed}:{name}")
        left = most
        for index in rng.sample(range(len(rows)), len(rows)):
            if not left:
                break
            row = rows[index]
            place = max(range(len(row.texts)), key=lambda number: len(row.texts[number][2]))
            path, source, target = row.texts[place]
            specimen = Specimen(
                source=source or "", target=target, language=language, others=_others(rows, index, place, rng)
            )
            damaged = damage.apply(specimen, rng)
            if damaged is None or damaged == target:
                continue
            texts = (*row.texts[:place], (path, source, damaged), *row.texts[place + 1 :])
            left -= 1
            yield SpoiltRow(kind=name, row=replace(row, texts=texts))


def _others(rows: Sequence[AuditRow], index: int, place: int, rng: Random) -> list[tuple[str, str]]:
    found = []
    for other in rng.sample(range(len(rows)), min(_OTHERS, len(rows))):
        if other != index and place < len(rows[other].texts):
            _, source, target = rows[other].texts[place]
            found.append((source or "", target))
    return found
