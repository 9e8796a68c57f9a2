"""The batch engine against a provider that misbehaves: a request is answered once or fails with a reason."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.engine_options import BatchModelOptions, OpenAIModelOptions
from parallelize.core.errors import EngineFault, EnvironmentFault, InputError, LeftToWorkers
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Message,
    PromptPart,
    Reply,
)
from parallelize.engines.batch.engine import BatchEngine
from parallelize.engines.batch.files import FileExchange
from parallelize.engines.batch.forms import form_of
from parallelize.engines.batch.gathering import portions
from parallelize.engines.openai.served import ServedModel
from tests.contract.asking import answer_all

ROOT = Path(__file__).resolve().parents[2]


class Provider:
    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.engines.batch_server", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"

    def stats(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/stats") as response:
            return json.load(response)


@pytest.fixture
def start() -> Iterator[Callable[..., Provider]]:
    started = []

    def begin(*arguments: str) -> Provider:
        started.append(Provider(*arguments))
        return started[-1]

    yield begin
    for provider in started:
        provider.process.kill()
        provider.process.wait()
        provider.process.stdout.close()


def of(provider: Provider | None = None, **options: object) -> BatchModelOptions:
    given = {
        "model": "m",
        "base_url": provider and provider.url,
        "requests": 40,
        "gather_seconds": 0.05,
        "poll_seconds": 0.03,
        "max_attempts": 6,
        **options,
    }
    return BatchModelOptions(**given)


def request(number: int, said: str | None = None) -> GenerationRequest:
    text = said if said is not None else f"prompt {number}"
    message = Message(role="user", parts=(PromptPart(text=text, data=True),))
    return GenerationRequest(address=number.to_bytes(32, "big"), messages=(message,))


async def ask(engine: BatchEngine | FileExchange, *requests: GenerationRequest) -> dict[int, Reply]:
    try:
        return {int.from_bytes(reply.address, "big"): reply for reply in await answer_all(engine, requests)}
    finally:
        await engine.aclose()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  another process makes it true
            await asyncio.sleep(0.02)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", ["openai", "azure", "anthropic"])
async def test_every_request_is_answered_once_whatever_happens(
    start: Callable[..., Provider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("BATCH_KEY", "secret-1")
    provider = start("--form", form, "--share", "0.3", "--batch-share", "0.3", "--seed", "3")
    told: list[str] = []
    options = of(provider, form=form, api_key_env="BATCH_KEY", max_attempts=15)
    engine = BatchEngine(options, tmp_path, tell=told.append)
    replies = await ask(engine, *(request(n) for n in range(120)), request(120, "refuse this"))
    stats = provider.stats()
    refused = {n for n, reply in replies.items() if reply.finish is FinishReason.REFUSED_INPUT}
    assert 120 in refused
    assert len(refused) <= 1 + stats["went_wrong"].get("bad_line", 0)  # a line that the provider blames
    for number in set(range(120)) - refused:
        assert (replies[number].text, replies[number].finish) == (
            f"reply to prompt {number}",
            FinishReason.STOP,
        )
        assert (replies[number].input_tokens, replies[number].output_tokens) == (7, 3)
    assert set(stats["answered"].values()) == {1}
    assert sum(stats["went_wrong"].values()) > 20
    header = {"openai": "authorization: Bearer ", "azure": "api-key: ", "anthropic": "x-api-key: "}[form]
    assert stats["keys"] == [f"{header}secret-1"]
    assert any("requests sent to" in text for text in told)
    assert not any("secret-1" in text for text in told)
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["missing", "expired", "status_500", "no_finish", "half_line", "lost"])
async def test_a_request_that_never_succeeds_fails_with_the_reason(
    start: Callable[..., Provider], tmp_path: Path, kind: str
) -> None:
    provider = start("--share", "1", "--batch-share", "1", "--kinds", kind)
    (reply,) = (await ask(BatchEngine(of(provider, max_attempts=2), tmp_path), request(1))).values()
    assert (reply.finish, reply.text) == (FinishReason.ERROR, "")
    assert "given up after 2 batches" in reply.detail
    assert provider.stats()["batches"] == 2


async def test_one_request_that_makes_a_whole_batch_fail_is_found_by_halving(
    start: Callable[..., Provider], tmp_path: Path
) -> None:
    provider = start("--batch-share", "0.5", "--kinds", "whole", "--seed", "1")
    replies = await ask(BatchEngine(of(provider), tmp_path), *map(request, range(40)))
    assert all(
        reply.finish is FinishReason.STOP or "something went wrong" in reply.detail
        for reply in replies.values()
    )
    assert sum(reply.finish is FinishReason.STOP for reply in replies.values()) >= 36


async def test_a_provider_that_fails_every_batch_ends_the_build(
    start: Callable[..., Provider], tmp_path: Path
) -> None:
    provider = start("--batch-share", "1", "--kinds", "whole")
    with pytest.raises(EngineFault, match="fails batches as a whole: server_error"):
        await ask(BatchEngine(of(provider), tmp_path), *map(request, range(40)))


async def test_another_process_goes_on_polling_and_pays_nothing_twice(
    start: Callable[..., Provider], tmp_path: Path
) -> None:
    provider = start("--looks", "8")
    told: list[str] = []
    engine = BatchEngine(of(provider), tmp_path)
    engine._tell = told.append
    asked = [asyncio.ensure_future(engine.answer(request(n))) for n in range(90)]
    # Not when the server has three: the answer that says so may still be on its way.
    await until(lambda: sum("requests sent" in text for text in told) == 3)
    for task in asked:
        task.cancel()
    await engine.aclose()
    assert any("3 batches of 90 requests go on" in text for text in told)
    replies = await ask(BatchEngine(of(provider), tmp_path), *map(request, range(50, 120)))
    assert {reply.text for reply in replies.values()} == {f"reply to prompt {n}" for n in range(50, 120)}
    stats = provider.stats()
    assert set(stats["answered"].values()) == {1}
    assert len(stats["answered"]) == 120  # 90 from before, 30 new ones
    later = await ask(BatchEngine(of(provider), tmp_path), *map(request, range(50)))
    assert len(later) == 50
    assert provider.stats()["answered"] == stats["answered"]  # what nobody had asked again was kept on disk
    assert names(tmp_path) == []


async def test_what_one_batch_lost_and_another_has_is_not_asked_a_third_time(
    start: Callable[..., Provider], tmp_path: Path
) -> None:
    """A process is killed while repairs of a batch are under way and replies of it are not given yet."""
    provider = start("--share", "1", "--kinds", "missing", "--looks", "1000000")
    first = BatchEngine(of(provider, max_attempts=9), tmp_path)
    asked = [asyncio.create_task(first.answer(request(number))) for number in (1, 2)]
    await until(lambda: provider.stats()["batches"] == 1 and '"batch_' in known(tmp_path))
    for task in asked:
        task.cancel()
    await first.aclose()
    batch_before(tmp_path)

    again = BatchEngine(of(provider, max_attempts=9), tmp_path)
    waiting = asyncio.create_task(again.answer(request(1)))
    assert (await again.answer(request(2))).text == "brought"
    await asyncio.sleep(0.5)  # ten times as long as requests gather
    assert provider.stats()["batches"] == 1
    waiting.cancel()
    await again.aclose()


def known(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("*.json"))


def batch_before(folder: Path) -> None:
    """Beside the batch in a folder put one that ended before: it brought request 2 and lost request 1."""
    (wave,) = folder.glob("*.requests.jsonl")
    name = "20000101-000000-00000000"
    lines = wave.read_bytes()
    (folder / f"{name}.requests.jsonl").write_bytes(lines)
    wave.write_bytes(lines.splitlines(keepends=True)[0])
    body = {"choices": [{"finish_reason": "stop", "message": {"content": "brought"}}]}
    brought = {"custom_id": request(2).address.hex(), "response": {"status_code": 200, "body": body}}
    (folder / f"{name}.replies.jsonl").write_bytes(orjson.dumps(brought))
    told = {**json.loads(known(folder)), "name": name, "batch": "batch_0"}
    told.pop("checksum", None)
    (folder / f"{name}.json").write_text(json.dumps(told))


async def test_another_model_does_not_read_these_batches(
    start: Callable[..., Provider], tmp_path: Path
) -> None:
    provider = start("--looks", "1000")
    engine = BatchEngine(of(provider), tmp_path)
    asked = asyncio.ensure_future(engine.answer(request(1)))
    await until(lambda: provider.stats()["batches"] == 1)
    asked.cancel()
    await engine.aclose()
    other = start()
    (reply,) = (await ask(BatchEngine(of(other, model="n"), tmp_path), request(1))).values()
    assert reply.text == "reply to prompt 1"
    assert len([name for name in names(tmp_path) if name.endswith(".json")]) == 1


async def test_a_wrong_key_ends_the_build_without_naming_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_KEY", "secret-1")
    import httpx

    from parallelize.engines.batch.providers import provider_of

    def refuse(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(401, text=f"bad key {asked.headers['authorization']}")

    options = of(base_url="https://batches.example/v1", api_key_env="BATCH_KEY")
    provider = provider_of(options, httpx.MockTransport(refuse))
    with pytest.raises(EngineFault, match=r"refuses us: HTTP 401: bad key Bearer \*\*\*"):
        await ask(BatchEngine(options, tmp_path, provider=provider), request(1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": None}, "no base_url"),
        ({"base_url": "ftp://x"}, "no http or https address"),
        ({"base_url": "http://u:p@x"}, "user name or password"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        BatchEngine(of(**options), tmp_path)


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="NO_SUCH_KEY holds no API key"):
        BatchEngine(of(base_url="https://x", api_key_env="NO_SUCH_KEY"), tmp_path)


def test_a_model_asked_in_batches_is_the_model_asked_one_by_one() -> None:
    one_by_one = ServedModel(OpenAIModelOptions(model="m", base_url="http://x")).fingerprint()
    assert form_of(of()).fingerprint() == one_by_one
    assert form_of(of(form="anthropic")).fingerprint() != one_by_one


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=40), st.integers(1, 9), st.integers(1, 60))
def test_portions_hold_every_line_once_and_no_more_than_they_may(
    lines: list[bytes], most: int, most_bytes: int
) -> None:
    given_lines = {n.to_bytes(2, "big"): line for n, line in enumerate(lines)}
    parts = portions(given_lines, most=most, most_bytes=most_bytes)
    assert [item for part in parts for item in part.items()] == list(given_lines.items())
    for part in parts:
        assert len(part) <= most
        assert len(part) == 1 or sum(len(line) + 1 for line in part.values()) <= most_bytes


def answer_files(folder: Path, *, lost: int = 0) -> int:
    """What a batch program does with files of requests that have no replies yet; some replies are lost."""
    answered = 0
    for path in sorted(folder.glob("requests-*.jsonl")):
        replies = path.with_name(path.name.replace("requests", "replies"))
        if replies.exists():
            continue
        lines = []
        for number, line in enumerate(path.read_bytes().splitlines()):
            asked = orjson.loads(line)
            said = asked["body"]["messages"][-1]["content"]
            choice = {"finish_reason": "stop", "message": {"content": f"reply to {said}"}}
            response = {"status_code": 200, "body": {"choices": [choice]}}
            if number < lost:
                response = {"status_code": 500, "body": {"error": "out of memory"}}
            lines.append(orjson.dumps({"custom_id": asked["custom_id"], "response": response, "error": None}))
            answered += 1
        replies.write_bytes(b"\n".join([*reversed(lines), lines[-1], lines[-1][:30]]))
    return answered


async def test_requests_go_out_and_replies_come_in_through_files(tmp_path: Path) -> None:
    asked = [request(n) for n in range(30)]

    def exchange(**more: object) -> FileExchange:
        folders = {"requests_out": tmp_path, "replies_in": tmp_path, **more}
        return FileExchange(of(requests=16), **folders)

    for _ in range(2):  # the same command twice writes the same files
        with pytest.raises(LeftToWorkers, match="30 requests are written to 2 files") as told:
            await ask(exchange(), *asked)
        assert len(names(tmp_path)) == 2
    assert "vllm run-batch -i" in str(told.value)
    assert answer_files(tmp_path, lost=3) == 30
    with pytest.raises(LeftToWorkers, match="6 requests are written to 1 file"):
        await ask(exchange(), *asked)
    partly = await ask(exchange(requests_out=None), *asked)
    assert sum(reply.finish is FinishReason.STOP for reply in partly.values()) == 24
    assert {reply.detail for reply in partly.values() if not reply.text} == {
        'HTTP 500: {"error":"out of memory"}'
    }
    assert answer_files(tmp_path) == 6
    tell: list[str] = []
    replies = await ask(exchange(tell=tell.append), *asked)
    assert {n: reply.text for n, reply in replies.items()} == {n: f"reply to prompt {n}" for n in range(30)}
    assert "30 replies found" in tell[0]
    assert "0 failed" in tell[0]


async def test_a_request_that_always_fails_in_the_files_is_given_up(tmp_path: Path) -> None:
    for _ in range(2):
        exchange = FileExchange(of(max_attempts=2), requests_out=tmp_path, replies_in=tmp_path)
        with pytest.raises(LeftToWorkers):
            await ask(exchange, request(1))
        assert answer_files(tmp_path, lost=1) == 1
    exchange = FileExchange(of(max_attempts=2), requests_out=tmp_path, replies_in=tmp_path)
    (reply,) = (await ask(exchange, request(1))).values()
    assert reply.finish is FinishReason.ERROR
    assert "out of memory" in reply.detail
