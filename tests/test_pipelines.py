"""Recipes that ship: each is read, does what its name says, and names a licence for every model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parallelize.assemble.engines import prompt_profile
from parallelize.cli.main import main
from parallelize.core.languages import LANGUAGES
from parallelize.core.recipe import load_recipe
from parallelize.core.shipped import shipped_folder

RECIPES = sorted(shipped_folder("pipelines").glob("*.toml"))
MODEL = re.compile(r"[A-Za-z][\w.-]+/[\w.-]+-\d+(?:\.\d+)?[Bb][\w.-]*")


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_says_what_it_is_and_fits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# ")
    assert 20 < len(first) <= 118
    recipe = load_recipe(path)
    assert recipe.langs
    assert set(recipe.langs) <= LANGUAGES.keys()
    assert recipe.source.path
    assert recipe.source.license


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_model_has_its_licence_beside_it(path: Path) -> None:
    recipe = load_recipe(path)
    model = getattr(recipe.engine, "model", None)
    if model is None:
        return
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    said = {name: line for line in comments for name in MODEL.findall(line)}
    assert model in said
    for line in said.values():
        assert re.search(r"Apache-2\.0|Gemma Terms of Use|CC-BY-NC-SA-4\.0", line), line
    assert "check" in said[model]
    profile = prompt_profile(recipe.engine)
    assert not recipe.engine.context or "context" in profile.variables


def test_the_ten_languages_are_those_of_mgsm() -> None:
    recipe = load_recipe(shipped_folder("pipelines") / "ten-languages.toml")
    assert sorted(recipe.langs) == sorted(["bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh"])


def test_recipes_are_listed_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["recipe"])
    lines = capsys.readouterr().out.splitlines()
    assert {path.stem for path in RECIPES} <= {line.split()[0] for line in lines}
    assert all(len(line.split(maxsplit=1)[1]) > 20 for line in lines)
