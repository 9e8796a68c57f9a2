"""A wheel works in an empty folder, away from the checkout: recipes, templates, tables, sample are in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content as it would be installed; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "-w", folder, ROOT], capture_output=True, text=True, timeout=240, cwd=folder
    )
    if done.returncode != 0 and "hatchling" in done.stderr:
        pytest.skip("the build backend hatchling cannot be fetched here")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("parallelize-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def call(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "parallelize", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_a_corpus_is_built_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = "import parallelize; print(parallelize.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    found = subprocess.run(
        [sys.executable, "-P", "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert found.stdout.strip() == str(installed / "parallelize/__init__.py")

    shipped = call(installed, tmp_path, "recipe", "demo")
    assert shipped.returncode == 0, shipped.stderr
    bound = "\n[gates.thresholds]\nfault_risk = 1\n"  # its first rows are long for a small engine
    (tmp_path / "mine.toml").write_text(shipped.stdout + bound, encoding="utf-8")
    words = ["build", "mine.toml", "--engine", "bergamot", "--limit", "2", "--out", "run", "--json"]
    done = call(installed, tmp_path, *words)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["languages"]["pt"]["rows_in"] == 2
    assert (tmp_path / "run/corpus/README.md").read_text(encoding="utf-8").startswith("---\n")
    assert (tmp_path / "run/report.html").stat().st_size > 50_000
    for check in (["verify", "run"], ["recipe", "gsm8k"]):
        again = call(installed, tmp_path, *check)
        assert again.returncode == 0, again.stderr


def test_nothing_but_the_package_is_in_the_wheel(installed: Path) -> None:
    top = {path.name for path in installed.iterdir()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"parallelize"}
    assert (installed / "parallelize/_data/pipelines/demo.toml").is_file()
    assert (installed / "parallelize/_data/cards/dataset.md.jinja").is_file()
    assert not list(installed.rglob("__pycache__"))
