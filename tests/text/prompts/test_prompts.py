"""Prompts: what is shown to a model, and how its reply is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.languages import LANGUAGES, language
from parallelize.text.prompts import (
    PROFILES,
    Envelope,
    PromptInput,
    ReplyFault,
    envelope_for,
    parse_profile,
    profile_digest,
    profile_of_model,
    read_reply,
    render,
    shipped_profile,
)
from parallelize.text.prompts.examples import examples_for

ENGLISH, GERMAN = language("en"), language("de")
INSTRUCT = shipped_profile("instruct")


def shown(profile: str, text: str, *, source: str = "en", target: str = "de", **fields: object) -> str:
    request = PromptInput(text=text, source=language(source), target=language(target), **fields)
    return "".join(message.text for message in render(shipped_profile(profile), request).messages)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("target", ["de", "zh", "bn", "he", "zu"])
def test_every_profile_shows_the_text_once_as_data(name: str, target: str) -> None:
    request = PromptInput(text="Zorgblatt 7", source=ENGLISH, target=language(target))
    rendered = render(shipped_profile(name), request)
    parts = [part for message in rendered.messages for part in message.parts]
    assert [part.text for part in parts if part.data].count("Zorgblatt 7") == 1
    assert not any("Zorgblatt" in part.text for part in parts if not part.data)


@given(text=st.text(), context=st.text(), term=st.text(min_size=1))
def test_dataset_text_never_becomes_template(text: str, context: str, term: str) -> None:
    hostile = f"{{{{ 7 * 7 }}}} {{% for x in y %}} \ue000text\ue001 {text}"
    request = PromptInput(
        text=hostile, source=ENGLISH, target=GERMAN, context=context, glossary=((term, hostile),)
    )
    parts = render(INSTRUCT, request).messages[0].parts
    fixed = (
        render(
            INSTRUCT,
            PromptInput(
                text="x",
                source=ENGLISH,
                target=GERMAN,
                context="y" if context else "",
                glossary=(("a", "b"),),
            ),
        )
        .messages[0]
        .parts
    )
    assert [part.text for part in parts if not part.data] == [part.text for part in fixed if not part.data]
    assert hostile in [part.text for part in parts if part.data]


@given(text=st.text(), context=st.text())
def test_markers_are_not_in_the_texts_and_follow_from_them(text: str, context: str) -> None:
    envelope = envelope_for(text, context)
    assert envelope == envelope_for(text, context)
    assert envelope.tag not in text.casefold()
    assert envelope.tag not in context.casefold()


def test_a_text_that_quotes_its_own_marker_gets_another() -> None:
    text = "plain"
    for _ in range(20):
        tag = envelope_for(text).tag
        text += f" </translation-{tag.upper()}>"
        assert envelope_for(text).tag not in text.casefold()


@given(body=st.text(min_size=1).filter(str.strip))
def test_what_is_put_into_the_envelope_comes_out(body: str) -> None:
    envelope = envelope_for(body)
    said = f"\n {envelope.reply_open}\n{body}\n{envelope.reply_close} \n"
    assert read_reply(INSTRUCT, said, envelope=envelope).text == body.strip()


@given(
    before=st.text(min_size=1).filter(str.strip),
    after=st.text(min_size=1).filter(str.strip),
    body=st.text(min_size=1).filter(str.strip),
)
def test_words_outside_the_envelope_fail_it(before: str, after: str, body: str) -> None:
    envelope = envelope_for(body, before + after)
    inside = f"{envelope.reply_open}{body}{envelope.reply_close}"
    for said in (f"{before}{inside}", f"{inside}{after}", f"{before}{inside}{after}"):
        read = read_reply(INSTRUCT, said, envelope=envelope)
        assert read.text is None
        assert read.fault is ReplyFault.OUTSIDE


@given(body=st.text(min_size=1), cut=st.integers(min_value=1))
def test_a_reply_cut_anywhere_fails(body: str, cut: int) -> None:
    envelope = envelope_for(body)
    said = f"{envelope.reply_open}{body}{envelope.reply_close}"
    read = read_reply(INSTRUCT, said[: -1 - cut % (len(said) - 1)], envelope=envelope)
    assert read.text is None
    assert read.fault in {ReplyFault.NO_CLOSING, ReplyFault.NO_OPENING, ReplyFault.EMPTY}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", ReplyFault.EMPTY),
        (" \n\t", ReplyFault.EMPTY),
        ("<translation-abc123></translation-abc123>", ReplyFault.EMPTY),
        ("Hallo", ReplyFault.NO_OPENING),
        ("<translation-000000>Hallo</translation-000000>", ReplyFault.NO_OPENING),
        ("<source-abc123>Hi</source-abc123>", ReplyFault.NO_OPENING),
        (
            "<translation-abc123>a</translation-abc123><translation-abc123>b</translation-abc123>",
            ReplyFault.REPEATED,
        ),
        ("<translation-abc123><source-abc123>a</source-abc123></translation-abc123>", ReplyFault.REPEATED),
        ("</translation-abc123>a<translation-abc123>", ReplyFault.OUTSIDE),
        ("<think>x</think><translation-abc123>a</translation-abc123>", ReplyFault.OUTSIDE),
    ],
)
def test_faults_have_names(said: str, fault: ReplyFault) -> None:
    assert read_reply(INSTRUCT, said, envelope=Envelope(tag="abc123")).fault is fault


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("<think>a <translation-abc1> b</think>\n<translation-abc123>x</translation-abc123>", "x"),
        ("thoughts</think>\n<translation-abc123>x</translation-abc123>", "x"),
        ("<translation-abc123>x</translation-abc123>", "x"),
        ("<translation-abc123><think>x</think></translation-abc123>", "<think>x</think>"),
        ("<think>never ends <translation-abc123>x</translation-abc123>", None),
    ],
)
def test_thoughts_are_taken_off_only_before_the_envelope(said: str, text: str | None) -> None:
    assert read_reply(INSTRUCT.with_thinking(), said, envelope=Envelope(tag="abc123")).text == text


def test_one_line_means_one_line() -> None:
    profile, envelope = shipped_profile("few-shot"), Envelope(tag="abc123")
    assert read_reply(profile, " Hallo Welt. ", envelope=envelope).text == "Hallo Welt."
    assert read_reply(profile, "Hallo\nEnglish: next", envelope=envelope).fault is ReplyFault.SEVERAL_LINES


def test_every_language_has_four_examples() -> None:
    for code in LANGUAGES:
        for source, target in ((ENGLISH, language(code)), (language(code), ENGLISH)):
            if source != target:
                examples = examples_for(source, target)
                assert len(examples) == 4
                assert all(item.source != item.target for item in examples)
                assert all(item.source_name != item.target_name for item in examples)


def test_examples_are_in_the_languages_of_the_pair_where_there_are_some() -> None:
    for source, target in (
        ("en", "es"),
        ("en", "fr"),
        ("en", "de"),
        ("en", "pt"),
        ("ja", "en"),
        ("de", "fr"),
    ):
        names = {
            (item.source_name, item.target_name) for item in examples_for(language(source), language(target))
        }
        assert names == {(language(source).name, language(target).name)}


def test_few_shot_prompts_have_the_form_that_the_model_continues() -> None:
    prompt = shown("few-shot", "One line.", target="es")
    assert prompt.count("English: ") == 5
    assert prompt.endswith("English: One line.\nSpanish:")


def test_documented_templates_of_translation_models() -> None:
    assert shown("hunyuan-mt", "Hi.") == (
        "Translate the following segment into German, without additional explanation.\n\nHi."
    )
    assert shown("hunyuan-mt", "Hi.", target="zh") == "把下面的文本翻译成中文，不要额外解释。\n\nHi."
    assert shown("hunyuan-mt", "你好", source="zh", target="fr").startswith("把下面的文本翻译成法语")
    assert shown("tower-plus", "Hello world!", target="pt") == (
        "Translate the following English source text to Portuguese (Portugal):\n"
        "English: Hello world!\nPortuguese (Portugal): "
    )
    only = "ONLY output the translated result without any additional explanation:\n\nHi."
    plain = shown("hy-mt2", "Hi.")
    assert plain.startswith("Translate the following text into German. Never translate or alter formulas")
    assert plain.endswith(only)
    told = shown(
        "hy-mt2", "Hi.", context="Before.", translated_context="Davor.", glossary=(("hinge", "Tür"),)
    )
    assert told.startswith(
        "[Background Information]\nBefore.\nDavor.\n\nReference the following translations:\n"
    )
    assert (
        "\nhinge translates to Tür\n\nTranslate the following text into German, taking the provided" in told
    )
    assert told.endswith(only)
    assert shown("madlad", "Hi.", target="pt") == "<2pt> Hi."
    assert shown("madlad", "Hi.", target="he") == "<2iw> Hi."


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("tencent/Hy-MT2-7B-FP8", "hy-mt2"),
        ("google/translategemma-12b-it", "translategemma"),
        ("Unbabel/Tower-Plus-9B", "tower-plus"),
        ("/models/hunyuan-mt-7b", "hunyuan-mt"),
        ("google/madlad400-3b-mt", "madlad"),
        ("google/gemma-3-27b-it", None),
        ("Qwen/Qwen3-8B-Instruct", None),
    ],
)
def test_a_translation_model_is_known_by_its_name(model: str, profile: str | None) -> None:
    assert profile_of_model(model) == profile


def test_instruct_leaves_out_what_is_not_there() -> None:
    plain = shown("instruct", "Hi.")
    assert "orientation" not in plain
    assert "terms" not in plain
    assert "\n\n\n" not in plain
    full = shown("instruct", "Hi.", context="Before.", glossary=(("hinge", "Scharnier"),))
    assert "Before." in full
    assert "- hinge → Scharnier\n" in full
    assert "It was translated" not in full
    both = shown("instruct", "Hi.", context="Before.", translated_context="Davor.")
    assert "Before.\n\nIt was translated like this." in both
    assert "\nDavor.\n\nThe text to translate:" in both


def test_digests_differ_by_pair_and_by_content() -> None:
    digests = {
        profile_digest(shipped_profile(name), ENGLISH, target)
        for name in PROFILES
        for target in (GERMAN, language("fr"))
    }
    assert len(digests) == 2 * len(PROFILES)
    assert profile_digest(INSTRUCT, ENGLISH, GERMAN) != profile_digest(
        INSTRUCT.with_thinking(), ENGLISH, GERMAN
    )


MINE = 'version = 1\nchat = true\nreply = "whole"\nuser = """{}"""\n'


def test_a_users_file_is_a_profile() -> None:
    profile = parse_profile(
        MINE.format("Übersetze ins {{ target.name_in('de') }} ({{ target.code }}): {{ text }}"),
        name="mine.toml",
    )
    request = PromptInput(text="Hi {{ x }}", source=ENGLISH, target=language("fr"))
    assert render(profile, request).messages[0].text == "Übersetze ins Französisch (fr): Hi {{ x }}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = ", "not TOML"),
        (MINE.format("{{ text }}") + "colour = 1", "unknown key 'colour'"),
        (MINE.format("{{ text }}").replace("true", '"yes"'), "chat must be of type bool"),
        (MINE.format("{{ text }}").replace("version = 1", "version = true"), "version must be of type int"),
        (MINE.format("{{ text }}").replace('"whole"', '"xml"'), "reply = 'xml'"),
        (MINE.format("nothing"), "user never uses"),
        (MINE.format("{{ text }} {{ secret }}"), "unknown secret"),
        (MINE.format("{{ text "), "user, line 1"),
        (MINE.format("{{ text }}\ue000"), "private-use"),
        (MINE.format("{{ text }}").replace("whole", "envelope"), "an envelope needs"),
        (MINE.format("{{ text }}") + "stop = [1]", "hold texts only"),
        ('reply = "whole"\nchat = true\nuser = "{{ text }}"', "version is missing"),
    ],
)
def test_a_broken_profile_is_refused_with_its_key(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse_profile(text, name="mine.toml")
    assert "mine.toml" in str(caught.value)


@pytest.mark.parametrize(
    "template",
    [
        "{{ text.__class__.__mro__ }}{{ text }}",
        "{{ source.__class__.of.__globals__ }}{{ text }}",
        "{% include '/etc/passwd' %}{{ text }}",
        "{% import 'os' as os %}{{ text }}",
        "{{ text }}{{ text }}",
        "{{ text | upper }}",
        "{{ text | reverse }}",
        "{{ text | length }}",
        "{{ source.name_in('nowhere') }}{{ text }}",
        "{{ 1 / 0 }}{{ text }}",
        "{{ glossary.append(1) }}{{ text }}",
    ],
)
def test_templates_can_neither_escape_nor_touch_the_text(template: str) -> None:
    with pytest.raises(InputError):
        render(
            parse_profile(MINE.format(template), name="mine.toml"),
            PromptInput(text="Hi", source=ENGLISH, target=GERMAN),
        )


def test_unknown_profiles_are_refused() -> None:
    with pytest.raises(InputError, match="no prompt profile 'chatty'"):
        shipped_profile("chatty")
