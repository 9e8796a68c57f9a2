"""Laws of recipes: any hashed field, at any depth, moves the fingerprint; any other moves nothing."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MaxLen, MinLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from parallelize.core import engine_options
from parallelize.core import recipe as recipes
from parallelize.core.measures import MEASURES
from parallelize.core.recipe import Recipe
from parallelize.core.recipe_fields import data_fields

ENGINES: dict[str, dict[str, Any]] = {
    "bergamot": {},
    "apertium": {},
    "scripted": {},
    "vllm": {"model": "org/model"},
    "openai": {"model": "org/model", "base_url": "http://127.0.0.1:1/v1"},
    "batch": {"model": "org/model"},
}
NEEDED: dict[str, dict[str, Any]] = {
    "CometOptions": {"python": "python", "model": "a.ckpt"},
    "JudgeOptions": {"engine": {"name": "openai", **ENGINES["openai"]}},
    "SolverOptions": {"engine": {"name": "openai", **ENGINES["openai"]}},
}
"""What an optional table cannot be without."""
THRESHOLDS = st.dictionaries(
    st.sampled_from(list(MEASURES)), st.floats(0, 50) | st.just(False), min_size=1, max_size=3
)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "GateOptions.include": st.none(),  # only a recipe file has it: its tables are put in when it is read
    "GateOptions.thresholds": THRESHOLDS,
    "GateOptions.by_language": st.dictionaries(st.sampled_from(["pt", "de"]), THRESHOLDS, min_size=1),
    "Recipe.glossary": st.dictionaries(
        st.sampled_from(["pt", "de"]),
        st.dictionaries(st.sampled_from(["apple", "pear"]), st.sampled_from(["a", "b"]), min_size=1),
        min_size=1,
    ),
    "Recipe.texts": st.dictionaries(
        st.sampled_from(["thinking", "tools"]), st.sampled_from(["keep", "copy"]), min_size=1
    ),
    "VllmOptions.extra_engine": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(2, 9), min_size=1),
    "OpenAIOptions.extra_body": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(2, 9), min_size=1),
    "BatchOptions.extra_body": st.dictionaries(st.sampled_from(["a", "b"]), st.integers(2, 9), min_size=1),
    "RepairOptions.candidates": st.integers(1, 4),  # no more than attempts
    "SourceOptions.language": st.sampled_from(["en", "fr", "es"]),
    "RunOptions.runner": st.sampled_from(["here", "none", "processes:2", "ray", "ray:10.0.0.1:6379"]),
}
"""Fields whose values are checked by more than their type."""


def values(name: str, info: FieldInfo) -> st.SearchStrategy[Any]:
    """Valid values of a field, in strict Python form."""
    return SPECIAL[name] if name in SPECIAL else _of_type(info.annotation, info.metadata)


def _of_type(annotation: Any, limits: list[Any]) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(_of_type(item, limits) for item in inner))
    if origin is Literal:
        return st.sampled_from(inner)
    return _SIMPLE[origin or annotation](limits)


_SIMPLE: dict[Any, Callable[[list[Any]], st.SearchStrategy[Any]]] = {
    types.NoneType: lambda limits: st.none(),
    bool: lambda limits: st.booleans(),
    str: lambda limits: st.text(
        st.characters(codec="utf-8"), min_size=_limit(limits, "min", 0), max_size=_limit(limits, "max", 8)
    ),
    int: lambda limits: st.integers(_bound(limits, low=True, step=1), _bound(limits, low=False, step=1)),
    float: lambda limits: st.floats(
        _bound(limits, low=True, step=1e-3), _bound(limits, low=False, step=1e-3), allow_nan=False
    ),
    dict: lambda limits: st.dictionaries(
        st.text("abc", min_size=1, max_size=3), st.integers(0, 9), max_size=2
    ),
    tuple: lambda limits: st.lists(
        st.text("abc", min_size=1, max_size=3), min_size=1, max_size=2, unique=True
    ),
}


def _limit(limits: list[Any], end: str, otherwise: int) -> int:
    for item in limits:
        if isinstance(item, Len | MinLen) and end == "min":
            return item.min_length
        if isinstance(item, Len | MaxLen) and end == "max" and item.max_length is not None:
            return item.max_length
    return otherwise


def _bound(limits: list[Any], *, low: bool, step: float) -> Any:
    for item in limits:
        if low and isinstance(item, Ge | Gt):
            return item.ge if isinstance(item, Ge) else type(step)(item.gt) + step
        if not low and isinstance(item, Le | Lt):
            return item.le if isinstance(item, Le) else type(step)(item.lt) - step
    return type(step)(0 if low else 10_000)


def _leaves(model: type[BaseModel], path: tuple[str, ...], start: dict[str, Any]) -> Iterator[Any]:
    for name, info in model.model_fields.items():
        key = f"{model.__name__}.{name}"
        if name == "name" and path and path[-1] == "engine":
            continue  # the discriminator: another engine is another table, tested in test_recipe_fields
        nested = [item for item in (info.annotation, *get_args(info.annotation)) if isinstance(item, type)]
        below = [item for item in nested if issubclass(item, BaseModel)]
        if below and model is Recipe and name == "engine":
            for choice in below:
                engine = choice.model_fields["name"].default
                table = {**start, "engine": {"name": engine, **ENGINES[engine]}}
                yield from _leaves(choice, ("engine",), table)
        elif len(below) == 1 and get_origin(info.annotation) is not dict:
            table = _put(start, (*path, name), NEEDED.get(below[0].__name__, {}))
            yield from _leaves(below[0], (*path, name), table)
        elif not below and not _holds_models(info.annotation):
            yield pytest.param((*path, name), key, info, start, id=".".join((*path, key)))


def _holds_models(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_models(item) for item in get_args(annotation))


def _put(start: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    table = dict(start)
    here = table
    for key in path[:-1]:
        here[key] = dict(here.get(key) or {})
        here = here[key]
    here[path[-1]] = value
    return table


LEAVES = list(_leaves(Recipe, (), {"langs": ["pt"], "source": {"path": "rows.jsonl"}}))


def _with(start: dict[str, Any], path: tuple[str, ...], value: Any) -> Recipe:
    return Recipe.model_validate(_put(start, path, value))


def test_every_engine_and_most_fields_are_tried() -> None:
    keys = {parameter.values[1] for parameter in LEAVES}
    models = {key.partition(".")[0] for key in keys}
    assert {"BergamotOptions", "ScriptedOptions", "VllmOptions", "OpenAIOptions", "SourceOptions"} <= models
    assert len(keys) > 60


@pytest.mark.parametrize(("path", "key", "info", "start"), LEAVES)
def test_a_field_moves_the_fingerprint_if_and_only_if_it_changes_data(
    path: tuple[str, ...], key: str, info: FieldInfo, start: dict[str, Any]
) -> None:
    @given(st.data())
    @settings(max_examples=8, deadline=None)
    def holds(data: st.DataObject) -> None:
        if key == "Recipe.langs":
            one, other = Recipe.model_validate({**start, "langs": ["pt"]}), _with(start, path, ["de", "pt"])
        else:
            one = _with(start, path, data.draw(values(key, info)))
            other = _with(start, path, data.draw(values(key, info)))
        kind = info.json_schema_extra
        assert isinstance(kind, dict)
        same = data_fields(one) == data_fields(other)
        differ = one.model_dump() != other.model_dump()
        assert (one.fingerprint() == other.fingerprint()) == same
        assert same == (not differ or kind["changes"] == "speed")
        if same:
            assert one.translation_fingerprint("pt") == other.translation_fingerprint("pt")

    holds()


ROW_FIELDS = {"source", "texts", "decontaminate", "corpus", "by_language", "engines", "langs"}
"""Tables that choose the rows, describe the corpus, or belong to other languages."""


@pytest.mark.parametrize(("path", "key", "info", "start"), LEAVES)
def test_what_changes_a_translation_moves_its_fingerprint(
    path: tuple[str, ...], key: str, info: FieldInfo, start: dict[str, Any]
) -> None:
    kind = info.json_schema_extra
    if not isinstance(kind, dict) or kind["changes"] == "speed" or ROW_FIELDS & set(path) or key in SPECIAL:
        return

    @given(st.data())
    @settings(max_examples=4, deadline=None)
    def holds(data: st.DataObject) -> None:
        one = _with(start, path, data.draw(values(key, info)))
        other = _with(start, path, data.draw(values(key, info)))
        if one.model_dump() != other.model_dump():
            assert one.translation_fingerprint("pt") != other.translation_fingerprint("pt")

    holds()


def test_models_of_recipes_are_all_reached() -> None:
    reached = {parameter.values[1].partition(".")[0] for parameter in LEAVES}
    models = {
        name
        for name, item in (vars(recipes) | vars(engine_options)).items()
        if isinstance(item, type) and issubclass(item, BaseModel) and name.endswith("Options")
        if not name.startswith("_")
    }
    # Apertium has no option but its name, scorers only tables; those of models are parts of other tables.
    missed = {name for name in models - reached if not name.endswith("ModelOptions")}
    assert missed == {"ApertiumOptions", "ScorerOptions"}
