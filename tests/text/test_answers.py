"""Final answers: finding them in every language, and comparing them by value within a time limit."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.text.answers import AnswerSource, answers_equal, equality, final_answer, meanings_of
from parallelize.text.answers.symbolic import PATIENCE, compare_symbolically

SHARED = Path(
    os.environ.get("PARALLELIZE_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
)
HOSTILE = "9^{9^{9^9}}"

PHRASES = {
    "en": "So the answer is 12.",
    "zh": "所以答案是 12。",
    "ja": "したがって、答えは12です。",
    "ko": "따라서 정답은 12입니다.",
    "de": "Die Antwort lautet 12.",
    "fr": "La réponse est 12.",
    "es": "La respuesta es 12.",
    "pt": "A resposta é 12.",
    "it": "La risposta è 12.",
    "ru": "Ответ — 12.",
    "uk": "Відповідь: 12.",
    "pl": "Odpowiedź to 12.",
    "tr": "Cevap: 12",
    "ar": "الإجابة هي 12.",
    "fa": "پاسخ 12 است.",
    "he": "התשובה היא 12.",
    "hi": "उत्तर 12 है।",
    "bn": "উত্তর হল 12।",
    "te": "సమాధానం 12.",
    "ta": "பதில் 12 ஆகும்.",
    "th": "ดังนั้นคำตอบคือ 12",
    "vi": "Đáp án là 12.",
    "id": "Jawabannya adalah 12.",
    "ms": "Jawapannya ialah 12.",
    "sw": "Jibu ni 12.",
    "nl": "Het antwoord is 12.",
    "cs": "Odpověď je 12.",
    "el": "Η απάντηση είναι 12.",
    "ro": "Răspunsul este 12.",
    "hu": "A válasz: 12.",
    "fi": "Vastaus on 12.",
    "sv": "Svaret är 12.",
    "da": "Svaret er 12.",
    "nb": "Svaret er 12.",
    "ca": "La resposta és 12.",
}


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_every_language_announces_its_answer(language: str) -> None:
    text = f"5 + 7 = 12. {PHRASES[language]}"
    found = final_answer(text, language)
    assert found is not None
    assert found.source is AnswerSource.PHRASE
    assert found.value == "12"
    assert text[found.start : found.end] == found.value


@pytest.mark.parametrize(
    ("text", "value", "source"),
    [
        (r"so \boxed{\frac{1}{2}}.", r"\frac{1}{2}", AnswerSource.BOXED),
        (r"first \boxed{3}, then \boxed{4}", "4", AnswerSource.BOXED),
        (r"\boxed{3} and cut \boxed{\frac{1}{", "3", AnswerSource.BOXED),
        (r"\fbox{7}", "7", AnswerSource.BOXED),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}", AnswerSource.BOXED),
        (r"\boxed { 5 }", "5", AnswerSource.BOXED),
        ("She makes 9 * 2 = $18.\n#### 18", "18", AnswerSource.MARKER),
        ("#### -1,234", "-1,234", AnswerSource.MARKER),
        ("<think>#### 3</think>\n#### 4\n", "4", AnswerSource.MARKER),
        ("\\boxed{3}\n#### 4", "3", AnswerSource.BOXED),
        ("<answer>3</answer>\n#### 4", "3", AnswerSource.TAG),
        ("#### 4\n##### 3", "4", AnswerSource.MARKER),
        ("**Answer:** $\\frac{3}{4}$", r"\frac{3}{4}", AnswerSource.PHRASE),
        ("The final answer is: **(B)**", "B", AnswerSource.PHRASE),
        ("The answer is $5 + 6 = 11$ dollars.", "11", AnswerSource.PHRASE),
        ("The answer is $16.00.", "16.00", AnswerSource.PHRASE),
        ("The answer is \\(x=5\\).", "5", AnswerSource.PHRASE),
        ("<think>The answer is 3.</think> The answer is 4.", "4", AnswerSource.PHRASE),
        ("The answer is 3. Wait. The answer is 4.", "4", AnswerSource.PHRASE),
    ],
)
def test_where_answers_stand(text: str, value: str, source: AnswerSource) -> None:
    found = final_answer(text, "en")
    assert found is not None
    assert (found.value, found.source) == (value, source)
    assert text[found.start : found.end] == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no announcement 5",
        "#### Step 4: add",
        "#### 1. First step",
        r"\boxed{",
        "<think>\\boxed{3}</think> so",
    ],
)
def test_no_answer(text: str) -> None:
    assert final_answer(text, "en") is None


def test_thinking_counts_where_nothing_follows_it() -> None:
    found = final_answer("<think>The answer is 3.</think>\n", "en")
    assert found is not None
    assert found.value == "3"


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Am Ende bleiben 1.234,5 Liter.", "de", "1.234,5"),
        ("残りは3万2000円です。", "ja", "3万2000"),
        ("Zimebaki mayai kumi na mbili.", "sw", "kumi na mbili"),
        ("৩০টি আছে", "bn", "৩০"),
    ],
)
def test_last_number_is_opt_in(text: str, language: str, value: str) -> None:
    assert final_answer(text, language) is None
    found = final_answer(text, language, allow_last_number=True)
    assert found is not None
    assert (found.value, found.source) == (value, AnswerSource.LAST_NUMBER)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="\\boxed{}#0123 answeris:=$.\n", max_size=120))
def test_answers_lie_in_the_text(text: str) -> None:
    found = final_answer(text, "en", allow_last_number=True)
    if found is not None:
        assert text[found.start : found.end] == found.value
        assert found.value.strip() == found.value != ""


def test_many_open_boxes_cost_little() -> None:
    started = time.perf_counter()
    assert final_answer("\\boxed{" * 50_000, "en") is None
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(
    ("left", "right", "left_language"),
    [
        ("18", "18", "en"),
        ("18.0", "18", "en"),
        ("$16.00", "16", "en"),
        ("-3", "−3", "en"),
        ("14.500", "14500", "de"),
        ("1.234", "1234", "de"),
        ("3,5", "7/2", "fr"),
        ("80\\,000", "80000", "fr"),
        ("20 000 $", "20000", "fr"),
        ("1,00,000", "100000", "hi"),
        ("১৮", "18", "bn"),
        ("๑๘", "18", "th"),
        ("١٨", "18", "ar"),
        ("18元", "18", "zh"),
        ("3万2000円", "32000", "ja"),
        ("40만 원", "400000", "ko"),
        ("kumi na mbili", "12", "sw"),
        ("25%", "25", "en"),
        ("25%", "0.25", "en"),
        ("\\dfrac{1}{2}", "0.5", "en"),
        ("\\frac12", "\\frac{1}{2}", "en"),
        ("5\\text{ cm}", "5", "en"),
        ("90^\\circ", "90", "en"),
        ("x=5", "5", "en"),
        ("10,\\!000", "10000", "en"),
        ("\\text{Monday}", "monday", "en"),
        ("(A)", "A", "en"),
        ("\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\frac{\\pi}{2})", "en"),
        ("(1, 2)", "(1,2.0)", "en"),
        ("2, 1", "1, 2", "en"),
        ("1 and 2", "2,1", "en"),
        ("\\{2,1\\}", "\\{1,2\\}", "en"),
        ("(3,5; 2)", "(7/2, 2)", "fr"),
        ("(-\\infty, 3]", "(-\\infty,3]", "en"),
        ("0.3333333", "1/3", "en"),
    ],
)
def test_equal_answers(left: str, right: str, left_language: str) -> None:
    assert answers_equal(left, right, left_language=left_language) is True
    assert answers_equal(right, left, right_language=left_language) is True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("18", "19"),
        ("1.5", "15"),
        ("25%", "26%"),
        ("(1,2)", "(2,1)"),
        ("1,2", "1,2,3"),
        ("A", "B"),
        ("yes", "no"),
        ("no solution", "5"),
        ("0.33", "1/3"),
        ("-3", "3"),
        (r"\begin{pmatrix} -3 \\ 4 \end{pmatrix}", r"\begin{pmatrix} -3 \\ 6 \end{pmatrix}"),
    ],
)
def test_different_answers(left: str, right: str) -> None:
    assert answers_equal(left, right) is False
    assert answers_equal(right, left) is False


@pytest.mark.parametrize("letter", "abknpqruvwxyz")
def test_an_unknown_equals_no_number_and_symbols_agree(letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [letter, f"4{letter}", f"-4*{letter}", f"2.5{letter}"]
    assert [compare_symbolically(item, "4", 10.0)[0] for item in written] == [False] * 4
    monkeypatch.setattr(equality, "compare_symbolically", pytest.fail)  # none of them needs symbols
    assert [answers_equal(item, "4") for item in written] == [False] * 4
    assert [answers_equal("4", item) for item in written] == [False] * 4


@pytest.mark.parametrize(("left", "right"), [("0x", "0"), ("5m", "5"), ("x^0", "1"), ("$5 m$", "5")])
def test_what_looks_like_an_unknown_and_is_none(left: str, right: str) -> None:
    assert answers_equal(left, right) is True


def test_undecidable_answers() -> None:
    assert answers_equal("", "5") is None
    assert answers_equal("Montag", "Monday", left_language="de") is True
    assert answers_equal("Kupferdraht", "copper wire", left_language="de") is None


@settings(max_examples=100, deadline=None)
@given(value=st.integers(min_value=-(10**12), max_value=10**12), step=st.integers(min_value=1, max_value=99))
def test_equality_of_integers_is_exact(value: int, step: int) -> None:
    assert answers_equal(f"{value:,}", f"${value}.00$") is True
    assert answers_equal(str(value), str(value + step)) is False


@pytest.mark.slow
class TestSymbolic:
    """The worker process: started once, killed when it hangs, safe from threads and asyncio."""

    @pytest.mark.parametrize(
        ("left", "right", "expected"),
        [
            ("\\frac{\\sqrt{3}}{2}", "\\frac{3}{2\\sqrt{3}}", True),
            ("(x+1)^2", "x^2+2x+1", True),
            ("[1,2)", "[1,2]", False),
            ("5x", "5", False),
            ("2\\sqrt{3}", "3\\sqrt{2}", False),
            ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix} 1 \\\\ 2.0 \\end{pmatrix}", True),
        ],
    )
    def test_expressions(self, left: str, right: str, expected: bool) -> None:
        assert answers_equal(left, right, timeout_seconds=10.0) is expected

    def test_hostile_input_costs_the_time_limit(self) -> None:
        answers_equal("x+1", "1+x", timeout_seconds=20.0)  # the worker is up
        started = time.perf_counter()
        assert answers_equal(HOSTILE, "1", timeout_seconds=0.5) is None
        assert (
            time.perf_counter() - started < 0.5 * PATIENCE + 1.0
        )  # a busy machine gives it less of a processor
        assert answers_equal("x+2", "2+x", timeout_seconds=20.0) is True

    def test_a_busy_machine_decides_the_same(self) -> None:
        """Seconds are those of the processor: what else a machine does changes no verdict."""
        answers_equal("x+3", "3+x", timeout_seconds=20.0)  # the worker is up
        spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
        try:
            assert answers_equal("\\frac{w^3-1}{w-1}", "w^2+w+1", timeout_seconds=3.0) is True
        finally:
            for process in spinning:
                process.kill()
                process.wait()

    def test_threads_share_the_workers(self) -> None:
        results: list[bool | None] = [None] * 6

        def work(index: int) -> None:
            results[index] = answers_equal(f"x+{index}", f"{index}+x", timeout_seconds=30.0)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [True] * 6

    async def test_asyncio_goes_on_while_it_waits(self) -> None:
        ticks = 0
        task = asyncio.create_task(asyncio.to_thread(answers_equal, HOSTILE, "2", timeout_seconds=0.6))
        while not task.done():
            await asyncio.sleep(0.02)
            ticks += 1
        assert await task is None
        assert ticks > 5

    def test_too_long_is_undecided(self) -> None:
        assert answers_equal("x+" * 600 + "1", "y") is None


def rows(*parts: str) -> list[dict[str, object]]:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no data at {path}")
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "parts",
    [
        ("math500", "test.jsonl"),
        ("aime", "aime_2024_2025.jsonl"),
        ("deepscaler_parts", "aime.json"),
        ("deepscaler_parts", "math.json"),
    ],
)
def test_every_real_answer_equals_itself(parts: tuple[str, ...]) -> None:
    answers = [str(row["answer"]) for row in rows(*parts) if row["answer"]]
    assert answers
    assert all(answers_equal(answer, answer) is True for answer in answers)
    assert all(answers_equal(f"${answer}$", answer) is True for answer in answers)


@pytest.mark.shared_data
def test_solutions_end_in_their_answer() -> None:
    for row in [*rows("math500", "test.jsonl"), *rows("deepscaler_parts", "aime.json")]:
        solution = str(row["solution"])
        if "\\boxed" not in solution:
            continue
        found = final_answer(solution, "en")
        assert found is not None
        assert answers_equal(found.value, str(row["answer"]), timeout_seconds=10.0) is True, found


@pytest.mark.shared_data
def test_gsm8k_markers() -> None:
    for row in rows("gsm8k", "test.jsonl"):
        found = final_answer(str(row["answer"]), "en")
        assert found is not None
        assert found.source is AnswerSource.MARKER
        assert found.value == str(row["answer"]).rsplit("####", 1)[1].strip()


@pytest.mark.slow
def test_a_worker_that_died_is_replaced() -> None:
    from parallelize.text.answers.symbolic import POOL

    assert answers_equal("x+7", "7+x", timeout_seconds=30.0) is True
    for process in POOL.processes():
        process.kill()
        process.wait()
    assert answers_equal("x+8", "8+x", timeout_seconds=30.0) is True


@pytest.mark.slow
def test_a_worker_that_cannot_start_is_an_environment_fault(tmp_path: Path) -> None:
    from parallelize.core.errors import EnvironmentFault
    from parallelize.core.line_programs import LineProgramPool

    with pytest.raises(EnvironmentFault, match="did not start"):
        LineProgramPool(tmp_path / "absent.py", workers=1).ask("x", 1.0)


BOMBS = [
    HOSTILE,
    "\\{" + ", ".join(f"{n}^{{9^{{9^9}}}}" for n in range(2, 8)) + "\\}",
    "10000000!",
    "((((7!)!)!)!)",
    "(((9^{9^9}, 8^{8^{8^8}}), 7^{7^{7^7}}), 5)",
    "\\binom{10^{12}}{5 \\cdot 10^{11}}",
    "(x+y+z)^{5000}",
    "2^{2^{2^{2^{2^2}}}} - 1",
    "\\sum_{k=1}^{10^9} \\frac{1}{k^2}",
    "\\int_0^1 x^{x^{x^x}} dx",
]


@pytest.mark.slow
def test_no_answer_takes_longer_than_its_limit() -> None:
    answers_equal("x+10", "10+x", timeout_seconds=30.0)  # the processes are there
    for number, bomb in enumerate(BOMBS):
        began = time.monotonic()
        assert answers_equal(bomb, bomb.replace("9", "8") + f" + {number}", timeout_seconds=0.4) is not True
        assert time.monotonic() - began < 0.4 * PATIENCE + 1.0, bomb


@pytest.mark.parametrize(
    ("word", "code", "other"),
    [("Nord", "de", "South"), ("西", "zh", "East"), ("sever", "cs", "jih"), ("บ้านทิศใต้", "th", "North")],
)
def test_points_of_the_compass_mean_the_same_in_every_language(word: str, code: str, other: str) -> None:
    english = {"de": "North", "zh": "West", "cs": "North"}.get(code)
    if english is None:  # a word that only holds one is none
        assert not meanings_of(word, code)
        return
    assert meanings_of(word, code) == meanings_of(english, "en") != meanings_of(other, code)


@pytest.mark.parametrize(
    "written", ["Tuesday", "a Tuesday", "it's a Tuesday", "it is a Tuesday", "the Tuesday"]
)
def test_words_before_a_meaning_are_passed_over(written: str) -> None:
    assert meanings_of(written, "en") == meanings_of("Tuesday", "en") != frozenset()
    assert meanings_of("es ist ein Dienstag", "de") == meanings_of("Dienstag", "de") != frozenset()
