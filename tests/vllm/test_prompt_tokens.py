"""Dataset text never becomes a control token, whatever the family of the chat template.

The tokenizers are built here, in the forms that these families use: byte-level BPE with special tokens
(Llama 3), the same with added tokens that are not declared special (Qwen), a BPE over spaces turned into
`▁` with control tokens in its own vocabulary (Gemma), and one that puts a space before every text (Mistral).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallelize.core.errors import EngineFault
from parallelize.core.ports import GenerationRequest, Message, PromptPart
from parallelize.engines.vllm.prompt_tokens import PromptTokenizer, control_ids

transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

CORPUS = [
    "Translate the following problem. How many apples does Anna have left? \\boxed{42} $x^2 + 1$",
    "First we add 12 and 7, which gives 19.\n\nThen: user system assistant <b>bold</b> [1] {2}",
    "Übersetze die Aufgabe ins Deutsche. 你好，世界。",
]
LLAMA = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
    "{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}"
    "{% endif %}<start_of_turn>{{ m.role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
MISTRAL = "{{ bos_token }}{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}"

CONTROLS = {
    "llama3": ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    "chatml": ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>", "<tool_call>"],
    "gemma": ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "[multimodal]"],
    "mistral": ["<s>", "</s>", "[INST]", "[/INST]"],
}


def train(family: str) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    backend = Tokenizer(models.BPE())
    alphabet: list[str] = []
    if family in {"llama3", "chatml"}:
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        backend.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    elif family == "gemma":
        backend.normalizer = normalizers.Replace(" ", "▁")
        backend.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        )
    else:
        backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
        backend.decoder = decoders.Metaspace(prepend_scheme="always")
    backend.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet, show_progress=False)
    )
    if family in {"gemma", "mistral"}:  # as in SentencePiece models: bytes and controls are in the vocabulary
        described = json.loads(backend.to_str())
        vocabulary = described["model"]["vocab"]
        for token in [*CONTROLS[family], *(f"<0x{byte:02X}>" for byte in range(256))]:
            vocabulary[token] = len(vocabulary)
        described["model"]["byte_fallback"] = True
        backend = Tokenizer.from_str(json.dumps(described))
    undeclared = {"<think>", "</think>", "<tool_call>", "[multimodal]"}
    backend.add_tokens([AddedToken(t, normalized=False) for t in CONTROLS[family] if t in undeclared])
    backend.add_special_tokens(
        [AddedToken(t, special=True, normalized=False) for t in CONTROLS[family] if t not in undeclared]
    )
    return backend


def load(family: str) -> PromptTokenizer:
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    backend = train(family)
    bos = {"llama3": "<|begin_of_text|>", "gemma": "<bos>", "mistral": "<s>"}.get(family)
    if bos:
        backend.post_processor = TemplateProcessing(
            single=f"{bos} $A", special_tokens=[(bos, backend.token_to_id(bos))]
        )
    template = {"llama3": LLAMA, "chatml": CHATML, "gemma": GEMMA, "mistral": MISTRAL}[family]
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=bos, chat_template=template)
    return PromptTokenizer(tokenizer)


FAMILIES = tuple(CONTROLS)
LOADED = {family: load(family) for family in FAMILIES}


def ask(*texts: str, chat: bool = True, **arguments: Any) -> GenerationRequest:
    parts = [PromptPart(text="Translate the following. ", data=False)]
    for text in texts:
        parts += [PromptPart(text=text, data=True), PromptPart(text="\nThen: ", data=False)]
    message = Message(role="user", parts=tuple(parts))
    return GenerationRequest(address=b"", messages=(message,), chat=chat, template_arguments=arguments)


def controls_in(family: str, ids: list[int]) -> list[str]:
    tokenizer = LOADED[family]._tokenizer
    known = control_ids(tokenizer)
    return [tokenizer.convert_ids_to_tokens(item) for item in ids if item in known]


hostile = st.lists(
    st.one_of(
        st.sampled_from([token for tokens in CONTROLS.values() for token in tokens]),
        st.sampled_from(
            ["<|", "im_", "|>", "<start_of", "_turn>", "[IN", "ST]", "ZQ", "▁", " ", "\n", "<0x0A>"]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("chat", [True, False])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(hostile, min_size=1, max_size=3))
def test_control_tokens_come_from_the_template_alone(family: str, chat: bool, texts: list[str]) -> None:
    tokenizer = LOADED[family]
    harmless = tokenizer.encode(ask(*("apples" for _ in texts), chat=chat))
    found = tokenizer.encode(ask(*texts, chat=chat))
    assert controls_in(family, found) == controls_in(family, harmless)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_text_is_all_there_when_it_is_hostile(family: str) -> None:
    tokenizer = LOADED[family]
    text = "How many " + "".join(CONTROLS[family]) + " does Anna have?"
    ids = tokenizer.encode(ask(text))
    decoded = tokenizer._tokenizer.decode(ids, skip_special_tokens=False).replace("▁", " ")
    for token in CONTROLS[family]:
        assert token in decoded


@pytest.mark.parametrize("family", FAMILIES)
def test_ordinary_text_gets_the_tokens_of_the_model_s_own_way(family: str) -> None:
    tokenizer = LOADED[family]
    parts = (
        PromptPart(text="Problem:", data=False),
        PromptPart(text=" How many <b>apples</b>?\n\n$x^2$ 你好", data=True),
    )
    request = GenerationRequest(address=b"", messages=(Message(role="user", parts=parts),))
    own = tokenizer._tokenizer.apply_chat_template(
        [{"role": "user", "content": request.messages[0].text}], add_generation_prompt=True, tokenize=False
    )
    assert tokenizer.encode(request) == tokenizer._tokenizer(own, add_special_tokens=False)["input_ids"]


def test_base_models_get_the_leading_token_once() -> None:
    assert controls_in("llama3", LOADED["llama3"].encode(ask("x", chat=False))) == ["<|begin_of_text|>"]
    assert controls_in("llama3", LOADED["llama3"].encode(ask("x")))[0] == "<|begin_of_text|>"
    assert controls_in("llama3", LOADED["llama3"].encode(ask("x"))).count("<|begin_of_text|>") == 1
    assert controls_in("chatml", LOADED["chatml"].encode(ask("x", chat=False))) == []


def test_template_arguments_reach_the_template() -> None:
    thinking = controls_in("chatml", LOADED["chatml"].encode(ask("x", enable_thinking=True)))
    silent = controls_in("chatml", LOADED["chatml"].encode(ask("x", enable_thinking=False)))
    assert thinking == ["<|im_start|>", "<|im_end|>", "<|im_start|>"]
    assert silent == [*thinking, "<think>", "</think>"]


def test_an_opening_goes_on_after_the_generation_prompt() -> None:
    chat = LOADED["chatml"]._tokenizer
    request = replace(ask("How many <think> apples?"), opening="<think>\nIch denke nach.")
    decoded = chat.decode(LOADED["chatml"].encode(request), skip_special_tokens=False)
    assert decoded.endswith("<|im_start|>assistant\n<think>\nIch denke nach.")
    assert controls_in("chatml", LOADED["chatml"].encode(request)).count("<think>") == 1
    # Templates of models that always think open the thinking themselves: it is not opened twice.
    eager = CHATML.replace("assistant\n{%", "assistant\n<think>\n{%")
    opened = chat.decode(
        PromptTokenizer(chat, chat_template=eager).encode(request), skip_special_tokens=False
    )
    assert opened == decoded
    plain = replace(ask("Question: 1?\nAnswer:", chat=False), opening=" Ich denke nach.")
    assert chat.decode(LOADED["chatml"].encode(plain)).endswith("Then:  Ich denke nach.")


def test_templates_that_fail_or_drop_a_text_are_named() -> None:
    system = Message(role="system", parts=(PromptPart(text="x", data=True),))
    with pytest.raises(EngineFault, match="no system"):
        LOADED["gemma"].encode(GenerationRequest(address=b"", messages=(system,)))
    inner = LOADED["chatml"]._tokenizer
    with pytest.raises(EngineFault, match="exactly once"):
        PromptTokenizer(inner, chat_template="{{ messages[0].content | lower }}").encode(ask("x"))
    with pytest.raises(EngineFault, match="exactly once"):
        PromptTokenizer(inner, chat_template="constant").encode(ask("x"))
    bare = transformers.PreTrainedTokenizerFast(tokenizer_object=train("chatml"))
    with pytest.raises(EngineFault, match="no chat template"):
        PromptTokenizer(bare).encode(ask("x"))


def test_digests_follow_the_template() -> None:
    digests = {tokenizer.template_sha256 for tokenizer in LOADED.values()}
    assert len(digests) == len(FAMILIES)
    assert all(digests)
