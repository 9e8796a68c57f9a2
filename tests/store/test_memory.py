"""The memory keeps what it is given, shares it, and never trusts a damaged file."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from parallelize.core.errors import StorageFault
from parallelize.core.ports import FinishReason, Reply
from parallelize.store import journal as journal_module
from parallelize.store import memory as memory_module
from parallelize.store.memory import FLUSH_REPLIES, Memory


def reply(number: int, text: str | None = None) -> Reply:
    return Reply(
        address=hashlib.sha256(str(number).encode()).digest(),
        text=f"text {number}" if text is None else text,
        finish=FinishReason.STOP,
        output_tokens=number,
        engine_seconds=0.5,
    )


def files(root: Path) -> list[Path]:
    return sorted(root.rglob("*.parquet"))


def test_what_was_put_is_found_by_another_process(tmp_path: Path) -> None:
    first = Memory(tmp_path)
    for number in range(1_500):
        first.put("en-pt", reply(number))
    first.flush()
    second = Memory(tmp_path)
    assert all(second.get("en-pt", reply(n).address) == reply(n) for n in range(1_500))
    assert second.get("en-pt", b"\x00" * 32) is None
    assert second.get("pt-en", reply(1).address) is None


def test_a_file_is_written_every_512_replies(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    for number in range(FLUSH_REPLIES):
        assert not files(tmp_path)
        memory.put("en-pt", reply(number))
    assert len(files(tmp_path)) == 1


def test_a_power_loss_takes_only_what_no_tick_has_made_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal_module.os, "fsync", synced.append)
    memory = Memory(tmp_path)
    memory.put("en-pt", reply(1))
    synced.clear()
    memory.tick()
    assert not synced
    clock = memory_module.time.monotonic() + 2
    monkeypatch.setattr(memory_module.time, "monotonic", lambda: clock)
    memory.tick()
    memory.tick()
    assert len(synced) == 1


def test_a_writer_s_replies_are_seen_at_once_and_taken_over_when_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from parallelize.store.memory import Memory\n"
        "from tests.store.test_memory import reply\n"
        "memory = Memory(Path(sys.argv[1]))\n"
        "for number in range(700): memory.put('en-pt', reply(number))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    beside = Memory(tmp_path)
    assert all(beside.get("en-pt", reply(n).address) == reply(n) for n in range(700))
    assert len(files(tmp_path)) == 1  # the journal of a living writer is left alone
    assert len(journals(tmp_path)) == 1
    writer.kill()
    writer.communicate()
    after = Memory(tmp_path)
    assert all(after.get("en-pt", reply(n).address) == reply(n) for n in range(700))
    assert len(files(tmp_path)) == 2
    assert not journals(tmp_path)
    assert all(beside.get("en-pt", reply(n).address) == reply(n) for n in range(700))


def journals(root: Path) -> list[Path]:
    return sorted(root.rglob("*.journal"))


def test_journals_leave_nothing_behind(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.put("en-pt", reply(1))
    assert len(journals(tmp_path)) == 1
    memory.close()
    assert not journals(tmp_path)
    memory.put("en-pt", reply(2))
    memory.flush()
    assert all(path.stat().st_size == 0 for path in journals(tmp_path))


_KILLED = """
import os, signal, sys
from pathlib import Path
from parallelize.store import memory as module
from tests.store.test_memory import reply
memory = module.Memory(Path(sys.argv[1]))
module.replace_file = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
_DEATHS = {
    "writing": "memory.put('en-pt', reply(1)); memory.flush()",
    "taking over": "memory.get('en-pt', reply(1).address)",
    "merging": "memory.get('en-pt', reply(1).address); memory.close()",
}


