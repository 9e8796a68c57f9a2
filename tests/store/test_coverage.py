"""The coverage of a run: the same file however it comes, and what is read from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.store.coverage import IdDigest, coverage_writer, id_key, read_coverage

FATES = st.sampled_from(["kept", "numbers", "language+numbers", "omission"])


def write(path: Path, rows: list[tuple[str, ...]], codes: list[str], piece: int) -> None:
    with coverage_writer(path, codes) as writer:
        for start in range(0, len(rows), piece):
            columns = list(zip(*rows[start : start + piece], strict=True))
            writer.add(pa.array(columns[0]), [pa.array(column) for column in columns[1:]])


@given(st.lists(st.tuples(st.text(max_size=4), FATES, FATES), max_size=40), st.integers(1, 9))
@settings(max_examples=40)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], piece: int
) -> None:
    path = tmp_path_factory.mktemp("run") / "coverage.parquet"
    write(path, rows, ["id", "de"], piece)  # a language whose code is the name of another column
    read = read_coverage(path, ["de", "id"])
    assert read.keys.tolist() == [id_key(row[0]) for row in rows]
    for code, column in (("id", 1), ("de", 2)):
        fates = read.fates[code]
        found = [fates.names[place] for place in fates.codes]
        assert found == [row[column] for row in rows]
        assert fates.kept.tolist() == [fate == "kept" for fate in found]
        assert fates.dropped_for("numbers").tolist() == ["numbers" in fate.split("+") for fate in found]
        assert fates.counts() == {fate: found.count(fate) for fate in found}
        for digest, kept in zip(read.ids[code], (True, False), strict=True):
            mine = IdDigest()
            for row in rows:
                if (row[column] == "kept") is kept:
                    mine.add(pa.array([row[0]]))
            assert digest == mine.value()


def test_bytes_do_not_depend_on_the_pieces(tmp_path: Path) -> None:
    rows = [(f"row-{number}", "kept" if number % 3 else "numbers") for number in range(2_500)]
    one, other, whole = (tmp_path / name for name in ("one", "other", "whole"))
    write(one, rows, ["pt"], 7)
    write(other, rows, ["pt"], 1_700)
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, names=["id", "pt"]), whole, compression="zstd", row_group_size=1_000)
    assert one.read_bytes() == other.read_bytes() == whole.read_bytes()


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "coverage.parquet"
    write(path, [("a", "kept")], ["pt"], 1)
    with pytest.raises(pa.ArrowInvalid), coverage_writer(path, ["pt"]) as writer:
        writer.add(pa.array(["b", "c"]), [pa.array(["numbers"])])
    assert read_coverage(path, ["pt"]).fates["pt"].names == ["kept"]
    assert list(tmp_path.iterdir()) == [path]


def test_equal_digests_need_equal_ids() -> None:
    one, other = IdDigest(), IdDigest()
    one.add(pa.array(["ab", "c"]))
    other.add(pa.array(["a", "bc"]))
    assert one.value() != other.value()
    part = IdDigest()
    part.add(pa.array(["x", "ab", "c", "y"])[1:3])
    assert part.value() == one.value()


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    path = tmp_path / "coverage.parquet"
    write(path, [("a", "kept")], ["pt"], 1)
    with pytest.raises(InputError, match=r"coverage\.parquet"):
        read_coverage(path, ["de"])
    assert np.array_equal(read_coverage(path, ["pt"]).fates["pt"].kept, [True])
