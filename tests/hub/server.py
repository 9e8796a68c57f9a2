"""A Hugging Face Hub on this machine: the part of its HTTP API that publishing and loading use.

`huggingface_hub` and `datasets` talk to it through `HF_ENDPOINT` and cannot tell the difference. It is
strict where the Hub is: parents of commits, hashes and sizes of large objects, permissions, paths,
metadata of cards. Large objects lie behind a second host, so that credentials sent to the wrong
place are noticed. Xet is not offered; clients run with `HF_HUB_DISABLE_XET=1`.
"""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.hub.api import ApiHost, User
from tests.hub.faults import FaultPlan
from tests.hub.large_files import StorageHost
from tests.hub.storage import HubRefusal, Repository

__all__ = ["HubServer", "User"]


@dataclass(kw_only=True)
class HubServer:
    """Both hosts, running in threads. Use as a context manager."""

    root: Path
    users: dict[str, User] = field(default_factory=dict)
    """By token."""
    multipart_over_bytes: int = 100_000
    part_bytes: int = 40_000
    page_entries: int = 1000
    plan: FaultPlan = field(default_factory=FaultPlan)

    def __post_init__(self) -> None:
        self.storage = StorageHost(self.plan, self.root / "storage")
        self.api = ApiHost(self)
        self._threads = [
            threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True)
            for host in (self.storage, self.api)
        ]

    @property
    def endpoint(self) -> str:
        return self.api.url

    def __enter__(self) -> HubServer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.plan.released.set()
        for host in (self.api, self.storage):
            host.shutdown()
            host.server_close()

    def copy(self, repo: str, other: str) -> None:
        """Make another data set repository with the same history."""
        shutil.copytree(self.storage.root / "datasets" / repo, self.storage.root / "datasets" / other)

    def connections(self) -> set[Any]:
        """Addresses of clients that are connected to either host."""
        return self.api.connections() | self.storage.connections()

    def settle(self, others: set[Any]) -> None:
        """Wait until all that a client sent before it died is dealt with; `others` were open before it."""
        self.api.settle(others)
        self.storage.settle(others)

    def repository(self, repo: str, kind: str = "datasets") -> Repository:
        """Look into a repository from a test.

        Raises:
            HubRefusal: there is none.
        """
        folder = self.storage.root / kind / repo
        if not (folder / "refs.json").is_file():
            raise HubRefusal(404, "Repository not found", code="RepoNotFound")
        return Repository(folder)
