"""A provider of batches that misbehaves: OpenAI's, Azure's and Anthropic's interface, decided by a seed.

    python -m tests.engines.batch_server --seed 7 --share 0.3

Prints its port, then serves until it is killed. A request is a prompt `SOURCE>TARGET|TEXT`, which is answered
by the cipher of the scripted engine, anything else by `reply to …`; `refuse …` is refused. What happens to a
request depends on the seed, its id and how often it came. A batch may fail as a whole, expire, or begin
although the call that began it broke off. `GET /stats` tells how often each id was answered well, and what
went wrong.
"""

from __future__ import annotations

import argparse
import datetime
import email
import hashlib
import itertools
import json
import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parallelize.engines.scripted.translator import cipher

LINES = ("missing", "expired", "status_500", "status_429", "no_finish", "half_line", "doubled", "late_error")
"""What may happen to one request. The last two do not hurt: its good reply is there as well."""
BATCHES = ("broken_off", "begun_and_broken_off", "busy", "bad_line", "whole", "lost", "gateway")
"""What may happen to a batch."""


class Batches:
    """Files and batches, and what became of them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.files: dict[str, bytes] = {}
        self.looks: Counter[str] = Counter()
        self.batches: dict[str, dict[str, Any]] = {}
        self.came: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.went_wrong: Counter[str] = Counter()
        self.keys: set[str] = set()
        self.number = itertools.count(1)
        self.calls: Counter[str] = Counter()
        self.lock = threading.Lock()

    def chosen(self, what: str, number: int, kinds: tuple[str, ...], share: float) -> str | None:
        """How the number-th try at something fails, if it does."""
        kinds = tuple(kind for kind in kinds if kind in self.options.kinds)
        digest = hashlib.sha256(f"{self.options.seed}:{what}:{number}".encode()).digest()
        if not kinds or int.from_bytes(digest[:4], "big") / 2**32 >= share:
            return None
        kind = kinds[digest[4] % len(kinds)]
        self.went_wrong[kind] += 1
        return kind

    def chosen_call(self, what: str, kinds: tuple[str, ...]) -> str | None:
        """How a call fails, if it does: the same way whenever it comes."""
        self.calls[what] += 1
        return self.chosen(what, self.calls[what], kinds, self.options.batch_share)

    def begin(self, requests: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """Begin a batch; it ends after a few looks."""
        name = f"batch_{next(self.number)}"
        now = datetime.datetime.now(datetime.UTC).isoformat()
        self.batches[name] = {"id": name, "requests": requests, "created_at": now, **more}
        return self.batches[name]

    def results(self, batch: dict[str, Any]) -> tuple[list[str], list[str], bool]:
        """Lines of the output and of the error file of a batch, and whether it expired. Made once."""
        if "lines" not in batch:
            batch["lines"] = self._results(batch["requests"])
        return batch["lines"]

    def _results(self, requests: list[dict[str, Any]]) -> tuple[list[str], list[str], bool]:
        good, bad, expired = [], [], False
        for request in requests:
            name = request["custom_id"]
            self.came[name] += 1
            kind = self.chosen(name, self.came[name], LINES, self.options.share)
            line = json.dumps(self.reply(request))
            failed = json.dumps(self.failure(name, kind or ""))
            if kind in {"missing", "half_line"}:
                good += [line[: len(line) // 2]] if kind == "half_line" else []
                continue
            if kind in {"expired", "status_500", "status_429", "no_finish"}:
                (good if kind == "no_finish" else bad).append(failed)
                expired |= kind == "expired"
                continue
            self.answered[name] += 1
            good.append(line)
            good += [line] if kind == "doubled" else []
            bad += [failed] if kind == "late_error" else []
        stranger = json.dumps(self.reply({**requests[0], "custom_id": "ab" * 32}))
        return [stranger, *reversed(good), "[1]", '{"custom_id": 7}'], bad, expired

    def reply(self, request: dict[str, Any]) -> dict[str, Any]:
        name, body = request["custom_id"], request.get("body") or request.get("params")
        said = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
        refused = said.startswith("refuse ")
        if "params" in request:
            if refused:
                error = {"type": "error", "error": {"type": "invalid_request_error", "message": "not served"}}
                return {"custom_id": name, "result": {"type": "errored", "error": error}}
            message = {
                "content": [{"type": "text", "text": answer(said)}],
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 7, "output_tokens": 3},
            }
            return {"custom_id": name, "result": {"type": "succeeded", "message": message}}
        if refused:
            return self.line(name, 400, {"error": {"message": "this prompt is not served"}})
        return self.line(name, 200, completion(answer(said), "stop"))

    def failure(self, name: str, kind: str) -> dict[str, Any]:
        if self.options.form == "anthropic":
            if kind == "no_finish":
                message = {"content": [{"type": "text", "text": "never"}], "stop_reason": None}
                return {"custom_id": name, "result": {"type": "succeeded", "message": message}}
            error = {"type": "error", "error": {"type": "api_error", "message": "overloaded"}}
            result = {"type": "expired"} if kind == "expired" else {"type": "errored", "error": error}
            return {"custom_id": name, "result": result}
        if kind == "expired":
            error = {"code": "batch_expired", "message": "could not be executed in time"}
            return {"id": "x", "custom_id": name, "response": None, "error": error}
        if kind == "no_finish":
            return self.line(name, 200, completion("never, cut", None))
        return self.line(name, 429 if kind == "status_429" else 500, {"error": "engine failed"})

    @staticmethod
    def line(name: str, status: int, body: dict[str, Any]) -> dict[str, Any]:
        response = {"status_code": status, "request_id": "r", "body": body}
        return {"id": "x", "custom_id": name, "response": response, "error": None}

    def state(self, batch: dict[str, Any]) -> dict[str, Any]:
        """A batch as its provider shows it."""
        self.looks[batch["id"]] += 1
        over = self.looks[batch["id"]] > self.options.looks
        total, kind = len(batch["requests"]), batch.get("kind")
        anthropic = self.options.form == "anthropic"
        shown = {"id": batch["id"], "created_at": batch["created_at"]}
        if anthropic:
            counts = {"processing": total, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
            place = f"{self.options.url}/v1/messages/batches/{batch['id']}/results"
            ended = {"processing_status": "ended", "results_url": place}
            return {
                **shown,
                **(ended if over else {"processing_status": "in_progress", "results_url": None}),
                "request_counts": {**counts, "processing": 0, "succeeded": total} if over else counts,
            }
        shown |= {"metadata": batch.get("metadata"), "request_counts": {"total": total, "completed": 0}}
        if kind in {"busy", "bad_line", "whole"}:
            error = {
                "busy": {"code": "token_limit_exceeded", "message": "Enqueued token limit reached"},
                "bad_line": {"code": "invalid_json_line", "message": "this line is bad", "line": 1},
                "whole": {"code": "server_error", "message": "something went wrong", "line": None},
            }[kind]
            return {**shown, "status": "failed", "errors": {"data": [error]}}
        if not over:
            return {**shown, "status": "in_progress"}
        good, bad, expired = self.results(batch)
        names = {"output_file_id": f"{batch['id']}-output", "error_file_id": f"{batch['id']}-error"}
        self.files[names["output_file_id"]] = "\n".join(good).encode()
        self.files[names["error_file_id"]] = "\n".join(bad).encode()
        if not bad:
            names["error_file_id"] = ""
        return {**shown, **names, "status": "expired" if expired else "completed"}


def answer(said: str) -> str:
    """What the model says to a prompt."""
    asked = re.fullmatch(r"(\w+)>(\w+)\|(.*)", said, re.DOTALL)
    return asked[3].translate(cipher(asked[1], asked[2])) if asked else f"reply to {said}"


def completion(text: str, finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    return {"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}


class Handler(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"
    state: Batches

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        path = place.path.removeprefix("/v1").removeprefix("/openai")
        state = self.state
        with state.lock:
            self.note_key()
            if path == "/stats":
                told = {"answered": state.answered, "came": state.came, "went_wrong": state.went_wrong}
                self.send(200, {**told, "batches": len(state.batches), "keys": sorted(state.keys)})
            elif path in {"/batches", "/messages/batches"}:
                self.list_batches(parse_qs(place.query))
            elif state.chosen_call(path, ("gateway",)):
                self.send_bytes(502, b"<html>Bad gateway</html>")
            elif path.endswith("/content"):
                self.send_bytes(200, state.files[path.split("/")[2]])
            elif path.endswith("/results"):
                good, bad, _ = state.results(state.batches[path.split("/")[3]])
                self.send_bytes(200, "\n".join([*good, *bad]).encode())
            elif path.startswith("/files/"):
                state.looks[path] += 1
                self.send(200, {"status": "processed" if state.looks[path] > 1 else "pending"})
            else:
                batch = state.batches.get(path.split("/")[-1])
                if batch is None or batch.get("kind") == "lost":
                    self.send(404, {"error": {"message": "no such batch"}})
                else:
                    self.send(200, state.state(batch))

    def list_batches(self, query: dict[str, list[str]]) -> None:
        """Newest first, two a page."""
        names = list(reversed(self.state.batches))
        if "after" in query:
            names = names[names.index(query["after"][0]) + 1 :]
        most = 2 if self.state.options.form != "anthropic" else 100
        page = []
        for name in names[:most]:
            batch = self.state.batches[name]
            counts = {"processing": len(batch["requests"])}
            page.append(
                {
                    "id": name,
                    "metadata": batch.get("metadata"),
                    "created_at": batch["created_at"],
                    "request_counts": counts,
                }
            )
        self.send(200, {"data": page, "has_more": len(names) > most})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        path = urlsplit(self.path).path.removeprefix("/v1").removeprefix("/openai")
        state = self.state
        with state.lock:
            self.note_key()
            if path == "/files":
                name = f"file_{next(state.number)}"
                state.files[name] = self.uploaded(content)
                self.send(200, {"id": name, "status": "pending"})
                return
            order = json.loads(content)
            if path == "/messages/batches":
                requests, more = order["requests"], {}
            else:
                file = state.files[order["input_file_id"]]
                requests = [json.loads(line) for line in file.splitlines()]
                more = {"metadata": order["metadata"]}
                assert {request["url"] for request in requests} == {order["endpoint"]}
            kinds = tuple(kind for kind in BATCHES if kind != "gateway")
            if state.options.form == "anthropic":
                kinds = ("broken_off", "begun_and_broken_off", "lost")
            kind = state.chosen_call(requests[0]["custom_id"], kinds)
            if kind == "broken_off":
                self.break_off()
                return
            batch = state.begin(requests, kind=kind, **more)
            if kind == "begun_and_broken_off":
                self.break_off()
                return
            self.send(200, {"id": batch["id"], "status": "validating"})

    def uploaded(self, content: bytes) -> bytes:
        """The file in a form."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + content).get_payload()
        (file,) = [part for part in parts if part.get_filename()]
        found = file.get_payload(decode=True)
        assert isinstance(found, bytes)
        return found

    def note_key(self) -> None:
        for name in ("authorization", "api-key", "x-api-key"):
            if self.headers[name]:
                self.state.keys.add(f"{name}: {self.headers[name]}")

    def break_off(self) -> None:
        """End the connection without a word."""
        self.close_connection = True
        self.connection.close()

    def send(self, status: int, value: dict[str, Any]) -> None:
        self.send_bytes(status, json.dumps(value).encode())

    def send_bytes(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.0, help="of requests that something happens to")
    parser.add_argument("--batch-share", type=float, default=0.0, help="the same of batches and calls")
    parser.add_argument("--kinds", default=",".join((*LINES, *BATCHES)))
    parser.add_argument("--looks", type=int, default=1, help="looks at a batch before it has ended")
    parser.add_argument("--form", default="openai")
    options = parser.parse_args()
    options.kinds = options.kinds.split(",")
    Handler.state = Batches(options)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    options.url = f"http://127.0.0.1:{server.server_port}"
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
