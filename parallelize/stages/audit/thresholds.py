"""Thresholds from a TOML file: `[gates.thresholds]` of a recipe, or of what `calibrate` wrote."""

from __future__ import annotations

import tomllib
from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.stages.judge import thresholds_for

__all__ = ["read_thresholds"]


def read_thresholds(path: Path) -> dict[str, float | None]:
    """Read the table `[gates.thresholds]`; false switches a measure off.

    Raises:
        InputError: the file is missing, is no TOML, lacks the table, or names an unknown measure.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}", remedy="check the path"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no TOML: {error}", remedy="correct the file") from error
    gates = content.get("gates")
    table = gates.get("thresholds") if isinstance(gates, dict) else None
    if not isinstance(table, dict):
        raise InputError(f"{path} has no table [gates.thresholds]", remedy="write measure = number under it")
    found = {name: _bound(path, name, value) for name, value in table.items()}
    thresholds_for("en", found)  # refuses unknown measures
    return found


def _bound(path: Path, name: str, value: object) -> float | None:
    if value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"{path}: gates.thresholds.{name} is {value!r}",
            remedy="write a number, or false for no threshold",
        )
    return float(value)
