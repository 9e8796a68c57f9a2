"""The HTTP side shared by the Hub's two hosts: bodies, answers, faults."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.faults import Fault, FaultPlan
from tests.hub.storage import HubRefusal

CHUNK = 1 << 20


@dataclass(slots=True, kw_only=True)
class Request:
    """A request with its body read."""

    method: str
    raw_path: str
    headers: Any
    body: IO[bytes]
    """At most 1 MB is held in memory, more lies in a temporary file."""
    body_bytes: int

    @property
    def path(self) -> str:
        """Path as sent; the parts are still quoted."""
        return urlsplit(self.raw_path).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.raw_path).query).items()}

    def json(self) -> Any:
        try:
            return json.loads(self.body.read())
        except ValueError:
            raise HubRefusal(400, "The body is not JSON") from None


@dataclass(slots=True, kw_only=True)
class Answer:
    """What goes back: JSON, or a stretch of a file."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    payload: Any = None
    file: Path | None = None


class Handler(BaseHTTPRequestHandler):
    """Reads a request, lets the fault plan strike, else asks the host for the answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Host

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of the base class
        """Keep the test output quiet; the fault plan records the calls."""

    def do_GET(self) -> None:
        with tempfile.SpooledTemporaryFile(max_size=CHUNK) as body:
            self._serve(body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def _serve(self, body: IO[bytes]) -> None:
        size = self._read_body(body)
        body.seek(0)
        plan = self.server.plan
        fault = plan.record(
            method=self.command,
            path=unquote(urlsplit(self.path).path),
            authorized="authorization" in self.headers,
            body_bytes=size,
        )
        if fault is not None and self._strike(fault, plan):
            return
        request = Request(
            method=self.command, raw_path=self.path, headers=self.headers, body=body, body_bytes=size
        )
        try:
            answer = self.server.answer(request)
        except HubRefusal as refusal:
            answer = Answer(
                status=refusal.status, payload={"error": refusal.message}, headers=refusal.headers
            )
            answer.headers["X-Error-Message"] = refusal.message
            if refusal.code:
                answer.headers["X-Error-Code"] = refusal.code
        if fault is not None and fault.action == "lost":
            self._cut()
            return
        if fault is not None and fault.run is not None and fault.after:
            fault.run()
        with suppress(ConnectionError):
            self._send(answer)

    def _read_body(self, body: IO[bytes]) -> int:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            total = 0
            while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
                body.write(self.rfile.read(size))
                self.rfile.readline()
                total += size
            self.rfile.readline()
            return total
        total = left = int(self.headers.get("Content-Length") or 0)
        while left:
            chunk = self.rfile.read(min(CHUNK, left))
            if not chunk:
                raise ConnectionError("the client went away")
            body.write(chunk)
            left -= len(chunk)
        return total

    def _strike(self, fault: Fault, plan: FaultPlan) -> bool:
        """Do what the fault says; return whether the call ends here."""
        if fault.action == "status":
            refused = Answer(status=fault.status, payload={"error": "ordered by the test"})
            refused.headers.update(fault.headers)
            self._send(refused)
            return True
        if fault.action == "hang":
            plan.released.wait(60)
        if fault.action in {"hang", "close"}:
            self._cut()
            return True
        if fault.action == "call" and fault.run is not None and not fault.after:
            fault.run()
        return False

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, answer: Answer) -> None:
        if answer.file is not None:
            self._send_file(answer)
            return
        content = b"" if answer.payload is None else json.dumps(answer.payload).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name, value.replace("\n", " "))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_file(self, answer: Answer) -> None:
        assert answer.file is not None
        size = answer.file.stat().st_size
        start, end = 0, size
        status = answer.status
        if wanted := self.headers.get("Range"):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, size - int(last))
            end = min(size, int(last) + 1) if first and last else size
            status = 206 if start < size else 416
        if status == 416:
            self._send(Answer(status=416, headers={"Content-Range": f"bytes */{size}"}))
            return
        self.send_response(status)
        self.send_header("Content-Length", str(end - start))
        self.send_header("Accept-Ranges", "bytes")
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        with answer.file.open("rb") as stream:
            stream.seek(start)
            left = end - start
            while left and (chunk := stream.read(min(CHUNK, left))):
                self.wfile.write(chunk)
                left -= len(chunk)


class Host(ThreadingHTTPServer):
    """A listener on a free port of this machine."""

    daemon_threads = True
    request_queue_size: ClassVar[int] = 64
    plan: FaultPlan

    def __init__(self, plan: FaultPlan) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan = plan
        self._changed = threading.Condition()
        self._open: set[Any] = set()
        self._ended: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(client_address)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.discard(client_address)
                self._ended.add(client_address)
                self._changed.notify_all()

    def connections(self) -> set[Any]:
        """Addresses of clients that are connected."""
        with self._changed:
            return set(self._open)

    def settle(self, others: set[Any], timeout_seconds: float = 10) -> None:
        """Wait until all that a client sent before it died is dealt with.

        Args:
            others: connections that were open before that client came; they may stay.
            timeout_seconds: a longer wait is a failure of the test.
        """
        with socket.create_connection(self.server_address[:2]) as probe:
            last = probe.getsockname()  # accepted in order: all earlier connections are known by then
        with self._changed:
            done = self._changed.wait_for(
                lambda: last in self._ended and self._open <= others, timeout=timeout_seconds
            )
        assert done, "a call of a dead client is still being served"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, request: Request) -> Answer:
        """Do what the request asks.

        Raises:
            HubRefusal: the answer is an error.
        """
        raise NotImplementedError

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when a client dies in the middle of a call; tests kill clients on purpose."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | ValueError):
            super().handle_error(request, client_address)
