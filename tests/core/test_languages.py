"""Language tags: what is understood, what is kept of them, what is refused and with which hint."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.languages import (
    LANGUAGES,
    Language,
    alpha3,
    base_code,
    known_language,
    language,
    language_keys,
    languages,
    name_in,
    nearest,
)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        *(("DE", "de"), ("deu_Latn", "de"), ("ger", "de"), (" fr ", "fr"), ("iw", "he"), ("in", "id")),
        *(("mo", "ro"), ("cmn_Hani", "zh"), ("jpn_Jpan", "ja"), ("kor_Hang", "ko"), ("arb_Arab", "ar")),
        *(("fil", "fil"), ("tl", "tl"), ("yue", "yue"), ("nb", "nb"), ("nn", "nn"), ("no", "no")),
        *(("nob_Latn", "nb"), ("rus_Cyrl", "ru"), ("pes_Arab", "fa"), ("zsm_Latn", "ms"), ("swh", "sw")),
        # A script that is a choice stays, in any spelling.
        *(("srp_Latn", "sr-Latn"), ("sr-cyrl", "sr-Cyrl"), ("zho_Hans", "zh-Hans"), ("zh-hant", "zh-Hant")),
        *(("uzn_Cyrl", "uz-Cyrl"), ("azj_Latn", "az-Latn"), ("kaz_Cyrl", "kk-Cyrl"), ("hin_Latn", "hi-Latn")),
        # A region stays.
        *(("pt_PT", "pt-PT"), ("pt-br", "pt-BR"), ("zh-TW", "zh-TW"), ("es-419", "es-419")),
        *(("zho_Hant_HK", "zh-Hant-HK"), ("de-latn-at", "de-AT"), ("EN-gb", "en-GB")),
    ],
)
def test_reads_tags(given: str, code: str) -> None:
    assert language(given).code == code


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        *(("jp", "ja"), ("cn", "zh"), ("kr", "ko"), ("ua", "uk"), ("cz", "cs"), ("dk", "da"), ("gr", "el")),
        *(("vn", "vi"), ("tw", "zh-Hant"), ("br", "pt-BR"), ("sh", "sr-Latn"), ("arz", "ar-EG")),
        *(("German", "de"), ("chinese", "zh"), ("Mandarin", "zh"), ("deutsch", "de"), ("Français", "fr")),
        *(("日本語", "ja"), ("Farsi", "fa"), ("Portugese", "pt"), ("brazilian portuguese", "pt-BR")),
        *(("xx", "languages"), ("tlh", "languages"), ("", "languages"), ("english-ish", "en")),
        # What is understood but cannot be is refused by its name.
        *(("de-Cyrl", "Cyrl"), ("pt-XX", "XX"), ("ca-valencia", "valencia"), ("th-Latn", "Latn")),
        *(("de-DE-1996", "1996"), ("sr_RS.UTF-8", "RS.UTF")),
    ],
)
def test_refuses_with_a_hint(given: str, hint: str) -> None:
    with pytest.raises(InputError) as refused:
        language(given)
    assert re.search(rf"(?<!\w){re.escape(hint)}(?!\w)", str(refused.value))


def test_variants_are_targets_of_their_own() -> None:
    found = languages("sr-Latn, sr-Cyrl,sr,pt-BR,pt-PT,zh-Hans,zh-Hant,zh-TW")
    assert len({item.code for item in found}) == len({item.name for item in found}) == 8
    assert language("sr").scripts == ("Cyrl", "Latn")
    assert language("sr-Latn").scripts == language("sr-ME").scripts == ("Latn",)
    assert language("zh-TW").script == language("zh-HK").script == "Hant"
    assert language("zh-CN").scripts == ("Hans",)
    assert language("pa-PK").right_to_left


def test_tables_by_language_are_asked_from_exact_to_general() -> None:
    assert language_keys("zh-TW") == ("zh-TW", "zh-Hant", "zh")
    assert language_keys("pt-BR") == ("pt-BR", "pt")
    assert language_keys("nowhere") == ("nowhere",)
    assert nearest({"zh-Hant": 1, "zh": 2}, "zh-HK") == 1
    assert nearest({"hi": 1}, "hi-Latn") == 1
    assert nearest({"hi": 1}, "hi-Latn", same_script=True) is None
    assert nearest({"zh": 1}, "zh-Hant", same_script=True) == 1


def test_names_in_other_languages() -> None:
    assert name_in("de", "zh") == "德语"
    assert name_in("pt-BR", "fr-CA") == "portugais brésilien"
    assert name_in("sr-Latn", "de") is None  # a name that leaves the script unsaid is not its name
    assert name_in("de", "nowhere") is None


def test_codes_of_iso_639() -> None:
    assert (alpha3("de"), alpha3("pt-BR"), alpha3("fil"), alpha3("zh")) == ("deu", "por", "fil", "zho")
    assert (base_code("CAT"), base_code("xyz")) == ("ca", None)
    assert known_language("xyz") is None


@pytest.mark.parametrize("item", LANGUAGES.values(), ids=LANGUAGES)
def test_the_table_is_complete(item: Language) -> None:
    assert item.name
    assert unicodedata.is_normalized("NFC", item.native_name)
    assert item.script == item.scripts[0]
    assert language(item.code) is item
    assert language(alpha3(item.code)) is item
    assert name_in(item.code, "en") or name_in(item.code, "de")


@given(st.text(max_size=30) | st.from_regex(r"[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Z]{2})?", fullmatch=True))
def test_a_tag_is_read_or_refused_and_reads_itself(text: str) -> None:
    found = known_language(text)
    if found is not None:
        assert language(found.code) == found
        assert found.base in LANGUAGES
