"""Numbers as people write them: a golden table, round trips through Babel, and what must not be a number."""

import csv
import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from babel import numbers as babel_numbers
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.text.numerals import (
    Number,
    NumberKind,
    base_language,
    normalise_numeral,
    read_numbers,
    render,
    word_table,
)
from parallelize.text.numerals.context import Context
from parallelize.text.numerals.digits import DigitReader, _scan_pattern
from parallelize.text.numerals.marks import conventions

GOLDEN = Path(__file__).parents[2] / "golden" / "numerals.tsv"
LOCALE_LIST = (
    "en zh ja ko de fr es pt it ru uk pl tr ar fa he hi bn te ta th vi id ms sw nl cs el ro hu fi sv da nb "
    "ca es_MX pt_PT de_CH de_AT fr_CH fr_CA en_IN it_CH en_ZA zh_Hant"
)
LOCALES = LOCALE_LIST.split()
DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False, allow_infinity=False)
CENTS = st.decimals(min_value=-(10**7), max_value=10**7, places=2, allow_nan=False, allow_infinity=False)
PERCENTS = st.integers(min_value=-1000, max_value=1000)


def golden_rows() -> list[tuple[str, str, tuple[Fraction, ...]]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["language"], row["text"], tuple(map(Fraction, row["values"].split()))) for row in rows]


def values(text: str, language: str) -> list[Fraction]:
    return [number.value for number in read_numbers(text, language)]


def only(text: str, language: str) -> Number:
    numbers = read_numbers(text, language)
    assert len(numbers) == 1, numbers
    return numbers[0]


def test_golden_table_is_wide() -> None:
    rows = golden_rows()
    assert len(rows) >= 500
    assert len({language.split("-")[0] for language, _, _ in rows}) >= 34
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("language", sorted({row[0] for row in golden_rows()}))
def test_golden_table_is_read_right(language: str) -> None:
    wrong = [
        (text, expected, values(text, language))
        for code, text, expected in golden_rows()
        if code == language and tuple(values(text, language)) != expected
    ]
    assert wrong == []


@pytest.mark.parametrize("numbering", ["latn", "default"])
@settings(max_examples=150, deadline=None)
@given(locale=st.sampled_from(LOCALES), value=DECIMALS)
def test_decimals_of_every_locale_are_read_back(numbering: str, locale: str, value: Decimal) -> None:
    text = babel_numbers.format_decimal(value, locale=locale, numbering_system=numbering)
    assert only(text, locale).value == Fraction(value)


@pytest.mark.parametrize("numbering", ["latn", "default"])
@settings(max_examples=150, deadline=None)
@given(locale=st.sampled_from(LOCALES), percent=PERCENTS)
def test_percentages_of_every_locale_are_read_back(numbering: str, locale: str, percent: int) -> None:
    text = babel_numbers.format_percent(Decimal(percent) / 100, locale=locale, numbering_system=numbering)
    number = only(text, locale)
    assert number.kind is NumberKind.PERCENT
    assert number.value == Fraction(percent, 100)
    assert Fraction(percent) in number.alternatives


@pytest.mark.parametrize("numbering", ["latn", "default"])
@settings(max_examples=150, deadline=None)
@given(locale=st.sampled_from(LOCALES), currency=st.sampled_from(["USD", "EUR", "INR"]), value=CENTS)
def test_amounts_of_money_are_read_back(numbering: str, locale: str, currency: str, value: Decimal) -> None:
    text = babel_numbers.format_currency(value, currency, locale=locale, numbering_system=numbering)
    assert only(text, locale).value == Fraction(value)


@pytest.mark.parametrize("locale", LOCALES)
def test_marks_are_those_of_cldr(locale: str) -> None:
    spaces = {"\u202f": " ", "\u00a0": " ", "’": "'"}
    group = babel_numbers.get_group_symbol(locale, numbering_system="latn")
    ours = conventions(locale, word_table(locale[:2]))
    assert ours.separators.decimal == babel_numbers.get_decimal_symbol(locale, numbering_system="latn")
    assert ours.separators.group == spaces.get(group, group)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80), language=st.sampled_from(LOCALES))
def test_numbers_lie_in_the_text_in_order(text: str, language: str) -> None:
    previous = 0
    for number in read_numbers(text, language):
        assert previous <= number.start < number.end <= len(text)
        assert text[number.start : number.end] == number.text
        previous = number.end


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789.,-/:% {}\\'٫٬x१٣", max_size=40), language=st.sampled_from(LOCALES))
def test_hostile_marks_raise_nothing(text: str, language: str) -> None:
    normalise_numeral(text, language)


@pytest.mark.parametrize(
    ("text", "language", "value", "alternative"),
    [
        ("14.500", "de", 14500, Fraction("14.5")),
        ("1,234", "de", Fraction("1.234"), 1234),
        ("14.500", "fr", 14500, Fraction("14.5")),
        ("75折", "zh", Fraction(1, 4), Fraction(3, 4)),
        ("75折", "zh", Fraction(1, 4), 25),
        ("25 %", "de", Fraction(1, 4), 25),
        ("a third", "en", Fraction(1, 3), 3),
        ("۳/۵", "fa", Fraction(3, 5), Fraction("3.5")),
        ("2 dozen", "en", 24, 2),
        ("2兆", "zh", 2 * 10**12, 2 * 10**6),
        ("the 1930s", "en", 1930, 30),
    ],
)
def test_ambiguous_numbers_keep_their_other_reading(
    text: str, language: str, value: Fraction, alternative: Fraction
) -> None:
    number = only(text, language)
    assert number.value == value
    assert alternative in number.alternatives


