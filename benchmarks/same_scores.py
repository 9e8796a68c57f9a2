"""Every score of a varied set of rows, written down: two versions of the program must give the same file.

    python benchmarks/same_scores.py before.jsonl --run runs/gsm8k
    (change the code)
    python benchmarks/same_scores.py after.jsonl --run runs/gsm8k
    cmp before.jsonl after.jsonl

Rows: human translations of the shared data (MGSM, NTREX, MSVAMP, MMATH), machine translations of GSM8K with
real defects, pairs that were shuffled, model responses with thinking, long texts, and the segments, rows and
back-translations of a build (`--run`, any directory of `parallelize build`). Values are in full precision.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from human_translations import shared_data, translations

from parallelize.assemble.judges import language_judge
from parallelize.assemble.scorers import default_scorer, translation_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.verdicts import Score
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ScoreOptions, score_responses
from parallelize.store.tables import read_translated
from parallelize.text.segment import split


def shown(scores: tuple[Score, ...]) -> list[Any]:
    return [[score.measure, score.value, score.where, score.evidence] for score in scores]


def pairs(root: Path, rows: int) -> Iterator[tuple[str, str, str, str]]:
    """(name, target language, English, translation)."""
    for item in translations(root):
        chosen = item.pairs[:: max(1, len(item.pairs) // rows)][:rows]
        for number, (source, target) in enumerate(chosen):
            yield f"{item.name}-{item.language}-{number}", item.language, source, target
        for number, (source, _) in enumerate(chosen[:3]):  # rows that do not belong together
            yield f"{item.name}-{item.language}-wrong-{number}", item.language, source, chosen[-1 - number][1]
        yield f"{item.name}-{item.language}-copy", item.language, chosen[0][0], chosen[0][0]
    for code in ("de", "sw"):
        folder = root / "gsm8k_mt" / f"{code}-en"
        source, target = (
            (folder / f"train.{name}").read_text(encoding="utf-8").split("\n") for name in ("en", code)
        )
        for number in range(0, min(len(source), len(target)) - 1, 5):
            yield f"gsm8k_mt-{code}-{number}", code, source[number], target[number]


def responses(root: Path) -> Iterator[Response]:
    """Model responses: with thinking, long, correct and wrong."""
    for path in sorted((root / "langforcing_s1").glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Response(
                row=0,
                id=f"langforcing-{path.parent.name}",
                language=row["language"],
                response=row["output"],
                prompt=row["prompt"],
                gold=str(row["gold_answer"]),
            )
    for path in sorted((root / "mcot_outputs").glob("*.json")):
        text = path.read_text(encoding="utf-8")
        found = (
            json.loads(text) if text.lstrip()[0] == "[" else [json.loads(line) for line in text.splitlines()]
        )
        for row in found:
            yield Response(
                row=0,
                id="mcot",
                language=path.stem.rsplit("_", 1)[1],
                response=row["response"],
                prompt=row["question"],
                gold=str(row["answer"]),
            )


def of_run(run: Path) -> Iterator[tuple[str, list[Any]]]:
    """Scores of a build's rows and of their segments."""
    scorer = default_scorer()
    for path in sorted((run / "translations").rglob("*.parquet")):
        code = path.parent.name
        for row in read_translated(path):
            yield f"{row.id}-written", shown(row.scores)
            scores = scorer.score_row(
                [(item.path, item.source, item.target) for item in row.texts],
                languages=LanguagePair("en", code),
                source_answer=row.answer,
                back_translations={
                    item.path: [(item.source, item.back)] for item in row.texts if item.back is not None
                },
            )
            yield row.id, shown(scores)
            for item in row.texts:
                sources, targets = (
                    split(text, segment_chars=400, multiline=False) for text in (item.source, item.target)
                )
                for source, target in zip(sources, targets):  # noqa: B905 (not every text splits alike)
                    found = scorer.score_segment(source.text, target.text, languages=LanguagePair("en", code))
                    yield f"{row.id}-segment", shown(found)


def of_pairs(root: Path, rows: int) -> Iterator[tuple[str, list[Any]]]:
    scorers = {"exact": default_scorer(), "content": translation_scorer()}
    for name, code, source, target in pairs(root, rows):
        for kind, scorer in scorers.items():
            scores = scorer.score_row(
                [("text", source, target)],
                languages=LanguagePair("en", code),
                back_translations={"text": [(source, source[: len(source) // 2] + target)]},
            )
            yield f"{name}-{kind}", shown(scores)


def of_responses(root: Path) -> Iterator[tuple[str, list[Any]]]:
    rows = list(responses(root))
    codes = tuple(sorted({row.language for row in rows}))
    for verdict in score_responses(rows, lambda: language_judge(codes), ScoreOptions(lines=True)):
        found = [
            [
                part,
                item.status,
                item.language,
                item.evidence,
                item.foreign_share,
                item.english_share,
                [[span.start, span.end, span.language, span.letters] for span in item.spans],
                item.lines_on,
                item.lines_off,
            ]
            for part, item in verdict.parts.items()
        ]
        answer = verdict.answer
        yield verdict.response.id, [*found, None if answer is None else repr(answer)]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("out", type=Path)
    options.add_argument("--run", type=Path, help="directory of a build")
    options.add_argument("--rows", type=int, default=60, help="of each set and language")
    given = options.parse_args()
    root = shared_data()
    count = 0
    with given.out.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for part in (of_pairs(root, given.rows), of_responses(root), of_run(given.run) if given.run else ()):
            for name, scores in part:
                file.write(json.dumps([name, scores], ensure_ascii=False) + "\n")
                count += 1
    print(f"{count} rows of scores in {given.out}")


if __name__ == "__main__":
    main()
