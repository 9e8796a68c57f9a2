"""Reading a responses file: every format alike, roles, and what is wrong said with row, field and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from parallelize.assemble.response_files import read_responses
from parallelize.core.errors import InputError
from parallelize.evaluation.responses import UNNAMED, Response, ResponseColumns

ROWS: list[dict[str, object]] = [
    {
        "id": "a", "language": "de", "response": 'Zeile "eins",\nZeile zwei; 3,5\t€', "gold": "3.5",
        "prompt": "Frage?", "prompt_language": "en", "finish_reason": "stop", "model": "m1", "source": "mgsm",
        "sample": "0", "level": "low",
    },
    {
        "id": "b", "language": "zh-CN", "response": None, "gold": None, "prompt": None,
        "prompt_language": None, "finish_reason": "length", "model": None, "source": None,
        "sample": None, "level": None,
    },
]  # fmt: skip


def write(folder: Path, ending: str) -> Path:
    path = folder / f"r.{ending}"
    frame = pl.DataFrame(ROWS)
    if ending == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n\n" for row in ROWS), encoding="utf-8")
    elif ending == "json":
        path.write_text(json.dumps(ROWS), encoding="utf-8")
    elif ending == "parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path, separator="\t" if ending == "tsv" else ",")
    return path


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_format_reads_alike(tmp_path: Path, ending: str) -> None:
    assert read_responses(write(tmp_path, ending)) == [
        Response(
            row=1, id="a", language="de", response=str(ROWS[0]["response"]), prompt="Frage?",
            prompt_language="en", gold="3.5", finish_reason="stop", model="m1", source="mgsm", sample="0",
            level="low",
        ),
        Response(row=2, id="b", language="zh-CN", response="", finish_reason="length"),
    ]  # fmt: skip


def test_what_is_missing_gets_its_default(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = ['{"language":"de","response":5}', '{"language":"de"}', '{"language":"de","response":NaN}']
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second, third = read_responses(path)
    assert third.response == ""  # what a data frame writes for a missing value
    assert (first.id, first.response, first.gold, first.model) == ("1", "5", None, UNNAMED)
    assert (second.id, second.response, second.cut) == ("2", "", False)


def test_columns_constants_and_where_a_response_begins(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('text,lang,x\n"Frage ### Antwort ### Ende",xx,1\nkein Zeichen,yy,2\n', encoding="utf-8")
    columns = ResponseColumns(
        fields={"response": "text", "gold": "x"}, constants={"language": "sw"}, begin_after="###"
    )
    first, second = read_responses(path, columns)
    assert (first.language, first.response, first.gold) == ("sw", " Antwort ### Ende", "1")
    assert second.response == "kein Zeichen"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.jsonl", "", "no rows"),
        ("r.jsonl", "\n\n", "no rows"),
        ("r.json", "[]", "no rows"),
        ("r.csv", "language,response\n", "no rows"),
        ("r.jsonl", '{"language":"de","response":"a"}\n{bad\n', "line 2, column 2: broken JSON"),
        ("r.jsonl", '["de","a"]\n', "no column 'response'"),
        ("r.json", '[{"language":"de"\n', "broken JSON"),
        ("r.json", "[1, 2]", "not a JSON object"),
        ("r.jsonl", '{"response":"a"}\n', "no column 'language' for language; it has response"),
        ("r.jsonl", '{"language":"de","text":"a"}\n', "no column 'response' for response"),
        ("r.jsonl", '{"language":"de","response":"a"}\n{"language":" ","response":"a"}\n', "row 2, language"),
        ("r.jsonl", '{"language":null,"response":"a"}\n', "row 1, language: no language"),
        ("r.jsonl", '{"language":"klingon","response":"a"}\n', "row 1, language: unknown language"),
        (
            "r.jsonl",
            '{"language":"de","response":"a","prompt_language":"q!"}\n',
            "row 1, prompt_language: unknown language",
        ),
        ("r.txt", "a", "extension '.txt' is not known"),
        ("r.parquet", "not parquet", "not a readable Parquet file"),
    ],
)
def test_wrong_files_are_refused_with_the_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_responses(path)
    assert message in caught.value.message
    assert str(path) in caught.value.message


def test_roles_that_do_not_fit(tmp_path: Path) -> None:
    path = write(tmp_path, "jsonl")
    with pytest.raises(InputError, match="unknown role 'answer'"):
        read_responses(path, ResponseColumns(fields={"answer": "gold"}))
    with pytest.raises(InputError, match="no column 'x' for gold"):
        read_responses(path, ResponseColumns(fields={"gold": "x"}))
    with pytest.raises(InputError, match="does not exist"):
        read_responses(tmp_path / "none.jsonl")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    for name in ("r.csv", "r.json", "r.jsonl"):
        path = tmp_path / name
        path.write_bytes(b'language,response\nde,"\xff\xfe"\n')
        with pytest.raises(InputError, match=name):
            read_responses(path)


@pytest.mark.parametrize("reason", ["length", "LENGTH", "max_tokens", " max_output_tokens "])
def test_reasons_of_a_cut(reason: str) -> None:
    assert Response(row=1, id="1", language="de", response="", finish_reason=reason).cut
    assert not Response(row=1, id="1", language="de", response="", finish_reason="stop").cut


def rows_read(folder: Path, *rows: dict[str, object]) -> list[Response]:
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return list(read_responses(path))


@pytest.mark.parametrize(
    ("answers", "gold"), [(["37"], "37"), ({"text": ["Tuesday"], "answer_start": [4]}, "Tuesday"), (8, "8")]
)
def test_a_gold_answer_may_stand_in_a_column_of_answers(tmp_path: Path, answers: object, gold: str) -> None:
    (found,) = rows_read(tmp_path, {"language": "fi", "response": "Vastaus on 37.", "answers": answers})
    assert found.gold == gold


def test_all_thinking_of_a_chat_is_read(tmp_path: Path) -> None:
    asked = {"role": "user", "content": "6 * 7?"}
    noted = {"role": "assistant", "channel": "analysis", "content": "Kuusi kertaa."}
    said = {"role": "assistant", "channel": "final", "content": "42", "reasoning_content": "Seitsemän."}
    (found,) = rows_read(tmp_path, {"language": "fi", "messages": [asked, noted, said]})
    assert (found.response, found.thinking) == ("42", "Kuusi kertaa.\n\nSeitsemän.")


def test_of_equal_turns_the_last_counts(tmp_path: Path) -> None:
    asked = {"role": "user", "content": "Go on."}
    old = {"role": "assistant", "channel": "analysis", "content": "Eka."}
    new = {"role": "assistant", "channel": "analysis", "content": "Toka."}
    said = {"role": "assistant", "content": "Valmis."}
    (found,) = rows_read(tmp_path, {"language": "fi", "messages": [asked, old, said, asked, new, said]})
    assert found.thinking == "Toka."
