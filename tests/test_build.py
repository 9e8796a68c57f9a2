"""Whole builds: counts, alignment, resumption, languages added later, judging again."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from parallelize.assemble.build import build
from parallelize.assemble.judge import judge_run
from parallelize.core.errors import InputError, RunLocked
from parallelize.store.run import RunDirectory
from tests.runs import Silent, corpus_digests, recipe, rows, run_build, write_jsonl


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "rows.jsonl", rows(60))


def kept(run: Path, code: str) -> pl.DataFrame:
    return pl.read_parquet(run / "corpus" / code / "*.parquet")


def test_a_build_keeps_or_drops_every_row_with_reasons(source: Path, tmp_path: Path) -> None:
    summary = run_build(source, tmp_path / "run", "pt", "de", engine={"fault_rate": 0.3})
    for code in ("pt", "de"):
        part = summary["languages"][code]
        assert part["rows_in"] == 60
        assert part["kept"] + part["dropped"] == 60
        assert 0 < part["dropped"] < 60
        rejects = pl.read_parquet(tmp_path / "run" / "rejects" / f"{code}.parquet")
        good = kept(tmp_path / "run", code)
        assert (len(good), len(rejects)) == (part["kept"], part["dropped"])
        assert set(good["id"]) | set(rejects["id"]) == {row["id"] for row in rows(60)}
        assert all(len(ours["reasons"]) > 0 for ours in rejects["parallelize"])


def test_columns_hold_target_source_and_what_was_passed_through(source: Path, tmp_path: Path) -> None:
    run_build(source, tmp_path / "run", "pt")
    row = kept(tmp_path / "run", "pt").row(7, named=True)
    original = rows(60)[7]
    assert row["id"] == original["id"]
    ours = row["parallelize"]
    assert list(row) == [*original, "parallelize"]
    assert {text["path"]: text["source"] for text in ours["texts"]} == {
        name: original[name] for name in ("problem", "solution")
    }
    assert row["problem"] != original["problem"]
    assert "$7$" in row["problem"]
    assert row["solution"].endswith("#### 7")
    assert row["answer"] == ours["answer"] == "7"
    assert row["topic"] == original["topic"]
    assert ours["provenance"]["engine"] == "scripted"
    assert ours["scores"]["back_chrf"] == pytest.approx(100)


def test_rows_of_all_languages_share_ids(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    summary = run_build(source, run, "pt", "de", engine={"fault_rate": 0.3})
    both = set(kept(run, "pt")["id"]) & set(kept(run, "de")["id"])
    parallel = kept(run, "parallel")
    assert set(parallel["id"]) == both
    assert summary["parallel_rows"] == len(both)
    pt = dict(zip(kept(run, "pt")["id"], kept(run, "pt")["problem"], strict=True))
    for row in parallel.iter_rows(named=True):
        assert row["pt"]["problem"] == pt[row["id"]]
        assert row["en"]["problem"].startswith("If $")


def test_union_keeps_rows_of_any_language_with_nulls(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(source, run, "pt", "de", engine={"fault_rate": 0.3}, corpus={"align": "union"})
    parallel = kept(run, "parallel")
    assert set(parallel["id"]) == set(kept(run, "pt")["id"]) | set(kept(run, "de")["id"])
    assert parallel["de"].null_count() > 0


def test_coverage_gives_a_reason_for_every_missing_cell(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(source, run, "pt", engine={"fault_rate": 0.3})
    coverage = pl.read_parquet(run / "coverage.parquet")
    assert coverage["id"].to_list() == [row["id"] for row in rows(60)]
    assert coverage.filter(pl.col("pt") == "kept")["id"].to_list() == kept(run, "pt")["id"].to_list()
    assert all(fate for fate in coverage["pt"])


def test_datasets_loads_every_config_offline(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    run = tmp_path / "run"
    run_build(source, run, "pt", "de")
    monkeypatch.setattr(datasets.config, "HF_CACHE_HOME", tmp_path)
    for config in ("pt", "de", "parallel"):
        loaded = datasets.load_dataset(str(run / "corpus"), config, cache_dir=str(tmp_path / "cache"))
        assert loaded["train"].num_rows == len(kept(run, config))


def test_a_second_build_asks_the_engine_nothing_and_changes_no_byte(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(source, run, "pt", engine={"fault_rate": 0.2})
    before = corpus_digests(run)
    watcher = Silent()
    build(recipe(source, "pt", engine={"fault_rate": 0.2}), run, watcher)
    assert watcher.rows == 0
    assert corpus_digests(run) == before


def test_a_language_added_later_joins_the_others(source: Path, tmp_path: Path) -> None:
    both, later = tmp_path / "both", tmp_path / "later"
    run_build(source, both, "pt", "de")
    run_build(source, later, "pt")
    run_build(source, later, "de")
    ours, theirs = corpus_digests(later), corpus_digests(both)
    for name in theirs:
        if name.endswith(".parquet"):
            assert ours[name] == theirs[name], name


def test_runs_share_a_memory(source: Path, tmp_path: Path) -> None:
    memory = {"run": {"memory": str(tmp_path / "memory")}}
    run_build(source, tmp_path / "one", "pt", **memory)
    run_build(source, tmp_path / "two", "pt", **memory)
    work = json.loads((tmp_path / "two" / "measurements.json").read_text())["engines"]["scripted"]
    assert work["replies"] == 0
    assert work["from_memory"] > 0
    assert corpus_digests(tmp_path / "one") | {"README.md": "", "manifest.json": ""} == corpus_digests(
        tmp_path / "two"
    ) | {"README.md": "", "manifest.json": ""}


def test_permuting_rows_permutes_the_corpus(tmp_path: Path) -> None:
    data = rows(40)
    run_build(write_jsonl(tmp_path / "a.jsonl", data), tmp_path / "one", "pt", engine={"fault_rate": 0.2})
    order = [(7 * n) % 40 for n in range(40)]
    shuffled = write_jsonl(tmp_path / "b.jsonl", [data[n] for n in order])
    run_build(shuffled, tmp_path / "two", "pt", engine={"fault_rate": 0.2})
    first, second = kept(tmp_path / "one", "pt"), kept(tmp_path / "two", "pt")
    assert second["id"].to_list() == [data[n]["id"] for n in order if data[n]["id"] in set(first["id"])]
    assert first.sort("id").equals(second.sort("id"))


def test_a_changed_row_is_translated_anew_and_only_that_one(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(source, run, "pt")
    data = rows(60)
    data[5]["problem"] = "A new question about $y$ and apples?"
    write_jsonl(source, data)
    run_build(source, run, "pt")
    work = json.loads((run / "measurements.json").read_text())["engines"]["scripted"]
    assert work["replies"] == 2  # there and back
    assert kept(run, "pt").row(5, named=True)["parallelize"]["texts"][0]["source"] == data[5]["problem"]


def test_judging_again_needs_no_engine_and_is_monotone(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    first = run_build(source, run, "pt", engine={"fault_rate": 0.4}, thresholds={"back_chrf": 0})
    strict = judge_run(run, {"length_deviation": 0.01})
    loose = judge_run(run, {"length_deviation": None, "repetition": None})
    strict_kept, loose_kept = (item.languages["pt"].kept for item in (strict, loose))
    assert strict_kept < first["languages"]["pt"]["kept"] <= loose_kept
    with pytest.raises(InputError, match="no_such"):
        judge_run(run, {"no_such": 1.0})


def test_judging_by_the_same_thresholds_changes_no_byte(tmp_path: Path) -> None:
    data = [
        {"zeta": 1, "id": f"r{n}", "problem": f"How many are {n} apples?", "alpha": {"b": 1, "a": "x"}}
        for n in range(8)
    ]
    run_build(write_jsonl(tmp_path / "rows.jsonl", data), tmp_path / "run", "pt")
    before = corpus_digests(tmp_path / "run")
    judge_run(tmp_path / "run", {})
    assert corpus_digests(tmp_path / "run") == before


def test_a_second_process_is_refused(source: Path, tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run")
    with run.locked(), pytest.raises(RunLocked, match="in use by process"):
        run_build(source, run.root, "pt")
    run_build(source, run.root, "pt")


def test_another_source_in_the_same_run_is_refused(source: Path, tmp_path: Path) -> None:
    run_build(source, tmp_path / "run", "pt")
    other = write_jsonl(tmp_path / "other.jsonl", rows(3))
    with pytest.raises(InputError, match="holds a build of"):
        run_build(other, tmp_path / "run", "pt")


def test_transient_engine_errors_are_tried_again_next_time(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallelize.engines.scripted.translator import Fault, ScriptedTranslator

    real = ScriptedTranslator.__init__

    def failing(self: ScriptedTranslator, **options: object) -> None:
        real(self, **{**options, "faults": (Fault.ERROR,), "fault_rate": 0.3})

    run = tmp_path / "run"
    monkeypatch.setattr(ScriptedTranslator, "__init__", failing)
    watcher = Silent()
    first = build(recipe(source, "pt"), run, watcher)
    assert "engine" in first.languages["pt"].reasons
    assert "engine errors" in watcher.warnings[0]
    again = Silent()
    build(recipe(source, "pt"), run, again)
    assert again.rows == 60  # the chunk is looked at again


def test_chat_rows_come_back_as_messages(tmp_path: Path) -> None:
    chat = [
        {
            "messages": [
                {"role": "user", "content": f"What is ${n}+1$ if the farmer sold apples?"},
                {
                    "role": "assistant",
                    "content": f"<think>\nThe farmer sold some.\n</think>\nIt is \\boxed{{{n + 1}}}.",
                },
            ]
        }
        for n in range(5)
    ]
    run_build(
        write_jsonl(tmp_path / "chat.jsonl", chat),
        tmp_path / "run",
        "pt",
        thresholds={"answer_faults": False},
    )
    row = kept(tmp_path / "run", "pt").row(2, named=True)
    assert [turn["role"] for turn in row["messages"]] == ["user", "assistant"]
    assert "\\boxed{3}" in row["messages"][1]["content"]
    assert [text["source"] for text in row["parallelize"]["texts"]] == [
        turn["content"] for turn in chat[2]["messages"]
    ]


def test_a_manifest_exists_only_beside_a_complete_corpus(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(source, run, "pt")
    manifest = json.loads((run / "corpus" / "manifest.json").read_text())
    digests = corpus_digests(run)
    assert {path: fact["sha256"] for path, fact in manifest["files"].items()} == {
        path: digest for path, digest in digests.items() if path not in {"README.md", "manifest.json"}
    }
    assert manifest["card_sha256"] == digests["README.md"]
    entry = manifest["languages"]["pt"]
    assert entry["rows_in"] == entry["kept"] + entry["dropped"] == 60


def test_rows_of_an_evaluation_set_are_dropped_at_the_door(source: Path, tmp_path: Path) -> None:
    evaluation = write_jsonl(tmp_path / "eval.jsonl", [{"problem": rows(60)[9]["problem"]}])
    summary = run_build(source, tmp_path / "run", "pt", decontaminate={"against": [str(evaluation)]})
    assert summary["source"]["rejected_reasons"] == {"contaminated": 1}
    assert summary["source"]["rows"] == 60
    assert summary["languages"]["pt"]["rows_in"] == 59
    rejected = pl.read_parquet(tmp_path / "run" / "rejects" / "source.parquet")
    assert rejected["id"].to_list() == ["row-00009"]
    assert "eval" in rejected["detail"][0]


def test_no_folder_of_this_machine_is_published(source: Path, tmp_path: Path) -> None:
    run_build(source, tmp_path / "run", "pt")
    for path in (tmp_path / "run" / "corpus").rglob("*"):
        if path.suffix in {".json", ".md"}:
            assert str(tmp_path) not in path.read_text(encoding="utf-8"), path


def test_a_card_template_of_ones_own(source: Path, tmp_path: Path) -> None:
    template = tmp_path / "card.md.jinja"
    template.write_text("# {{ name }}\n\nOurs: {{ rows }} rows in {{ languages | length }} languages.\n")
    run_build(source, tmp_path / "run", "pt", corpus={"card": str(template), "name": "our corpus"})
    card = (tmp_path / "run/corpus/README.md").read_text()
    assert "configs:" in card
    assert card.endswith(f"# our corpus\n\nOurs: {len(kept(tmp_path / 'run', 'pt'))} rows in 1 languages.\n")
    manifest = (tmp_path / "run/corpus/manifest.json").read_text()
    assert str(tmp_path) not in manifest
    assert json.loads(manifest)["recipe"]["corpus"]["card"] == "card.md.jinja"


@pytest.mark.parametrize(("text", "said"), [(None, "cannot be read"), ("{% if %}", "line 1")])
def test_a_bad_card_template_is_refused_before_any_work(
    source: Path, tmp_path: Path, text: str | None, said: str
) -> None:
    template = tmp_path / "card.md.jinja"
    if text is not None:
        template.write_text(text)
    with pytest.raises(InputError, match=said):
        run_build(source, tmp_path / "run", "pt", corpus={"card": str(template)})
    assert not (tmp_path / "run").exists()
