"""Laws of reading numbers that hold for every text, of one language or of many scripts in one."""

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.text.numerals import NumberedText, numbers_agree, read_numbers, unconverted
from parallelize.text.numerals.languages import language_data, word_table

LANGUAGES = """
ar bn ca cs da de el en es eu fa fi fr gl he hi hu id it ja ko nl no pl pt ro ru sv sw ta te th tr uk vi zh
"""
SIGNS = """
1 2 5 12 100 1000 3.5 1,234 1/2 ½ % %% \\% : - − + / . , ' ( ) [ ] { } $ € U ٣ ٢ ٪ ۳ ۵ १ २ ৫ ๑ ๒
\\frac12 \\frac{1}{2} 三 二 百 万 半 折 成 割 第 月 分之 百分之 打 제 번째 만 천 다스 분의 ที่ ร้อยละ
th st rd s k M bn K a.m. pm kr Rs CHF ke- tháng thứ yüzde asilimia
"""


@cache
def pieces(language: str) -> list[str]:
    """Signs of all languages, and the number words of one."""
    forms = language_data(word_table(language)).words.split()
    words = [form.lstrip("~") for group in forms for form in group.split("|")]
    return [*SIGNS.split(), *[" "] * 20, "\u00a0", "\u200f", "\\,", "~", *words]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    language = draw(st.sampled_from(LANGUAGES.split()))
    return "".join(draw(st.lists(st.sampled_from(pieces(language)), min_size=1, max_size=9))), language


def assert_apart(text: str, language: str) -> None:
    end = 0
    for number in read_numbers(text, language):
        assert end <= number.start < number.end <= len(text)
        assert text[number.start : number.end] == number.text
        end = number.end


@settings(max_examples=1_000, deadline=None)
@given(texts())
def test_numbers_never_overlap(given_text: tuple[str, str]) -> None:
    assert_apart(*given_text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("٣5%٢ 1/2U+٣", "tr"),  # one percent sign between two numbers
        ("5 % ٢\\frac12", "tr"),
        ("سبعة\\% الف", "ar"),
        ("1000,1\\%\\frac12", "ar"),
        ("yüzde milyarı", "tr"),  # "yüz" is a hundred
        ("zeventien\u200fdubbel", "nl"),  # a word of two forms with a mark inside
        ("లక్షలు打−२", "te"),  # a minus sign right after a word
        ("€tucatnyikétszer", "hu"),  # a "k" that is no thousand
    ],
)
def test_numbers_that_once_overlapped(text: str, language: str) -> None:
    assert_apart(text, language)


@pytest.mark.parametrize(
    ("text", "language", "shares"),
    [
        ("5 %25", "tr", ["5", "%25"]),
        ("5%25", "tr", ["5%", "25"]),
        ("% 25", "tr", ["% 25"]),
        ("%30 ve %40", "tr", ["%30", "%40"]),
        ("yüzde kırk", "tr", ["yüzde kırk"]),
        ("30 % von 5", "de", ["30 %", "5"]),
    ],
)
def test_a_percent_sign_between_two_numbers_is_one_number_s(
    text: str, language: str, shares: list[str]
) -> None:
    assert [number.text for number in read_numbers(text, language)] == shares


@settings(max_examples=200, deadline=None)
@given(
    digits=st.integers(200, 1_000),
    unit=st.sampled_from(["miles", "degrees", "pounds", "foot", "s", ""]),
    mark=st.sampled_from(["", ".5", "%", "/7"]),
    other=st.integers(1, 1_000),
)
def test_numbers_of_hundreds_of_digits_are_compared(digits: int, unit: str, mark: str, other: int) -> None:
    source, target = f"It is {'9' * digits}{mark} {unit} and 5 miles.", f"Es sind {'9' * other} und 8 km."
    text = NumberedText(source, "en")
    translation = NumberedText(target, "de")
    missing, _ = unconverted(numbers_agree(text, translation), text, translation)
    assert bool(missing) == (digits != other or mark not in ("", "%"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("111 ", "112 "),  # groups of three digits, which might be one number
        ("half ", "third "),
        ("+1", "+2"),
        ("5%", "6%"),
        ("12:30 ", "11:20 "),
        ("3 miles ", "5 km "),
        ("three ", "4 "),
        ("4 by 4 ", "16 "),
        ("1980s ", "1989 "),
    ],
)
def test_texts_full_of_numbers_are_compared_in_linear_time(source: str, target: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        text = NumberedText(source * (size // len(source)), "en")
        translation = NumberedText(target * (size // len(target)), "de")
        unconverted(numbers_agree(text, translation), text, translation)
        return time.process_time() - start

    seconds(500)  # tables are read
    # A text is read once, so no two are alike; the better of two, since a busy machine is slow now and then.
    small, large = (min(seconds(size), seconds(size + 100)) for size in (1_000, 16_000))
    assert large < 60 * max(small, 0.005)  # 16 times as much text; quadratic: 256
