"""Patterns that are compiled when they are first asked for."""

import re

import pytest

from parallelize.core.late_patterns import late_pattern


def test_a_late_pattern_finds_what_the_pattern_finds() -> None:
    late, plain = late_pattern(r"(\d)\w", re.ASCII), re.compile(r"(\d)\w", re.ASCII)
    text = "1a 2b ٣c"
    assert late.findall(text) == plain.findall(text)
    assert late.sub(r"\1", text) == plain.sub(r"\1", text)
    assert late.groups == 1


def test_a_late_pattern_is_compiled_at_its_first_use() -> None:
    late = late_pattern("(")
    with pytest.raises(re.error):
        late.search("text")


def test_a_late_pattern_may_have_properties_of_unicode() -> None:
    assert late_pattern(r"\p{Greek}+", properties=True).findall("αβ ab γ") == ["αβ", "γ"]
