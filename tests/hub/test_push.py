"""A push shows readers the old version or the new one, sends nothing twice, and says what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import CommitOperationAdd, HfApi

from parallelize.core.errors import EnvironmentFault, InputError, UsageError
from parallelize.hub.client import RetryPolicy
from parallelize.hub.destination import Destination
from parallelize.hub.push import preview, push
from parallelize.hub.verify import verify
from parallelize.store.manifest import CARD, MANIFEST, UNKNOWN_REPOSITORY
from tests.hub.conftest import READER, REPO, STRANGER, WRITER
from tests.hub.corpora import CorpusMaker
from tests.hub.faults import Fault
from tests.hub.server import HubServer
from tests.runs import rows, run_build, write_jsonl

QUICK = RetryPolicy(budget_seconds=30, first_seconds=0.001, longest_seconds=0.01, timeout_seconds=5)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return CorpusMaker().write(tmp_path / "run")


@pytest.fixture
def to(hub: HubServer) -> Callable[..., Destination]:
    def make(**options: Any) -> Destination:
        given = {"repo": REPO, "endpoint": hub.endpoint, "token": WRITER, "retry": QUICK, **options}
        return Destination(**given)

    return make


def test_what_is_published_is_what_was_built(
    hub: HubServer, run: Path, to: Callable[..., Destination]
) -> None:
    told: list[tuple[str, int, int]] = []
    result = push(run, to(tag="v1"), on_progress=lambda *item: told.append(item))
    there = hub.repository(REPO)
    commit = there.commit("main")
    assert result.commit == commit.oid == there.refs["tags"]["v1"]
    assert list(there.refs["branches"]) == ["main"]
    published = {path: there.content(entry).read_bytes() for path, entry in commit.tree.items()}
    del published[".gitattributes"]
    corpus = run / "corpus"
    assert published == {
        path.relative_to(corpus).as_posix(): path.read_bytes() for path in corpus.rglob("*") if path.is_file()
    }
    assert [item.title for item in there.history("main")] == ["Publish apples: pt, de", "initial commit"]
    assert told[-1][0] == "upload"
    assert told[-1][1] == told[-1][2]
    checked = verify(f"{REPO}@v1", endpoint=hub.endpoint)
    assert checked.problems == ()
    assert checked.rows == {"pt": 20, "de": 19, "parallel": 19}


def test_a_second_push_does_nothing(hub: HubServer, run: Path, to: Callable[..., Destination]) -> None:
    first = push(run, to())
    hub.plan.order()
    second = push(run, to())
    assert (second.commit, second.uploaded) == (first.commit, ())
    assert {call.method for call in hub.plan.calls} <= {"GET", "HEAD"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A corpus whose card has an example of loading it."""
    write_jsonl(tmp_path / "rows.jsonl", rows(3))
    run_build(tmp_path / "rows.jsonl", tmp_path / "built", "de", corpus={"license": "mit"})
    return tmp_path / "built"


def test_each_repository_has_a_card_with_its_own_name(
    hub: HubServer, built: Path, to: Callable[..., Destination]
) -> None:
    local = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    for repo in (REPO, "acme/other"):
        publication, _, _ = preview(built, to(repo=repo))
        push(built, to(repo=repo))
        there = hub.repository(repo)
        tree = there.commit("main").tree
        card, manifest = (there.content(tree[name]).read_bytes() for name in (CARD, MANIFEST))
        assert f'load_dataset("{repo}", "de"'.encode() in card
        assert UNKNOWN_REPOSITORY.encode() not in card
        assert card.decode() == publication.card
        assert json.loads(manifest)["card_sha256"] == hashlib.sha256(card).hexdigest()
        assert verify(repo, endpoint=hub.endpoint, token=WRITER).problems == ()
        assert push(built, to(repo=repo)).uploaded == ()
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == local


def test_a_manifest_differs_from_that_of_the_run_in_the_card_alone(
    hub: HubServer, built: Path, to: Callable[..., Destination]
) -> None:
    push(built, to())
    there = hub.repository(REPO)
    published = there.content(there.commit("main").tree[MANIFEST]).read_text()
    ours = (built / "corpus" / MANIFEST).read_text()
    differing = [
        one for one, two in zip(ours.splitlines(), published.splitlines(), strict=True) if one != two
    ]
    assert [line.split(":")[0].strip(' "') for line in differing] == ["card_sha256", "checksum"]


