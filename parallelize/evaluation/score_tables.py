"""The tables of a score report, for Markdown and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parallelize.core.languages import named_language
from parallelize.core.rates import Rate
from parallelize.evaluation.estimates import ShareEstimate
from parallelize.evaluation.price import PRICE_HEADS, PRICE_NOTE, price_cells
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.metrics.off_target import PartStatus
from parallelize.text.figure_tables import FigureCell, FigureTable, percent
from parallelize.text.thinking import ResponsePart

__all__ = ["heat_maps", "model_tables", "shown_parts", "written_share"]

_MICRO, _MACRO = "all (micro)", "mean of languages (macro)"
_HEADED = {PartStatus.ON, PartStatus.OFF}


def written_share(estimate: ShareEstimate | None) -> str:
    """A share in per cent with its interval, `12.5 % [9.1, 16.8]`; `–` where nothing was measured."""
    value = percent(None if estimate is None else estimate.value)
    if estimate is None or estimate.interval is None:
        return value
    return f"{value} [{100 * estimate.interval.low:.1f}, {100 * estimate.interval.high:.1f}]"


def shown_parts(model: ModelScore) -> list[ResponsePart]:
    """The parts worth a table: without thinking, the answer is all of the response."""
    thinking = model.micro.tallies[ResponsePart.THINKING]
    return (
        [ResponsePart.ANSWER] if thinking.counts[PartStatus.ABSENT] == thinking.total else list(ResponsePart)
    )


def model_tables(model: ModelScore) -> Iterator[FigureTable]:
    """All figures of a model: each part, accuracy, price."""
    rows = [*((named_language(code), cell) for code, cell in model.languages.items()), (_MICRO, model.micro)]
    for part in shown_parts(model):
        yield _part_table(model, part, rows)
    if model.micro.accuracy is not None:
        yield _accuracy_table(model, rows)
    yield FigureTable(
        title="price of a language",
        heads=PRICE_HEADS,
        rows=[price_cells(label, cell.price) for label, cell in rows],
        note=PRICE_NOTE,
    )


def _part_table(model: ModelScore, part: ResponsePart, rows: Sequence[tuple[str, Cell]]) -> FigureTable:
    micro = model.micro.tallies[part]
    statuses = [status for status in PartStatus if micro.counts[status] or status in _HEADED]
    lines = micro.any_line.total > 0
    heads = ["language", "off-target", *(status.value for status in statuses), "mixed", "English"]
    chances = micro.probability is not None
    heads += [*(["a line off"] if lines else []), *(["probability on"] if chances else []), "wrong languages"]
    macro = written_share(model.macro[f"off_target_rate.{part.value}"])
    body = [_part_cells(label, cell, part, statuses, lines=lines, chances=chances) for label, cell in rows]
    return FigureTable(title=part.value, heads=heads, rows=[*body, [_MACRO, macro, *[""] * (len(heads) - 2)]])


def _part_cells(
    label: str, cell: Cell, part: ResponsePart, statuses: Sequence[PartStatus], *, lines: bool, chances: bool
) -> list[str | int | FigureCell]:
    found = cell.tallies[part]
    wrong = ", ".join(f"{code} {count}" for code, count in list(found.wrong_languages.items())[:5])
    return [
        label,
        written_share(cell.off_target[part]),
        *(found.counts[status] for status in statuses),
        _rate(found.mixed),
        percent(found.english_share),
        *([_rate(found.any_line)] if lines else []),
        *([percent(found.probability)] if chances else []),
        wrong,
    ]


def _rate(rate: Rate) -> str:
    return "–" if rate.value is None else f"{rate.count} of {rate.total}"


def _accuracy_table(model: ModelScore, rows: Sequence[tuple[str, Cell]]) -> FigureTable:
    passes = bool(model.micro.passes)
    heads = ["language", "correct", "correct and on target", "no answer", "undecided", "in unclosed thinking"]
    heads += ["pass@k"] if passes else []
    body: list[list[str | int | FigureCell]] = [
        [
            label,
            written_share(cell.accuracy),
            written_share(cell.strict_accuracy),
            cell.no_answer,
            cell.undecided,
            cell.unclosed,
            *([", ".join(f"@{k} {written_share(one)}" for k, one in cell.passes.items())] if passes else []),
        ]
        for label, cell in rows
        if cell.accuracy is not None
    ]
    means = [written_share(model.macro[name]) for name in ("accuracy", "strict_accuracy")]
    return FigureTable(
        title="accuracy",
        heads=heads,
        rows=[*body, [_MACRO, *means, *[""] * (len(heads) - 3)]],
        note=" ".join(_beside_accuracy(model)),
    )


def _beside_accuracy(model: ModelScore) -> Iterator[str]:
    """Chance level, and how answers hold over the variants of items."""
    micro = model.micro
    if micro.chance is not None:
        near = [code for code, cell in model.languages.items() if cell.above_chance is False]
        flag = f"; not above it: {', '.join(near)}" if near else ""
        yield f"Chance level: {percent(micro.chance)}{flag}."
    if micro.variants is not None:
        found = micro.variants
        yield (
            f"{found.items} items in several variants: "
            f"accuracy over variants {percent(found.mean_accuracy)}, "
            f"all of them right {percent(found.all_variants_right)}, "
            f"standard deviation between them {percent(found.spread_between_variants)}."
        )


def heat_maps(report: ScoreReport) -> Iterator[FigureTable]:
    """Model by language of accuracy, strict accuracy and off-target rates, for many models at once."""
    codes = sorted({code for model in report.models.values() for code in model.languages})
    figures = ["accuracy", "strict_accuracy", *(f"off_target_rate.{part.value}" for part in ResponsePart)]
    titles = ["Accuracy", "Correct and on target", *(f"Off-target: {part.value}" for part in ResponsePart)]
    for name, title in zip(figures, titles, strict=True):
        rows: list[list[str | int | FigureCell]] = []
        for model, score in report.models.items():
            cells = [score.languages.get(code) for code in codes]
            shares = [None if cell is None else _figure(cell, name) for cell in cells]
            mean = score.macro.get(name)
            if any(share is not None for share in shares):
                whole = FigureCell.share(None if mean is None else mean.value)
                rows.append([model, whole, *(FigureCell.share(share) for share in shares)])
        if rows:
            heads = ["model", "mean", *(named_language(code) for code in codes)]
            yield FigureTable(title=title, heads=heads, rows=rows, note="Per cent of responses.")


def _figure(cell: Cell, name: str) -> float | None:
    part = name.partition(".")[2]
    if part:
        return cell.off_target[ResponsePart(part)].value
    found = cell.accuracy if name == "accuracy" else cell.strict_accuracy
    return None if found is None else found.value