def test_english_grouping_has_one_reading() -> None:
    assert only("1,234", "en").alternatives == ()


@pytest.mark.parametrize(
    ("text", "language", "kinds"),
    [
        ("at 7:30", "en", [NumberKind.TIME, NumberKind.TIME]),
        ("12/05/2020", "en", [NumberKind.DATE] * 3),
        ("2020-05-12", "en", [NumberKind.DATE] * 3),
        ("am 3.5.2020", "de", [NumberKind.DATE] * 3),
        ("5月", "ja", [NumberKind.DATE]),
        ("the 3rd", "en", [NumberKind.ORDINAL]),
        ("第3个", "zh", [NumberKind.ORDINAL]),
        ("1/4", "en", [NumberKind.FRACTION]),
        ("twelve", "en", [NumberKind.WORD]),
        ("百分之五", "zh", [NumberKind.PERCENT]),
    ],
)
def test_kinds(text: str, language: str, kinds: list[NumberKind]) -> None:
    assert [number.kind for number in read_numbers(text, language)] == kinds


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ein Apfel", "de"),
        ("une pomme", "fr"),
        ("un coche", "es"),
        ("三明治", "zh"),
        ("一起去百货商店", "zh"),
        ("星期三", "zh"),
        ("เก้าอี้", "th"),
        ("ห้างสรรพสินค้า", "th"),
        ("สามารถ", "th"),
        ("만일", "ko"),
        ("Zweifel", "de"),
        ("", "en"),
    ],
)
def test_words_that_only_look_like_numbers(text: str, language: str) -> None:
    assert read_numbers(text, language) == ()


@pytest.mark.parametrize("text", ["5-10", "pages 5–10", "COVID-19", "x-3", "F(2)-7"])
def test_hyphens_and_dashes_are_no_signs(text: str) -> None:
    assert all(value >= 0 for value in values(text, "en"))


def test_an_endless_number_is_left_out() -> None:
    assert read_numbers("7" * 5_000, "en") == ()
    assert len(values("1," * 300 + "1", "en")) == 301


def test_unknown_language_reads_digits_only() -> None:
    assert values("1,234.5 twelve", "xx") == [Fraction("1234.5")]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1.234,5", "de", "1234.5"),
        ("3{,}5", "de", "3.5"),
        ("80\\,000", "fr", "80000"),
        ("১,০০,০০০", "bn", "100000"),
        ("18元", "zh", "18元"),
        ("３万２０００円", "ja", "32000円"),
        ("40만 원", "ko", "400000 원"),
        ("kumi na mbili", "sw", "12"),
        ("−٣٫٥", "ar", "-3.5"),
        ("٢٥٪", "ar", "25%"),
        ("½", "en", "1/2"),
        ("\\frac{1}{2}", "de", "\\frac{1}{2}"),
        ("2x + 3{,}5", "de", "2x + 3.5"),
        ("\\text{ein Hund}", "de", "\\text{ein Hund}"),
        ("三分之二", "zh", "2/3"),
        ("42", "de", "42"),
    ],
)
def test_normalised_answers(text: str, language: str, expected: str) -> None:
    assert normalise_numeral(text, language) == expected


@given(value=st.fractions(max_denominator=500))
def test_rendered_values_are_exact(value: Fraction) -> None:
    assert Fraction(render(value)) == value


@settings(max_examples=100, deadline=None)
@given(locale=st.sampled_from(LOCALES), value=DECIMALS)
def test_normalising_is_idempotent(locale: str, value: Decimal) -> None:
    text = normalise_numeral(babel_numbers.format_decimal(value, locale=locale), locale)
    assert normalise_numeral(text, "en") == text
    assert Fraction(text) == Fraction(value)


MARK_LIST = """
0 7 12 365 2000 1,234 1.234 2,5 1,00,000 3/4 1/2 12:30 0:00 3/15 2020-01-02 .5 123456789012345678901 - − $ €
kr Rs. % \\% ٪ percent por cento Prozent yüzde asilimia ke- 第 折 割 月 º ª .º th 's k m M bn pm asubuhi
½ \\frac12 = + * < > ( ) , . : # é ß Ж ж α अ ১ ٣ tháng thứ ที่ \u200e
"""
MARKS = [*MARK_LIST.split(), " ", " ", " ", "a ", " a", "\u00a0", "\u202f", "\n"]


@cache
def readers(language: str) -> tuple[DigitReader, DigitReader]:
    """As it is, and one that sees no bare numbers by the pattern."""
    table = word_table(base_language(language))
    marks = conventions(language, table)
    quick, slow = (DigitReader(marks, Context(marks, table)) for _ in range(2))
    slow.scan = re.compile(_scan_pattern(marks).pattern.replace("(?P<bare>", "(?P<bare>(?!)")).finditer
    return quick, slow


@settings(max_examples=500, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(MARKS), max_size=14),
    language=st.sampled_from([*LOCALES, "es-MX", "eu"]),
)
def test_bare_numbers_are_read_as_the_long_way_reads_them(pieces: list[str], language: str) -> None:
    text = "".join(pieces)
    quick, slow = readers(language)
    found = quick.read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Context, "is_bare", lambda *_: False)
        assert found == slow.read(text)
