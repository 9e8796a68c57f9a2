"""What every `Generator` promises; a test class of an engine inherits these tests.

The class gives two things: a fixture `generator`, and a method `request(number)` that makes the n-th
request (address: n in 32 bytes) whose answer is `finish == STOP`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from parallelize.core.ports import FinishReason, GenerationReply, GenerationRequest, Generator


class GeneratorContract:
    """Inherit as `class TestX(GeneratorContract)`."""

    many = 40
    """Requests of the larger tests."""
    ahead = 200
    """Requests that may be taken at most while nobody takes replies."""

    def request(self, number: int) -> GenerationRequest:
        raise NotImplementedError

    async def source(self, numbers: range) -> AsyncIterator[GenerationRequest]:
        for number in numbers:
            yield self.request(number)

    async def test_every_request_is_answered_exactly_once(self, generator: Generator) -> None:
        replies = [reply async for reply in generator.generate(self.source(range(self.many)))]
        counted = Counter(reply.address for reply in replies)
        assert counted == Counter(number.to_bytes(32, "big") for number in range(self.many))
        assert {reply.finish for reply in replies} == {FinishReason.STOP}

    async def test_no_requests_no_replies(self, generator: Generator) -> None:
        assert [reply async for reply in generator.generate(self.source(range(0)))] == []

    async def test_equal_addresses_are_answered_each(self, generator: Generator) -> None:
        async def twice() -> AsyncIterator[GenerationRequest]:
            yield self.request(1)
            yield self.request(1)

        assert len([reply async for reply in generator.generate(twice())]) == 2

    async def test_replies_come_while_the_stream_is_open(self, generator: Generator) -> None:
        """A repair attempt depends on the reply before it: the engine must not wait for more requests."""
        inbox: asyncio.Queue[GenerationRequest | None] = asyncio.Queue()

        async def fed() -> AsyncIterator[GenerationRequest]:
            while (item := await inbox.get()) is not None:
                yield item

        replies: list[GenerationReply] = []
        inbox.put_nowait(self.request(0))
        async with asyncio.timeout(120), aclosing(generator.generate(fed())) as stream:
            async for reply in stream:
                replies.append(reply)
                inbox.put_nowait(self.request(len(replies)) if len(replies) < 3 else None)
        assert [int.from_bytes(reply.address, "big") for reply in replies] == [0, 1, 2]

    async def test_requests_are_not_taken_when_nobody_takes_replies(self, generator: Generator) -> None:
        taken = 0

        async def endless() -> AsyncIterator[GenerationRequest]:
            nonlocal taken
            while True:
                taken += 1
                yield self.request(taken)

        async with aclosing(generator.generate(endless())) as stream:
            await anext(stream)
            before = -1
            while taken != before:
                before = taken
                await asyncio.sleep(0.5)
        assert taken <= self.ahead

    async def test_closing_cancels_and_the_engine_can_go_on(self, generator: Generator) -> None:
        async with aclosing(generator.generate(self.source(range(self.many)))) as stream:
            await anext(stream)
        async with asyncio.timeout(120):
            again = [reply async for reply in generator.generate(self.source(range(3)))]
        assert len(again) == 3

    async def test_a_fault_of_the_source_ends_the_stream(self, generator: Generator) -> None:
        async def broken() -> AsyncIterator[GenerationRequest]:
            yield self.request(0)
            raise LookupError("the source broke")

        with pytest.raises(LookupError, match="the source broke"):
            async for _ in generator.generate(broken()):
                pass

    async def test_two_streams_at_once(self, generator: Generator) -> None:
        async def run(numbers: range) -> list[int]:
            replies = [reply async for reply in generator.generate(self.source(numbers))]
            return sorted(int.from_bytes(reply.address, "big") for reply in replies)

        first, second = await asyncio.gather(run(range(8)), run(range(100, 108)))
        assert first == list(range(8))
        assert second == list(range(100, 108))

    async def test_the_fingerprint_is_stable(self, generator: Generator) -> None:
        assert generator.fingerprint().digest() == generator.fingerprint().digest()

    async def test_closing_twice_is_safe(self, generator: Generator) -> None:
        await generator.aclose()
        await generator.aclose()
