"""An OpenAI-compatible server that fails in thirteen ways, decided by a seed and nothing else.

    python tests/engines/faulty_server.py --share 0.3 --seed 7

Prints its port, then serves until it is killed. Whether attempt number n at a prompt fails, and how, is a
function of (seed, prompt, n), so a run can be repeated whatever the order of requests. A prompt that begins
with `cut ` is always cut at the output limit, `refuse ` is always refused, `endless ` is too long.
A prompt that asks for a grade between `<score-…>` markers and holds a line `says: X` gets X, with `{` and `}`
for the two markers; one that asks for a box gets the sum of its numbers in one. `GET /stats` tells how often
each prompt was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import socket
import struct
from collections import Counter

KINDS = (
    "status_500",
    "status_502_html",
    "status_503_retry_after",
    "status_429_retry_after",
    "status_408",
    "reset",
    "half_closed",
    "malformed",
    "null_content",
    "error_in_200",
    "no_choices",
    "no_finish",
    "hang",
)
_HANG_IN = 40
"""One in so many would-be hangs really hangs; the others break off. A hang costs a whole timeout."""


class FaultyServer:
    """Counts what it was asked, and fails on purpose."""

    def __init__(self, *, seed: int, share: float, kinds: tuple[str, ...], retry_after: float) -> None:
        self.seed = seed
        self.share = share
        self.kinds = kinds
        self.retry_after = retry_after
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.now = 0
        self.most = 0
        self.authorizations: set[str] = set()

    def failure(self, prompt: str, attempt: int) -> str | None:
        """How this attempt fails, if it does."""
        digest = hashlib.sha256(f"{self.seed}:{attempt}:{prompt}".encode()).digest()
        if int.from_bytes(digest[:4], "big") / 2**32 >= self.share:
            return None
        kind = self.kinds[int.from_bytes(digest[4:8], "big") % len(self.kinds)]
        if kind == "hang" and self.kinds != ("hang",) and digest[8] % _HANG_IN:
            return "half_closed"
        return kind

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive as long as nothing fails."""
        try:
            while await self.exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its response; False ends the connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path, _ = head.split(" ", 2)
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if "authorization" in headers:
            self.authorizations.add(headers["authorization"])
        if method == "GET":
            return await send(writer, 200, json.dumps(self.stats()))
        if path.startswith("/moved/"):
            return await send(writer, 307, "", {"Location": "http://127.0.0.1:9/v1/chat/completions"})
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self.complete(json.loads(body), "/chat/" in path, writer)
        finally:
            self.now -= 1

    async def complete(self, request: dict, chat: bool, writer: asyncio.StreamWriter) -> bool:
        """Answer, or fail."""
        prompt = request["messages"][-1]["content"] if chat else request["prompt"]
        self.asked[prompt] += 1
        kind = self.failure(prompt, self.asked[prompt])
        if kind is None:
            return await self.answer(prompt, chat, writer)
        self.failed[kind] += 1
        return await self.fail(kind, prompt, chat, writer)

    async def answer(self, prompt: str, chat: bool, writer: asyncio.StreamWriter) -> bool:
        if prompt.startswith("slow "):
            await asyncio.sleep(0.6)
        if prompt.startswith("refuse "):
            return await send(writer, 400, '{"error": {"message": "this prompt is not served"}}')
        if prompt.startswith("endless "):
            text = '{"error": {"message": "This model\'s maximum context length is 10 tokens"}}'
            return await send(writer, 400, text)
        finish = "length" if prompt.startswith("cut ") else "stop"
        self.answered[prompt] += 1
        return await send(writer, 200, json.dumps(response(said(prompt), finish, chat)))

    async def fail(self, kind: str, prompt: str, chat: bool, writer: asyncio.StreamWriter) -> bool:
        whole = json.dumps(response(f"never {prompt}", "stop", chat))
        wait = {"Retry-After": f"{self.retry_after:g}"}
        simple = {
            "status_500": (500, '{"error": "engine failed"}', {}),
            "status_502_html": (502, "<html><h1>Bad gateway</h1></html>", {}),
            "status_503_retry_after": (503, "busy", wait),
            "status_429_retry_after": (429, "slow down", wait),
            "status_408": (408, "timeout", {}),
            "malformed": (200, whole[:-9], {}),
            "null_content": (200, json.dumps(response(None, "stop", chat)), {}),
            "error_in_200": (200, '{"error": {"message": "worker died"}}', {}),
            "no_choices": (200, '{"choices": []}', {}),
            "no_finish": (200, json.dumps(response("never, cut", None, chat)), {}),
        }
        if kind in simple:
            return await send(writer, *simple[kind])
        if kind == "half_closed":
            await send(writer, 200, whole, claimed=len(whole) + 40)
        elif kind == "reset":
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            await asyncio.sleep(3600)
        return False

    def stats(self) -> dict:
        return {
            "asked": self.asked,
            "answered": self.answered,
            "failed": self.failed,
            "most": self.most,
            "authorizations": sorted(self.authorizations),
        }


def said(prompt: str) -> str:
    """What a model says to a prompt."""
    marker = re.search(r"<(score-[0-9a-f]+)>", prompt)
    wanted = re.search(r"^says: (.*)$", prompt, re.MULTILINE)
    if marker is None and "\\boxed{}" in prompt:  # a solver that adds up what it reads
        return rf"\boxed{{{sum(map(int, re.findall('[0-9]+', prompt)))}}}"
    if marker is None or wanted is None:
        return f"reply to {prompt}"
    return wanted[1].replace("{", f"<{marker[1]}>").replace("}", f"</{marker[1]}>").replace("|", "\n")


def response(text: str | None, finish: str | None, chat: bool) -> dict:
    content = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
    return {
        "choices": [{"index": 0, "finish_reason": finish, **content}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    }


async def send(
    writer: asyncio.StreamWriter,
    status: int,
    text: str,
    headers: dict | None = None,
    claimed: int | None = None,
) -> bool:
    body = text.encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if claimed is None else claimed}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()
    return True


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--retry-after", type=float, default=0.05)
    options = parser.parse_args()
    faulty = FaultyServer(
        seed=options.seed,
        share=options.share,
        kinds=tuple(options.kinds.split(",")),
        retry_after=options.retry_after,
    )
    server = await asyncio.start_server(faulty.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
