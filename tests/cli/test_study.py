"""`parallelize study` from recipe to page: asked, taken, interrupted, refused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parallelize.cli.main import main
from parallelize.cli.study import command
from parallelize.core.errors import UsageError
from parallelize.core.recipe_fields import read_table
from parallelize.core.shipped import shipped_folder
from parallelize.core.study_recipe import parse_study

RECIPES = sorted((shipped_folder("pipelines") / "study").glob("*.toml"))
SUM = {"en": "How many are {a} and {b} together?", "de": "Wie viele sind {a} und {b} zusammen?"}
RECIPE = """
title = "Two models <b>&"
benchmarks = ["{folder}/sums_{{lang}}.jsonl", "{folder}/more_{{lang}}.jsonl"]
langs = ["en", "de"]
[engine]
name = "scripted"
[[models]]
name = "first"
[[models]]
name = "second"
base = "first"
paradigm = "sft"
trained_languages = ["en"]
engine = {{ seed = 7 }}
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    for name, start in (("sums", 2), ("more", 30)):
        for code, text in SUM.items():
            rows = [
                {"id": f"{name}-{n}", "problem": text.format(a=n, b=n + 1), "answer": str(2 * n + 1)}
                for n in range(start, start + 4)
            ]
            path = tmp_path / f"{name}_{code}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    path = tmp_path / "study.toml"
    path.write_text(RECIPE.format(folder=tmp_path), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--quiet"], catch_exceptions=False)


def test_two_models_two_benchmarks_one_page(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    plan = run(recipe, "--out", out, "--dry-run")
    assert "first: asks echo sums, more in en, de" in plan.stdout
    assert not out.exists()
    result = run(recipe, "--out", out, "--json")
    document = json.loads(result.stdout)
    assert len(document["cells"]) == 8
    assert all(cell["price"]["responses"] == 4 for cell in document["cells"])
    assert {one["kind"] for one in document["differences"]} == {"training"}
    page = (out / "study.html").read_text(encoding="utf-8")
    assert "Two models &lt;b&gt;&amp;" in page
    assert "de German" in page
    assert "near chance" in page
    assert "is done in" in run(recipe, "--out", out, "--dry-run").stdout
    before = (out / "models/first/memory").stat().st_mtime_ns
    again = json.loads(run(recipe, "--out", out, "--json").stdout)
    assert again == document
    assert (out / "models/first/memory").stat().st_mtime_ns == before


def test_an_interrupted_study_goes_on(recipe: Path, tmp_path: Path) -> None:
    """SIGINT in the second model: exit 130, the first is not asked again, and nothing is asked twice."""
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(text.replace('"scripted"', '"scripted"\ndelay_seconds = 0.5'), encoding="utf-8")
    out = tmp_path / "out"
    words = [sys.executable, "-m", "parallelize", "study", str(recipe), "--out", str(out)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        deadline = time.monotonic() + 120
        while not list(out.glob("models/second/memory/*/*.journal")) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 130, said
    assert not (out / "study.html").exists()
    first = (out / "models/first/evaluation.json").read_bytes()
    assert "first: is done" in run(recipe, "--out", out, "--dry-run").stdout
    assert run(recipe, "--out", out).exit_code == 0
    assert (out / "models/first/evaluation.json").read_bytes() == first
    assert (out / "study.html").is_file()


def test_results_and_responses_that_are_there_are_taken(recipe: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other.toml"
    document = json.loads(run(recipe, "--out", out, "--json").stdout)
    other.write_text(
        'title = "there"\n[[models]]\nname = "first"\nresults = "out/models/first"\n'
        '[[models]]\nname = "again"\nresponses = "out/models/first/responses.jsonl"\n'
    )
    taken = json.loads(run(other, "--out", tmp_path / "taken", "--json").stdout)
    by = {
        model: [cell["accuracy"] for cell in taken["cells"] if cell["model"] == model]
        for model in ("first", "again")
    }
    assert by["first"] == [cell["accuracy"] for cell in document["cells"] if cell["model"] == "first"]
    assert by["again"] == by["first"]


def test_the_published_table_shows_the_domain_that_gets_worse(tmp_path: Path) -> None:
    result = run(shipped_folder("pipelines") / "study" / "published.toml", "--out", tmp_path / "out")
    assert (
        "SFT is worse than R1-Distill-Qwen-7B on MMLU-Pro-Med in every language: "
        "fr 70.1 → 46.6, es 86.6 → 76.6, ja 75.9 → 58.3." in result.stdout
    )
    assert "MMLU-Math" not in result.stdout.partition("is worse")[2]
    text = (tmp_path / "out/study.md").read_text(encoding="utf-8")
    assert "GRPO-SFT has no result for fr × MMLU-Pro-Med" in text
    assert "correlate" not in text


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("[engine]", "[engines]", 1, "engines: unknown key; did you mean engine"),
        ('base = "first"', 'base = "third"', 1, "second is made from 'third', which is not among them"),
        ('paradigm = "sft"', 'paradigm = "rlhf"', 1, "models.1.paradigm"),
        ('name = "second"', 'name = "first"', 1, "two are called 'first'"),
        ("{ seed = 7 }", "{ seeds = 7 }", 1, "the evaluation of second does not fit"),
        ('langs = ["en", "de"]', 'langs = ["en", "xq"]', 1, "unknown language"),
        (
            "{ seed = 7 }",
            '{ name = "vllm", model = "m", extra_engine = { trust_remote_code = true } }',
            1,
            "models.1.engine.extra_engine.trust_remote_code names code to run here",
        ),
        ("trained_languages", 'results = "x"\ntrained_languages', 1, "leave its engine out"),
    ],
)
def test_what_is_wrong_in_a_recipe_is_named(
    recipe: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: int, words: str
) -> None:
    text = recipe.read_text(encoding="utf-8")
    assert old in text
    recipe.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["study", str(recipe), "--out", str(recipe.parent / "out")])
    assert ended.value.code == code
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_shipped_study_says_what_it_is_and_fits(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert 20 < len(first) <= 124
    study = parse_study(read_table(path), folder=path.parent)
    for model in study.models:
        assert model.there or study.evaluation_of(model).benchmarks


def test_the_shipped_small_study_takes_models_from_where_they_are(tmp_path: Path) -> None:
    models = ("--model", "gemma-3-270m=/a/base", "--model", "gemma-3-270m-sft=org/tuned")
    found = run("small.toml", *models, "--dry-run", "--out", tmp_path / "out")
    assert found.output.splitlines() == [
        "gemma-3-270m: asks /a/base pears, euros in en, de, es",
        "gemma-3-270m-sft: asks org/tuned pears, euros in en, de, es",
    ]
    with pytest.raises(UsageError) as refused:
        CliRunner().invoke(
            command, ["small.toml", "--model", "gemma=/a"], catch_exceptions=False, standalone_mode=False
        )
    assert "its models are gemma-3-270m, gemma-3-270m-sft" in (refused.value.remedy or "")
