"""Pinning of models and the arguments that reach vLLM; no vLLM is needed."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import huggingface_hub
import pytest

from parallelize.core.engine_options import VllmModelOptions
from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.engines.vllm.options import engine_arguments, identify_model, sampling_arguments


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights" * 1000)
    return tmp_path


def test_a_local_model_is_known_by_its_files_and_not_by_its_place(folder: Path, tmp_path: Path) -> None:
    first = identify_model(str(folder))
    assert first.name.startswith("sha256:")
    assert first == identify_model(str(folder))
    (folder / "model.safetensors").write_bytes(b"Weights" + b"weights" * 999)
    assert identify_model(str(folder)).name != first.name


def test_without_a_network_a_name_that_is_not_cached_is_a_fault_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise httpx2.ConnectError("[Errno -2] Name or service not known")

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", unreachable)
    with pytest.raises(EnvironmentFault, match="the model org/never-cached is not here"):
        identify_model("org/never-cached")


def test_large_files_are_known_by_size_and_ends(folder: Path) -> None:
    with (folder / "model.safetensors").open("wb") as stream:
        stream.truncate(40 * 1024 * 1024)
    before = identify_model(str(folder)).name
    with (folder / "model.safetensors").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"x")
    assert identify_model(str(folder)).name != before


def test_wrong_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        identify_model(str(tmp_path))
    with pytest.raises(InputError, match="no model folder"):
        identify_model("/nowhere/at/all")


def test_a_model_that_cannot_be_pinned_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EnvironmentFault, match="nobody/no-such-model"):
        identify_model("nobody/no-such-model")


def test_code_from_a_model_repository_is_never_run(folder: Path) -> None:
    identity = identify_model(str(folder))
    arguments = engine_arguments(VllmModelOptions(model=str(folder)), identity, identity)
    assert arguments["trust_remote_code"] is False
    with pytest.raises(InputError, match="trust_remote_code"):
        engine_arguments(
            VllmModelOptions(model=str(folder), extra_engine={"trust_remote_code": True}), identity, identity
        )


def test_what_is_not_set_is_left_to_vllm(folder: Path) -> None:
    identity = identify_model(str(folder))
    arguments = engine_arguments(VllmModelOptions(model=str(folder)), identity, identity)
    assert "max_model_len" not in arguments
    assert "quantization" not in arguments
    assert arguments["enable_prefix_caching"] is True
    json.dumps(sampling_arguments(VllmModelOptions(model="m")))
