"""Rows go out to people and come back as verdicts: the page's file, the table, and a campaign of Pearmut."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parallelize.cli.main import cli
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.report.campaign import campaign
from parallelize.stages.mark_files import read_marks
from tests.runs import rows, run_build, translated_row, write_jsonl


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    run_build(write_jsonl(folder / "rows.jsonl", rows(40)), folder / "run", "de", engine={"fault_rate": 0.4})
    return folder / "run"


def call(*words: object) -> None:
    cli.main([*map(str, words)], standalone_mode=False)


def called(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    call(*words, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kept_ids(run: Path) -> set[str]:
    coverage = pl.read_parquet(run / "coverage.parquet")
    return set(coverage.filter(pl.col("de") == "kept")["id"])


def check_campaign(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What Pearmut asks of a campaign (its README and the checks of `pearmut add`), in words of our own."""
    assert set(value) == {"info", "campaign_id", "data"}
    assert isinstance(value["campaign_id"], str)
    assert value["info"]["assignment"] == "task-based"
    assert value["info"]["protocol"] in {"DA", "ESA", "cESA", "MQM"}
    items = []
    assert value["data"]
    for task in value["data"]:
        assert isinstance(task, list)
        assert task
        for document in task:
            assert isinstance(document, list)
            assert document
            models = {frozenset(item["tgt"]) for item in document}
            assert len(models) == 1  # or the server cannot shuffle them
            for item in document:
                assert isinstance(item["item_id"], str)
                assert isinstance(item["src"], str)
                for model, text in item["tgt"].items():
                    assert not model.isdigit()
                    assert isinstance(text, str)
                    seen: set[int] = set()
                    shown = len(text.encode("utf-16-le")) // 2
                    for span in item["error_spans"][model]:
                        assert set(span) == {"start_i", "end_i", "severity", "category"}
                        assert span["severity"] in {"minor", "major", "neutral", None}
                        places = set(range(span["start_i"], span["end_i"] + 1))
                        assert places
                        assert 0 <= span["start_i"] <= span["end_i"] < shown
                        assert not places & seen
                        seen |= places
                items.append(item)
    return items


