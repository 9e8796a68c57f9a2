"""The run directory: where everything of one build is, and who may write there.

RUN/
  recipe.json          the resolved recipe of the last build
  records/             the source rows in chunks, and index.json, written last
  translations/<lang>/ translated and scored rows in chunks, each named by what it was made from
  memory/              the translation memory, unless it is shared
  batches/             batches under way at a provider (engine `batch`)
  corpus/              what is published: <lang>/train-*.parquet, parallel/, README.md, manifest.json
  rejects/             <lang>.parquet: dropped rows with reasons and all their texts
  coverage.parquet     for each id and language: kept, or why not
  summary.json, measurements.json, report.html
  log.jsonl            what commands said and did in this run, a JSON object a line
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from parallelize.core.errors import InputError, RunLocked
from parallelize.store.files import storage_errors
from parallelize.store.leases import LEASE_SECONDS, clear_own, elsewhere, leased, locked_file
from parallelize.store.run_log import LOG_NAME
from parallelize.store.staging import clear_run

__all__ = ["RunDirectory"]


_WORKER = ".worker"
"""Ending of the file that a worker holds while it lives."""

_ELSEWHERE = (
    f"wait for it or stop it; a process that was killed there counts as alive for {LEASE_SECONDS:.0f} s more"
)


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """Paths of all files and folders of one run."""

    root: Path

    @property
    def recipe(self) -> Path:
        return self.root / "recipe.json"

    @property
    def records(self) -> Path:
        return self.root / "records"

    @property
    def records_index(self) -> Path:
        return self.records / "index.json"

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def manifest(self) -> Path:
        return self.corpus / "manifest.json"

    @property
    def rejects(self) -> Path:
        return self.root / "rejects"

    @property
    def source_rejects(self) -> Path:
        """Source rows that could not become records, with reasons."""
        return self.rejects / "source.parquet"

    @property
    def summary(self) -> Path:
        return self.root / "summary.json"

    @property
    def coverage(self) -> Path:
        return self.root / "coverage.parquet"

    @property
    def report(self) -> Path:
        """The quality report as a page; beside the corpus, so that it is not published with it."""
        return self.root / "report.html"

    @property
    def memory(self) -> Path:
        return self.root / "memory"

    def translations(self, code: str) -> Path:
        """Folder of the translated chunks of one language."""
        return self.root / "translations" / code

    @property
    def languages(self) -> Path:
        """Languages that builds of this run finished, and what each was translated by."""
        return self.root / "languages.json"

    @property
    def people(self) -> Path:
        """What people who read rows said of them: `people.json`."""
        return self.root / "people.json"

    @property
    def asked(self) -> Path:
        """What the last build of each language was translated by, finished or not."""
        return self.root / "asked.json"

    @property
    def pilot(self) -> Path:
        """A small run on some rows of the source, made by `parallelize plan`."""
        return self.root / "pilot"

    @property
    def is_pilot(self) -> bool:
        """Whether this is such a run, by where it lies."""
        return self.root.name == "pilot"

    @property
    def work(self) -> Path:
        """What workers leave for the build that finishes the run."""
        return self.root / "work"

    @property
    def leases(self) -> Path:
        """What shows other machines who is at work here."""
        return self.root / "leases"

    @property
    def batches(self) -> Path:
        """Batches that were sent to a provider and whose replies are not in the memory yet."""
        return self.root / "batches"

    @property
    def measurements(self) -> Path:
        """What the engines' work cost so far (never part of the corpus): `measurements.json`."""
        return self.root / "measurements.json"

    def require(self) -> None:
        """Check that this is a run.

        Raises:
            InputError: it is not.
        """
        if not self.recipe.is_file():
            near = [self.root.parent, *sorted(self.root.glob("*"))]
            found = [str(path) for path in near if (path / self.recipe.name).is_file()][:3]
            such = f", such as {', '.join(found)}" if found else ""
            raise InputError(
                f"{self.root} is not a run directory: it has no recipe.json",
                remedy=f"give the folder that `parallelize build --out` wrote{such}",
            )

    @contextlib.contextmanager
    def joined(self) -> Iterator[None]:
        """Work in this run beside others, while nobody records or finishes it.

        Raises:
            RunLocked: another process records or finishes it.
        """
        with self._work_lock(
            fcntl.LOCK_SH,
            f"{self.root} is being recorded or finished",
            "start workers when `parallelize build --runner none` has ended",
            roles=("worker", "finisher"),
        ):
            self.work.mkdir(exist_ok=True)
            path = self.work / f"{socket.gethostname()}-{os.getpid()}{_WORKER}"
            with storage_errors(path):
                handle = path.open("w")
            with handle:
                with contextlib.suppress(OSError):  # no locks here: it is not seen, and works
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                handle.write(_this_process())
                handle.flush()
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def without_workers(self) -> Iterator[None]:
        """Keep workers away while records or the corpus change.

        Raises:
            RunLocked: workers are at work in this run.
        """
        with self._work_lock(
            fcntl.LOCK_EX,
            f"workers are at work in {self.root}",
            "wait until they have ended (`parallelize work`), then run this command again",
            roles=("finisher", "worker"),
        ):
            yield

    @contextlib.contextmanager
    def _work_lock(self, kind: int, refused: str, remedy: str, *, roles: tuple[str, str]) -> Iterator[None]:
        """Hold the lock of workers; `roles` are our own and the one that excludes it on other machines."""
        own, other = roles
        with storage_errors(self.root):
            handle = (self.root / "work.lock").open("a+")
        with handle:
            if not locked_file(handle, kind):
                raise RunLocked(refused, remedy=remedy)
            if kind == fcntl.LOCK_EX:
                clear_own(self.leases, "worker", "finisher")
            with self._leased(own):
                if (who := elsewhere(self.leases, other)) is not None:
                    raise RunLocked(f"{refused}: {who}", remedy=remedy)
                yield

    @contextlib.contextmanager
    def _leased(self, role: str) -> Iterator[None]:
        """Show other machines that this process is at work here (`store.leases`)."""
        with contextlib.ExitStack() as stack:
            with storage_errors(self.root):
                stack.enter_context(leased(self.leases, role))
            yield

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this run for writing. The lock ends with the process, however it ends.

        Raises:
            RunLocked: another process holds it.
            StorageFault: the folder cannot be written.
        """
        path = self.root / "lock"
        there = self.root.exists()
        handle = self._take(path)
        clear_own(self.leases, "owner")
        with handle, self._leased("owner"):
            if (who := elsewhere(self.leases, "owner")) is not None:
                raise RunLocked(f"{self.root} is in use by {who}", remedy=_ELSEWHERE)
            handle.truncate(0)
            handle.write(_this_process())
            handle.flush()
            clear_run(self.root)
            try:
                yield
            finally:
                if not there:
                    self._leave_nothing(path)

    def holder(self) -> str | None:
        """Who works on this run now (`process 7 on host`); None if nobody does."""
        for role in ("owner", "finisher", "worker"):
            if (who := elsewhere(self.leases, role)) is not None:
                return who
        for name, kind, others in (
            ("lock", fcntl.LOCK_SH, "another process"),
            ("work.lock", fcntl.LOCK_EX, "workers"),
        ):
            with contextlib.suppress(OSError), (self.root / name).open() as handle:
                try:
                    fcntl.flock(handle, kind | fcntl.LOCK_NB)
                except OSError:
                    return handle.read().strip() or others
        return None

    def workers(self) -> list[str]:
        """Who translates units of this run now (`process 7 on host`), but for those that were killed."""
        return [name for path in sorted(self.work.glob(f"*{_WORKER}")) if (name := _held_by(path))]

    def _take(self, path: Path) -> TextIO:
        while True:
            with storage_errors(self.root):
                self.root.mkdir(parents=True, exist_ok=True)
                handle = path.open("a+")
            if not locked_file(handle, fcntl.LOCK_EX):
                handle.seek(0)
                holder = handle.read().strip() or "another process"
                handle.close()
                raise RunLocked(
                    f"{self.root} is in use by {holder}",
                    remedy="wait for it, stop it, or give another --out (runs can share one --memory)",
                )
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle.fileno()), path.stat()):
                    return handle
            handle.close()  # a refused build removed it meanwhile: take the new one

    def _leave_nothing(self, path: Path) -> None:
        """Remove a new run directory that got nothing but its lock: what was asked for could not begin."""
        with contextlib.suppress(OSError):
            others = self.root / "work.lock"
            log = self.root / LOG_NAME
            if set(self.root.iterdir()) <= {path, others, log, self.leases}:
                log.unlink(missing_ok=True)
                others.unlink(missing_ok=True)
                path.unlink()
                shutil.rmtree(self.leases, ignore_errors=True)
                self.root.rmdir()


def _this_process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _held_by(path: Path) -> str | None:
    """What the process that holds a file wrote into it; None where nobody holds it."""
    with contextlib.suppress(OSError), path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return handle.read().strip() or None
    return None
