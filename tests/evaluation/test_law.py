"""The law report: figures equal to direct computation, and what cannot be computed is said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import NormalDist
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from parallelize.core.errors import InputError
from parallelize.evaluation.law import measure_law
from parallelize.evaluation.law_render import accuracy_chart, law_chart, law_markdown
from parallelize.evaluation.law_report import LawOptions, LawReport
from parallelize.evaluation.results_table import read_results
from parallelize.metrics.scaling import fit_scaling_law, generalization_gap
from parallelize.metrics.transfer import TransferOptions

TRAINED = ["en", "de", "ja", "sw", "zh", "fr", "ru"]
LANGUAGES = [*TRAINED, "th", "bn"]


def share(model: int, language: int, benchmark: int) -> float:
    """Accuracy of the model with `model` training languages; the monolingual one lies below the law."""
    base = 0.4 - 0.1 * benchmark - 0.01 * language
    if model == 0:
        return base
    return base * (1.3 if model == 1 else 1.45 * model**0.1)


def plain(folder: Path, *, models: range = range(8), header: str = "trained_languages") -> Path:
    lines = [f"model,{header},language,benchmark,accuracy"]
    lines += [
        f"mix-{model},{'+'.join(TRAINED[:model]) if header == 'trained_languages' else model},{code},{name},"
        f"{share(model, place, benchmark):.6f}"
        for model in models
        for benchmark, name in enumerate(("gsm", "math"))
        for place, code in enumerate(LANGUAGES)
    ]
    path = folder / "plain.csv"
    path.write_text("\n".join(lines))
    return path


def item_level(folder: Path, items: int = 120) -> Path:
    rng = np.random.default_rng(17)
    rows = []
    for benchmark, name in enumerate(("gsm", "math")):
        easiness = rng.normal(size=items)
        for model in range(8):
            for place, code in enumerate(LANGUAGES):
                ability = 0.7 * easiness + np.sqrt(0.51) * rng.normal(size=items)
                right = ability < NormalDist().inv_cdf(share(model, place, benchmark))
                rows.append(
                    pl.DataFrame({"item": np.arange(items), "correct": right}).with_columns(
                        model=pl.lit(f"mix-{model}"),
                        trained_languages=pl.lit("+".join(TRAINED[:model])),
                        language=pl.lit(code),
                        benchmark=pl.lit(name),
                    )
                )
    path = folder / "items.parquet"
    pl.concat(rows).write_parquet(path)
    return path


def test_plain_report_by_direct_computation(tmp_path: Path) -> None:
    report = measure_law(read_results(plain(tmp_path)))
    n = list(range(1, 8))
    accuracy = [np.mean([share(k, p, b) for b in range(2) for p in range(9)]) for k in n]
    expected = fit_scaling_law(n, accuracy)
    assert report.base == "mix-0"
    assert report.laws[0].quantity == "all benchmarks"
    assert report.laws[0].fit.alpha == pytest.approx(expected.alpha, abs=1e-5)
    assert report.laws[0].fit.beta_interval.high == pytest.approx(expected.beta_interval.high, abs=1e-5)
    assert [(law.quantity, law.fit.space, law.fit.basis) for law in report.laws] == [
        ("all benchmarks", "accuracy", "scatter"),
        ("all benchmarks", "log", "scatter"),
        ("gsm", "accuracy", "scatter"),
        ("math", "accuracy", "scatter"),
    ]
    assert report.gap is not None
    assert report.gap.gap == pytest.approx(generalization_gap(n, accuracy).gap, abs=1e-5)
    assert report.leap is not None
    assert report.leap.leap.value == pytest.approx(accuracy[1] - accuracy[0], abs=1e-5)
    third = report.models[3]
    assert third.accuracy.value == pytest.approx(accuracy[2], abs=1e-6)
    assert third.accuracy.interval is None
    # every cell of a model gains by the same factor
    assert third.transfer is not None
    assert third.transfer.index.value == pytest.approx(1.0, abs=1e-4)
    gain = third.gains["bn"]
    assert gain is not None
    assert gain.gain.value == pytest.approx(1.45 * 3**0.1 - 1, abs=1e-4)
    assert report.not_computed == {}
    assert "plain accuracies" in report.notes[0]


def test_item_level_report_has_intervals_everywhere_and_is_repeatable(tmp_path: Path) -> None:
    table = read_results(item_level(tmp_path))
    options = LawOptions(resamples=400, seed=5, level=0.9)
    report = measure_law(table, options)
    assert report.as_dict() == measure_law(table, options).as_dict()
    assert report.laws[0].fit.basis == "combined"
    bases = {law.fit.basis for law in report.laws if law.quantity == "all benchmarks"}
    assert bases == {"combined", "items", "scatter"}
    assert report.items == 240
    for model in report.models:
        assert model.accuracy.interval is not None
        assert model.accuracy.interval.level == 0.9
        assert model.accuracy.interval.contains(model.accuracy.value)
        assert all(value.interval is not None for value in model.by_language.values())
    assert report.leap is not None
    assert report.leap.leap.interval is not None
    assert report.gap is not None
    assert report.gap.fit.basis == report.leap.basis == "combined"
    last = report.models[-1].transfer
    assert last is not None
    assert last.untrained_languages == ("th", "bn")
    assert last.index.interval is not None
    assert report.laws[0].fit.resamples == 400


def test_mean_over_benchmarks_of_means_over_languages(tmp_path: Path) -> None:
    """A benchmark with one language counts as much as one with two."""
    lines = ["model,n,language,benchmark,accuracy"]
    for n in (1, 2, 3):
        lines += [f"m{n},{n},en,a,0.2", f"m{n},{n},de,a,0.4", f"m{n},{n},en,b,0.{n}"]
    path = tmp_path / "ragged.csv"
    path.write_text("\n".join(lines))
    report = measure_law(read_results(path))
    assert [model.accuracy.value for model in report.models] == pytest.approx([0.2, 0.25, 0.3])
    assert report.models[2].by_language["en"].value == pytest.approx(0.25)
    assert report.models[2].by_language["de"].value == pytest.approx(0.4)


def test_what_is_missing_is_explained(tmp_path: Path) -> None:
    report = measure_law(read_results(plain(tmp_path, models=range(3))))
    assert report.laws == ()
    assert report.gap is None
    assert report.leap is not None
    assert "too few" in report.not_computed["law"]
    assert "too few" in report.not_computed["gap"]
    assert law_chart(report) is None
    only_n = measure_law(read_results(plain(tmp_path, header="n")))
    assert "not which" in only_n.not_computed["transfer/mix-3"]
    assert only_n.laws
    no_base = measure_law(read_results(plain(tmp_path, models=range(1, 8))))
    assert no_base.base is None
    assert "no base model" in no_base.not_computed["transfer"]
    assert all(not model.gains for model in no_base.models)
    assert "## Not computed" in law_markdown(no_base)


def test_a_denominator_of_nothing_is_a_reason_and_alone_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    lines = ["model,trained_languages,language,benchmark,accuracy", "base,,en,b,0.5", "base,,de,b,0.5"]
    lines += ["worse,en,en,b,0.4", "worse,en,de,b,0.6"]
    path.write_text("\n".join(lines))
    with pytest.raises(
        InputError, match=r"nothing can be computed(.|\n)*transfer/worse: mean relative gain of en"
    ):
        measure_law(read_results(path))
    path.write_text("\n".join([*lines, "better,en,en,b,0.6", "better,en,de,b,0.55"]))
    report = measure_law(read_results(path))
    assert "training did not help" in report.not_computed["transfer/worse"]
    assert report.models[2].transfer is not None
    assert report.models[2].transfer.index.value == pytest.approx(0.5)


def test_zero_base_accuracy(tmp_path: Path) -> None:
    path = plain(tmp_path)
    text = path.read_text().replace(f"mix-0,,bn,math,{share(0, 8, 1):.6f}", "mix-0,,bn,math,0")
    path.write_text(text)
    table = read_results(path)
    report = measure_law(table)  # what needs no base is computed, and what is left out is named
    assert report.laws
    assert report.leap is not None
    assert report.gap is not None
    assert "'bn', benchmark 'math'" in report.not_computed["transfer/mix-1"]
    assert any("bn × math" in note and "1 cells with a base accuracy of 0" in note for note in report.notes)
    skipped = measure_law(table, LawOptions(transfer=TransferOptions(skip_zero_base=True)))
    assert skipped.models[1].transfer is not None


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400"])
@pytest.mark.parametrize("column", ["n", "accuracy"])
def test_numbers_that_are_none_are_refused_with_the_row(tmp_path: Path, value: str, column: str) -> None:
    path = tmp_path / "r.csv"
    row = {"model": "a", "n": "1", "language": "de", "benchmark": "b", "accuracy": "0.5"} | {column: value}
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    with pytest.raises(InputError, match=f"row 1.*{column}"):
        read_results(path)


def test_leap_and_gap_are_in_the_picture_and_in_words(tmp_path: Path) -> None:
    report = measure_law(read_results(plain(tmp_path)))
    chart = law_chart(report)
    assert chart is not None
    assert "leap: " in chart
    assert "gap: " in chart
    markdown = law_markdown(report)
    assert re.search(r"Each doubling of languages: accuracy × 1\.\d\d \[[01]\.\d\d, 1\.\d\d\]", markdown)
    assert "The first parallel language adds +" in markdown
    assert "a gap of " in markdown
    bars = accuracy_chart(report)
    assert all(f">mix-{n}<" in bars for n in range(8))  # every model, where bars showed three of them
    assert bars.count("<rect") == 1 + 8 * len(LANGUAGES)


def test_three_models_say_why_their_intervals_are_long(tmp_path: Path) -> None:
    lines = ["model,n,language,benchmark,item,correct"]
    rng = np.random.default_rng(3)
    for n in (1, 2, 4):
        lines += [f"m{n},{n},de,b,{item},{int(rng.random() < 0.4 * n**0.1)}" for item in range(60)]
    path = tmp_path / "three.csv"
    path.write_text("\n".join(lines))
    report = measure_law(read_results(path), LawOptions(resamples=300))
    assert any("1 degree of freedom" in note and "12.7 standard errors" in note for note in report.notes)
    by = {law.fit.basis: law.fit for law in report.laws if law.fit.space == "accuracy"}
    narrower = by["combined"].beta_interval.width < by["items"].beta_interval.width
    assert narrower is any("for once shorter" in note for note in report.notes)
    chart = law_chart(report)
    assert chart is not None
    assert "120 %" not in chart


def test_base_cells_near_zero_are_named_as_the_reason(tmp_path: Path) -> None:
    lines = ["model,trained_languages,language,benchmark,item,correct"]
    for code, right in (("en", 10), ("sw", 1)):
        for item in range(20):
            lines.append(f"base,,{code},aime,{item},{int(item < right)}")
            lines.append(f"tuned,en,{code},aime,{item},{int(item < right + 5)}")
    path = tmp_path / "few.csv"
    path.write_text("\n".join(lines))
    report = measure_law(read_results(path), LawOptions(resamples=300))
    assert any("sw × aime" in note and "0 in some resamples" in note for note in report.notes)


def test_base_model_by_name(tmp_path: Path) -> None:
    table = read_results(plain(tmp_path))
    report = measure_law(table, LawOptions(base="mix-1"))
    assert report.base == "mix-1"
    assert report.laws[0].fit.points == 6
    assert "not on English" in report.not_computed["transfer/mix-0"]
    with pytest.raises(InputError, match=r"no model is called 'mix'(.|\n)*mix-0, mix-1"):
        measure_law(table, LawOptions(base="mix"))
    path = tmp_path / "two.csv"
    path.write_text("model,n,language,benchmark,accuracy\na,0,en,b,0.5\nb,0,en,b,0.5\n")
    with pytest.raises(InputError, match=r"2 models have no training languages: a, b(.|\n)*--base"):
        measure_law(read_results(path))


@pytest.mark.parametrize(
    ("options", "message"),
    [(LawOptions(level=95), "confidence level"), (LawOptions(resamples=5), "resamples are too few")],
)
def test_impossible_options(tmp_path: Path, options: LawOptions, message: str) -> None:
    with pytest.raises(InputError, match=message):
        measure_law(read_results(plain(tmp_path)), options)


def test_an_uncertain_denominator_is_noted(tmp_path: Path) -> None:
    lines = ["model,trained_languages,language,benchmark,item,correct"]
    for code in ("en", "de"):
        for item in range(20):
            lines.append(f"base,,{code},b,{item},{int(item < 10)}")
            # one more right than the base model, with six changes in one way and seven in the other
            lines.append(f"tuned,en,{code},b,{item},{int(6 <= item < 17)}")
    path = tmp_path / "few.csv"
    path.write_text("\n".join(lines))
    report = measure_law(read_results(path), LawOptions(resamples=300))
    tuned = report.models[1].transfer
    assert tuned is not None
    assert tuned.index.value == pytest.approx(1.0)
    assert tuned.index.interval is None
    assert any("not clearly above 0" in note and "tuned" in note for note in report.notes)
    assert any("too short: b" in note for note in report.notes)


@pytest.fixture(params=["plain", "items"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> LawReport:
    path = plain(tmp_path) if request.param == "plain" else item_level(tmp_path, items=40)
    return measure_law(read_results(path), LawOptions(resamples=200))


def test_markdown_json_and_charts_of_a_report(report: LawReport) -> None:
    document = report.as_dict()
    json.dumps(document, allow_nan=False)
    assert document["transferability_definition"] == (
        "denominator:english|average:benchmarks-first|scale:1|zero-base:refused|version:1"
    )
    markdown = law_markdown(report)
    for heading in ("Accuracy", "Relative gain", "Transferability Index", "scaling law", "Leap", "Notes"):
        assert heading in markdown
    assert f"{report.laws[0].fit.beta:.4f}" in markdown
    assert "nan" not in markdown.lower()
    chart = law_chart(report)
    assert chart is not None
    root = ElementTree.fromstring(chart)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 7
    bars = ElementTree.fromstring(accuracy_chart(report))
    labels = {node.text for node in bars.iter("{http://www.w3.org/2000/svg}text")}
    assert {"mix-0", "mix-1", "mix-7", *LANGUAGES} <= labels


def test_names_of_models_cannot_break_the_tables(tmp_path: Path) -> None:
    path = plain(tmp_path)
    path.write_text(path.read_text().replace("mix-3", "a|b <i>*x*`"))
    markdown = law_markdown(measure_law(read_results(path)))
    assert "a\\|b &lt;i&gt;\\*x\\*\\`" in markdown
