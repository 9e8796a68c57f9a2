"""Responses that `parallelize score` judges per second: the default verdict, start of its processes included.

    python benchmarks/score_speed.py ../shared/data/mcot_outputs --rows 50000

Rows are responses of a model to MGSM in English, German, Swahili and Thai (some 370 characters each), taken
in turn until there are enough. Two caches of texts (2,048 each) hold more than one turn since 1 December
2026, so that figures since then flatter a little: with every text another, CPU time is that of before.
Timed from the rows in memory to the last verdict: language of every part, foreign spans, final answer
against the gold one; the start of the processes and the models that they load are in it. What reading the
file takes is printed apart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import tempfile
import time
from functools import partial
from pathlib import Path

from parallelize.assemble.judges import language_judge
from parallelize.assemble.response_files import read_responses
from parallelize.evaluation.scoring import ScoreOptions, score_responses


def rows_of(folder: Path) -> list[dict[str, str]]:
    """The rows of every file, with the language that the file's name ends in."""
    found = []
    for path in sorted(folder.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        rows = json.loads(text) if text.lstrip()[0] == "[" else map(json.loads, text.splitlines())
        for row in rows:
            names = {"prompt": "question", "response": "response", "gold": "answer"}
            code = path.stem.rsplit("_", 1)[1]
            found.append({"language": code, **{role: str(row[name]) for role, name in names.items()}})
    return found


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("responses", type=Path)
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    given = options.parse_args()
    rows = list(itertools.islice(itertools.cycle(rows_of(given.responses)), given.rows))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        start = time.monotonic()
        responses = read_responses(path)
        reading = time.monotonic() - start
    codes = tuple(sorted({response.language for response in responses}))
    start = time.monotonic()
    correct = on = 0
    for verdict in score_responses(
        responses, partial(language_judge, codes), ScoreOptions(), workers=given.processes
    ):
        correct += bool(verdict.answer and verdict.answer.correct)
        on += verdict.strictly_correct is True
    seconds = time.monotonic() - start
    print(
        json.dumps(
            {
                "responses": len(responses),
                "characters_each": round(sum(len(item.response) for item in responses) / len(responses)),
                "processes": given.processes,
                "responses_per_second": round(len(responses) / seconds),
                "reading_seconds": round(reading, 2),
                "correct": correct,
                "strictly_correct": on,
                "python": platform.python_version(),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
