"""Headings part a response that opens with one of thinking, and nothing else."""

from __future__ import annotations

import time

import pytest

from parallelize.evaluation.accuracy import judge_answer
from parallelize.text.answers import final_answer
from parallelize.text.thinking import split_response

PARTED = [
    "## Thinking\nuno dos\n\n## Answer\ntres",
    "**Thinking:**\nuno dos\n**Answer:** tres",
    "**Reasoning**: uno dos\n\n**Final Answer**: tres",
    "# 1. Reasoning process\nuno dos\n# 2. Final answer\ntres",
    "### **Thought process**\n\nuno dos\n\n### **Solution**\n\ntres",
    "**思考过程：**\nuno dos\n\n**最终答案：**\ntres",
    "## Gondolatmenet\nuno dos\n## Végső válasz\ntres",
    "__Überlegungen__\nuno dos\n__Antwort__\ntres",
    "## التفكير\nuno dos\n## الإجابة النهائية\ntres",
]
WHOLE = [
    "## Reasoning\nThere is no second heading here, so all of it is the answer.",
    "We begin.\n\n## Thinking\nuno dos\n\n## Answer\ntres",
    "## Step 1\nuno dos\n\n## Answer\ntres",
    "**Thinking** about it, uno dos.\n\n**Answer** tres",
    "## Thinking\nuno dos\n\n## Answer\n",
    "**Answer:** tres",
]


@pytest.mark.parametrize("text", PARTED)
def test_a_response_that_opens_with_a_heading_of_thinking_is_parted(text: str) -> None:
    split = split_response(text)
    assert (split.thinking or "").strip() == "uno dos"
    assert (split.answer or "").strip() == "tres"
    assert split.response.split() == ["uno", "dos", "tres"]


@pytest.mark.parametrize("text", WHOLE)
def test_other_headings_part_nothing(text: str) -> None:
    assert split_response(text).thinking is None
    assert split_response(text).answer == text


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("We add 12 and 30.\n\n**Final Answer**\n\n42\n\nIt took 2 steps.", "en", "42"),
        ("12 + 30 = 42.\n\n## Respuesta final\n\n**42**\n\n(Comprobado 2 veces.)", "es", "42"),
        ("12 + 30 = 42.\n\n### Galutinis atsakymas\nLieka 42 obuoliai.\n\n1 pastaba", "lt", "42"),
        ("12 + 30 = 42, in 2 steps.\n\n**42**\n\nChecked 3 times.", "en", "42"),
        ("## Answer\n12 apples and 30 pears make 42 fruits.", "en", "42"),
        ("## Answer\n\nThe answer is 42, not 12.", "en", "42"),
    ],
)
def test_an_answer_below_its_heading_is_found(text: str, language: str, value: str) -> None:
    found = final_answer(text, language, allow_last_number=True)
    assert found is not None
    assert found.value.startswith(value)


@pytest.mark.parametrize(
    ("language", "gold", "text", "right"),
    [
        ("cs", "2, 3, 7", "Kořeny rovnice jsou 2, 3 a 7.", True),
        ("cs", "2, 3, 7", "Kořeny rovnice jsou 2, 3 a 8.", False),
        ("fi", "7", "Luvut ovat 2, 3 ja 7.", True),
        ("et", "2, 9", "Sobivad arvud 2 ja 9.", True),
        ("en", "2, 3", "Answer: 5. Note that 2 and 3 are primes.", False),
        ("hr", "17:05", "Vlak dolazi u 17:05 sati.", True),
        ("hr", "17:05", "Vlak dolazi u 17:50 sati.", False),
        ("ru", "March", "Это случится в марте.", True),
        ("pl", "Wednesday", "Będzie to w środę.", True),
        ("fi", "Wednesday", "Se on torstaina.", False),
        ("cs", "(2, 5]", "Odpověď: $(2; 5\\rangle$", True),
        ("cs", "[2, 5)", "Odpověď: $\\langle 2; 5)$", True),
        ("cs", "(2, 5)", "Odpověď: $(2; 5\\rangle$", False),
        ("en", "-1", "\\boxed{e^{i\\pi}}", True),
        ("en", "1", "\\boxed{e^{i\\pi}}", False),
        ("en", "e^{x}", "\\boxed{e^{i}}", False),
        ("mr", "1500000", "उत्तर: १५ लाख", True),
        ("mr", "100000", "उत्तर: पंधरा लाख", False),
        ("ur", "25000000", "جواب: ڈھائی کروڑ روپے", True),
        ("ne", "15000000", "उत्तर: १५ लाख", False),
    ],
)
def test_guessed_answers_are_read_in_full(language: str, gold: str, text: str, right: bool) -> None:
    assert (judge_answer(text, gold, language).correct is True) == right


@pytest.mark.parametrize(
    ("language", "gold", "text", "right"),
    [
        ("fa", "C", "گزینهٔ ۳ درست است.", True),
        ("nl", "C", "Optie 3 is juist.", True),
        ("nl", "A", "Optie 2 is fout. Dus optie 1.", True),
        ("ko", "B", "2번이 정답입니다.", True),
        ("tr", "B", "2. seçenek doğrudur.", True),
        ("en", "C", "The third option is correct.", True),
        ("zh", "C", "第三个选项是正确的。", True),
        ("en", "C", "Option 3 is correct.", True),
        ("en", "B", "Option 3 is correct.", False),
        ("en", "C", "Of the options, 3.5 % are wrong.", False),
        ("de", "C", "Option 3 ist falsch.", False),
        ("hu", "B", "A 2. lehetőség a helyes.", True),
        ("hu", "A", "A 2. lehetőség a helyes.", False),
        ("hu", "A", "A helyes válasz az A.", True),
    ],
)
def test_an_option_named_by_its_number(language: str, gold: str, text: str, right: bool) -> None:
    choices = ("Paris", "Rome", "Madrid", "Oslo")
    assert (judge_answer(text, gold, language, choices=choices).correct is True) == right


@pytest.mark.parametrize(
    ("language", "gold", "text", "right"),
    [
        ("de", "D", "Nicht B, sondern D ist richtig.", True),
        ("en", "D", "The answer is not B but D.", True),
        ("es", "C", "No es la A, sino la C.", True),
        ("fr", "D", "Ce n'est pas la B, mais la D.", True),
        ("zh", "D", "不是B，而是D。", True),
        ("ru", "C", "Не A, а C.", True),
        ("ja", "D", "BではなくDが正解です。", True),
        ("ko", "D", "B가 아니라 D가 정답입니다.", True),
        ("th", "D", "ไม่ใช่ B แต่เป็น D", True),
        ("it", "D", "Non è B ma D.", True),
        ("tr", "D", "B değil, D doğrudur.", True),
        ("tr", "B", "B değil, D doğrudur.", False),
        ("de", "B", "Nicht B, sondern D ist richtig.", False),
        ("en", "A", "Choice A is close to B, but A is the answer.", True),
    ],
)
def test_the_choice_that_takes_the_place_of_another(language: str, gold: str, text: str, right: bool) -> None:
    assert (judge_answer(text, gold, language).correct is True) == right


def test_a_number_that_is_the_text_of_a_choice_is_no_option() -> None:
    assert judge_answer("Choice 3 it is.", "A", "en", choices=("3", "5", "7")).correct is True


def test_hostile_headings_take_linear_time() -> None:
    begin = time.process_time()
    for text in ("#" * 100_000, "**" * 50_000, "## Thinking\n" + "**a:" * 30_000, "**a**\n" * 20_000):
        split_response(text)
        final_answer(text, "en", allow_last_number=True)
    assert time.process_time() - begin < 2.0
