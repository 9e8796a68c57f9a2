"""Sources and shared memories in folders of a store, here one of fsspec's own on this machine."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.ports import FinishReason, Reply
from parallelize.pipeline.open_memory import in_step, ticking
from parallelize.store.memory import Memory
from parallelize.store.objects import ObjectFolder, is_address, local_copy
from parallelize.store.shared_memory import SharedMemory


def reply(number: int) -> Reply:
    return Reply(address=number.to_bytes(32, "big"), text=f"reply {number}", finish=FinishReason.STOP)


def put(folder: Path, *numbers: int, pair: str = "en-pt") -> None:
    memory = Memory(folder, merges=False)
    for number in numbers:
        memory.put(pair, reply(number))
    memory.close()


def held(folder: Path, *numbers: int, pair: str = "en-pt") -> list[bool]:
    memory = Memory(folder, merges=False)
    return [memory.get(pair, reply(number).address) == reply(number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/rows.jsonl", True),
        ("gs://b/*.parquet", True),
        ("hf://datasets/org/name", True),
        ("s3://bucket/a b", False),
        ("org/name", False),
        ("/s3://x", False),
        (None, False),
    ],
)
def test_addresses_are_told_from_paths(text: str | None, expected: bool) -> None:
    assert is_address(text) is expected


def test_two_builds_have_each_others_replies(tmp_path: Path) -> None:
    store = f"file://{tmp_path}/store"
    one, other = tmp_path / "one", tmp_path / "other"
    put(one, 1, 2)
    put(other, 3, pair="pt-en")
    assert SharedMemory(store, one).exchange() == 0
    assert SharedMemory(store, other).exchange() == 1
    assert SharedMemory(store, one).exchange() == 1
    for folder in (one, other):
        assert held(folder, 1, 2, 4) == [True, True, False]
        assert held(folder, 3, pair="pt-en") == [True]
    assert len(list((tmp_path / "store").glob("*/*.parquet"))) == 2


def test_builds_that_exchange_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    store = f"file://{tmp_path}/store"
    folders = [tmp_path / f"build-{number}" for number in range(4)]

    def work(number: int) -> None:
        for turn in range(5):
            put(folders[number], 100 * number + turn, 7777)
            SharedMemory(store, folders[number]).exchange()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [7777, *(100 * number + turn for number in range(4) for turn in range(5))]
    for folder in folders:
        SharedMemory(store, folder).exchange()
        assert all(held(folder, *expected))


def test_what_is_damaged_or_foreign_in_the_store_is_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "one", 1)
    shared = SharedMemory(f"file://{tmp_path}/store", tmp_path / "one")
    shared.exchange()
    (kept,) = (tmp_path / "store").glob("*/*.parquet")
    kept.write_bytes(kept.read_bytes()[:-1])
    (tmp_path / "store" / "notes.txt").write_text("hello")
    (tmp_path / "store" / "en-pt" / "x.parquet").write_text("hello")
    other = SharedMemory(f"file://{tmp_path}/store", tmp_path / "other")
    assert [other.exchange(), other.exchange()] == [0, 0]
    assert list((tmp_path / "other").rglob("*.parquet")) == []


async def test_a_build_under_way_learns_what_others_wrote(tmp_path: Path) -> None:
    store, folder = f"file://{tmp_path}/store", tmp_path / "one"
    memory = Memory(folder, merges=False)
    assert memory.get("en-pt", reply(1).address) is None
    async with in_step(memory, SharedMemory(store, folder), every=0.02), ticking(memory):
        memory.put("en-pt", reply(2))
        put(tmp_path / "other", 1)
        SharedMemory(store, tmp_path / "other").exchange()
        async with asyncio.timeout(10):
            while memory.get("en-pt", reply(1).address) is None:  # noqa: ASYNC110  a thread makes it true
                await asyncio.sleep(0.02)
        assert memory.get("en-pt", reply(2).address) == reply(2)
    memory.close()
    SharedMemory(store, tmp_path / "other").exchange()
    assert held(tmp_path / "other", 1, 2) == [True, True]


async def test_a_failure_is_not_hidden_by_one_of_the_store(tmp_path: Path) -> None:
    shared = SharedMemory(f"file://{tmp_path}/store", tmp_path / "one")
    memory = Memory(tmp_path / "one", merges=False)
    (tmp_path / "store").write_text("a file where the folder should be")

    async def work(number: int, *, well: bool) -> None:
        async with in_step(memory, shared), ticking(memory):
            memory.put("en-pt", reply(number))
            if not well:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work(1, well=False)
    with pytest.raises(StorageFault, match="cannot be reached"):
        await work(2, well=True)
    assert held(tmp_path / "one", 1, 2) == [True, True]


def test_a_source_is_fetched_once_and_again_when_it_changed(tmp_path: Path) -> None:
    there, cache = tmp_path / "there" / "train", tmp_path / "cache"
    (there / "deep").mkdir(parents=True)
    (there / "a.jsonl").write_text("1")
    (there / "deep" / "b.jsonl").write_text("2")
    address = f"file://{there}"
    copy = local_copy(address, cache)
    assert copy.name == "train"
    before = (copy / "a.jsonl").stat().st_mtime_ns
    (there / "deep" / "b.jsonl").write_text("22")
    assert local_copy(address, cache) == copy
    assert (copy / "a.jsonl").stat().st_mtime_ns == before
    assert (copy / "deep" / "b.jsonl").read_text() == "22"
    (there / "a.jsonl").unlink()
    assert not (local_copy(address, cache) / "a.jsonl").exists()
    assert local_copy(f"{address}/deep/b.jsonl", cache).read_text() == "22"
    assert local_copy(f"{address}/deep/*.jsonl", cache).name == "*.jsonl"
    with pytest.raises(InputError, match="nothing is at"):
        local_copy(f"{address}/none.jsonl", cache)


def test_a_name_that_leads_out_of_the_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObjectFolder, "names", lambda self: ["../../evil.jsonl"])
    monkeypatch.setattr(ObjectFolder, "versions", lambda self, names: ["1"])
    with pytest.raises(InputError, match="leads out of its folder"):
        local_copy(f"file://{tmp_path}/there", tmp_path / "cache")
