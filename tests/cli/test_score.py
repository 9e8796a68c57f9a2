"""`parallelize score`: nothing is skipped silently, thinking and answer are judged apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parallelize.cli.main import main
from parallelize.metrics.off_target import ThinkingTags, split_response

GERMAN = (
    "Zuerst rechnen wir aus, wie viele Äpfel übrig bleiben, und dann teilen wir sie unter den Kindern auf."
)
ENGLISH = "First we work out how many apples are left over, and then we share them among all of the children."


def score(
    path: Path, rows: list[dict[str, object]], capsys: pytest.CaptureFixture[str], *more: str
) -> dict[str, object]:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["score", str(path), "--json", *more])
    assert caught.value.code == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def verdicts(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_response_gets_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [
        {"id": "on", "language": "de", "response": GERMAN},
        {"id": "off", "language": "de", "response": ENGLISH},
        {"id": "empty", "language": "de", "response": ""},
        {"id": "little", "language": "de", "response": "42"},
        {"id": "cut", "language": "de", "response": GERMAN, "finish_reason": "length"},
        {"id": "apart", "language": "de", "response": f"<think>{GERMAN}</think>{ENGLISH}"},
    ]
    out = tmp_path / "rows.jsonl"
    summary = score(tmp_path / "r.jsonl", rows, capsys, "--rows", str(out), "--workers", "1")
    found = verdicts(out)
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    text = json.dumps(found)
    for status in ("on", "off", "empty", "undetermined", "truncated"):
        assert f'"{status}"' in text, status
    assert "off_target_rate" in json.dumps(summary)


def test_accuracy_reads_the_last_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "language": "de", "response": GERMAN + r" Also \boxed{1.234,5}.", "gold": "1234.5"},
        {"id": "b", "language": "de", "response": GERMAN + r" Also \boxed{7}.", "gold": "8"},
    ]
    text = json.dumps(score(tmp_path / "r.jsonl", rows, capsys, "--workers", "1"))
    assert '"accuracy"' in text
    assert "0.5" in text


def test_thinking_without_an_end_is_unfinished() -> None:
    parts = split_response("<think>so far", ThinkingTags())
    assert parts.unfinished
    closed = split_response("<think>a</think>b", ThinkingTags())
    assert not closed.unfinished
