"""A study's comparisons against sums by hand: contrasts, what got worse, distances, near chance."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parallelize.core.study_recipe import parse_study
from parallelize.evaluation.estimates import Observations, ShareEstimate, share
from parallelize.evaluation.study import measure_study
from parallelize.evaluation.study_figures import Difference, StudyReport
from parallelize.evaluation.study_render import off_target_chart
from parallelize.evaluation.study_results import ModelResults, StudyCell
from parallelize.evaluation.typology import distance, language_type
from parallelize.report.study_page import study_markdown, study_page
from parallelize.text.markdown import escape
from parallelize.text.thinking import ResponsePart

ITEMS = 40
LANGUAGES = ("en", "de", "es", "ja")
MODELS: dict[str, dict[str, Any]] = {
    "base": {},
    "one": {"paradigm": "sft", "base": "base", "training_rows": {"en": 100}},
    "twice": {"paradigm": "sft", "base": "base", "training_rows": {"en": 200}},
    "two": {"paradigm": "sft", "base": "base", "training_rows": {"en": 100, "de": 100}},
    "four": {
        "paradigm": "sft",
        "base": "base",
        "training_rows": dict.fromkeys(["en", "de", "fr", "zh"], 100),
    },
    "rl": {"paradigm": "rl", "base": "base", "training_rows": {"en": 100, "de": 100}},
}
RIGHT = {"base": 10, "one": 16, "twice": 17, "two": 20, "four": 24, "rl": 22}
"""Right answers of 40 in English on the first benchmark."""


def right(model: str, benchmark: str, code: str) -> int:
    """Every language loses two items; on the first benchmark SFT on four languages ruins German."""
    if (model, benchmark, code) == ("four", "math", "de"):
        return 1
    return max(1, RIGHT[model] - 2 * LANGUAGES.index(code) - (5 if benchmark == "med" else 0))


def of_items(values: list[int]) -> ShareEstimate:
    return share(Observations.of((str(item), float(value)) for item, value in enumerate(values)))


def results(model: str) -> ModelResults:
    cells: dict[tuple[str, str], StudyCell] = {}
    frames = []
    for benchmark in ("math", "med"):
        for code in LANGUAGES:
            found = [int(item < right(model, benchmark, code)) for item in range(ITEMS)]
            off = [int(item % 10 < LANGUAGES.index(code)) for item in range(ITEMS)]
            strict = [int(a and not b) for a, b in zip(found, off, strict=True)]
            cells[benchmark, code] = StudyCell(
                responses=ITEMS,
                accuracy=of_items(found),
                strict=of_items(strict),
                off_target={ResponsePart.RESPONSE: of_items(off)},
                price=None,
            )
            frames.append(
                pl.DataFrame({"item": list(map(str, range(ITEMS))), "accuracy": found, "strict": strict})
                .with_columns(
                    pl.Series("off-target", off),
                    benchmark=pl.lit(benchmark),
                    language=pl.lit(code),
                    sample=pl.lit(None, dtype=pl.String),
                )
            )  # fmt: skip
    recipe = parse_study({"title": "t", "models": [{"name": "base", "results": "x"}]})
    options = recipe.models[0].model_copy(
        update={"name": model, "base": None, "paradigm": "base", **MODELS[model]}
    )
    return ModelResults(model=options, cells=cells, answers=pl.concat(frames))


@pytest.fixture(scope="module")
def report() -> StudyReport:
    models = [{"name": name, "results": "x", **extra} for name, extra in MODELS.items()]
    recipe = parse_study({"title": "A *study*", "models": models, "resamples": 200, "chance": {"med": 0.25}})
    return measure_study(recipe, [results(name) for name in MODELS])


def found(report: StudyReport, **wanted: str | None) -> Difference:
    [one] = [
        one for one in report.differences if all(getattr(one, key) == value for key, value in wanted.items())
    ]
    return one


def test_contrasts_are_told_by_their_rows(report: StudyReport) -> None:
    pairs = {(one.kind, one.model, one.other) for one in report.differences if one.kind != "training"}
    assert pairs == {
        ("fixed budget", "two", "twice"),
        ("growing budget", "two", "one"),
        ("growing budget", "four", "one"),
        ("paradigm", "rl", "two"),
    }
    whole = found(
        report, kind="fixed budget", model="two", quantity="accuracy", benchmark=None, language=None
    )
    assert whole.difference.value == pytest.approx(3 / ITEMS)
    assert whole.difference.interval is not None
    assert whole.difference.interval.low > 0  # the same items, so a difference of three is no chance
    assert not whole.worse


def test_what_got_worse_is_said(report: StudyReport) -> None:
    one = found(report, kind="training", model="four", quantity="accuracy", benchmark="math", language="de")
    assert one.before == pytest.approx(8 / ITEMS)
    assert one.worse
    assert "four is worse than base on math in 1 of 4: de 20.0 → 2.5." in study_markdown(report)
    off = found(report, kind="training", model="four", quantity="off-target", benchmark=None, language=None)
    assert off.difference.value == pytest.approx(0)


def test_law_and_transfer_by_base(report: StudyReport) -> None:
    groups = {group.name: group.report for group in report.laws}
    assert set(groups) == {"sft of base", "rl of base"}
    sft = groups["sft of base"]
    assert sft.laws[0].fit.points == 4
    assert sft.laws[0].fit.basis == "combined"
    assert sft.leap is not None
    assert "gap" in sft.not_computed


def test_near_chance_distance_and_correlation(report: StudyReport) -> None:
    assert report.near_chance("base", "med", "en")
    assert not report.near_chance("four", "math", "en")
    assert [one.language for one in report.distances] == ["en", "de", "es", "ja"]
    by = {one.language: one for one in report.distances}
    assert by["de"].mean_gap == pytest.approx((2 * 11 + 23) / 12 / ITEMS, abs=0.01)
    spearman = {(one.model, one.of): one for one in report.correlations}
    assert spearman["base", "distance from the pivot"].value is None  # three languages are too few
    assert (spearman["base", "off-target rate"].value or 0) < -0.3


def test_the_report_is_json_and_has_a_picture(report: StudyReport) -> None:
    document = json.dumps(report.as_dict(), allow_nan=False)
    assert json.loads(document)["schema"] == "parallelize-study-1"
    chart = off_target_chart(report)
    assert chart is not None
    assert chart.count("<circle") == len(MODELS) * 8
    assert "A \\*study\\*" in study_markdown(report)


def test_the_page_draws_the_law_and_names_the_contrasts(report: StudyReport) -> None:
    page = study_page(report)
    assert "<title>A *study*</title>" in page
    assert "leap: " in page
    assert "Each doubling of languages: accuracy × " in page
    assert ">four<" in page  # a named point, and a row
    for heading in ("Contrasts at a constant budget", "Paradigms side by side", "What training changed"):
        assert f">{heading}</h2>" in page
    assert "fixed budget" in page
    assert "on math in 1 of 4: de 20.0 → 2.5." in page
    assert "<script>" not in page


def test_the_page_and_markdown_have_the_same_sections(report: StudyReport) -> None:
    shown = re.findall(r'<h2 id="[^"]*">([^<]*)</h2>', study_page(report))
    written = re.findall(r"^## (.*)$", study_markdown(report), flags=re.MULTILINE)
    assert len(shown) > 6
    assert [escape(html.unescape(title)) for title in shown] == written


def test_distances_of_languages() -> None:
    assert distance("en", "en") == 0
    assert distance("en", "de") == pytest.approx(0.25)  # the order
    assert distance("en", "ja") == 1
    assert distance("pt-BR", "es") == 0
    assert distance("zh-TW", "zh") == pytest.approx(0.25)  # the script
    assert distance("en", "tlh") is None
    assert language_type("sw") is not None


def test_a_missing_cell_is_said_and_left_out() -> None:
    models = [{"name": name, "results": "x", **MODELS[name]} for name in ("base", "two")]
    recipe = parse_study({"title": "t", "models": models, "resamples": 200})
    short = results("two")
    short = ModelResults(
        model=short.model,
        cells={key: cell for key, cell in short.cells.items() if key != ("med", "ja")},
        answers=short.answers,
    )
    found = measure_study(recipe, [results("base"), short])
    assert any("two has no result for ja × med" in note for note in found.notes)
    assert not [one for one in found.differences if (one.benchmark, one.language) == ("med", "ja")]


def test_folder(tmp_path: Path) -> None:
    recipe = parse_study({"title": "t", "models": [{"name": "a", "results": "r.csv"}]}, folder=tmp_path)
    assert recipe.models[0].results == str(tmp_path / "r.csv")
