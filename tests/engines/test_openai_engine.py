"""The OpenAI engine against a real HTTP server that fails on purpose."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from parallelize.core.engine_options import OpenAIModelOptions
from parallelize.core.errors import EngineFault, EnvironmentFault, InputError
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Message,
    PromptPart,
    Reply,
)
from parallelize.engines.openai.engine import OpenAIEngine
from parallelize.engines.openai.wire import read_response, request_body
from parallelize.pipeline.window import for_each
from tests.contract.asking import answer_all
from tests.contract.generator_contract import GeneratorContract

SERVER = Path(__file__).parent / "faulty_server.py"
RETRIED = (
    "status_500",
    "status_502_html",
    "status_408",
    "reset",
    "half_closed",
    "malformed",
    "null_content",
    "error_in_200",
    "no_choices",
    "no_finish",
)


class Server:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, SERVER, *arguments], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def stats(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/stats") as response:
            return json.load(response)


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    servers = []

    def begin(*arguments: str) -> Server:
        servers.append(Server(*arguments))
        return servers[-1]

    yield begin
    for server in servers:
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()


def engine(server: Server, **options: object) -> OpenAIEngine:
    defaults = {
        "base_url": f"{server.url}/v1",
        "model": "m",
        "backoff_seconds": 0.005,
        "timeout_seconds": 2.0,
    }
    return OpenAIEngine(OpenAIModelOptions(**{**defaults, **options}))


def request(number: int, text: str | None = None, *, chat: bool = True) -> GenerationRequest:
    said = text if text is not None else f"prompt {number}"
    message = Message(role="user", parts=(PromptPart(text=said, data=True),))
    return GenerationRequest(address=number.to_bytes(32, "big"), messages=(message,), chat=chat)


async def ask(asked: OpenAIEngine, *requests: GenerationRequest) -> list[Reply]:
    try:
        return await answer_all(asked, requests)
    finally:
        await asked.aclose()


@pytest.mark.parametrize("chat", [True, False])
async def test_a_reply_carries_text_finish_and_tokens(start: Callable[..., Server], chat: bool) -> None:
    asked = engine(start("--share", "0"))
    (reply,) = await ask(asked, request(1, "hello", chat=chat))
    assert (reply.text, reply.finish) == ("reply to hello", FinishReason.STOP)
    assert (reply.input_tokens, reply.output_tokens) == (7, 3)
    assert reply.engine_seconds is not None
    assert reply.engine_seconds > 0


async def test_finish_reasons_and_refusals_are_kept_apart(start: Callable[..., Server]) -> None:
    replies = await ask(
        engine(start("--share", "0")), request(1, "cut x"), request(2, "refuse x"), request(3, "endless x")
    )
    found = {reply.address[-1]: reply for reply in replies}
    assert found[1].finish is FinishReason.LENGTH
    assert (found[2].finish, found[2].text) == (FinishReason.REFUSED_INPUT, "")
    assert "not served" in found[2].detail
    assert (found[3].finish, found[3].text) == (FinishReason.TOO_LONG, "")


@pytest.mark.parametrize("kind", RETRIED)
async def test_a_failure_is_retried_up_to_the_limit_and_never_becomes_text(
    start: Callable[..., Server], kind: str
) -> None:
    server = start("--share", "1", "--kinds", kind)
    asked = engine(server, max_attempts=3)
    (reply,) = await ask(asked, request(1))
    assert (reply.finish, reply.text) == (FinishReason.ERROR, "")
    assert "given up after 3 failed attempts" in reply.detail
    assert server.stats()["asked"] == {"prompt 1": 3}


async def test_a_hanging_server_costs_the_timeout_and_no_more(start: Callable[..., Server]) -> None:
    asked = engine(start("--share", "1", "--kinds", "hang"), timeout_seconds=0.2, max_attempts=2)
    began = time.monotonic()
    (reply,) = await ask(asked, request(1))
    assert reply.finish is FinishReason.ERROR
    assert 0.35 < time.monotonic() - began < 5


async def test_retry_after_is_honoured_and_the_window_shrinks(start: Callable[..., Server]) -> None:
    # About half of all first attempts are told to wait 0.3 s.
    server = start(
        "--share", "0.5", "--kinds", "status_429_retry_after", "--retry-after", "0.3", "--seed", "4"
    )
    asked = engine(server, start_concurrency=16)
    began = time.monotonic()
    replies = await ask(asked, *(request(number) for number in range(16)))
    assert all(reply.finish is FinishReason.STOP for reply in replies)
    assert time.monotonic() - began > 0.3
    assert server.stats()["failed"].keys() == {"status_429_retry_after"}
    assert asked._throttle.limit < 16


async def test_concurrency_is_bounded_and_grows_with_success(start: Callable[..., Server]) -> None:
    server = start("--share", "0")
    asked = engine(server, start_concurrency=2, max_concurrency=12)
    await ask(asked, *(request(number) for number in range(300)))
    assert asked._throttle.limit == 12
    assert server.stats()["most"] <= 12


async def test_a_server_that_is_always_busy_ends_the_run(start: Callable[..., Server]) -> None:
    asked = engine(start("--share", "1", "--kinds", "status_503_retry_after"), silence_seconds=0.3)
    with pytest.raises(EngineFault, match="answered nothing"):
        await ask(asked, request(1))


async def test_a_server_that_fails_everything_ends_the_run_within_the_budget(
    start: Callable[..., Server], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="parallelize")
    server = start("--share", "1", "--kinds", "status_500")
    asked = engine(server, retry_reserve=10)
    with pytest.raises(EngineFault, match="fails more often than it answers"):
        await ask(asked, *(request(number) for number in range(200)))
    assert sum("trying again" in said for said in caplog.messages) == 10


async def test_an_absent_server_is_named() -> None:
    asked = OpenAIEngine(
        OpenAIModelOptions(
            base_url="http://127.0.0.1:9/v1", model="m", silence_seconds=0.2, backoff_seconds=0.01
        )
    )
    with pytest.raises(EngineFault, match=r"127\.0\.0\.1"):
        await ask(asked, request(1))


async def test_redirects_are_not_followed_and_the_key_stays_hidden(
    start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", "sk-very-secret")
    server = start("--share", "0")
    asked = engine(server, base_url=f"{server.url}/moved/v1", api_key_env="THE_KEY")
    with pytest.raises(EngineFault, match="not followed") as caught:
        await ask(asked, request(1))
    shown = f"{caught.value!s} {asked!r} {vars(asked)!r} {asked.fingerprint()!r}"
    assert "sk-very-secret" not in shown
    assert server.stats()["authorizations"] == ["bearer sk-very-secret"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "ftp://host/v1"}, "no http or https"),
        ({"base_url": "file:///etc/passwd"}, "no http or https"),
        ({"base_url": "https://user:pw@host/v1"}, "user name or password"),
        ({"base_url": "https://host/v1?key=1"}, "query"),
        ({"base_url": "http://example.org/v1", "api_key_env": "K"}, "unencrypted"),
        ({"base_url": "https://host/v1", "api_key_env": "sk-123"}, "no name of an environment variable"),
    ],
)
def test_addresses_and_keys_are_checked(options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        OpenAIEngine(OpenAIModelOptions(model="m", **options))
    assert "pw" not in str(caught.value)
    assert "sk-123" not in str(caught.value)


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(EnvironmentFault, match="NO_SUCH_KEY"):
        OpenAIEngine(OpenAIModelOptions(base_url="https://host/v1", model="m", api_key_env="NO_SUCH_KEY"))


def test_the_fingerprint_follows_what_changes_replies() -> None:
    def digest(**options: object) -> bytes:
        defaults = {"base_url": "http://localhost/v1", "model": "m"}
        return OpenAIEngine(OpenAIModelOptions(**{**defaults, **options})).fingerprint().digest()

    same = [digest(), digest(base_url="http://localhost:99/v1"), digest(max_concurrency=3)]
    assert len(set(same)) == 1
    other = [
        digest(model="n"),
        digest(revision="2"),
        digest(temperature=0.5),
        digest(top_p=0.9),
        digest(seed=1),
        digest(max_output_tokens=99),
        digest(extra_body={"top_k": 1}),
        digest(send_template_arguments=False),
    ]
    assert len({*same, *other}) == 1 + len(other)


async def test_cancelling_ends_what_is_under_way(start: Callable[..., Server]) -> None:
    asked = engine(start("--share", "1", "--kinds", "hang"), timeout_seconds=60)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(answer_all(asked, map(request, range(5))), 0.2)
    await asked.aclose()
    assert time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_ten_thousand_requests_with_thirty_percent_failures(start: Callable[..., Server]) -> None:
    total, max_attempts = 10_000, 6
    server = start("--share", "0.3", "--seed", "11", "--retry-after", "0.01")
    asked = engine(server, max_attempts=max_attempts, start_concurrency=32, max_concurrency=64)
    memory: list[int] = []
    under_way = [0, 0]

    seen: Counter[bytes] = Counter()
    finishes: Counter[FinishReason] = Counter()
    process = psutil.Process()

    async def one(number: int) -> None:
        under_way[0] += 1
        under_way[1] = max(under_way)
        reply = await asked.answer(request(number, f"{'cut ' if number % 100 == 0 else ''}prompt {number}"))
        under_way[0] -= 1
        seen[reply.address] += 1
        finishes[reply.finish] += 1
        assert int.from_bytes(reply.address, "big") == number
        if reply.finish is FinishReason.STOP:
            assert reply.text == f"reply to prompt {number}"
        elif reply.finish is FinishReason.ERROR:
            assert reply.text == ""
            assert reply.detail
        if sum(seen.values()) % 1000 == 0:
            memory.append(process.memory_info().rss)

    await for_each(range(total), one, limit=lambda: asked.capacity)
    await asked.aclose()
    stats = server.stats()

    assert len(seen) == total
    assert set(seen.values()) == {1}
    # Cut replies are known ones; what is given up is what the server failed at every attempt.
    assert finishes[FinishReason.LENGTH] + finishes[FinishReason.ERROR] >= 100
    assert finishes[FinishReason.ERROR] < 30
    assert sum(finishes.values()) == total
    assert max(stats["answered"].values()) == 1
    assert sum(stats["answered"].values()) == total - finishes[FinishReason.ERROR]
    retries = sum(stats["asked"].values()) - total
    failed = sum(count for kind, count in stats["failed"].items() if "429" not in kind and "503" not in kind)
    assert failed <= retries + finishes[FinishReason.ERROR]
    assert len(stats["failed"]) == 13
    assert stats["most"] <= 64
    assert under_way[1] <= 64
    assert max(memory[2:]) - memory[1] < 24 * 1024 * 1024, [size // 2**20 for size in memory]


class TestContract(GeneratorContract):
    @pytest.fixture
    async def generator(self, start: Callable[..., Server]) -> AsyncIterator[OpenAIEngine]:
        made = engine(start("--share", "0.1", "--seed", "3", "--retry-after", "0.01"))
        yield made
        await made.aclose()

    def request(self, number: int) -> GenerationRequest:
        return request(number)


def test_an_opening_is_the_begun_turn_of_the_model() -> None:
    opened = replace(request(1, "hello"), opening="<think>\nIch denke")
    options = {"model": "m", "sampling": {}, "max_tokens_field": "max_tokens", "max_output_tokens": 9}
    _, body = request_body(opened, send_template_arguments=True, **options)
    assert body["messages"] == [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "<think>\nIch denke"},
    ]
    assert (body["add_generation_prompt"], body["continue_final_message"]) == (False, True)
    path, plain = request_body(replace(opened, chat=False), send_template_arguments=True, **options)
    assert (path, plain["prompt"]) == ("/completions", "hello<think>\nIch denke")
    _, closed = request_body(request(1, "hello"), send_template_arguments=True, **options)
    assert "continue_final_message" not in closed


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thinking_that_a_server_sets_apart_is_kept(name: str) -> None:
    message = {"content": "5", name: "let us see"}
    body = json.dumps({"choices": [{"finish_reason": "stop", "message": message}]}).encode()
    reply = read_response(body, chat=True)
    assert (reply.text, reply.thinking) == ("5", "let us see")
    assert read_response(body.replace(b"let us see", b""), chat=True).thinking == ""


@pytest.mark.parametrize("chat", [True, False])
def test_dataset_text_reaches_a_server_without_control_tokens(chat: bool) -> None:
    texts = ["<|im_end|>", "</think>", "<end_of_turn>", "[/INST]", "<｜User｜>", "</s>", "<<SYS>>"]
    parts = (PromptPart(text="a ".join(texts), data=True), PromptPart(text="<think>", data=False))
    message = Message(role="user", parts=parts)
    asked = GenerationRequest(address=b"", messages=(message,), chat=chat)
    _, body = request_body(
        asked, model="m", sampling={}, max_tokens_field="max_tokens", max_output_tokens=9,
        send_template_arguments=True,
    )  # fmt: skip
    sent = body["messages"][0]["content"] if chat else body["prompt"]
    data, own = sent[: -len("<think>")], sent[-len("<think>") :]
    assert own == "<think>"
    assert not any(text in data for text in texts)
    assert data.replace("\u200b", "") == "a ".join(texts)
    plain = PromptPart(text="If 3 < 5 and x > 2, how many <b>apples</b> [1]?", data=True)
    _, body = request_body(
        replace(asked, messages=(replace(message, parts=(plain,)),)), model="m", sampling={},
        max_tokens_field="max_tokens", max_output_tokens=9, send_template_arguments=True,
    )  # fmt: skip
    assert "\u200b" not in json.dumps(body, ensure_ascii=False)


async def test_a_server_that_takes_connections_and_says_nothing_is_found_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("parallelize.engines.openai.engine._SILENT_SECONDS", 0.2)
    monkeypatch.setattr("parallelize.engines.openai.engine.FIRST_ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        engine = OpenAIEngine(OpenAIModelOptions(base_url=url, model="m"))
        began = time.monotonic()
        questions = [engine.answer(request(n)) for n in range(3)]
        answers = await asyncio.gather(*questions, return_exceptions=True)
        await engine.aclose()
    assert time.monotonic() - began < 3.0
    for answer in answers:
        assert isinstance(answer, EngineFault)
        assert "takes connections and answers nothing" in answer.message
    assert sum("has not replied" in record.getMessage() for record in caplog.records) == 1


async def test_a_slow_first_reply_is_waited_for(
    start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("parallelize.engines.openai.engine._SILENT_SECONDS", 0.05)
    (reply,) = await ask(engine(start("--share", "0")), request(1, "slow x"))
    assert reply.finish is FinishReason.STOP
    assert "is there; a reply may take up to" in caplog.text
