"""Thousands of requests through a provider of batches that misbehaves, the process killed between waves.

    python benchmarks/batch_waves.py --requests 5000 --kills 4

The provider is that of the tests: it loses, doubles, expires and cuts replies, fails batches as a whole, and
breaks off calls that begin one. Printed: how often each request was answered well, what went wrong, seconds.
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

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.ports import FinishReason, GenerationRequest, Message, PromptPart
from parallelize.engines.batch.engine import BatchEngine
from parallelize.pipeline.queue import Queue
from parallelize.pipeline.ticking import ticking
from parallelize.store.memory import Memory

ROOT = Path(__file__).resolve().parents[1]


def request(number: int) -> GenerationRequest:
    """One of the prompts."""
    part = PromptPart(text=f"prompt {number}", data=True)
    address = number.to_bytes(32, "big")
    return GenerationRequest(
        address=address, kept_in="en-pt", messages=(Message(role="user", parts=(part,)),)
    )


async def ask_all(url: str, folder: Path, count: int) -> None:
    """Ask for everything once, as a build does; replies go into the memory."""
    options = BatchModelOptions(
        model="m", base_url=url, requests=500, gather_seconds=0.2, poll_seconds=0.2, max_attempts=8
    )
    memory = Memory(folder / "memory")
    engine = BatchEngine(options, folder / "batches")
    async with Queue(engine, memory) as queue, ticking(memory):
        replies = await asyncio.gather(*(queue.ask(request(number)) for number in range(count)))
        told = Counter(
            "answered" if reply.finish is FinishReason.STOP else f"{reply.finish}: {reply.detail}"
            for reply in replies
        )
        (folder / "told.json").write_text(json.dumps(told))
    await engine.aclose()
    memory.close()


def stats(url: str) -> dict:
    """What the provider counted."""
    with urllib.request.urlopen(f"{url}/stats") as response:
        return json.load(response)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=5_000)
    options.add_argument("--kills", type=int, default=4)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.work:
        asyncio.run(ask_all(given.work[0], Path(given.work[1]), given.requests))
        return
    command = [sys.executable, "-m", "tests.engines.batch_server", "--seed", str(given.seed), "--looks", "4"]
    server = subprocess.Popen(
        [*command, "--share", "0.25", "--batch-share", "0.2"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert server.stdout is not None
    url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
    begin, draw = time.monotonic(), random.Random(given.seed)
    try:
        with tempfile.TemporaryDirectory() as folder:
            work = [sys.executable, __file__, "--requests", str(given.requests), "--work", url, folder]
            for kill in range(given.kills):
                process = subprocess.Popen(work, cwd=ROOT, stderr=subprocess.DEVNULL)
                enough = len(stats(url)["answered"]) + given.requests // (given.kills + 2)
                while len(stats(url)["answered"]) < enough and process.poll() is None:
                    time.sleep(0.2)
                time.sleep(draw.uniform(0, 1))
                process.kill()
                process.wait()
                print(f"kill {kill + 1}: {len(stats(url)['answered'])} requests answered", flush=True)
            subprocess.run(work, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
            told = json.loads((Path(folder) / "told.json").read_text())
        counted = stats(url)
    finally:
        server.kill()
        server.wait()
    print("every request:", told)
    print("answered well so many times:", dict(Counter(counted["answered"].values())))
    print("went wrong:", counted["went_wrong"])
    print(f"{counted['batches']} batches, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
