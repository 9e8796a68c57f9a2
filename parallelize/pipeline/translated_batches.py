"""Translated rows of a run in columns, some chunks at a time, in the order of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.translating import RecordChunk
from parallelize.store.run import RunDirectory
from parallelize.store.translated_columns import TranslatedColumns, read_translated_columns

__all__ = ["translated_batches"]

_TOGETHER_ROWS = 4_096
"""Rows that are judged and put into columns at once."""


def translated_batches(
    run: RunDirectory,
    chunks: Sequence[RecordChunk],
    languages: Sequence[LanguageState],
    *,
    verdicts_only: bool = False,
) -> Iterator[tuple[slice, dict[str, TranslatedColumns]]]:
    """Chunks that are read together, and their translations by language; see `read_translated_columns`.

    Raises:
        StorageFault: a chunk is missing or damaged.
    """
    paths = {state.code: state.whole_paths(run, chunks) for state in languages}
    start = rows = 0
    for place, chunk in enumerate(chunks):
        rows += chunk.rows
        if rows >= _TOGETHER_ROWS or place + 1 == len(chunks):
            here = slice(start, place + 1)
            yield (
                here,
                {
                    code: read_translated_columns(found[here], verdicts_only=verdicts_only)
                    for code, found in paths.items()
                },
            )
            start, rows = place + 1, 0
