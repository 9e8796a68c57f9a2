"""Decontamination: what it must find, what it must let through, and what it says about it."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.records import Record, Role, Text
from parallelize.core.sources import RowStream
from parallelize.stages.decontaminate import (
    Decontaminator,
    OverlapRule,
    decontaminate,
    evaluation_texts,
)
from parallelize.stages.evaluation_sets import index_evaluation_set
from parallelize.stages.ingest import RejectedRow, RejectReason
from parallelize.stages.word_runs import normalised_words

FERRY = (
    "A ferry carries 24 cars and 6 lorries across the bay, and each car pays 5 coins while each lorry pays "
    "three times as much. How many coins does one crossing bring?"
)
BAKER = (
    "On Monday a baker sells forty loaves before noon and half as many after it; how many loaves are left "
    "of the ninety that she baked?"
)

WORDS = ["red", "green", "blue", "ox", "cat", "12", "7", "of", "the", "x"]


def record(problem: str, solution: str = "It is easy.", name: str = "r") -> Record:
    return Record(
        id=name,
        row={"problem": problem, "solution": solution},
        texts=(
            Text(path="problem", role=Role.PROBLEM, text=problem),
            Text(path="solution", role=Role.SOLUTION, text=solution),
        ),
        answer=None,
    )


def test_a_copy_in_other_dress_is_found_with_its_evidence() -> None:
    index = Decontaminator.from_rows([("toll:7", FERRY), ("bread:1", BAKER)])
    dressed = "Question:\n" + FERRY.upper().replace(", ", " — ") + "\nThink first."
    found = index.check([dressed])
    assert found is not None
    assert (found.label, found.rule) == ("toll:7", OverlapRule.RUN)
    assert found.words == "a ferry carries 24 cars and 6 lorries across the bay and each"
    assert len(found.words.split()) == 13


def test_thirteen_shared_words_contaminate_and_twelve_do_not() -> None:
    index = Decontaminator.from_rows([("bread", BAKER)])
    words = normalised_words(BAKER)
    assert index.check(["Once more: " + " ".join(words[3:16]) + " as ever"]) is not None
    assert index.check(["Once more: " + " ".join(words[3:15]) + " as ever"]) is None


def test_a_copy_inside_a_solution_counts() -> None:
    index = Decontaminator.from_rows([("toll", FERRY)])
    rows = list(decontaminate([record("What now?", f"We recall: {FERRY} So 210."), record(BAKER)], index))
    assert isinstance(rows[0], RejectedRow)
    assert rows[0].reason is RejectReason.CONTAMINATED
    assert "toll" in rows[0].detail
    assert "ferry carries" in rows[0].detail
    assert isinstance(rows[1], Record)


def test_rejected_rows_pass_in_order() -> None:
    index = Decontaminator.from_rows([("toll", FERRY)])
    before = RejectedRow(id="x", reason=RejectReason.NO_PROBLEM, detail="line 1")
    assert next(decontaminate([before, record(BAKER, name="y")], index)) is before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Solve x + 1 = 2.", True),
        ("solve  $x+1=2$", True),
        ("Solve x - 1 = 2.", False),
        ("Solve x + 1 = 2 and y.", False),
    ],
)
def test_short_problems_are_compared_whole_with_their_signs(text: str, found: bool) -> None:
    index = Decontaminator.from_rows([("short", "Solve x + 1 = 2")])
    overlap = index.check([text])
    assert (overlap is not None) is found
    if overlap is not None:
        assert overlap.rule is OverlapRule.EXACT


def test_a_row_of_eight_to_twelve_words_is_looked_for_as_a_whole() -> None:
    index = Decontaminator.from_rows([("mid", "How many eggs do seven hens lay in a week?")])
    assert index.check(["Please tell: how many eggs do seven hens lay in a week, in all"]) is not None
    assert index.check(["How many eggs do seven hens lay in a year?"]) is None


def test_phrases_of_the_trade_and_numbers_are_no_evidence() -> None:
    phrase = "and as ever please give your final result as a whole number without any unit at the end"
    topics = [*WORDS[:5], "barge", "clock", "drum", "engine", "fence", "glacier", "hill"]
    rows = [
        (f"a{i}", " ".join(f"{word}{i}of" for word in topics) + f" have size {i}, {phrase}") for i in range(9)
    ]
    index = Decontaminator.from_rows([*rows, ("numbers", "Add " + " + ".join(map(str, range(1, 40))))])
    assert index.check([f"Ask for rain {phrase}."]) is None
    assert index.check(["Write " + ", ".join(map(str, range(1, 60)))]) is None
    assert index.check([rows[4][1]]) is not None
    assert index.describe()["ignored_runs"] > 0


def test_the_stock_phrase_of_competitions_is_no_evidence_even_once() -> None:
    stock = "can be written as m/n, where m and n are relatively prime positive integers. Find m + n."
    row = f"Ann rolls three dice that have nine sides each and adds them. The chance of an odd sum {stock}"
    index = Decontaminator.from_rows([("dice", row)])
    assert index.check([f"Two coins fall. The chance of two heads {stock}"]) is None
    assert index.check([f"Now: {row}"]) is not None


def test_repeated_evaluation_rows_are_one_row_and_not_a_common_phrase() -> None:
    index = Decontaminator.from_rows([(f"sample-{i}", FERRY) for i in range(16)])
    found = index.check([f"Now: {FERRY}"])
    assert found is not None
    assert found.label == "sample-0"
    assert index.describe()["evaluation_rows"] == 1


def test_variants_of_one_problem_stay_evidence() -> None:
    rows = [
        (f"v{i}", FERRY.replace("24", str(i + 20)).replace("5 coins", f"{i + 2} coins")) for i in range(8)
    ]
    index = Decontaminator.from_rows(rows)
    assert all(index.check([f"Try: {text}"]) is not None for _, text in rows)


def test_share_finds_light_edits() -> None:
    edited = (
        FERRY.replace("24 cars", "31 cars").replace("5 coins", "9 coins").replace("three times", "four times")
    )
    assert Decontaminator.from_rows([("toll", FERRY)], n=13).check([edited]) is None
    found = Decontaminator.from_rows([("toll", FERRY)], share=0.5).check([edited])
    assert found is not None
    assert found.rule is OverlapRule.SHARE
    assert found.share == pytest.approx(21 / 32)


def test_scripts_without_spaces() -> None:
    text = "小明有十二个苹果，他给了小红五个，又买了三个，现在他有几个苹果？"
    index = Decontaminator.from_rows([("zh", text)])
    assert index.check(["题目：" + text.replace("，", " , ") + "请回答"]) is not None
    assert index.check(["小明有十二个橘子，他吃了两个，剩下几个？"]) is None


def test_marks_stay_in_their_words() -> None:
    assert normalised_words("রহিমের কাছে ১২টি") == ["রহিমের", "কাছে", "১২টি"]


@given(
    st.lists(st.sampled_from(WORDS), min_size=0, max_size=60),
    st.data(),
)
def test_the_index_agrees_with_a_plain_search(words: list[str], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.sampled_from([*WORDS, "new"]), max_size=60))
    n = data.draw(st.integers(8, 14))
    if len(words) < n:
        return
    index = Decontaminator.from_rows([("e", " ".join(words))], n=n)
    lettered = {"red", "green", "blue", "ox", "cat", "of", "the"}
    runs = {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}
    runs = {run for run in runs if sum(word in lettered for word in run) >= 4}
    expected = any(tuple(other[i : i + n]) in runs for i in range(len(other) - n + 1)) or (
        "".join(words) == "".join(other)
    )
    assert (index.check([" ".join(other)]) is not None) is expected


def test_what_is_asked_is_what_counts_of_an_evaluation_set() -> None:
    chat = Record(
        id="c",
        row={},
        texts=tuple(
            Text(path=f"messages[{n}].content", role=Role.MESSAGE, text=text, speaker=speaker)
            for n, (speaker, text) in enumerate(
                [("system", "Be brief."), ("user", FERRY), ("assistant", "It brings 210.")]
            )
        ),
        answer=None,
    )
    rows = [record(BAKER, name="b"), chat, RejectedRow(id="n", reason=RejectReason.NO_TEXT, detail="")]
    assert list(evaluation_texts(rows, name="set")) == [("set:b", BAKER), ("set:c", FERRY)]


def test_files_become_an_index_with_their_rows_as_labels(tmp_path: Path) -> None:
    table = tmp_path / "exam.tsv"
    table.write_text(f"{BAKER}\t65\n{FERRY}\t210\n", encoding="utf-8")
    name, index = index_evaluation_set(str(table))
    found = index.check([f"So: {FERRY}"])
    assert found is not None
    assert found.label.startswith(f"{name}:")
    assert index.describe()["evaluation_rows"] == 2
    lines = tmp_path / "exam.jsonl"
    lines.write_text(json.dumps({"id": "e7", "question": FERRY, "answer": "210"}) + "\n", encoding="utf-8")
    found = index_evaluation_set(str(lines))[1].check([FERRY])
    assert found is not None
    assert found.label == "exam:e7"


def test_an_evaluation_file_without_problems_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.tsv"
    path.write_text("a\tb\tc\n1\t2\t3\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column with problems"):
        index_evaluation_set(str(path))
    with pytest.raises(InputError):
        index_evaluation_set(str(tmp_path / "none.jsonl"))


class _Remembers:
    """A place of datasets that has none, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: tuple[str, str | None, str | None] | None = None

    def open(self, dataset: str, **more: str | None) -> RowStream:
        self.asked = (dataset, more.get("config"), more.get("split"))
        raise InputError("there is no such dataset")


