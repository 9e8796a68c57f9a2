"""File systems whose locks hold only within one machine: another machine is seen by its sign of life."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from parallelize.core.errors import RunLocked
from parallelize.core.ports import FinishReason, Reply
from parallelize.store import journal as journals
from parallelize.store import leases
from parallelize.store.journal import FOREIGN_SECONDS, Journal, abandoned
from parallelize.store.leases import LEASE_SECONDS, age, elsewhere, leased, locked_file
from parallelize.store.memory import Memory
from parallelize.store.run import RunDirectory


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], AbstractContextManager[None]]]:
    """Be on another machine, where no lock of this one is seen."""
    monkeypatch.setattr(fcntl, "flock", lambda handle, kind: None)

    @contextmanager
    def on(name: str) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for module in (leases, journals):
                patch.setattr(module, "this_host", lambda: name)
            yield

    return on


Machine = Callable[[str], AbstractContextManager[None]]


def make_old(path: Path, seconds: float) -> None:
    past = time.time() - seconds
    os.utime(path, (past, past))


def test_one_owner_at_a_time_also_on_two_machines(tmp_path: Path, machine: Machine) -> None:
    run = RunDirectory(tmp_path / "run")
    refused = pytest.raises(RunLocked, match=r"in use by process \d+ on .*sign of life 0 s ago")
    with run.locked():
        (lease,) = run.leases.iterdir()
        with machine("other"), refused, run.locked():
            pytest.fail("two owners")
        with machine("other"):
            assert "sign of life" in str(run.holder())
        make_old(lease, LEASE_SECONDS + 1)
        with machine("other"), run.locked():
            assert run.root.exists()
    with machine("other"), run.locked():
        assert elsewhere(run.leases, "owner") is None


def test_workers_keep_whoever_finishes_away_and_the_other_way_round(tmp_path: Path, machine: Machine) -> None:
    run = RunDirectory(tmp_path)
    at_work = pytest.raises(RunLocked, match=r"workers are at work in .*: process")
    finished = pytest.raises(RunLocked, match="being recorded or finished")
    with run.joined():
        with machine("other"), run.joined():  # workers beside each other
            assert len(list(run.leases.iterdir())) == 2
        with machine("other"), at_work, run.without_workers():
            pytest.fail("a worker is at work")
    with run.without_workers(), machine("other"), finished, run.joined():
        pytest.fail("the run is being finished")
    with machine("other"), run.without_workers():
        assert elsewhere(run.leases, "worker") is None


def test_what_killed_processes_left_is_removed(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.leases.mkdir()
    for role in ("owner", "worker", "finisher"):
        (run.leases / f"{role}.{leases.this_host()}.1").write_text("process 1")
    with run.locked(), run.without_workers():
        assert len(list(run.leases.iterdir())) == 2
    assert not run.leases.exists()


def test_the_journal_of_a_living_writer_elsewhere_is_read_and_left_alone(
    tmp_path: Path, machine: Machine
) -> None:
    reply = Reply(address=b"1" * 32, text="um", finish=FinishReason.STOP)
    writer = Memory(tmp_path)
    writer.put("en-pt", reply)
    (path,) = tmp_path.rglob("*.journal")
    with machine("other"):
        assert Memory(tmp_path).get("en-pt", reply.address) == reply
        assert path.exists()
        make_old(path, FOREIGN_SECONDS + 1)
        assert Memory(tmp_path).get("en-pt", reply.address) == reply
    assert not path.exists()
    assert len(list(tmp_path.rglob("*.parquet"))) == 1


def test_a_journal_gives_signs_of_life_while_its_writer_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path)
    memory.put("en-pt", Reply(address=b"1" * 32, text="um", finish=FinishReason.STOP))
    (path,) = tmp_path.rglob("*.journal")
    make_old(path, 500)
    monkeypatch.setattr("parallelize.store.memory._TOUCH_SECONDS", 0.0)
    memory.tick()
    assert (age(path) or 0) < 5
    memory.close()


def test_a_lease_is_touched_as_long_as_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_BEAT_SECONDS", 0.02)
    with leased(tmp_path / "leases", "worker") as path:
        make_old(path, 500)
        deadline = time.monotonic() + 10
        while (age(path) or 0) > 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (age(path) or 0) <= 5
    assert not path.exists()


def test_a_file_system_without_locks_is_no_other_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "lock").open("w") as handle:
        for number, expected in ((errno.ENOSYS, True), (errno.ENOLCK, True), (errno.EWOULDBLOCK, False)):

            def refuse(_handle: object, _kind: int, number: int = number) -> None:
                raise OSError(number, os.strerror(number))

            monkeypatch.setattr(fcntl, "flock", refuse)
            assert locked_file(handle, fcntl.LOCK_EX) is expected


def test_a_journal_of_this_machine_is_known_by_its_lock(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(b"line")
    make_old(journal.path, 5000)
    with abandoned(journal.path) as gone:
        assert not gone
    journal.close()
    with abandoned(journal.path) as gone:
        assert gone
