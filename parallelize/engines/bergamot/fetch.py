"""Fetch a model with fxtranslate's own downloader, in a process of its own so that it can be watched."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DownloadProgress", "fetch"]

_POLL_SECONDS = 0.2
_STALL_SECONDS = 120.0
_PROGRAM = """
import sys
from fxtranslate import discovery
try:
    discovery.add_models(sys.argv[1], sys.argv[2], sys.argv[3], False)
except ValueError as fault:
    sys.exit(str(fault))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadProgress:
    """How far a download is."""

    source: str
    target: str
    bytes_done: int
    """Bytes that lie in the cache, unpacked; the service does not tell the total beforehand."""
    finished: bool


def fetch(
    source: str, target: str, cache: Path, on_progress: Callable[[DownloadProgress], None] | None
) -> str | None:
    """Download the pair's files into `cache`, where fxtranslate verifies and unpacks them.

    Args:
        source: BCP-47 code.
        target: BCP-47 code.
        cache: folder of the cache; made if absent.
        on_progress: called about five times a second while it runs, and once at the end.

    Returns:
        None when it worked, else why not, for the user.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        return f"{cache} cannot be made: {fault.strerror}"
    before = _bytes_in(cache)
    child = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, source, target, str(cache)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    done, changed = 0, time.monotonic()
    try:
        while child.poll() is None:
            time.sleep(_POLL_SECONDS)
            now_done = _bytes_in(cache) - before
            if now_done != done:
                done, changed = now_done, time.monotonic()
            if time.monotonic() - changed > _STALL_SECONDS:
                return f"the download made no progress for {_STALL_SECONDS:.0f} s"
            if on_progress is not None:
                on_progress(DownloadProgress(source=source, target=target, bytes_done=done, finished=False))
    finally:
        child.kill()
        _, stderr = child.communicate()
    if child.returncode != 0:
        lines = stderr.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"the downloader ended with exit code {child.returncode}"
    if on_progress is not None:
        done = _bytes_in(cache) - before
        on_progress(DownloadProgress(source=source, target=target, bytes_done=done, finished=True))
    return None


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # renamed or removed meanwhile
            continue
    return total
