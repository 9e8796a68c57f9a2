"""Who is at work in a folder, by files that are touched again and again.

Locks of some network file systems hold only within one machine, or not at all. A lease is what another
machine sees there: a file with the name of a process, as old as its last sign of life. Ages are measured by
the clock of the file system, so that the clocks of machines need not agree.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

__all__ = ["LEASE_SECONDS", "age", "clear_own", "elsewhere", "leased", "locked_file", "this_host"]

LEASE_SECONDS: Final = 60.0
"""A process on another machine without a sign of life for so long is taken for dead."""
_BEAT_SECONDS: Final = 10.0
_NO_LOCKS_HERE: Final = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL})


def this_host() -> str:
    """The name of this machine, as a part of file names."""
    return re.sub(r"[^A-Za-z0-9]+", "_", socket.gethostname()) or "host"


@contextlib.contextmanager
def leased(folder: Path, role: str) -> Iterator[Path]:
    """Show that this process is at work in a folder.

    Args:
        folder: made if it is not there.
        role: letters; others look for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{role}.{this_host()}.{os.getpid()}"
    path.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(_BEAT_SECONDS):
            with contextlib.suppress(OSError):
                os.utime(path)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield path
    finally:
        ended.set()
        thread.join()
        with contextlib.suppress(OSError):
            path.unlink()
            folder.rmdir()  # where it was the last one


def elsewhere(folder: Path, role: str) -> str | None:
    """Who is at work in this role on another machine; None if nobody is."""
    for path in sorted(folder.glob(f"{role}.*")):
        if path.name.split(".")[1] == this_host():
            continue
        seconds = age(path)
        if seconds is not None and seconds < LEASE_SECONDS:
            with contextlib.suppress(OSError):
                return f"{path.read_text(encoding='utf-8')}, which gave a sign of life {seconds:.0f} s ago"
    return None


def clear_own(folder: Path, *roles: str) -> None:
    """Remove leases that killed processes of this machine left; a lock that excludes living ones is held."""
    for role in roles:
        for path in folder.glob(f"{role}.{this_host()}.*"):
            path.unlink(missing_ok=True)


def age(path: Path) -> float | None:
    """Seconds since a file was touched, by the clock of its file system; None if it is gone."""
    try:
        touched = path.stat().st_mtime
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".now-") as probe:
            now = os.fstat(probe.fileno()).st_mtime
    except FileNotFoundError:
        return None
    except OSError:  # a folder that cannot be written: the clock of this machine must do
        now = time.time()
    return max(0.0, now - touched)


def locked_file(handle: IO[str] | int, kind: int) -> bool:
    """Lock an open file without waiting. False if another process has it.

    Where the file system knows no locks, leases are all there is, and this is True.
    """
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS_HERE
    return True
