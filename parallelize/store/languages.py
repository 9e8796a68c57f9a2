"""`languages.json` and `asked.json`: what each language of a run was translated by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from pydantic import JsonValue
from pydantic.dataclasses import dataclass

from parallelize.core.provenance import EngineFingerprint
from parallelize.store.json_files import read_typed, to_json, write_json
from parallelize.store.strict import STRICT

__all__ = ["BuiltLanguage", "MadeFrom", "read_languages", "write_languages"]

_REMEDY = "remove it, and build with --langs naming every language of the corpus; nothing is translated twice"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MadeFrom:
    """What stands behind a fingerprint, to say later what changed."""

    recipe: Mapping[str, JsonValue] = field(default_factory=dict)
    """Fields of the recipe that change translations."""
    scorer: str = ""
    """Signature of the language identifiers."""
    measures: Mapping[str, int] = field(default_factory=dict)
    """Version of each measure; empty in runs of versions that did not note it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class BuiltLanguage:
    """What one language of a run is translated and judged by."""

    fingerprint: str
    """64 hexadecimal digits over recipe and engines; names the translated chunks."""
    thresholds: Mapping[str, int | float | None]
    """Bound of each measure; None for a gate that is off."""
    engine: EngineFingerprint
    back_engine: EngineFingerprint | None = None
    """None: nothing is translated back."""
    repair_engine: EngineFingerprint | None = None
    made_from: MadeFrom = field(default_factory=MadeFrom)
    records: str = ""
    """Digest of the records that it was finished on; empty while it is not finished."""


def read_languages(path: Path) -> dict[str, BuiltLanguage]:
    """Languages by code, as the file has them; none if there is no file yet.

    Raises:
        InputError: it is damaged; the message names the field.
    """
    return read_typed(path, dict[str, BuiltLanguage], remedy=_REMEDY) if path.is_file() else {}


def write_languages(path: Path, languages: Mapping[str, BuiltLanguage]) -> None:
    """Write languages by code.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    write_json(path, {code: to_json(item) for code, item in languages.items()})
