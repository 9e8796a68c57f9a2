"""Folders of the user, also where the account has no home (a container that runs under any number)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from parallelize.core.errors import InputError

__all__ = ["cache_root", "user_path"]


def user_path(text: str) -> Path:
    """A path as a user names it, with `~` for the home folder.

    Raises:
        InputError: it begins with `~`, and the account has no home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise InputError(
            f"{text}: this account has no home folder", remedy="write the whole path, or set HOME"
        ) from error


def cache_root() -> Path:
    """Where this system keeps what can be fetched again; a folder for temporary files if there is no home."""
    try:
        home = Path.home()
    except RuntimeError:
        home = Path(tempfile.gettempdir()) / f"home-{os.getuid()}"
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
