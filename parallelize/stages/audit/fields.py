"""Which columns of a translated data set are source and target: named by the user, or told by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parallelize.core.errors import InputError
from parallelize.core.languages import codes_of, known_language
from parallelize.core.messages import first_few
from parallelize.core.trees import JsonObject, Tree
from parallelize.stages.audit.shapes import SameShape, own_column, same_shape
from parallelize.stages.ingest.columns import Column

__all__ = ["AuditFields", "ColumnPair", "FieldNames", "find_fields"]

_PAIRS = (
    ("source", "target"),
    ("src", "tgt"),
    ("src", "mt"),
    ("source_text", "target_text"),
    ("original", "translation"),
    ("original", "translated"),
    ("english", "translation"),
    ("text", "translation"),
)
_SOURCE_LANGUAGE = ("en", "english", "eng_latn", "eng")
_SOURCE_MARKS = (*_SOURCE_LANGUAGE, "source", "src", "original", "orig")
_TARGET_MARKS = ("translated", "target", "tgt", "translation", "m")
_ANSWERS = frozenset({"answer", "final_answer", "ground_truth", "gold_answer", "expected_answer", "label"})
_ANSWER_WORDS = 4
"""Words of a value from which an answer is a text that is translated, not a short one that is compared."""
_ANSWER_NAMES = ("answer", "ground_truth", "final_answer", "gold_answer", "expected_answer", "answer_number")
_IDS = ("id", "unique_id", "uuid", "problem_id", "question_index", "gid")
_SINGLE = ("question", "problem", "query", "text", "response", "solution", "prompt")
_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Columns as the user named them; `None` or empty: found by their names. Dots go into objects."""

    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    """As many as `source`, in the same order."""
    answer: str | None = None
    """The short final answer in source form."""
    id: str | None = None
    label: str | None = None
    """Whether the translation is good; only what is named is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPair:
    """A text and its translation."""

    source: Column | None
    """`None`: the target is audited by itself."""
    target: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFields:
    """Which columns of an audited data set hold texts, answers, ids and labels."""

    pairs: tuple[ColumnPair, ...]
    answer: Column | None = None
    id: Column | None = None
    label: Column | None = None
    own: str | None = None
    """Our column, where the data set is a corpus of ours: texts are paired by the paths in it."""
    shape: SameShape | None = None
    """Where source and translation have the same columns: texts are paired by path."""
    nested: tuple[ColumnPair, ...] = ()
    """Columns that hold chats or lists, `messages` beside `messages_en`: `shape` pairs what is in them."""

    def trees(self, source: Tree, target: Tree) -> tuple[Tree, Tree]:
        """What `shape` pairs: two rows, or what nested columns hold, under the names of the target's."""
        if not self.nested:
            return source, target
        named = [(str(pair.target), pair) for pair in self.nested]
        return (
            {name: pair.source.of(source) for name, pair in named if pair.source is not None},
            {name: pair.target.of(target) for name, pair in named},
        )

    def as_dict(self) -> JsonObject:
        """Which columns were read as what, as JSON for summaries."""
        return {
            "pairs": [
                {"source": None if pair.source is None else str(pair.source), "target": str(pair.target)}
                for pair in self.pairs
            ],
            **({} if self.own is None and self.shape is None else {"by_path": self._paths()}),
            "answer": None if self.answer is None else str(self.answer),
            "id": None if self.id is None else str(self.id),
        }

    def _paths(self) -> list[str]:
        """Places of the texts that are paired by path."""
        if self.shape is None:
            return [f"{self.own}.texts[].path"]
        return [rule.pattern for rule in self.shape.layout.told() if rule.treatment.value == "translate"]


