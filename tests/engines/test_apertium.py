"""Apertium, where it is installed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.provenance import EngineFingerprint, Task
from parallelize.engines.apertium.modes import PACKAGES, find_route, installed_pairs, stages
from parallelize.engines.apertium.translator import ApertiumTranslator
from parallelize.engines.apertium.worker import read_stream, write_stream
from parallelize.report.wording import engine_limits, engine_words
from tests.contract.asking import answer_all

installed = pytest.mark.skipif(
    shutil.which("apertium") is None or ("en", "es") not in installed_pairs(),
    reason="apertium is not installed (apt-get install apertium apertium-eng-spa apertium-eng-cat)",
)


@pytest.fixture
async def engine():
    translator = ApertiumTranslator(workers=2)
    yield translator
    await translator.aclose()


async def translate(
    engine: ApertiumTranslator, texts: Sequence[str], source: str = "en", target: str = "es"
) -> list[Reply]:
    return await answer_all(
        engine,
        [
            TranslationRequest(
                address=number.to_bytes(32, "big"),
                task=Task.TRANSLATE,
                languages=LanguagePair(source, target),
                text=text,
                attempt="first",
            )
            for number, text in enumerate(texts)
        ],
    )


@installed
@pytest.mark.parametrize(
    ("target", "there", "back"),
    [
        ("es", "El precio es 5 por huevo.", "The price is 5 by egg."),
        ("ca", "El preu és 5 per ou.", None),
    ],
)
async def test_it_translates_both_ways(engine, target, there, back):
    if ("en", target) not in installed_pairs():
        pytest.skip(f"apertium's pair en→{target} is not installed")
    (reply,) = await translate(engine, ["The price is 5 per egg."], "en", target)
    assert reply.text == there
    (again,) = await translate(engine, [there], target, "en")
    assert again.finish is FinishReason.STOP
    assert back is None or again.text == back


@installed
async def test_its_reserved_characters_come_back(engine):
    marks = "^ $ [ ] { } < > / \\ @ * # + ~ & é 🙂"
    (reply,) = await translate(engine, [f"The price {marks} is 5."])
    assert reply.text == f"El precio {marks} es 5."


@installed
async def test_nul_and_lone_surrogates_are_refused(engine):
    nul, lone, good = await translate(engine, ["a\0b", "\udc00", "The price is 5."])
    assert nul.finish is lone.finish is FinishReason.REFUSED_INPUT
    assert "NUL" in nul.detail
    assert good.text == "El precio es 5."


@installed
async def test_what_was_translated_before_changes_nothing(engine):
    """The tagger learns the ambiguity class of "buns" and then reads other texts in another way."""
    learnt = "Lisa has decided to match the record of eating 75 full hotdogs, buns included, in 10 minutes."
    other = "If Kristoff has 85 stickers, how many stickers does Riku have?"
    (before,) = await translate(engine, [other])
    texts = [learnt] * 20 + [other] * 20
    random.Random(2).shuffle(texts)
    replies = await translate(engine, texts)
    assert {reply.text for text, reply in zip(texts, replies, strict=True) if text == other} == {before.text}


@installed
def test_the_fingerprint_holds_versions_and_the_data(engine):
    there, back = engine.fingerprint(LanguagePair("en", "es")), engine.fingerprint(LanguagePair("es", "en"))
    assert there.digest() != back.digest()
    assert there.extra["mode"] == "eng-spa"
    assert there.extra["apertium"][0].isdigit()


@installed
def test_a_pair_that_is_not_installed(engine):
    with pytest.raises(EnvironmentFault, match=r"no en→sw pair on this machine .*en→es"):
        engine.fingerprint(LanguagePair("en", "sw"))


def test_without_the_program_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFault, match="not installed on this machine") as caught:
        find_route("en", "es")
    assert "apt-get install apertium" in str(caught.value)


def test_a_mode_is_read_without_a_shell():
    mode = "lt-proc -w '/data/a b.bin' | apertium-tagger -g $2 '/data/x.prob' | lt-proc $1 '/data/g.bin'\n"
    assert stages(mode) == [
        ["lt-proc", "-w", "/data/a b.bin"],
        ["apertium-tagger", "-g", "/data/x.prob"],
        ["lt-proc", "-n", "/data/g.bin"],
    ]


def test_the_digest_is_of_the_data(monkeypatch, tmp_path):
    data = tmp_path / "a.bin"
    data.write_bytes(b"one")
    modes = tmp_path / "modes"
    modes.mkdir()
    (modes / "eng-spa.mode").write_text(f"lt-proc $1 '{data}'")
    monkeypatch.setattr("parallelize.engines.apertium.modes.data_folder", lambda: tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    first = find_route("en", "es")[0].digest()
    data.write_bytes(b"two")
    assert find_route("en", "es")[0].digest() != first
    data.unlink()
    with pytest.raises(EnvironmentFault, match=r"a\.bin cannot be read"):
        find_route("en", "es")[0].digest()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_the_stream_format_can_be_undone(text: str):
    assert read_stream(write_stream(text)) == text


def test_a_cut_stream_is_refused():
    with pytest.raises(ValueError, match="lost the end"):
        read_stream("Hola mundo")


@installed
@pytest.mark.parametrize("target", ["gl", "eo", "fr", "it", "pt", "oc"])
async def test_more_languages_directly_and_by_way_of_a_relative(engine, target):
    how = installed_pairs().get(("en", target))
    if how is None:
        pytest.skip(f"not installed: apt-get install apertium {' '.join(PACKAGES[target])}")
    (reply,) = await translate(engine, ["The price of 12 eggs is 5 euros."], "en", target)
    assert reply.finish is FinishReason.STOP
    assert {"12", "5"} <= set(reply.text.replace(".", "").split())
    assert "price" not in reply.text
    extra = engine.fingerprint(LanguagePair("en", target)).extra
    assert ("pivot" in extra) == how.startswith("by way of")


def fake_modes(folder, *names):
    (folder / "modes").mkdir(parents=True)
    for name in names:
        (folder / "modes" / f"{name}.mode").write_text(f"cat -u # {name}\n")


def test_a_route_goes_by_a_near_relative_where_no_pair_is_direct(monkeypatch, tmp_path):
    monkeypatch.setenv("APERTIUM_DATADIR", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    fake_modes(tmp_path, "eng-cat", "cat-fra", "fra-cat", "cat-eng", "eng-spa", "spa-ast", "en-gl")
    assert [mode.name for mode in find_route("en", "fr")] == ["eng-cat", "cat-fra"]
    assert [mode.name for mode in find_route("fr", "en")] == ["fra-cat", "cat-eng"]
    assert [mode.name for mode in find_route("en", "gl")] == ["en-gl"]
    assert installed_pairs()["en", "fr"] == "by way of ca"
    assert installed_pairs()["en", "gl"] == "installed"
    assert ("ast", "en") not in installed_pairs()
    with pytest.raises(EnvironmentFault, match="no ast→en pair") as caught:
        find_route("ast", "en")
    assert "--no-back-translation" in str(caught.value.remedy)
    with pytest.raises(EnvironmentFault) as caught:
        find_route("en", "it")
    assert "apertium-eng-cat apertium-cat-ita" in str(caught.value.remedy)
    with pytest.raises(EnvironmentFault):  # a pivot is for pairs with English: nobody asked for es→ca→fr
        find_route("es", "fr")


def test_what_went_by_way_of_another_language_is_said_in_words():
    plain = EngineFingerprint(engine="apertium", model="sha256:0")
    pivoted = EngineFingerprint(engine="apertium", model="sha256:0", extra={"pivot": "ca"})
    assert engine_words(pivoted) == f"{engine_words(plain)}, by way of Catalan"
    assert len(engine_limits([plain, pivoted])) == len(engine_limits([plain])) + 1
    assert "errors of both steps add up" in " ".join(engine_limits([pivoted]))
