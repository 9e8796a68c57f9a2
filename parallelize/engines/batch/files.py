"""A model behind files alone: pending requests are written for `vllm run-batch`, what it writes is taken in.

For machines without a network between the one that builds and the one that has the GPUs.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from pathlib import Path

import orjson

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.errors import InputError, LeftToWorkers
from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint
from parallelize.engines.batch.engine import Tell, batch_reply
from parallelize.engines.batch.forms import Answer, form_of
from parallelize.engines.batch.gathering import Gathering, Lines, Tasks, portions
from parallelize.engines.openai.wire import Trouble, WireReply
from parallelize.store.files import atomic_write

__all__ = ["FileExchange"]

_ALL = 1_000_000
_QUIET_SECONDS = 3.0
"""Without a new request for so long, all are there: rows are scored in this process, so it is busy before."""


class FileExchange:
    """A `Generator` whose replies stand in files, and that writes down what they lack."""

    def __init__(
        self,
        options: BatchModelOptions,
        *,
        requests_out: Path | None,
        replies_in: Path | None,
        tell: Tell = lambda text: None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            options: of the model; those of the network are not used.
            requests_out: folder for requests that no file answers; None: they fail.
            replies_in: folder with replies in any order, partial or doubled; None: there are none.
            tell: told what was read and written.
        """
        self._options = options
        self._form = form_of(options)
        self._requests_out = requests_out
        self._replies_in = replies_in
        self._tell = tell
        self._tasks = Tasks(self._end)
        self._gathering = Gathering(
            quiet_seconds=min(options.gather_seconds, _QUIET_SECONDS),
            enough=lambda lines: False,
            send=self._write,
            spawn=self._tasks.go,
        )
        self._places: dict[bytes, tuple[Path, int]] | None = None
        """Where each reply stands: file and offset."""
        self._failed: Counter[bytes] = Counter()
        """Files that answer a request, and not well."""
        self._why: dict[bytes, Trouble] = {}
        self._written: asyncio.Future[Reply] | None = None

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; the same model behind a server has the same."""
        return self._form.fingerprint()

    @property
    def capacity(self) -> int:
        """Requests that may wait: everything."""
        return _ALL

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer one prompt from the files.

        Raises:
            LeftToWorkers: it, and perhaps others, were written to `requests_out`.
        """
        if self._places is None:
            self._places = self._read_all()
        address = request.address
        if address in self._places:
            return batch_reply(address, self._at(*self._places[address]))
        trouble = self._why.get(address)
        if trouble is not None and (trouble.finish or self._failed[address] >= self._options.max_attempts):
            return batch_reply(address, trouble)
        if self._requests_out is None:
            detail = "no file has a reply to it" if trouble is None else trouble.detail
            return Reply(address=address, finish=FinishReason.ERROR, detail=detail)
        try:
            line = self._form.line(request)
        except InputError as fault:
            return Reply(address=address, finish=FinishReason.REFUSED_INPUT, detail=fault.message)
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        self._gathering.add(address, line)
        return await asyncio.shield(self._written)

    async def aclose(self) -> None:
        """Forget what was asked and not written."""
        self._gathering.close()
        await self._tasks.cancel()

    def _end(self, fault: BaseException) -> None:
        if self._written is not None and not self._written.done():
            self._written.set_exception(fault)
            self._written.exception()  # somebody may have stopped waiting

    def _read_all(self) -> dict[bytes, tuple[Path, int]]:
        """Where each good reply stands; the others are counted."""
        found: dict[bytes, tuple[Path, int]] = {}
        doubled = unreadable = 0
        paths = [] if self._replies_in is None else sorted(self._replies_in.glob("*.jsonl"))
        for path in paths:
            offset = 0
            failed_here: dict[bytes, Trouble] = {}
            with path.open("rb") as handle:
                for line in handle:
                    answer = self._answer(line)
                    unreadable += answer is None and not line.isspace() and not _is_request(line)
                    if answer is not None and isinstance(answer[1], WireReply):
                        doubled += answer[0] in found
                        found.setdefault(answer[0], (path, offset))
                    elif answer is not None and isinstance(answer[1], Trouble):
                        failed_here[answer[0]] = answer[1]
                    offset += len(line)
            self._failed.update(failed_here.keys())
            self._why.update(failed_here)
        if paths:
            failed = sum(address not in found for address in self._failed)
            self._tell(
                f"{len(found):,} replies found in {self._replies_in}; {doubled:,} came twice, {failed:,} "
                f"failed, {unreadable:,} lines cannot be read"
            )
        return found

    def _answer(self, line: bytes) -> Answer | None:
        try:
            return self._form.read(orjson.loads(line))
        except orjson.JSONDecodeError:
            return None

    def _at(self, path: Path, offset: int) -> WireReply | Trouble:
        with path.open("rb") as handle:
            handle.seek(offset)
            answer = self._answer(handle.readline())
        return Trouble(kind="changed", detail=f"{path} changed meanwhile") if answer is None else answer[1]

    def _write(self, lines: Lines) -> None:
        """Write all that is pending, and end the build with what to do now.

        The same requests give the same files, so that the same command twice asks for nothing twice.
        """
        folder = self._requests_out
        if folder is None:
            return
        options = self._options
        ordered = dict(sorted(lines.items(), key=lambda item: item[1].partition(b'"body"')[2]))
        written = []
        for part in portions(ordered, most=options.requests, most_bytes=options.batch_bytes):
            content = b"".join(line + b"\n" for line in part.values())
            tries = bytes(min(255, self._failed[address]) for address in part)
            path = folder / f"requests-{hashlib.sha256(content + tries).hexdigest()[:12]}.jsonl"
            atomic_write(path, content)
            written.append(path)
        first = written[0]
        replies = first.with_name(first.name.replace("requests-", "replies-"))
        what = "file" if len(written) == 1 else "files"
        self._end(
            LeftToWorkers(
                f"{len(lines):,} requests are written to {len(written)} {what} in {folder}",
                remedy=f"answer each where the model is: vllm run-batch -i {first} -o {replies} "
                f"--model {options.model}; then this command again with --replies-in {folder}",
            )
        )


def _is_request(line: bytes) -> bool:
    """Whether a line of a folder that holds both is one of our requests."""
    return b'"method":"POST"' in line[:200] or b'"params":' in line[:200]