def test_loading_in_a_fresh_process(
    hub: HubServer, run: Path, to: Callable[..., Destination], tmp_path: Path
) -> None:
    push(run, to(tag="v1"))
    script = (
        "import json, sys, datasets\n"
        "repo, revision = sys.argv[1:]\n"
        "load = lambda name: datasets.load_dataset(repo, name, split='train', revision=revision)\n"
        "found = {name: load(name) for name in ('pt', 'de', 'parallel')}\n"
        "print(json.dumps({n: [len(d), d[0]] for n, d in found.items()}))\n"
    )
    cache = {"HF_HOME": str(tmp_path / "cache"), "HF_ENDPOINT": hub.endpoint, "HF_HUB_DISABLE_XET": "1"}
    environment = {**os.environ, **cache, "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, REPO, "v1"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert {name: rows for name, (rows, _) in found.items()} == {"pt": 20, "de": 19, "parallel": 19}
    assert found["parallel"][1]["pt"]["problem"] == found["pt"][1]["problem"]
    texts = found["pt"][1]["parallelize"]["texts"]
    assert found["parallel"][1]["en"]["problem"] == texts[0]["source"]


def test_a_new_language_uploads_only_what_is_new(
    hub: HubServer, run: Path, to: Callable[..., Destination]
) -> None:
    first = push(run, to())
    CorpusMaker(languages=("pt", "de", "ja")).write(run)
    hub.plan.order()
    second = push(run, to())
    assert set(second.uploaded) == {
        "data/ja/train-00000-of-00001.parquet",
        "data/parallel/train-00000-of-00001.parquet",
        "README.md",
        "manifest.json",
    }
    assert len(hub.plan.uploads()) == 2
    there = hub.repository(REPO)
    for path in ("data/pt/train-00000-of-00001.parquet", "data/de/train-00000-of-00001.parquet"):
        assert there.commit(first.commit).tree[path] == there.commit(second.commit).tree[path]
    assert verify(REPO, endpoint=hub.endpoint).ok


def test_shards_of_the_old_version_leave_in_the_same_commit(
    hub: HubServer, run: Path, to: Callable[..., Destination]
) -> None:
    CorpusMaker(shards=3).write(run)
    push(run, to())
    CorpusMaker(shards=2).write(run)
    result = push(run, to())
    assert "data/pt/train-00002-of-00003.parquet" in result.deleted
    there = hub.repository(REPO)
    assert len(list(there.history("main"))) == 3
    assert verify(REPO, endpoint=hub.endpoint).ok


def test_a_language_does_not_disappear_by_accident(run: Path, to: Callable[..., Destination]) -> None:
    push(run, to())
    CorpusMaker(languages=("pt",)).write(run)
    with pytest.raises(InputError, match="has de, which this corpus lacks"):
        push(run, to())
    assert "data/de/train-00000-of-00001.parquet" in push(run, to(allow_removal=True)).deleted


def test_files_of_others_stay_unless_they_would_be_loaded(
    api: HfApi, run: Path, to: Callable[..., Destination]
) -> None:
    push(run, to())

    def add(path: str) -> None:
        operation = CommitOperationAdd(path_in_repo=path, path_or_fileobj=b"x")
        api.create_commit(REPO, operations=[operation], commit_message="by hand", repo_type="dataset")

    add("figures/map.txt")
    CorpusMaker(rows=21).write(run)
    push(run, to())
    assert "figures/map.txt" in api.list_repo_files(REPO, repo_type="dataset")
    add("data/pt/more.txt")
    CorpusMaker(rows=22).write(run)
    with pytest.raises(InputError, match=r"that no manifest lists: data/pt/more\.txt"):
        push(run, to())


def test_another_branch(hub: HubServer, run: Path, to: Callable[..., Destination]) -> None:
    result = push(run, to(branch="next"))
    there = hub.repository(REPO)
    assert there.refs["branches"]["next"] == result.commit
    assert "manifest.json" not in there.commit("main").tree
    assert verify(f"{REPO}@next", endpoint=hub.endpoint).ok


def test_private(hub: HubServer, run: Path, to: Callable[..., Destination]) -> None:
    push(run, to(private=True))
    assert hub.repository(REPO).private
    push(run, to(repo="acme/open"))
    with pytest.raises(InputError, match="public already"):
        push(run, to(repo="acme/open", private=True))


def test_a_tag_is_not_moved(run: Path, to: Callable[..., Destination]) -> None:
    push(run, to(tag="v1"))
    assert push(run, to(tag="v1")).tag == "v1"
    CorpusMaker(rows=21).write(run)
    with pytest.raises(InputError, match="has a tag v1 already"):
        push(run, to(tag="v1"))
    with pytest.raises(UsageError, match="not a tag name"):
        push(run, to(tag="a b"))


def test_an_edited_card_is_noted(api: HfApi, run: Path, to: Callable[..., Destination]) -> None:
    push(run, to())
    edited = CommitOperationAdd(path_in_repo="README.md", path_or_fileobj=b"---\nlicense: mit\n---\nmine\n")
    api.create_commit(REPO, operations=[edited], commit_message="edit", repo_type="dataset")
    CorpusMaker(rows=21).write(run)
    assert any("card was edited" in note for note in push(run, to()).notes)


def test_preview_changes_nothing(hub: HubServer, run: Path, to: Callable[..., Destination]) -> None:
    publication, plan, unknown = preview(run, to(token=None))
    assert plan is not None
    assert unknown is None
    assert [file.path for file in plan.upload][-2:] == ["README.md", "manifest.json"]
    assert plan.upload_bytes == publication.bytes
    assert "cc-by-4.0" in publication.card
    assert {call.method for call in hub.plan.calls} == {"GET"}
    push(run, to())
    _, plan, _ = preview(run, to())
    assert plan is not None
    assert not plan.changes


# ---- refusals before anything is sent


def test_what_must_not_be_published(tmp_path: Path, hub: HubServer, to: Callable[..., Destination]) -> None:
    run = CorpusMaker(license=None).write(tmp_path / "a")
    with pytest.raises(InputError, match="has no licence"):
        push(run, to())
    run = CorpusMaker().write(tmp_path / "b")
    path = run / "corpus/data/pt/train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="does not agree with its manifest"):
        push(run, to())
    (run / "corpus/manifest.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        push(run, to())
    with pytest.raises(InputError, match="does not exist"):
        push(tmp_path / "absent", to())
    run = CorpusMaker(recipe={"engine": {"key": "hf_" + "x" * 34}}).write(tmp_path / "c")
    with pytest.raises(InputError, match=r"recipe\.engine\.key in manifest\.json looks like a key"):
        push(run, to())
    assert hub.plan.calls == []


@pytest.mark.parametrize("repo", ["name", "a/b/c", "../x/y", "a b/c", "a/..", "a/b--c", "https://x/y"])
def test_a_malformed_repository_name(run: Path, to: Callable[..., Destination], repo: str) -> None:
    with pytest.raises(UsageError, match="organization/name"):
        push(run, to(repo=repo))


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "needs a Hugging Face token"),
        ("hf_" + "unknown" * 5, r"does not accept the token \(401\)"),
        (READER, r"may not write to acme/corpus \(403\)"),
        (STRANGER, r"may not write to acme/corpus \(403\)"),
        ("hf_bad\nheader" + "x" * 20, "characters that no token has"),
    ],
)
def test_tokens_that_do_not_do(
    run: Path, to: Callable[..., Destination], token: str | None, message: str
) -> None:
    with pytest.raises(EnvironmentFault, match=message) as error:
        push(run, to(token=token))
    assert error.value.remedy
    assert token is None or token not in str(error.value)


