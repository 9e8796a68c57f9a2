"""A translator made of a generator and a profile, over the real HTTP engine."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable

import pytest

from parallelize.core.engine_options import OpenAIModelOptions
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.ports import (
    FinishReason,
    Protection,
    Reply,
    TranslationRequest,
)
from parallelize.core.provenance import Task
from parallelize.engines.openai.engine import OpenAIEngine
from parallelize.engines.prompted import PromptedTranslator, output_cap
from parallelize.text.prompts import shipped_profile
from tests.contract.asking import answer_all

MARKERS = re.compile(r"<source-([0-9a-f]+)>\n(.*?)\n</source-\1>", re.DOTALL)


class Model:
    """A tiny HTTP server that 'translates' by turning letters into capitals."""

    def __init__(self) -> None:
        self.said: list[dict] = []
        self.speak: Callable[[str, str], tuple[str, str]] = lambda tag, text: (
            f"<translation-{tag}>\n{text.upper()}\n</translation-{tag}>",
            "stop",
        )

    async def __aenter__(self) -> Model:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                size = int(head.partition("content-length: ")[2].partition("\r\n")[0])
                asked = json.loads(await reader.readexactly(size))
                self.said.append(asked)
                content, finish = self.reply(asked)
                body = json.dumps(
                    {"choices": [{"message": {"content": content}, "text": content, "finish_reason": finish}]}
                ).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def reply(self, asked: dict) -> tuple[str, str]:
        prompt = asked["messages"][-1]["content"] if "messages" in asked else asked["prompt"]
        found = MARKERS.search(prompt) if isinstance(prompt, str) else None
        return self.speak(*found.groups()) if found else self.speak("", str(prompt))


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with Model() as made:
        yield made


def translator(model: Model, profile: str = "instruct", **options: object) -> PromptedTranslator:
    made = OpenAIEngine(OpenAIModelOptions(base_url=f"http://127.0.0.1:{model.port}/v1", model="m"))
    return PromptedTranslator(made, shipped_profile(profile), **options)


def ask_for(text: str, number: int = 0, **fields: object) -> TranslationRequest:
    return TranslationRequest(
        address=number.to_bytes(32, "big"),
        task=Task.TRANSLATE,
        languages=LanguagePair("en", "de"),
        text=text,
        attempt="first",
        **fields,
    )


async def translate(made: PromptedTranslator, *requests: TranslationRequest) -> list[Reply]:
    try:
        return await answer_all(made, requests)
    finally:
        await made.aclose()


async def test_the_translation_is_what_stands_between_the_markers(model: Model) -> None:
    replies = await translate(translator(model), *(ask_for(f"text {n}", n) for n in range(30)))
    assert {reply.address: reply.text for reply in replies} == {
        n.to_bytes(32, "big"): f"TEXT {n}" for n in range(30)
    }
    assert {reply.finish for reply in replies} == {FinishReason.STOP}


async def test_the_white_space_around_is_that_of_the_source(model: Model) -> None:
    (reply,) = await translate(translator(model), ask_for("  two\n\nlines \n"))
    assert reply.text == "  TWO\n\nLINES \n"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Here it is: <translation-{tag}>\nx\n</translation-{tag}>", "outside"),
        ("<translation-{tag}>\nx", "no_closing"),
        ("x", "no_opening"),
        ("<translation-{tag}>\n\n</translation-{tag}>", "empty"),
        ("", "empty"),
    ],
)
async def test_a_reply_in_another_form_fails_the_attempt(model: Model, said: str, fault: str) -> None:
    model.speak = lambda tag, text: (said.replace("{tag}", tag), "stop")
    (reply,) = await translate(translator(model), ask_for("text"))
    assert (reply.finish, reply.text) == (FinishReason.ENVELOPE, "")
    assert fault in reply.detail


async def test_a_cut_reply_is_no_translation(model: Model) -> None:
    whole = model.speak
    model.speak = lambda tag, text: (whole(tag, text)[0], "length")
    (reply,) = await translate(translator(model), ask_for("text"))
    assert (reply.finish, reply.text) == (FinishReason.LENGTH, "")


async def test_a_request_that_cannot_be_asked_is_answered_and_the_next_one_too(model: Model) -> None:
    model.speak = lambda tag, text: ("eine Zeile", "stop")
    made = translator(model, "few-shot")
    replies = await translate(made, ask_for("two\nlines"), ask_for("one line"))
    found = [(reply.finish, reply.text) for reply in replies]
    assert found == [(FinishReason.REFUSED_INPUT, ""), (FinishReason.STOP, "eine Zeile")]
    assert replies[0].detail
    assert model.said[0]["stop"] == ["\n"]
    assert model.said[0]["prompt"].endswith("English: one line\nGerman:")


async def test_thinking_is_off_unless_asked_for_and_then_taken_off(model: Model) -> None:
    await translate(translator(model), ask_for("text"))
    assert model.said[-1]["chat_template_kwargs"] == {"enable_thinking": False}
    assert model.said[-1]["max_tokens"] == output_cap("text", language("en"), language("de"))
    whole = model.speak
    model.speak = lambda tag, text: (f"<think>let me see</think>{whole(tag, text)[0]}", "stop")
    engine = OpenAIEngine(OpenAIModelOptions(base_url=f"http://127.0.0.1:{model.port}/v1", model="m"))
    made = PromptedTranslator(engine, shipped_profile("instruct").with_thinking())
    (reply,) = await translate(made, ask_for("text"))
    assert reply.text == "TEXT"
    assert model.said[-1]["chat_template_kwargs"] == {"enable_thinking": True}
    assert model.said[-1]["max_tokens"] == 4096


async def test_a_translation_model_gets_language_codes_in_its_one_content_entry(model: Model) -> None:
    await translate(translator(model, "translategemma"), ask_for("text"))
    (message,) = model.said[-1]["messages"]
    assert message["content"] == [
        {"type": "text", "source_lang_code": "en", "target_lang_code": "de", "text": "text"}
    ]


async def test_context_and_glossary_are_shown(model: Model) -> None:
    made = translator(model)
    assert made.traits.uses_context
    assert made.traits.uses_glossary
    await translate(made, ask_for("text", context="BEFORE", glossary=(("hinge", "Scharnier"),)))
    prompt = model.said[-1]["messages"][0]["content"]
    assert "BEFORE" in prompt
    assert "hinge → Scharnier" in prompt
    assert not translator(model, "tower-plus").traits.uses_context


async def test_the_fingerprint_holds_the_prompt_and_the_cap(model: Model) -> None:
    digests = [
        translator(model).fingerprint(LanguagePair("en", "de")).digest(),
        translator(model).fingerprint(LanguagePair("en", "fr")).digest(),
        translator(model, "tower-plus").fingerprint(LanguagePair("en", "de")).digest(),
    ]
    assert len(set(digests)) == 3
    assert digests[0] == translator(model, segment_chars=9).fingerprint(LanguagePair("en", "de")).digest()
    assert translator(model).fingerprint(LanguagePair("en", "de")).prompt_sha256


def test_traits_follow_the_profile() -> None:
    made = OpenAIEngine(OpenAIModelOptions(base_url="http://localhost/v1", model="m"))
    assert PromptedTranslator(made, shipped_profile("instruct")).traits.protection is Protection.INLINE
    assert PromptedTranslator(made, shipped_profile("instruct")).traits.multiline
    assert not PromptedTranslator(made, shipped_profile("few-shot")).traits.multiline


def test_caps_leave_room_for_scripts_that_need_it() -> None:
    english, german, telugu, chinese = map(language, ("en", "de", "te", "zh"))
    assert output_cap("x" * 100, english, german) == 196
    assert output_cap("x" * 100, english, telugu) == 396
    assert output_cap("字" * 100, chinese, english) == 396
    assert output_cap("", english, german) == 96


async def test_an_unknown_pair_for_a_profile_is_refused_before_anything_is_sent(model: Model) -> None:
    made = translator(model)
    with pytest.raises(InputError, match="unknown language"):
        made.fingerprint(LanguagePair("en", "xx-nothing"))
