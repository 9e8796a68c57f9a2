"""Every known family of datasets, and some that are in no table, come out whole without options.

`families.json` has, for each, rows of its schema with content of our own and what must become of each path.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.records import Part, Record, Treatment, rewritten, text_at
from parallelize.stages.ingest.names import families
from parallelize.stages.ingest.places import Place, pattern_fits, survey
from parallelize.text.json_strings import json_strings
from tests.runs import run_build
from tests.stages.ingest_files import items, json_lines, opened, write

FAMILIES: dict[str, Any] = json.loads((Path(__file__).parent / "families.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = {
    one["name"]: one
    for line in (Path(__file__).parent / "public_schemas.jsonl").read_text(encoding="utf-8").splitlines()
    for one in (json.loads(line),)
}
DOCS = Path(__file__).parents[2] / "docs" / "shapes.md"


def leaves(row: dict[str, Any], pattern: str) -> Iterator[Any]:
    """Values of a row at the places that a pattern means."""
    for place in survey([row]).below():
        if (
            place.parent is not None
            and not place.children
            and not place.items
            and pattern_fits(pattern, place)
        ):
            yield from place.reach(row)


def translated(record: Record) -> dict[str, Any]:
    """The row with every text that goes to an engine in capitals."""
    return rewritten(
        record.row, ((item.path, item.part, item.text.upper()) for item in record.to_translate())
    )


def texts_of(row: dict[str, Any], pattern: str) -> list[str]:
    return [value for value in leaves(row, pattern) if isinstance(value, str) and value.strip()]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_comes_out_whole(name: str, tmp_path: Path) -> None:
    family = FAMILIES[name]
    found = items(write(tmp_path / "rows.jsonl", json_lines(family["rows"])))
    assert [type(item) for item in found] == [Record] * len(family["rows"]), found
    for row, record in zip(family["rows"], found, strict=True):
        assert isinstance(record, Record)
        result = translated(record)
        for pattern in family["translated"]:
            wanted = [text.upper() for text in texts_of(row, pattern)]
            for mark in family.get("marks", ()):  # of turns in a text, and calls of tools
                wanted = [text.replace(mark.upper(), mark) for text in wanted]
            assert texts_of(result, pattern) == wanted, pattern
        for pattern in family["kept"]:
            assert list(leaves(result, pattern)) == list(leaves(row, pattern)), pattern
        for pattern in family["json"]:
            for source, target in zip(texts_of(row, pattern), texts_of(result, pattern), strict=True):
                assert shape(json.loads(target)) == shape(json.loads(source)), pattern


@pytest.mark.parametrize("name", SCHEMAS)
def test_of_a_public_schema_the_texts_are_translated_and_all_else_is_the_same(
    name: str, tmp_path: Path
) -> None:
    """`public_schemas.jsonl` has rows, where their language is, and values there that are none (`same`)."""
    schema = SCHEMAS[name]
    said, same = schema["translated"], schema.get("same", ())
    for row, record in zip(
        schema["rows"], items(write(tmp_path / "a.jsonl", json_lines(schema["rows"]))), strict=True
    ):
        assert isinstance(record, Record), record
        result = translated(record)
        for place in survey([row]).below():
            if place.parent is None or place.children or place.items:
                continue
            language = any(pattern_fits(one, place) and not pattern_fits(one, place.parent) for one in said)
            for before, after in zip(place.reach(row), place.reach(result), strict=True):
                changed = language and isinstance(before, str) and before not in same
                assert after == (before.upper() if changed else before), place.pattern


@pytest.mark.parametrize(
    ("name", "problem", "answers"),
    [
        ("CoT Collection", "source", ["because of the lighthouse"]),
        ("LegalBench", "text", ["Yes", "No"]),
        ("LeetCodeDataset", "query", [None]),
        ("miniF2F nl", "informal_prefix", [None]),
        ("CAMEL math", "message_1", ["61"]),
        ("TriviaQA", "question", ["The tulip"]),
        ("Natural Questions open", "question", ["fishermen", "in the spring"]),
        ("verl search-r1", "question", ["fishermen"]),
        ("DROP", "question", ["twice"]),
        ("ReClor", "question", ["0"]),
        ("GPQA whole", "Question", ["They both turn at the lighthouse"]),
        ("OpenBookQA additional", "question_stem", ["A"]),
        ("codeforces-cots", "prompt", [None]),
        ("KTO", "prompt", [None]),
        ("ProcessBench", "problem", [None]),
        ("xLAM 60k", "query", [None]),
        ("Infinity-Instruct", None, [None]),
        ("codeforces open-r1", "description", [None]),
        ("HeadQA", "qtext", ["2"]),
        ("m23k", "prompt", ["The cornea"]),
        ("BigCodeBench", "instruct_prompt", [None]),
        ("Kimina prompts", "natural_language", [None]),
        ("DeepTheorem", "question", ["Proved"]),
        ("WikiTableQuestions spans", "question", ["Stone Bridge"]),
        ("SYNTHETIC-2 2025", "prompt", ["52"]),
        ("SciBench", "problem_text", ["14.7"]),
        ("QuALITY", "question", ["2"]),
        ("ECQA", "q_text", ["by a river"]),
        ("opt columns", "question", ["0"]),
        ("Q A capitals", "Q", [None]),
        ("puzzle", "puzzle", [None]),
        ("exercise", "exercise", ["54"]),
        ("lean multi line", "informal", [None]),
        ("ELI5", "title", [None]),
    ],
)
def test_problem_and_ground_truth(
    name: str, problem: str | None, answers: list[str | None], tmp_path: Path
) -> None:
    source = opened(write(tmp_path / "a.jsonl", json_lines(SCHEMAS[name]["rows"])))
    assert [record.answer for record in source if isinstance(record, Record)] == answers
    assert (source.layout.problem and source.layout.problem.pattern) == problem


@given(
    st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
    st.sampled_from([repr, json.dumps]),
)
def test_strings_in_json_and_in_literals_of_python_are_replaced_where_they_stand(
    value: Any, write_out: Any
) -> None:
    text = write_out([value])
    parts = [Part(start=one.start, end=one.end, name=one.path, quoted=True) for one in json_strings(text)]
    row = {"a": text}
    said = [text_at(row, "a", part) for part in parts]
    assert rewritten(row, (("a", part, one) for part, one in zip(parts, said, strict=True))).keys() == {"a"}
    marked = rewritten(row, (("a", part, f"{one}'\"\\") for part, one in zip(parts, said, strict=True)))["a"]
    read = json.loads if write_out is json.dumps else ast.literal_eval
    assert read(marked) == [changed(value)]


def changed(value: Any) -> Any:
    """A tree with a quote of each kind and a backslash behind every string that is a value."""
    if isinstance(value, dict):
        return {key: changed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(changed, value))
    return f"{value}'\"\\"


def shape(value: Any) -> Any:
    """A JSON value without what its strings say."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return "" if isinstance(value, str) else value


