"""Installed Apertium pairs: their mode files, the programs and data that a mode names.

A mode file is one shell pipeline (`lt-proc 'a.bin' | apertium-tagger -g $2 'b.prob' | …`, described in
the Apertium wiki under "Modes files"). It is read here and run without a shell.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.errors import EnvironmentFault
from parallelize.core.languages import alpha3, base_code

__all__ = ["Mode", "data_folder", "find_mode", "installed_pairs", "stages"]

_HIDE_MARKS = "-n"  # option $1 of the generator: no star before an unknown word
_NOT_INSTALLED = "apt-get install apertium apertium-eng-spa apertium-eng-cat (Debian, Ubuntu)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One direction that is installed."""

    source: str
    """BCP-47 code."""
    target: str
    name: str
    """Apertium's name, such as `eng-spa`."""
    path: Path

    def digest(self) -> str:
        """sha256, in hexadecimal, over the mode and every data file that it names, in its order.

        Raises:
            EnvironmentFault: a file that the mode names is missing or unreadable.
        """
        total = hashlib.sha256()
        for stage in stages(_text(self.path)):
            total.update(os.fsencode(stage[0]) + b"\0")
            for argument in stage[1:]:
                file = Path(argument)
                named = file.name if file.is_absolute() else argument
                total.update(named.encode() + b"\0")
                if file.is_absolute():
                    total.update(hashlib.sha256(_bytes(file)).digest())
        return total.hexdigest()


def stages(mode: str) -> list[list[str]]:
    """Programs of a mode with their arguments, in order; `$1` and `$2` filled in as `apertium -u` does."""
    found = []
    for stage in mode.strip().split("|"):
        words = [word for word in shlex.split(stage) if word != "$2"]
        found.append([_HIDE_MARKS if word == "$1" else word for word in words])
    return found


def data_folder() -> Path | None:
    """Where this system keeps Apertium's modes; None when it has none."""
    program = shutil.which("apertium")
    beside = [Path(program).resolve().parents[1] / "share" / "apertium"] if program else []
    given = [Path(os.environ["APERTIUM_DATADIR"])] if os.environ.get("APERTIUM_DATADIR") else []
    for folder in (*given, *beside, Path("/usr/local/share/apertium"), Path("/usr/share/apertium")):
        if (folder / "modes").is_dir():
            return folder
    return None


def find_mode(source: str, target: str) -> Mode:
    """Return the installed mode that translates this pair.

    Raises:
        EnvironmentFault: Apertium, or this pair, is not installed.
    """
    folder = data_folder()
    if folder is None or shutil.which("lt-proc") is None:
        raise EnvironmentFault("the apertium engine is not installed on this machine", remedy=_NOT_INSTALLED)
    for name in _names(source, target):
        path = folder / "modes" / f"{name}.mode"
        if path.is_file():
            return Mode(source=source, target=target, name=name, path=path)
    has = ", ".join(f"{a}→{b}" for a, b in installed_pairs()) or "none"
    raise EnvironmentFault(
        f"apertium has no {source}→{target} pair on this machine (installed: {has})",
        remedy=f"install its language package (`apt-cache search apertium` lists them; {_NOT_INSTALLED}), "
        "or name another engine for this language in the recipe",
    )


def installed_pairs() -> tuple[tuple[str, str], ...]:
    """Pairs (BCP-47 codes) that can be translated now, sorted; variants such as `cat-eng_US` left out,
    and languages that are not in the table."""
    folder = data_folder()
    if folder is None:
        return ()
    found = set()
    for path in (folder / "modes").glob("*-*.mode"):
        source, _, target = path.stem.partition("-")
        pair = base_code(source), base_code(target)
        if pair[0] is not None and pair[1] is not None:
            found.add((pair[0], pair[1]))
    return tuple(sorted(found))


def _names(source: str, target: str) -> Iterator[str]:
    """Apertium names pairs by ISO 639-3 codes, older ones by ISO 639-1."""
    for first in (alpha3(source), source):
        for second in (alpha3(target), target):
            yield f"{first}-{second}"


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise EnvironmentFault(
            f"{path} cannot be read: {fault.strerror}", remedy="reinstall apertium's language packages"
        ) from fault
