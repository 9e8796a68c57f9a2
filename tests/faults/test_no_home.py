"""An account without a home folder, or one that cannot be written: everything works but what lies there."""

from __future__ import annotations

import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.main import cli
from parallelize.core.errors import InputError
from parallelize.core.places import cache_root, user_path
from tests.runs import rows, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> pwd.struct_passwd:
        raise KeyError(number)

    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("homeless")
def test_paths_of_a_home_that_is_none(tmp_path: Path) -> None:
    assert cache_root().is_absolute()
    assert user_path("/a/b") == Path("/a/b")
    with pytest.raises(InputError, match="no home folder"):
        user_path("~/rows.jsonl")
    for command in (["inspect"], ["score"], ["audit", "--lang", "pt"]):
        ended = CliRunner().invoke(cli, [*command, "~/rows.jsonl"], standalone_mode=False)
        assert isinstance(ended.exception, InputError), ended.exception
    (tmp_path / "rows.jsonl").write_text('{"problem": "How many ripe apples are left in the basket?"}\n')
    assert CliRunner().invoke(cli, ["inspect", str(tmp_path / "rows.jsonl")]).exit_code == 0


def test_a_build_where_home_and_tmpdir_are_no_folders(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(3))
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    command = [sys.executable, "-m", "parallelize", "build", str(recipe), "--out", str(tmp_path / "run")]
    places = {name: str(source / "x") for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "HF_HOME")}
    ended = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**places, "PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run" / "corpus" / "manifest.json").exists()