def test_the_table_of_families_is_tested_and_documented() -> None:
    documented = DOCS.read_text(encoding="utf-8")
    for family in families():
        if family.name == "our own corpora":
            continue
        assert family.name in FAMILIES
        assert f"| {family.name} |" in documented
    assert len(families()) >= 40


@pytest.mark.parametrize(
    "name", ["OpenAI tool calls", "Hermes function calling", "SmolTalk2", "OpenCodeReasoning"]
)
def test_code_and_json_are_identical_in_a_corpus(name: str, tmp_path: Path) -> None:
    """100 % of the JSON parses and 100 % of the code is the same, through the whole pipeline."""
    family = FAMILIES[name]
    source = write(tmp_path / "rows.jsonl", json_lines(family["rows"]))
    off = dict.fromkeys(("answer_faults", "number_faults", "protected_faults", "copy_similarity"), False)
    summary = run_build(source, tmp_path / "run", "pt", thresholds=off, back_translation={"enabled": False})
    assert summary["languages"]["pt"]["kept"] == len(family["rows"])
    rows = pl.read_parquet(tmp_path / "run/corpus/pt/*.parquet").to_dicts()
    for row, result in zip(family["rows"], rows, strict=True):
        for pattern, pieces in family["holds"].items():
            for text in texts_of(result, pattern):
                source_text = next(item for item in texts_of(row, pattern) if item[:1] == text[:1])
                assert (
                    all(text.count(piece) == source_text.count(piece) for piece in pieces) or len(pieces) > 1
                )
        for pattern in family["json"]:
            for text in texts_of(result, pattern):
                json.loads(text)


def test_our_own_corpora_are_read_without_their_own_column(tmp_path: Path) -> None:
    source = write(tmp_path / "rows.jsonl", json_lines(FAMILIES["Alpaca"]["rows"]))
    run_build(source, tmp_path / "run", "pt", back_translation={"enabled": False})
    layout = opened(tmp_path / "run/corpus/pt").layout
    assert {rule.pattern for rule in layout.rules() if rule.treatment is not Treatment.COPY} == {
        "instruction", "input", "output"
    }  # fmt: skip


def test_patterns() -> None:
    chat = {"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]}
    places: dict[str, Place] = {place.pattern: place for place in survey([chat]).below()}
    user, tool = places["messages[role=user].content"], places["messages[role=tool].content"]
    for pattern in ("messages", "messages[]", "messages[].content", "messages.content", "*ssages[].con*"):
        assert pattern_fits(pattern, user), pattern
        assert pattern_fits(pattern, tool), pattern
    assert pattern_fits("messages[role=user|system].content", user)
    assert not pattern_fits("messages[role=user|system].content", tool)
    assert not pattern_fits("messages[role!=tool].content", tool)
    assert not pattern_fits("content", user)
