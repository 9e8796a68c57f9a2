"""The fuzzers: each makes an input from a seed and checks a law on it. What it raises is what it found."""

from __future__ import annotations

import json
import math
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from parallelize.core.errors import ParallelizeError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import Placeholders
from tests.fuzz.inputs import LANGUAGES, json_tree, language, soup, spoiled

__all__ = ["FUZZERS", "Fuzzer"]

Input = list[Any]
"""Arguments of the check; JSON can say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzer:
    """What is tried, and the law that must hold."""

    make: Callable[[random.Random], Input]
    check: Callable[..., None]
    law: str


def _text(chance: random.Random) -> Input:
    return [soup(chance)]


def _text_and_language(chance: random.Random) -> Input:
    return [soup(chance), language(chance)]


def _pair(chance: random.Random) -> Input:
    source = soup(chance)
    return [
        source,
        spoiled(chance, source) if chance.random() < 0.6 else soup(chance),
        "en",
        language(chance),
    ]


def cut_and_join(text: str, characters: int, multiline: bool) -> None:
    from parallelize.text.segment import join, sentences, split, split_smaller

    parts = split(text, segment_chars=characters, multiline=multiline)
    assert join(parts) == text, "split"
    assert join(split_smaller(text)) == text, "split_smaller"
    assert "".join(sentences(text)) == text, "sentences"
    for part in parts[:100]:
        assert join(split_smaller(part.text)) == part.text, "split_smaller of a piece"


def protect_and_restore(text: str, form: str) -> None:
    from parallelize.text.protect import PlaceholderCollision, find_spans, mask_spans, unmask

    spans = find_spans(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans), "span beyond its text"
    assert all(one.end <= two.start for one, two in pairwise(spans)), "spans overlap"
    try:
        masked = mask_spans(text, spans, Placeholders(form))
    except PlaceholderCollision:
        return
    restored = unmask(masked.text, masked)
    assert restored.exact, "not exact"
    assert restored.text == text, "restored"


def protect_pieces(text: str, form: str) -> None:
    """Every piece that is sent can be hidden and shown by itself."""
    from parallelize.text.segment import split

    for part in split(text, segment_chars=120, multiline=False)[:100]:
        protect_and_restore(part.text, form)


def read_the_numbers(text: str, code: str) -> None:
    from parallelize.text.numerals import normalise_numeral, read_digits, read_numbers, render

    numbers = read_numbers(text, code)
    assert all(one.end <= two.start for one, two in pairwise(numbers)), "numbers overlap"
    for number in numbers:
        assert text[number.start : number.end] == number.text
        assert render(number.value)
    read_digits(text, code)
    normalise_numeral(text[:60], code)


def compare_numbers(source: str, target: str, ours: str, theirs: str) -> None:
    from parallelize.text.numerals import NumberedText, digits_agree, numbers_agree, unconverted

    text, translation = NumberedText(source, ours), NumberedText(target, theirs)
    unconverted(numbers_agree(text, translation), text, translation)
    digits_agree(text, translation)
    assert numbers_agree(text, text).agrees, "a text differs from itself"


def compare_formulas(source: str, target: str, *_: str) -> None:
    from parallelize.text.formulas import formula_difference
    from parallelize.text.protect import span_difference

    formula_difference(source, target)
    span_difference(source, target)
    assert span_difference(source, source).count == 0


def find_answers(text: str, code: str) -> None:
    from parallelize.text.answers import boxes, final_answer, find_choice, read_collection

    found = final_answer(text, code, allow_last_number=True)
    if found is not None:
        assert text[found.start : found.end] == found.value
    boxes(text)
    find_choice(text, code)
    read_collection(text, code)


_ANSWERS = [
    "1", "12.5", "1/2", r"\frac{1}{2}", r"\sqrt{2}", "x", "(", ")", "[", "]", "{", "}", ",", ";", "+", "-", "*", "/", "^", "!", "9^{9^{9^9}}",
    "99999!", "10^{10}", "2^{", r"\pi", "e", "i", r"\infty", r"\left(", r"\right)", r"\text{cm}", "%", r"\%", "$", "1,000", "1.000,5", r"\{", r"\}",
    r"\begin{pmatrix}1\\2\end{pmatrix}", r"\int_0^1", r"\sum_{n=1}^{10^9}", r"\binom{1000000}{500000}", "x=", r"\cup", "(0,1]", "yes", "A", "三", "٣",
    r"\log_{2}", "sin(", "nan", "inf", "1e400", "--", "0x10", "1" * 50, r"\prod_{k=1}^{99999}k", r"\gcd(", "factorial(9999999)", "((((", "))))",
]  # fmt: skip


def _answer(chance: random.Random) -> str:
    return "".join(chance.choice(_ANSWERS) for _ in range(chance.choice([1, 1, 2, 3, 6, 12, 40])))


def _answers(chance: random.Random) -> Input:
    left = _answer(chance)
    right = spoiled(chance, left) if chance.random() < 0.4 else _answer(chance)
    return [left, right, language(chance), language(chance)]


def compare_answers(left: str, right: str, ours: str, theirs: str) -> None:
    from parallelize.text.answers import answers_equal

    answers_equal(left, right, left_language=ours, right_language=theirs, timeout_seconds=0.3)


@cache
def _scorer() -> Any:
    from parallelize.identifiers.fasttext_lid import FastTextIdentifier
    from parallelize.identifiers.langid import LangidIdentifier
    from parallelize.stages.score import Scorer

    return Scorer((FastTextIdentifier(), LangidIdentifier()))


_MEASURED = frozenset({"pt", "de", "fr", "es", "ja", "zh", "ru", "ar", "hi"})


def measure(source: str, target: str, _: str, code: str) -> None:
    """Every measure of a pair is a number or not measured."""
    scores = _scorer().score_row(
        [("problem", source, target), ("solution", target, source)],
        languages=LanguagePair("en", code if code in _MEASURED else "pt"),
        source_answer=source[:12] or None,
        back_translations={"problem": [(source, target)], "solution": []},
    )
    for score in scores:
        assert score.value is None or math.isfinite(score.value), score.measure


def read_a_response(text: str, code: str) -> None:
    from parallelize.metrics.degeneration import degeneration
    from parallelize.text.structure import read_structure
    from parallelize.text.thinking import after_leading_thinking, split_response

    split_response(text)
    after_leading_thinking(text)
    degeneration(text, code)
    read_structure(text)


def _replies(chance: random.Random) -> Input:
    text = soup(chance, 80)
    envelope = "<translation-{tag}>", "</translation-{tag}>", "<source-{tag}>", "<think>", "</think>", "\n"
    said = "".join(chance.choice([*envelope, soup(chance, 60)]) for _ in range(chance.randrange(6)))
    return [text, said]


def read_replies(text: str, said: str) -> None:
    from parallelize.text.prompts import PROFILES, ReplyForm, envelope_for, read_reply, shipped_profile

    envelope = envelope_for(text)
    reply = said.replace("{tag}", envelope.tag)
    for name in PROFILES:
        profile = shipped_profile(name)
        found = read_reply(profile, reply, envelope=envelope)
        assert (found.text is None) != (found.fault is None)
        if profile.reply is ReplyForm.ENVELOPE and found.text is not None:
            assert envelope.tag not in found.text


_TEMPLATE = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{{ name }}", "{{ text }}", "{% for a in languages %}", "{% endfor %}", "{% if name %}", "{% endif %}",
    "{{ range(99999) }}", "{% set x = name %}", "{{ x }}", "|", "upper", "replace('a', 'b')", "join", "*", "**", "9", "'a'", "(", ")", "[", "]", ".", "__class__",
    "{% macro m() %}", "{% endmacro %}", "{{ m() }}", "~", "+", "%", "{% raw %}", "{% endraw %}", "{% include 'a' %}", "\n", " ", "- a", "for", "in", "loop.index",
    "{{ 'x' * 10 }}", "{{ name | center(99) }}", "{{ languages | tojson }}", "{{ dict(a=1) }}", "{{ cycler(1) }}", "{% block b %}", "{{ lipsum() }}", "0",
]  # fmt: skip


def _template(chance: random.Random) -> Input:
    return ["".join(chance.choice(_TEMPLATE) for _ in range(chance.randrange(1, 14)))]


def fill_templates(template: str) -> None:
    from parallelize.report.templates import render
    from parallelize.text.prompts.render import render_template

    values = {"name": "x", "languages": [{"code": "de"}, {"code": "pt"}], "text": "\ue000text\ue001"}
    for fill in (
        lambda: render(template, values, where="own.md.jinja"),
        lambda: render_template("own", template, values),
    ):
        try:
            fill()
        except ParallelizeError as error:
            assert "own" in str(error)


def _rows(chance: random.Random, tables: Mapping[str, Callable[[], Any]]) -> str:
    lines = []
    for _ in range(chance.randrange(1, 6)):
        row = {name: make() for name, make in tables.items() if chance.random() < 0.92}
        if chance.random() < 0.3:
            row[soup(chance, 10)] = json_tree(chance, 2)
        line = json.dumps(row)
        lines.append(spoiled(chance, line) if chance.random() < 0.15 else line)
    return "\n".join(lines)


def _source(chance: random.Random) -> Input:
    def prose() -> Any:
        kind = chance.random()
        if kind < 0.6:
            return f"How many {soup(chance, 20)} are left in the basket of the farmer?"
        return soup(chance, 100) if kind < 0.8 else json_tree(chance, 3)

    def chat() -> Any:
        return [
            {"role": chance.choice(["user", "assistant", "x", None]), "content": prose()}
            for _ in range(chance.randrange(3))
        ]

    tables = {
        "problem": prose, "solution": prose, "answer": lambda: json_tree(chance, 1), "messages": chat, "id": lambda: json_tree(chance, 0)
    }  # fmt: skip
    chosen = chance.sample(list(tables), chance.randrange(1, 6))
    ending = chance.choice(["jsonl", "jsonl", "json", "csv", "tsv", "txt"])
    text = _rows(chance, {name: tables[name] for name in chosen})
    if ending == "json":
        text = "[" + text.replace("\n", ",\n") + "]"
    elif ending != "jsonl":
        text = ("," if ending == "csv" else "\t").join(chosen) + "\n" + soup(chance, 300)
    return [ending, text]


def _refused_or(work: Callable[[Path], object], name: str, text: str) -> None:
    """Work on a file of this text: refused with words, or done."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            work(path)
        except ParallelizeError as error:
            assert str(error).strip()


