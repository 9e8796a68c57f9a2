"""A disk that fills up: a clear message, no completion mark, and an identical result once there is room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import corpus_digests, rows, run_build, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_full_disk(tmp_path: Path, small_disk: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(600))
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    run = small_disk / "run"
    command = [sys.executable, "-m", "parallelize", "build", str(recipe), "--out", str(run)]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert failed.returncode == 3
    assert "No space left on device" in failed.stderr
    assert "free some space" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (run / "corpus" / "manifest.json").exists()

    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    run_build(source, tmp_path / "roomy", "pt")
    ours, theirs = corpus_digests(run), corpus_digests(tmp_path / "roomy")
    assert {k: v for k, v in ours.items() if k.endswith(".parquet")} == {
        k: v for k, v in theirs.items() if k.endswith(".parquet")
    }


@pytest.mark.parametrize("part", ["records", "translations/pt"])
@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_chunk_is_named_and_rebuilt_after_its_removal(
    tmp_path: Path, part: str, damage: str
) -> None:
    from parallelize.assemble.judge import judge_run
    from parallelize.core.errors import StorageFault

    source = write_jsonl(tmp_path / "rows.jsonl", rows(40))
    run = tmp_path / "run"
    run_build(source, run, "pt")
    before = corpus_digests(run)
    path = next(iter((run / part).glob("*.parquet")))
    data = path.read_bytes()
    middle = len(data) // 3
    path.write_bytes(
        data[:middle] if damage == "cut" else data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
    )
    with pytest.raises(StorageFault, match=path.name):
        judge_run(run, {})
    assert corpus_digests(run) == before  # a corpus that was whole stays whole
    path.unlink()
    run_build(source, run, "pt")
    assert corpus_digests(run) == before
    assert json.loads((run / "corpus" / "manifest.json").read_text())["schema"] == 1
