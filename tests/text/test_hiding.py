"""What an engine of small vocabulary is shown, and that everything hidden comes back where it was."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.ports import Placeholders
from parallelize.stages.back_translation import mask_text
from parallelize.text.protect import Spelling, find_spans, hidden_spans, mask_spans, respelled, show, unmask
from parallelize.text.protect.marks import lost_marks

ENGLISH = Spelling(language="en")
ASCII_ONLY = Spelling(language="en", alphabet=frozenset(map(chr, range(32, 127))) - set("#<@^{}~\\`"))


def hidden(text: str, spelling: Spelling = ENGLISH) -> list[str]:
    return [text[span.start : span.end] for span in hidden_spans(text, spelling)]


def shown(text: str, spelling: Spelling = ASCII_ONLY) -> str:
    masked = mask_text(text, Placeholders.X, spelling)
    assert masked is not None
    return masked.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So 3 <= n and n <= 12 hold.", ["3 <= n", "n <= 12"]),
        ("We know |y + 7| >= 2 here.", ["|y + 7| >= 2"]),
        ("stop when total >= 40 or left != 9", ["total >= 40", "left != 9"]),
        ("Take M = {2, 4, 8} and {} too.", ["M = {2, 4, 8}", "{}"]),
        ("b_1 = 6 and b_{k+1} = 3b_k + 1.", ["b_1 = 6", "b_{k+1} = 3b_k + 1"]),
        ("g(t) = t^3 - 2t at the point (5, -1)", ["g(t) = t^3 - 2t", "(5, -1)"]),
        ("Let S be a set and T a ring.", ["S", "T"]),
        ("Run it with seed=42 and shuffle=True now.", ["seed=42", "shuffle=True"]),
        ("A dog saw a cat, and I saw it.", []),
        ("A is twice B.", ["A", "B"]),
        ("the angle θ and the sum Σ", ["θ", "Σ"]),
        ("Dear {user_name}, {{ item.price }} of ${TOTAL}", ["{user_name}", "{{ item.price }}", "${TOTAL}"]),
        ("%d of %(total)s at %H:%M, 50% off", ["%d", "%(total)s", "%H:%M"]),
        ("to <YOUR NAME> or [CITY_NAME] or [[box]]", ["<YOUR NAME>", "[CITY_NAME]", "[[box]]"]),
        (
            r"D:\work\a.txt, ~/b/c, /etc/hosts, src/x.py",
            [r"D:\work\a.txt", "~/b/c", "/etc/hosts", "src/x.py"],
        ),
        ("call list.append(x) or max_value with --dry-run", ["list.append(x)", "max_value", "--dry-run"]),
        ("first ls -la, then make -j8 or pip --version", ["ls -la", "make -j8", "pip --version"]),
        ("Let us make it small: we go on, we make - x.", ["x"]),
        ("tag #blue by @rob_k costs #17", ["#blue", "@rob_k", "#17"]),
        ("it is £0.85 or 30 € each", ["£0.85", "30 €"]),
        ("4 Ω, 20 °C, 9.8 m/s^2, 3 lb", ["4 Ω", "20 °C", "9.8 m/s^2", "3 lb"]),
        ("he/she and/or 60 minutes/hour; e.g. at 5 p.m. for apple(s)", []),
    ],
)
def test_hidden(text: str, expected: list[str]) -> None:
    assert hidden(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It passes if mark >= 7, that is, not if mark < 7.", ["mark >= 7", "mark < 7"]),
        ("so wait while tries != 0 and done == false.", ["tries != 0", "done == false"]),
        ("Enter if weight<=40; with weight>40 do not.", ["weight<=40", "weight>40"]),
        ("it is right when p == q", ["p == q"]),
        ("A month is short if month % 2 == 0 or month == 11.", ["month % 2 == 0", "month == 11"]),
        ("We check that low <= middle <= high holds.", ["low <= middle <= high"]),
        ('The door opens if key == "blue" and count != "".', ['key == "blue"', 'count != ""']),
        ("If first > second, swap them.", ["first > second"]),
        ("The price of the tickets >= 30 is too high.", [">= 30"]),
        ("There are more cats > dogs in this town.", []),
        ("Open File > Print > Copies.", []),
        ("If MN = PQ and MN + NP = MP, then it is flat.", ["MN = PQ", "MN + NP = MP"]),
        ("MP=NQ", ["MP=NQ"]),
        ("The UK - a country - and the TV are OK.", []),
    ],
)
def test_comparisons_of_names_are_hidden_whole(text: str, expected: list[str]) -> None:
    assert hidden(text) == expected


def test_letters_that_are_words_of_the_language_stay() -> None:
    portuguese = Spelling(language="pt")
    assert hidden("Seja S o conjunto e a soma", portuguese) == ["S"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He ate 36/3 = <<36/3=12>>12 plums.", "He ate 12 plums."),
        ("She pays $4*6=$<<4*6=24>>24 a day.", "She pays $24 a day."),
        ("There are 5 – 3 = 2 left.", "There are 36 left."),
        ("He has 4 x 6 eggs and 12 – 5 cups.", "He has 24 eggs and 36 cups."),
        ("It costs £0.85 and €3.", "It costs $0.85 and $3."),
        ("The **wet** sand", 'The "wet" sand'),
        ('The **wet** "sand"', 'The (wet) "sand"'),
        ("See [the map](https://a.org/b) now", "See [the map] now"),
        ("<b>Wet</b> sand.[^2]", '"Wet" sand.'),
        ("**All of it is bold.**", "All of it is bold."),
        ("“It’s — well — fine…”", '"It\'s - well - fine..."'),
        ("Mr. Müller left", "Mr. X1 left"),
        ("A roll of $40$ coins of $c$ cents", "A roll of 40 coins of X1 cents"),
        ("He had 12 and then 36/3 = <<36/3=12>>12 plums.", "He had 12 and then 36 plums."),
    ],
)
def test_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_an_equation_is_put_back_where_its_number_is() -> None:
    masked = mask_text("He ate 36/3 = <<36/3=12>>12 plums.", Placeholders.X, ENGLISH)
    assert masked is not None
    assert unmask("Comeu 12 ameixas.", masked).text == "Comeu 36/3 = <<36/3=12>>12 ameixas."
    twice = unmask("Comeu 12 ameixas e 12 peras.", masked)
    assert twice.lost == ("36/3 = <<36/3=12>>12",)
    assert unmask("Comeu doze ameixas.", masked).lost == ("36/3 = <<36/3=12>>12",)


def test_money_is_found_as_other_languages_write_it() -> None:
    masked = mask_text("It costs £1,250.50 now.", Placeholders.X, ENGLISH)
    assert masked is not None
    assert unmask("Custa US $ 1.250,50 agora.", masked).text == "Custa £1,250.50 agora."
    assert unmask("Custa 1.250,50 euros agora.", masked).lost == ("£1,250.50",)


def test_a_lone_number_of_a_formula_is_put_back_as_the_formula() -> None:
    masked = mask_text("The number has $1401$ digits.", Placeholders.X, ENGLISH)
    assert masked is not None
    assert unmask("O número tem 1401 dígitos.", masked).text == "O número tem $1401$ dígitos."
    assert unmask("O número tem dígitos.", masked).lost == ("$1401$",)


def test_marks_must_stand_around_words_again() -> None:
    masked = mask_text("The **wet** sand", Placeholders.X, ENGLISH)
    assert masked is not None
    assert unmask('A areia "molhada"', masked).text == "A areia **molhada**"
    assert unmask('A areia molhada ""', masked).lost == ("**", "**")
    assert lost_marks("The **wet** sand", "A areia molhada ****") == ("**…**",)
    assert lost_marks("The **wet** sand", "A areia **molhada**") == ()


_PIECE_LIST = """
x = 3 <= {1, } ( ) a_1 ^2 $ $5 £ ** * _ ~~ [a](b) ![ ](c) <b> </b> # @x %d {n} 48/2 <<48/2=24>>24 24 word A I
α | , . " / ~/a.b C:\\d --e f(x) Müller [^1] 50% 1-2 <|end|> ( [ ] ' ’s \\frac{1}{2} ![a](b) – — “ ” **
"""
_PIECES = st.sampled_from(_PIECE_LIST.split())
_TEXTS = st.lists(_PIECES | st.sampled_from([" ", " ", " "]), max_size=30).map("".join)


@settings(max_examples=600, deadline=None)
@given(text=_TEXTS | st.text(max_size=80), form=st.sampled_from(list(Placeholders)), stand_ins=st.booleans())
def test_what_is_hidden_comes_back(text: str, form: Placeholders, stand_ins: bool) -> None:
    spans = hidden_spans(text, ENGLISH)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    try:
        masked = (show if stand_ins else mask_spans)(text, spans, form)
    except ValueError:
        return
    restored = unmask(masked.text, masked)
    assert restored.text == text
    assert restored.exact


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS | st.text(max_size=80))
def test_only_what_the_alphabet_has_is_shown(text: str) -> None:
    spans = hidden_spans(text, ASCII_ONLY)
    try:
        masked = mask_spans(text, spans, Placeholders.X)
    except ValueError:
        return
    rest = respelled(masked.text, ASCII_ONLY)
    assert all(ASCII_ONLY.spells(sign) for sign in rest)


def test_protected_spans_are_among_the_hidden() -> None:
    text = "If $x$ then `y` is **bold** in 3 + 4 = 7 of them."
    covered = hidden_spans(text, ENGLISH)
    for span in find_spans(text):
        assert any(part.start <= span.start and span.end <= part.end for part in covered)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            [
                "x ",
                "x = ",
                "( ",
                "((a,",
                "{a",
                "a_",
                "x^",
                "**",
                "* a",
                "[a](",
                "[",
                "f(",
                "1-",
                "$1 ",
                "a.b",
                "a/",
            ]
        ),
        *(["#", "--a ", "%", "{{", "<a ", "__", "€1", "é ", "5 km/", "a-", "ab "]),
        *("A and ", "... ", "x'", '"a": [', "> > > ", "|x"),
    ],
)
def test_hostile_text_is_hidden_quickly(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    start = time.process_time()
    hidden_spans(text, ENGLISH)
    assert time.process_time() - start < 2.5