def ingest_trees(ending: str, text: str) -> None:
    from parallelize.core.records import Record, rewritten
    from parallelize.stages.ingest import RejectedRow, SourceSpec, open_source

    def work(path: Path) -> None:
        for item in open_source(SourceSpec(path_or_id=str(path))):
            if isinstance(item, Record):
                same = rewritten(item.row, [(one.path, one.part, one.text) for one in item.texts])
                assert same == item.row, "texts put back"
            else:
                assert isinstance(item, RejectedRow)

    _refused_or(work, f"rows.{ending}", text)


def _responses(chance: random.Random) -> Input:
    tables: dict[str, Callable[[], Any]] = {
        "response": lambda: soup(chance, 120) if chance.random() < 0.8 else json_tree(chance, 3),
        "language": lambda: chance.choice([*LANGUAGES, None, 5]),
        "prompt": lambda: soup(chance, 40),
        "gold": lambda: json_tree(chance, 1),
        "id": lambda: json_tree(chance, 1),
        "sample": lambda: json_tree(chance, 0),
        "messages": lambda: json_tree(chance, 3),
        "resps": lambda: json_tree(chance, 3),
        "doc": lambda: json_tree(chance, 3),
        "choices": lambda: json_tree(chance, 3),
        "output_tokens": lambda: json_tree(chance, 0),
    }
    kind = chance.randrange(6)
    if kind < 4:
        wanted = {
            0: {"resps", "doc", "arguments", "target", "filter", "doc_id"},
            1: {"doc", "model_response", "predictions", "full_prompt", "gold", "gold_index"},
            2: {"output", "target", "input", "metadata", "error", "epoch"},
            3: {"custom_id", "response", "error", "choices", "body"},
        }[kind]
        shapes = [_LOG_SHAPES, None, None]
        return [
            "jsonl",
            _rows(chance, {name: lambda: _shaped(chance, chance.choice(shapes)) for name in wanted}),
        ]
    wanted = {"response", "language", *chance.sample(list(tables), chance.randrange(0, 5))}
    return ["jsonl", _rows(chance, {name: tables[name] for name in tables if name in wanted})]


