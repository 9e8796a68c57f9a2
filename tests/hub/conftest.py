"""A Hub of this machine for every test of this folder; nothing here leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi, constants

from tests.hub.server import HubServer, User

WRITER = "hf_" + "W" * 34
READER = "hf_" + "R" * 34
STRANGER = "hf_" + "S" * 34
REPO = "acme/corpus"


@pytest.fixture(autouse=True)
def _plain_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The client's own state: no Xet, no stored token, caches in the test's folder."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    # No call of these tests uses TLS; reading this machine's certificates would take a fifth of a push.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    users = {
        WRITER: User(name="ann", organizations=("acme",)),
        READER: User(name="bob", organizations=("acme",), can_write=False),
        STRANGER: User(name="eve"),
    }
    with HubServer(root=tmp_path / "server", users=users) as server:
        yield server


@pytest.fixture
def api(hub: HubServer) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=WRITER)
