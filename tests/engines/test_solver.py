"""The answer-consistency gate: a model solves source and translation through queue and memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.cli.main import main
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason
from parallelize.engines.scripted.model import ScriptedModel
from parallelize.engines.solver import SolverScorer
from parallelize.stages.pair_scores import model_scores, scored_parts
from parallelize.stages.translation_plan import BoundScorer
from tests.contract.asking import answer_all

SERVER = Path(__file__).parent / "faulty_server.py"
PAIR = LanguagePair("en", "pt")
SOURCE = "Ann has 3 apples and buys 4 more. How many apples does she have?"
RIGHT = "Ana tem 3 maçãs e compra mais 4. Quantas maçãs ela tem?"
CHANGED = "Ana tem 3 maçãs e compra mais 40. Quantas maçãs ela tem?"


def bound(solver: SolverScorer, samples: int = 4) -> BoundScorer:
    return BoundScorer(
        measure=solver.measure,
        level=solver.level,
        fingerprint=solver.fingerprint(PAIR).digest(),
        ask=solver.answer,
        samples=samples,
    )


def solver(samples: int = 4) -> SolverScorer:
    return SolverScorer(ScriptedModel(temperature=1.0), samples=samples, max_output_tokens=100)


def replies(*said: str) -> list[Reply]:
    return [
        Reply(address=bytes(32), text=rf"\boxed{{{text}}}", finish=FinishReason.STOP, detail="")
        for text in said
    ]


def gap(found: list[Reply | None], answer: str | None = "7") -> float | None:
    asked = bound(solver(len(found) // 2), len(found) // 2)
    (score,) = model_scores(asked, (), found, PAIR, answer)
    assert score.measure == "solver_gap"
    return score.value


def test_the_gap_is_the_rate_on_the_source_less_that_on_the_translation() -> None:
    assert gap(replies("7", "7", "7", "7")) == 0
    assert gap(replies("7", "7.0", "43", "7")) == 0.5
    assert gap(replies("7", "7", "43", "43")) == 1
    assert gap(replies("1", "2", "43", "43")) == 0
    assert gap(replies("1", "7", "7,0", "7")) == -0.5


def test_without_an_answer_or_with_a_failed_solution_nothing_is_measured_and_the_row_is_dropped() -> None:
    whole = replies("7", "7", "7", "7")
    failed = Reply(address=bytes(32), text="", finish=FinishReason.ERROR, detail="no connection")
    strict = Thresholds.of({"solver_gap": 0.25})
    for found, answer in ((whole, None), ([*whole[:3], None], "7"), ([*whole[:3], failed], "7"), ([], "7")):
        scores = model_scores(bound(solver()), (), found, PAIR, answer)
        assert [score.value for score in scores] == [None]
        assert strict.judge(scores).reasons == (Reason.SOLVER,)
        assert Thresholds.of({}).judge(scores).kept, "no threshold, no verdict"
    cut = Reply(address=bytes(32), text=r"\boxed{7}", finish=FinishReason.LENGTH, detail="")
    assert gap([*whole[:3], cut]) == 0.5, "a solution that was cut has no answer"


def test_solutions_of_the_source_are_the_same_requests_for_every_language() -> None:
    asked = bound(solver())
    first = [part.request for part in scored_parts([("q", SOURCE, RIGHT), ("a", "x", "y")], asked, PAIR)]
    other = [
        part.request
        for part in scored_parts([("q", SOURCE, "3 Äpfel und 4")], asked, LanguagePair("en", "de"))
    ]
    assert len({request.address for request in first}) == 8
    assert [request.address for request in first[:4]] == [request.address for request in other[:4]]
    assert not {request.address for request in first[4:]} & {request.address for request in other[4:]}
    assert {request.text for request in first} == {SOURCE, RIGHT}, "the solution is not shown"


@given(st.integers(1, 5))
def test_the_scripted_model_says_the_same_each_time(samples: int) -> None:
    asked = bound(solver(samples), samples)
    requests = [part.request for part in scored_parts([("q", SOURCE, RIGHT)], asked, PAIR)]
    first = asyncio.run(answer_all(solver(samples), requests))
    again = asyncio.run(answer_all(solver(samples), requests))
    assert [reply.text for reply in first] == [reply.text for reply in again]
    (score,) = model_scores(asked, (), first, PAIR, "7")
    assert score.value is not None
    assert -1 <= score.value <= 1


@pytest.fixture
def server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, SERVER, "--share", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    process.kill()
    process.wait()
    process.stdout.close()


def test_an_audit_drops_a_problem_that_is_solved_no_more_and_asks_nothing_twice(
    tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("same", RIGHT, "7"), ("changed", CHANGED, "7"), ("without", RIGHT, None)]
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "".join(
            json.dumps({"id": name, "source": SOURCE, "target": target, "answer": answer}) + "\n"
            for name, target, answer in rows
        )
    )
    recipe = tmp_path / "recipe.toml"
    engine = f'{{ name = "openai", model = "adder", base_url = "{server}" }}'
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "x"\n[scorers.solver]\nsamples = 2\nengine = {engine}\n'
    )
    out = tmp_path / "verdicts.jsonl"

    def audit(*more: str) -> dict[str, dict]:
        arguments = ["--lang", "pt", "--scorers", str(recipe), "--memory", str(tmp_path / "memory")]
        with pytest.raises(SystemExit) as caught:
            main(["audit", str(file), *arguments, "--rows", str(out), "--json", "--processes", "1", *more])
        assert caught.value.code == 0, capsys.readouterr().err
        return {row["id"]: row for row in map(json.loads, out.read_text().splitlines())}

    found = audit("--threshold", "number_faults=off")
    assert {name: row["scores"]["solver_gap"] for name, row in found.items()} == {
        "same": 0,
        "changed": 1,
        "without": None,
    }
    assert all("solver" not in row["reasons"] for row in found.values())
    strict = audit("--threshold", "number_faults=off", "--threshold", "solver_gap=0.25")
    assert {name: "solver" in row["reasons"] for name, row in strict.items()} == {
        "same": False,
        "changed": True,
        "without": True,
    }
    assert len(list((tmp_path / "memory" / "en-en").glob("*"))) > 0
