"""`parallelize export` on a real build of the scripted engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parallelize.cli.export import command
from parallelize.core.errors import InputError, UsageError
from tests.runs import rows, run_build, write_jsonl


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    run_build(
        write_jsonl(folder / "rows.jsonl", rows(40)), folder / "run", "pt", "de", engine={"fault_rate": 0.1}
    )
    return folder / "run"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(part) for part in arguments], catch_exceptions=False)


def test_files_of_a_real_run(run: Path, tmp_path: Path) -> None:
    done = call(run, "--format", "trl-grpo", "--langs", "pt,de", "--rows", 12, "--instruction", "think",
                "--out", tmp_path, "--json")  # fmt: skip
    said = json.loads(done.stdout)
    assert said["languages"] == ["en", "pt", "de"]
    assert [facts["rows_by_language"] for facts in said["files"].values()] == [
        {"en": 12}, {"en": 6, "pt": 6}, {"en": 4, "pt": 4, "de": 4}
    ]  # fmt: skip
    written = json.loads((tmp_path / "export.json").read_text())
    assert len(written.pop("checksum")) == 64
    assert said == {"folder": str(tmp_path), **written}
    from datasets import load_dataset

    data = load_dataset("parquet", data_files=str(tmp_path / "mix-3.parquet"), split="train",
                        cache_dir=str(tmp_path / "cache"))  # fmt: skip
    source = {row["id"]: row for row in rows(40)}
    for row in data:
        assert row["ground_truth"] == source[row["id"]]["answer"]
        if row["language"] == "en":
            asked, _, instruction = row["prompt"][0]["content"].rpartition("\n\n")
            assert asked == source[row["id"]]["problem"]
            assert instruction == r"Think and answer in English. Put the final answer in \boxed{}."


def test_default_folder_and_words_for_people(run: Path) -> None:
    done = call(run, "--format", "messages", "--langs", "de")
    assert (run / "export" / "messages" / "mix-2.jsonl").is_file()
    assert "mix-2.jsonl" in done.stdout
    assert "rows can be used" in done.stdout


def test_decontamination_by_a_file(run: Path, tmp_path: Path) -> None:
    planted = write_jsonl(tmp_path / "exam.jsonl", [{"question": rows(40)[n]["problem"]} for n in (5, 6)])
    done = call(run, "--format", "verl", "--decontaminate", planted, "--out", tmp_path / "out", "--json")
    said = json.loads(done.stdout)
    lines = (tmp_path / "out" / "contaminated.jsonl").read_text(encoding="utf-8").splitlines()
    assert said["corpus_rows"]["contaminated"] == len(lines)
    assert {json.loads(line)["id"] for line in lines} <= {"row-00005", "row-00006"}
    assert said["decontamination"][0]["evaluation_rows"] == 2


def test_wrong_use_is_explained(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        call(run, "--format", "verl", "--rows", 3, "--rows-per-language", 3)
    with pytest.raises(InputError, match="has no fr"):
        call(run, "--format", "verl", "--langs", "fr")
    with pytest.raises(InputError, match="no finished corpus"):
        call(tmp_path, "--format", "verl")
    with pytest.raises(InputError, match="1000 ids are asked for"):
        call(run, "--format", "verl", "--rows-per-language", 1000, "--out", tmp_path / "x")
