"""The frame of pages: nothing of a value is markup, and only our own style and script count."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from parallelize.core.verdicts import Reason
from parallelize.report.page import CONTROLS, inert, render_page, script_json
from parallelize.report.wording import reason_words
from tests.report.hostile import HOSTILE

TEXT = st.text(st.characters(exclude_categories=()))


def page_of(text: str, **more: object) -> str:
    return render_page(title=text, body=Markup("<p>x</p>"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800"])
def test_a_title_stays_a_title(text: str) -> None:
    root = tinyhtml5.parse(page_of(text).encode(), namespace_html_elements=False)
    assert [child.tag for child in root] == ["head", "body"]
    assert (root.find("head/title").text or "") == inert(text).replace("\r\n", "\n")
    assert [item.tag for item in root.iter() if item.tag in {"script", "img", "svg", "iframe", "link"}] == []


@given(TEXT)
def test_what_is_inert_has_no_control_character_and_nothing_else_changed(text: str) -> None:
    found = inert(text)
    assert not CONTROLS.search(found)
    found.encode("utf-8")
    if not CONTROLS.search(text) and text.isprintable():
        assert found == text


@given(st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_json_in_a_page_is_the_same_value_and_never_markup(value: object) -> None:
    def whole(item: object) -> object:
        if isinstance(item, str):
            return inert(item)
        if isinstance(item, list):
            return [whole(one) for one in item]
        return {inert(key): whole(one) for key, one in item.items()}  # type: ignore[attr-defined]

    clean = whole(value)
    written = script_json(clean)
    assert json.loads(written) == clean
    assert not set(written) & set("<>&\u2028\u2029")


def test_the_policy_names_exactly_the_styles_and_the_script_of_the_page() -> None:
    chart = ".x{fill:red}"
    page = render_page(
        title="t",
        body=Markup(f"<svg><style>{chart}</style></svg>"),
        styles=[chart],
        script="let a = 1;",
        data={},
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    rules = dict(part.split(" ", 1) for part in policy[1].replace("&#39;", "'").split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy[1]
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}
        assert set(rules[rule].split()) == {f"'sha256-{digest}'" for digest in digests}
    assert " style=" not in page


def test_a_page_without_a_script_allows_none() -> None:
    assert "script-src &#39;none&#39;" in page_of("x")
    assert "<script" not in page_of("x")


def test_every_reason_has_words_for_people() -> None:
    assert len({reason.words for reason in Reason}) == len(Reason)
    assert reason_words("back_translation") == "translated back, it says something else"