def test_a_repository_of_something_else(api: HfApi, run: Path, to: Callable[..., Destination]) -> None:
    api.create_repo(REPO, repo_type="dataset")
    theirs = CommitOperationAdd(path_in_repo="manifest.json", path_or_fileobj=b'{"app": 1}')
    api.create_commit(REPO, operations=[theirs], commit_message="app", repo_type="dataset")
    with pytest.raises(InputError, match=r"manifest\.json that cannot be read as a corpus"):
        push(run, to())


def test_a_card_that_the_hub_refuses(run: Path, to: Callable[..., Destination]) -> None:
    import hashlib

    card = run / "corpus/README.md"
    card.write_text(card.read_text().replace("- text-generation", "- juggling"))
    manifest = json.loads((run / "corpus/manifest.json").read_text())
    manifest["card_sha256"] = hashlib.sha256(card.read_bytes()).hexdigest()
    (run / "corpus/manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="juggling"):
        push(run, to())


# ---- races


def change_by_hand(hub: HubServer, path: str) -> Callable[[], None]:
    def change() -> None:
        line = {"key": "file", "value": {"path": path, "content": "eA==", "encoding": "base64"}}
        header = {"key": "header", "value": {"summary": "by hand"}}
        hub.repository(REPO).apply("main", [header, line], author="eve")

    return change


def test_main_moved_elsewhere_is_kept(hub: HubServer, run: Path, to: Callable[..., Destination]) -> None:
    hub.plan.order(Fault(action="call", where="/commit/main", run=change_by_hand(hub, "notes.txt")))
    push(run, to())
    titles = [commit.title for commit in hub.repository(REPO).history("main")]
    assert titles == ["Publish apples: pt, de", "by hand", "initial commit"]
    assert "notes.txt" in hub.repository(REPO).commit("main").tree


def test_main_moved_in_the_corpus_is_not_overwritten(
    hub: HubServer, run: Path, to: Callable[..., Destination]
) -> None:
    push(run, to())
    CorpusMaker(rows=21).write(run)
    hub.plan.order(Fault(action="call", where="/commit/main", run=change_by_hand(hub, "README.md")))
    with pytest.raises(EnvironmentFault, match=r"changed by someone else .* README\.md"):
        push(run, to())
    assert hub.repository(REPO).commit("main").title == "by hand"
    push(run, to())
    assert verify(REPO, endpoint=hub.endpoint).ok


def test_a_file_that_changes_while_it_is_published(
    hub: HubServer, run: Path, to: Callable[..., Destination]
) -> None:
    path = run / "corpus/data/pt/train-00000-of-00001.parquet"

    def change() -> None:
        path.write_bytes(path.read_bytes() + b"x")

    hub.plan.order(Fault(action="call", where="/branch/", run=change))
    with pytest.raises(InputError, match="changed while it was published"):
        push(run, to())
    assert "manifest.json" not in hub.repository(REPO).commit("main").tree


def test_large_files_go_in_parts(hub: HubServer, tmp_path: Path, to: Callable[..., Destination]) -> None:
    run = CorpusMaker(rows=40, padding=8192).write(tmp_path / "run")
    push(run, to())
    assert len(hub.plan.uploads()) > 3
    assert verify(REPO, endpoint=hub.endpoint).ok
