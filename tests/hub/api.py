"""The routes of the Hub's API, one method each."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote

from tests.hub.faults import FaultPlan
from tests.hub.http_base import Answer, Host, Request
from tests.hub.large_files import StorageHost
from tests.hub.metadata import errors_and_warnings
from tests.hub.storage import (
    REGULAR_LIMIT_BYTES,
    Commit,
    HubRefusal,
    Repository,
    check_path,
    tracked_by_lfs,
)

TYPES = "models|datasets|spaces"
_REPO = rf"(?P<kind>{TYPES})/(?P<owner>[\w.\-]+)/(?P<name>[\w.\-]+)"
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.\-]{0,94}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which repository a path names."""

    kind: str
    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who a token belongs to."""

    name: str
    organizations: tuple[str, ...] = ()
    can_write: bool = True

    def may_write(self, owner: str) -> bool:
        return self.can_write and owner in {self.name, *self.organizations}

    def may_read(self, owner: str) -> bool:
        return owner in {self.name, *self.organizations}


class Hub(Protocol):
    """What the routes need to know of the whole server."""

    storage: StorageHost
    plan: FaultPlan
    users: dict[str, User]
    multipart_over_bytes: int
    part_bytes: int
    page_entries: int


def _paginate(items: list[Any], request: Request, host: Host, page: int) -> Answer:
    start = int(request.query.get("cursor", "0"))
    headers = {}
    if start + page < len(items):
        query = "&".join(f"{k}={v}" for k, v in {**request.query, "cursor": str(start + page)}.items())
        headers["Link"] = f'<{host.url}{request.path}?{query}>; rel="next"'
    return Answer(payload=items[start : start + page], headers=headers)


class ApiHost(Host):
    """The host that `HF_ENDPOINT` names."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.plan)
        self.hub = hub
        self.lock = threading.RLock()
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            (method, re.compile(pattern + r"\Z"), function)
            for method, pattern, function in (
                ("GET", r"/api/whoami-v2", self._whoami),
                ("POST", r"/api/repos/create", self._create),
                ("POST", r"/api/validate-yaml", self._validate),
                ("GET", rf"/api/{_REPO}(?:/revision/(?P<revision>[^/]+))?", self._info),
                ("GET", rf"/api/{_REPO}/refs", self._refs),
                ("GET", rf"/api/{_REPO}/commits/(?P<revision>[^/]+)", self._commits),
                ("GET", rf"/api/{_REPO}/tree/(?P<revision>[^/]+)(?:/(?P<path>.+))?", self._tree),
                ("POST", rf"/api/{_REPO}/paths-info/(?P<revision>[^/]+)", self._paths_info),
                ("POST", rf"/api/{_REPO}/preupload/(?P<revision>[^/]+)", self._preupload),
                ("POST", rf"/api/{_REPO}/commit/(?P<revision>[^/]+)", self._commit),
                ("POST", rf"/api/{_REPO}/branch/(?P<branch>[^/]+)", self._branch),
                ("DELETE", rf"/api/{_REPO}/branch/(?P<branch>[^/]+)", self._delete_branch),
                ("POST", rf"/api/{_REPO}/tag/(?P<revision>[^/]+)", self._tag),
                ("POST", rf"/{_REPO}\.git/info/lfs/objects/batch", self._lfs_batch),
                ("POST", rf"/{_REPO}\.git/info/lfs/objects/verify", self._lfs_verify),
                ("POST", rf"/{_REPO}\.git/info/lfs/complete/(?P<upload>[0-9a-f]+)", self._lfs_complete),
                ("GET", rf"/{_REPO}/resolve/(?P<revision>[^/]+)/(?P<path>.+)", self._resolve),
            )
        ]

    def answer(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        for wanted, pattern, function in self._routes:
            match = pattern.match(request.path)
            if match and wanted == method:
                fields = {
                    key: unquote(value) for key, value in match.groupdict().items() if value is not None
                }
                if "kind" in fields:
                    place = Place(kind=fields.pop("kind"), owner=fields.pop("owner"), name=fields.pop("name"))
                    with self.lock:
                        return function(request, place, **fields)
                with self.lock:
                    return function(request)
        raise HubRefusal(404, "Sorry, we can't find the page you are looking for.")

    # ---- who may do what

    def _user(self, request: Request) -> User | None:
        header = request.headers.get("authorization")
        if header is None:
            return None
        user = self.hub.users.get(header.removeprefix("Bearer "))
        if user is None:
            raise HubRefusal(401, "Invalid credentials in Authorization header")
        return user

    def _writer(self, request: Request, owner: str) -> User:
        user = self._user(request)
        if user is None:
            raise HubRefusal(401, "Invalid username or password.")
        if not user.may_write(owner):
            raise HubRefusal(403, "You don't have the rights to write to this namespace")
        return user

    def _repository(self, request: Request, place: Place) -> Repository:
        user = self._user(request)
        missing = HubRefusal(404 if user else 401, "Repository not found", code="RepoNotFound")
        folder = self.hub.storage.root / str(place)
        if not (folder / "refs.json").is_file():
            raise missing
        repository = Repository(folder)
        if repository.private and not (user and user.may_read(place.owner)):
            raise missing
        return repository

    def _writable(self, request: Request, place: Place) -> tuple[Repository, User]:
        repository = self._repository(request, place)
        return repository, self._writer(request, place.owner)

    # ---- repositories

    def _whoami(self, request: Request) -> Answer:
        user = self._user(request)
        if user is None:
            raise HubRefusal(401, "Invalid username or password.")
        role = "write" if user.can_write else "read"
        return Answer(
            payload={
                "type": "user",
                "name": user.name,
                "orgs": [{"name": name, "roleInOrg": role} for name in user.organizations],
                "auth": {"type": "access_token", "accessToken": {"displayName": "test", "role": role}},
            }
        )

    def _create(self, request: Request) -> Answer:
        body = request.json()
        owner = body.get("organization")
        user = self._writer(request, owner or getattr(self._user(request), "name", ""))
        place = Place(
            kind=f"{body.get('type', 'model')}s", owner=owner or user.name, name=body.get("name", "")
        )
        name, repo = place.name, f"{place.owner}/{place.name}"
        if not _NAME.fullmatch(name) or "--" in name or ".." in name or name.endswith(".git"):
            raise HubRefusal(400, f"Invalid repo name: {name!r}")
        folder = self.hub.storage.root / str(place)
        if (folder / "refs.json").is_file():
            return Answer(
                status=409,
                payload={"error": f"You already created this repo: {repo}", "url": f"{self.url}/{place}"},
            )
        Repository.create(folder, private=body.get("visibility") == "private", author=user.name)
        return Answer(payload={"url": f"{self.url}/{place}", "name": repo, "id": repo})

    def _validate(self, request: Request) -> Answer:
        body = request.json()
        errors, warnings = errors_and_warnings(body["content"])
        payload = {
            "errors": [{"message": message} for message in errors],
            "warnings": [{"message": message} for message in warnings],
        }
        return Answer(status=400 if errors else 200, payload=payload)

    def _info(self, request: Request, place: Place, revision: str = "main") -> Answer:
        repository = self._repository(request, place)
        commit = repository.commit(revision)
        payload = {
            "id": f"{place.owner}/{place.name}",
            "author": place.owner,
            "sha": commit.oid,
            "private": repository.private,
            "gated": False,
            "disabled": False,
            "tags": [],
            "siblings": [{"rfilename": path} for path in sorted(commit.tree)],
        }
        return Answer(payload=payload)

    def _refs(self, request: Request, place: Place) -> Answer:
        refs = self._repository(request, place).refs
        payload: dict[str, Any] = {"converts": []}
        for key, prefix in (("branches", "refs/heads/"), ("tags", "refs/tags/")):
            payload[key] = [
                {"name": ref, "ref": prefix + ref, "targetCommit": oid}
                for ref, oid in sorted(refs[key].items())
            ]
        return Answer(payload=payload)

    def _commits(self, request: Request, place: Place, revision: str) -> Answer:
        history = self._repository(request, place).history(revision)
        items = [
            {
                "id": commit.oid,
                "title": commit.title,
                "message": "",
                "authors": [{"user": commit.author}],
                "date": "2025-01-01T00:00:00.000Z",
            }
            for commit in history
        ]
        return _paginate(items, request, self, self.hub.page_entries)

    def _branch(self, request: Request, place: Place, branch: str) -> Answer:
        repository, _ = self._writable(request, place)
        repository.create_branch(branch, request.json().get("startingPoint", "main"))
        return Answer(payload={"success": True})

    def _delete_branch(self, request: Request, place: Place, branch: str) -> Answer:
        repository, _ = self._writable(request, place)
        repository.delete_branch(branch)
        return Answer(payload={"success": True})

    def _tag(self, request: Request, place: Place, revision: str) -> Answer:
        repository, _ = self._writable(request, place)
        repository.create_tag(request.json().get("tag", ""), revision)
        return Answer(payload={"success": True})

    # ---- files

    def _tree(self, request: Request, place: Place, revision: str, path: str = "") -> Answer:
        commit = self._repository(request, place).commit(revision)
        recursive = request.query.get("recursive", "false").lower() == "true"
        items = _listing(commit, path, recursive=recursive)
        if path and not items:
            raise HubRefusal(404, f"{path} does not exist on {revision!r}", code="EntryNotFound")
        return _paginate(items, request, self, self.hub.page_entries)

    def _paths_info(self, request: Request, place: Place, revision: str) -> Answer:
        commit = self._repository(request, place).commit(revision)
        paths = parse_qs(request.body.read().decode()).get("paths", [])
        if len(paths) > 1000:
            raise HubRefusal(413, "too many parameters")
        shown = {item["path"]: item for item in _listing(commit, "", recursive=True)}
        return Answer(payload=[shown[path] for path in paths if path in shown])

    def _resolve(self, request: Request, place: Place, revision: str, path: str) -> Answer:
        repository = self._repository(request, place)
        commit = repository.commit(revision)
        entry = commit.tree.get(path)
        headers = {"X-Repo-Commit": commit.oid}
        if entry is None:
            raise HubRefusal(404, "Entry not found", code="EntryNotFound", **headers)
        file = repository.content(entry)
        if entry.sha256 is None:
            return Answer(file=file, headers={**headers, "ETag": f'"{entry.oid}"'})
        location = self.hub.storage.sign("get", file.relative_to(self.hub.storage.root))
        linked = {
            "X-Linked-Size": str(entry.size),
            "X-Linked-ETag": f'"{entry.sha256}"',
            "Location": location,
        }
        return Answer(status=302, headers={**headers, **linked, "ETag": f'"{entry.oid}"'})

    # ---- writing

    def _preupload(self, request: Request, place: Place, revision: str) -> Answer:
        repository, _ = self._writable(request, place)
        tree = repository.commit(revision).tree
        files = request.json().get("files", [])
        if len(files) > 256:
            raise HubRefusal(413, "at most 256 files in one call")
        answers = []
        for item in files:
            check_path(item["path"])
            sample = base64.b64decode(item["sample"], validate=True)
            if len(sample) != min(512, item["size"]):
                raise HubRefusal(400, f"{item['path']}: the sample must be the first 512 bytes")
            large = tracked_by_lfs(item["path"]) or item["size"] > REGULAR_LIMIT_BYTES or b"\0" in sample
            known = tree.get(item["path"])
            answers.append(
                {
                    "path": item["path"],
                    "uploadMode": "lfs" if large else "regular",
                    "shouldIgnore": False,
                    "oid": (known.sha256 or known.oid) if known else None,
                }
            )
        return Answer(payload={"files": answers})

    def _commit(self, request: Request, place: Place, revision: str) -> Answer:
        repository, user = self._writable(request, place)
        if request.headers.get("content-type") != "application/x-ndjson":
            raise HubRefusal(400, "A commit is sent as application/x-ndjson")
        try:
            lines = [json.loads(line) for line in request.body.read().splitlines()]
        except ValueError:
            raise HubRefusal(400, "A line of the commit is not JSON") from None
        for line in lines:
            value = line.get("value", {})
            if line.get("key") == "file" and value.get("path") == "README.md":
                errors, _ = errors_and_warnings(base64.b64decode(value["content"]).decode())
                if errors:
                    raise HubRefusal(400, "Invalid metadata in README.md: " + "; ".join(errors))
        commit = repository.apply(revision, lines, author=user.name)
        url = f"{self.url}/{place}/commit/{commit.oid}"
        return Answer(payload={"success": True, "commitOid": commit.oid, "commitUrl": url})

    def _lfs_batch(self, request: Request, place: Place) -> Answer:
        repository, _ = self._writable(request, place)
        if request.headers.get("accept") != "application/vnd.git-lfs+json":
            raise HubRefusal(406, "Accept must be application/vnd.git-lfs+json")
        body = request.json()
        if body.get("operation") != "upload" or body.get("hash_algo") != "sha256":
            raise HubRefusal(422, "Only uploads named by sha256")
        if ref := (body.get("ref") or {}).get("name"):
            repository.commit(ref)
        base = f"{self.url}/{place}.git/info/lfs"
        objects = []
        for item in body["objects"]:
            sha256, size = item["oid"], item["size"]
            if not re.fullmatch(r"[0-9a-f]{64}", sha256) or size <= 0:
                raise HubRefusal(422, f"Not an object: {item}")
            shown: dict[str, Any] = {"oid": sha256, "size": size, "authenticated": True}
            if not repository.large_object(sha256).is_file():
                shown["actions"] = self._upload_actions(repository, sha256, size, base)
            objects.append(shown)
        return Answer(payload={"transfer": "multipart", "objects": objects})

    def _upload_actions(self, repository: Repository, sha256: str, size: int, base: str) -> dict[str, Any]:
        storage, staged = self.hub.storage, repository.staged_object(sha256)
        verify = {"href": f"{base}/objects/verify", "header": {}}
        if size <= self.hub.multipart_over_bytes:
            link = storage.sign("put", staged.relative_to(storage.root), size=str(size), sha256=sha256)
            return {"upload": {"href": link}, "verify": verify}
        upload, header = storage.open_multipart(staged, sha256, size, self.hub.part_bytes)
        return {"upload": {"href": f"{base}/complete/{upload}", "header": header}, "verify": verify}

    def _lfs_complete(self, request: Request, place: Place, upload: str) -> Answer:
        self.hub.storage.complete_multipart(upload, request.json())
        return Answer(payload={"success": True})

    def _lfs_verify(self, request: Request, place: Place) -> Answer:
        repository, _ = self._writable(request, place)
        body = request.json()
        staged, stored = repository.staged_object(body["oid"]), repository.large_object(body["oid"])
        present = staged if staged.is_file() else stored
        if not present.is_file() or present.stat().st_size != body["size"]:
            raise HubRefusal(404, "The object was not uploaded, or has another size")
        if present is staged:
            staged.replace(stored)
        return Answer(payload={"success": True})


def _listing(commit: Commit, path: str, *, recursive: bool) -> list[dict[str, Any]]:
    prefix = f"{path.rstrip('/')}/" if path else ""
    shown: dict[str, dict[str, Any]] = {}
    for name, entry in sorted(commit.tree.items()):
        if not name.startswith(prefix):
            continue
        parts = name.removeprefix(prefix).split("/")
        depths = range(1, len(parts)) if recursive else range(1, min(2, len(parts)))
        for depth in depths:
            folder = prefix + "/".join(parts[:depth])
            shown[folder] = {"type": "directory", "path": folder, "oid": commit.oid, "size": 0}
        if recursive or len(parts) == 1:
            shown[name] = entry.as_api(name)
    return [shown[name] for name in sorted(shown)]
