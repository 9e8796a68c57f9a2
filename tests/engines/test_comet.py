"""COMET in an environment of its own: the real worker and protocol, with a stand-in for the library.

The stand-in (a module `comet` on the path of the worker's Python) does what its "checkpoint" says, and fails
on purpose. Where `PARALLELIZE_COMET_PYTHON` and `PARALLELIZE_COMET_MODEL` name the real library and a
checkpoint (`tests/engines/tiny_comet.py` makes one), they are run too.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply, ScoringRequest
from parallelize.core.provenance import Task
from parallelize.core.recipe_tables import CometOptions
from parallelize.engines.comet.scorer import CometScorer
from tests.contract.asking import answer_all

STAND_IN = """
import pathlib, sys, time

def download_model(name):
    raise KeyError("Model {!r} not supported by COMET.".format(name))

def load_from_checkpoint(path):
    print("noise on stdout")
    return Model(pathlib.Path(path).read_text().split())

class Model:
    def __init__(self, faults):
        self.faults, self.batches = faults, 0
        if "broken" in faults:
            raise RuntimeError("checkpoint is broken")

    def requires_references(self):
        return "references" in self.faults

    def predict(self, items, batch_size, gpus, progress_bar):
        print("more noise")
        self.batches += 1
        if "dies" in self.faults and self.batches == 2:
            print("out of memory", file=sys.stderr)
            sys.exit(9)
        if "hangs" in self.faults:
            time.sleep(3600)
        if "refuses" in self.faults:
            raise ValueError("too long")
        scores = [len(item["mt"]) / 100 for item in items]
        if "nan" in self.faults:
            scores[0] = float("nan")
        return {"scores": scores[1:] if "short" in self.faults else scores}
