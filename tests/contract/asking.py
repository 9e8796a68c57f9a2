"""Asks an engine as the queue does, with nothing between: as many requests at once as it says it can use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from parallelize.core.ports import Engine, Reply
from parallelize.pipeline.window import for_each

__all__ = ["answer_all"]


async def answer_all(engine: Engine[Any], requests: Iterable[Any], *, at_once: int = 0) -> list[Reply]:
    """One reply for each request, in order of the requests.

    Args:
        engine: answers.
        requests: read as there is room.
        at_once: requests under way; 0: the engine's capacity.
    """
    found: dict[int, Reply] = {}

    async def one(item: tuple[int, Any]) -> None:
        number, request = item
        found[number] = await engine.answer(request)

    await for_each(enumerate(requests), one, limit=lambda: at_once or engine.capacity)
    return [found[number] for number in sorted(found)]
