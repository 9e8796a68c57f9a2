"""`parallelize audit`: one verdict a row, in input order, with reasons from the closed vocabulary."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from parallelize.cli.main import main
from parallelize.core.verdicts import Reason

ROWS = [
    ("Anna has 12 apples and gives 5 of them to her brother. How many apples are left?",
     "Anna hat 12 Äpfel und gibt 5 davon ihrem Bruder. Wie viele Äpfel bleiben übrig?"),
    ("Anna has 12 apples and gives 5 of them to her brother. How many apples are left?",
     "Anna has 12 apples and gives 5 of them to her brother. How many  apples are left?"),
    ("A train needs 3 hours for the whole trip to the sea. How long do two trips take?",
     "Der Zug " + "braucht drei Stunden und " * 40),
    ("Let $x = 3$ be the number of boxes. How many boxes are there in the cellar?",
     "Es sei $x = 4$ die Anzahl der Kisten. Wie viele Kisten stehen im Keller?"),
]  # fmt: skip


def test_rows_come_back_in_order_with_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "de.jsonl"
    source.write_text(
        "".join(
            json.dumps({"id": f"r{n}", "source": en, "target": de}) + "\n" for n, (en, de) in enumerate(ROWS)
        )
    )
    out = tmp_path / "rows.jsonl"
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(source), "--lang", "de", "--rows", str(out), "--json"])
    assert caught.value.code == 0
    summary = json.loads(capsys.readouterr().out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["r0", "r1", "r2", "r3"]
    assert [row["kept"] for row in rows] == [True, False, False, False]
    assert "untranslated" in rows[1]["reasons"]
    assert "repetition" in rows[2]["reasons"]
    assert "protected" in rows[3]["reasons"]
    assert all(set(row["reasons"]) <= {reason.value for reason in Reason} for row in rows)
    assert all({"scores", "kept", "reasons", "id"} <= row.keys() for row in rows)
    assert json.dumps(summary).count('"kept"') >= 1


def audited(source: Path, *words: str) -> list[dict[str, Any]]:
    out = source.with_name("verdicts.jsonl")
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(source), "--lang", "de", "--rows", str(out), "--quiet", *words])
    assert caught.value.code == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_few_measures_say_what_they_say_among_all(tmp_path: Path) -> None:
    source = tmp_path / "de.jsonl"
    source.write_text("".join(json.dumps({"source": en, "target": de}) + "\n" for en, de in (*ROWS, ROWS[0])))
    asked = ("length_deviation", "repetition")
    whole, few = audited(source), audited(source, "--measures", ", ".join(asked))
    for row, again in zip(whole, few, strict=True):
        assert again["scores"] == {name: row["scores"][name] for name in ("empty_fields", *asked)}
    assert [row["kept"] for row in few] == [True, True, False, True, True]


@pytest.mark.parametrize(("named", "said"), [("lenght", "no measure is called"), ("comet", "scoring model")])
def test_a_measure_that_cannot_be_asked_for_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], named: str, said: str
) -> None:
    source = tmp_path / "de.jsonl"
    source.write_text(json.dumps({"source": ROWS[0][0], "target": ROWS[0][1]}) + "\n")
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(source), "--lang", "de", "--measures", named])
    assert caught.value.code not in (0, None)
    assert said in capsys.readouterr().err


def test_a_missing_field_names_those_that_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "de.jsonl"
    source.write_text('{"id": "a", "source": "Hello.", "target": "Hallo."}\n')
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(source), "--lang", "de", "--source-field", "source", "--target-field", "german"])
    assert caught.value.code == 1
    said = capsys.readouterr().err
    assert "german" in said
    assert "target" in said


@pytest.mark.parametrize("given", ["{folder}", "{folder}/train.de", "{folder}/train.de.gz"])
def test_sources_of_text_files_are_found_by_their_names(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for code, place in (("en", 0), ("de", 1)):
        lines = "".join(row[place] + "\n" for row in ROWS).encode()
        packed = given.endswith(".gz")
        (tmp_path / f"train.{code}{'.gz' * packed}").write_bytes(gzip.compress(lines) if packed else lines)
    path = given.format(folder=tmp_path)
    assert [row["kept"] for row in audited(Path(path))] == [True, False, False, False]
    assert f"sources are the lines of {tmp_path}/train.en" in capsys.readouterr().out


def test_of_two_pairs_of_text_files_one_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.en", "a.de", "b.en", "b.de", "c.en", "d.de"):
        (tmp_path / name).write_text("x\n")
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(tmp_path), "--lang", "de"])
    assert caught.value.code == 1
    assert "2 pairs of text files: a.de, b.de" in capsys.readouterr().err
