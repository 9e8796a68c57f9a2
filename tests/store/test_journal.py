"""A journal gives back every sound line, whatever happened to it, and never an altered one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.errors import StorageFault
from parallelize.store.journal import Journal, abandoned, read_journal

LINES = [b"first", b"", b"\x00\xff third", b"fourth " * 100]


def written(folder: Path, *lines: bytes) -> Path:
    journal = Journal(folder)
    for line in lines:
        journal.append(line)
    os.close(journal._handle)  # as a killed process would leave it
    return journal.path


def test_lines_are_there_before_anything_is_synced(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number, line in enumerate(LINES, start=1):
        journal.append(line)
        assert read_journal(journal.path) == (LINES[:number], 0)
    journal.clear()
    assert read_journal(journal.path) == ([], 0)
    journal.append(b"again")
    assert read_journal(journal.path) == ([b"again"], 0)


def test_a_cut_anywhere_costs_the_last_line_alone(tmp_path: Path) -> None:
    path = written(tmp_path, *LINES)
    whole = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == 10]
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert read_journal(path) == (LINES[: sum(end <= length for end in ends)], 0)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_an_altered_byte_is_never_read_as_data(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("journal"), *LINES)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    found, damaged = read_journal(path)
    assert [line for line in LINES if line in found] == found
    assert len(found) >= len(LINES) - 2  # a lost line break damages the lines on both sides
    assert damaged or found == LINES[:-1]


def test_a_journal_is_abandoned_when_its_writer_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(b"x")
    with abandoned(journal.path) as gone:
        assert not gone
    journal.close()
    assert journal.path.exists()
    with abandoned(journal.path) as gone:
        assert gone
        with abandoned(journal.path) as also:
            assert not also  # only one takes it over
    with abandoned(tmp_path / "none.journal") as gone:
        assert not gone


def test_a_failed_write_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.append(b"kept")
    original = os.write
    calls = []

    def half_then_full(handle: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) == 1:
            return original(handle, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half_then_full)
    with pytest.raises(StorageFault, match="No space left"):
        journal.append(b"a longer line that does not fit")
    monkeypatch.undo()
    assert read_journal(journal.path) == ([b"kept"], 0)
    journal.append(b"next")
    assert read_journal(journal.path) == ([b"kept", b"next"], 0)