"""


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., CometScorer]:
    """A Python that has the stand-in, and a checkpoint that tells it what to do."""
    library = tmp_path / "library"
    (library / "unbabel_comet-2.2.7.dist-info").mkdir(parents=True)
    (library / "unbabel_comet-2.2.7.dist-info" / "METADATA").write_text(
        "Name: unbabel-comet\nVersion: 2.2.7\n"
    )
    (library / "comet.py").write_text(STAND_IN)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={library} exec {sys.executable} "$@"\n')
    python.chmod(0o755)

    def make(*faults: str, **more: object) -> CometScorer:
        checkpoint = tmp_path / "model.ckpt"
        checkpoint.write_text(" ".join(faults))
        settings = {"python": str(python), "model": str(checkpoint), "batch_size": 4, **more}
        return CometScorer(CometOptions(**settings))

    return make


def request(number: int) -> ScoringRequest:
    return ScoringRequest(
        address=number.to_bytes(32, "big"),
        task=Task.JUDGE,
        languages=LanguagePair("en", "de"),
        text="A sentence\u2028with odd \x00 characters.",
        translation="x" * number + ("\ud800" if number == 7 else ""),
        attempt="comet",
    )


async def scored(scorer: CometScorer, count: int) -> list[Reply]:
    try:
        return await answer_all(scorer, map(request, range(count)))
    finally:
        await scorer.aclose()


async def test_every_request_is_answered_once_with_its_own_number(
    environment: Callable[..., CometScorer],
) -> None:
    replies = await scored(environment(), 50)
    assert sorted(reply.address for reply in replies) == [n.to_bytes(32, "big") for n in range(50)]
    for reply in replies:
        number = int.from_bytes(reply.address, "big")
        if number in (0, 7):  # blank, and a lone surrogate: their batches must not suffer
            assert (reply.finish, reply.value) == (FinishReason.REFUSED_INPUT, None)
        else:
            assert (reply.value, reply.text) == (number / 100, "")


@pytest.mark.parametrize("fault", ["nan", "short", "refuses"])
async def test_what_is_no_number_is_no_score(environment: Callable[..., CometScorer], fault: str) -> None:
    replies = await scored(environment(fault), 8)
    assert len(replies) == 8
    failed = [reply for reply in replies if reply.finish is not FinishReason.STOP]
    assert failed
    assert all(reply.value is None and reply.detail for reply in failed)
    if fault != "nan":
        assert len(failed) == 8, "a batch that is not whole says nothing about any of its items"


@pytest.mark.parametrize(
    ("fault", "said"),
    [("broken", "checkpoint is broken"), ("references", "reference-free"), ("dies", "out of memory")],
)
async def test_a_worker_that_ends_says_why(
    environment: Callable[..., CometScorer], fault: str, said: str
) -> None:
    with pytest.raises(EngineFault, match=said):
        await scored(environment(fault), 12)


async def test_a_worker_that_hangs_is_ended(environment: Callable[..., CometScorer]) -> None:
    scorer = environment("hangs", timeout_seconds=2.0)
    started = time.monotonic()
    with pytest.raises(EngineFault, match="said nothing for 2 s"):
        await scored(scorer, 2)
    assert time.monotonic() - started < 30
    assert not [
        child for child in psutil.Process().children() if "comet/worker.py" in " ".join(child.cmdline())
    ]


def test_a_missing_environment_says_how_to_make_one(tmp_path: Path) -> None:
    for python in (str(tmp_path / "absent"), sys.executable):
        scorer = CometScorer(CometOptions(python=python, model="Unbabel/wmt22-cometkiwi-da"))
        with pytest.raises(EnvironmentFault, match="pip install unbabel-comet"):
            scorer.fingerprint(LanguagePair("en", "de"))


def test_checkpoint_and_version_are_in_the_fingerprint(environment: Callable[..., CometScorer]) -> None:
    one = environment().fingerprint(LanguagePair("en", "de"))
    assert one.revision == "2.2.7"
    assert one.model.startswith("sha256:")
    assert environment("nan").fingerprint(LanguagePair("en", "de")).digest() != one.digest()


async def test_batches_never_wait_to_be_full_and_take_all_that_have_come(
    environment: Callable[..., CometScorer],
) -> None:
    scorer, sizes = environment(), []
    ask = scorer._ask

    async def noted(batch: list[ScoringRequest]) -> dict[str, object]:
        sizes.append(len(batch))
        return await ask(batch)

    scorer._ask = noted
    async with asyncio.timeout(30):
        assert (await scorer.answer(request(1))).value == 0.01
        assert sizes == [1]
        replies = await asyncio.gather(*(scorer.answer(request(n)) for n in (8, 9, 10, 11, 12, 13)))
    await scorer.aclose()
    assert [reply.value for reply in replies] == [0.08, 0.09, 0.1, 0.11, 0.12, 0.13]
    assert sizes == [1, 4, 2]


async def test_a_request_that_is_given_up_takes_nothing_from_the_others(
    environment: Callable[..., CometScorer],
) -> None:
    scorer = environment()
    async with asyncio.timeout(30):
        tasks = [asyncio.create_task(scorer.answer(request(n))) for n in (1, 2, 3, 4, 5, 6)]
        await asyncio.sleep(0.01)
        tasks[0].cancel()
        tasks[4].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    await scorer.aclose()
    assert [reply.value for reply in ended if isinstance(reply, Reply)] == [0.02, 0.03, 0.04, 0.06]


@pytest.mark.slow
@pytest.mark.skipif(
    "PARALLELIZE_COMET_PYTHON" not in os.environ, reason="needs an environment with unbabel-comet"
)
async def test_the_real_library() -> None:
    settings = CometOptions(
        python=os.environ["PARALLELIZE_COMET_PYTHON"],
        model=os.environ["PARALLELIZE_COMET_MODEL"],
        batch_size=4,
    )
    first, second = [
        {reply.address: reply.value for reply in await scored(CometScorer(settings), 10)} for _ in range(2)
    ]
    values = [value for value in first.values() if value is not None]
    assert len(values) == 8
    assert all(map(math.isfinite, values))
    assert len(set(values)) > 1
    assert second == first
