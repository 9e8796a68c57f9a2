"""The host that stores large objects: signed links, single and multipart upload, download.

As with the object store behind the Hub, a link carries its own signature, and a request that also
carries an Authorization header is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.hub.faults import FaultPlan
from tests.hub.http_base import CHUNK, Answer, Host, Request
from tests.hub.storage import HubRefusal


class StorageHost(Host):
    """Signed upload and download links for files under one folder."""

    def __init__(self, plan: FaultPlan, root: Path) -> None:
        super().__init__(plan)
        self.root = root
        self.sessions = root / ".multipart"
        self.sessions.mkdir(parents=True, exist_ok=True)
        self._key = secrets.token_bytes(16)

    def sign(self, kind: str, path: Path | str, **fields: str) -> str:
        """A link that allows one kind of use of one file for an hour."""
        target = f"/{kind}/{quote(str(path))}"
        expires = str(int(time.time()) + 3600)
        query = {"X-Amz-Expires": expires, **fields}
        query["X-Amz-Signature"] = self._signature(target, query)
        return f"{self.url}{target}?{urlencode(query)}"

    def _signature(self, target: str, query: dict[str, str]) -> str:
        text = json.dumps([target, sorted(query.items())]).encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    def answer(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            raise HubRefusal(400, "Only one auth mechanism allowed")
        query = request.query
        given = query.pop("X-Amz-Signature", "")
        if not hmac.compare_digest(given, self._signature(request.path, query)):
            raise HubRefusal(403, "SignatureDoesNotMatch")
        if int(query["X-Amz-Expires"]) < time.time():
            raise HubRefusal(403, "Request has expired")
        kind, _, target = request.path.removeprefix("/").partition("/")
        path = self.root / target
        match request.method, kind:
            case "PUT", "put":
                return self._put(request, path, int(query["size"]), query["sha256"])
            case "PUT", "part":
                return self._put_part(request, path, int(query["part"]), int(query["size"]))
            case (("GET" | "HEAD"), "get"):
                return Answer(file=path, headers={"ETag": f'"{path.name}"'})
        raise HubRefusal(405, "MethodNotAllowed")

    def _put(self, request: Request, path: Path, size: int, sha256: str) -> Answer:
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        digest = hashlib.sha256()
        with temporary.open("wb") as stream:
            while chunk := request.body.read(CHUNK):
                digest.update(chunk)
                stream.write(chunk)
        if request.body_bytes != size or digest.hexdigest() != sha256:
            temporary.unlink()
            raise HubRefusal(400, "XAmzContentSHA256Mismatch")
        temporary.replace(path)
        return Answer(headers={"ETag": f'"{sha256[:32]}"'})

    # ---- multipart

    def open_multipart(
        self, staged: Path, sha256: str, size: int, part_bytes: int
    ) -> tuple[str, dict[str, str]]:
        """Begin an upload in parts; return its name and the header that tells the client the links."""
        name = secrets.token_hex(8)
        folder = self.sessions / name
        folder.mkdir()
        about = {"staged": str(staged), "sha256": sha256, "size": size, "part_bytes": part_bytes}
        (folder / "about.json").write_text(json.dumps(about))
        links = {"chunk_size": str(part_bytes)}
        for index in range((size + part_bytes - 1) // part_bytes):
            expected = min(part_bytes, size - index * part_bytes)
            relative = folder.relative_to(self.root)
            links[f"{index + 1:05d}"] = self.sign("part", relative, part=str(index + 1), size=str(expected))
        return name, links

    def _put_part(self, request: Request, folder: Path, part: int, size: int) -> Answer:
        if not folder.is_dir():
            raise HubRefusal(404, "NoSuchUpload")
        if request.body_bytes != size:
            raise HubRefusal(400, f"IncompleteBody: part {part} has {request.body_bytes} bytes, not {size}")
        digest = hashlib.md5()
        with (folder / f"part-{part:05d}").open("wb") as stream:
            while chunk := request.body.read(CHUNK):
                digest.update(chunk)
                stream.write(chunk)
        (folder / f"part-{part:05d}.md5").write_text(digest.hexdigest())
        return Answer(headers={"ETag": f'"{digest.hexdigest()}"'})

    def complete_multipart(self, name: str, claimed: Any) -> None:
        """Join the parts if the list of parts, every ETag and the whole sha256 are right."""
        folder = self.sessions / name
        if not (folder / "about.json").is_file():
            raise HubRefusal(404, "NoSuchUpload")
        about = json.loads((folder / "about.json").read_text())
        parts = sorted(path for path in folder.glob("part-*") if path.suffix == "")
        expected = [
            {
                "partNumber": int(path.name.removeprefix("part-")),
                "etag": f'"{path.with_suffix(".md5").read_text()}"',
            }
            for path in parts
        ]
        wanted = -(-about["size"] // about["part_bytes"])
        if claimed.get("oid") != about["sha256"] or claimed.get("parts") != expected or len(parts) != wanted:
            raise HubRefusal(400, "InvalidPart")
        joined = folder / "joined"
        digest = hashlib.sha256()
        with joined.open("wb") as stream:
            for path in parts:
                with path.open("rb") as part:
                    while chunk := part.read(CHUNK):
                        digest.update(chunk)
                        stream.write(chunk)
        if digest.hexdigest() != about["sha256"]:
            raise HubRefusal(400, "The parts do not have the sha256 that was announced")
        joined.replace(about["staged"])
        shutil.rmtree(folder)