_LOG_SHAPES = [
    {"choices": [{"message": {"content": "a"}}]}, {"text": ["a"], "reasonings": None}, {"body": {"choices": [{"text": None}]}}, [["a"]], [], {}, "['a']",
    {"body": {"output": [{"type": "message", "content": [{"text": "a"}]}, {"type": "reasoning", "content": 5}, 7]}}, {"choices": {"text": "a"}}, "[1",
    {"choices": [5]}, {"choices": 5}, {"gold_index": [True, 99], "choices": ["a"]}, {"completion": "a", "choices": []}, {"gen_args_0": {"arg_0": 5}},
]  # fmt: skip


def _shaped(chance: random.Random, shapes: list[Any] | None) -> Any:
    return json_tree(chance, 3) if shapes is None else chance.choice(shapes)


def read_response_logs(ending: str, text: str) -> None:
    from parallelize.assemble.response_files import read_responses

    _refused_or(read_responses, f"log.{ending}", text)


def _table(chance: random.Random) -> Input:
    def number() -> str:
        return chance.choice(
            [
                f"{chance.random():.3f}",
                "nan",
                "inf",
                "-1",
                "1e999",
                "",
                "0",
                "1",
                "2",
                "x",
                "0.5",
                "NaN",
                "1" * 400,
            ]
        )

    names = [
        "model",
        "trained_languages",
        "n",
        "language",
        "benchmark",
        "accuracy",
        "item",
        "correct",
        "sample",
    ]
    columns = [name for name in names if chance.random() < 0.8]
    good = chance.random() < 0.6
    if good:
        columns = ["model", "trained_languages", "language", "benchmark", "accuracy"]
    lines = [",".join(columns)]
    for model in range(chance.randrange(1, 5)):
        for code in ("en", "de", "ja"):
            cells = {
                "model": f"m{model}",
                "trained_languages": "+".join(("en", "de", "ja")[:model]),
                "language": code,
                "benchmark": "b",
                "n": number(),
                "item": number(),
                "correct": number(),
                "sample": number(),
                "accuracy": f"{chance.random():.3f}" if chance.random() < 0.97 else number(),
            }
            lines.append(",".join(cells[name] for name in columns))
    text = "\n".join(lines)
    return ["csv", text if good and chance.random() < 0.7 else spoiled(chance, text)]


