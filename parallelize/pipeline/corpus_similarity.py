"""Corpus-level BLEU and chrF++ of a language, by sacreBLEU: the figures people compare, with signatures.

What is compared is the source and the translation translated back, so it says how much comes back, not how
good a translation is; the gates use figures of rows (`metrics/similarity.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parallelize.pipeline.translating import RecordChunk
from parallelize.store.summary import CorpusSimilarity
from parallelize.store.tables import TextPair, read_translated

__all__ = ["back_translation_similarity"]

_ROWS = 500
"""Kept rows that are compared, at even distances: the figure moves by less than a point beyond."""
_CHARACTERS = 100_000
"""Of source texts at most: sacreBLEU counts a million n-grams for that, about a second."""


def back_translation_similarity(
    chunks: Sequence[RecordChunk], paths: Sequence[Path], kept: npt.NDArray[np.bool_]
) -> CorpusSimilarity | None:
    """Compare kept source texts with their translations back; None where nothing was translated back.

    Args:
        paths: their translated chunks, in the same order.

    Raises:
        StorageFault: a chunk is missing or damaged.
    """
    places = np.flatnonzero(kept)
    step = max(1, -(-len(places) // _ROWS))
    sources: list[str] = []
    backs: list[str] = []
    rows = size = 0
    for texts in _texts(chunks, paths, set(places[::step].tolist())):
        pairs = [(item.source, item.back) for item in texts if item.back is not None]
        size += sum(len(source) for source, _ in pairs)
        if rows and size > _CHARACTERS:
            break
        sources += [source for source, _ in pairs]
        backs += [back for _, back in pairs]
        rows += bool(pairs)
    if not sources:
        return None
    # Read here, not with the module: it is needed once, at the end of a build.
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    bleu, chrf = BLEU(), CHRF(word_order=2)
    return CorpusSimilarity(
        rows=rows,
        texts=len(sources),
        bleu=round(bleu.corpus_score(backs, [sources]).score, 2),
        bleu_signature=str(bleu.get_signature()),
        chrf=round(chrf.corpus_score(backs, [sources]).score, 2),
        chrf_signature=str(chrf.get_signature()),
    )


def _texts(
    chunks: Sequence[RecordChunk], paths: Sequence[Path], wanted: set[int]
) -> Iterator[Sequence[TextPair]]:
    """Texts of the wanted rows, in order; of each chunk no other rows are read."""
    start = 0
    for chunk, path in zip(chunks, paths, strict=True):
        places = [row - start for row in range(start, start + chunk.rows) if row in wanted]
        if places:
            for row in read_translated(path, places):
                yield row.texts
        start += chunk.rows
