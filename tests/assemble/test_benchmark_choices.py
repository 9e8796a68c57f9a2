"""Multiple choice, variants of items, prompts of published evaluations, English inside a prompt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import parallelize
from parallelize.assemble.benchmarks import load_benchmark
from parallelize.assemble.evaluate import prepare
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import named_benchmark, parse_evaluation, shipped_benchmarks
from parallelize.core.languages import LANGUAGES
from parallelize.evaluation.asking import ENGLISH_CONTENT
from parallelize.evaluation.profiles import PROFILES, read_profile

CITIES = ["Roma", "Torino", "Bari"]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def problems(path: Path, **table: Any) -> Any:
    benchmark = parse_evaluation(
        {
            "engine": {"name": "scripted"},
            "langs": ["it"],
            "benchmarks": [{"name": "cities", "path": str(path), "problem": "q", **table}],
        }
    ).benchmarks[0]
    return load_benchmark(benchmark, ["it"], prompt_language="it").questions["it"]


@pytest.mark.parametrize(
    ("options", "answer", "first"),
    [
        (CITIES, "B", 0), (CITIES, 1, 0), (CITIES, "1", 0), (CITIES, 2, 1), (CITIES, "Torino", 0),
        (CITIES, "(b)", 0), (CITIES, 1.0, 0), (json.dumps(CITIES), "B", 0),
        ({"text": CITIES, "label": ["A", "B", "C"]}, "B", 0),
        ({"A": "Roma", "B": "Torino", "C": "Bari"}, "B", 0),
        ([{"label": "A", "text": city} for city in CITIES], "torino", 0),
    ],
)  # fmt: skip
def test_gold_is_a_letter_an_index_or_a_text(tmp_path: Path, options: Any, answer: Any, first: int) -> None:
    path = written(tmp_path / "c.jsonl", [{"q": "Dove si trova la Mole?", "o": options, "a": answer}] * 1)
    (found,) = problems(path, options=["o"], answer="a", first_index=first)
    assert found.gold == "B"
    assert found.choices == tuple(CITIES)
    assert found.text == "Dove si trova la Mole?\n\nA) Roma\nB) Torino\nC) Bari"
    assert found.chance == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("held", "answer"),
    [
        ({"choices": {"text": CITIES, "label": ["1", "2", "3"]}}, {"answerKey": "2"}),
        ({"choices": CITIES}, {"answer": 1}),
        ({"options": {"A": "Roma", "B": "Torino", "C": "Bari"}}, {"answer_idx": "B"}),
        ({"opa": "Roma", "opb": "Torino", "opc": "Bari"}, {"cop": 1}),
    ],
)
def test_choices_are_read_without_options(tmp_path: Path, held: Any, answer: Any) -> None:
    (found,) = problems(written(tmp_path / "c.jsonl", [{"q": "Dove si trova la Mole?", **held, **answer}]))
    assert (found.gold, found.choices) == ("B", tuple(CITIES))
    assert found.text == "Dove si trova la Mole?\n\nA) Roma\nB) Torino\nC) Bari"


def test_right_answers_in_a_column_of_their_own_get_every_letter(tmp_path: Path) -> None:
    rows = [
        {
            "q": f"Dove si trova la torre numero {n}?",
            "correct_answer": f"la torre di Torino {n}",
            **{
                f"incorrect_answer_{k}": f"la torre di {city} {n}"
                for k, city in enumerate(("Bari", "Roma"), 1)
            },
        }
        for n in range(24)
    ]
    found = problems(written(tmp_path / "c.jsonl", rows))
    assert {item.gold for item in found} == set("ABC")
    for row, item in zip(rows, found, strict=True):
        assert item.choices["ABC".index(item.gold)] == row["correct_answer"]
        assert sorted(item.choices) == sorted(value for key, value in row.items() if "answer" in key)


def test_choices_in_columns_and_what_is_no_choice(tmp_path: Path) -> None:
    row = {"q": "Dove?", "o1": "Roma", "o2": "Torino", "a": "o2"}
    with pytest.raises(InputError, match="none of 2 choices"):
        problems(written(tmp_path / "c.jsonl", [row]), options=["o1", "o2"], answer="a")
    path = written(tmp_path / "d.jsonl", [{**row, "a": 2}])
    with pytest.raises(InputError, match="none of 2 choices"):
        problems(path, options=["o1", "o2"], answer="a")
    assert problems(path, options=["o1", "o2"], answer="a", first_index=1)[0].gold == "B"
    with pytest.raises(InputError, match="1 choices"):
        problems(written(tmp_path / "e.jsonl", [{**row, "o2": None}]), options=["o1", "o2"], answer="a")


def test_chance_is_said_beside_the_accuracy() -> None:
    rows = [
        {
            "id": str(n),
            "response": "\\boxed{A}",
            "gold": "AB"[n % 2],
            "choices": ["sì", "no"],
            "language": "it",
        }
        for n in range(40)
    ]
    cell = parallelize.score(rows).report.models["unnamed"].micro
    assert cell.chance == 0.5
    assert cell.above_chance is False
    assert cell.as_dict()["chance"] == 0.5


def test_items_in_several_variants(tmp_path: Path) -> None:
    right = {("1", "a"), ("1", "b"), ("2", "a")}
    rows = [
        {"id": item, "variant": variant, "gold": "7", "language": "it", "sample": "0",
         "response": "La risposta è 7." if (item, variant) in right else "La risposta è 8."}
        for item in ("1", "2", "3") for variant in ("a", "b")
    ]  # fmt: skip
    cell = parallelize.score(rows).report.models["unnamed"].micro
    assert cell.variants is not None
    assert (cell.variants.items, cell.variants.mean_accuracy) == (3, 0.5)
    assert cell.variants.all_variants_right == pytest.approx(1 / 3)
    assert cell.variants.spread_between_variants == pytest.approx(0.5 / 3)
    assert cell.accuracy is not None
    assert cell.accuracy.method == "bootstrap"  # items are drawn with all their variants
    assert cell.passes == {}  # variants are no samples
    path = written(tmp_path / "v.jsonl", [{"q": f"{n}?", "a": "7", "i": "1", "v": n} for n in (1, 2)])
    assert [item.variant for item in problems(path, answer="a", id="i", variant="v")] == ["1", "2"]
    with pytest.raises(InputError, match="duplicate id"):
        problems(path, answer="a", id="i")


OWN = """
[it]
system = "Sei un insegnante."
prompt = "Esercizio: {problem}\\nScrivi il risultato."
opening = "Comincio così:"
"""


def asked(tmp_path: Path, **prompt: Any) -> Any:
    path = written(tmp_path / "p.jsonl", [{"q": "Quanto fa 3 + 4?", "a": "7"}])
    recipe = parse_evaluation(
        {
            "engine": {"name": "scripted"},
            "langs": ["it"],
            "benchmarks": [{"name": "sums", "path": str(path), "problem": "q", "answer": "a"}],
            "prompt": {"prompt_language": "it", **prompt},
        }
    )
    return next(prepare(recipe).samples(b"")).request


def test_own_sentences_system_prompt_and_first_words(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(OWN, encoding="utf-8")
    request = asked(tmp_path, profile=str(own), opening=True)
    assert [(turn.role, turn.text) for turn in request.messages] == [
        ("system", "Sei un insegnante."),
        ("user", "Esercizio: Quanto fa 3 + 4?\nScrivi il risultato."),
    ]
    assert request.opening == "Comincio così:"
    assert [part.data for part in request.messages[1].parts] == [False, True, False]
    assert asked(tmp_path, profile=str(own), opening=True).address == request.address
    own.write_text(OWN.replace("insegnante", "maestro"), encoding="utf-8")
    assert asked(tmp_path, profile=str(own), opening=True).address != request.address


@pytest.mark.parametrize(
    ("text", "said"),
    [("[it]\nprompt = 'no place'", "no {problem}"), ("[it]\nwords = 'x'", "something else"), ("[", "mine")],
)
def test_wrong_profiles_are_named(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said.replace("{", "\\{")):
        read_profile(str(own))
    with pytest.raises(InputError, match="git clone"):
        read_profile(f"polymath:{tmp_path}")


def test_published_prompts_are_read_from_the_shapes_of_their_files(tmp_path: Path) -> None:
    """Files of the shapes that the repositories have, in words of our own."""
    (tmp_path / "mgsm_eval.py").write_text(
        'X = 1\nLANG_TO_INSTRUCTIONS = {"it": """Calcola.\n\n{input}"""}\n'
    )
    (tmp_path / "mmath_eval.py").write_text(
        "LANG_TO_INSTRUCTIONS = {'it': '{question}\\nIn \\\\boxed{{}}.'}\n"
    )
    (tmp_path / "instruction.py").write_text(
        'query_dic = {"it": "In $\\\\boxed\\{\\}$."}\n'
        'language_control = {"forcing_raw": {"it": "Usa italiano."}}\n'
    )
    (tmp_path / "instructions.json").write_text('{"IT": ["Pensa.", "Problema: {}\\n\\\\boxed{{x}}"]}')
    (tmp_path / "hack_prefix.json").write_text('{"IT": "Penso."}')
    found = {name: read_profile(f"{name}:{tmp_path}").words("it") for name in PROFILES}
    assert found["simple-evals"].prompt == "Calcola.\n\n{problem}"
    assert found["mmath"].prompt == "{problem}\nIn \\boxed{}."
    assert found["polymath"].prompt == "{problem}\nIn $\\boxed\\{\\}$."
    assert found["polymath-forcing"].prompt.endswith("\nUsa italiano.")
    assert found["xreasoning"].prompt == "Problema: {problem}\n\\boxed{x}"
    assert (found["xreasoning"].system, found["xreasoning"].opening) == ("Pensa.", "Penso.")


@pytest.mark.parametrize("kind", [kind for kind in ENGLISH_CONTENT if kind != "none"])
def test_english_stands_after_the_problem_and_before_the_instruction(tmp_path: Path, kind: str) -> None:
    text = asked(tmp_path, english=kind).messages[0].text
    assert text.index("3 + 4") < text.index(ENGLISH_CONTENT[kind].strip()) < text.index("\\boxed")


@pytest.mark.parametrize("name", shipped_benchmarks())
def test_every_description_that_ships_fits_the_schema(name: str) -> None:
    found = named_benchmark(name)
    assert set(found.languages) <= set(LANGUAGES)
    assert found.source
    assert found.tells_languages_apart or len(found.languages) == 1
