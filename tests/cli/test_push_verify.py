"""`push` and `verify` as a user calls them, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hub.conftest import READER, REPO, WRITER, hub  # noqa: F401 - a fixture
from tests.hub.corpora import CorpusMaker
from tests.hub.server import HubServer

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(hub: HubServer, tmp_path: Path) -> Run:  # noqa: F811 - the fixture
    def run(*arguments: object, token: str | None = WRITER, verbose: bool = False) -> Any:
        environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HUB_DISABLE_XET": "1"}
        environment["HF_HOME"] = str(tmp_path / "hf")
        environment.pop("HF_TOKEN", None)
        if token is not None:
            environment["HF_TOKEN"] = token
        if verbose:
            environment["HF_DEBUG"] = "1"
        flags = ["-vv"] if verbose else []
        return subprocess.run(
            [sys.executable, "-m", "parallelize", *flags, *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_publish_and_verify(call: Run, hub: HubServer, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    run = CorpusMaker().write(tmp_path / "run")
    shown = call("push", run, "--repo", REPO, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "data/pt/train-00000-of-00001.parquet" in shown.stdout
    assert "license: cc-by-4.0" in shown.stdout
    assert not (hub.storage.root / "datasets").exists()

    done = call("push", run, "--repo", REPO, "--tag", "v1", "--json", verbose=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["repo"], result["tag"], len(result["uploaded"])) == (REPO, "v1", 5)
    assert "curl" in done.stderr
    assert WRITER not in done.stdout + done.stderr

    again = call("push", run, "--repo", REPO, "--tag", "v1")
    assert "nothing to do" in again.stdout

    found = call("verify", f"{REPO}@v1", "--json", token=None)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["rows"] == {"pt": 20, "de": 19, "parallel": 19}


def test_exit_codes_and_remedies(call: Run, tmp_path: Path) -> None:
    run = CorpusMaker().write(tmp_path / "run")
    unlicensed = CorpusMaker(license=None).write(tmp_path / "unlicensed")
    cases = [
        (call("push", unlicensed, "--repo", REPO), 1, "has no licence"),
        (call("push", run, "--repo", "nope"), 2, "organization/name"),
        (call("push", run), 2, "--repo"),
        (call("push", run, "--repo", REPO, token=None), 3, "HF_TOKEN"),
        (call("push", run, "--repo", REPO, token=READER), 3, "write permission"),
        (call("verify", tmp_path / "absent"), 1, "does not exist"),
    ]
    path = run / "corpus/data/de/train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    cases.append((call("verify", run), 4, "data/de/train-00000-of-00001.parquet: should be"))
    for done, code, message in cases:
        assert done.returncode == code, done.stderr
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == "" or code == 4
