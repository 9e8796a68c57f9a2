"""Audit: every row in gives one row out, in order, and a row that cannot be read says why."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import MEASURES
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.stages.audit import (
    AuditedRow,
    AuditJob,
    FieldNames,
    audit_rows,
    find_fields,
    open_audit,
    with_conventions,
)
from parallelize.stages.score import Scorer

SOURCE = "Anna buys 3 apples and 4 pears at the market every morning. How many fruits does she buy in a week?"
TARGET = (
    "Anna kauft jeden Morgen 3 Äpfel und 4 Birnen auf dem Markt. Wie viele Früchte kauft sie in einer Woche?"
)


@cache
def scorer() -> Scorer:
    """Two identifiers, which are quick to load; pool processes import this function by name."""
    return Scorer((FastTextIdentifier(), LangidIdentifier()), exact_spans=False)


def job(language: str = "de", **overrides: float | None) -> AuditJob:
    return AuditJob(languages=LanguagePair("en", language), thresholds=Thresholds.of(overrides))


def write(path: Path, rows: list[Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def audited(path: str, **options: Any) -> list[AuditedRow]:
    return list(audit_rows(open_audit(path, "de", **options).rows(), job(), scorer, processes=1))


def test_rows_keep_their_ids_and_order(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        [
            {"id": 7, "source": SOURCE, "target": TARGET},
            {"id": "b", "source": SOURCE, "target": SOURCE},
            {"id": None, "source": SOURCE, "target": TARGET},
        ],
    )
    found = audited(path)
    assert [row.id for row in found] == [7, "b", 3]
    assert [row.verdict.kept for row in found] == [True, False, True]
    assert Reason.UNTRANSLATED in found[1].verdict.reasons
    line = found[1].as_dict()
    assert "untranslated" in line["reasons"]
    assert set(line["scores"]) <= set(MEASURES)
    assert set(line["evidence"]) <= set(line["scores"])


@pytest.mark.parametrize("value", [None, "", "  \n", 5, ["text"], float("nan")])
@pytest.mark.parametrize("side", ["source", "target"])
def test_a_row_that_cannot_be_read_is_dropped_with_a_reason(tmp_path: Path, side: str, value: Any) -> None:
    row = {"source": SOURCE, "target": TARGET}
    path = write(tmp_path / "a.jsonl", [row, row | {side: value}, row])
    found = audited(path)
    assert [row.verdict.kept for row in found] == [True, False, True]
    assert found[1].verdict.reasons == (Reason.EMPTY,)
    assert side in found[1].as_dict()["evidence"]["empty_fields"]


def test_an_unreadable_row_is_dropped_whatever_the_thresholds(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"source": SOURCE, "target": TARGET}, {"source": SOURCE}])
    rows = open_audit(path, "de").rows()
    found = list(audit_rows(rows, job(empty_fields=None), scorer, processes=1))
    assert [row.verdict.kept for row in found] == [True, False]


def test_processes_change_neither_order_nor_results(tmp_path: Path) -> None:
    rows = [
        {"id": n, "source": f"{SOURCE} ({n})", "target": SOURCE if n % 5 == 0 else f"{TARGET} ({n})"}
        for n in range(300)
    ]
    opened = open_audit(write(tmp_path / "a.jsonl", rows), "de")
    one = list(audit_rows(opened.rows(), job(), scorer, processes=1))
    two = list(audit_rows(opened.rows(), job(), scorer, processes=2))
    assert [row.id for row in two] == list(range(300))
    assert one == two


@pytest.mark.parametrize(
    ("columns", "language", "pairs"),
    [
        (["source", "target"], "de", [("source", "target")]),
        (["query", "equation", "response", "m_query"], "th", [("query", "m_query")]),
        (
            [
                "english_question",
                "english_response",
                "english_answer",
                "translated_response",
                "translated_answer",
            ],
            "ja",
            [("english_response", "translated_response")],
        ),
        (["en", "fr"], "fr", [("en", "fr")]),
        (["question", "question_fr", "answer"], "fr", [("question", "question_fr")]),
        (
            ["problem", "solution", "problem_translated", "solution_translated"],
            "fr",
            [("problem", "problem_translated"), ("solution", "solution_translated")],
        ),
    ],
)
def test_pairs_are_told_by_name(columns: list[str], language: str, pairs: list[tuple[str, str]]) -> None:
    fields = find_fields(FieldNames(), [dict.fromkeys(columns, "x")], language, "a.jsonl")
    assert [(str(pair.source), str(pair.target)) for pair in fields.pairs] == pairs


def test_columns_inside_objects_are_told_and_named() -> None:
    rows = [{"translation": {"en": "x", "de": "y"}, "meta": {"key": 4}}]
    fields = find_fields(FieldNames(id="meta.key"), rows, "de", "a.jsonl")
    assert fields.pairs[0].target.of(rows[0]) == "y"
    assert fields.id is not None
    assert fields.id.of(rows[0]) == 4


def test_what_cannot_be_told_names_the_columns() -> None:
    with pytest.raises(InputError, match="it has foo, bar") as caught:
        find_fields(FieldNames(), [{"foo": "a", "bar": "b"}], "de", "a.jsonl")
    assert "--source-field" in str(caught.value)
    with pytest.raises(InputError, match="no column 'fuu'"):
        find_fields(FieldNames(source=("fuu",), target=("bar",)), [{"foo": "a", "bar": "b"}], "de", "a.jsonl")


def test_aligned_text_files(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text(f"{SOURCE}\n{SOURCE}\n{SOURCE}\u2028x\n", encoding="utf-8")
    (tmp_path / "a.de").write_text(f"{TARGET}\n\n{TARGET}\u2028x\n", encoding="utf-8")
    found = audited(str(tmp_path / "a.de"), source_file=str(tmp_path / "a.en"))
    assert [row.id for row in found] == [1, 2, 3]
    assert found[1].verdict.reasons == (Reason.EMPTY,)


@pytest.mark.parametrize("short", ["a.en", "a.de"])
def test_files_that_are_not_aligned_are_refused(tmp_path: Path, short: str) -> None:
    for name in ("a.en", "a.de"):
        (tmp_path / name).write_text("x y z\n" * (2 if name == short else 3), encoding="utf-8")
    with pytest.raises(InputError, match=r"has more lines than .* after line 2; .* is line 3 of"):
        audited(str(tmp_path / "a.de"), source_file=str(tmp_path / "a.en"))


def test_two_tables_are_joined_by_id_and_a_missing_source_is_a_reason(tmp_path: Path) -> None:
    source = write(tmp_path / "en.jsonl", [{"id": n, "english_text": SOURCE} for n in (1, 2)])
    target = write(tmp_path / "de.jsonl", [{"id": n, "translated_text": TARGET} for n in (2, 9, 1)])
    found = audited(target, source_file=source)
    assert [row.id for row in found] == [2, 9, 1]
    assert [row.verdict.kept for row in found] == [True, False, True]


def test_headerless_tables_are_aligned_by_row(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text(f"{SOURCE}\t49\n", encoding="utf-8")
    (tmp_path / "de.tsv").write_text(f"{TARGET}\t49\n", encoding="utf-8")
    found = audited(
        str(tmp_path / "de.tsv"), source_file=str(tmp_path / "en.tsv"), columns=("question", "answer")
    )
    assert [row.verdict.kept for row in found] == [True]


def test_responses_without_source(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"response": TARGET}, {"response": SOURCE}, {"response": None}])
    found = audited(path, with_source=False)
    assert [row.verdict.reasons for row in found] == [(), (Reason.LANGUAGE, Reason.MIXED), (Reason.EMPTY,)]


def rows_of_a_chat_set(texts: list[str]) -> dict[str, object]:
    plain = dict(zip(("instruction", "input", "output"), texts, strict=False))
    turns = zip(("user", "assistant"), texts[3:], strict=True)
    return {**plain, "messages": [{"role": role, "content": text} for role, text in turns]}


def test_two_files_of_the_same_shape_are_paired_by_path(tmp_path: Path) -> None:
    english = rows_of_a_chat_set(
        ["Say it well.", "The cows are late.", "Please wait.", "How many are there?", "There are four."]
    )
    german = rows_of_a_chat_set(
        ["Sag es gut.", "Die Kühe sind spät.", "Bitte warte.", "Wie viele sind da?", ""]
    )
    source, target = tmp_path / "en.jsonl", tmp_path / "de.jsonl"
    source.write_text(json.dumps(english) + "\n", encoding="utf-8")
    target.write_text(json.dumps(german) + "\n", encoding="utf-8")
    (row,) = open_audit(str(target), "de", source_file=str(source)).rows()
    assert [path for path, _, _ in row.texts] == ["instruction", "input", "output", "messages[0].content"]
    assert row.fault == "target 'messages[1].content' is null or blank"


def test_a_corpus_of_ours_is_audited_by_its_paths(tmp_path: Path) -> None:
    texts = [{"path": "question", "role": "problem", "source": "How many cows are there?"}]
    row = {
        "question": "Wie viele Kühe sind da?",
        "level": "1",
        "parallelize": {"id": "r1", "answer": "4", "texts": texts},
    }
    path = tmp_path / "de.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (found,) = open_audit(str(path), "de").rows()
    assert found.texts == (("question", "How many cows are there?", "Wie viele Kühe sind da?"),)
    assert (found.id, found.answer) == ("r1", "4")


@pytest.mark.parametrize("name", ["question_en", "original_question", "question_original"])
def test_a_column_beside_its_source_needs_no_mark(name: str, tmp_path: Path) -> None:
    path = tmp_path / "de.jsonl"
    path.write_text(json.dumps({"question": "Wie viele?", name: "How many?"}) + "\n", encoding="utf-8")
    (row,) = open_audit(str(path), "de").rows()
    assert row.texts == (("question", "How many?", "Wie viele?"),)


def test_chats_and_lists_beside_their_sources_are_paired_by_path(tmp_path: Path) -> None:
    row = {
        "question": "Wie viele?",
        "question_en": "How many?",
        "choices": ["die Kuh", "das Huhn"],
        "choices_en": ["the cow", "the hen"],
        "messages": [{"role": "user", "content": "Wer legt Eier?"}],
        "messages_en": [{"role": "user", "content": "Who lays eggs?"}],
    }
    (found,) = open_audit(write(tmp_path / "de.jsonl", [row]), "de").rows()
    assert set(found.texts) == {
        ("question", "How many?", "Wie viele?"),
        ("choices[0]", "the cow", "die Kuh"),
        ("choices[1]", "the hen", "das Huhn"),
        ("messages[0].content", "Who lays eggs?", "Wer legt Eier?"),
    }
    assert found.fault == ""


def test_sentences_inside_of_json_columns_are_paired_by_their_place(tmp_path: Path) -> None:
    note = {"notes": [{"text": "The cows stand in the field near the river."}], "count": 3}
    there = {"notes": [{"text": "Die Kühe stehen auf dem Feld am Fluss."}], "count": 3}
    texts = [
        {"path": "question", "role": "problem", "source": "How many cows are there?"},
        {"path": "context{}notes[0].text", "role": "context", "source": note["notes"][0]["text"]},
    ]
    ours = {"id": "r1", "answer": "3", "texts": texts}
    row = {"question": "Wie viele Kühe sind da?", "context": json.dumps(there), "parallelize": ours}
    (found,) = open_audit(write(tmp_path / "own.jsonl", [row]), "de").rows()
    assert found.texts[1][1:] == (note["notes"][0]["text"], there["notes"][0]["text"])
    assert found.fault == ""
    english = {
        "question": "How many cows are there?",
        "context": json.dumps(note),
        "output": "There are three.",
    }
    german = {"question": "Wie viele Kühe sind da?", "context": json.dumps(there), "output": "Es sind drei."}
    source = write(tmp_path / "en.jsonl", [english])
    (found,) = open_audit(write(tmp_path / "de.jsonl", [german]), "de", source_file=source).rows()
    assert found.texts[1] == ("context{}notes[0].text", note["notes"][0]["text"], there["notes"][0]["text"])
    german["context"] = "no JSON any more"
    (found,) = open_audit(write(tmp_path / "bad.jsonl", [german]), "de", source_file=source).rows()
    assert found.fault == "target 'context{}notes[0].text' is null or blank"


def gsm8k(count: int) -> list[dict[str, Any]]:
    """Solutions and translations without the line of the answer, and without calculations."""
    return [
        {
            "id": n,
            "source": f"The farmer has {n} cows and buys 4 more.\n"
            f"So he has <<{n}+4={n + 4}>>{n + 4} cows.\n#### {n + 4}",
            "target": f"Der Bauer hat {n} Kühe und kauft 4 weitere.\nAlso hat er {n + 4} Kühe.",
        }
        for n in range(12, 12 + count)
    ]


def test_what_no_translation_has_is_said_once(tmp_path: Path) -> None:
    path = write(tmp_path / "all.jsonl", gsm8k(9))
    opened = with_conventions(open_audit(path, "de"), "de")
    assert [said.split(",")[0] for said in opened.conventions] == [
        "no translation has `#### answer`",
        "no translation has `<<calculation>>`",
    ]
    found = list(audit_rows(opened.rows(), job(), scorer, processes=1))
    assert [row.verdict.reasons for row in found] == [()] * 9


def test_a_wrong_number_is_found_beside_a_convention(tmp_path: Path) -> None:
    rows = gsm8k(9)
    rows[0]["target"] = rows[0]["target"].replace("16", "61")
    opened = with_conventions(open_audit(write(tmp_path / "a.jsonl", rows), "de"), "de")
    first, *others = audit_rows(opened.rows(), job(), scorer, processes=1)
    assert Reason.NUMBERS in first.verdict.reasons
    assert all(row.verdict.kept for row in others)


@pytest.mark.parametrize(("count", "marked"), [(9, 1), (7, 0)])
def test_some_marks_or_few_rows_are_no_convention(count: int, marked: int, tmp_path: Path) -> None:
    rows = gsm8k(count)
    for row in rows[:marked]:
        row["target"] += f"\n<<{row['id']}>> #### {row['id'] + 4}"
    opened = with_conventions(open_audit(write(tmp_path / "a.jsonl", rows), "de"), "de")
    assert opened.conventions == ()
    last = list(audit_rows(opened.rows(), job(), scorer, processes=1))[-1]
    assert not last.verdict.kept, "a mark that one translation has is missing in the others"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("English", "German"), ("EN", "DE"), ("eng_Latn", "deu_Latn"), ("texts.en", "texts.de"),
        ("problem", "problem_german"), ("problem", "Deutsch_problem"), ("problem_eng", "problem_deu"),
        ("answer_en", "answer"), ("answer", "translated_answer"),
    ],
)  # fmt: skip
def test_columns_are_told_by_what_their_language_is_called(source: str, target: str, tmp_path: Path) -> None:
    row: dict[str, Any] = {"question": SOURCE, "question_de": TARGET}
    if source.startswith("problem"):
        row = {"solution": SOURCE, "solution_de": TARGET}
    if not source.startswith(("problem", "answer")):
        row = {}
    for name, text in ((source, SOURCE), (target, TARGET)):
        holder, _, inner = name.rpartition(".")
        (row.setdefault(holder, {}) if holder else row)[inner] = text
    opened = open_audit(write(tmp_path / "a.jsonl", [row, row]), "de")
    paths = {path: (said, told) for path, said, told in next(iter(opened.rows())).texts}
    assert paths[target] == (SOURCE, TARGET)
    assert len(paths) == (2 if source.startswith(("problem", "answer")) else 1)


def test_short_answers_are_compared_and_not_paired(tmp_path: Path) -> None:
    row = {"question": TARGET, "question_en": SOURCE, "answer": "49", "answer_en": "49"}
    opened = open_audit(write(tmp_path / "a.jsonl", [row, row]), "de")
    assert [path for path, _, _ in next(iter(opened.rows())).texts] == ["question"]
