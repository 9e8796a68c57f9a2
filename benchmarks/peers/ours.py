"""Our side of each comparison, named by SIDE; the environment is this project's own."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from turns import read_rows, take_turns

from parallelize.assemble.judges import first_label, language_judge
from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ScoreOptions, score_responses
from parallelize.metrics.language import Status
from parallelize.metrics.off_target import PartStatus
from parallelize.metrics.similarity import bleu_score, chrf_score, compare, profile
from parallelize.text.protect import readable_prose
from parallelize.text.thinking import ResponsePart

Rows = list[dict[str, Any]]
Work = Callable[[Any], int]
PAIR = LanguagePair("en", "pt")


def quality() -> Work:
    """BLEU and chrF++ of the way back."""

    def work(rows: Rows) -> int:
        good = 0
        for row in rows:
            statistics = [compare(profile(row["back"]), profile(row["source"]))]
            bleu, chrf = bleu_score(statistics), chrf_score(statistics)
            good += bleu is not None and chrf is not None and bleu >= 20 and chrf >= 40
        return good

    return work


def stage(*, back: bool) -> Work:
    """All that a build measures of a pair, with or without a way back."""
    scorer = default_scorer()

    def work(rows: Rows) -> int:
        for row in rows:
            ways = {"text": [(row["source"], row["back"])]} if back else None
            scorer.score_row([("text", row["source"], row["target"])], languages=PAIR, back_translations=ways)
        return len(rows)

    return work


def corpus(*, panel: bool) -> Work:
    """JSON lines in, language judged, Parquet out; by fastText's label alone, or by the vote of the panel."""
    label, judge = first_label(), language_judge()

    def work(path: Path) -> int:
        rows = [json.loads(line) for line in path.read_bytes().splitlines()]
        if panel:
            votes = judge.judge([readable_prose(row["target"]) for row in rows], "pt")
            kept = [row for row, vote in zip(rows, votes, strict=True) if vote.status is Status.ON]
        else:
            kept = [row for row in rows if label.top(row["target"].replace("\n", " "))[0] == "pt"]
        with tempfile.TemporaryDirectory() as folder:
            pq.write_table(pa.Table.from_pylist(kept), f"{folder}/out.parquet")
        return len(kept)

    return work


def responses() -> Work:
    """Every part's language with foreign spans, and the answer: what `parallelize score` finds."""

    def work(rows: list[Response]) -> int:
        codes = tuple(sorted({row.language for row in rows}))
        found = score_responses(rows, partial(language_judge, codes), ScoreOptions(), workers=1)
        return sum(
            verdict.parts[ResponsePart.RESPONSE].status is PartStatus.ON
            and verdict.answer is not None
            and verdict.answer.correct is True
            for verdict in found
        )

    return work


def as_responses(path: Path) -> list[Response]:
    """Rows of a slice as the reader of response files makes them."""
    rows = enumerate(read_rows(path), start=1)
    return [Response(row=number, id=str(number), **row) for number, row in rows]


SIDES: dict[str, tuple[Callable[[], Work], Callable[[Path], Any]]] = {
    "quality": (quality, read_rows),
    "stage": (partial(stage, back=False), read_rows),
    "stage-back": (partial(stage, back=True), read_rows),
    "corpus-label": (partial(corpus, panel=False), lambda path: path),
    "corpus-panel": (partial(corpus, panel=True), lambda path: path),
    "responses": (responses, as_responses),
}

if __name__ == "__main__":
    make, read = SIDES[os.environ["SIDE"]]
    take_turns(make(), load=read)
