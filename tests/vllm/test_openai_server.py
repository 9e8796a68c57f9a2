"""The OpenAI engine against the real server of vLLM."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from parallelize.core.engine_options import OpenAIModelOptions
from parallelize.core.errors import EngineFault
from parallelize.core.languages import language
from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Message,
    PromptPart,
    Reply,
)
from parallelize.engines.openai.engine import OpenAIEngine
from parallelize.text.prompts import PromptInput, render, shipped_profile
from tests.contract.asking import answer_all
from tests.contract.generator_contract import GeneratorContract

pytestmark = pytest.mark.timeout(400)

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "{{ m.content if m.content is string else m.content[0].text }}{% endfor %}"
)


@pytest.fixture(scope="module")
def server(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "template.jinja").write_text(TEMPLATE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = {
        "model": str(model_folder),
        "dtype": "float32",
        "served-model-name": "gemma",
        "chat-template": str(folder / "template.jinja"),
        "host": "127.0.0.1",
        "port": str(port),
        "max-model-len": "512",
        "max-num-seqs": "16",
        "distributed-executor-backend": "uni",
        "api-key": "sk-test",
    }
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--enforce-eager"]
    for name, value in arguments.items():
        command += [f"--{name}", value]
    environment = {**os.environ, "VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 300
        while not _healthy(port):
            assert process.poll() is None, (folder / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def engine(server: str, **options: Any) -> OpenAIEngine:
    os.environ["PARALLELIZE_TEST_KEY"] = "sk-test"
    defaults = {
        "base_url": server,
        "model": "gemma",
        "api_key_env": "PARALLELIZE_TEST_KEY",
        "max_output_tokens": 64,
    }
    return OpenAIEngine(OpenAIModelOptions(**{**defaults, **options}))


def few_shot(number: int, text: str, *, chat: bool = False, **others: Any) -> GenerationRequest:
    prompt = render(
        shipped_profile("few-shot"), PromptInput(text=text, source=language("en"), target=language("es"))
    )
    return GenerationRequest(
        address=number.to_bytes(32, "big"), messages=prompt.messages, chat=chat, stop=prompt.stop, **others
    )


async def ask(asked: OpenAIEngine, *requests: GenerationRequest) -> dict[int, Reply]:
    try:
        return {int.from_bytes(reply.address, "big"): reply for reply in await answer_all(asked, requests)}
    finally:
        await asked.aclose()


async def test_completions_and_chat_give_clean_and_cut_replies(server: str) -> None:
    text = "There are 12 boxes in the room."
    replies = await ask(
        engine(server),
        few_shot(0, text),
        few_shot(1, text, chat=True),
        few_shot(2, text, max_output_tokens=2),
        few_shot(3, "very long " * 600),
    )
    assert replies[0].finish is FinishReason.STOP
    assert "12" in replies[0].text
    assert replies[1].text == replies[0].text
    assert (replies[0].input_tokens or 0) > 100
    assert (replies[2].finish, replies[2].output_tokens) == (FinishReason.LENGTH, 2)
    assert (replies[3].finish, replies[3].text) == (FinishReason.TOO_LONG, "")


async def test_the_content_list_of_translation_models_is_accepted(server: str) -> None:
    message = Message(
        role="user",
        parts=(PromptPart(text="Hello", data=True),),
        content_fields={"source_lang_code": "en", "target_lang_code": "de"},
    )
    request = GenerationRequest(address=bytes(32), messages=(message,), max_output_tokens=3)
    replies = await ask(engine(server), request)
    assert replies[0].finish in {FinishReason.LENGTH, FinishReason.STOP}


async def test_a_wrong_key_and_a_wrong_model_end_the_run(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineFault, match="refuses every request"):
        await ask(engine(server, model="other"), few_shot(0, "x"))
    with pytest.raises(EngineFault, match="401"):
        await ask(engine(server, api_key_env=None), few_shot(0, "x"))


class TestContract(GeneratorContract):
    many = 20

    @pytest.fixture
    async def generator(self, server: str) -> AsyncIterator[OpenAIEngine]:
        made = engine(server)
        yield made
        await made.aclose()

    def request(self, number: int) -> GenerationRequest:
        return few_shot(number, f"There are {number} boxes.")
