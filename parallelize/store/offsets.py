"""Places of answers in a context (`answer_start`): found again in the translation, or null.

A number is a place only where the source says so: the text beside it stands there in a text of the same row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

from parallelize.core.trees import JsonObject, Tree

__all__ = ["lost_places", "names_places", "offset_columns", "with_offsets"]

_UNIT: Final = r"(?:_(?:char(?:acter)?|idx|index|pos|position)s?)?"
_START: Final = re.compile(rf"(?:\w+_)?(?:starts?|begins?|offsets?){_UNIT}|start_\w+", re.IGNORECASE)
_END: Final = re.compile(rf"(?:\w+_)?ends?{_UNIT}|end_\w+", re.IGNORECASE)
_Contexts = Sequence[tuple[str, str]]


def offset_columns(types: Mapping[str, pa.DataType]) -> tuple[str, ...]:
    """Columns that have a whole number, or a list of such, under the name of places in a text."""
    return tuple(name for name, kind in types.items() if _has_offsets(name, kind))


def _has_offsets(name: str, kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_has_offsets(kind.field(at).name, kind.field(at).type) for at in range(kind.num_fields))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _has_offsets(name, kind.value_type)
    return bool(pa.types.is_integer(kind) and _is_place(name))


def with_offsets(source: Tree, target: Tree) -> Tree:
    """A translated row with its places of texts found again.

    Args:
        source: the row as it came.
        target: the same tree with its texts translated, and the places of the source.

    Returns:
        The row; a place is null where the translated text does not stand in the translated context.
    """
    found: Tree = _moved(source, target, ())
    return found


def names_places(value: Any) -> bool:
    """Whether a row, or a value in it, has a whole number under the name of places in a text."""
    if isinstance(value, Mapping):
        return any(
            (_is_place(name) and _has_number(inner)) or names_places(inner) for name, inner in value.items()
        )
    return isinstance(value, list) and any(map(names_places, value))


@lru_cache(maxsize=4096)
def _is_place(name: str) -> bool:
    return (_START.fullmatch(name) or _END.fullmatch(name)) is not None


def _has_number(value: Any) -> bool:
    return type(value) is int or (isinstance(value, list) and any(map(_has_number, value)))


def lost_places(source: Any, target: Any, path: str = "") -> Iterator[str]:
    """Paths of numbers of a source row that `with_offsets` has made null."""
    if isinstance(source, Mapping) and isinstance(target, Mapping):
        for name, inner in source.items():
            yield from lost_places(inner, target.get(name), f"{path}.{name}" if path else name)
    elif isinstance(source, list) and isinstance(target, list):
        for at, (before, after) in enumerate(zip(source, target, strict=True)):
            yield from lost_places(before, after, f"{path}[{at}]")
    elif type(source) is int and target is None:
        yield path


def _moved(source: Any, target: Any, contexts: _Contexts) -> Any:
    if isinstance(source, list) and isinstance(target, list) and len(source) == len(target):
        return [_moved(ours, theirs, contexts) for ours, theirs in zip(source, target, strict=True)]
    if not (isinstance(source, Mapping) and isinstance(target, Mapping)):
        return target
    here = [
        (text, target[name])
        for name, text in source.items()
        if isinstance(text, str) and isinstance(target.get(name), str)
    ]
    around = (*contexts, *here)
    done = {name: _moved(source.get(name), value, around) for name, value in target.items()}
    starts = [name for name in source if _START.fullmatch(name)]
    texts = [name for name, value in source.items() if isinstance(value, str | list)]
    for start in starts:
        for name in texts:
            moved = _places(source, target, start, name, around)
            if moved is not None:
                done.update(moved)
                break
    return done


def _places(source: Tree, target: Tree, start: str, name: str, contexts: _Contexts) -> JsonObject | None:
    """New places by key; None where the source's are none of that text."""
    listed = isinstance(source[start], list)
    if not listed:
        pairs = [(source[start], source[name], target[name])]
    elif all(isinstance(holder.get(name), list) for holder in (source, target)) and len(source[start]) == len(
        source[name]
    ) == len(target[name]):
        pairs = list(zip(source[start], source[name], target[name], strict=True))
    else:
        return None
    ends = next((key for key in source if _END.fullmatch(key) and _is_end(source, key, pairs)), None)
    found: list[tuple[int | None, int | None]] = []
    for at, said, now in pairs:
        place = _place(at, said, now, contexts)
        if place is None:
            return None
        found.append(place)
    if not found:
        return None
    new: JsonObject = {start: [low for low, _ in found] if listed else found[0][0]}
    if ends is not None:
        new[ends] = [high for _, high in found] if listed else found[0][1]
    return new


def _is_end(source: Tree, key: str, pairs: Iterable[tuple[Any, Any, Any]]) -> bool:
    wanted = [at + len(said) for at, said, _ in pairs if isinstance(at, int) and isinstance(said, str)]
    return source[key] in (wanted, *wanted)


def _place(at: Any, said: Any, now: Any, contexts: _Contexts) -> tuple[int | None, int | None] | None:
    """Where a text stands now, (None, None) where nowhere; None where it was not at its place before."""
    if type(at) is not int or at < 0 or not isinstance(said, str) or not isinstance(now, str) or not said:
        return None
    for before, after in contexts:
        if len(before) > len(said) and before.startswith(said, at):
            if before == after:
                return at, at + len(now)
            near = at * len(after) // len(before)
            low = _nearest(after, now, near)
            low = _nearest(after.casefold(), now.casefold(), near) if low is None else low
            return (None, None) if low is None else (low, low + len(now))
    return None


def _nearest(text: str, wanted: str, near: int) -> int | None:
    """Where a text stands in another, nearest to a place."""
    behind, before = text.find(wanted, near), text.rfind(wanted, 0, near + len(wanted))
    places = [at for at in (before, behind) if at >= 0]
    return min(places, key=lambda at: abs(at - near)) if places else None
