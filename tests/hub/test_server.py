"""The test Hub refuses what the real one refuses, seen through the real client."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
    hf_hub_download,
)
from huggingface_hub.errors import (
    BadRequestError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.hub.conftest import READER, REPO, STRANGER, WRITER
from tests.hub.faults import Fault
from tests.hub.server import HubServer
from tests.hub.storage import git_sha1

SMALL = b"small" * 100
LARGE = bytes(range(256)) * 600
DATASET: Any = {"repo_id": REPO, "repo_type": "dataset"}


def add(path: str, content: bytes) -> CommitOperationAdd:
    return CommitOperationAdd(path_in_repo=path, path_or_fileobj=content)


def status_of(error: pytest.ExceptionInfo[HfHubHTTPError]) -> int:
    return error.value.response.status_code


@pytest.fixture
def repo(api: HfApi) -> HfApi:
    api.create_repo(REPO, repo_type="dataset")
    return api


def head(api: HfApi) -> str:
    sha = api.dataset_info(REPO).sha
    assert sha is not None
    return sha


def test_a_file_comes_back_as_it_went_in(repo: HfApi, hub: HubServer, tmp_path: Path) -> None:
    contents = {"a.parquet": SMALL, "deep/b.parquet": LARGE, "notes.txt": b"text\n"}
    repo.create_commit(**DATASET, operations=[add(*item) for item in contents.items()], commit_message="add")
    for path, content in contents.items():
        local = hf_hub_download(
            REPO, path, repo_type="dataset", endpoint=hub.endpoint, cache_dir=tmp_path / "c"
        )
        assert Path(local).read_bytes() == content
    files = {item.path: item for item in repo.list_repo_tree(**DATASET, recursive=True)}
    assert files["deep/b.parquet"].lfs.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert files["notes.txt"].blob_id == git_sha1(b"text\n")
    assert "deep" in files
    assert len(hub.plan.uploads()) == 1 + -(-len(LARGE) // hub.part_bytes)


def test_an_object_that_is_there_is_not_uploaded_again(repo: HfApi, hub: HubServer) -> None:
    repo.create_commit(**DATASET, operations=[add("a.parquet", SMALL)], commit_message="one")
    hub.plan.order()
    repo.create_commit(**DATASET, operations=[add("b.parquet", SMALL)], commit_message="two")
    assert hub.plan.uploads() == []


def test_a_copy_brings_the_object_to_another_branch_without_its_bytes(repo: HfApi, hub: HubServer) -> None:
    repo.create_branch(**DATASET, branch="side")
    made = repo.create_commit(
        **DATASET,
        operations=[add("a.parquet", SMALL), add("n.txt", b"n")],
        revision="side",
        commit_message="x",
    )
    hub.plan.order()
    copies = [CommitOperationCopy(path, path, src_revision=made.oid) for path in ("a.parquet", "n.txt")]
    repo.create_commit(**DATASET, operations=copies, commit_message="copy", parent_commit=head(repo))
    assert {"a.parquet", "n.txt"} <= set(repo.list_repo_files(**DATASET))
    assert hub.plan.uploads() == []


def test_a_commit_on_an_old_parent_is_refused_and_changes_nothing(repo: HfApi) -> None:
    old = head(repo)
    repo.create_commit(**DATASET, operations=[add("a.txt", b"1")], commit_message="one")
    now = head(repo)
    with pytest.raises(HfHubHTTPError) as error:
        repo.create_commit(
            **DATASET, operations=[add("b.txt", b"2")], commit_message="two", parent_commit=old
        )
    assert status_of(error) == 412
    assert head(repo) == now


def test_a_commit_is_all_or_nothing(repo: HfApi) -> None:
    before = head(repo)
    operations = [add("a.txt", b"1"), CommitOperationDelete("absent.txt")]
    with pytest.raises(RemoteEntryNotFoundError):
        repo.create_commit(**DATASET, operations=operations, commit_message="x")
    assert head(repo) == before


def commit_line(hub: HubServer, *lines: dict[str, Any], token: str | None = WRITER) -> httpx.Response:
    body = "\n".join(json.dumps(line) for line in ({"key": "header", "value": {"summary": "s"}}, *lines))
    headers = {"content-type": "application/x-ndjson"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return httpx.post(f"{hub.endpoint}/api/datasets/{REPO}/commit/main", content=body, headers=headers)


@pytest.mark.parametrize("path", ["../up.txt", "/root.txt", "a/../../b", ".git/config", "a//b", ""])
def test_a_path_outside_the_repository_is_refused(repo: HfApi, hub: HubServer, path: str) -> None:
    line = {"key": "file", "value": {"path": path, "content": "eA==", "encoding": "base64"}}
    assert commit_line(hub, line).status_code == 400


@pytest.mark.parametrize(
    "line",
    [
        {"key": "lfsFile", "value": {"path": "a.parquet", "algo": "sha256", "oid": "0" * 64, "size": 3}},
        {"key": "lfsFile", "value": {"path": "a.parquet", "algo": "md5", "oid": "0" * 32}},
        {"key": "file", "value": {"path": "a.parquet", "content": "eA==", "encoding": "base64"}},
        {"key": "file", "value": {"path": "a.txt", "content": "x", "encoding": "utf-8"}},
        {"key": "mystery", "value": {"path": "a.txt"}},
    ],
)
def test_a_commit_needs_objects_that_exist_and_files_of_the_right_kind(
    repo: HfApi, hub: HubServer, line: dict[str, Any]
) -> None:
    assert commit_line(hub, line).status_code == 400


def batch(hub: HubServer, content: bytes) -> dict[str, Any]:
    answer = httpx.post(
        f"{hub.endpoint}/datasets/{REPO}.git/info/lfs/objects/batch",
        headers={"accept": "application/vnd.git-lfs+json", "authorization": f"Bearer {WRITER}"},
        json={
            "operation": "upload",
            "hash_algo": "sha256",
            "objects": [{"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}],
        },
    )
    actions: dict[str, Any] = answer.json()["objects"][0]["actions"]
    return actions


def test_wrong_bytes_are_refused_and_unverified_ones_are_not_usable(repo: HfApi, hub: HubServer) -> None:
    actions = batch(hub, SMALL)
    link = actions["upload"]["href"]
    assert httpx.put(link, content=SMALL[:-1] + b"!").status_code == 400
    assert httpx.put(link, content=SMALL[:-1]).status_code == 400
    assert httpx.put(link + "0", content=SMALL).status_code == 403
    assert httpx.put(link, content=SMALL, headers={"authorization": f"Bearer {WRITER}"}).status_code == 400
    assert httpx.put(link, content=SMALL).status_code == 200
    oid = hashlib.sha256(SMALL).hexdigest()
    line = {
        "key": "lfsFile",
        "value": {"path": "a.parquet", "algo": "sha256", "oid": oid, "size": len(SMALL)},
    }
    assert commit_line(hub, line).status_code == 400
    verified = httpx.post(
        actions["verify"]["href"],
        json={"oid": oid, "size": len(SMALL)},
        headers={"authorization": f"Bearer {WRITER}"},
    )
    assert verified.status_code == 200
    line["value"]["size"] = 1
    assert commit_line(hub, line).status_code == 400
    line["value"]["size"] = len(SMALL)
    assert commit_line(hub, line).status_code == 200


def test_a_part_with_wrong_length_or_a_wrong_list_of_parts_is_refused(repo: HfApi, hub: HubServer) -> None:
    upload = batch(hub, LARGE)["upload"]
    links = [link for key, link in sorted(upload["header"].items()) if key.isdigit()]
    pieces = [LARGE[i : i + hub.part_bytes] for i in range(0, len(LARGE), hub.part_bytes)]
    assert httpx.put(links[0], content=pieces[0][:-1]).status_code == 400
    tags = [httpx.put(link, content=piece).headers["etag"] for link, piece in zip(links, pieces, strict=True)]
    parts = [{"partNumber": i + 1, "etag": tag} for i, tag in enumerate(tags)]
    oid = hashlib.sha256(LARGE).hexdigest()
    assert httpx.post(upload["href"], json={"oid": oid, "parts": parts[::-1]}).status_code == 400
    assert httpx.post(upload["href"], json={"oid": oid, "parts": parts}).status_code == 200


def test_permissions(repo: HfApi, hub: HubServer) -> None:
    line = {"key": "file", "value": {"path": "a.txt", "content": "eA==", "encoding": "base64"}}
    answers = {
        token: commit_line(hub, line, token=token).status_code for token in (None, "hf_no", READER, STRANGER)
    }
    assert answers == {None: 401, "hf_no": 401, READER: 403, STRANGER: 403}
    assert HfApi(endpoint=hub.endpoint, token=STRANGER).dataset_info(REPO).id == REPO
    assert repo.whoami()["name"] == "ann"
    repo.create_repo("acme/secret", repo_type="dataset", private=True)
    with pytest.raises(RepositoryNotFoundError):
        HfApi(endpoint=hub.endpoint, token=STRANGER).dataset_info("acme/secret")
    assert HfApi(endpoint=hub.endpoint, token=READER).dataset_info("acme/secret").private is True


def test_branches_and_tags(repo: HfApi) -> None:
    repo.create_branch(**DATASET, branch="side")
    for call in (
        lambda: repo.create_branch(**DATASET, branch="side"),
        lambda: repo.create_repo(REPO, repo_type="dataset"),
    ):
        with pytest.raises(HfHubHTTPError) as error:
            call()
        assert status_of(error) == 409
    with pytest.raises(RevisionNotFoundError):
        repo.create_branch(**DATASET, branch="other", revision="0" * 40)
    with pytest.raises(BadRequestError):
        repo.create_branch(**DATASET, branch="refs/pr/1")
    repo.create_tag(**DATASET, tag="v1")
    with pytest.raises(HfHubHTTPError) as error:
        repo.create_tag(**DATASET, tag="v1")
    assert status_of(error) == 409
    refs = repo.list_repo_refs(**DATASET)
    assert ([ref.name for ref in refs.branches], [ref.name for ref in refs.tags]) == (
        ["main", "side"],
        ["v1"],
    )
    repo.delete_branch(**DATASET, branch="side")
    with pytest.raises(RevisionNotFoundError):
        repo.dataset_info(REPO, revision="side")
    with pytest.raises(HfHubHTTPError):
        repo.delete_branch(**DATASET, branch="main")


def test_the_tree_comes_in_pages_and_folders_can_be_listed(repo: HfApi, hub: HubServer) -> None:
    repo.create_commit(
        **DATASET, operations=[add(f"d/{i}.txt", b"%d" % i) for i in range(7)], commit_message="files"
    )
    hub.page_entries = 3
    hub.plan.order()
    paths = repo.list_repo_files(**DATASET)
    assert len(paths) == 8
    assert len(hub.plan.calls) == 3
    assert [item.path for item in repo.list_repo_tree(**DATASET)] == [".gitattributes", "d"]
    assert len(list(repo.list_repo_tree(**DATASET, path_in_repo="d"))) == 7
    assert [item.path for item in repo.get_paths_info(**DATASET, paths=["d/1.txt", "no"])] == ["d/1.txt"]
    with pytest.raises(RemoteEntryNotFoundError):
        list(repo.list_repo_tree(**DATASET, path_in_repo="absent"))


def test_a_part_of_a_file_can_be_read(repo: HfApi, hub: HubServer) -> None:
    repo.create_commit(**DATASET, operations=[add("a.parquet", LARGE)], commit_message="x")
    url = f"{hub.endpoint}/datasets/{REPO}/resolve/main/a.parquet"
    answer = httpx.head(url)
    assert (answer.status_code, answer.headers["x-linked-size"]) == (302, str(len(LARGE)))
    assert answer.headers["x-linked-etag"].strip('"') == hashlib.sha256(LARGE).hexdigest()
    assert answer.headers["x-repo-commit"] == head(repo)
    part = httpx.get(url, headers={"range": "bytes=10-19"}, follow_redirects=True)
    assert (part.status_code, part.content) == (206, LARGE[10:20])
    assert httpx.get(url, headers={"range": "bytes=-4"}, follow_redirects=True).content == LARGE[-4:]


@pytest.mark.parametrize(
    "metadata",
    [
        "language: [xxxx]",
        "license: mine",
        "configs: [{config_name: 'a/b'}]",
        "size_categories: [many]",
        "a: [",
        "- a",
    ],
)
def test_a_card_with_wrong_metadata_is_refused(repo: HfApi, metadata: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid metadata in README\.md"):
        repo.create_commit(
            **DATASET, operations=[add("README.md", f"---\n{metadata}\n---\n".encode())], commit_message="x"
        )


def test_ordered_faults_strike_the_call_they_name(repo: HfApi, hub: HubServer) -> None:
    hub.plan.order(
        Fault(action="status", status=429, at=2, headers={"Retry-After": "7"}), Fault(action="close", at=3)
    )
    url = f"{hub.endpoint}/api/datasets/{REPO}"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url).headers["retry-after"] == "7"
    with pytest.raises(httpx.TransportError):
        httpx.get(url)
    assert httpx.get(url).status_code == 200
    hub.plan.order(Fault(action="lost", where="POST"))
    with pytest.raises(httpx2.RemoteProtocolError):
        repo.create_branch(**DATASET, branch="side")
    assert "side" in [ref.name for ref in repo.list_repo_refs(**DATASET).branches]
