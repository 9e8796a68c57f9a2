"""Words inside of formulas, code and tags: found where they are language, put back in their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.text.inner_words import InnerKind, InnerPhrase, inner_phrases, remarks, with_inner_words
from parallelize.text.protect import find_spans

ALL = frozenset(InnerKind)


def said(text: str, *, boxes: bool = False) -> list[str]:
    return [text[start:end] for start, end, _ in inner_phrases(text, ALL, boxes=boxes)]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        (r"so $x = 7 \text{ pears}$ are left", ["pears"]),
        (r"\[ f(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \mbox{otherwise} \end{cases} \]", ["if", "otherwise"]),  # noqa: E501
        (r"\[ \begin{cases} 1 & \text{if $k$ is odd,} \\ 0 & \text{when $k \le 4$} \end{cases} \]", ["if", "is odd,", "when"]),  # noqa: E501
        (r"\[ a = \text{the $k$th pear} \]", []),
        (r"the speed is $5 \text{ km/h}$, or $3 \text{ kg}$, in $\triangle \text{ABC}$", []),
        (r"$\text{lcm}(4, 6) = 12$ and $\text{gcd}(4, 6) = 2$ and $a \text{ mod } 3$", []),
        (r"$v_{\text{start}} = 3$ and $v_\text{end}$ and the $4^{\text{th}}$ power", []),
        (r"thus $\boxed{7 \text{ pears}}$ and $\boxed{\text{north}}$", []),
        (r"$\text{number of pears} = 3 \cdot \text{baskets}$", ["number of pears", "baskets"]),
        (r"a name of a thing: $\text{max\_depth}$, $\text{maxDepth}$, $\text{f(x)}$", []),
        ("```python\n# count the pears twice\nx = 1  # the first one\n```\nThat is all.", ["count the pears twice", "the first one"]),  # noqa: E501
        ("```python\n# type: ignore it\n# x = compute(y)\ns = 'a # not this one'\n```\nThat is all.", []),
        ("```c\n/* counts the pears */\nint n = 0; // how many pears\n```\nThat is all.", ["counts the pears", "how many pears"]),  # noqa: E501
        ('Look at <img src="a.png" alt="a small pear" width="3"> here.', ["a small pear"]),
        ("Look at <img src='a b.png' data-x='of no use'> here.", []),
        ("Prose # with signs -- and // marks of comments is none of these.", []),
    ],
)  # fmt: skip
def test_phrases_of_a_language_are_found(text: str, phrases: list[str]) -> None:
    assert said(text) == phrases


def test_words_in_a_box_count_where_answers_are_words() -> None:
    text = r"thus $\boxed{\text{north}}$"
    assert said(text) == []
    assert said(text, boxes=True) == ["north"]


@pytest.mark.parametrize(
    ("text", "new", "made"),
    [
        (r"$7 \text{ pears}$", {"pears": "peras"}, r"$7 \text{ peras}$"),
        (r"$7 \text{ pears}$", {"pears": "peras."}, r"$7 \text{ peras}$"),
        (r"$7 \text{ pears}$", {"pears": "50% das peras"}, r"$7 \text{ pears}$"),
        (r"$7 \text{ pears}$", {"pears": "$peras$"}, r"$7 \text{ pears}$"),
        (r"$7 \text{ pears}$", {"pears": ""}, r"$7 \text{ pears}$"),
        (r"$7 \text{ pears}$", {"pears": "a}b"}, r"$7 \text{ pears}$"),
        ('<img alt="a pear">', {"a pear": 'uma "pera"'}, '<img alt="a pear">'),
        ('<img alt="a pear">', {"a pear": "uma pera"}, '<img alt="uma pera">'),
        (
            "```\nx = 1 # the first one\n```",
            {"the first one": "a\nprimeira"},
            "```\nx = 1 # the first one\n```",
        ),
        ('```\n"""the first one"""\n```', {"the first one": 'a """ b'}, '```\n"""the first one"""\n```'),
    ],
)
def test_new_words_stand_in_the_old_places_or_not_at_all(text: str, new: dict[str, str], made: str) -> None:
    assert with_inner_words(text, inner_phrases(text, ALL), new) == made


@given(st.text(st.sampled_from("ab $\\{}%\n\"'#*/.-<>`~_^é"), max_size=30))
def test_whatever_is_put_in_the_skeleton_stays(new: str) -> None:
    text = (
        'Now $x = 7 \\text{ pears}$ and <img alt="a pear" src="p.png">:\n\n```python\n'
        "# count the pears\nx = 7  # the last one\n```\n"
    )
    phrases = inner_phrases(text, ALL)
    made = with_inner_words(
        text, phrases, dict.fromkeys(["pears", "a pear", "count the pears", "the last one"], new)
    )
    assert [span.kind for span in find_spans(made)] == [span.kind for span in find_spans(text)]
    at, place = 0, 0
    for start, end, _ in phrases:  # what stands around the phrases stands there still, in this order
        found = made.find(text[at:start], place)
        assert found >= 0
        place, at = found + len(text[at:start]), end
    assert made.endswith(text[at:])


@given(st.text(max_size=200))
def test_any_text_comes_back_when_nothing_is_new(text: str) -> None:
    assert with_inner_words(text, inner_phrases(text, ALL), {}) == text
    assert all(0 <= start <= end <= len(text) for start, end, _ in remarks(text))


def test_hostile_texts_take_linear_time() -> None:
    for unit in ('"""', "/* ", "# a b\n", "\\boxed{", "$\\text{ab", '<img alt="', "``` # a b\n"):
        text = unit * 20_000
        assert isinstance(inner_phrases(text, ALL), tuple)
        assert sum(1 for _ in remarks(text)) <= len(text)


def test_a_phrase_that_is_not_given_stays() -> None:
    text = r"$1 \text{ pear}$ and $2 \text{ plums}$"
    pear, plums = inner_phrases(text, ALL)
    assert (
        with_inner_words(text, [plums], {"pear": "pera", "plums": "ameixas"})
        == r"$1 \text{ pear}$ and $2 \text{ ameixas}$"
    )
    assert isinstance(pear, InnerPhrase)
