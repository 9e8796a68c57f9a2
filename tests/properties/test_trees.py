"""Laws of rows as trees: a row differs from its source in its texts and nowhere else; nothing is lost."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.records import rewritten
from parallelize.core.trees import replaced, steps_of, value_at, written
from parallelize.stages.ingest import RejectedRow, SourceSpec, open_source
from parallelize.store.column_types import RowTypes
from parallelize.text.json_strings import json_strings

_KEY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6) | st.sampled_from(
    ["role", "content", "problem", "answer", "a.b", "[0]", "`", "messages", "tools"]
)
_PROSE = st.sampled_from(
    [
        "The farmer sold all of his apples at the market.",
        "How many of them are left in the basket?",
        '{"note": "The farmer went home with a basket.", "n": 3}',
        "def f(x):\n    return x\n",
        "user",
        "A",
    ]
)
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
_TREE: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        _TEXT,
        _PROSE,
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEY, inner, max_size=4),
    max_leaves=14,
)
_ROWS = st.lists(
    st.dictionaries(_KEY, _TREE, max_size=5).map(lambda row: {**row, "problem": "How many are there?"}),
    min_size=1,
    max_size=4,
)


def row_trees() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of any nesting with a problem."""
    return _ROWS


def _leaves(tree: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = {} if isinstance(tree, dict | list) and tree else {path: tree}
    for step, value in inner:
        found |= _leaves(value, (*path, step))
    return found


@given(_TREE)
def test_paths_are_read_as_they_are_written(tree: Any) -> None:
    for steps, value in _leaves(tree).items():
        if steps and isinstance(steps[0], str):
            path = written(steps)
            assert steps_of(path) == steps
            assert value_at(tree, path) == value
            assert _leaves(replaced(tree, {path: "new"})) == {
                other: "new" if other == steps else kept for other, kept in _leaves(tree).items()
            }


@given(_ROWS)
@settings(deadline=None, max_examples=150)
def test_a_row_differs_from_its_source_in_its_texts_and_nowhere_else(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        found = list(open_source(SourceSpec(path_or_id=str(path))))
    assert len(found) == len(rows)
    for row, item in zip(rows, found, strict=True):
        if isinstance(item, RejectedRow):
            continue
        assert item.row == row
        new = rewritten(item.row, ((text.path, text.part, f"<{text.text}>") for text in item.to_translate()))
        changed = {text.path for text in item.to_translate()}
        before, after = _leaves(row), _leaves(new)
        assert list(before) == list(after)
        for steps in before:
            if written(steps) not in changed:
                assert before[steps] == after[steps]
        for text in item.to_translate():
            if text.part is None:
                assert value_at(new, text.path) == f"<{text.text}>"
            else:
                assert _shape(json.loads(value_at(new, text.path))) == _shape(
                    json.loads(value_at(row, text.path))
                )
        names = [text.name for text in item.texts]
        assert len(names) == len(set(names))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return (
        [_shape(inner) for inner in value]
        if isinstance(value, list)
        else ""
        if isinstance(value, str)
        else value
    )


@given(_ROWS)
@settings(deadline=None, max_examples=150)
def test_nothing_of_a_row_is_lost_in_the_columns_of_a_corpus(rows: list[dict[str, Any]]) -> None:
    types = RowTypes()
    for row in rows:
        types.look(row)
    types = RowTypes.from_dict(json.loads(json.dumps(types.as_dict())))
    columns = types.columns()
    assert list(columns) == list(dict.fromkeys(name for row in rows for name in row))
    for name, column in columns.items():
        back = pa.array([column.of(row.get(name)) for row in rows], column.type).to_pylist()
        for row, value in zip(rows, back, strict=True):
            assert _same(row.get(name), value)


def _same(source: Any, stored: Any) -> bool:
    """Whether a stored value is the source's: a key without a value is no key, mixed values are JSON text."""
    if isinstance(source, dict) and isinstance(stored, dict):
        return all(_same(source.get(key), stored.get(key)) for key in {*source, *stored})
    if isinstance(source, list) and isinstance(stored, list):
        return len(source) == len(stored) and all(map(_same, source, stored))
    if isinstance(stored, str) and source != stored:
        return bool(json.loads(stored) == source)
    return bool(source == stored)


@given(_TREE)
def test_strings_of_json_are_found_where_they_stand(tree: Any) -> None:
    for indent in (None, 1):
        text = json.dumps(tree, indent=indent, ensure_ascii=indent is None)
        wanted = [(written(steps), value) for steps, value in _leaves(tree).items() if isinstance(value, str)]
        found = list(json_strings(text))
        assert [(item.path, item.value) for item in found] == wanted
        assert all(json.loads(f'"{text[item.start : item.end]}"') == item.value for item in found)