@pytest.mark.parametrize("death", _DEATHS)
@pytest.mark.parametrize("used", [True, False])
def test_what_a_killed_writer_left_half_written_goes_with_its_journal(
    tmp_path: Path, death: str, used: bool
) -> None:
    if death == "taking over":
        kill_in(tmp_path, "writing")
    if death == "merging":
        for number in range(1, 70):
            memory = Memory(tmp_path, merges=False)
            memory.put("en-pt", reply(number))
            memory.close()
    kill_in(tmp_path, death)
    assert list(tmp_path.rglob("*.tmp"))
    memory = Memory(tmp_path)
    if used or death == "merging":  # files are merged in folders that were used
        assert memory.get("en-pt", reply(1).address) == reply(1)
    memory.close()
    assert not [*tmp_path.rglob("*.tmp"), *journals(tmp_path)]
    assert Memory(tmp_path).get("en-pt", reply(1).address) == reply(1)


def kill_in(root: Path, death: str) -> None:
    program = [sys.executable, "-c", _KILLED + _DEATHS[death], str(root)]
    assert subprocess.run(program, cwd=Path(__file__).parents[2], check=False).returncode == -signal.SIGKILL


def test_hostile_text_is_kept_as_it_is(tmp_path: Path) -> None:
    texts = ["\ud800 lone", "\x00\x1b[31m", "../../etc/passwd", "", "=1+1", "<script>"]
    memory = Memory(tmp_path)
    for number, text in enumerate(texts):
        memory.put("en-pt", reply(number, text))
    beside = Memory(tmp_path)
    assert [beside.get("en-pt", reply(n).address).text for n in range(len(texts))] == texts
    memory.close()
    again = Memory(tmp_path)
    assert [again.get("en-pt", reply(n).address).text for n in range(len(texts))] == texts


def test_two_writers_do_not_touch_each_other(tmp_path: Path) -> None:
    one, two = Memory(tmp_path), Memory(tmp_path)
    for number in range(100):
        one.put("en-pt", reply(number))
        two.put("en-pt", reply(number + 50))
    one.flush()
    two.flush()
    both = Memory(tmp_path)
    assert all(both.get("en-pt", reply(n).address) for n in range(150))


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_damaged_file_is_set_aside_and_named(tmp_path: Path, damage: str) -> None:
    memory = Memory(tmp_path)
    memory.put("en-pt", reply(1))
    memory.flush()
    [path] = files(tmp_path)
    data = path.read_bytes()
    path.write_bytes({"cut": data[:-7], "flip": bytes([data[0] ^ 1]) + data[1:], "empty": b""}[damage])
    again = Memory(tmp_path)
    assert again.get("en-pt", reply(1).address) is None
    assert again.damaged == [path.with_suffix(".damaged")]
    again.put("en-pt", reply(1))
    again.flush()
    assert Memory(tmp_path).get("en-pt", reply(1).address) == reply(1)


def test_every_byte_of_a_file_matters(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.put("en-pt", reply(1))
    memory.flush()
    [path] = files(tmp_path)
    data = path.read_bytes()
    for offset in range(0, len(data), 37):
        path.write_bytes(data[:offset] + bytes([data[offset] ^ 0x40]) + data[offset + 1 :])
        again = Memory(tmp_path)
        assert again.get("en-pt", reply(1).address) is None
        path.with_suffix(".damaged").unlink()


def test_small_files_are_merged_and_readers_go_on(tmp_path: Path) -> None:
    writer = Memory(tmp_path)
    for number in range(100):
        writer.put("en-pt", reply(number))
        writer.flush()
    reader = Memory(tmp_path)
    assert reader.get("en-pt", reply(0).address) == reply(0)
    assert len(files(tmp_path)) == 100
    writer.close()
    assert len(files(tmp_path)) == 1
    assert all(reader.get("en-pt", reply(n).address) == reply(n) for n in range(100))


def test_a_full_disk_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(tmp_path)
    memory.put("en-pt", reply(1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageFault, match="No space left") as caught:
        memory.flush()
    assert "free some space" in str(caught.value)
    monkeypatch.undo()
    memory.flush()
    assert Memory(tmp_path).get("en-pt", reply(1).address) == reply(1)
