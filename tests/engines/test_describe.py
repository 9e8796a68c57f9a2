"""What `doctor` is told about engines."""

from __future__ import annotations

import importlib.metadata

from parallelize.engines.describe import available_pairs, describe_apertium, describe_bergamot


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


def test_pairs_name_their_engines(tmp_path):
    pairs = available_pairs(cache=tmp_path)
    assert "bergamot" in pairs["en", "pt"]
    assert list(pairs) == sorted(pairs)
