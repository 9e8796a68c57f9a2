"""`parallelize inspect`: what a build would do with each text, and the lines that change it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.inspect import command
from parallelize.core.recipe import parse_recipe
from tests.stages.ingest_files import json_lines, write

ROW = {
    "messages": [
        {"role": "user", "content": "Where is the next train to the coast?"},
        {"role": "tool", "content": "The train stands on the third platform of the station."},
        {
            "role": "assistant",
            "content": "It is on the third platform.",
            "thinking": "The tool says where it is.",
        },
    ],
    "source": "trains",
}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_every_text_is_shown_with_what_is_done_and_why(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.jsonl", json_lines([ROW])))
    shown = run(path)
    assert "messages[role=user].content" in shown
    assert "stays in en: messages[role=tool].content" in shown
    assert "Where is the next train to the coast?" in shown
    assert "source" not in shown.split("[texts]")[0].replace("kept in the source", "")
    assert '"source"' not in shown
    found = json.loads(run(path, "--json", "--texts", "thinking=keep"))
    treatments = {text["path"]: text["treatment"] for text in found["texts"]}
    assert treatments["messages[role=assistant].thinking"] == "keep"
    assert treatments["messages[role=tool].content"] == "copy"
    assert treatments["source"] == "copy"


def test_the_lines_shown_are_a_recipe_that_does_the_same(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.jsonl", json_lines([ROW])))
    lines = run(path).rpartition("[texts]")[2]
    texts = tomllib.loads("[texts]" + lines)["texts"]
    recipe = parse_recipe({"source": {"path": path}, "texts": texts})
    assert recipe.texts["messages[role=tool].content"] == "copy"
    changed = [f"--texts={key}={value}" for key, value in recipe.texts.items()]
    assert run(path, *changed).rpartition("[texts]")[2] == lines


@pytest.mark.parametrize("given", ["thinking", "=keep"])
def test_an_option_without_a_treatment_is_refused(given: str, tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.jsonl", json_lines([ROW])))
    result = CliRunner().invoke(command, [path, "--texts", given])
    assert result.exit_code != 0


def test_where_answers_are_from_and_what_is_in_another_language_are_said(tmp_path: Path) -> None:
    asked = {"question": "Where is the next train to the coast of the island?"}
    assert "answer: none" in run(str(write(tmp_path / "a.jsonl", json_lines([asked]))))
    told = {**asked, "solution": "It is on the third platform of the station."}
    assert "answer: read from the solution" in run(str(write(tmp_path / "b.jsonl", json_lines([told]))))
    other = {"question": "Wo ist der nächste Zug, der an die Küste der Insel fährt, und wann fährt er ab?"}
    shown = run(str(write(tmp_path / "c.jsonl", json_lines([asked, other]))))
    assert "1 of 2 are not in en, copied" in shown
