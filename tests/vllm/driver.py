"""Runs one build with the vLLM engine in a process of its own, noting what the engine is asked and says.

python -m tests.vllm.driver RECIPE RUN LOG

A line of the log is `asked` or `said`, the address in hex, and for a reply how it ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from parallelize.assemble.build import build
from parallelize.core.ports import GenerationRequest, Reply
from parallelize.core.recipe import load_recipe
from parallelize.engines.vllm.engine import VllmEngine
from tests.runs import Silent


def main() -> None:
    recipe, run, log = sys.argv[1:]
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    original = VllmEngine.answer

    async def logged(self: VllmEngine, request: GenerationRequest) -> Reply:
        name = request.address.hex()
        os.write(handle, f"asked {name}\n".encode())
        reply = await original(self, request)
        os.write(handle, f"said {name} {reply.finish}\n".encode())
        return reply

    VllmEngine.answer = logged  # type: ignore[method-assign]
    build(load_recipe(Path(recipe)), Path(run), Silent())


if __name__ == "__main__":
    main()
