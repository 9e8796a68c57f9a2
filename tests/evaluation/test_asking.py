"""Prompts: dataset text is data, words are in the language, and only equal calls share an address."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.languages import LANGUAGES
from parallelize.core.ports import GenerationRequest
from parallelize.evaluation.asking import Asker, Asking, Question, Sample, WorkedExample
from parallelize.evaluation.instructions import VERSION, instructions, instructions_sha256
from parallelize.metrics.scripts import script_letters, script_of_language

FINGERPRINT = b"f" * 32


def question(text: str = "Wie viele Äpfel?", **changes: str | None) -> Question:
    known = {"benchmark": "fruit", "id": "1", "text_language": "de", "language": "de", "gold": "5"}
    return Question(text=text, **{**known, **changes})  # type: ignore[arg-type]


def first(asking: Asking, asked: Question | None = None, *, seed: int = 0) -> Sample:
    return next(Asker(asking, FINGERPRINT, seed=seed).samples(asked or question(), 1))


def parts(request: GenerationRequest) -> list[tuple[str, bool]]:
    return [(part.text, part.data) for message in request.messages for part in message.parts]


def test_a_chat_prompt_is_the_problem_and_what_is_told() -> None:
    request = first(Asking()).request
    assert request.chat
    assert parts(request) == [
        ("Wie viele Äpfel?", True),
        ("\n\nAntworte auf Deutsch. Setze die endgültige Antwort in \\boxed{}.", False),
    ]
    assert (request.opening, request.stop, dict(request.template_arguments)) == ("", (), {})
    thinking = first(Asking(instruction="think", boxed=False, thinking=False)).request
    assert parts(thinking)[1] == ("\n\nDenke und antworte auf Deutsch.", False)
    assert dict(thinking.template_arguments) == {"enable_thinking": False}
    bare = first(Asking(instruction="none", boxed=False)).request
    assert parts(bare) == [("Wie viele Äpfel?", True)]


def test_a_completion_prompt_ends_where_the_model_goes_on() -> None:
    examples = {"de": [WorkedExample(problem="1 und 1?", solution="Es sind 2.")]}
    request = first(Asking(chat=False, examples=examples)).request
    text = "".join(part for part, _ in parts(request))
    assert text == (
        "Antworte auf Deutsch. Setze die endgültige Antwort in \\boxed{}.\n\n"
        "Frage: 1 und 1?\nAntwort: Es sind 2.\n\nFrage: Wie viele Äpfel?\nAntwort:"
    )
    assert [part for part, data in parts(request) if data] == ["1 und 1?", "Es sind 2.", "Wie viele Äpfel?"]
    assert request.stop == ("\nFrage:",)
    assert not request.chat


def test_the_opening_opens_the_thinking_only_if_the_model_shall_think() -> None:
    words = "Ich denke auf Deutsch über diese Aufgabe nach."
    assert first(Asking(opening=True)).request.opening == words
    assert first(Asking(opening=True, thinking=False)).request.opening == words
    assert first(Asking(opening=True, thinking=True)).request.opening == f"<think>\n{words}"
    assert first(Asking(opening=True, chat=False)).request.opening == f" {words}"


@given(st.text(min_size=1))
def test_no_character_of_a_problem_is_outside_a_data_part(text: str) -> None:
    for chat in (True, False):
        told = [part for part, data in parts(first(Asking(chat=chat), question(text)).request) if not data]
        plain = [part for part, data in parts(first(Asking(chat=chat), question("x")).request) if not data]
        assert told == plain


def test_addresses_differ_exactly_where_calls_do() -> None:
    base = Asking()
    calls = [
        first(base),
        first(base, question("Wie viele Birnen?")),
        first(base, question(language="fr")),
        first(base, question(text_language="en")),
        first(replace(base, boxed=False)),
        first(replace(base, opening=True)),
        first(replace(base, thinking=True)),
        first(replace(base, template_arguments={"effort": "low"})),
        first(replace(base, chat=False)),
        *itertools.islice(Asker(base, FINGERPRINT, seed=0).samples(question(), 3), 1, 3),
        next(Asker(base, b"g" * 32, seed=0).samples(question(), 1)),
    ]
    assert len({call.address for call in calls}) == len(calls)
    assert first(base).address == first(base, question(id="2", gold="6", benchmark="other")).address


def test_every_sample_of_every_problem_has_its_own_seed() -> None:
    asker = Asker(Asking(), FINGERPRINT, seed=1)
    seeds = {item.seed for text in ("a", "b", "c") for item in asker.samples(question(text), 50)}
    assert len(seeds) == 150
    assert all(0 <= seed < 2**31 for seed in seeds)
    again = [item.seed for item in asker.samples(question("a"), 50)]
    assert again == [item.seed for item in Asker(Asking(), FINGERPRINT, seed=1).samples(question("a"), 50)]
    assert again != [item.seed for item in Asker(Asking(), FINGERPRINT, seed=2).samples(question("a"), 50)]


def test_a_language_without_words_can_be_asked_only_without_them() -> None:
    maltese = question(language="mt")
    with pytest.raises(InputError, match="no instruction in 'mt'"):
        first(Asking(), maltese)
    assert parts(first(Asking(instruction="none", boxed=False), maltese).request) == [
        ("Wie viele Äpfel?", True)
    ]


def test_words_exist_in_36_languages_each_in_its_own_script() -> None:
    table = instructions()
    assert len(table) >= 36
    assert VERSION >= 2
    assert len(instructions_sha256()) == 64
    for code, item in table.items():
        scripts = script_of_language(LANGUAGES[code].script)
        for text in (item.opening, item.question, item.reply):
            letters = script_letters(text)
            assert sum(letters.get(script, 0) for script in scripts) == sum(letters.values()) > 0, code
        assert not {":", "："} & {*item.question, *item.reply}
    for name in ("answer", "think", "opening"):
        assert len({getattr(item, name) for item in table.values()}) == len(table)


def test_the_words_are_in_their_language_to_independent_identifiers() -> None:
    """Sentences of one language together are long enough to be named; close relatives may be mixed up."""
    from parallelize.identifiers.fasttext_lid import FastTextIdentifier

    relatives = [{"id", "ms"}, {"da", "no", "nb"}, {"es", "ca", "pt"}, {"hi", "ur"}]
    identifier = FastTextIdentifier()
    for code, item in instructions().items():
        text = f"{item.answer} {item.think} {item.boxed} {item.opening}".replace("\\boxed{}", "")
        (found,) = identifier.identify([text])
        assert found is not None
        near = next((group for group in relatives if code in group), {code})
        assert found.language in near, (code, found)