def test_a_dataset_is_named_with_config_and_split() -> None:
    hub = _Remembers()
    with pytest.raises(InputError, match="no such dataset"):
        index_evaluation_set("acme/exam:main:test", hub=hub)
    assert hub.asked == ("acme/exam", "main", "test")


def test_an_empty_evaluation_set_and_bad_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="no text"):
        Decontaminator.from_rows([("a", " ")])
    with pytest.raises(InputError, match="n=5"):
        Decontaminator.from_rows([("a", FERRY)], n=5)
    with pytest.raises(InputError, match="share=0"):
        Decontaminator.from_rows([("a", FERRY)], share=0)


def _shared() -> Path:
    named = os.environ.get("PARALLELIZE_SHARED_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.mark.shared_data
def test_planted_test_rows_are_all_found_and_training_rows_let_through() -> None:
    folder = _shared() / "gsm8k"
    if not folder.is_dir():
        pytest.skip("GSM8K is not here")
    tests, trains = (
        [json.loads(line)["question"] for line in (folder / f"{part}.jsonl").open(encoding="utf-8")]
        for part in ("test", "train")
    )
    index = Decontaminator.from_rows([(f"test:{i}", text) for i, text in enumerate(tests)])
    rng = random.Random(5)
    planted = rng.sample(tests, 200)
    assert (
        sum(index.check(["Problem. " + text.lower() + " Answer in French."]) is not None for text in planted)
        == 200
    )
    flagged = [text for text in trains if index.check([text])]
    assert len(flagged) <= 0.02 * len(trains)
