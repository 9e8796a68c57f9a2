"""A source and a shared memory on a local S3-compatible server, two builds at once (`make test-cluster`).

moto and s3fs are no part of the test environment; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs import rows

s3fs = pytest.importorskip("s3fs")
moto_server = pytest.importorskip("moto.server")

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = moto_server.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="module")
def environment(endpoint: str) -> dict[str, str]:
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "XDG_CACHE_HOME": tempfile.mkdtemp(),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def store(endpoint: str, environment: dict[str, str]) -> Any:
    files = s3fs.S3FileSystem(
        key="test", secret="test", endpoint_url=endpoint, client_kwargs={"region_name": "us-east-1"}
    )
    files.call_s3("create_bucket", Bucket="corpora")
    lines = [json.dumps(row) for row in rows(60)]
    files.pipe("corpora/train/a.jsonl", "\n".join(lines[:30]).encode())
    files.pipe("corpora/train/b.jsonl", "\n".join(lines[30:]).encode())
    return files


def command(out: Path, source: str, langs: str, *, delay: float = 0.0) -> list[str]:
    recipe = out.with_suffix(".toml")
    recipe.write_text(
        f'[engine]\nname = "scripted"\ndelay_seconds = {delay}\nfault_rate = 0.1\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
        f'[source]\npath = "{source}"\n[run]\nmemory = "s3://corpora/memory"\n'
    )
    program = [sys.executable, "-m", "parallelize", "build", str(recipe), "--langs", langs]
    return [*program, "--out", str(out), "--json", "--quiet"]


def replies(run: Path) -> int:
    told = json.loads((run / "measurements.json").read_text())["engines"]
    return sum(engine["replies"] for engine in told.values())


def test_two_builds_at_once_share_a_memory(store: Any, environment: dict[str, str], tmp_path: Path) -> None:
    orders = (("one", "s3://corpora/train", "pt,de"), ("other", "s3://corpora/train/*.jsonl", "de,fr"))
    started = [
        subprocess.Popen(
            command(tmp_path / name, source, langs, delay=0.05),
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name, source, langs in orders
    ]
    for process in started:
        out, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors
        assert all(figures["rows_in"] == 60 for figures in json.loads(out)["languages"].values())
    assert store.find("corpora/memory")
    last = tmp_path / "last"
    done = subprocess.run(
        command(last, "s3://corpora/train", "pt,de,fr"),
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert replies(last) == 0
    manifest = json.loads((last / "corpus" / "manifest.json").read_text())
    assert manifest["source"]["name"] == "train"
    assert environment["XDG_CACHE_HOME"] not in json.dumps(manifest)


def test_what_is_not_there_or_out_of_reach_is_told(
    store: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    missing = subprocess.run(
        command(tmp_path / "run", "s3://corpora/none.jsonl", "pt"),
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert missing.returncode == 1
    assert "nothing is at s3://corpora/none.jsonl" in missing.stderr
    refused = subprocess.run(
        command(tmp_path / "run", "s3://another-bucket/none.jsonl", "pt"),
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert refused.returncode in {1, 3}
    assert "s3://another-bucket" in refused.stderr
    assert "Traceback" not in refused.stderr
