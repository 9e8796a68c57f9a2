"""Programs that are asked line by line, in processes of their own: no question can hang or fill this one."""

from __future__ import annotations

import atexit
import os
import queue
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

from parallelize.core.errors import EnvironmentFault

__all__ = ["LineProgramPool"]

START_SECONDS = 600.0
"""How long a program may take to import what it needs: minutes on a starved machine.

One that ends is not waited for.
"""
_GRACE_SECONDS = 0.75
"""What a program may take longer than the limit it was told, before it is taken for lost and killed."""


class _LineProgram:
    """One process, and the thread that reads its replies."""

    def __init__(self, script: Path, remedy: str) -> None:
        self._command = [sys.executable, "-P", str(script)]
        self._remedy = remedy
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.replies: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="line-program", daemon=True).start()
        self.ready = False

    def _read(self) -> None:
        output = self.process.stdout
        if output is not None:
            for line in output:
                self.replies.put(line.strip())
        self.replies.put("")

    def await_start(self) -> None:
        """Wait for the first line, by which a program says that it is ready."""
        if self.ready:
            return
        try:
            self._wait(START_SECONDS)
        except TimeoutError as error:
            raise EnvironmentFault(
                f"A helper process did not start: {' '.join(self._command)}",
                remedy=f"Run that command: it prints why. {self._remedy}",
            ) from error
        self.ready = True

    def ask(self, question: str, timeout_seconds: float) -> str:
        """The reply.

        Raises:
            TimeoutError: it did not answer in time, or ended; it can no longer be used.
        """
        stdin = self.process.stdin
        if stdin is None:
            raise TimeoutError
        try:
            stdin.write(question + "\n")
            stdin.flush()
        except OSError as error:
            raise TimeoutError from error
        return self._wait(timeout_seconds)

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


class LineProgramPool:
    """At most so many processes of one program, started when they are needed; safe to share by threads.

    The program prints one line when it is ready, and then one line for each line that it reads.
    """

    def __init__(self, script: Path, *, workers: int, remedy: str = "") -> None:
        """Take the program; nothing is started yet.

        Args:
            script: a Python file that imports nothing of this package.
            workers: processes at a time.
            remedy: what a user does when it does not start.
        """
        self.script, self._remedy = script, remedy
        self.allow(workers)
        _pools.add(self)

    def allow(self, workers: int) -> None:
        """Change the number of processes at a time; those that run go on."""
        self.workers = workers
        self.forget()

    def forget(self) -> None:
        """Begin anew without the processes, which belong to another process after a fork."""
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(self.workers)
        self._idle: list[_LineProgram] = []

    def ask(self, question: str, timeout_seconds: float) -> str | None:
        """The reply to a line; None where there is none in time.

        A program that fails to answer is killed, and the next question starts another. Waiting for one that
        is free counts; its start does not.

        Raises:
            EnvironmentFault: the program does not start.
        """
        deadline = time.monotonic() + timeout_seconds
        if not self._free.acquire(timeout=max(0.0, timeout_seconds)):
            return None
        try:
            return self._asked(question, deadline)
        finally:
            self._free.release()

    def _asked(self, question: str, deadline: float) -> str | None:
        program = self._take()
        try:
            if not program.ready:
                began = time.monotonic()
                program.await_start()
                deadline += time.monotonic() - began
            reply = program.ask(question, max(0.0, deadline - time.monotonic()) + _GRACE_SECONDS)
        except TimeoutError:
            program.kill()
            return None
        except BaseException:  # an interrupt: the next line would answer the wrong question
            program.kill()
            raise
        with self._lock:
            self._idle.append(program)
        return reply

    def _take(self) -> _LineProgram:
        """A program that waits and still runs, or a new one."""
        with self._lock:
            while self._idle:
                program = self._idle.pop()
                if program.process.poll() is None:
                    return program
                program.kill()
        return _LineProgram(self.script, self._remedy)

    def processes(self) -> list[subprocess.Popen[str]]:
        """The processes that wait for questions."""
        with self._lock:
            return [program.process for program in self._idle]

    def close(self) -> None:
        """Kill the programs that wait for questions."""
        if self._owner != os.getpid():
            return
        with self._lock:
            programs, self._idle = self._idle, []
        for program in programs:
            program.kill()


_pools: weakref.WeakSet[LineProgramPool] = weakref.WeakSet()


def _forget_after_fork() -> None:
    """A forked child must not share pipes (or locks) with its parent."""
    for pool in _pools:
        pool.forget()


def _close_at_exit() -> None:
    for pool in list(_pools):
        pool.close()


atexit.register(_close_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
