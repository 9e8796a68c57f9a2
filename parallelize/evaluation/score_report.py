"""From verdicts to figures: per model and language, macro over languages, micro over responses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import pstdev

from parallelize.core.version import __version__
from parallelize.evaluation.accuracy import pass_at_k, pass_ladder
from parallelize.evaluation.estimates import Observations, ShareEstimate, macro_mean, mean_known, share
from parallelize.evaluation.price import LanguagePrice, price_of
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
from parallelize.metrics.off_target import PartStatus, PartTally, tally
from parallelize.text.thinking import ResponsePart

__all__ = ["REPORT_SCHEMA", "Cell", "ModelScore", "ScoreReport", "VariantScore", "measure"]

REPORT_SCHEMA = "parallelize-score-1"

Value = Callable[[ResponseVerdict], "float | None"]
"""What one response contributes to a share; None where it is not in the denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantScore:
    """Accuracy of items that were asked with other numbers or names: does an answer hold?"""

    items: int
    """Items with several variants."""
    mean: float
    """Mean over items of the accuracy over their variants."""
    worst: float
    """Share of items all of whose variants are right (of the first sample of each)."""
    spread: float
    """Mean over items of the standard deviation of accuracy between their variants."""

    def as_dict(self) -> dict[str, object]:
        """Figures of all items with variants, for `--json`."""
        return {
            "items": self.items,
            "mean_accuracy": self.mean,
            "all_variants_right": self.worst,
            "spread_between_variants": self.spread,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The responses of one model in one language (or in all)."""

    responses: int
    price: LanguagePrice
    """Tokens, length, cut responses and loops."""
    tallies: Mapping[ResponsePart, PartTally]
    off_target: Mapping[ResponsePart, ShareEstimate]
    accuracy: ShareEstimate | None
    """None where no row has a gold answer."""
    strict_accuracy: ShareEstimate | None
    """Correct, the response on target, and no part of it off target."""
    strict_by_part: Mapping[ResponsePart, ShareEstimate]
    """Correct and this part on target."""
    undecided: int
    """Rows whose equality with the gold answer could not be decided; they count as wrong."""
    no_answer: int
    """Rows with a gold answer in which no answer was found; they count as wrong."""
    unclosed: int
    """Rows whose answer is a box in thinking that never closed."""
    answer_sources: Mapping[str, int]
    passes: Mapping[int, ShareEstimate]
    """pass@k by k; empty without several samples of every item."""
    samples: tuple[int, int]
    """Fewest and most samples of an item."""
    chance: float | None = None
    """Accuracy of somebody who guesses, over the rows where something can be guessed; None without any."""
    variants: VariantScore | None = None
    """Of items that were asked in several variants; None without any."""

    def as_dict(self) -> dict[str, object]:
        """Figures of one language, or of all, for `--json`."""
        result: dict[str, object] = {
            "responses": self.responses,
            "parts": {part.value: self._part(part) for part in ResponsePart},
            "accuracy": None if self.accuracy is None else self.accuracy.as_dict(),
            "strict_accuracy": None if self.strict_accuracy is None else self.strict_accuracy.as_dict(),
            "price": self.price.as_dict(),
        }
        if self.accuracy is not None:
            result["answers"] = {
                "found_by": dict(self.answer_sources),
                "not_found": self.no_answer,
                "undecided": self.undecided,
                "in_unclosed_thinking": self.unclosed,
            }
            if self.chance is not None:
                result["chance"] = self.chance
                result["above_chance"] = self.above_chance
            if self.variants is not None:
                result["variants"] = self.variants.as_dict()
            result["samples_per_item"] = {"min": self.samples[0], "max": self.samples[1]}
            if self.passes:
                result["avg_at_k"] = {"k": self.samples[0], **self.accuracy.as_dict()}
                result["pass_at_k"] = {str(k): found.as_dict() for k, found in self.passes.items()}
        return result

    @property
    def above_chance(self) -> bool | None:
        """Whether the whole interval of the accuracy is above the chance level; None where there is none."""
        if self.chance is None or self.accuracy is None or self.accuracy.interval is None:
            return None
        return self.accuracy.interval.low > self.chance

    def _part(self, part: ResponsePart) -> dict[str, object]:
        found = self.tallies[part]
        estimate = self.off_target[part]
        strict = self.strict_by_part.get(part)
        return {
            "counts": {status.value: found.counts[status] for status in PartStatus},
            "off_target_rate": estimate.value,
            "off_target_interval": estimate.as_dict()["interval"],
            "interval_method": estimate.method,
            "judged": found.off_target.total,
            "not_judged": found.off_target.skipped,
            "wrong_languages": dict(found.wrong_languages),
            "mixed": found.mixed.as_dict(),
            "degenerate": found.degenerate.as_dict(),
            "any_line_off": found.any_line.as_dict(),
            "english_share": found.english_share,
            "strict_accuracy": None if strict is None else strict.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScore:
    """Off-target rates and accuracy of one model, by language and over all."""

    languages: Mapping[str, Cell]
    micro: Cell
    """Over all its responses."""
    macro: Mapping[str, ShareEstimate]
    """Mean over languages, by figure: `off_target_rate.<part>`, `accuracy`, `strict_accuracy`."""

    def as_dict(self) -> dict[str, object]:
        """Figures of one model, by language and over all, for `--json`."""
        return {
            "languages": {code: cell.as_dict() for code, cell in self.languages.items()},
            "micro": self.micro.as_dict(),
            "macro": {name: found.as_dict() for name, found in self.macro.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """All figures of a responses file."""

    file: str
    responses: int
    models: Mapping[str, ModelScore]
    detectors: Sequence[str]
    """Identifiers with versions and digests."""
    options: ScoreOptions
    metrics: Mapping[str, object]
    """Metrics of others, by name."""
    notes: Sequence[str]
    """What a reader of the figures must know."""

    def as_dict(self) -> dict[str, object]:
        """The whole report for `--json`, with the options and detectors behind it."""
        tags = self.options.tags
        return {
            "schema": REPORT_SCHEMA,
            "parallelize": __version__,
            "file": self.file,
            "responses": self.responses,
            "detectors": list(self.detectors),
            "options": {
                "think_open": tags.opening,
                "think_close": tags.closing,
                "thinking_opened": tags.opened,
                "judge_cut": self.options.judge_cut,
                "lines": self.options.lines,
                "spans": self.options.spans,
                "unclosed": "answer" if self.options.unclosed else "none",
                "mixed_share": self.options.mixed_share,
            },
            "models": {name: score.as_dict() for name, score in self.models.items()},
            "metrics": dict(self.metrics),
            "notes": list(self.notes),
        }


def measure(
    verdicts: Sequence[ResponseVerdict],
    *,
    file: str,
    options: ScoreOptions,
    detectors: Sequence[str],
    metrics: Mapping[str, object] | None = None,
    notes: Sequence[str] = (),
) -> ScoreReport:
    """Aggregate verdicts once.

    Args:
        verdicts: one for each response, in any order.
        file: name for the report.
        options: what they were judged with.
        detectors: signatures of the identifiers.
        metrics: metrics of others, by name.
        notes: what was seen while the responses were read.
    """
    by_model: dict[str, list[ResponseVerdict]] = defaultdict(list)
    for verdict in verdicts:
        by_model[verdict.response.model].append(verdict)
    return ScoreReport(
        file=file,
        responses=len(verdicts),
        models={name: _model(found, options) for name, found in by_model.items()},
        detectors=detectors,
        options=options,
        metrics=metrics or {},
        notes=[*notes, *_notes(by_model)],
    )


def _model(verdicts: Sequence[ResponseVerdict], options: ScoreOptions) -> ModelScore:
    by_language: dict[str, list[ResponseVerdict]] = defaultdict(list)
    for verdict in verdicts:
        by_language[verdict.response.language].append(verdict)
    cells = {code: _cell(found, options) for code, found in sorted(by_language.items())}
    values: dict[str, Value] = {f"off_target_rate.{part.value}": _off(part) for part in ResponsePart}
    if any(cell.accuracy is not None for cell in cells.values()):
        values |= {"accuracy": _correct, "strict_accuracy": _strict}
    macro = {
        name: macro_mean({code: _observed(found, value) for code, found in by_language.items()})
        for name, value in values.items()
    }
    return ModelScore(languages=cells, micro=_cell(verdicts, options), macro=macro)


def _cell(verdicts: Sequence[ResponseVerdict], options: ScoreOptions) -> Cell:
    answered = [verdict for verdict in verdicts if verdict.answer is not None]
    answers = [verdict.answer for verdict in answered if verdict.answer is not None]
    samples = Counter(_asked(verdict) for verdict in answered)
    tallies = {
        part: tally([verdict.parts[part] for verdict in verdicts], mixed_share=options.mixed_share)
        for part in ResponsePart
    }
    return Cell(
        responses=len(verdicts),
        price=price_of(verdicts, tallies[ResponsePart.RESPONSE].degenerate),
        tallies=tallies,
        off_target={part: share(_observed(verdicts, _off(part))) for part in ResponsePart},
        accuracy=share(_observed(answered, _correct)) if answered else None,
        strict_accuracy=share(_observed(answered, _strict)) if answered else None,
        strict_by_part={
            part: share(_observed(answered, _strict_part(part))) for part in ResponsePart if answered
        },
        undecided=sum(answer.correct is None for answer in answers),
        no_answer=sum(answer.value is None for answer in answers),
        unclosed=sum(answer.unclosed for answer in answers),
        answer_sources=dict(Counter(answer.source for answer in answers if answer.source).most_common()),
        passes=_passes(_observed(answered, _correct, _asked)),
        samples=(min(samples.values()), max(samples.values())) if samples else (0, 0),
        chance=mean_known(verdict.response.chance for verdict in answered),
        variants=_variants(answered),
    )


def _passes(correct: Observations) -> dict[int, ShareEstimate]:
    """pass@k for every k that all items have samples for; nothing where an item has only one."""
    by_item: dict[str, list[float]] = defaultdict(list)
    for item, value in correct:
        by_item[item].append(value)
    ladder = pass_ladder([len(values) for values in by_item.values()])
    if ladder in {(), (1,)}:
        return {}
    return {
        k: share([(item, pass_at_k(len(values), int(sum(values)), k)) for item, values in by_item.items()])
        for k in ladder
    }


def _variants(verdicts: Sequence[ResponseVerdict]) -> VariantScore | None:
    """Accuracy over the variants of items that have several."""
    items: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for verdict in verdicts:
        if verdict.response.variant is not None:
            item = items[f"{verdict.response.language}\0{_item(verdict)}"]
            item[verdict.response.variant].append(_correct(verdict) or 0.0)
    several = [variants for variants in items.values() if len(variants) > 1]
    if not several:
        return None
    means = [[math.fsum(found) / len(found) for found in variants.values()] for variants in several]
    return VariantScore(
        items=len(several),
        mean=math.fsum(math.fsum(item) / len(item) for item in means) / len(means),
        worst=sum(all(found[0] for found in variants.values()) for variants in several) / len(several),
        spread=math.fsum(map(pstdev, means)) / len(means),
    )


def _item(verdict: ResponseVerdict) -> str:
    """The item, in whatever language: what intervals draw whole."""
    return f"{verdict.response.source}\0{verdict.response.id}"


def _asked(verdict: ResponseVerdict) -> str:
    """The item in one language, of one variant: what samples and pass@k are of."""
    return f"{verdict.response.language}\0{_item(verdict)}\0{verdict.response.variant or ''}"


def _observed(
    verdicts: Iterable[ResponseVerdict], value: Value, unit: Callable[[ResponseVerdict], str] = _item
) -> list[tuple[str, float]]:
    found = ((unit(verdict), value(verdict)) for verdict in verdicts)
    return [(item, measured) for item, measured in found if measured is not None]


def _off(part: ResponsePart) -> Value:
    def value(verdict: ResponseVerdict) -> float | None:
        found = verdict.parts[part]
        return float(found.status is PartStatus.OFF) if found.judged else None

    return value


def _correct(verdict: ResponseVerdict) -> float | None:
    answer = verdict.answer
    return None if answer is None else float(answer.correct is True)


def _strict(verdict: ResponseVerdict) -> float | None:
    strict = verdict.strictly_correct
    return None if strict is None else float(strict)


def _strict_part(part: ResponsePart) -> Value:
    def value(verdict: ResponseVerdict) -> float | None:
        correct = _correct(verdict)
        if correct is None or verdict.parts[part].status is PartStatus.ABSENT:
            return None
        return correct * (verdict.parts[part].status is PartStatus.ON)

    return value


def _notes(by_model: Mapping[str, Sequence[ResponseVerdict]]) -> list[str]:
    notes = []
    for name, verdicts in by_model.items():
        absent = sum(item.parts[ResponsePart.THINKING].status is PartStatus.ABSENT for item in verdicts)
        if 0 < absent < len(verdicts):
            notes.append(
                f"{name}: {absent} of {len(verdicts)} responses have no thinking tag while others do; if the "
                "prompt opens the thinking, say so with --thinking-opened, and they count as unfinished"
            )
        keys = Counter(
            (_asked(item), item.response.sample)
            for item in verdicts
            if item.response.sample is not None and item.answer is not None
        )
        repeated = sum(count > 1 for count in keys.values())
        if repeated:
            notes.append(f"{name}: {repeated} items have several rows with the same sample number")
        rate = tally([item.parts[ResponsePart.RESPONSE] for item in verdicts]).off_target
        if rate.skipped > rate.total:
            notes.append(
                f"{name}: more responses could not be judged ({rate.skipped}) than could ({rate.total})"
            )
    return notes
