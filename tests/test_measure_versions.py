"""A measure that changes has another version; a finished run is then scored anew, and not judged as it is."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from parallelize.assemble.build import build
from parallelize.assemble.explain import explain
from parallelize.assemble.judge import judge_run
from parallelize.assemble.judge_preview import judged_otherwise
from parallelize.core import measures
from parallelize.core.errors import InputError
from parallelize.core.measures import MEASURES, measure_versions
from parallelize.store.json_files import to_json
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.run import RunDirectory
from tests.golden.measure_versions import FILE, found_now
from tests.runs import Silent, recipe, rows, write_jsonl

Raise = Callable[[str], None]


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> Raise:
    """Raise the version of a measure, as whoever changes it does."""

    def raise_version(name: str) -> None:
        changed = {**MEASURES, name: replace(MEASURES[name], version=MEASURES[name].version + 1)}
        monkeypatch.setattr(measures, "MEASURES", types.MappingProxyType(changed))

    return raise_version


def chunks(run: Path) -> set[str]:
    return {path.name for path in (run / "translations").rglob("*.parquet")}


def test_a_raised_version_scores_a_finished_run_anew_without_asking_the_engine(
    tmp_path: Path, raised: Raise
) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(6))
    wanted, run = recipe(source, "de"), tmp_path / "run"
    build(wanted, run, Silent())
    before, replies = chunks(run), {path: path.read_bytes() for path in (run / "memory").rglob("*.arrow")}
    was = measure_versions()["number_faults"]
    raised("number_faults")

    with pytest.raises(InputError, match="number_faults changed since") as refused:
        judge_run(run, {"length_deviation": 0.5})
    assert "nothing is translated twice" in str(refused.value.remedy)
    with pytest.raises(InputError, match="number_faults"):
        judged_otherwise(run, {"length_deviation": 0.5})
    assert chunks(run) == before

    (language,) = explain(wanted, run, Silent()).languages.values()
    (change,) = language.changes
    assert (change.where, change.before, change.after) == ("measures.number_faults", was, was + 1)
    watcher = Silent()
    build(wanted, run, watcher)
    assert watcher.rows == 6
    assert chunks(run) > before
    assert {path: path.read_bytes() for path in (run / "memory").rglob("*.arrow")} == replies
    judge_run(run, {"length_deviation": 0.5})


def test_a_language_that_is_not_asked_for_keeps_its_scores_and_says_so(tmp_path: Path, raised: Raise) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(4))
    build(recipe(source, "de"), tmp_path / "run", Silent())
    raised("omission")
    watcher = Silent()
    build(recipe(source, "fr"), tmp_path / "run", watcher)
    assert any(
        "de keeps the scores of another version (omission changed" in said for said in watcher.warnings
    )


def test_a_run_that_noted_no_versions_is_not_judged(tmp_path: Path) -> None:
    build(recipe(write_jsonl(tmp_path / "rows.jsonl", rows(3)), "de"), tmp_path / "run", Silent())
    run = RunDirectory(tmp_path / "run")
    known = read_languages(run.languages)
    older = {
        code: replace(item, made_from=replace(item.made_from, measures={})) for code, item in known.items()
    }
    write_languages(run.languages, older)
    with pytest.raises(InputError, match=rf"and {len(MEASURES) - 4} more changed since"):
        judge_run(run.root, {})
    assert "measures" in json.dumps(to_json(known["de"]))


def test_who_changes_a_measure_raises_its_version() -> None:
    stored: Mapping[str, dict[str, object]] = json.loads(FILE.read_text(encoding="utf-8"))
    changed = [
        name
        for name, found in found_now().items()
        if name not in stored
        or (stored[name]["scores"] != found and stored[name]["version"] == measure_versions()[name])
    ]
    assert not changed, (
        f"{', '.join(changed)}: other scores of the planted texts under the same version; raise `version` of "
        "each in core/measures.py, then run `python -m tests.golden.measure_versions`"
    )