def test_the_rows_that_tell_most_go_out_in_three_forms(built: Path, tmp_path: Path) -> None:
    call("review", built, "--rows", "12", "--readers", "2", "--out", tmp_path)
    lines = table(tmp_path / "review.csv")
    assert len(lines) == len({line["key"] for line in lines}) == 12
    assert {line["verdict"] for line in lines} == {"kept", "dropped"}
    assert len({line["reasons"] for line in lines if line["reasons"]}) >= 3  # each reason before any twice
    value = json.loads((tmp_path / "pearmut-de.json").read_text(encoding="utf-8"))
    items = check_campaign(value)
    assert len(value["data"]) == 2
    assert {item["item_id"].partition("#")[0] for item in items} == {line["key"] for line in lines}
    page = (tmp_path / "review.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page
    assert all(line["key"] in page for line in lines)


def test_spans_are_counted_as_a_browser_counts(built: Path) -> None:
    target = "<img src=x onerror=alert(1)>\n\U0001f600 Er zahlt 12 Euro und 99 Cent."
    row = translated_row(target)
    value = campaign("../c/\0d", LanguagePair("en", "de"), [("0" * 16, row)])
    assert value["campaign_id"] == "c-d_#_en-de"  # the server names files by it
    (item,) = check_campaign(value)
    shown = item["tgt"]["parallelize"]
    assert shown == f" {target}"  # the server takes a text that begins with <img as markup
    units = shown.encode("utf-16-le")
    spans = item["error_spans"]["parallelize"]
    marked = [units[2 * span["start_i"] : 2 * span["end_i"] + 2].decode("utf-16-le") for span in spans]
    assert "99" in marked


@pytest.fixture
def run(tmp_path: Path) -> Path:
    run_build(write_jsonl(tmp_path / "r.jsonl", rows(40)), tmp_path / "run", "de", engine={"fault_rate": 0.4})
    call("review", tmp_path / "run", "--rows", "20", "--out", tmp_path / "review")
    return tmp_path / "run"


def test_what_people_say_goes_before_the_gates(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = table(run.parent / "review" / "review.csv")
    before = kept_ids(run)
    wrong = next(line for line in lines if line["verdict"] == "kept")
    right = next(line for line in lines if line["verdict"] == "dropped")
    agreed = [line for line in lines if line not in (wrong, right)]
    marks = [
        {"key": line["key"], "language": "de", "id": line["id"], "good": good, "note": note}
        for line, good, note in [
            (wrong, False, "means the opposite"),
            (right, True, ""),
            *((line, line["verdict"] == "kept", "") for line in agreed),
        ]
    ]
    file = run.parent / "marks.json"
    file.write_text(json.dumps({"format": "parallelize-marks-1", "reader": "Ann", "marks": marks}))
    found = called(capsys, "review", run, "--import", file)["languages"]["de"]
    assert (found["read"], found["disagreed"]) == (20, 0)
    assert found["dropped_by_people"] == [wrong["id"]]
    assert found["kept_by_people"] == [right["id"]]
    assert found["agreement"]["count"] == 18
    (everything,) = (f for f in found["findings"] if (f["kind"], f["measure"]) == ("all", "all"))
    wrong_rows = sum(not mark["good"] for mark in marks)
    assert everything["recall"]["total"] == wrong_rows
    assert everything["recall"]["count"] == wrong_rows - 1  # all but the one that only a person saw
    assert everything["precision"]["total"] == wrong_rows
    low, high = everything["recall"]["interval"]
    assert low < everything["recall"]["value"] < high

    assert kept_ids(run) == before - {wrong["id"]} | {right["id"]}
    rejects = pl.read_parquet(run / "rejects/de.parquet").unnest("parallelize", separator=".")
    row = rejects.filter(pl.col("parallelize.id") == wrong["id"])
    assert row["parallelize.reasons"].to_list()[0][-1] == "people"
    assert "means the opposite" in row["parallelize.evidence"].to_list()[0][-1]
    assert "Ann, marks.json" in row["parallelize.evidence"].to_list()[0][-1]
    summary = json.loads((run / "summary.json").read_text())
    assert summary["languages"]["de"]["read_by_people"] == 20
    assert "People have read 20 rows" in (run / "report.html").read_text(encoding="utf-8")

    card = (run / "corpus/README.md").read_text(encoding="utf-8")
    assert "20 rows, kept or dropped, were read by people" in card
    assert "read by nobody" not in card

    call("judge", run, "--threshold", "back_chrf=20")  # their word stays
    assert wrong["id"] not in kept_ids(run)
    assert right["id"] in kept_ids(run)
    call("review", run, "--rows", "5", "--out", run.parent / "next")
    again = {line["key"] for line in table(run.parent / "next/review.csv")}
    assert not again & {line["key"] for line in lines}

    labels = [json.loads(line) for line in (run / "labels/de.jsonl").read_text().splitlines()]
    assert sum(label["label"] == "bad" for label in labels) == wrong_rows
    call("audit", run / "labels/de.jsonl", "--lang", "de", "--rows", run.parent / "rows.jsonl")


def test_a_filled_table_and_a_campaign_come_back(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run.parent / "review"
    lines = table(folder / "review.csv")
    with (folder / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=";")
        writer.writeheader()
        for place, line in enumerate(lines):
            writer.writerow({**line, "good": ("yes", "no", "")[place % 3], "note": "n" if place == 1 else ""})
    value = json.loads((folder / "pearmut-de.json").read_text(encoding="utf-8"))
    (documents,) = value["data"]
    annotations = [
        {
            "annotation": [
                {"parallelize": {"score": score, "error_spans": spans, "textfield": None}} for _ in document
            ],
            "item": document,
            "user_id": "quick-fox",
            "item_i": place,
        }
        for place, (document, (score, spans)) in enumerate(
            zip(
                documents,
                [(90, []), (40, []), (95, [{"start_i": 0, "end_i": 3, "severity": "major"}]), (None, [])],
                strict=False,
            )
        )
    ]
    outputs = folder / "annotations.jsonl"
    outputs.write_text("".join(json.dumps(line) + "\n" for line in annotations), encoding="utf-8")
    marks = read_marks(outputs)
    assert [mark.good for mark in marks] == [True, False, False]
    assert {mark.reader for mark in marks} == {"quick-fox"}
    found = called(capsys, "review", run, "--import", folder / "filled.csv", "--import", outputs)
    assert found["marks"] == 14 + 3
    assert found["unknown"] == 0
    # The third row was left empty in the table; of the first two, both readers said the same.
    assert found["languages"]["de"]["read"] == 15
    assert found["languages"]["de"]["disagreed"] == 0


def test_marks_of_another_run_are_refused(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    file.write_text(json.dumps({"marks": [{"key": "f" * 16, "good": False}]}))
    before = kept_ids(run)
    with pytest.raises(InputError, match="none of the 1 marks"):
        call("review", run, "--import", file)
    assert kept_ids(run) == before
    assert not (run / "people.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", '{"marks": [{"key": "x"}]}', "mark 1"),
        ("a.json", '{"marks": [{"good": true}]}', "no key"),
        ("a.json", "no json\n", "line 1"),
        ("a.jsonl", '{"a": 1}\n{"b": 2}\n', "entry 1"),
        ("a.csv", "id,good\n1,yes\n", "`key` and `good`"),
        ("a.csv", "key,good\nab,maybe\n", "row 2: good is 'maybe'"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_marks(tmp_path / name)
