"""Every option of a generating engine can be set in a recipe, and reaches the engine."""

from __future__ import annotations

from typing import Any

import pytest

from parallelize.assemble.engines import make_generator
from parallelize.core.engine_options import VllmModelOptions
from parallelize.core.errors import InputError
from parallelize.core.recipe import parse_recipe
from parallelize.engines.vllm.options import ModelIdentity, engine_arguments, sampling_arguments

VLLM: dict[str, Any] = {
    "name": "vllm",
    "model": "org/model",
    "revision": "abc",
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.1,
    "repetition_penalty": 1.1,
    "seed": 5,
    "repetition_pattern_tokens": 8,
    "repetition_count": 4,
    "tensor_parallel_size": 2,
    "data_parallel_size": 4,
    "quantization": "fp8",
    "max_model_len": 4096,
    "extra_engine": {"swap_space": 2},
}


@pytest.mark.parametrize(
    "table", [VLLM, {"name": "openai", "model": "m", "base_url": "http://127.0.0.1:1/v1"}]
)
def test_an_engine_takes_the_table_of_the_recipe_as_it_is(table: dict[str, Any]) -> None:
    options = parse_recipe({"engine": table}).engine
    assert make_generator(options)._options is options  # type: ignore[attr-defined]


def test_options_of_a_recipe_reach_vllm() -> None:
    recipe = parse_recipe({"engine": VLLM})
    made = make_generator(recipe.engine)
    options = made._options  # type: ignore[attr-defined]
    for name, value in VLLM.items():
        assert name == "name" or getattr(options, name) == value
    sampling = sampling_arguments(options)
    assert {name: sampling[name] for name in ("temperature", "top_k", "min_p", "seed")} == {
        "temperature": 0.7,
        "top_k": 40,
        "min_p": 0.1,
        "seed": 5,
    }
    model = ModelIdentity(name="org/model", revision="0123abcd", location="org/model")
    arguments = engine_arguments(options, model, model)
    assert (arguments["revision"], arguments["tokenizer_revision"]) == ("0123abcd", "0123abcd")
    assert arguments["trust_remote_code"] is False
    assert (arguments["tensor_parallel_size"], arguments["data_parallel_size"]) == (2, 4)
    assert (arguments["quantization"], arguments["seed"], arguments["swap_space"]) == ("fp8", 5, 2)
    assert arguments["enable_prefix_caching"] is True


def test_code_of_a_model_is_never_run() -> None:
    model = ModelIdentity(name="org/model", revision="0123abcd", location="org/model")
    options = VllmModelOptions(model="org/model", extra_engine={"trust_remote_code": True})
    with pytest.raises(InputError, match="trust_remote_code cannot be switched on"):
        engine_arguments(options, model, model)


@pytest.mark.parametrize("name", ["model", "revision", "tokenizer", "seed", "max_model_len"])
def test_what_a_recipe_names_has_one_place(name: str) -> None:
    model = ModelIdentity(name="org/model", revision="0123abcd", location="org/model")
    with pytest.raises(InputError, match=f"extra_engine.{name}"):
        engine_arguments(VllmModelOptions(model="org/model", extra_engine={name: 7}), model, model)
