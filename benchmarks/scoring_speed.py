"""Our scoring stage beside what others do for each row: sacreBLEU's sentence chrF++ and BLEU, and langdetect.

    parallelize build --langs pt --source ../shared/data/gsm8k/train.jsonl --limit 1000 --out runs/gsm8k
    python benchmarks/scoring_speed.py runs/gsm8k [--rows N]

Rows are the texts of a build (source, translation, back-translation; the gates' prose of each is given to
sacreBLEU). All sides work in this process, one after the other in chunks of 100 rows, and are timed in CPU
seconds, so that other work on the machine slows them alike. `peers` measure chrF++, BLEU and one identifier's
language; `same_measures` are ours of these three (the vote of the panel, chrF++, BLEU); `ours` is the whole
scoring stage, all that a build measures (`core.measures.MEASURES`). Models are loaded before the clock runs.
No row is seen twice. Then the vote alone is timed.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parallelize.assemble.judges import language_judge
from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.identifiers.labels import fold
from parallelize.metrics import function_words, reading, scripts
from parallelize.metrics.language import Status
from parallelize.metrics.similarity import bleu_score, chrf_score, compare, profile
from parallelize.store.tables import read_translated
from parallelize.text.protect import readable_prose

_CHUNK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text of a build."""

    language: str
    source: str
    target: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What both sides find about a row."""

    chrf: float | None
    bleu: float | None
    on_target: bool | None
    """None: not decided."""


def rows_of(run: Path) -> list[Row]:
    """Every distinct text of a run that was translated back."""
    found: dict[tuple[str, str], Row] = {}
    for path in sorted((run / "translations").rglob("*.parquet")):
        for row in read_translated(path):
            for item in row.texts:
                if item.back is not None and any(map(str.isalpha, readable_prose(item.source))):
                    code = path.parent.name
                    found[code, item.source] = Row(
                        language=code, source=item.source, target=item.target, back=item.back
                    )
    return list(found.values())


def load_models(rows: Sequence[Row]) -> None:
    """Have the identifiers load the models that these rows need: lingua takes its time."""
    judge = language_judge()
    for row in rows:
        judge.judge([readable_prose(row.target)], row.language)


def ours() -> Callable[[Row], Measured]:
    """The scoring stage as `build` uses it."""
    scorer = default_scorer()

    def measure(row: Row) -> Measured:
        scores = scorer.score_row(
            [("text", row.source, row.target)],
            languages=LanguagePair("en", row.language),
            back_translations={"text": [(row.source, row.back)]},
        )
        found = {score.measure: score.value for score in scores}
        off = found.get("off_target_parts")
        return Measured(
            chrf=found.get("back_chrf"),
            bleu=found.get("back_bleu"),
            on_target=None if off is None else not off,
        )

    return measure


def same_measures(prose: dict[str, str]) -> Callable[[Row], Measured]:
    """Our language vote, chrF++ and BLEU alone.

    Args:
        prose: of every text; stripping formulas is not on this side's clock.
    """
    judge = language_judge()

    def measure(row: Row) -> Measured:
        vote = judge.judge([prose[row.target]], row.language)[0]
        statistics = [compare(profile(prose[row.back]), profile(prose[row.source]))]
        return Measured(
            chrf=chrf_score(statistics),
            bleu=bleu_score(statistics),
            on_target=None if vote.status is Status.UNDETERMINED else vote.status is Status.ON,
        )

    return measure


def peers(prose: dict[str, str]) -> Callable[[Row], Measured]:
    """A loop over sacreBLEU and langdetect, each made once.

    Args:
        prose: of every text; stripping formulas is not on this side's clock.
    """
    import langdetect
    from langdetect.lang_detect_exception import LangDetectException
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    langdetect.DetectorFactory.seed = 0
    chrf, bleu = CHRF(word_order=2), BLEU(effective_order=True)

    def measure(row: Row) -> Measured:
        back, source = prose[row.back], [prose[row.source]]
        try:
            label: str | None = fold(langdetect.detect(prose[row.target]))
        except LangDetectException:
            label = None
        return Measured(
            chrf=chrf.sentence_score(back, source).score,
            bleu=bleu.sentence_score(back, source).score,
            on_target=None if label is None else label == row.language,
        )

    return measure


def forget() -> None:
    """Empty the caches of texts, so that no side finds what another has worked out."""
    of_scripts = (scripts.script_codes, scripts.script_letters)
    for cached in (reading.read, function_words.words, *of_scripts):
        cached.cache_clear()


def side_by_side(rows: Sequence[Row], warm_up: int) -> dict[str, Any]:
    prose = {text: readable_prose(text) for row in rows for text in (row.source, row.target, row.back)}
    load_models(rows)
    measures = {"ours": ours(), "same_measures": same_measures(prose), "peers": peers(prose)}
    seconds = dict.fromkeys(measures, 0.0)
    found: dict[str, list[Measured]] = {name: [] for name in measures}
    for measure in measures.values():
        for row in rows[:warm_up]:
            measure(row)
    timed = rows[warm_up:]
    for start in range(0, len(timed), _CHUNK):
        for name, measure in measures.items():
            forget()
            before = time.process_time()
            found[name] += map(measure, timed[start : start + _CHUNK])
            seconds[name] += time.process_time() - before
    return {
        "rows": len(timed),
        "characters_per_row": round(sum(len(row.target) for row in timed) / len(timed)),
        "rows_per_second": {name: round(len(timed) / spent) for name, spent in seconds.items()},
        "ratio_same_measures": round(seconds["peers"] / seconds["same_measures"], 2),
        "ratio_whole_stage": round(seconds["peers"] / seconds["ours"], 2),
        "same_measures": agreement(found["same_measures"], found["peers"]),
        "whole_stage": agreement(found["ours"], found["peers"]),
    }


def agreement(one: Sequence[Measured], other: Sequence[Measured]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for mine, theirs in zip(one, other, strict=True):
        for name in ("chrf", "bleu"):
            left, right = getattr(mine, name), getattr(theirs, name)
            counts[f"{name}_differs"] += left is None or right is None or abs(left - right) > 1e-6
        if mine.on_target is None or theirs.on_target is None:
            counts["language_undecided"] += 1
        else:
            counts["language_differs"] += mine.on_target != theirs.on_target
    names = ("chrf_differs", "bleu_differs", "language_differs", "language_undecided")
    return {name: counts[name] for name in names}


def vote_alone(rows: Sequence[Row], warm_up: int) -> float:
    """Texts per second and core of the default language vote."""
    judge = language_judge()
    texts = [(readable_prose(row.target), row.language) for row in rows]
    for text, code in texts[:warm_up]:
        judge.judge([text], code)
    start = time.process_time()
    for text, code in texts[warm_up:]:
        judge.judge([text], code)
    return (len(texts) - warm_up) / (time.process_time() - start)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("run", type=Path, help="directory of a build with back-translation")
    options.add_argument("--rows", type=int, default=2_000)
    options.add_argument("--warm-up", type=int, default=50)
    given = options.parse_args()
    rows = rows_of(given.run)[: given.rows]
    if len(rows) <= given.warm_up:
        raise SystemExit(f"{given.run} has {len(rows)} texts with back-translation; build more rows")
    found = side_by_side(rows, given.warm_up)
    found["vote_texts_per_second_and_core"] = round(vote_alone(rows, given.warm_up))
    packages = ("sacrebleu", "langdetect")
    found["versions"] = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
