"""Workers on one evaluation: processes that are killed, shares, prompts that end workers; same bytes."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from parallelize.assemble.evaluate import evaluate, prepare
from parallelize.assemble.unit_work import begun_path, note_begun
from parallelize.assemble.work import share_of_units, work_share
from parallelize.assemble.worker_units import open_worker
from parallelize.core.errors import InputError, LeftToWorkers
from parallelize.core.evaluation_recipe import EvaluationRecipe, parse_evaluation
from parallelize.core.units import Unit
from parallelize.pipeline.window import task_group
from parallelize.store.json_files import write_json
from parallelize.store.run import RunDirectory
from tests.runs import Silent, write_jsonl

RESULTS = (
    *("responses.jsonl", "verdicts.jsonl", "items.jsonl", "results.csv"),
    *("scores.json", "report.md", "README.md", "evaluation.json"),
)
PROBLEMS = 24


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("benchmark")
    for code, text in (("es", "El campesino vende {} cestas."), ("de", "Der Bauer verkauft {} Körbe.")):
        rows = [{"id": f"q{n}", "question": text.format(n), "answer": str(n)} for n in range(PROBLEMS)]
        write_jsonl(folder / f"baskets_{code}.jsonl", rows)
    return str(folder / "baskets_{lang}.jsonl")


@pytest.fixture
def of(benchmark: str) -> Callable[..., EvaluationRecipe]:
    def made(runner: str, **engine: Any) -> EvaluationRecipe:
        table = {
            "engine": {"name": "scripted", "temperature": 0.5, "delay_seconds": 0.0, **engine},
            "benchmarks": [benchmark],
            "langs": ["es", "de"],
            "samples": 2,
            "runner": runner,
        }
        return parse_evaluation(table)

    return made


def results(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in RESULTS}


def test_processes_make_the_same_bytes_also_when_all_are_killed_once(
    of: Callable[..., EvaluationRecipe], tmp_path: Path
) -> None:
    evaluate(prepare(of("here", delay_seconds=0.1)), tmp_path / "here", Silent())
    watcher, killed = Silent(), []

    def kill() -> None:
        while watcher.rows < 8:
            time.sleep(0.01)
        for child in psutil.Process().children():
            if "work" in child.cmdline():
                child.kill()
                killed.append(child.pid)

    threading.Thread(target=kill, daemon=True).start()
    evaluate(prepare(of("processes:2", delay_seconds=0.1)), tmp_path / "workers", watcher)
    assert killed
    assert any("was ended by signal 9" in text for text in watcher.warnings)
    assert results(tmp_path / "workers") == results(tmp_path / "here")
    measured = json.loads((tmp_path / "workers" / "measurements.json").read_text())
    assert 0 < measured["replies"] <= 4 * PROBLEMS + 64


def test_shares_and_an_evaluation_that_finishes(of: Callable[..., EvaluationRecipe], tmp_path: Path) -> None:
    evaluate(prepare(of("here")), tmp_path / "here", Silent())
    order, folder = prepare(of("none")), tmp_path / "shares"
    with pytest.raises(LeftToWorkers, match="96 responses are recorded and left to workers"):
        evaluate(order, folder, Silent())
    work = open_worker(folder, Silent())
    parts = [share_of_units(work, share, 2) for share in (1, 2)]
    assert sorted(map(str, parts[0] + parts[1])) == sorted(map(str, work.units()))
    assert [work_share(folder, share, 2, Silent())["rows"] for share in (1, 2)] == [64, 32]
    assert work_share(folder, 1, 2, Silent()) == {"rows": 0, "errors": 0}
    evaluate(order, folder, Silent())
    assert results(folder) == results(tmp_path / "here")
    assert json.loads((folder / "measurements.json").read_text())["replies"] == 96


def test_a_worker_with_another_model_is_refused(of: Callable[..., EvaluationRecipe], tmp_path: Path) -> None:
    with pytest.raises(LeftToWorkers):
        evaluate(prepare(of("none")), tmp_path, Silent())
    write_json(RunDirectory(tmp_path).asked, {"model": "00" * 32})
    with pytest.raises(InputError, match="echo: this worker would answer with another engine"):
        work_share(tmp_path, 1, 1, Silent())


def test_a_prompt_that_ended_workers_is_an_empty_response(
    of: Callable[..., EvaluationRecipe], tmp_path: Path
) -> None:
    with pytest.raises(LeftToWorkers):
        evaluate(prepare(of("none")), tmp_path, Silent())
    run, begun = RunDirectory(tmp_path), []
    work = open_worker(tmp_path, Silent())
    first = work.units()[0]
    unit = Unit(chunk=first.chunk, code=first.code, one_by_one=True, left_out=(3,))

    def note(unit: Unit, row: int) -> None:
        note_begun(run, unit, row)
        begun.append(int(begun_path(run, unit).read_text()))

    async def alone() -> None:
        async with work.opened(note) as opened, task_group() as group:
            task = await opened.begin(group, unit)
            assert task is not None
            assert (await task).errors == 0

    asyncio.run(alone())
    assert begun == list(range(32))
    work_share(tmp_path, 1, 1, Silent())
    manifest, _ = evaluate(prepare(of("none")), tmp_path, Silent())
    assert manifest.responses == 96
    assert manifest.finish_reasons == {"refused_input": 1, "stop": 95}
    lines = [json.loads(line) for line in (tmp_path / "responses.jsonl").read_text().splitlines()]
    assert [line["response"] for line in lines].index("") == 3
