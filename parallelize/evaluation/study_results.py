"""Results of the models of a study: cells with their figures, and answers item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
import polars as pl

from parallelize.core.errors import InputError
from parallelize.core.study_recipe import StudyModelOptions
from parallelize.evaluation.estimates import ShareEstimate
from parallelize.evaluation.price import LanguagePrice
from parallelize.evaluation.results_table import ResultsTable, table_of_results
from parallelize.text.thinking import ResponsePart

__all__ = [
    "QUANTITIES",
    "CellKey",
    "ModelResults",
    "Quantity",
    "StudyCell",
    "answers_of_verdicts",
    "cells_of_scores",
    "cells_of_table",
    "mean_gap",
    "results_table",
]

CellKey = tuple[str, str]
"""(benchmark, language)."""
Quantity = Literal["accuracy", "strict", "off-target"]
QUANTITIES: tuple[Quantity, ...] = ("accuracy", "strict", "off-target")
"""What cells have: right answers; right and on target; off-target responses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCell:
    """One model on one benchmark in one language."""

    responses: int | None
    """None for published figures."""
    accuracy: ShareEstimate | None
    strict: ShareEstimate | None
    off_target: Mapping[ResponsePart, ShareEstimate]
    """Empty for published figures."""
    price: LanguagePrice | None
    """None for published figures."""
    chance: float | None = None
    """Accuracy of guessing, where the items say it."""

    def share(self, quantity: Quantity) -> float | None:
        """The value of a quantity; None where it was not measured."""
        found = {
            "accuracy": self.accuracy,
            "strict": self.strict,
            "off-target": self.off_target.get(ResponsePart.RESPONSE),
        }[quantity]
        return None if found is None else found.value

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "responses": self.responses,
            "chance": self.chance,
            "accuracy": self.accuracy,
            "strict_accuracy": self.strict,
            "off_target": self.off_target,
            "price": self.price,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelResults:
    """All results of one model."""

    model: StudyModelOptions
    cells: Mapping[CellKey, StudyCell]
    answers: pl.DataFrame | None
    """Columns benchmark, language, item, sample, and one of 0/1 for each quantity; None without items."""


def mean_gap(pairs: Iterable[Sequence[StudyCell | None]]) -> float | None:
    """Accuracy in the first cell minus that in the second, mean over the pairs that have both."""
    gaps = []
    for pair in pairs:
        first, second = (None if cell is None else cell.share("accuracy") for cell in pair)
        if first is not None and second is not None:
            gaps.append(first - second)
    return float(np.mean(gaps)) if gaps else None


def cells_of_scores(scores: Mapping[str, Any]) -> dict[CellKey, StudyCell]:
    """The cells of a `scores.json` of an evaluation."""
    cells = {}
    for benchmark, report in scores["benchmarks"].items():
        for model in report["models"].values():
            for code, found in model["languages"].items():
                cells[benchmark, code] = _cell(found)
    return cells


def _cell(found: Mapping[str, Any]) -> StudyCell:
    off = {
        part: ShareEstimate.of_json(
            {
                "value": figures["off_target_rate"],
                "interval": figures["off_target_interval"],
                "level": 0.95,
                "interval_method": figures["interval_method"],
                "total": figures["judged"],
            }
        )
        for part in ResponsePart
        if (figures := found["parts"][part.value])["judged"]
    }
    accuracy, strict = found["accuracy"], found["strict_accuracy"]
    return StudyCell(
        responses=found["responses"],
        accuracy=None if accuracy is None else ShareEstimate.of_json(accuracy),
        strict=None if strict is None else ShareEstimate.of_json(strict),
        off_target=off,
        price=LanguagePrice.of_json(found["price"]) if "price" in found else None,
        chance=found.get("chance"),
    )


def cells_of_table(table: ResultsTable, model: int) -> dict[CellKey, StudyCell]:
    """The cells of one model of a table of accuracies."""
    return {
        (benchmark, code): StudyCell(
            responses=None,
            accuracy=ShareEstimate(
                value=float(table.accuracy[model, place]), interval=None, method="none", total=0
            ),
            strict=None,
            off_target={},
            price=None,
        )
        for place, (code, benchmark) in enumerate(table.cells)
    }


def answers_of_verdicts(path: Path) -> pl.DataFrame:
    """Answers item by item from a `verdicts.jsonl`.

    Raises:
        InputError: a line is no JSON.
    """
    rows = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InputError(
                f"{path}, line {number}: not JSON: {error}", remedy="evaluate or score again"
            ) from error
        status, answer = row["parts"][ResponsePart.RESPONSE.value]["status"], row["answer"]
        rows.append(
            {
                "benchmark": row["source"],
                "language": row["language"],
                "item": str(row["id"]),
                "sample": None if row["sample"] is None else str(row["sample"]),
                "accuracy": None if answer is None else int(answer["correct"] is True),
                "strict": None if answer is None else int(answer["strictly_correct"] is True),
                "off-target": int(status == "off") if status in {"on", "off"} else None,
            }
        )
    text = ("benchmark", "language", "item", "sample")
    schema = {name: pl.String if name in text else pl.Int8 for name in (*text, *QUANTITIES)}
    return pl.DataFrame(rows, schema=schema)


def results_table(models: Sequence[ModelResults], quantity: Quantity) -> ResultsTable | None:
    """The table of some models over the cells that all of them have; None where there is no such cell.

    It is item-level where every model has answers.
    """
    shared = [
        key
        for key in models[0].cells
        if all(key in one.cells and one.cells[key].share(quantity) is not None for one in models)
    ]
    if not shared:
        return None
    frames = [_answers(one, shared, quantity) for one in models]
    items = [frame for frame in frames if frame is not None]
    if len(items) == len(models):
        frame = pl.concat(items)
    else:
        frame = pl.concat([_plain(one, shared, quantity) for one in models])
    return table_of_results(frame, Path(f"{quantity} of the study"))


def _answers(one: ModelResults, cells: Sequence[CellKey], quantity: Quantity) -> pl.DataFrame | None:
    if one.answers is None:
        return None
    wanted = pl.DataFrame(cells, schema=["benchmark", "language"], orient="row")
    return (
        one.answers.filter(pl.col(quantity).is_not_null())
        .join(wanted, on=["benchmark", "language"], how="semi", maintain_order="left")
        .select(
            *_who(one.model),
            "language",
            "benchmark",
            "item",
            pl.col("sample").fill_null("-"),
            pl.col(quantity).cast(pl.String).alias("correct"),
        )
    )


def _plain(one: ModelResults, cells: Sequence[CellKey], quantity: Quantity) -> pl.DataFrame:
    rows = [(code, benchmark, repr(one.cells[benchmark, code].share(quantity))) for benchmark, code in cells]
    frame = pl.DataFrame(rows, schema=["language", "benchmark", "accuracy"], orient="row")
    return frame.select(*_who(one.model), "language", "benchmark", "accuracy")


def _who(model: StudyModelOptions) -> tuple[pl.Expr, pl.Expr]:
    return (
        pl.lit(model.name).alias("model"),
        pl.lit("+".join(model.trained) or "-").alias("trained_languages"),
    )
