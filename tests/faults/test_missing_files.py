"""What is missing or damaged is named, and a corpus that was whole stays whole."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.assemble.build import build
from parallelize.assemble.judge import judge_run
from parallelize.assemble.report import write_report
from parallelize.cli.main import cli
from parallelize.core.errors import InputError, ParallelizeError, StorageFault
from parallelize.store.run import RunDirectory
from tests.runs import Silent, corpus_digests, recipe, rows, run_build, write_jsonl


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    source = write_jsonl(folder / "rows.jsonl", [*rows(30), {"id": "empty", "problem": " "}])
    run_build(source, folder / "run", "pt", "de", engine={"fault_rate": 0.2}, run={"chunk_rows": 10})
    return folder


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished / "run", tmp_path / "run"))


def drop_one(run: Path, code: str) -> None:
    next(iter((run / "translations" / code).glob("*.parquet"))).unlink()


def drop_all(run: Path, code: str) -> None:
    shutil.rmtree(run / "translations" / code)


@pytest.mark.parametrize("codes", [("pt",), ("pt", "de")])
@pytest.mark.parametrize("drop", [drop_one, drop_all])
def test_judging_never_takes_a_language_out(
    run: Path, codes: tuple[str, ...], drop: Callable[[Path, str], None]
) -> None:
    before = corpus_digests(run)
    for code in codes:
        drop(run, code)
    with pytest.raises(StorageFault, match=rf"^({'|'.join(codes)}): \d of 3 translated chunks are missing"):
        judge_run(run, {"back_chrf": 50.0})
    assert corpus_digests(run) == before
    ended = CliRunner().invoke(cli, ["judge", str(run), "--min-chrf", "50"], standalone_mode=False)
    assert isinstance(ended.exception, StorageFault)
    assert ended.exception.exit_code == 3


def test_building_another_language_never_takes_one_out(finished: Path, run: Path) -> None:
    before = corpus_digests(run)
    drop_one(run, "pt")
    options = {"engine": {"fault_rate": 0.2}, "run": {"chunk_rows": 10}}
    with pytest.raises(StorageFault, match="pt: 1 translated chunks are missing"):
        build(recipe(finished / "rows.jsonl", "fr", **options), run, Silent())
    assert corpus_digests(run) == before
    build(recipe(finished / "rows.jsonl", "pt", "de", **options), run, Silent())
    assert corpus_digests(run) == before


def test_a_language_whose_rows_changed_is_left_out_with_a_warning(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(10))
    run_build(source, tmp_path / "run", "pt")
    write_jsonl(source, rows(12))
    watcher = Silent()
    summary = build(recipe(source, "de"), tmp_path / "run", watcher)
    assert list(summary.languages) == ["de"]
    assert any("pt is left out: its rows changed" in text for text in watcher.warnings)


def test_the_list_of_languages_may_not_be_lost(finished: Path, run: Path) -> None:
    before = corpus_digests(run)
    (run / "languages.json").unlink()
    with pytest.raises(StorageFault, match="the corpus has de, pt"):
        judge_run(run, {})
    with pytest.raises(StorageFault, match="the corpus has de, pt"):
        build(recipe(finished / "rows.jsonl", "fr"), run, Silent())
    assert corpus_digests(run) == before


def test_a_run_without_a_finished_language_is_no_traceback(run: Path) -> None:
    shutil.rmtree(run / "corpus")
    (run / "languages.json").unlink()
    with pytest.raises(InputError, match=r"no language of .* is translated yet"):
        judge_run(run, {})


JSON_FILES = (
    "recipe.json",
    "languages.json",
    "records/index.json",
    "summary.json",
    "measurements.json",
    "corpus/manifest.json",
)


def flipped(path: Path) -> list[tuple[int, bytes]]:
    """The file with one digit changed, for a spread of its digits: (place, bytes)."""
    data = path.read_bytes()
    places = [match.start() for match in re.finditer(rb"[0-9]", data)]
    found = []
    for place in places[:: max(1, len(places) // 40)]:
        other = b"1" if data[place : place + 1] == b"0" else b"0"
        found.append((place, data[:place] + other + data[place + 1 :]))
    return found


@pytest.mark.parametrize("name", JSON_FILES)
def test_every_changed_digit_of_a_json_file_is_noticed(run: Path, name: str) -> None:
    path = run / name
    whole = path.read_bytes()
    readers: dict[str, list[Callable[[], object]]] = {
        "recipe.json": [lambda: judge_run(run, {})],
        "languages.json": [lambda: judge_run(run, {})],
        "records/index.json": [lambda: judge_run(run, {}), lambda: write_report(RunDirectory(run))],
        "summary.json": [lambda: write_report(RunDirectory(run)), lambda: command("report", str(run))],
        "measurements.json": [lambda: write_report(RunDirectory(run)), lambda: command("report", str(run))],
        "corpus/manifest.json": [
            lambda: write_report(RunDirectory(run)),
            lambda: command("verify", str(run)),
            lambda: command("export", str(run), "--format", "messages"),
        ],
    }
    for place, data in flipped(path):
        path.write_bytes(data)
        for read in readers[name]:
            with pytest.raises(ParallelizeError, match=re.escape(path.name)):
                read()
        assert path.read_bytes() == data, place
    path.write_bytes(whole)


def command(*arguments: str) -> None:
    ended = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception


@pytest.mark.parametrize("name", ["rejects/source.parquet", "rejects/pt.parquet", "coverage.parquet"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "other"])
def test_damaged_tables_beside_the_corpus_are_named(run: Path, name: str, damage: str) -> None:
    path = run / name
    data = path.read_bytes()
    middle = len(data) // 2
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "cut": data[:middle],
                "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "other": (run / "rejects/de.parquet").read_bytes(),
            }[damage]
        )
    for read in (lambda: write_report(RunDirectory(run)), lambda: command("verify", str(run))):
        with pytest.raises(ParallelizeError, match=re.escape(path.name)):
            read()
    if name == "rejects/source.parquet":
        with pytest.raises(StorageFault, match=re.escape(path.name)):
            judge_run(run, {})
    else:
        judge_run(run, {})  # it makes the file anew
        assert path.read_bytes() == data


def test_a_file_without_a_checksum_is_read_as_it_is(run: Path) -> None:
    for name in JSON_FILES:
        value = json.loads((run / name).read_text())
        assert value.pop("checksum")
        (run / name).write_text(json.dumps(value))
    assert judge_run(run, {}).languages.keys() == {"de", "pt"}


@pytest.mark.parametrize("depth", [200, 100_000])
@pytest.mark.parametrize("name", ["summary.json", "corpus/manifest.json"])
def test_json_as_deep_as_it_gets_is_refused(run: Path, name: str, depth: int) -> None:
    (run / name).write_text('{"a":' * depth + "1" + "}" * depth)
    with pytest.raises(InputError, match=re.escape(Path(name).name)):
        write_report(RunDirectory(run))
