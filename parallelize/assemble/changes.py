"""What differs between two builds of a language: recipe, engines, identifiers, measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parallelize.core.provenance import EngineFingerprint
from parallelize.store.json_files import to_json
from parallelize.store.languages import BuiltLanguage

__all__ = ["Change", "asks_anew", "changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was in the last build."""

    where: str
    """Recipe key with dots, or a part of an engine's fingerprint."""
    before: Any
    """JSON value; None if it was not there."""
    after: Any


def asks_anew(before: BuiltLanguage, now: BuiltLanguage) -> Iterator[str]:
    """Engines of now that are not those of before."""
    for name, was, is_ in _engines(before, now):
        if is_ is not None and was != is_:
            yield name


def _engines(
    before: BuiltLanguage, now: BuiltLanguage
) -> Iterator[tuple[str, EngineFingerprint | None, EngineFingerprint | None]]:
    """(what people call it, fingerprint before, fingerprint now) of each engine of a language."""
    yield "engine", before.engine, now.engine
    yield "back_translation engine", before.back_engine, now.back_engine
    yield "repair engine", before.repair_engine, now.repair_engine


def changes(before: BuiltLanguage, now: BuiltLanguage) -> Iterator[Change]:
    """Fields of the recipe first; what engines say of themselves only where the recipe does not tell it."""
    was, is_ = before.made_from, now.made_from
    yield from _differences("", was.recipe, is_.recipe)
    tables = ("engine", "back", "repair")
    for table, (name, one, other) in zip(tables, _engines(before, now), strict=True):
        if was.recipe.get(table) == is_.recipe.get(table):
            yield from _differences(f"{name}: ", one and to_json(one), other and to_json(other))
    if was.scorer != is_.scorer:
        yield Change(where="language identifiers", before=was.scorer, after=is_.scorer)
    yield from _differences("measures", dict(was.measures), dict(is_.measures))


def _differences(where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            joined = f"{where}{key}" if not where or where.endswith(" ") else f"{where}.{key}"
            yield from _differences(joined, before.get(key), after.get(key))
    else:
        yield Change(where=where, before=before, after=after)
