"""Charts are well-formed, escaped, self-contained, and place their marks where the numbers say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.evaluation.plots import BarSeries, Curve, CurveSample, PlotPoint, bar_chart, curve_chart
from parallelize.metrics.statistics import Estimate, Interval

SVG = "{http://www.w3.org/2000/svg}"


def estimate(value: float, half: float = 0.05) -> Estimate:
    return Estimate(value=value, interval=Interval(low=value - half, high=value + half, level=0.95))


def texts(chart: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}text")]


def tooltips(chart: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}title")]


def test_curve_chart_places_points_on_its_axes() -> None:
    chart = curve_chart(
        title="Law",
        x_label="n",
        y_label="accuracy",
        points=[
            PlotPoint(x=1, y=0.4, label="one"),
            PlotPoint(x=7, y=0.6, label="seven", interval=estimate(0.6).interval),
        ],
        curves=[
            Curve(
                label="fit",
                samples=[CurveSample(x=1, y=0.4, interval=estimate(0.4).interval), CurveSample(x=7, y=0.6)],
            )
        ],
    )
    root = ElementTree.fromstring(chart)
    circles = [(float(node.get("cx", "")), float(node.get("cy", ""))) for node in root.iter(f"{SVG}circle")]
    ticks = {node.text: node for node in root.iter(f"{SVG}text")}
    assert circles[0][0] == pytest.approx(float(ticks["1"].get("x", "")), abs=0.11)
    assert circles[1][0] == pytest.approx(float(ticks["7"].get("x", "")), abs=0.11)
    # Tick labels sit 4.5 pixels under their line.
    assert circles[0][1] == pytest.approx(float(ticks["40 %"].get("y", "")) - 4.5, abs=0.11)
    assert circles[1][1] == pytest.approx(float(ticks["60 %"].get("y", "")) - 4.5, abs=0.11)
    assert "seven: 60.0 % (95 % interval 55.0 to 65.0)" in tooltips(chart)
    assert {"Law", "n", "accuracy", "fit"} <= set(texts(chart))


def test_bar_heights_are_proportional_and_missing_is_not_zero() -> None:
    chart = bar_chart(
        title="t",
        y_label="y",
        groups=["en", "de"],
        series=[
            BarSeries(label="a", values=[estimate(0.2), estimate(0.4)]),
            BarSeries(label="b", values=[None, Estimate(value=0.0)]),
        ],
    )
    root = ElementTree.fromstring(chart)
    bars = [
        node
        for node in root.iter(f"{SVG}rect")
        if "fill" in (node.get("class") or "") and node.get("height") != "10"
    ]
    heights = [float(node.get("height", "")) for node in bars]
    assert heights == pytest.approx([56, 112, 0.5])
    assert texts(chart).count("n/a") == 1
    assert "en, b: not measured" in tooltips(chart)
    assert "de, b: 0.0 %" in tooltips(chart)
    assert "100 %" in texts(chart)


def test_charts_are_self_contained_and_follow_the_scheme() -> None:
    chart = bar_chart(title="t", y_label="y", groups=["en"], series=[BarSeries(label="m", values=[None])])
    assert "prefers-color-scheme:dark" in chart
    assert "currentColor" in chart
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|<script|@import|url\(", chart)


def test_negative_values_hang_below_the_axis() -> None:
    chart = bar_chart(
        title="t",
        y_label="y",
        groups=["en"],
        series=[BarSeries(label="m", values=[estimate(-0.5)])],
    )
    assert "-50 %" in texts(chart)
    assert "0 %" in texts(chart)


def test_long_group_names_are_cut_but_kept_as_tooltips() -> None:
    names = [f"language-{index}-with-a-name" for index in range(12)]
    chart = bar_chart(
        title="t", y_label="y", groups=names, series=[BarSeries(label="m", values=[Estimate(value=0.5)] * 12)]
    )
    assert set(names) <= set(tooltips(chart))
    assert not set(names) & set(texts(chart))


def test_refusals() -> None:
    with pytest.raises(ValueError, match="one point"):
        curve_chart(title="t", x_label="x", y_label="y", points=[])
    with pytest.raises(ValueError, match="one group"):
        bar_chart(title="t", y_label="y", groups=[], series=[])
    with pytest.raises(ValueError, match="one value per group"):
        bar_chart(title="t", y_label="y", groups=["en", "de"], series=[BarSeries(label="m", values=[None])])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.floats(-1, 1), st.floats(-1, 1))
def test_any_text_and_any_value_give_well_formed_svg(words: str, first: float, second: float) -> None:
    bars = bar_chart(
        title=words,
        y_label=words,
        groups=[words, "x"],
        series=[BarSeries(label=words, values=[Estimate(value=first), estimate(second)])],
    )
    curve = curve_chart(
        title=words,
        x_label=words,
        y_label=words,
        points=[PlotPoint(x=1, y=first, label=words), PlotPoint(x=3, y=second, label=words)],
    )
    for chart in (bars, curve):
        root = ElementTree.fromstring(chart)
        assert root.tag == f"{SVG}svg"
        assert "nan" not in re.sub(r"<(title|text)[^>]*>[^<]*<|aria-label=\"[^\"]*\"", "", chart)


@given(st.text(alphabet="<>&\"'\x00\x08\ud800\uffff", min_size=1, max_size=8))
def test_markup_and_forbidden_characters_stay_text(words: str) -> None:
    chart = bar_chart(title=words, y_label="y", groups=["g"], series=[BarSeries(label="m", values=[None])])
    title = next(text for text in texts(chart) if text not in {"m", "y", "g", "n/a"} and "%" not in text)
    assert title == re.sub("[\x00\x08\ud800\uffff]", "\ufffd", words)


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.97, 1.0])
def test_an_axis_of_shares_ends_where_shares_do(share: float) -> None:
    points = [PlotPoint(x=n, y=share, label=str(n)) for n in (1, 2)]
    chart = curve_chart(title="t", x_label="x", y_label="y", points=points)
    shown = [float(text.removesuffix(" %")) for text in texts(chart) if text.endswith(" %")]
    assert min(shown) >= 0
    assert max(shown) <= 100
    assert min(shown) <= 100 * share <= max(shown)
