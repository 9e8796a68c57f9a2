"""Every field of a recipe is classed, and every hashed one moves a fingerprint."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from parallelize.core import evaluation_recipe
from parallelize.core import recipe as recipes
from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe, load_recipe, parse_recipe, read_thresholds
from parallelize.core.recipe_fields import data_fields
from parallelize.core.shipped import shipped_folder

MODELS = [
    item
    for module in (recipes, evaluation_recipe)
    for item in vars(module).values()
    if isinstance(item, type) and issubclass(item, BaseModel) and item.__module__ == module.__name__
]
CHANGES: dict[str, dict[str, Any]] = {
    "source": {"source": {"path": "other.jsonl"}},
    "engine": {"engine": {"name": "apertium"}},
    "engines": {"engines": {"pt": {"name": "apertium"}}},
    "segment": {"segment": {"max_chars": 100}},
    "repair": {"repair": {"attempts": 2}},
    "back_translation": {"back_translation": {"enabled": False}},
    "glossary": {"glossary": {"pt": {"apple": "maçã"}}},
    "scorers": {"scorers": {"comet": {"python": "python", "model": "a.ckpt"}}},
    "gates": {"gates": {"thresholds": {"back_chrf": 12}}},
    "corpus": {"corpus": {"align": "union"}},
    "decontaminate": {"decontaminate": {"against": ["test.jsonl"]}},
    "texts": {"texts": {"thinking": "keep"}},
}
BASE: dict[str, Any] = {"langs": ["pt"], "source": {"path": "rows.jsonl"}, "engine": {"name": "bergamot"}}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_classed(model: type[BaseModel]) -> None:
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict), f"{model.__name__}.{name}"
        assert extra.get("changes") in {"data", "speed"}, f"{model.__name__}.{name}"


def test_every_hashed_field_moves_the_fingerprint() -> None:
    before = parse_recipe(BASE)
    assert set(CHANGES) == set(data_fields(before))
    for name, change in CHANGES.items():
        after = parse_recipe({**BASE, **{k: {**BASE.get(k, {}), **v} for k, v in change.items()}})
        assert after.fingerprint() != before.fingerprint(), name


@pytest.mark.parametrize(
    "change",
    [
        {"run": {"chunk_rows": 7}},
        {"engine": {"name": "bergamot", "workers": 3}},
        {"run": {"memory": "elsewhere"}},
    ],
)
def test_what_changes_only_speed_moves_nothing(change: dict[str, Any]) -> None:
    before, after = parse_recipe(BASE), parse_recipe({**BASE, **change})
    assert after.fingerprint() == before.fingerprint()
    assert after.translation_fingerprint("pt") == before.translation_fingerprint("pt")


def test_another_language_does_not_move_a_language() -> None:
    both = parse_recipe({**BASE, "langs": ["pt", "de"], "engines": {"de": {"name": "apertium"}}})
    assert both.translation_fingerprint("pt") == parse_recipe(BASE).translation_fingerprint("pt")


@given(st.dictionaries(st.sampled_from(["back_chrf", "length_deviation", "repetition"]), st.floats(0, 100)))
@settings(max_examples=50, deadline=None)
def test_different_thresholds_have_different_fingerprints(thresholds: dict[str, float]) -> None:
    changed = parse_recipe({**BASE, "gates": {"thresholds": thresholds}})
    same = changed.fingerprint() == parse_recipe(BASE).fingerprint()
    assert same == (not thresholds)


@pytest.mark.parametrize(
    "path", sorted(shipped_folder("pipelines").rglob("*.toml")), ids=lambda path: path.stem
)
def test_shipped_recipes_fit(path: Any) -> None:
    if {"evaluate", "benchmarks", "study"} & set(path.parts):
        pytest.skip("a recipe of another command")
    if "thresholds" in path.parts:
        assert read_thresholds(path).by_language
        return
    assert isinstance(load_recipe(path), Recipe)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"sorce": {}}, "did you mean source"),
        ({"engine": {"name": "bergamot", "worker": 2}}, "engine.worker: unknown key; did you mean workers"),
        ({"source": {"limit": "x"}}, "source.limit"),
        ({"gates": {"thresholds": {"back_chf": 3}}}, "back_chrf"),
        ({"gates": {"include": "a.toml"}}, "only a recipe file"),
        ({"scorers": {"comet": {"python": "p"}}}, "scorers.comet.model: field required"),
        ({"scorers": {"judge": {"engine": {"name": "bergamot"}}}}, "scorers.judge.engine"),
        ({"langs": ["en"]}, "language of the source"),
        ({"engine": {"name": "vllm"}}, "engine.model: field required"),
    ],
)
def test_mistakes_are_named(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(data)
    assert said in str(caught.value)
