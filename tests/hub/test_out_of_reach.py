"""A Hub that is not there: a line at once, an end within seconds, and what the disk knows all the same."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import datasets
import pytest
from huggingface_hub import constants

from parallelize.cli.main import cli
from parallelize.core.errors import EnvironmentFault
from parallelize.hub import client, contact
from parallelize.hub.contact import HubUnreachable, one_voice, reach_hub
from parallelize.hub.destination import Destination
from parallelize.hub.push import preview, push
from parallelize.hub.source import HubSource
from parallelize.hub.verify import verify_repo
from tests.hub.conftest import REPO, WRITER
from tests.hub.corpora import CorpusMaker


@pytest.fixture(params=["closed port", "accepts and says nothing"])
def nobody(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a Hub that never answers; the seconds that it gets are few."""
    for module in (client, contact):
        monkeypatch.setattr(module, "FIRST_ANSWER_SECONDS", 0.6)
    monkeypatch.setattr(contact, "_SILENT_SECONDS", 0.2)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        if request.param != "closed port":
            place.listen(8)
        endpoint = f"http://127.0.0.1:{place.getsockname()[1]}"
        monkeypatch.setattr(constants, "ENDPOINT", endpoint)
        yield endpoint


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return CorpusMaker().write(tmp_path / "run")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_every_way_to_the_hub_ends_in_seconds(
    nobody: str, run: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    host = nobody.removeprefix("http://")
    to = Destination(repo=REPO, endpoint=nobody, token=WRITER)
    source = HubSource(cache_folder=str(tmp_path / "cache"))
    ways = {
        "verify": lambda: verify_repo(REPO, endpoint=nobody),
        "push": lambda: push(run, to),
        "source": lambda: source.open("acme/rows", config=None, split=None, revision=None),
    }
    for name, way in ways.items():
        caplog.clear()
        began = time.monotonic()
        with pytest.raises(EnvironmentFault, match=host) as caught:
            way()
        assert time.monotonic() - began < 5.0, name
        assert caught.value.remedy, name
        assert caught.value.exit_code == 3
        lines = said(caplog)
        assert len(lines) == len(set(lines)) == 1, (name, lines)
        assert host in lines[0]


def test_a_preview_needs_no_hub(nobody: str, run: Path) -> None:
    seen = []
    publication, plan, unknown = preview(
        run, Destination(repo=REPO, endpoint=nobody), on_prepared=seen.append
    )
    assert seen == [publication]
    assert plan is None
    assert unknown is not None
    assert nobody.removeprefix("http://") in unknown


def test_a_dry_run_shows_what_is_on_the_disk(
    nobody: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["push", str(run), "--repo", REPO, "--dry-run"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "license: cc-by-4.0" in shown
    assert "data/pt/train-00000-of-00001.parquet" in shown
    assert "not known what is there already" in shown.splitlines()[-1]

    cli.main(["push", str(run), "--repo", REPO, "--dry-run", "--json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert found["base"] is None
    assert "cannot be reached" in found["hub"]
    assert found["upload_bytes"] == sum(file["bytes"] for file in found["upload"]) > 0


def test_offline_by_wish_is_told_apart(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubUnreachable, match="HF_HUB_OFFLINE is set"):
        verify_repo(REPO, endpoint="http://127.0.0.1:9")
    _, plan, unknown = preview(run, Destination(repo=REPO, endpoint="http://127.0.0.1:9"))
    assert (plan, "HF_HUB_OFFLINE" in str(unknown)) == (None, True)


def test_any_answer_is_a_sign_of_life() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(4096)
                line.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert reach_hub(f"http://127.0.0.1:{server.getsockname()[1]}") is None
        thread.join()


def test_a_library_speaks_through_our_handlers_alone() -> None:
    logger = logging.getLogger("a_library_with_a_handler")
    logger.addHandler(logging.StreamHandler())
    one_voice("a_library_with_a_handler")
    assert logger.handlers == []
