"""The stream that engines are fed by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from parallelize.engines.streaming import answered


async def source(items: list[int]) -> AsyncIterator[int]:
    for item in items:
        yield item


@given(items=st.lists(st.integers(), max_size=60), limit=st.integers(1, 7), lookahead=st.integers(0, 9))
def test_one_reply_for_each_request_and_never_more_at_work(
    items: list[int], limit: int, lookahead: int
) -> None:
    working = most = 0

    async def answer(item: int) -> int:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0)
        working -= 1
        return item

    async def run() -> list[int]:
        stream = answered(source(items), answer, limit=lambda: limit, lookahead=lookahead)
        return [reply async for reply in stream]

    assert sorted(asyncio.run(run())) == sorted(items)
    assert most <= limit


async def test_waiting_requests_are_started_in_their_order() -> None:
    started: list[int] = []
    gate = asyncio.Event()

    async def answer(item: int) -> int:
        started.append(item)
        await gate.wait()
        return item

    stream = answered(
        source([3, 1, 9, 5, 7]), answer, limit=lambda: 1, order=lambda item: -item, lookahead=10
    )
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.01)
    gate.set()
    await first
    assert [item async for item in stream] == [9, 7, 5, 1]
    assert started == [3, 9, 7, 5, 1]


async def test_a_fault_cancels_the_others() -> None:
    cancelled: list[int] = []

    async def answer(item: int) -> int:
        if item == 3:
            raise LookupError("no answer")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(item)
            raise
        return item

    try:
        async for _ in answered(source([1, 2, 3]), answer, limit=lambda: 3):
            pass
    except LookupError:
        pass
    assert sorted(cancelled) == [1, 2]
