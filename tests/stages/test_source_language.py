"""Texts in other languages, and tasks about the language itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.records import Record, Treatment
from parallelize.stages.ingest import NoteKind, RejectedRow, RejectReason, language_tasks
from parallelize.stages.ingest.language_tasks import is_language_task
from parallelize.stages.ingest.source_language import is_foreign
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
    "Translate 'good morning' into Japanese.",
    "How do you say 'thank you' in Korean?",
    "What is the Spanish word for 'butterfly'?",
    "Give me ten words that rhyme with 'orange'.",
    "Write a haiku about autumn (5-7-5 syllables).",
    "Rewrite this sentence in the passive voice: The dog bit the man.",
    "Identify the adverbs in this sentence: She quickly ran home.",
    "Is 'accomodate' spelled correctly?",
    "Find the misspelled word: recieve, believe, achieve.",
    "Unscramble the letters to make a word: T C A.",
    "What is the plural of 'mouse'?",
    "What is the opposite of 'hot'?",
    "Which word is a synonym of 'happy'? A) sad B) glad",
    "Count the number of vowels in 'education'.",
    "What is the third letter of the word 'planet'?",
    "Write the past tense of 'go'.",
    "Make a palindrome of five letters.",
    "Form an acronym from: United Nations.",
    "Fill in the blank with the correct preposition: She is good ___ math.",
    "Choose the correct article: a or an ___ apple.",
    "How many syllables does 'banana' have?",
    "What does the idiom 'break the ice' mean?",
    "Explain the pun in: I used to be a banker but I lost interest.",
    "Capitalize the first letter of every word: hello world",
    "Reverse the word 'lamp'.",
    "Which of these words is a noun: run, table, quickly?",
    "Punctuate this sentence: lets eat grandma",
    "Convert this sentence into reported speech: He said, 'I am tired.'",
    "Take the last letters of the words in 'Elon Musk' and concatenate them.",
    "Sort the following words alphabetically: pear, apple, fig.",
    "What is the English translation of 'Guten Tag'?",
    "Edit this text for grammar: 'They was late.'",
    "Write a poem where each line starts with the letters of HOPE.",
    "What is the root of the word 'transportation'?",
    "Use 'ephemeral' in a sentence.",
    "Correct the punctuation: Its a nice day",
    "Which sentence is grammatically correct?",
    "Write a sentence using all the letters of the alphabet.",
    "Spell 'Mississippi' backwards.",
    "Summarize in French: The cat sat on the mat.",
    "Give an antonym for brave.",
    "Which word does not rhyme with the others: cat, hat, dog?",
    "Add the missing vowels: b_n_n_",
]
NO_TASKS = [
    "Rewrite the sentence so that it sounds more friendly.",
    "Write a function that counts the vowels of a text.",
    "A postman delivers letters. How many letters are left in his bag?",
    "Translate the triangle by the vector (1, 2).",
    "Without rhyme or reason he sold 3 of his 7 cows. How many are left?",
    "How many arrangements of the letters of BANANA are there?",
    "Write a program that finds out whether two strings are anagrams.",
    "Translate the graph of y = x^2 three units up.",
    "A letter costs 50 cents to post. How many letters can Ann post with 5 dollars?",
    "How many different 4-letter codes can be made from the letters A, B, C, D?",
    "How many ways can the letters of the word LEVEL be arranged?",
    "A sentence of three years was given. After how many months is he free?",
    "The pupils read 20 sentences a minute. How many do they read in an hour?",
    "What word problem would you set for 3 + 4?",
    "The plural vote has 12 members. How many is that?",
    "In the word problem, find x.",
    "A spelling bee had 40 contestants and 15 left. How many remain?",
    "Tom wrote 3 poems with 14 lines each. How many lines?",
    "The English exam lasted 90 minutes, and the French exam 30 minutes more. How long were both?",
    "Ann learns 12 Spanish words a day. How many does she learn in a week?",
    "A book has 300 pages with 250 words each. How many words?",
    "Correct to two decimal places, find the area.",
    "Use the word problem above to find the speed.",
    "What is the opposite angle of a 40 degree angle?",
    "What is the opposite of -7?",
    "Reverse the digits of 123 and add.",
    "Sort the numbers 3, 1, 2.",
    "How many vowels would you need to buy if each costs $3 and you have $12?",
    "What is the root of x^2 = 9?",
    "A translator translates 5 pages an hour. How many pages in 8 hours?",
    "Explain in a sentence why the sum of two odd numbers is even.",
    "Write a short poem about the sea.",
    "Fix the broken fence: it needs 20 boards at $4 each. What does it cost?",
    "Edit the recipe so that it serves 8 people instead of 4.",
    "Find the third term of the sequence 2, 4, 8.",
    "The alphabet has 26 letters. How many 2-letter codes with different letters are there?",
    "Write a story with a happy end.",
    "Find the number of palindromes with five digits.",
    "A number plate has 3 letters and 3 digits. How many are there?",
    "Identify the largest of these numbers.",
    "What is the mean of the numbers?",
    "Write the number 405 in words.",
    "How do you say that a set is closed?",
    "Summarize the passage in a sentence.",
    "In one complete sentence, say who found the ring.",
    "The Spanish team scored 3 goals and the German team 2.",
    "A bookstore sells French books for $8 and English books for $6. What do 3 of each cost?",
    "Complete the square: x^2 + 6x.",
    "Which is the correct article of the law that applies here?",
    "How many past tenses of history are in the book of 12 chapters?",
    "What does the graph mean?",
    "Explain the idea of voice over IP.",
    "Which word on the sign tells you that the shop is closed?",
]


def test_tasks_about_the_language_are_told_from_those_that_mention_it() -> None:
    assert [text for text in TASKS if not is_language_task(text, "en")] == []
    assert [text for text in NO_TASKS if is_language_task(text, "en")] == []
    assert not is_language_task(TASKS[0], "de")


_ASKED = [
    st.from_regex(
        re.compile(rf"\b(?:{kind})", language_tasks._task().flags), alphabet=st.characters(codec="ascii")
    )
    for kind in language_tasks._TASKS.values()
]


@settings(max_examples=15)
@given(st.one_of(_ASKED))
def test_the_quick_look_lets_every_task_through(text: str) -> None:
    in_small_letters = re.search(language_tasks._OTHER_LANGUAGE, text, re.IGNORECASE)
    assert language_tasks._may_be_task(text) or in_small_letters


@pytest.mark.parametrize(
    ("language", "tasks", "others"),
    [
        (
            "de",
            ["Übersetze den Satz ins Englische.", "Welches Wort reimt sich auf Haus?"],
            [
                "Berechne das konjugiert Komplexe von $3+i$.",
                "Die Mehrzahl der Kinder stimmt zu. Wie viele sind es?",
            ],
        ),
        (
            "es",
            ["¿Cuántas letras tiene la palabra «casa»?", "Traduce la frase al inglés."],
            ["Traduce el problema a una ecuación.", "Halla el contrario de 5."],
        ),
        (
            "fr",
            ["Donne un synonyme de « beau ».", "Conjuguez le verbe aller."],
            ["Traduis la situation en une équation.", "Calcule le conjugué de $z$."],
        ),
        ("it", ['Qual è il contrario di "alto"?'], ["Il numero è palindromo?"]),
        ("pt-BR", ["Corrija a frase: nós vai."], ["Traduza o problema para uma equação."]),
        ("ru", ["Подбери рифму к слову «дом»."], ["Найди слагаемое."]),
        ("zh", ["把下面的句子翻译成英文。", "用“高兴”造句。"], ["把分数化成小数。"]),
        ("ja", ["次の文を英語に訳してください。"], ["回文数を求めなさい。"]),
        ("ko", ["'행복'의 반의어는 무엇입니까?"], ["글자 수를 세는 프로그램을 작성하세요. 맞춤법 검사."]),
        ("sw", [], ["Tafsiri sentensi hii kwa Kiingereza."]),
    ],
)
def test_tasks_about_the_language_are_told_in_other_languages(
    language: str, tasks: list[str], others: list[str]
) -> None:
    assert [text for text in tasks if not is_language_task(text, language)] == []
    assert [text for text in others if is_language_task(text, language)] == []


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
