"""The tables of a study's report, for Markdown and for the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from parallelize.core.languages import named_language
from parallelize.evaluation.law_render import written_points
from parallelize.evaluation.price import PRICE_HEADS, PRICE_NOTE, joined_price, price_cells
from parallelize.evaluation.study_figures import Difference, StudyReport
from parallelize.evaluation.study_results import StudyCell, mean_gap
from parallelize.text.figure_tables import FigureCell, FigureTable, percent
from parallelize.text.thinking import ResponsePart

__all__ = [
    "contrast_table",
    "distance_table",
    "gap_table",
    "heat_maps",
    "model_table",
    "price_table",
    "training_tables",
    "worse_sentences",
]

_QUANTITY = {"accuracy": "correct", "strict": "correct and on target", "off-target": "off-target"}


def model_table(report: StudyReport) -> FigureTable:
    """The models, what they are, and their mean figures."""
    rows = []
    for model in report.models:
        trained = "+".join(model.trained) or "–"
        rows.append(
            [
                model.name,
                model.paradigm + (f": {model.note}" if model.note else ""),
                model.base or "–",
                " ".join(filter(None, (model.family, model.size))) or "–",
                trained,
                f"{sum(model.training_rows.values()):,}" if model.training_rows else "–",
                *(percent(_mean(report, model.name, share), "") for share in _SHARES),
            ]
        )
    heads = ["model", "paradigm", "made from", "family, size", "trained on", "rows", *_QUANTITY.values()]
    return FigureTable(
        title="Models",
        heads=heads,
        rows=rows,
        note="In %, means over benchmarks of means over languages; over the cells that a model has.",
    )


_Share = Callable[[StudyCell], "float | None"]
_SHARES: tuple[_Share, ...] = (
    lambda cell: cell.share("accuracy"),
    lambda cell: cell.share("strict"),
    lambda cell: cell.share("off-target"),
)


def _of_part(part: ResponsePart) -> _Share:
    def share(cell: StudyCell) -> float | None:
        found = cell.off_target.get(part)
        return None if found is None else found.value

    return share


_MAPS: tuple[tuple[str, _Share], ...] = (
    ("Accuracy", _SHARES[0]),
    ("Correct and on target", _SHARES[1]),
    ("Off-target: thinking", _of_part(ResponsePart.THINKING)),
    ("Off-target: answer", _of_part(ResponsePart.ANSWER)),
    ("Off-target: response", _of_part(ResponsePart.RESPONSE)),
)


def heat_maps(report: StudyReport, benchmark: str | None = None) -> Iterator[FigureTable]:
    """Model by language of each figure that was measured; the mean of the benchmarks, or one of them."""
    for title, share in _MAPS:
        rows: list[list[str | int | FigureCell]] = []
        for model in report.models:
            values = [_by_language(report, model.name, code, share, benchmark) for code in report.languages]
            known = [value for value in values if value is not None]
            if not known:
                continue
            marks = [
                "near chance" if title == "Accuracy" and _near(report, model.name, code, benchmark) else ""
                for code in report.languages
            ]
            cells = [FigureCell.share(value, mark=mark) for value, mark in zip(values, marks, strict=True)]
            rows.append([model.name, FigureCell.share(math.fsum(known) / len(known)), *cells])
        if rows:
            yield FigureTable(
                title=title + (f", {benchmark}" if benchmark else ", mean of benchmarks"),
                heads=["model", "mean", *(named_language(code) for code in report.languages)],
                rows=rows,
                note=_chance_note(report, benchmark) if title == "Accuracy" else "",
            )


def _chance_note(report: StudyReport, benchmark: str | None) -> str:
    names = report.benchmarks if benchmark is None else (benchmark,)
    levels = ", ".join(f"{name} {100 * report.chance(name):g} %" for name in names)
    return (
        f"Chance level: {levels}. Near chance: the interval begins no more than "
        f"{100 * report.recipe.near_chance:g} points above it."
    )


def _near(report: StudyReport, model: str, code: str, benchmark: str | None) -> bool:
    """Near chance in the benchmark, or in every benchmark that the model has in the language."""
    names = report.benchmarks if benchmark is None else (benchmark,)
    there = [name for name in names if (model, name, code) in report.cells]
    return bool(there) and all(report.near_chance(model, name, code) for name in there)


def gap_table(report: StudyReport) -> FigureTable | None:
    """How many points each model loses from the pivot to each language."""
    pivot = report.recipe.pivot
    others = [code for code in report.languages if code != pivot]
    if pivot not in report.languages or not others:
        return None
    rows = []
    for model in report.models:
        gaps = [_mean_gap(report, model.name, code) for code in others]
        if any(gap is not None for gap in gaps):
            rows.append([model.name, *("–" if gap is None else f"{100 * gap:+.1f}" for gap in gaps)])
    if not rows:
        return None
    return FigureTable(
        title=f"Gap to {named_language(pivot)}",
        heads=["model", *(named_language(code) for code in others)],
        rows=rows,
        note="Percentage points of accuracy below the pivot, mean over the benchmarks that have both.",
    )


def _mean_gap(report: StudyReport, model: str, code: str) -> float | None:
    tags = (report.recipe.pivot, code)
    return mean_gap([report.cells.get((model, name, tag)) for tag in tags] for name in report.benchmarks)


def training_tables(report: StudyReport) -> Iterator[FigureTable]:
    """What training changed: each model beside its base, by benchmark and language."""
    mine = [one for one in report.differences if one.kind == "training" and one.quantity == "accuracy"]
    for pair in dict.fromkeys((one.model, one.other) for one in mine):
        rows: list[list[str | int | FigureCell]] = []
        for one in (item for item in mine if (item.model, item.other) == pair):
            where = one.benchmark or "all benchmarks"
            code = "all languages" if one.language is None else named_language(one.language)
            rows.append(
                [
                    where,
                    code,
                    f"{100 * one.before:.1f}",
                    f"{100 * one.after:.1f}",
                    _difference(one),
                ]
            )
        yield FigureTable(
            title=f"{pair[0]} against {pair[1]}",
            heads=["benchmark", "language", pair[1], pair[0], "points"],
            rows=rows,
        )


def worse_sentences(report: StudyReport) -> Iterator[str]:
    """Where training made a model worse, a sentence for each model and benchmark."""
    mine = [
        one
        for one in report.differences
        if one.kind == "training" and one.quantity == "accuracy" and one.language is not None and one.worse
    ]
    for model, base, benchmark in dict.fromkeys((one.model, one.other, one.benchmark) for one in mine):
        found = [one for one in mine if (one.model, one.benchmark) == (model, benchmark)]
        asked = [
            one
            for one in report.differences
            if (one.kind, one.model, one.other, one.quantity, one.benchmark)
            == ("training", model, base, "accuracy", benchmark)
            and one.language is not None
        ]
        listed = ", ".join(f"{one.language} {100 * one.before:.1f} → {100 * one.after:.1f}" for one in found)
        every = "in every language" if len(found) == len(asked) else f"in {len(found)} of {len(asked)}"
        yield f"{model} is worse than {base} on {benchmark} {every}: {listed}."


def contrast_table(report: StudyReport, kinds: Sequence[str], title: str) -> FigureTable | None:
    """Pairs of models of some kinds, each with all figures over what both have."""
    rows: list[list[str | int | FigureCell]] = [
        [
            one.model,
            one.other,
            one.kind,
            _QUANTITY[one.quantity],
            f"{100 * one.before:.1f}",
            f"{100 * one.after:.1f}",
            _difference(one),
        ]
        for one in report.differences
        if one.kind in kinds and one.language is None and one.benchmark is None
    ]
    if not rows:
        return None
    heads = ["model", "against", "contrast", "figure", "against, %", "model, %", "points"]
    return FigureTable(title=title, heads=heads, rows=rows)


def distance_table(report: StudyReport) -> FigureTable:
    """Languages with their features, distance and mean gap."""
    rows: list[list[str]] = []
    for one in report.distances:
        features = one.features
        rows.append(
            [
                named_language(one.language),
                *(
                    ["–"] * 4
                    if features is None
                    else [features.family, features.branch, features.script, features.order]
                ),
                "–" if one.from_pivot is None else f"{one.from_pivot:.2f}",
                "–" if one.mean_gap is None else f"{100 * one.mean_gap:+.1f}",
            ]
        )
    return FigureTable(
        title=f"Languages and their distance from {named_language(report.recipe.pivot)}",
        heads=["language", "family", "branch", "script", "order", "distance", "mean gap, points"],
        rows=rows,
        note="Distance: the share of the four features that differ. Families and branches by Glottolog 5, "
        "scripts by ISO 15924, dominant order of subject, object and verb by WALS 81A.",
    )


def price_table(report: StudyReport) -> FigureTable | None:
    """Tokens, length, cut responses and loops by model and language."""
    rows = []
    for model in report.models:
        for code in report.languages:
            prices = [
                cell.price
                for (name, _, tag), cell in report.cells.items()
                if (name, tag) == (model.name, code) and cell.price is not None
            ]
            if not prices:
                continue
            rows.append([model.name, *price_cells(named_language(code), joined_price(prices))])
    if not rows:
        return None
    return FigureTable(title="Price of a language", heads=["model", *PRICE_HEADS], rows=rows, note=PRICE_NOTE)


def _by_language(
    report: StudyReport, model: str, code: str, share: _Share, benchmark: str | None
) -> float | None:
    names = report.benchmarks if benchmark is None else (benchmark,)
    cells = [cell for name in names if (cell := report.cells.get((model, name, code))) is not None]
    known = [value for cell in cells if (value := share(cell)) is not None]
    return math.fsum(known) / len(known) if known else None


def _mean(report: StudyReport, model: str, share: _Share) -> float | None:
    means = []
    for benchmark in report.benchmarks:
        values = [_by_language(report, model, code, share, benchmark) for code in report.languages]
        known = [value for value in values if value is not None]
        if known:
            means.append(math.fsum(known) / len(known))
    return math.fsum(means) / len(means) if means else None


def _difference(found: Difference) -> FigureCell:
    points = written_points(found.difference.value, found.difference.interval)
    return FigureCell(text=points, mark="worse" if found.worse else "")
