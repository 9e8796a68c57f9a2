"""A glossary is proposed from a corpus: terms that come again, one translation each."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.assemble.terms import ProposedTerms, glossary_text
from parallelize.cli.main import cli
from parallelize.core.errors import InputError, UsageError
from parallelize.core.recipe import load_glossary
from parallelize.stages.terms import FoundTerm, find_terms
from tests.runs import write_jsonl

TEXTS = [
    ["The right triangle has an area of $12$.", "So the area is twelve."],
    ["Find the hypotenuse of a right triangle.", "Therefore the hypotenuse is 5."],
    ["A right triangle has legs 3 and 4; what is the area?", "Two legs give the area."],
    ["What is the area of the square?", "Three steps."],
]


def test_terms_are_phrases_that_come_in_many_rows() -> None:
    found = {term.text: term.rows for term in find_terms(TEXTS, "en", most=20, least_rows=2)}
    assert found["right triangle"] == 3
    assert found["area"] == 3
    for word in ("hypotenuse", "two", "three", "twelve", "right", "triangle", "therefore", "the"):
        assert word not in found


def test_the_strongest_come_first_and_most_is_kept() -> None:
    found = find_terms(TEXTS, "en", most=2, least_rows=2)
    assert [term.text for term in found] == ["right triangle", "area"]


def test_a_part_of_a_longer_term_counts_by_what_it_is_alone() -> None:
    texts = [["of a prime number."]] * 4 + [["of a number."]]
    found = {term.text: term.value for term in find_terms(texts, "en", most=9, least_rows=1)}
    assert found["prime number"] > found["number"] > 0


def test_the_command_writes_what_a_build_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    data = [{"id": str(n), "question": row[0], "solution": row[1]} for n, row in enumerate(TEXTS)]
    write_jsonl(tmp_path / "rows.jsonl", data)
    words = ["terms", "rows.jsonl", "--langs", "pt,de", "--engine", "scripted", "--least-rows", "2"]
    cli.main([*words, "--out", "terms.toml"], standalone_mode=False)
    assert "edit it" in capsys.readouterr().out
    glossary = load_glossary(tmp_path / "terms.toml")
    assert set(glossary) == {"pt", "de"}
    assert "right triangle" in glossary["pt"]
    assert all(isinstance(text, str) and text for text in glossary["pt"].values())
    assert "A PERSON MUST EDIT THIS" in (tmp_path / "terms.toml").read_text(encoding="utf-8")

    with pytest.raises(UsageError, match="there already"):
        cli.main([*words, "--out", "terms.toml"], standalone_mode=False)
    cli.main([*words, "--json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert found["translations"]["pt"] == glossary["pt"]
    with pytest.raises(InputError, match="no term occurs in 9 of the 4 rows"):
        cli.main([*words[:-1], "9"], standalone_mode=False)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_term_and_translation_is_read_back(term: str, translation: str) -> None:
    proposed = ProposedTerms(
        terms=[FoundTerm(text=term, rows=1, value=1.0)],
        rows=1,
        translations={"de": {term: translation}},
        engines={"de": "x"},
    )
    assert tomllib.loads(glossary_text(proposed)) == {"de": {term: translation}}
