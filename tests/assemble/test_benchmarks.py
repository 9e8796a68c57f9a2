"""Benchmarks: files of every kind, languages told apart, gold answers, mistakes named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parallelize.assemble.benchmarks import load_benchmark, load_examples
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import BenchmarkOptions, parse_evaluation, shipped_benchmarks
from tests.runs import rows, run_build, write_jsonl

PEARS = {"de": "Anna hat 3 Birnen und kauft 4. Wie viele?", "fr": "Anna a 3 poires et en achète 4. Combien ?"}


def options(path: Path | str, **more: Any) -> BenchmarkOptions:
    return BenchmarkOptions(name="pears", path=str(path), **more)


def ids(found: Any, code: str) -> list[str]:
    return [question.id for question in found.questions[code]]


@pytest.fixture
def tsv(tmp_path: Path) -> str:
    for code, text in PEARS.items():
        (tmp_path / f"pears_{code}.tsv").write_text(
            f"{text}\t7\n{text} Und {code}?\t1,234\n", encoding="utf-8"
        )
    return str(tmp_path / "pears_{lang}.tsv")


def test_tables_without_a_header_align_by_row(tsv: str) -> None:
    found = load_benchmark(options(tsv), ["de", "fr"])
    assert ids(found, "de") == ids(found, "fr") == ["00001", "00002"]
    first = found.questions["fr"][0]
    assert (first.text, first.gold, first.language, first.text_language) == (PEARS["fr"], "7", "fr", "fr")
    assert found.notes == ()
    assert found.facts["de"]["rows"] == 2
    assert len(found.facts["de"]["files"][0]["sha256"]) == 64


def test_ask_in_one_language_for_answers_in_others(tsv: str) -> None:
    found = load_benchmark(options(tsv), ["fr", "ja"], prompt_language="de")
    assert next(question.text for question in found.questions["ja"]) == PEARS["de"]
    assert {(q.text_language, q.language) for q in found.questions["ja"]} == {("de", "ja")}
    assert list(found.facts) == ["de"]


@pytest.mark.parametrize("kind", ["jsonl", "json", "parquet", "csv"])
def test_columns_are_mapped_in_every_format(tmp_path: Path, kind: str) -> None:
    table = [{"key": f"k{n}", "frage": f"Wie viel ist {n} und {n}?", "loesung": 2 * n} for n in range(4)]
    path = tmp_path / f"t_de.{kind}"
    if kind == "jsonl":
        write_jsonl(path, table)
    elif kind == "json":
        path.write_text(json.dumps(table), encoding="utf-8")
    elif kind == "parquet":
        pl.DataFrame(table).write_parquet(path)
    else:
        pl.DataFrame(table).write_csv(path)
    chosen = options(tmp_path / f"t_{{lang}}.{kind}", problem="frage", answer="loesung", id="key")
    found = load_benchmark(chosen, ["de"], limit=3)
    assert ids(found, "de") == ["k0", "k1", "k2"]
    assert [question.gold for question in found.questions["de"]] == ["0", "2", "4"]


def test_one_file_with_a_column_of_languages(tmp_path: Path) -> None:
    table = [
        {"lang": name, "problem": f"{name} {n}?", "answer": str(n)}
        for n in range(5)
        for name in ("deu", "fra")
    ]
    path = write_jsonl(tmp_path / "all.jsonl", table)
    chosen = options(path, language="lang", languages={"de": "deu", "fr": "fra"}, id="@row")
    found = load_benchmark(chosen, ["de", "fr"], limit=3)
    assert [question.text for question in found.questions["fr"]] == ["fra 0?", "fra 1?", "fra 2?"]
    assert ids(found, "de") == ids(found, "fr")
    with pytest.raises(InputError, match="has no ja") as caught:
        load_benchmark(chosen, ["ja"])
    assert "it has de, fr" in str(caught.value)
    with pytest.raises(InputError, match="no row of"):
        load_benchmark(options(path, language="lang"), ["ja"])


def test_one_column_for_each_language(tmp_path: Path) -> None:
    table = [{"de": "Wie viele?", "zh-cn": "多少?", "answer": 3}]
    path = write_jsonl(tmp_path / "wide.jsonl", table)
    chosen = options(path, problem="{lang}", languages={"de": "de", "zh": "zh-cn"})
    found = load_benchmark(chosen, ["de", "zh"])
    assert [found.questions[code][0].text for code in ("de", "zh")] == ["Wie viele?", "多少?"]


class Hub:
    """A hub with one dataset, whose splits hold a problem each."""

    def open(self, dataset: str, *, config: str | None, split: str | None, revision: str | None) -> Any:
        class Stream:
            def rows(self) -> Iterator[Mapping[str, Any]]:
                yield {"id": f"{split}-{config}-0", "question": f"{config} {split}?", "answer": "1"}

        Stream.config, Stream.split, Stream.revision = config, split, revision  # type: ignore[attr-defined]
        return Stream()


def test_levels_are_splits_and_part_of_ids() -> None:
    chosen = BenchmarkOptions.model_validate(
        {"name": "polymath", **_read(shipped_benchmarks()["polymath"]), "revision": "abc"}
    )
    found = load_benchmark(chosen, ["de", "ja"], hub=Hub())
    assert (
        ids(found, "de")
        == ids(found, "ja")
        == [f"{level}-00001" for level in ("low", "medium", "high", "top")]
    )
    assert [question.level for question in found.questions["ja"]] == ["low", "medium", "high", "top"]
    assert found.questions["ja"][1].text == "ja medium?"
    assert found.facts["ja"]["levels"]["top"]["revision"] == "abc"


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: tuple(item) if isinstance(item, list) else item for key, item in table.items()}


def test_multiple_choice_has_one_order_in_all_languages_and_a_letter_as_gold(tmp_path: Path) -> None:
    for code in ("de", "fr"):
        table = [
            {"Q": f"{code}{n}?", "right": f"{code} gut", "a": f"{code} A", "b": f"{code} B", "c": f"{code} C"}
            for n in range(24)
        ]
        write_jsonl(tmp_path / f"{code}.jsonl", table)
    chosen = options(
        tmp_path / "{lang}.jsonl", problem="Q", answer="right", choices=("a", "b", "c"), id="@row"
    )
    found = load_benchmark(chosen, ["de", "fr"])
    golds = {code: [question.gold for question in found.questions[code]] for code in ("de", "fr")}
    assert golds["de"] == golds["fr"]
    assert set(golds["de"]) == {"A", "B", "C", "D"}
    for question in found.questions["de"]:
        assert f"\n{question.gold}) de gut" in question.text
        assert question.text.count("\n") == 5
    write_jsonl(tmp_path / "es.jsonl", [{"Q": "es?", "right": "bien", "a": "x", "b": None, "c": "y"}])
    with pytest.raises(InputError, match="a choice is missing"):
        load_benchmark(chosen, ["es"])


def test_a_corpus_built_here_in_its_languages_and_its_source(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_build(write_jsonl(tmp_path / "rows.jsonl", rows(6)), run, "pt")
    for place in (run, run / "corpus"):
        found = load_benchmark(options(place), ["pt", "en"], limit=4)
        assert ids(found, "pt") == ids(found, "en") == [f"row-{n:05d}" for n in range(4)]
        assert found.questions["en"][3].text.startswith("If $3$ ")
        assert found.questions["pt"][3].gold == "3"
        assert found.facts["pt"]["kind"] == "corpus"
    with pytest.raises(InputError, match="has no de"):
        load_benchmark(options(run), ["de"])


def test_mistakes_are_named(tsv: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pears_ja\.tsv does not exist") as caught:
        load_benchmark(options(tsv), ["de", "ja"])
    assert "it has de, fr" in str(caught.value)
    plain = write_jsonl(tmp_path / "p_de.jsonl", [{"problem": "Wie viele?"}])
    with pytest.raises(InputError, match="has no gold answer") as caught:
        load_benchmark(options(plain), ["de"])
    assert "--answer -" in str(caught.value)
    (question,) = load_benchmark(options(plain, answer="-"), ["de"]).questions["de"]
    assert question.gold is None
    holes = write_jsonl(
        tmp_path / "h_de.jsonl", [{"problem": "a?", "answer": "1"}, {"problem": "b?", "answer": None}]
    )
    with pytest.raises(InputError, match="row 00002 has no gold answer"):
        load_benchmark(options(holes), ["de"])
    blank = write_jsonl(
        tmp_path / "b_de.jsonl", [{"problem": "a?", "answer": "1"}, {"problem": " ", "answer": "2"}]
    )
    with pytest.raises(InputError, match=r"b_de.jsonl:2: column 'problem' is null or blank"):
        load_benchmark(options(blank), ["de"])
    twice = write_jsonl(
        tmp_path / "t_de.jsonl", [{"key": "x", "problem": f"{n}?", "answer": "1"} for n in "ab"]
    )
    with pytest.raises(InputError, match="x"):
        load_benchmark(options(twice, id="key"), ["de"])
    with pytest.raises(InputError, match="one place for all languages"):
        load_benchmark(options(plain, answer="-"), ["de", "fr"])
    with pytest.raises(InputError, match=r"benchmarks that ship: .*mgsm"):
        load_benchmark(options("mgsmm"), ["de"])


def test_languages_that_differ_are_noted(tsv: str, tmp_path: Path) -> None:
    (tmp_path / "pears_es.tsv").write_text("¿Cuántas peras?\t7\n", encoding="utf-8")
    (note,) = load_benchmark(options(tsv), ["de", "es"]).notes
    assert "es has 1 problems and de 2, of which 1 have the same id" in note


def test_examples_are_the_first_rows_and_enough(tmp_path: Path) -> None:
    table = [{"problem": f"{n}?", "solution": f"Es sind {n}."} for n in range(3)]
    write_jsonl(tmp_path / "shots_de.jsonl", table)
    chosen = options(tmp_path / "shots_{lang}.jsonl")
    assert [item.problem for item in load_examples(chosen, ["de"], 2)["de"]] == ["0?", "1?"]
    with pytest.raises(InputError, match="3 worked examples in de, and 4 are wanted"):
        load_examples(chosen, ["de"], 4)
    write_jsonl(tmp_path / "shots_fr.jsonl", [{"problem": "1?", "answer": "1"}])
    with pytest.raises(InputError, match="has no problem or no solution"):
        load_examples(chosen, ["fr"], 1)


@pytest.mark.parametrize("name", sorted(shipped_benchmarks()))
def test_shipped_benchmarks_fit(name: str) -> None:
    table = {"engine": {"name": "scripted"}, "benchmarks": [name], "langs": ["en"]}
    (benchmark,) = parse_evaluation(table).benchmarks
    assert benchmark.name == name
    assert benchmark.for_language(next(iter(benchmark.languages), "en")).path
    for code in benchmark.languages:
        assert "{lang}" not in json.dumps(benchmark.for_language(code).model_dump())


def test_variants_splits_named_by_language_and_chats(tmp_path: Path) -> None:
    """Rows as MGSM-Pro, Reasoning Gym and Nemotron have them, by the shipped descriptions."""
    instances: Any = [
        {
            "id": number,
            "instance": instance,
            "question": f"{number} + {instance}?",
            "answer": number + instance,
        }
        for number in (3, 4)
        for instance in (0, 1)
    ]
    turns = [{"role": "system", "content": ""}, {"role": "user", "content": "Was ist 3 + 4?"}]
    chat: Any = [
        {"uuid": "a1", "messages": [*turns, {"role": "assistant", "content": "7"}], "reasoning": "on"}
    ]
    gym: Any = [{"question": "Combien de pattes ?", "answer": "100"}]
    (tmp_path / "reasoning-gym").mkdir()
    write_jsonl(tmp_path / "french.jsonl", instances)
    write_jsonl(tmp_path / "multilingual_de.jsonl", chat)
    write_jsonl(tmp_path / "reasoning-gym/fr.jsonl", gym)
    places = {
        "mgsm-pro": {"path": str(tmp_path / "{lang}.jsonl"), "config": None, "split": None},
        "nemotron-v2": {"path": str(tmp_path / "multilingual_{lang}.jsonl"), "split": None},
        "reasoning-gym": {"path": str(tmp_path / "reasoning-gym/{lang}.jsonl")},
    }

    def asked(name: str, code: str) -> list[tuple[str, str, str | None, str | None]]:
        table = {"engine": {"name": "scripted"}, "benchmarks": [name], "langs": [code]}
        (shipped,) = parse_evaluation(table).benchmarks
        found = load_benchmark(shipped.model_copy(update=places[name]), [code]).questions[code]
        return [(item.id, item.text, item.gold, item.variant) for item in found]

    assert asked("mgsm-pro", "fr") == [
        ("3", "3 + 0?", "3", "0"), ("3", "3 + 1?", "4", "1"),
        ("4", "4 + 0?", "4", "0"), ("4", "4 + 1?", "5", "1"),
    ]  # fmt: skip
    assert asked("nemotron-v2", "de") == [("a1", "Was ist 3 + 4?", None, None)]
    assert asked("reasoning-gym", "fr") == [("00001", "Combien de pattes ?", "100", None)]
