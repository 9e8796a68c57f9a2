"""What every `Generator` promises; a test class of an engine inherits these tests.

The class gives two things: a fixture `generator`, and a method `request(number)` that makes the n-th
request (address: n in 32 bytes) whose answer is `finish == STOP`.
"""

from __future__ import annotations

import asyncio

from parallelize.core.ports import FinishReason, GenerationRequest, Generator
from tests.contract.asking import answer_all


class GeneratorContract:
    """Inherit as `class TestX(GeneratorContract)`."""

    many = 40
    """Requests of the larger tests."""

    def request(self, number: int) -> GenerationRequest:
        raise NotImplementedError

    async def numbers(self, generator: Generator, wanted: range, *, at_once: int = 0) -> list[int]:
        replies = await answer_all(generator, map(self.request, wanted), at_once=at_once)
        assert {reply.finish for reply in replies} <= {FinishReason.STOP}
        return [int.from_bytes(reply.address, "big") for reply in replies]

    async def test_every_request_is_answered_with_its_own_address(self, generator: Generator) -> None:
        assert await self.numbers(generator, range(self.many)) == list(range(self.many))

    async def test_more_at_once_than_it_says_it_can_use_are_answered_too(self, generator: Generator) -> None:
        assert await self.numbers(generator, range(self.many), at_once=self.many) == list(range(self.many))

    async def test_it_can_always_use_at_least_one(self, generator: Generator) -> None:
        assert generator.capacity >= 1
        await self.numbers(generator, range(3))
        assert generator.capacity >= 1

    async def test_equal_addresses_are_answered_each(self, generator: Generator) -> None:
        assert len(await answer_all(generator, [self.request(1), self.request(1)])) == 2

    async def test_one_alone_is_answered(self, generator: Generator) -> None:
        """A repair attempt depends on the reply before it: the engine must not wait for more requests."""
        async with asyncio.timeout(120):
            for number in range(3):
                assert await self.numbers(generator, range(number, number + 1)) == [number]

    async def test_cancelling_gives_up_and_the_engine_can_go_on(self, generator: Generator) -> None:
        tasks = [asyncio.create_task(generator.answer(self.request(n))) for n in range(self.many)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(not isinstance(item, Exception) for item in ended)
        async with asyncio.timeout(120):
            assert await self.numbers(generator, range(3)) == [0, 1, 2]

    async def test_two_askers_at_once(self, generator: Generator) -> None:
        first, second = await asyncio.gather(
            self.numbers(generator, range(8)), self.numbers(generator, range(100, 108))
        )
        assert first == list(range(8))
        assert second == list(range(100, 108))

    async def test_the_fingerprint_is_stable(self, generator: Generator) -> None:
        assert generator.fingerprint().digest() == generator.fingerprint().digest()

    async def test_closing_twice_is_safe(self, generator: Generator) -> None:
        await generator.aclose()
        await generator.aclose()
