"""Thousands of requests at a server that fails, the asking process killed now and then.

    python benchmarks/failing_servers.py openai --requests 10000 --share 0.3 --kills 3
    python benchmarks/failing_servers.py batch --requests 10000 --share 0.3 --kills 3

The servers are those of the tests. One breaks off, delays, garbles or refuses requests in thirteen ways.
The other, a provider of batches, loses, doubles, expires and cuts replies in eight, and fails batches as a
whole in seven. Printed: how often each request was answered well, what went wrong, seconds. A request that
was answered more often than once was on its way when the process was killed.

A server that asks to be left alone (408, 429, 503) in one reply of fourteen gets what it asks for: few
requests at a time. Without these kinds, thousands of requests take a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from parallelize.core.engine_options import BatchModelOptions, OpenAIModelOptions
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Generator,
    Message,
    PromptPart,
)
from parallelize.engines.batch.engine import BatchEngine
from parallelize.engines.openai.engine import OpenAIEngine
from parallelize.pipeline.open_memory import ticking
from parallelize.pipeline.queue import Queue
from parallelize.store.memory import Memory

ROOT = Path(__file__).resolve().parents[1]
SERVERS = {
    "openai": ["tests.engines.faulty_server", "--share", "{share}"],
    "batch": ["tests.engines.batch_server", "--looks", "4", "--share", "{share}", "--batch-share", "0.2"],
}


def request(number: int) -> GenerationRequest:
    """One of the prompts."""
    part = PromptPart(text=f"prompt {number}", data=True)
    address = number.to_bytes(32, "big")
    return GenerationRequest(
        address=address, kept_in="en-pt", messages=(Message(role="user", parts=(part,)),)
    )


def engine(kind: str, url: str, folder: Path) -> Generator:
    """The engine that asks."""
    if kind == "openai":
        return OpenAIEngine(
            OpenAIModelOptions(
                model="m", base_url=url, max_attempts=12, timeout_seconds=5, max_concurrency=64
            )
        )
    options = BatchModelOptions(
        model="m", base_url=url, requests=500, gather_seconds=0.2, poll_seconds=0.2, max_attempts=8
    )
    return BatchEngine(options, folder / "batches")


async def ask_all(kind: str, url: str, folder: Path, count: int) -> None:
    """Ask for everything once, as a build does; replies go into the memory."""
    memory, asked = Memory(folder / "memory"), engine(kind, url, folder)
    async with Queue(asked, memory) as queue, ticking(memory):
        replies = await asyncio.gather(*(queue.ask(request(number)) for number in range(count)))
        told = Counter(
            "answered" if reply.finish is FinishReason.STOP else f"{reply.finish}: {reply.detail}"
            for reply in replies
        )
        (folder / "told.json").write_text(json.dumps(told))
    await asked.aclose()
    memory.close()


def stats(url: str) -> dict[str, Any]:
    """What the server counted."""
    place = url if "/v1" not in url else url.removesuffix("/v1")
    with urllib.request.urlopen(f"{place}/stats") as response:
        found: dict[str, Any] = json.load(response)
        return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("kind", choices=sorted(SERVERS))
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--share", type=float, default=0.3)
    options.add_argument("--kinds", help="ways to fail, by comma [default: all]")
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.work:
        asyncio.run(ask_all(given.kind, given.work[0], Path(given.work[1]), given.requests))
        return
    module, *more = (part.format(share=given.share) for part in SERVERS[given.kind])
    kinds = ["--kinds", given.kinds] if given.kinds else []
    command = [sys.executable, "-m", module, "--seed", str(given.seed), *more, *kinds]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stdout is not None
    url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
    begin, draw = time.monotonic(), random.Random(given.seed)
    try:
        with tempfile.TemporaryDirectory() as folder:
            count = str(given.requests)
            work = [sys.executable, __file__, given.kind, "--requests", count, "--work", url, folder]
            for kill in range(given.kills):
                process = subprocess.Popen(work, cwd=ROOT, stderr=subprocess.DEVNULL)
                enough = len(stats(url)["answered"]) + given.requests // (given.kills + 2)
                while len(stats(url)["answered"]) < enough and process.poll() is None:
                    time.sleep(0.2)
                time.sleep(draw.uniform(0, 1))
                process.kill()
                process.wait()
                print(f"kill {kill + 1}: {len(stats(url)['answered'])} requests answered", flush=True)
            subprocess.run(work, cwd=ROOT, check=True)
            told = json.loads((Path(folder) / "told.json").read_text())
        counted = stats(url)
    finally:
        server.kill()
        server.wait()
    wrong = counted.get("went_wrong") or counted["failed"]
    print("every request:", told)
    print("answered well so many times:", dict(Counter(counted["answered"].values())))
    print(f"went wrong, {sum(wrong.values())} in all:", wrong if len(wrong) < 50 else "")
    print(f"{given.requests} requests, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
