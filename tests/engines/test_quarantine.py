"""The quarantine: suspects run alone, the likeliest first, and go free when the culprit is found."""

from __future__ import annotations

import asyncio

from parallelize.engines.vllm.quarantine import Quarantine


async def test_suspects_run_alone_and_in_order_of_suspicion() -> None:
    ward, log, inside = Quarantine(), [], [0]

    async def normal(name: str) -> None:
        async with ward.together():
            inside[0] += 1
            await asyncio.sleep(0.01)
            log.append((name, inside[0] > 1))
            inside[0] -= 1

    async def suspect(name: str, suspicion: float) -> None:
        async with ward.alone(suspicion=suspicion) as alone:
            assert alone
            inside[0] += 1
            await asyncio.sleep(0.01)
            log.append((name, inside[0] > 1))
            inside[0] -= 1

    first = asyncio.create_task(normal("before"))
    await asyncio.sleep(0)
    await asyncio.gather(
        suspect("small", 1),
        suspect("large", 9),
        suspect("middle", 5),
        normal("after a"),
        normal("after b"),
        first,
    )
    assert [name for name, _ in log[:4]] == ["before", "large", "middle", "small"]
    assert not any(beside for name, beside in log if name in {"small", "large", "middle"})
    assert {name for name, _ in log[4:]} == {"after a", "after b"}


async def test_the_others_go_free_when_the_culprit_is_found() -> None:
    ward, alone_runs = Quarantine(), []

    async def suspect(name: str, suspicion: float) -> bool:
        async with ward.alone(suspicion=suspicion) as alone:
            if alone:
                alone_runs.append(name)
                await asyncio.sleep(0.01)
                if name == "culprit":
                    ward.confirm()
            return alone

    results = await asyncio.gather(
        suspect("harmless", 9), suspect("culprit", 5), suspect("later", 3), suspect("last", 1)
    )
    assert results == [True, True, False, False]
    assert alone_runs == ["harmless", "culprit"]
    async with asyncio.timeout(1), ward.together():
        pass


async def test_a_cancelled_suspect_leaves_no_trace() -> None:
    ward = Quarantine()

    async def suspect() -> None:
        async with ward.alone(suspicion=1):
            await asyncio.sleep(60)

    running, waiting = asyncio.create_task(suspect()), asyncio.create_task(suspect())
    await asyncio.sleep(0.01)
    for task in (waiting, running):
        task.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    async with asyncio.timeout(1), ward.together():
        pass
