"""Verdicts without texts give the same report, and responses that are streamed the same verdicts."""

from __future__ import annotations

import json
from pathlib import Path

from parallelize.assemble.judges import language_judge
from parallelize.assemble.response_files import read_response_files, stream_response_files
from parallelize.evaluation.score_report import measure
from parallelize.evaluation.scoring import ScoreOptions, Slimmer, score_responses

TEXTS = [
    "<think>Il faut additionner les deux nombres.</think>La réponse est \\boxed{12}.",
    "The sum of the two numbers is twelve, so the answer is \\boxed{12}.",
    "\\boxed{13}",
    "",
]


def written(folder: Path, name: str) -> Path:
    path = folder / name
    rows = [
        {
            "id": at // 2,
            "sample": at % 2,
            "language": "fr",
            "gold": "12",
            "response": TEXTS[at % 4],
            "tokens": 9,
        }
        for at in range(300)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_slim_verdicts_give_the_same_report(tmp_path: Path) -> None:
    path = str(written(tmp_path, "one.jsonl"))
    whole = list(
        score_responses(
            read_response_files([path]).responses, lambda: language_judge(("fr",)), ScoreOptions(), workers=1
        )
    )
    stream = stream_response_files([path])
    assert stream.languages == ("fr",)
    slimmer = Slimmer()
    streamed = score_responses(stream.responses, lambda: language_judge(("fr",)), ScoreOptions(), workers=1)
    slim = [slimmer.slim(verdict) for verdict in streamed]
    assert len({id(verdict.parts) for verdict in slim}) <= len(TEXTS)
    assert not any(verdict.response.response for verdict in slim)
    reports = [
        measure(found, file="one", options=ScoreOptions(), detectors=[]).as_dict() for found in (whole, slim)
    ]
    assert reports[0] == reports[1]


def test_streamed_files_are_told_apart_as_read_ones_are(tmp_path: Path) -> None:
    paths = [str(written(tmp_path, name)) for name in ("one.jsonl", "two.jsonl")]
    read, stream = read_response_files(paths), stream_response_files(paths)
    assert stream.notes == read.notes
    assert stream.name == read.name
    assert list(stream.responses) == read.responses
