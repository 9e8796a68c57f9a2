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

__all__ = ["PACKAGES", "Mode", "data_folder", "find_route", "installed_pairs", "stages"]

_HIDE_MARKS = "-n"  # option $1 of the generator: no star before an unknown word
_NOT_INSTALLED = "apt-get install apertium apertium-eng-spa apertium-eng-cat (Debian, Ubuntu)"
PACKAGES = {
    "es": ("apertium-eng-spa",),
    "ca": ("apertium-eng-cat",),
    "gl": ("apertium-en-gl",),
    "eo": ("apertium-eo-en",),
    "fr": ("apertium-eng-cat", "apertium-fra-cat"),
    "it": ("apertium-eng-cat", "apertium-cat-ita"),
    "pt": ("apertium-eng-spa", "apertium-es-pt"),
    "oc": ("apertium-eng-spa", "apertium-oc-es"),
    "ast": ("apertium-eng-spa", "apertium-spa-ast"),
}
"""Debian packages that translate between English and a language, the first of them into the pivot."""
_ONE_WAY = frozenset({"ast"})
"""Languages that Apertium translates into and not out of."""
_PIVOTS = {"fr": "ca", "it": "ca", "pt": "es", "oc": "es", "ast": "es"}
"""Languages without a pair of their own with English, and the near relative that leads to them."""


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


def find_route(source: str, target: str) -> tuple[Mode, ...]:
    """Return the installed mode that translates this pair, or the two that do by way of a pivot language.

    Raises:
        EnvironmentFault: Apertium, or this pair, is not installed.
    """
    folder = data_folder()
    if folder is None or shutil.which("lt-proc") is None:
        raise EnvironmentFault("the apertium engine is not installed on this machine", remedy=_NOT_INSTALLED)
    for steps in _routes(source, target):
        route = [mode for step in steps if (mode := _mode(folder, *step)) is not None]
        if len(route) == len(steps):
            return tuple(route)
    has = ", ".join(f"{a}→{b}" for a, b in installed_pairs()) or "none"
    raise EnvironmentFault(
        f"apertium has no {source}→{target} pair on this machine (installed: {has})",
        remedy=f"{_how_to_get(source, target)}, or name another engine for this language in the recipe",
    )


def _how_to_get(source: str, target: str) -> str:
    if source in _ONE_WAY:
        return "no package translates back from it: build with --no-back-translation"
    packages = PACKAGES.get(target if source == "en" else source, ())
    if packages and "en" in {source, target}:
        return f"apt-get install apertium {' '.join(packages)}"
    return f"install its language package (`apt-cache search apertium` lists them; {_NOT_INSTALLED})"


def _routes(source: str, target: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Ways from one language to another, the direct one first; pivots are for pairs with English only."""
    yield ((source, target),)
    pivot = _PIVOTS.get(target) if source == "en" else _PIVOTS.get(source) if target == "en" else None
    if pivot is not None:
        yield ((source, pivot), (pivot, target))


def _mode(folder: Path, source: str, target: str) -> Mode | None:
    for name in _names(source, target):
        path = folder / "modes" / f"{name}.mode"
        if path.is_file():
            return Mode(source=source, target=target, name=name, path=path)
    return None


def installed_pairs() -> dict[tuple[str, str], str]:
    """Pairs (BCP-47 codes) that can be translated now, and how: `installed`, or by way of which pivot.

    Variants such as `cat-eng_US` are left out, and languages that are not in the table.
    """
    folder = data_folder()
    if folder is None:
        return {}
    found = {}
    for path in (folder / "modes").glob("*-*.mode"):
        source, _, target = path.stem.partition("-")
        pair = base_code(source), base_code(target)
        if pair[0] is not None and pair[1] is not None:
            found[pair[0], pair[1]] = "installed"
    for code, pivot in _PIVOTS.items():
        for pair in (("en", code), (code, "en")):
            if all(step in found for step in ((pair[0], pivot), (pivot, pair[1]))):
                found.setdefault(pair, f"by way of {pivot}")
    return dict(sorted(found.items()))


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
