"""The skeleton of a text comes back; words in it may be any."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.metrics.fidelity import protected_faults
from parallelize.metrics.pair import Pair
from parallelize.metrics.structure import structure_faults
from parallelize.text.structure import read_structure, without_figures

LIST = "Pack the bag:\n\n* two shirts\n* a towel\n* soap"
STEPS = "1) Heat the oven.\n2) Mix flour and milk.\n3) Bake for an hour."
TABLE = "| Day | Rain |\n| --- | ---: |\n| Monday | none |\n| Friday | a lot |"
LINK = "Read [the guide](https://example.net/a_(b)) first![^a]"
MARKS = "This is **very** important, *really*, and so is **that**."
RECORD = 'The order is {"id": 7, "lines": [{"item": "pen", "n": 2}], "paid": true}.'
PROGRAM = "Count the words:\n\nimport sys\nfor line in sys.stdin:\n    print(len(line.split()))  # words"
DRAWING = 'Find the angle.\n[asy]\ndraw((0,0)--(4,1));\nlabel("$12$ cm", (2,1));\n[/asy]'
QUERY = "Run SELECT id FROM cats WHERE age < 4; and count."
HEADS = "# Report\n\nGood.\n\n## Costs\n\nHigh."


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (LIST, "Pack die Tasche:\n\n- zwei Hemden\n- ein Handtuch\n- Seife"),
        (LIST, "बैग पैक करें:\n\n• दो कमीज़ें\n• एक तौलिया\n• साबुन"),
        (STEPS, "1、烤箱预热。\n2、把面粉和牛奶混合。\n3、烤一小时。"),
        (STEPS, "१) ओवन गरम करें।\n२) आटा और दूध मिलाएँ।\n३) एक घंटे तक सेंकें।"),
        (TABLE, "| Dia | Chuva |\n|---|---:|\n| segunda | nenhuma |\n| sexta | muita |"),
        (LINK, "先にまず[ガイド](https://example.net/a_(b))をお読みください![^a]"),
        (MARKS, "这**非常**重要，*真的*，**那个**也是。"),
        (MARKS, "Это **очень** важно, *правда*, и **то** тоже."),
        (RECORD, 'Der Auftrag ist {"id": 7, "lines": [{"item": "Stift", "n": 2}], "paid": true}.'),
        (PROGRAM, "Zähle:\n\nimport sys\nfor line in sys.stdin:\n    print(len(line.split()))  # Wörter"),
        (DRAWING, 'Trouvez l\'angle.\n[asy]\ndraw((0,0)--(4,1));\nlabel("$12$ cm", (2,1));\n[/asy]'),
        (DRAWING, 'Bul.\n\\begin{asy}\ndraw((0,0)--(4,1));\nlabel("$12$ santim", (2,1));\n\\end{asy}'),
        (HEADS, "# Rapport\n\nBon.\n\n## Coûts\n\nÉlevés."),
        ("> Be brief.\n\nHe is.", "> 短く。\n\n彼はそうだ。"),
        (QUERY, "Execute SELECT id FROM cats WHERE age < 4; e conte."),
        ("She scored 3 * 4 * 5 points and |x| < 2.", "Sie hat 3 · 4 · 5 Punkte und |x| < 2."),
        ("#### 18", "#### 18"),
        ("It is -5 degrees\n- maybe", "Es sind -5 Grad\nvielleicht"),
        ("Return to the class and import nothing.", "Kehre in die Klasse zurück und importiere nichts."),
        ("Solve \\[x > 3.\\](Give an interval.)", "Löse \\[x > 3.\\](Gib ein Intervall an.)"),
        ("Write {x} and [1, 2] down.", "Schreib {x} und [1, 2] auf."),
    ],
)
def test_a_faithful_skeleton(source: str, target: str) -> None:
    assert structure_faults(Pair.of(source, target, ("en", "de"))).value == 0


@pytest.mark.parametrize(
    ("source", "target", "seen"),
    [
        (LIST, "Pack die Tasche: zwei Hemden, ein Handtuch, Seife", "3 → 0 items"),
        ("> Be brief.\n\nHe is.", "短く。\n\n彼はそうだ。", "quotation"),
        (QUERY, "Execute SELECIONE id DE gatos ONDE idade < 4; e conte.", "line of code"),
        (PROGRAM, PROGRAM.replace("    print", "print"), "indentation"),
        (LIST, "Pak de tas in:\n\n- twee hemden\n- zeep", "3 → 2 items"),
        (STEPS, "Chauffez le four, mélangez, puis cuisez une heure.", "3 → 0 items"),
        (TABLE, "| Dia | Chuva |\n|---|---:|\n| segunda | nenhuma | sexta | muita |", "cells"),
        (TABLE, "| Dia | Chuva |\n|---|---:|\n| segunda | |\n| sexta | muita |", "cells"),
        (TABLE, "Segunda: nenhuma, sexta: muita", "cells"),
        (LINK, "Lies zuerst [den Leitfaden] (https://example.net/a_(b))![^a]", "lost link https"),
        (LINK, "Lies zuerst [den Leitfaden](https://example.net/x)![^a]", "lost link https"),
        (LINK, "Lies zuerst [den Leitfaden](https://example.net/a_(b))!", "lost link [^a]"),
        (MARKS, "Das ist ** sehr ** wichtig, *wirklich*, und **das** auch.", "2 → 1 words in bold"),
        (MARKS, "Das ist **sehr** wichtig, wirklich, und **das** auch.", "1 → 0 words in italic"),
        (RECORD, 'Der Auftrag ist {"nr": 7, "zeilen": [{"item": "Stift", "n": 2}], "paid": true}.', "JSON"),
        (RECORD, 'Der Auftrag ist {"id": 7, "lines": [], "paid": true}.', "JSON"),
        (RECORD, 'Der Auftrag ist {"id": 8, "lines": [{"item": "Stift", "n": 2}], "paid": true}.', "JSON"),
        (RECORD, 'Der Auftrag ist "id": 7, "lines": "item": "Stift", "n": 2, "paid": true.', "JSON"),
        (PROGRAM, "Conta:\n\nimportar sys\npara linha em sys.stdin:\n    print(len(linha.split()))", "code"),
        (DRAWING, "Trouvez l'angle.", "1 → 0 figures"),
        (DRAWING, "Trouvez l'angle.\n[asy]\ndraw((0,0)--(4,2));\n[/asy]", "other numbers"),
        (DRAWING, DRAWING.replace("--", ""), "other numbers or signs"),
        (HEADS, "Rapport\n\nBon.\n\n## Coûts\n\nÉlevés.", "headings"),
    ],
)
def test_a_damaged_skeleton(source: str, target: str, seen: str) -> None:
    score = structure_faults(Pair.of(source, target, ("en", "de")))
    assert score.value
    assert seen in score.evidence


PIECES = [*"#*-|[]()`{}\"'\\:,.^! \n01ab", "[asy]", "[/asy]", "\\begin{asy}", "def f("]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_text_has_its_own_skeleton(text: str) -> None:
    assert structure_faults(Pair.of(text, text, ("en", "en"))).value == 0
    assert not read_structure(without_figures(text)).figures


def test_hostile_text_is_read_in_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("[", "*a", "|a|\n", '{"a":', "[asy]", "\\begin{asy}", "[a](x", "if a\n", "# ", 'def f("\\'):
        read_structure(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("fence", ["", "```"])
def test_comments_and_strings_of_code_may_be_translated(fence: str) -> None:
    source = f'Run it:\n\n{fence}\ndef greet(name):\n    # say hello\n    return "hello " + name\n{fence}'
    target = f'Kör den:\n\n{fence}\ndef greet(name):\n    # säg hej\n    return "hej " + name\n{fence}'
    assert protected_faults(Pair.of(source, target, ("en", "sv"), exact_spans=False)).value == 0
    broken = target.replace("return", "returnera")
    assert protected_faults(Pair.of(source, broken, ("en", "sv"), exact_spans=False)).value
