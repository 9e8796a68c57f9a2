"""Processes that die, hang or refuse: the pool loses nothing and blames the right text."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from parallelize.core.errors import EngineFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.engines.workers import link
from parallelize.engines.workers.pool import PoolOptions, WorkerPool
from parallelize.pipeline.window import for_each

HERE = Path(__file__).parent


def request(text: str, number: int = 0) -> TranslationRequest:
    return TranslationRequest(
        address=number.to_bytes(32, "big"),
        task=Task.TRANSLATE,
        languages=LanguagePair("en", "pt"),
        text=text,
        attempt="first",
    )


async def run(
    pool: WorkerPool, texts: Sequence[str], setup: dict[str, bool] | None = None
) -> dict[int, Reply]:
    replies: dict[int, Reply] = {}

    async def one(number: int) -> None:
        replies[number] = await pool.answer(request(texts[number], number), setup or {})

    await for_each(range(len(texts)), one, limit=lambda: pool.capacity)
    return replies


@pytest.fixture
async def make_pool(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    pools: list[WorkerPool] = []

    def make(workers: int = 2, hang_seconds: float = 30.0) -> WorkerPool:
        options = PoolOptions(
            engine="faulty", module="faulty_worker", workers=workers, hang_seconds=hang_seconds
        )
        pools.append(WorkerPool(options))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.aclose()


async def test_every_text_is_answered_once(make_pool):
    texts = [f"text {number}" for number in range(500)]
    replies = await run(make_pool(), texts)
    assert [replies[number].text for number in range(500)] == [text.upper() for text in texts]


async def test_a_text_that_kills_its_worker_fails_alone(make_pool):
    texts = [f"text {number}" for number in range(60)]
    texts[17] = "die now"
    replies = await run(make_pool(), texts)
    assert len(replies) == 60
    failed = {number for number, reply in replies.items() if reply.finish is not FinishReason.STOP}
    assert failed == {17}
    assert replies[17].finish is FinishReason.ERROR
    assert replies[17].text == ""
    assert "failed twice on this text; it was killed by signal 9" in replies[17].detail


async def test_an_exception_in_the_worker_is_told(make_pool):
    replies = await run(make_pool(), ["a", "raise the model exploded", "b"])
    assert replies[1].finish is FinishReason.ERROR
    assert "the model exploded" in replies[1].detail
    assert replies[0].text == "A"
    assert replies[2].text == "B"


async def test_a_worker_that_dies_once_is_replaced_and_the_text_answered(make_pool, tmp_path):
    replies = await run(make_pool(), ["a", f"die-once {tmp_path / 'mark'}", "b"])
    assert {reply.finish for reply in replies.values()} == {FinishReason.STOP}


async def test_a_refused_text_says_why(make_pool):
    replies = await run(make_pool(), ["refuse too strange", "a"])
    assert replies[0].finish is FinishReason.REFUSED_INPUT
    assert replies[0].detail == "too strange"
    assert replies[1].text == "A"


async def test_a_hung_worker_is_killed_and_named(make_pool):
    started = time.monotonic()
    replies = await run(make_pool(hang_seconds=0.4), ["a", "hang here", "b", "c"])
    assert time.monotonic() - started < 10
    assert replies[1].finish is FinishReason.ERROR
    assert "it gave no answer in time and was killed" in replies[1].detail
    assert {replies[number].text for number in (0, 2, 3)} == {"A", "B", "C"}


async def test_a_worker_that_gets_no_processor_is_not_hung(make_pool, monkeypatch):
    monkeypatch.setattr(link, "_state", lambda _: (True, 0.0))  # wants one and had none
    replies = await run(make_pool(hang_seconds=0.2), ["a", "sleep 1.2"])
    assert {reply.finish for reply in replies.values()} == {FinishReason.STOP}


def test_a_process_is_asked_what_it_used():
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    idle = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 30
        while link._state(busy.pid)[1] < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        wants, used = link._state(busy.pid)
        assert wants
        assert used >= 0.3
        while link._state(idle.pid)[0] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not link._state(idle.pid)[0]
    finally:
        busy.kill()
        idle.kill()
        busy.wait()
        idle.communicate()


async def test_a_stopped_worker_is_noticed(make_pool):
    pool = make_pool(workers=1, hang_seconds=0.5)
    replies = []

    async def one(_: int) -> None:
        replies.append(await pool.answer(request("sleep 0.01"), {}))
        if len(replies) == 3:
            os.kill(pool.process_ids[0], signal.SIGSTOP)

    await for_each(range(60), one, limit=lambda: pool.capacity)
    assert len(replies) == 60
    assert {reply.finish for reply in replies} == {FinishReason.STOP}


async def test_what_a_library_prints_does_not_reach_the_replies(make_pool):
    replies = await run(make_pool(), ["print noise", "a"])
    assert replies[0].text == "PRINT NOISE"
    assert replies[1].text == "A"


async def test_a_setup_that_cannot_be_loaded_ends_the_run(make_pool):
    with pytest.raises(EngineFault, match=r"faulty: model\.bin is no model"):
        await run(make_pool(), ["a", "b"], {"broken": True})


async def test_workers_that_always_die_end_the_stream(make_pool):
    with pytest.raises(EngineFault, match="end again and again; the last was killed by signal 9"):
        await run(make_pool(), ["die"] * 40)


async def test_a_module_that_is_missing_ends_the_run():
    options = PoolOptions(engine="absent", module="no_such_module_here", workers=1, hang_seconds=5)
    pool = WorkerPool(options)
    with pytest.raises(EngineFault, match=r"do not start; .*No module named no_such_module_here"):
        await run(pool, ["a"])
    await pool.aclose()


async def test_a_process_that_cannot_be_started_ends_the_run(make_pool, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(EngineFault, match="cannot be started: No such file"):
        await run(make_pool(), ["a"])


async def test_two_askers_share_the_workers(make_pool):
    pool = make_pool()
    first, second = await asyncio.gather(
        run(pool, [f"a {number}" for number in range(200)]),
        run(pool, [f"b {number}" for number in range(50)]),
    )
    assert first[199].text == "A 199"
    assert second[49].text == "B 49"


async def test_processes_end_with_aclose(make_pool):
    pool = make_pool()
    await run(pool, ["a"] * 50)
    processes = [psutil.Process(number) for number in pool.process_ids]
    assert processes
    await pool.aclose()
    await pool.aclose()
    assert pool.process_ids == ()
    assert not any(process.is_running() for process in processes)
    assert (await run(pool, ["again"]))[0].text == "AGAIN"


def test_a_pool_can_be_used_on_one_loop_after_another(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    options = PoolOptions(engine="faulty", module="faulty_worker", workers=2, hang_seconds=30)
    pool = WorkerPool(options)
    assert asyncio.run(run(pool, ["a"]))[0].text == "A"
    assert asyncio.run(run(pool, ["b"]))[0].text == "B"
    asyncio.run(pool.aclose())


PARENT = textwrap.dedent(
    """
    import asyncio
    from test_worker_pool import request
    from parallelize.engines.workers.pool import PoolOptions, WorkerPool

    async def main():
        pool = WorkerPool(
            PoolOptions(engine="faulty", module="faulty_worker", workers=2, hang_seconds=30)
        )
        async def one(text):
            await pool.answer(request(text), {})
            print(*pool.process_ids, flush=True)
        await asyncio.gather(*map(one, ["a"] * 50 + ["sleep 60"] * 4))

    asyncio.run(main())
    """
)


def test_workers_die_with_a_parent_that_is_killed():
    path = os.pathsep.join([str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    assert parent.stdout is not None
    for _ in range(50):
        line = parent.stdout.readline()
    workers = [psutil.Process(int(word)) for word in line.split()]
    assert len(workers) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
