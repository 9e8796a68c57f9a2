"""Size, time and memory of the HTML report of a large run.

    python benchmarks/report_size.py --languages 10 --rows 50000

The scores of every row are drawn, a share of them out of bounds; the tables that the report reads have their
full size. Texts are made of invented words in the script of each language, 256 different rows in a chunk,
which stands for every chunk of its language: the report reads as many bytes as of a real run. Time and peak
memory (`VmHWM`, Linux) are those of a process that makes the page and nothing else.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from parallelize.core.work import RungWork, Work  # noqa: E402 - of the checkout that this script is in
from parallelize.report.facts import corpus_facts  # noqa: E402
from parallelize.store.manifest import Manifest, SourceEntry, SourceRows  # noqa: E402
from parallelize.store.summary import CoverageCounts, LanguageFigures, Summary  # noqa: E402

LANGUAGES = ("ar", "bn", "de", "es", "fr", "hi", "ja", "ru", "th", "zh", "he", "ko", "pt", "sw", "te", "tr")
LETTERS = {"ar": 0x627, "bn": 0x995, "he": 0x5D0, "hi": 0x915, "ja": 0x30A2, "ko": 0xAC00, "ru": 0x430}
LETTERS |= {"te": 0xC15, "th": 0xE01, "zh": 0x4E00}
CHUNK = 256
RUNGS = (
    RungWork(rung="configured", tried=4, passed=3, won=3),
    RungWork(rung="masked-m", tried=1, passed=1, won=1),
)
CHILD = """
import pickle, sys, time
from pathlib import Path
from parallelize.report.run_page import run_page
from parallelize.store.run import RunDirectory
folder = Path(sys.argv[1])
arguments = pickle.loads((folder / "arguments.pickle").read_bytes())
start = time.monotonic()
page = run_page(RunDirectory(folder), **arguments)
seconds = time.monotonic() - start
(folder / "report.html").write_text(page, encoding="utf-8")
peak = [int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")][0]
print(len(page.encode()), round(seconds, 1), peak // 1024)
"""


def prose(dice: random.Random, first_letter: int, characters: int) -> str:
    """Invented words of one script, with a formula now and then."""
    words: list[str] = []
    size = 0
    while size < characters:
        word = "".join(chr(first_letter + dice.randrange(20)) for _ in range(dice.randrange(2, 9)))
        words.append(f"$x^{{{size}}} = {dice.randrange(1000)}$" if dice.random() < 0.05 else word)
        size += len(words[-1]) + 1
    return " ".join(words)


def write_chunk(folder: Path, code: str, names: list[str], characters: int) -> Path:
    """256 translated rows of one language."""
    from parallelize.core.measures import MEASURES
    from parallelize.core.records import Role
    from parallelize.core.verdicts import Score
    from parallelize.store.tables import TextPair, TranslatedRow, write_translated

    dice = random.Random(code)
    rows = []
    for number in range(CHUNK):
        pairs = []
        for path, role in (("problem", Role.PROBLEM), ("solution", Role.SOLUTION)):
            source = prose(dice, 0x61, characters // 2)
            target = prose(dice, LETTERS.get(code, 0x61), characters // 2)
            back = prose(dice, 0x61, characters // 2)
            pairs.append(TextPair(path=path, role=role, source=source, target=target, back=back))
        scores = tuple(
            Score(measure=name, value=dice.random(), where="solution", evidence=prose(dice, 0x61, 60))
            for name in MEASURES
            if name in names
        )
        rows.append(
            TranslatedRow(
                id=f"row-{number:06d}",
                texts=tuple(pairs),
                answer=str(number),
                scores=scores,
                rungs=RUNGS,
                back_work=Work(),
                segments=5,
                copied=1,
                source_words=40,
            )
        )
    return write_translated(folder / "translations" / code, "0" * 32, rows)


def write_run(folder: Path, codes: tuple[str, ...], count: int, characters: int) -> None:
    """What the report reads of a run, and the arguments that describe it."""
    import numpy as np
    import polars as pl

    from parallelize.core.measure import Direction
    from parallelize.core.measures import MEASURES
    from parallelize.core.thresholds import Thresholds
    from parallelize.core.verdicts import Score
    from parallelize.report.run_page import ReportedLanguage
    from parallelize.stages.summarize import LanguageSummary

    ids = [f"row-{number:06d}" for number in range(count)]
    names = list(MEASURES)
    coverage: dict[str, Any] = {"id": ids}
    figures: dict[str, LanguageFigures] = {}
    languages = []
    for place, code in enumerate(codes):
        dice = np.random.default_rng(place)
        bounds = Thresholds.of()
        values = {}
        for name, measure in MEASURES.items():
            if measure.direction is Direction.AT_LEAST:
                values[name] = dice.normal(70, 12, count).clip(0, 100)
            elif measure.default == 0:
                values[name] = (dice.random(count) < 0.01).astype(float)
            else:
                values[name] = dice.exponential((measure.default or 1) / 6, count)
        counts = LanguageSummary()
        fates = []
        for number in range(count):
            scores = [Score(measure=name, value=float(values[name][number])) for name in names]
            verdict = bounds.judge(scores)
            counts.add(verdict, (), rungs=RUNGS, segments=5, copied=1, source_words=40)
            fates.append("kept" if verdict.kept else "+".join(verdict.reasons))
        for name in names:
            counts.values[name].add(values[name])
        figures[code] = counts.figures()
        coverage[code] = fates
        ours = pl.DataFrame(
            {"id": ids, "texts": [[]] * len(ids), "scores": pl.DataFrame(values).to_struct("scores")}
        )
        table = pl.DataFrame({"parallelize": ours.to_struct("parallelize"), "fate": fates})
        corpus = folder / "corpus" / code / "train-00000-of-00001.parquet"
        corpus.parent.mkdir(parents=True)
        rejects = folder / "rejects" / f"{code}.parquet"
        rejects.parent.mkdir(exist_ok=True)
        table.filter(pl.col("fate") == "kept").drop("fate").write_parquet(corpus)
        table.filter(pl.col("fate") != "kept").drop("fate").write_parquet(rejects)
        chunk = write_chunk(folder, code, names, characters)
        sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
        languages.append(
            ReportedLanguage(
                code=code, chunks=[(chunk, size) for size in sizes], corpus=[corpus], thresholds=bounds
            )
        )
    pl.DataFrame(coverage).write_parquet(folder / "coverage.parquet")
    summary = Summary(
        source=SourceRows(rows=count, records=count, rejected=0),
        languages=figures,
        coverage=CoverageCounts(kept_in_languages={}),
        parallel_rows=0,
    )
    facts = corpus_facts(
        Manifest(
            name="synthetic",
            created_with={"parallelize": "0"},
            recipe={},
            fingerprint="",
            source=SourceEntry(source="made", kind="files", name="made", language="en"),
            languages={},
            rows=summary.source,
            files={},
        )
    )
    arguments = {"facts": facts, "summary": summary, "measurements": None, "languages": languages}
    (folder / "arguments.pickle").write_bytes(pickle.dumps(arguments))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", type=int, default=10, choices=range(1, len(LANGUAGES) + 1))
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--characters", type=int, default=1_500, help="of each side of a row")
    parser.add_argument("--keep", type=Path, help="write the page here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        write_run(folder, LANGUAGES[: options.languages], options.rows, options.characters)
        done = subprocess.run(
            [sys.executable, "-c", CHILD, name], capture_output=True, text=True, check=False, cwd=ROOT
        )
        if done.returncode:
            sys.exit(done.stderr)
        size, seconds, peak = done.stdout.split()
        if options.keep:
            options.keep.write_bytes((folder / "report.html").read_bytes())
    print(json.dumps({"bytes": int(size), "seconds": float(seconds), "peak_mb": int(peak)}))


if __name__ == "__main__":
    main()