def find_fields(
    names: FieldNames,
    rows: Sequence[Tree],
    language: str,
    shown: str,
    *,
    source_rows: Sequence[Tree] | None = None,
    with_source: bool = True,
    source_language: str = "en",
) -> AuditFields:
    """Decide which columns are what.

    Args:
        names: what the user named.
        rows: first rows of the translated file.
        language: code of the target language; a column may be called by it (`en`, `de`).
        shown: the file's name, for messages.
        source_rows: first rows of a file of its own with the source; `None` if both are in one.
        with_source: False: targets are audited by themselves.
        source_language: code of the source language.

    Raises:
        InputError: a named column is missing, or no pair can be told; the message lists the columns.
    """
    columns = _columns(rows)
    target_side = dict.fromkeys(columns)
    source_side = target_side if source_rows is None else dict.fromkeys(_columns(source_rows))
    answer = _named(names.answer, target_side | source_side, shown) or _first(_ANSWER_NAMES, source_side)
    pairs: tuple[ColumnPair, ...]
    if not with_source:
        targets = names.target or tuple(name for name in ("response", *_SINGLE) if name in target_side)[:1]
        pairs = tuple(ColumnPair(source=None, target=_must(name, target_side, shown)) for name in targets)
    elif not (names.source or names.target) and (own := own_column(rows)) is not None:
        label = _named(names.label, target_side, shown)
        answer_name = "source_answer" if "source_answer" in rows[0][own] else "answer"
        return AuditFields(
            pairs=(), answer=Column((own, answer_name)), id=Column((own, "id")), label=label, own=own
        )
    elif names.source or names.target:
        pairs = _given(names, source_side, target_side, shown, language)
    elif source_rows is not None:
        pairs = _of_two_files(source_side, target_side)
        shape = same_shape(source_rows, rows, source_language, shown)
        if shape is not None and len(shape.layout.told()) > len(pairs):
            label = _named(names.label, target_side, shown)
            found_id = _named(names.id, target_side, shown) or _first(_IDS, target_side)
            return AuditFields(pairs=(), answer=answer, id=found_id, label=label, shape=shape)
    else:
        pairs = tuple(_told(columns, language, _worded(rows)))
    if not pairs:
        raise InputError(
            f"{shown}: no column could be told to be a translation; it has {first_few(columns, _SHOWN)}",
            remedy="name them with --source-field and --target-field",
        )
    label = _named(names.label, target_side, shown)
    found_id = _named(names.id, target_side, shown) or _first(_IDS, target_side)
    found = AuditFields(pairs=pairs, answer=answer, id=found_id, label=label)
    return _with_nested(found, source_rows or rows, rows, source_language, shown)


def _with_nested(
    fields: AuditFields, source_rows: Sequence[Tree], rows: Sequence[Tree], language: str, shown: str
) -> AuditFields:
    """The same fields, where columns that hold lists and objects are paired by path."""
    nested = tuple(pair for pair in fields.pairs if _is_nested(pair.source, source_rows))
    paired = replace(fields, nested=nested)
    trees = [paired.trees(source, target) for source, target in zip(source_rows, rows, strict=False)]
    shape = None
    if nested:
        shape = same_shape([one for one, _ in trees], [other for _, other in trees], language, shown)
    if shape is None:
        return fields
    return replace(paired, shape=shape, pairs=tuple(pair for pair in fields.pairs if pair not in nested))


def _is_nested(column: Column | None, rows: Sequence[Tree]) -> bool:
    values = [] if column is None else [value for row in rows if (value := column.of(row)) is not None]
    return bool(values) and all(isinstance(value, list | dict) for value in values)


def _columns(rows: Sequence[Tree]) -> list[str]:
    """Columns in the order of their first occurrence, those of objects also with dots."""
    found: dict[str, None] = {}
    for row in rows:
        for name, value in row.items():
            found[name] = None
            if isinstance(value, Mapping):
                found.update({f"{name}.{inner}": None for inner in value})
    return list(found)


def _column(name: str, side: Mapping[str, None]) -> Column:
    inside = "." in name and name.split(".", maxsplit=1)[0] in side
    return Column(tuple(name.split("."))) if inside else Column((name,))


def _must(name: str, side: Mapping[str, None], shown: str) -> Column:
    if name not in side:
        raise InputError(
            f"{shown} has no column {name!r}", remedy=f"its columns are {first_few(list(side), _SHOWN)}"
        )
    return _column(name, side)


def _named(name: str | None, side: Mapping[str, None], shown: str) -> Column | None:
    return None if name is None else _must(name, side, shown)


def _first(names: Sequence[str], side: Mapping[str, None]) -> Column | None:
    return next((_column(name, side) for name in names if name in side), None)


def _given(
    names: FieldNames,
    source_side: Mapping[str, None],
    target_side: Mapping[str, None],
    shown: str,
    language: str,
) -> tuple[ColumnPair, ...]:
    source, target = names.source, names.target
    if not source or not target:
        told = [(str(p.source), str(p.target)) for p in _told([*source_side, *target_side], language)]
        if source:
            target = tuple(other for one, other in told if one in source) or source
        else:
            source = tuple(one for one, other in told if other in target) or target
    if len(source) != len(target) or (source_side is target_side and source == target):
        raise InputError(
            f"{shown}: {len(source)} source and {len(target)} target columns do not make pairs",
            remedy="give --source-field and --target-field equally often, in the same order",
        )
    return tuple(
        ColumnPair(source=_must(one, source_side, shown), target=_must(other, target_side, shown))
        for one, other in zip(source, target, strict=True)
    )


