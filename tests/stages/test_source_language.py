"""Texts in other languages, and tasks about the language itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallelize.core.records import Record, Treatment
from parallelize.stages.ingest import NoteKind, RejectedRow, RejectReason
from parallelize.stages.ingest.source_language import is_foreign, is_language_task
from tests.stages.ingest_files import items, json_lines, opened, write

TASKS = [
    "Translate the following sentence into Italian: The ship is late.",
    "Correct this sentence: He go home yesterday.",
    "Use the word 'gentle' in a sentence.",
    "What rhymes with stone?",
    "How many letters are in the word raspberry?",
    "Give three synonyms for quick.",
    "Write a limerick about a goat.",
    "Fix the spelling in the text below.",
]
NO_TASKS = [
    "Rewrite the sentence so that it sounds more friendly.",
    "Write a function that counts the vowels of a text.",
    "A postman delivers letters. How many letters are left in his bag?",
    "Translate the triangle by the vector (1, 2).",
    "Without rhyme or reason he sold 3 of his 7 cows. How many are left?",
    "How many arrangements of the letters of BANANA are there?",
    "Write a program that finds out whether two strings are anagrams.",
]


def test_tasks_about_the_language_are_told_from_those_that_mention_it() -> None:
    assert [text for text in TASKS if not is_language_task(text, "en")] == []
    assert [text for text in NO_TASKS if is_language_task(text, "en")] == []
    assert not is_language_task(TASKS[0], "de")


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Der Bauer hat drei Kühe und die Nachbarin hat vier davon in ihrem Stall.", True),
        ("У фермера три коровы, а у соседки четыре.", True),
        ("農夫は牛を三頭飼っています", True),
        ("The farmer has three cows, and his neighbor has four of them.", False),
        ("Find $\\sin 20^\\circ \\sin 40^\\circ \\sin 60^\\circ$.", False),
        ("x = 3, y = 4", False),
        ("Komşunun ahırındaki ineklerden dördü sabah erkenden yeşil tepeye doğru yürümeye başladı.", True),
        ("Anh ấy đã mua ba con bò và bốn con dê ở chợ vào sáng hôm qua, rồi đi về nhà.", True),
        ("Os bares ficam cheios à noite, e ele não quer que a casa fique sem pão.", True),
        ("Er liest in der Küche ein Buch, das ihm die Nachbarin gab, und sie will es auch lesen.", True),
        ("Two packs per box = <<2*6=12>>12 pencils per box, 5 boxes per shelf, 3 shelves per room", False),
        ("Butter, sugar, flour, salt, eggs, milk, vanilla, lemon peel, baking powder, chocolate", False),
        ("The café on the rue Molière sold crème brûlée to the Müllers and the Garcías.", False),
        ("Yes", False),
    ],
)
def test_only_what_is_clearly_in_another_language_is_foreign(text: str, foreign: bool) -> None:
    assert is_foreign(text, "en") is foreign


def test_foreign_parts_are_copied_and_counted(tmp_path: Path) -> None:
    rows = [
        {
            "problem": "How many cows are there?",
            "solution": "Es sind drei Kühe auf der Weide und eine davon ist braun.",
        },
        {"problem": "How many hens are there?", "solution": "There are four of them on the meadow."},
    ]
    source = opened(write(tmp_path / "a.jsonl", json_lines(rows)))
    first, second = source
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert [item.treatment for item in first.texts] == [Treatment.TRANSLATE, Treatment.COPY]
    assert [item.treatment for item in second.texts] == [Treatment.TRANSLATE] * 2
    (note,) = (note for note in source.describe().notes if note.kind is NoteKind.FOREIGN)
    assert note.count == 1


def test_tasks_about_the_language_are_rejected_where_that_is_asked(tmp_path: Path) -> None:
    rows = [{"messages": [{"role": "user", "content": text}]} for text in (TASKS[0], NO_TASKS[0])]
    path = write(tmp_path / "a.jsonl", json_lines(rows))
    assert all(isinstance(item, Record) for item in items(path))
    dropped, kept = items(path, keep_language_tasks=False)
    assert isinstance(dropped, RejectedRow)
    assert dropped.reason is RejectReason.UNTRANSLATABLE
    assert isinstance(kept, Record)
