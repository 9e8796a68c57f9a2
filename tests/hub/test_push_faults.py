"""Whatever fails at whatever call: main is the old version or the new one, and pushing again completes it."""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parallelize.core.errors import EnvironmentFault, ParallelizeError
from parallelize.hub.client import RetryPolicy
from parallelize.hub.destination import Destination
from parallelize.hub.push import push
from parallelize.hub.rounds import STAGING_PREFIX
from parallelize.hub.verify import verify
from parallelize.store.manifest import UNKNOWN_REPOSITORY
from tests.hub.conftest import WRITER
from tests.hub.corpora import CorpusMaker
from tests.hub.faults import Call, Fault
from tests.hub.server import HubServer
from tests.hub.storage import Entry, HubRefusal

QUICK = RetryPolicy(budget_seconds=30, first_seconds=0.001, longest_seconds=0.01, timeout_seconds=5)
Tree = dict[str, Entry]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return CorpusMaker(languages=("pt",), rows=8, shards=2).write(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return CorpusMaker(rows=8).write(tmp_path / "new")


def destination(hub: HubServer, repo: str, **options: Any) -> Destination:
    given = {"endpoint": hub.endpoint, "token": WRITER, "retry": QUICK, **options}
    return Destination(repo=repo, **given)


def main_tree(hub: HubServer, repo: str) -> Tree | None:
    try:
        tree = dict(hub.repository(repo).commit("main").tree)
    except HubRefusal:
        return None
    tree.pop(".gitattributes")
    return tree


class Pusher:
    """Starts pushes in processes of their own."""

    def __init__(self) -> None:
        root = Path(__file__).resolve().parents[2]
        environment = {**os.environ, "HF_HUB_DISABLE_XET": "1", "PYTHONPATH": str(root)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.pusher"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            cwd=root,
        )
        self._pids: queue.Queue[int] = queue.Queue()

    def push(self, hub: HubServer, repo: str, run: Path, **options: Any) -> int:
        """Push in another process; returns its exit status, negative for a signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"run": str(run), "repo": repo, "endpoint": hub.endpoint, "token": WRITER, **options}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        self._pids.put(json.loads(self._process.stdout.readline())["pid"])
        status: int = json.loads(self._process.stdout.readline())["status"]
        while not self._pids.empty():
            self._pids.get()
        return status

    def kill(self) -> None:
        """End the push that is under way, without a chance to clean up."""
        os.kill(self._pids.get(timeout=10), signal.SIGKILL)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)


@pytest.fixture
def pusher() -> Iterator[Pusher]:
    made = Pusher()
    yield made
    made.close()


def calls_of_a_push(hub: HubServer, repo: str, run: Path, **options: Any) -> list[str]:
    hub.plan.order()
    push(run, destination(hub, repo, **options))
    return [str(call) for call in hub.plan.calls]


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "after-the-call"])
def test_killed_at_every_call(hub: HubServer, old: Path, new: Path, pusher: Pusher, after: bool) -> None:
    push(old, destination(hub, "acme/old"))
    old_tree = main_tree(hub, "acme/old")
    hub.copy("acme/old", "acme/base")
    calls = calls_of_a_push(hub, "acme/base", new, tag="v2")
    new_tree = main_tree(hub, "acme/base")
    assert len(calls) > 20
    objects = {entry.sha256 for entry in (new_tree or {}).values() if entry.sha256}
    seen = set()
    # A reading call changes nothing, so to die after it is to die before the next one.
    numbers = [i for i, call in enumerate(calls, start=1) if not (after and call.startswith(("GET", "HEAD")))]
    for number in numbers:
        repo = f"acme/kill{number}"
        hub.copy("acme/old", repo)
        hub.plan.order(Fault(action="call", at=number, run=pusher.kill, after=after))
        others = hub.connections()
        assert pusher.push(hub, repo, new, tag="v2") == -signal.SIGKILL, calls[number - 1]
        hub.settle(others)
        tree = main_tree(hub, repo)
        assert tree in (old_tree, new_tree), calls[number - 1]
        seen.add(tree == new_tree)

        there = hub.repository(repo)
        stored = {path.name for path in (there.folder / "lfs").iterdir()}
        hub.plan.order()
        push(new, destination(hub, repo, tag="v2"))
        assert len(hub.plan.uploads()) == len(objects - stored), calls[number - 1]
        assert main_tree(hub, repo) == new_tree
        refs = there.refs
        assert refs["tags"] == {"v2": refs["branches"]["main"]}
        assert list(refs["branches"]) == ["main"]
        assert [commit.title for commit in there.history("main")] == [
            "Publish apples: pt, de",
            "Publish apples: pt",
            "initial commit",
        ]
    assert seen == {False, True}


def test_killed_while_the_repository_is_made(hub: HubServer, new: Path, pusher: Pusher) -> None:
    calls = calls_of_a_push(hub, "acme/base", new)
    new_tree = main_tree(hub, "acme/base")
    assert calls[1] == "POST /api/repos/create"
    for number in [1, 2, 3, *(i for i, call in enumerate(calls, start=1) if "/commit/" in call)]:
        repo = f"acme/first{number}"
        hub.plan.order(Fault(action="call", at=number, run=pusher.kill))
        others = hub.connections()
        assert pusher.push(hub, repo, new) == -signal.SIGKILL
        hub.settle(others)
        assert main_tree(hub, repo) in (None, {}, new_tree)
        push(new, destination(hub, repo))
        assert main_tree(hub, repo) == new_tree


def test_a_killed_push_goes_on_with_the_card_that_names_its_repository(
    hub: HubServer, tmp_path: Path, pusher: Pusher
) -> None:
    run = CorpusMaker(rows=8, loads_from=UNKNOWN_REPOSITORY).write(tmp_path / "run")
    calls = calls_of_a_push(hub, "acme/base", run)
    for number in [i for i, call in enumerate(calls, start=1) if "/commit/" in call]:
        repo = f"acme/own{number}"
        hub.plan.order(Fault(action="call", at=number, run=pusher.kill))
        others = hub.connections()
        assert pusher.push(hub, repo, run) == -signal.SIGKILL
        hub.settle(others)
        push(run, destination(hub, repo))
        there = hub.repository(repo)
        card = there.content(there.commit("main").tree["README.md"]).read_text(encoding="utf-8")
        assert f'load_dataset("{repo}"' in card
        assert list(there.refs["branches"]) == ["main"]
        assert verify(repo, endpoint=hub.endpoint).problems == ()


PASSING = [
    pytest.param({"action": "status", "status": 409}, id="409"),
    pytest.param({"action": "status", "status": 412}, id="412"),
    pytest.param({"action": "status", "status": 429, "headers": {"Retry-After": "0"}}, id="429"),
    pytest.param({"action": "status", "status": 503}, id="503"),
    pytest.param({"action": "close"}, id="closed"),
    pytest.param({"action": "lost"}, id="answer-lost"),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_failure_that_passes_does_not_stop_a_push(hub: HubServer, new: Path, fault: dict[str, Any]) -> None:
    calls = calls_of_a_push(hub, "acme/base", new, tag="v1")
    new_tree = main_tree(hub, "acme/base")
    for number in range(1, len(calls) + 1):
        repo = f"acme/pass{number}"
        hub.plan.order(Fault(at=number, **fault))
        push(new, destination(hub, repo, tag="v1"))
        there = hub.repository(repo)
        assert main_tree(hub, repo) == new_tree, calls[number - 1]
        assert there.refs["tags"] == {"v1": there.refs["branches"]["main"]}, calls[number - 1]
        assert len(list(there.history("main"))) == 2, calls[number - 1]


@pytest.mark.slow
def test_a_server_that_falls_silent(hub: HubServer, new: Path) -> None:
    quick = RetryPolicy(budget_seconds=30, first_seconds=0.001, longest_seconds=0.01, timeout_seconds=0.15)
    calls = calls_of_a_push(hub, "acme/base", new)
    new_tree = main_tree(hub, "acme/base")
    for number in range(1, len(calls) + 1, 2):
        repo = f"acme/hang{number}"
        hub.plan.order(Fault(action="hang", at=number))
        push(new, destination(hub, repo, retry=quick))
        hub.plan.released.set()
        assert main_tree(hub, repo) == new_tree, calls[number - 1]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_at_every_call(hub: HubServer, old: Path, new: Path, status: int) -> None:
    push(old, destination(hub, "acme/old"))
    old_tree = main_tree(hub, "acme/old")
    hub.copy("acme/old", "acme/base")
    calls = calls_of_a_push(hub, "acme/base", new)
    new_tree = main_tree(hub, "acme/base")
    published = [i for i, call in enumerate(calls, start=1) if call.endswith("/commit/main")]
    for number in range(1, len(calls) + 1):
        repo = f"acme/no{number}"
        hub.copy("acme/old", repo)
        hub.plan.order(Fault(action="status", status=status, at=number))
        if number == len(calls):
            notes = push(new, destination(hub, repo)).notes
            assert any("could not be removed" in note for note in notes)
        else:
            with pytest.raises(EnvironmentFault) as error:
                push(new, destination(hub, repo))
            assert error.value.remedy, calls[number - 1]
        assert main_tree(hub, repo) == (old_tree if number <= published[0] else new_tree)


def test_the_budget_ends_and_the_work_is_kept(hub: HubServer, new: Path) -> None:
    short = RetryPolicy(budget_seconds=0.3, first_seconds=0.01, longest_seconds=0.05)
    hub.plan.order(Fault(action="status", status=503, where="/commit/main", times=10**6))
    with pytest.raises(EnvironmentFault, match=r"HTTP 503 .*") as error:
        push(new, destination(hub, "acme/later", retry=short))
    assert "run the same command later" in (error.value.remedy or "")
    assert main_tree(hub, "acme/later") == {}
    assert any(name.startswith(STAGING_PREFIX) for name in hub.repository("acme/later").refs["branches"])
    hub.plan.order()
    push(new, destination(hub, "acme/later"))
    assert hub.plan.uploads() == []


def test_a_wish_to_wait_is_honoured_and_bounded(hub: HubServer, new: Path, monkeypatch: Any) -> None:
    slept: list[float] = []
    monkeypatch.setattr("parallelize.hub.client.time.sleep", slept.append)
    hub.plan.order(Fault(action="status", status=429, where="/preupload/", headers={"Retry-After": "3"}))
    push(new, destination(hub, "acme/wait"))
    assert slept == [3.0]
    hub.plan.order(Fault(action="status", status=429, at=1, headers={"Retry-After": "3600"}))
    with pytest.raises(EnvironmentFault, match="asked to wait 3600 s"):
        push(new, destination(hub, "acme/wait"))


# ---- credentials


def everything_under(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def test_the_token_is_nowhere(
    hub: HubServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "hf_CANARY" + "c4n4ry" * 5
    hub.users[canary] = hub.users[WRITER]
    run = CorpusMaker().write(tmp_path / "run")
    monkeypatch.setattr("huggingface_hub.constants.HF_DEBUG", True)
    caplog.set_level(logging.DEBUG)
    for name in ("huggingface_hub", "httpx2", "httpcore2"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "propagate", True)
        caplog.set_level(logging.DEBUG, logger=name)
    messages: list[str] = []
    failures: list[Callable[[], Fault]] = [
        lambda: Fault(action="status", status=403, where="/preupload/"),
        lambda: Fault(action="status", status=400, where="/commit/"),
        lambda: Fault(action="status", status=500, where="/commit/main"),
    ]
    uploads: list[Call] = []
    for failure in failures:
        hub.plan.order(failure())
        try:
            push(run, destination(hub, "acme/canary", token=canary, tag="v1"))
        except ParallelizeError as error:
            messages += [str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
        uploads += hub.plan.uploads()
    messages.append(repr(destination(hub, "acme/canary", token=canary)))
    assert main_tree(hub, "acme/canary")
    text = caplog.text + "".join(record.getMessage() for record in caplog.records)
    assert "curl" in text
    assert "X-Amz-Signature=<redacted>" in text
    for shown in (text, *messages):
        assert canary not in shown
        assert "c4n4ry" not in shown
    for path, content in everything_under(tmp_path):
        assert canary.encode() not in content, path
    assert uploads
    assert not any(call.authorized for call in uploads)


def test_logging_is_as_before_after_a_push(hub: HubServer, new: Path) -> None:
    from huggingface_hub.utils import get_session
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled

    factory, bars = logging.getLogRecordFactory(), are_progress_bars_disabled()
    push(new, destination(hub, "acme/after"))
    assert logging.getLogRecordFactory() is factory
    assert are_progress_bars_disabled() == bars
    assert type(get_session()).__name__ == "Client"
