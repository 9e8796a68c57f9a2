"""Symbolic equality of two LaTeX answers within a time limit that holds in every program.

math-verify limits itself by a signal, which works in the main thread only, and cannot interrupt a long
multiplication of integers. Here the comparison runs in a worker process that is reused while it answers in
time and is killed when it does not, so that threads and asyncio programs (through `asyncio.to_thread`) are
safe, and input such as `9^{9^{9^9}}` costs the time limit and a bounded amount of memory.
"""

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from parallelize.core.errors import EnvironmentFault

MAX_WORKERS: Final = 2
"""Worker processes of one program: each holds SymPy, about 150 MB."""
LONGEST_INPUT: Final = 1_000
"""Characters of the longest answer that is compared symbolically."""
START_SECONDS: Final = 60.0
"""How long a worker may take to import SymPy (about one second on an idle machine)."""
_SCRIPT: Final = Path(__file__).with_name("symbolic_program.py")


class _Worker:
    """One process and the thread that reads its replies."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.replies: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="answers-worker", daemon=True).start()
        self.ready = False

    def _read(self) -> None:
        output = self.process.stdout
        if output is not None:
            for line in output:
                self.replies.put(line.strip())
        self.replies.put("")

    def ask(self, left: str, right: str, timeout_seconds: float) -> bool | None:
        """The reply, or None.

        Raises:
            EnvironmentFault: The process does not start.
            TimeoutError: It did not answer in time, or ended; it can no longer be used.
        """
        if not self.ready:
            self._await_start()
        request = json.dumps({"left": left, "right": right, "seconds": timeout_seconds + 0.5})
        stdin = self.process.stdin
        if stdin is None:
            raise TimeoutError
        try:
            stdin.write(request + "\n")
            stdin.flush()
        except OSError as error:
            raise TimeoutError from error
        reply = self._wait(timeout_seconds)
        return {"true": True, "false": False}.get(reply)

    def _await_start(self) -> None:
        try:
            self._wait(START_SECONDS)
        except TimeoutError as error:
            raise EnvironmentFault(
                f"The process that compares formulas did not start: {sys.executable} -P {_SCRIPT}",
                remedy="Run that command: it prints why. math-verify must be installed beside parallelize.",
            ) from error
        self.ready = True

    def _wait(self, timeout_seconds: float) -> str:
        try:
            reply = self.replies.get(timeout=timeout_seconds)
        except queue.Empty as error:
            raise TimeoutError from error
        if not reply:
            raise TimeoutError  # the process ended
        return reply

    def kill(self) -> None:
        """End the process and take its exit status, so that no zombie stays."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was written and not read is lost with the process
                    continue


class _Pool:
    """At most `MAX_WORKERS` workers, started when they are needed."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.lock = threading.Lock()
        self.free = threading.BoundedSemaphore(MAX_WORKERS)
        self.idle: list[_Worker] = []

    def compare(self, left: str, right: str, timeout_seconds: float) -> bool | None:
        """Ask a worker; one that fails to answer is killed, and the next request starts another."""
        with self.free:
            worker = self._take()
            try:
                reply = worker.ask(left, right, timeout_seconds)
            except TimeoutError:
                worker.kill()
                return None
            except BaseException:  # an interrupt: the worker's next line would answer the wrong request
                worker.kill()
                raise
            with self.lock:
                self.idle.append(worker)
            return reply

    def _take(self) -> _Worker:
        """A worker that waits and still runs, or a new one."""
        with self.lock:
            while self.idle:
                worker = self.idle.pop()
                if worker.process.poll() is None:
                    return worker
                worker.kill()
        return _Worker()

    def close(self) -> None:
        """Kill the workers that wait for work."""
        with self.lock:
            workers, self.idle = self.idle, []
        for worker in workers:
            worker.kill()


_pool = _Pool()


def _forget_after_fork() -> None:
    """A forked child must not share pipes (or locks) with its parent."""
    global _pool  # noqa: PLW0603 (one pool per process)
    _pool = _Pool()


def _close_at_exit() -> None:
    if _pool.owner == os.getpid():
        _pool.close()


atexit.register(_close_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


class _UndecidedError(Exception):
    """Keeps undecided comparisons out of the cache: another try may have more time."""


@lru_cache(maxsize=8_192)
def _decided(left: str, right: str, timeout_seconds: float) -> bool:
    reply = _pool.compare(left, right, timeout_seconds)
    if reply is None:
        raise _UndecidedError
    return reply


def symbolically_equal(left: str, right: str, timeout_seconds: float) -> bool | None:
    """Whether two LaTeX expressions are equal in value.

    Args:
        left: LaTeX without `$`, numerals in ASCII with a decimal point.
        right: The same.
        timeout_seconds: Time for the comparison; a worker's start is not counted.

    Returns:
        None where an expression cannot be read, is too long, or the time is over.

    Raises:
        EnvironmentFault: The worker process does not start.
    """
    if len(left) > LONGEST_INPUT or len(right) > LONGEST_INPUT:
        return None
    try:
        return _decided(left, right, timeout_seconds)
    except _UndecidedError:
        return None