def measure_laws(ending: str, text: str) -> None:
    from parallelize.evaluation.law import measure_law
    from parallelize.evaluation.law_report import LawOptions
    from parallelize.evaluation.results_table import read_results

    _refused_or(
        lambda path: measure_law(read_results(path), LawOptions(resamples=20)), f"table.{ending}", text
    )


FUZZERS: Mapping[str, Fuzzer] = {
    "cut": Fuzzer(
        make=lambda chance: [soup(chance, 600), chance.randrange(50, 300), chance.random() < 0.5],
        check=cut_and_join,
        law="pieces, smaller pieces and sentences joined are the text",
    ),
    "protect": Fuzzer(
        make=lambda chance: [soup(chance), chance.choice(list(Placeholders)).value],
        check=protect_and_restore,
        law="spans lie in the text, apart; hidden and shown again they are the text",
    ),
    "pieces": Fuzzer(
        make=lambda chance: [soup(chance), chance.choice(list(Placeholders)).value],
        check=protect_pieces,
        law="the same for every piece that is sent",
    ),
    "numbers": Fuzzer(
        make=_text_and_language, check=read_the_numbers, law="numbers stand where they say, apart"
    ),
    "conversions": Fuzzer(make=_pair, check=compare_numbers, law="numbers of any two texts are compared"),
    "formulas": Fuzzer(make=_pair, check=compare_formulas, law="formulas of any two texts are compared"),
    "answers": Fuzzer(make=_text_and_language, check=find_answers, law="an answer stands where it says"),
    "equality": Fuzzer(
        make=_answers, check=compare_answers, law="any two answers are compared within the limit"
    ),
    "measures": Fuzzer(make=_pair, check=measure, law="every measure gives a number or none"),
    "responses": Fuzzer(make=_text_and_language, check=read_a_response, law="any response is read"),
    "replies": Fuzzer(
        make=_replies, check=read_replies, law="a reply is a text or a fault, and no marker is left"
    ),
    "templates": Fuzzer(make=_template, check=fill_templates, law="filled, or refused by name"),
    "ingest": Fuzzer(make=_source, check=ingest_trees, law="any file is read, or refused with words"),
    "logs": Fuzzer(make=_responses, check=read_response_logs, law="any log is read, or refused with words"),
    "law": Fuzzer(make=_table, check=measure_laws, law="any table is measured, or refused with words"),
}