def _of_two_files(source: Mapping[str, None], target: Mapping[str, None]) -> tuple[ColumnPair, ...]:
    told = [
        pair
        for pair in _told([*source, *target], "")
        if str(pair.source) in source and str(pair.target) in target
    ]
    if told:
        return tuple(told)
    common = [name for name in _SINGLE if name in source and name in target]
    return tuple(ColumnPair(source=Column((name,)), target=Column((name,))) for name in common)


def _told(columns: Sequence[str], language: str, worded: Collection[str] = ()) -> Iterator[ColumnPair]:
    """Pairs by name: `source`/`target`, `query`/`m_query`, `en`/`de`, `english_x`/`translated_x`.

    Args:
        columns: those of a file, or of two, source first.
        language: code of the target language; empty: no column is called by it.
        worded: columns whose values are sentences, though they may be called as answers are.
    """
    known = dict.fromkeys(columns)
    for one, other in _PAIRS:
        if one in known and other in known:
            yield ColumnPair(source=_column(one, known), target=_column(other, known))
            return
    marks, low = _marks_of(language), {name.lower(): name for name in reversed(known)}
    called = [
        ColumnPair(source=_column(source, known), target=_column(target, known))
        for holder in ("", *(f"{name.lower()}." for name in known))
        for source in _called(holder, _SOURCE_LANGUAGE, low)
        for target in _called(holder, marks, low)
    ]
    if called:
        yield from called
        return
    taken: set[str] = set()
    for column in known:  # `x` beside `x_en` or `original_x`
        source_name = next(iter(_sources(column, low)[1:]), None)
        short = column in _ANSWERS and column not in worded
        if source_name is not None and not short and _without(column, _SOURCE_MARKS) is None:
            taken.add(column)
            yield ColumnPair(source=_column(source_name, known), target=_column(column, known))
    for column in known:
        base = _without(column, (*_TARGET_MARKS, *marks))
        if base is None or (base in _ANSWERS and column not in worded) or base in taken:
            continue
        source_name = next((name for name in _sources(base, low) if name != column), None)
        if source_name is not None:
            taken.add(base)
            yield ColumnPair(source=_column(source_name, known), target=_column(column, known))


def _worded(rows: Sequence[Tree]) -> frozenset[str]:
    """Columns whose values are several words in most of the rows."""
    found: Counter[str] = Counter()
    for row in rows:
        found.update(
            name
            for name, value in row.items()
            if isinstance(value, str) and len(value.split()) >= _ANSWER_WORDS
        )
    return frozenset(name for name, count in found.items() if count * 2 > len(rows))


def _marks_of(language: str) -> tuple[str, ...]:
    """What columns in a language are marked with, in small letters: `de`, `german`, `deutsch`, `deu_latn`."""
    known = known_language(language) if language else None
    if known is None:
        return (language.lower(),) if language else ()
    codes = (language, *codes_of(known.base))
    tags = (*codes, *(f"{code}_{known.script}" for code in codes))
    return tuple(dict.fromkeys(map(str.lower, (*tags, known.name, known.native_name))))


def _called(holder: str, marks: Sequence[str], low: Mapping[str, str]) -> list[str]:
    """The first column of a holder that is called by one of some marks, in any letter case; else none."""
    return [low[name] for mark in marks if (name := f"{holder}{mark}") in low][:1]


def _without(column: str, marks: Sequence[str]) -> str | None:
    low = column.lower()
    for mark in marks:
        if low.startswith(f"{mark}_") and len(low) > len(mark) + 1:
            return column[len(mark) + 1 :]
        if low.endswith(f"_{mark}") and len(low) > len(mark) + 1:
            return column[: -len(mark) - 1]
    return None


def _sources(base: str, low: Mapping[str, str]) -> list[str]:
    """Columns that may hold the source of a text: of its name, and with a mark before or behind it."""
    names = [base.lower()]
    for mark in _SOURCE_MARKS:
        names += [f"{mark}_{names[0]}", f"{names[0]}_{mark}"]
    return [low[name] for name in names if name in low]
