"""The report of whole runs: what is in it, what its figures add up to, what of the data it can do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import tinyhtml5
from tinyhtml5.parser import HTMLParser

from parallelize.assemble.judge import judge_run
from parallelize.assemble.report import write_report
from parallelize.cli.main import main
from parallelize.core.errors import InputError, StorageFault
from parallelize.report.page import inert
from parallelize.report.wording import reason_words
from parallelize.store.run import RunDirectory
from tests.report.hostile import HOSTILE, hostile_run
from tests.report.test_marks import written
from tests.runs import rows, run_build, write_jsonl

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks/report_size.py"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    source = write_jsonl(folder / "rows.jsonl", rows(90))
    run_build(source, folder / "run", "de", "ar", engine={"fault_rate": 0.3})
    return folder / "run"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_run(tmp_path_factory.mktemp("hostile"))


def parsed(page: Path) -> tuple[Any, dict[str, Any]]:
    root = tinyhtml5.parse(page.read_bytes(), namespace_html_elements=False)
    (data,) = [item for item in root.iter("script") if item.get("id") == "data"]
    return root, json.loads(data.text)


def cells(root: Any, place: str) -> list[list[str]]:
    """Rows of all tables of a section, as texts."""
    (section,) = [item for item in root.iter("section") if item.get("id") == place]
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in section.iter("tr")]


def test_a_build_ends_with_a_report_of_its_counts(run: Path) -> None:
    root, data = parsed(run / "report.html")
    summary = json.loads((run / "summary.json").read_text())
    for code, part in summary["languages"].items():
        (counts,) = [row[1:4] for row in cells(root, "overview") if row[0].startswith(f"{code} ")]
        assert counts == [str(part[key]) for key in ("rows_in", "kept", "dropped")]
        for reason, count in part["reasons"].items():
            alone = part["reasons_alone"].get(reason, 0)
            assert [f"{reason} {reason_words(reason)}", str(count), str(alone)] in [
                row[:3] for row in cells(root, "rows")
            ]
        fates = pl.read_parquet(run / "coverage.parquet")[code]
        shown = [row for row in data["rows"] if row["language"] == code]
        assert {reason for row in shown for reason in row["reasons"]} == set(part["reasons"])
        assert {row["kept"] for row in shown} == {True, False}
        ids = dict(zip(pl.read_parquet(run / "coverage.parquet")["id"], fates, strict=True))
        for row in shown:
            assert ids[row["id"]] == ("kept" if row["kept"] else "+".join(row["reasons"]))


def test_shown_texts_are_those_of_the_corpus(run: Path) -> None:
    _, data = parsed(run / "report.html")
    corpus = {row["id"]: row for row in pl.read_parquet(run / "corpus/ar/*.parquet").iter_rows(named=True)}
    kept = [row for row in data["rows"] if row["language"] == "ar" and row["kept"]]
    assert kept
    for row in kept:
        for text in row["texts"]:
            assert written(text["target"]) == corpus[row["id"]][text["path"]]
            assert written(text["source"]) == sources(corpus[row["id"]])[text["path"]]
        assert row["answer"] == corpus[row["id"]]["answer"]


def sources(row: dict[str, Any]) -> dict[str, str]:
    """Source texts of a row of a corpus, by path."""
    return {text["path"]: text["source"] for text in row["parallelize"]["texts"]}


def test_the_page_is_well_formed_and_named(run: Path) -> None:
    parser = HTMLParser(namespace_html_elements=False)
    parser.parse((run / "report.html").read_bytes())
    assert parser.errors == []
    root, _ = parsed(run / "report.html")
    ids = [item.get("id") for item in root.iter() if item.get("id")]
    assert len(set(ids)) == len(ids)
    for link in root.iter("a"):
        assert link.get("href", "")[1:] in ids
    for item in root.iter():
        assert not [name for name in item.keys() if name.startswith("on") or name in {"style", "src"}]  # noqa: SIM118


def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    path = write_report(RunDirectory(run), tmp_path / "again.html")
    assert path.read_bytes() == (run / "report.html").read_bytes()


def test_judging_again_writes_the_report_again(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(40))
    run_build(source, tmp_path / "run", "de", engine={"fault_rate": 0.2})
    before = (tmp_path / "run/report.html").read_bytes()
    summary = judge_run(tmp_path / "run", {"back_chrf": 100.1})
    after = (tmp_path / "run/report.html").read_bytes()
    assert summary.languages["de"].kept == 0
    for page, threshold in ((before, "40"), (after, "100 changed")):
        root = tinyhtml5.parse(page, namespace_html_elements=False)
        (gate,) = [row for row in cells(root, "gates") if row[0] == "back_chrf"]
        assert gate[3:5] == ["40", threshold]


def test_every_hostile_text_round_trips_and_none_is_markup(hostile: Path) -> None:
    root, data = parsed(hostile / "report.html")
    assert len(list(root.iter("script"))) == 2
    assert not [item.tag for item in root.iter() if item.tag in {"img", "iframe", "link", "base", "object"}]
    tables = [pl.read_parquet(hostile / name) for name in ("rejects/ar.parquet", "corpus/ar/*.parquet")]
    source = {row["parallelize"]["id"]: row for table in tables for row in table.iter_rows(named=True)}
    ids = {inert(id_): id_ for id_ in source}
    assert len(data["rows"]) >= 20
    assert {row["kept"] for row in data["rows"]} == {True, False}
    for row in data["rows"]:
        original = source[ids[row["id"]]]
        for text in row["texts"]:
            whole = sources(original)[text["path"]]
            if not any(isinstance(run, list) and "e" in run[0] for run in text["source"]):
                assert written(text["source"]) == whole
                assert written(text["target"]) == f"« {whole} »"
                assert written(text["back"]) == whole[::-1]


def test_no_control_character_is_in_the_file(hostile: Path) -> None:
    text = (hostile / "report.html").read_text(encoding="utf-8")
    assert not set(text) & set("\x00\x07\x1b\x7f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert sum(item in text for item in HOSTILE if "<" in item) == 0


def test_no_credential_of_the_environment_is_in_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "hf_CANARY" + "c4n4ry" * 5
    for name in ("HF_TOKEN", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, canary)
    run_build(write_jsonl(tmp_path / "rows.jsonl", rows(10)), tmp_path / "run", "de")
    files = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert tmp_path / "run/report.html" in files
    assert not [path for path in files if b"c4n4ry" in path.read_bytes()]


@pytest.mark.parametrize("format_", ["md", "json", "html"])
def test_report_to_stdout_or_a_file(
    run: Path, tmp_path: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    for more in ([], ["--out", str(out)]):
        with pytest.raises(SystemExit) as caught:
            main(["report", str(run), "--format", format_, *more])
        assert caught.value.code == 0
    said = capsys.readouterr().out
    assert str(out) in said
    if format_ == "html":
        assert said.splitlines() == [str(run / "report.html"), str(out)]
        assert out.read_bytes() == (run / "report.html").read_bytes()
    else:
        assert said.startswith(out.read_text())
    if format_ == "json":
        assert json.loads(out.read_text())["languages"].keys() == {"ar", "de"}


def test_an_unfinished_or_damaged_run_is_named(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(10))
    run_build(source, tmp_path / "run", "de")
    chunk = next((tmp_path / "run/translations/de").glob("*.parquet"))
    whole = chunk.read_bytes()
    chunk.write_bytes(whole[:-1])
    with pytest.raises(StorageFault, match=r"damaged"):
        write_report(RunDirectory(tmp_path / "run"))
    chunk.unlink()
    with pytest.raises(StorageFault, match=r"is missing, the translation of"):
        write_report(RunDirectory(tmp_path / "run"))
    chunk.write_bytes(whole)
    (tmp_path / "run/coverage.parquet").unlink()
    with pytest.raises(StorageFault, match=r"coverage\.parquet"):
        write_report(RunDirectory(tmp_path / "run"))
    (tmp_path / "run/corpus/manifest.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        write_report(RunDirectory(tmp_path / "run"))


def test_the_first_screen_says_what_it_is(run: Path) -> None:
    root, _ = parsed(run / "report.html")
    (screen,) = [item for item in root.iter("section") if item.get("id") == "verdict"]
    text = " ".join("".join(screen.itertext()).split())
    summary = json.loads((run / "summary.json").read_text())["languages"]
    kept, rows_in = (sum(part[key] for part in summary.values()) for key in ("kept", "rows_in"))
    assert (
        f"({kept:,} of {rows_in:,}), translated into Arabic and German by a pseudo-engine for tests" in text
    )
    assert "Nobody has read it." in text
    cards = [" ".join("".join(card.itertext()).split()) for card in screen.iter("li")]
    assert len(cards) == 2
    for code, card in zip(summary, cards, strict=True):
        part = summary[code]
        reason, count = max(part["reasons"].items(), key=lambda item: item[1])
        assert f"kept, {part['kept']} of {part['rows_in']}" in card
        said = f"{reason_words(reason)} ({count} of {part['dropped']}, {reason})"
        assert f"Most often dropped because: {said}" in card
        assert f"{part['scores']['back_chrf']['p50']:.3g} of 100" in card
    headings = ["".join(item.itertext()) for item in screen.iter("h4")]
    assert headings[:2] == ["A typical row: the median of what was kept", "The worst that was kept"]
    assert headings[2].startswith("A dropped row: ")
    fates = pl.read_parquet(run / "coverage.parquet")
    names = ["".join(item.itertext()).split(";")[0] for item in screen.iter("bdi")]
    known = {row["id"]: row for row in fates.iter_rows(named=True)}
    weakest = min(summary, key=lambda code: summary[code]["scores"]["back_chrf"]["p50"])
    assert [known[name][weakest] == "kept" for name in names] == [True, True, False]
    steps = ["".join(item.itertext()) for item in screen.iter("dd")]
    assert steps[0] == "parallelize review RUN --rows 100"  # nobody has read it
    assert steps[1].startswith("parallelize judge RUN")


@pytest.mark.slow
def test_a_large_run_has_a_small_page() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--languages", "10", "--rows", "3000"],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["bytes"] < 5_000_000
    assert figures["peak_mb"] < 900
