"""Damages: each does what it says, is repeatable, and says None where it cannot be done."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.languages import LANGUAGES
from parallelize.metrics.language import CANDIDATES
from parallelize.stages.damage import DAMAGES, Specimen
from parallelize.stages.damage_phrases import preambles

SOURCE = "Mia has 12 plums. She eats 3 of them, then buys 1,250 more. How many plums are there?"
TARGET = "Mia hat 12 Pflaumen. Sie isst 3 davon, dann kauft sie 1.250 dazu. Wie viele Pflaumen sind es?"
GERMAN = Specimen(
    source=SOURCE,
    target=TARGET,
    language="de",
    others=((SOURCE, TARGET), ("Tom walks home. It is late.", "Tom geht nach Hause. Es ist spät.")),
    elsewhere=("Mia a 12 prunes. Elle en mange 3, puis en achète 1 250. Combien y a-t-il de prunes ?",),
)


def done(name: str, specimen: Specimen, seed: int = 0) -> str:
    damaged = DAMAGES[name].apply(specimen, Random(seed))
    assert damaged is not None
    return damaged


def test_there_are_twenty_one_and_each_is_named_by_its_key() -> None:
    assert len(DAMAGES) == 21
    assert all(name == damage.name and damage.meaning for name, damage in DAMAGES.items())


def test_drop_sentence_leaves_the_other_sentences_as_they_were() -> None:
    results = {done("drop_sentence", GERMAN, seed) for seed in range(20)}
    assert results == {
        "Sie isst 3 davon, dann kauft sie 1.250 dazu. Wie viele Pflaumen sind es?",
        "Mia hat 12 Pflaumen. Wie viele Pflaumen sind es?",
        "Mia hat 12 Pflaumen. Sie isst 3 davon, dann kauft sie 1.250 dazu.",
    }


def test_drop_sentence_takes_a_stretch_of_thai_between_spaces() -> None:
    thai = "มีอามีลูกพลัม 12 ลูก เธอกินไป 3 ลูก แล้วซื้อเพิ่มอีกหลายลูกที่ตลาด ตอนนี้มีลูกพลัมทั้งหมดกี่ลูก"
    damaged = done("drop_sentence", Specimen(source=SOURCE, target=thai, language="th"))
    assert 0 < len(damaged) < 0.9 * len(thai)


@pytest.mark.parametrize("digits", ["12", "१२", "১২", "１２", "١٢"])
def test_change_number_changes_one_digit_within_its_script(digits: str) -> None:
    target = f"Mia: {digits}."
    damaged = done("change_number", Specimen(source="Mia: 12.", target=target, language="de"))
    different = [(a, b) for a, b in zip(target, damaged, strict=True) if a != b]
    assert len(different) == 1
    assert different[0][1].isdecimal()
    assert abs(ord(different[0][0]) - ord(different[0][1])) < 10


def test_remove_boxed_keeps_or_drops_the_content_of_nested_braces() -> None:
    specimen = Specimen(source="", target=r"Also $x = \boxed{\frac{1}{2}}$, nicht \boxed{", language="de")
    assert {done("remove_boxed", specimen, seed) for seed in range(20)} == {
        r"Also $x = \frac{1}{2}$, nicht \boxed{",
        r"Also $x = $, nicht \boxed{",
    }


def test_eat_backslashes_reads_commands_as_escapes_or_drops_the_sign() -> None:
    specimen = Specimen(source="", target=r"\boxed{\frac{1}{2}} \sqrt{3}", language="de")
    assert {done("eat_backslashes", specimen, seed) for seed in range(20)} == {
        "\x08oxed{\x0crac{1}{2}} \\sqrt{3}",
        "boxed{frac{1}{2}} sqrt{3}",
    }


def test_swap_takes_another_row_and_insert_a_sentence_of_a_source() -> None:
    assert done("swap_rows", GERMAN) == "Tom geht nach Hause. Es ist spät."
    inserted = done("insert_sentence", GERMAN)
    assert len(inserted) > len(TARGET)
    assert any(piece in inserted for piece in ("She eats 3 of them", "How many plums", "Mia has 12 plums"))


def test_repeat_clause_repeats_twenty_times() -> None:
    clauses = ("Mia hat 12 Pflaumen. ", "Sie isst 3 davon, ", "dann kauft sie 1.250 dazu. ", "Wie viele")
    for seed in range(10):
        damaged = done("repeat_clause", GERMAN, seed)
        assert [damaged.count(clause) for clause in clauses].count(20) == 1


@pytest.mark.parametrize(
    ("name", "target", "results"),
    [
        ("sign_lost", "Ist x ≥ 3? Die $x < 5$ bleibt.", {"Ist x  3? Die $x < 5$ bleibt."}),
        ("sign_lost", "Frag @ana zu 5 €.", {"Frag ana zu 5 €.", "Frag @ana zu 5 ."}),
        ("unit_swapped", "Er trägt 7 Kilogramm.", None),
        ("opposite", "Ana hat mehr Nüsse.", {"Ana hat weniger Nüsse."}),
        ("table_cell", "| Tag | Zahl |\n|---|---|\n| Mo | 3 |", None),
        (
            "code_line",
            "So:\n```python\na = 1\n```\nEnde.",
            {"So:\n```python\na - 1\n```\nEnde.", "So:\n```python\n\n```\nEnde."},
        ),
        (
            "json_key",
            'Aus {"total": 3}.',
            {f'Aus {{"{key}": 3}}.' for key in ("clave", "wert", "nome", "klucz")},
        ),
    ],
)
def test_small_damage_is_one_thing(name: str, target: str, results: set[str] | None) -> None:
    specimen = Specimen(source="Text", target=target, language="de")
    found = {DAMAGES[name].apply(specimen, Random(seed)) for seed in range(40)}
    assert target not in found
    assert None not in found
    if results is not None:
        assert found == results


def test_a_table_has_an_empty_cell_or_one_more() -> None:
    target = "| Tag | Die Zahl |\n|---|---|\n| Mo | 3 |"
    specimen = Specimen(source="", target=target, language="de")
    found = {done("table_cell", specimen, seed) for seed in range(40)}
    assert "| Tag | Die Zahl |\n|---|---|\n| Mo | |" in found
    assert any(text.count("|") > target.count("|") for text in found)


def test_a_unit_is_another_unit_of_the_same_language() -> None:
    specimen = Specimen(source="", target="Er läuft 3 Meilen und wiegt 7 Gramm.", language="de")
    found = {done("unit_swapped", specimen, seed) for seed in range(40)}
    assert len(found) == 2
    assert any("Meilen" not in text for text in found)
    assert any("Meilen" in text for text in found)


def test_a_name_is_changed_throughout_and_comes_of_other_rows_too() -> None:
    specimen = Specimen(
        source="Yesterday Carla met Omar, and Omar paid.",
        target="Gestern traf Carla Omar, und Omar zahlte.",
        language="de",
        others=(("Then Pia sang.", "Dann sang Pia."),),
    )
    found = {done("name_changed", specimen, seed) for seed in range(60)}
    assert any(text == "Gestern traf Carla Pia, und Pia zahlte." for text in found)
    assert all(("Carla" in text) != (text.count("Omar") == 2) for text in found)


def test_a_head_is_cut_and_an_answer_is_appended() -> None:
    assert TARGET.endswith(done("head_cut", GERMAN))
    answered = done("appended_answer", GERMAN)
    assert answered.startswith(TARGET)
    assert "ntwort" in answered


def test_what_cannot_be_done_is_none() -> None:
    bare = Specimen(source="", target="Ja", language="de")
    undone = {name for name, damage in DAMAGES.items() if damage.apply(bare, Random(0)) is None}
    assert undone == {
        "drop_sentence",
        "change_number",
        "remove_boxed",
        "swap_rows",
        "insert_sentence",
        "cut",
        "repeat_clause",
        "eat_backslashes",
        "wrong_language",
        "copy_source",
        "sign_lost",
        "unit_swapped",
        "name_changed",
        "opposite",
        "table_cell",
        "code_line",
        "json_key",
        "head_cut",
    }


@pytest.mark.parametrize("language", CANDIDATES)
def test_every_candidate_language_has_its_own_announcement(language: str) -> None:
    assert language == "en" or len(preambles(language)) > len(preambles("xx"))


@given(
    source=st.text(max_size=80),
    target=st.text(max_size=120),
    language=st.sampled_from(sorted(LANGUAGES)),
    seed=st.integers(0, 1000),
)
def test_any_text_is_damaged_repeatably_or_not_at_all(
    source: str, target: str, language: str, seed: int
) -> None:
    specimen = Specimen(source=source, target=target, language=language, others=(("a b", target + "x"),))
    for damage in DAMAGES.values():
        damaged = damage.apply(specimen, Random(seed))
        assert damaged == damage.apply(specimen, Random(seed))
        assert damaged is None or damaged.strip() or damage.name == "remove_boxed"
