"""The letter of the right choice, however a data set says which one it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallelize.core.records import Record, Role, Treatment
from parallelize.stages.export_examples import example
from parallelize.stages.ingest.values import held_answer
from parallelize.stages.lettered import Counting, letter_of, lettered
from parallelize.store.aligned import open_aligned
from parallelize.store.row_texts import RowTexts, row_texts
from tests.runs import run_build
from tests.stages.ingest_files import items, json_lines, write


def texts_of(row: dict[str, Any], tmp_path: Path) -> RowTexts:
    (record,) = items(write(tmp_path / "rows.jsonl", json_lines([row])))
    assert isinstance(record, Record)
    places = [{"path": one.path, "role": one.role, "speaker": one.speaker} for one in record.texts]
    return row_texts(record.row, places, answer=record.answer)


ASKED = {"question": "Which of these animals lays eggs?"}
ANIMALS = ["the dog", "the hen", "the cow", "the goat"]


@pytest.mark.parametrize(
    ("row", "letter"),
    [
        ({"choices": ANIMALS, "answer": 1}, "B"),
        ({"choices": ANIMALS, "answer": "B"}, "B"),
        ({"choices": ANIMALS, "answer": "(b)"}, "B"),
        ({"choices": ANIMALS, "answer": "the hen"}, "B"),
        ({"choices": {"text": ANIMALS, "label": ["1", "2", "3", "4"]}, "answerKey": "2"}, "B"),
        ({"choices": {"text": ANIMALS, "label": ["A", "B", "C", "D"]}, "answerKey": "D"}, "D"),
        ({"options": {"A": "the dog", "B": "the hen"}, "answer_idx": "B"}, "B"),
        (
            {
                "choices": [{"label": "K", "text": "the dog"}, {"label": "L", "text": "the hen"}],
                "answer": "L",
            },
            "B",
        ),
        ({"choices": ANIMALS, "answer": 7}, None),
    ],
)
def test_the_right_choice_is_found(row: dict[str, Any], letter: str | None, tmp_path: Path) -> None:
    assert letter_of(texts_of({**ASKED, **row}, tmp_path)) == letter


def test_choices_that_are_no_language_stay_in_their_places(tmp_path: Path) -> None:
    row = {
        "question": "What is 3 + 4?",
        "choices": ["7", "$2x$", "None of these is right", "12"],
        "answer": 3,
    }
    texts = texts_of(row, tmp_path)
    assert texts.choices == ("7", "$2x$", "None of these is right", "12")
    assert letter_of(texts) == "D"
    assert lettered(texts).splitlines()[2:] == ["A. 7", "B. $2x$", "C. None of these is right", "D. 12"]
    (record,) = items(tmp_path / "rows.jsonl")
    assert isinstance(record, Record)
    kept = [one.text for one in record.texts if one.treatment is Treatment.COPY and one.role is Role.CHOICE]
    assert kept == ["7", "$2x$", "12"]


def test_all_rows_tell_whether_indices_count_from_one() -> None:
    def counted(*answers: str) -> bool:
        counting = Counting()
        for answer in answers:
            counting.see(RowTexts(problem="Who?", choices=("Ann", "Beth"), answer=answer))
        return counting.from_one

    assert [counted("1", "2"), counted("0", "1"), counted("1", "1"), counted("Ann", "B")] == [
        True,
        False,
        False,
        False,
    ]
    second = RowTexts(problem="Who?", choices=("Ann", "Beth"), answer="2")
    assert (letter_of(second, from_one=True), letter_of(second)) == ("B", None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('["252"]', "252"),
        ('{"ground_truth": "252"}', "252"),
        ('{"level": 3, "answer": 7}', "7"),
        ("[0, 5]", None),
        ('["4", "9"]', None),
        ("{1, 2}", None),
        ('{"input": "3"}', None),
    ],
)
def test_answers_in_json_text(text: str, answer: str | None) -> None:
    assert held_answer(text) == answer


def test_a_right_answer_with_a_column_of_its_own_is_a_letter_in_every_language(tmp_path: Path) -> None:
    rows = [
        {
            "Question": f"What will most likely happen to plant number {n} without any light?",
            "Correct Answer": f"its leaves turn yellow after {n} days",
            "Incorrect Answer 1": f"it grows twice as fast for {n} days",
            "Incorrect Answer 2": f"nothing happens to it in {n} days",
        }
        for n in range(2, 20)
    ]
    off = dict.fromkeys(("copy_similarity", "off_target_parts", "foreign_share", "length_deviation"), False)
    source = write(tmp_path / "rows.jsonl", json_lines(rows))
    run_build(source, tmp_path / "run", "pt", thresholds=off, back_translation={"enabled": False})
    corpus = open_aligned(tmp_path / "run")
    letters = []
    for row in corpus.read(["en", "pt"]):
        english, ours = (
            example(row, code, instruction=None, data_source="plants", index=0) for code in ("en", "pt")
        )
        assert english is not None
        assert ours is not None
        assert english.answer == ours.answer
        assert f"{english.answer}. its leaves turn yellow" in english.question
        letters.append(english.answer)
    assert set(letters) == set("ABC")
    (alone,) = [row for row in corpus.read(["pt"]) if row.answer == rows[0]["Correct Answer"]]
    shown = example(alone, "pt", instruction=None, data_source="plants", index=0)
    assert shown is not None
    assert shown.answer == letters[0]
