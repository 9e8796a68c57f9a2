"""What `doctor` is told about engines."""

from __future__ import annotations

import importlib.metadata
import importlib.util

import pytest

from parallelize.engines.describe import available_pairs, describe_apertium, describe_bergamot, describe_vllm


def test_the_embedded_engine_is_ready_with_what_is_bundled(tmp_path):
    status = describe_bergamot(cache=tmp_path)
    assert status.ready
    assert status.pairs == {("en", "pt"): "bundled", ("pt", "en"): "bundled"}
    assert status.versions["fxtranslate"] == importlib.metadata.version("fxtranslate")


def test_a_missing_folder_of_models_is_told(tmp_path):
    status = describe_bergamot(models=tmp_path / "absent", cache=tmp_path)
    assert not status.ready
    assert "does not exist" in status.problem
    assert status.remedy


def test_apertium_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    status = describe_apertium()
    assert not status.ready
    assert "apt-get install" in status.remedy


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vLLM is installed here")
def test_vllm_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    status = describe_vllm()
    assert (status.ready, status.versions.get("vllm")) == (False, None)
    assert "no GPU" in status.remedy
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert "parallelize[vllm]" in describe_vllm().remedy


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        ("ImportError('libcudart.so.13: torchvision needs it')", "pip uninstall torchvision"),
        ("RuntimeError('something else')", "an environment of its own"),
    ],
)
def test_vllm_whose_import_fails_is_told_with_the_last_line(monkeypatch, tmp_path, fault, remedy):
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_text(f"raise {fault}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status = describe_vllm()
    assert not status.ready
    assert fault.split("'")[1] in status.problem
    assert remedy in status.remedy


def test_pairs_name_their_engines(tmp_path):
    pairs = available_pairs(cache=tmp_path)
    assert "bergamot" in pairs["en", "pt"]
    assert list(pairs) == sorted(pairs)
