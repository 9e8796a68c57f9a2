"""Steps with verdicts and problems in several columns become training rows, or say what they lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parallelize.core.errors import InputError
from parallelize.store.row_texts import row_texts
from tests.runs import run_build
from tests.stages.test_export import export, written

TOLD = ["Six boxes hold twelve rolls each.", "That makes seventy rolls.", "So there are seventy."]


@pytest.mark.parametrize(
    ("row", "verdicts"),
    [
        ({"completions": TOLD, "labels": [True, False, False]}, [True, False, False]),
        ({"steps": TOLD, "ratings": [1, 0, -1]}, [True, False, False]),
        ({"steps": TOLD, "labels": ["+", "-", "-"]}, [True, False, False]),
        ({"response": TOLD, "label": ["+", "+", "-"]}, [True, True, False]),
        ({"steps": TOLD, "label": 1}, [True, False]),
        ({"steps": TOLD, "label": -1}, [True, True, True]),
        ({"steps": [{"text": one, "is_correct": "right" in one} for one in TOLD]}, [False, False, False]),
        ({"steps": TOLD, "labels": [True, False]}, []),
        ({"steps": TOLD, "labels": ["a", "b", "c"]}, []),
        ({"steps": TOLD}, []),
    ],
)
def test_verdicts_on_steps_are_found_in_every_form(row: dict[str, Any], verdicts: list[bool]) -> None:
    name = next(iter(row))
    within = ".text" if isinstance(row[name][0], dict) else ""
    facts = [{"path": f"{name}[{n}]{within}", "role": "solution", "speaker": ""} for n in range(3)]
    found = row_texts(row, facts, answer=None)
    assert list(found.verdicts) == verdicts
    assert list(found.steps) == TOLD[: len(verdicts)]


def test_steps_with_verdicts_and_problems_of_several_columns_become_training_rows(tmp_path: Path) -> None:
    question = "A baker packs six boxes with twelve rolls each. How many rolls are there?"
    task = "Write a program that reads two numbers and prints the larger one of them."
    judged = {"problem": question, "steps": TOLD, "label": 1}
    program = {
        "description": task,
        "input_format": "The first line holds two of the numbers.",
        "output_format": "Print the larger one of the two numbers.",
        "examples": [{"input": "1 2\n", "output": "2"}],
        "editorial": "It is enough to compare the two numbers with each other.",
        "official_tests": [{"input": "3 4", "output": "4"}],
    }
    off = dict.fromkeys(("answer_faults", "number_faults", "left_words", "structure_faults"), False)
    for name, row in (("judged", judged), ("program", program)):
        source = tmp_path / f"{name}.jsonl"
        source.write_text(json.dumps(row) + "\n")
        run_build(source, tmp_path / name, "pt", thresholds=off, back_translation={"enabled": False})
    export(tmp_path / "judged", "trl-prm", tmp_path / "prm", languages=("en", "pt"))
    english, ours = written(tmp_path / "prm", "trl-prm", 2)
    assert (english["prompt"], english["completions"], english["labels"]) == (
        question,
        TOLD[:2],
        [True, False],
    )
    assert len(ours["completions"]) == 2
    assert ours["completions"] != TOLD[:2]
    said = export(tmp_path / "judged", "trl-sft", tmp_path / "sft", languages=("en", "pt"))
    assert said["files"]["mix-2.parquet"]["left_out"] == {"verdicts on steps": 2}
    with pytest.raises(InputError, match="verdict on each"):
        export(tmp_path / "program", "trl-prm", tmp_path / "none", languages=("en", "pt"))
    with pytest.raises(InputError, match="label that is true or false"):
        export(tmp_path / "program", "trl-kto", tmp_path / "none", languages=("en", "pt"))
    export(tmp_path / "program", "messages", tmp_path / "m", languages=("en", "pt"))
    asked, told = written(tmp_path / "m", "messages", 2)[0]["messages"]
    wanted = (task, program["input_format"], program["output_format"], "```\n1 2\n```", "```\n2\n```")
    assert (asked["content"], told["content"]) == ("\n\n".join(map(str, wanted)), program["editorial"])
