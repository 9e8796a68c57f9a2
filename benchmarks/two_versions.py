"""Two checkouts of this project side by side: CPU seconds of the same work, done in turn in small portions.

    python benchmarks/two_versions.py ../before . --work rows
    python benchmarks/two_versions.py ../before . --work gates
    python benchmarks/two_versions.py ../before . --work text
    python benchmarks/two_versions.py ../before . --work responses
    python benchmarks/two_versions.py ../before . --work ingest

Each side is a process of its own that works on one portion, then waits while the other works on the same one,
so that a machine whose speed drifts slows both alike. A portion's ratio is after/before; below 1 is faster.

rows: scores of short human translations (MGSM, NTREX), as `audit` measures them, without back-translation.
gates: the same rows, by the measures alone that both versions have: what of a row's time are newer gates.
text: texts of LaTeX-heavy problems and proofs, cut, masked and restored, read from files beforehand.
responses: answers and languages of model responses (mCoT on MGSM), as `score` judges them, in one process.
ingest: rows of GSM8K read into records as a build reads them, opening the file included, again and again.
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_MEASURES = "TWO_VERSIONS_MEASURES"
_WARM = 30
"""Portions that are not counted: models, word tables and patterns are loaded in them."""


def portions_of_rows(count: int, size: int) -> list[Any]:
    """Portions of (language, source, target)."""
    from human_translations import shared_data, translations

    rows = []
    for item in translations(shared_data()):
        if item.name.lower() in ("mgsm", "ntrex"):
            rows += [(item.language, *pair) for pair in item.pairs]
    random.Random(0).shuffle(rows)
    return [rows[start : start + size] for start in range(0, count * size, size)]


def portions_of_text(count: int, size: int) -> list[Any]:
    """Portions of texts with many formulas."""
    from human_translations import shared_data

    texts: list[str] = []
    for path in sorted((shared_data() / "deepscaler_parts").glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            texts += [value for name in ("problem", "solution") if (value := row.get(name))]
    for path in sorted((shared_data() / "deepseek_math_v2").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:20]:
            row = json.loads(line)
            texts += [row["question"], row["model_prediction"]["proof"]]
    random.Random(0).shuffle(texts)
    return [texts[start : start + size] for start in range(0, count * size, size)]


def portions_of_responses(count: int, size: int) -> list[Any]:
    """Portions of (language, response, prompt, gold answer)."""
    from human_translations import shared_data

    rows = []
    for path in sorted((shared_data() / "mcot_outputs").glob("*.json")):
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if text.lstrip()[0] == "[" else map(json.loads, text.splitlines())
        code = path.stem.rsplit("_", 1)[1]
        rows += [(code, row["response"], row["question"], str(row["answer"])) for row in found]
    random.Random(0).shuffle(rows)
    rows *= 1 + count * size // len(rows)
    return [rows[start : start + size] for start in range(0, count * size, size)]


def portions_of_ingest(count: int, size: int) -> list[Any]:
    """Portions of the file that a row is read from."""
    from human_translations import shared_data

    return [[str(shared_data() / "gsm8k" / "train.jsonl")] * size] * count


def rows_work(measures: tuple[str, ...] = ()) -> Callable[[Any], Sequence[Any]]:
    """Score rows with the checkout that is on the path, by all measures or, where it can choose, by some."""
    from functools import cache

    from parallelize.assemble.scorers import translation_scorer

    can_choose = "measures" in inspect.signature(translation_scorer).parameters
    scorer = translation_scorer(measures) if can_choose else translation_scorer()
    together = "languages" in inspect.signature(scorer.score_row).parameters  # older versions name each

    @cache
    def named(code: str) -> dict[str, Any]:
        if not together:
            return {"source_language": "en", "target_language": code}
        from parallelize.core.language_pair import LanguagePair

        return {"languages": LanguagePair("en", code)}

    def work(portion: Any) -> Sequence[Any]:
        scores: Sequence[Any] = ()
        for code, source, target in portion:
            scores = scorer.score_row([("text", source, target)], **named(code))
        return scores

    return work


def measures_of(checkout: Path) -> set[str]:
    """Names of the measures of a row in a checkout."""
    one = "[('de', 'One.', 'Eins.')]"
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import two_versions as t; print(*(s.measure for s in t.rows_work()({one})))",
        ],
        cwd=checkout,  # comes before all other paths
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def text_work() -> Callable[[Any], None]:
    """Cut, mask and restore texts with the checkout that is on the path."""
    from parallelize.core.ports import Placeholders
    from parallelize.stages.back_translation import mask_text
    from parallelize.text.protect import unmask
    from parallelize.text.segment import split

    def work(portion: Any) -> None:
        for text in portion:
            for part in split(text, segment_chars=400, multiline=False):
                masked = mask_text(part.text, Placeholders.X) if part.send else None
                if masked is not None:
                    unmask(masked.text, masked)

    return work


def responses_work() -> Callable[[Any], None]:
    """Judge responses with the checkout that is on the path."""
    from functools import cache

    from parallelize.assemble.judges import language_judge
    from parallelize.evaluation.responses import Response
    from parallelize.evaluation.scoring import ScoreOptions, score_responses

    judge = cache(lambda: language_judge(("de", "en", "es", "fr", "ja", "ru", "sw", "th", "zh", "bn", "te")))

    def work(portion: Any) -> None:
        named = [
            Response(row=0, id="", language=code, response=said, prompt=prompt, gold=gold)
            for code, said, prompt, gold in portion
        ]
        for _ in score_responses(named, judge, ScoreOptions(), workers=1):
            pass

    return work


def ingest_work() -> Callable[[Any], None]:
    """Read rows with the checkout that is on the path."""
    from parallelize.stages.ingest import SourceSpec, open_source

    rows: dict[str, Any] = {}
    as_built = {"keep_language_tasks": False}
    known = {name: as_built[name] for name in as_built.keys() & inspect.signature(SourceSpec).parameters}

    def work(portion: Any) -> None:
        for path in portion:
            if next(rows.setdefault(path, iter(())), None) is None:
                rows[path] = iter(open_source(SourceSpec(path_or_id=path, **known)))
                next(rows[path])

    return work


def gates_work() -> Callable[[Any], Sequence[Any]]:
    """Score rows by the measures that the environment names."""
    return rows_work(tuple(os.environ[_MEASURES].split()))


WORKS: dict[str, tuple[Callable[[int, int], list[Any]], Callable[[], Callable[[Any], Any]]]] = {
    "rows": (portions_of_rows, rows_work),
    "gates": (portions_of_rows, gates_work),
    "text": (portions_of_text, text_work),
    "responses": (portions_of_responses, responses_work),
    "ingest": (portions_of_ingest, ingest_work),
}


def serve(name: str) -> None:
    """One side: portions as lines of JSON, CPU seconds as answers."""
    with contextlib.suppress(ImportError):  # as its commands do; older versions do not
        from parallelize.core.processes import collect_rarely

        collect_rarely()
    work = WORKS[name][1]()
    for line in sys.stdin:
        portion = json.loads(line)
        start = time.process_time()
        work(portion)
        print(time.process_time() - start, flush=True)


def side(checkout: Path, name: str) -> subprocess.Popen[str]:
    """Start the process of a checkout."""
    return subprocess.Popen(
        [sys.executable, __file__, "--serve", name],
        env={**os.environ, "PYTHONPATH": str(checkout.resolve())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask(process: subprocess.Popen[str], portion: Any) -> float:
    """CPU seconds of a side for a portion."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(portion) + "\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
        return
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("before", type=Path, help="a checkout of the older version")
    options.add_argument("after", type=Path, help="a checkout of the newer version")
    options.add_argument("--work", choices=sorted(WORKS), default="rows")
    options.add_argument("--portions", type=int, default=30)
    options.add_argument("--size", type=int, default=50, help="rows or texts of a portion")
    given = options.parse_args()
    if given.work == "gates":
        shared = measures_of(given.before) & measures_of(given.after)
        os.environ[_MEASURES] = " ".join(sorted(shared))
        print(f"measures of both: {os.environ[_MEASURES]}")
    portions = WORKS[given.work][0](given.portions + _WARM, given.size)
    sides = [side(given.before, given.work), side(given.after, given.work)]
    spent = []
    for number, portion in enumerate(portions):
        order = (0, 1) if number % 2 else (1, 0)  # neither always goes first
        seconds = {which: ask(sides[which], portion) for which in order}
        spent.append((seconds[0], seconds[1]))
    for process in sides:
        process.communicate()
    counted = spent[_WARM:]
    items = sum(len(portion) for portion in portions[_WARM:])
    size = sum(len(json.dumps(portion, ensure_ascii=False).encode()) for portion in portions[_WARM:])
    before, after = (sum(column) for column in zip(*counted, strict=True))
    report = {
        "work": given.work,
        "items": items,
        "before_ms_per_item": round(before / items * 1000, 3),
        "after_ms_per_item": round(after / items * 1000, 3),
        "before_mb_per_second": round(size / 1e6 / before, 2),
        "after_mb_per_second": round(size / 1e6 / after, 2),
        "ratio": round(after / before, 3),
        "ratio_median": round(statistics.median(new / old for old, new in counted), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
