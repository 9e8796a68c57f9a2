"""From verdicts to figures: per model and language, macro over languages, micro over responses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import pstdev

import numpy as np

from parallelize.core.version import __version__
from parallelize.evaluation.accuracy import pass_at_k, pass_ladder
from parallelize.evaluation.estimates import (
    Observations,
    ShareEstimate,
    macro_mean,
    mean_known,
    places_of,
    share,
)
from parallelize.evaluation.price import LanguagePrice, price_of
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
from parallelize.evaluation.verdict_table import VerdictTable
from parallelize.metrics.off_target import PartStatus, PartTally, tally
from parallelize.store.json_files import as_json
from parallelize.text.thinking import ResponsePart

__all__ = ["REPORT_SCHEMA", "Cell", "ModelScore", "ScoreReport", "VariantScore", "measure"]

REPORT_SCHEMA = "parallelize-score-1"

Observe = Callable[[VerdictTable], Observations]
"""What responses contribute to a share; those that are not in its denominator are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantScore:
    """Accuracy of items that were asked with other numbers or names: does an answer hold?"""

    items: int
    """Items with several variants."""
    mean_accuracy: float
    """Mean over items of the accuracy over their variants."""
    all_variants_right: float
    """Share of items all of whose variants are right (of the first sample of each)."""
    spread_between_variants: float
    """Mean over items of the standard deviation of accuracy between their variants."""


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
            "accuracy": self.accuracy,
            "strict_accuracy": self.strict_accuracy,
            "price": self.price,
        }
        if self.accuracy is not None:
            result["answers"] = {
                "found_by": self.answer_sources,
                "not_found": self.no_answer,
                "undecided": self.undecided,
                "in_unclosed_thinking": self.unclosed,
            }
            if self.chance is not None:
                result["chance"] = self.chance
                result["above_chance"] = self.above_chance
            if self.variants is not None:
                result["variants"] = self.variants
            result["samples_per_item"] = {"min": self.samples[0], "max": self.samples[1]}
            if self.passes:
                result["avg_at_k"] = {"k": self.samples[0], **self.accuracy.as_dict()}
                result["pass_at_k"] = {str(k): found for k, found in self.passes.items()}
        found: dict[str, object] = as_json(result)
        return found

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
            "wrong_languages": found.wrong_languages,
            "mixed": found.mixed,
            "degenerate": found.degenerate,
            "any_line_off": found.any_line,
            "english_share": found.english_share,
            "probability_on": found.probability,
            "strict_accuracy": strict,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScore:
    """Off-target rates and accuracy of one model, by language and over all."""

    languages: Mapping[str, Cell]
    micro: Cell
    """Over all its responses."""
    macro: Mapping[str, ShareEstimate]
    """Mean over languages, by figure: `off_target_rate.<part>`, `accuracy`, `strict_accuracy`."""


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
        report = {
            "schema": REPORT_SCHEMA,
            "parallelize": __version__,
            "file": self.file,
            "responses": self.responses,
            "detectors": self.detectors,
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
            "models": self.models,
            "metrics": self.metrics,
            "notes": self.notes,
        }
        found: dict[str, object] = as_json(report)
        return found


def measure(
    verdicts: Iterable[ResponseVerdict],
    *,
    file: str,
    options: ScoreOptions,
    detectors: Sequence[str],
    metrics: Mapping[str, object] | None = None,
    notes: Sequence[str] = (),
) -> ScoreReport:
    """Aggregate verdicts once.

    Args:
        verdicts: one for each response, in any order; read once, and none is kept.
        detectors: signatures of the identifiers.
        notes: what was seen while the responses were read.
    """
    table = VerdictTable.of(verdicts, mixed_share=options.mixed_share)
    by_model = table.by_model()
    return ScoreReport(
        file=file,
        responses=len(table),
        models={name: _model(found) for name, found in by_model.items()},
        detectors=detectors,
        options=options,
        metrics=metrics or {},
        notes=[*notes, *(note for name, found in by_model.items() for note in _notes(name, found))],
    )


def _model(verdicts: VerdictTable) -> ModelScore:
    by_language = verdicts.by_language()
    cells = {code: _cell(found) for code, found in sorted(by_language.items())}
    observe: dict[str, Observe] = {
        f"off_target_rate.{part.value}": partial(_off, part) for part in ResponsePart
    }
    if any(cell.accuracy is not None for cell in cells.values()):
        observe |= {"accuracy": _correct, "strict_accuracy": _strict}
    macro = {
        name: macro_mean({code: of(found) for code, found in by_language.items()})
        for name, of in observe.items()
    }
    return ModelScore(languages=cells, micro=_cell(verdicts), macro=macro)


def _cell(verdicts: VerdictTable) -> Cell:
    answered = verdicts.answered()
    answers = answered.answer()
    sources: Counter[str] = Counter()
    for answer, count in answers.items():
        sources.update({answer.source: count} if answer.source else {})
    samples = np.unique(answered.asked(), return_counts=True)[1]
    chances = answered.chance()
    tallies = {
        part: tally(
            verdicts.part(part),
            english=verdicts.sum_of(part, "english"),
            probability=verdicts.sum_of(part, "probability"),
        )
        for part in ResponsePart
    }
    measured = len(answered) > 0
    return Cell(
        responses=len(verdicts),
        price=price_of(verdicts, tallies[ResponsePart.RESPONSE].degenerate),
        tallies=tallies,
        off_target={part: share(_off(part, verdicts)) for part in ResponsePart},
        accuracy=share(_correct(answered)) if measured else None,
        strict_accuracy=share(_strict(answered)) if measured else None,
        strict_by_part={part: share(_strict_part(part, answered)) for part in ResponsePart if measured},
        undecided=sum(count for answer, count in answers.items() if answer.correct is None),
        no_answer=sum(count for answer, count in answers.items() if answer.value is None),
        unclosed=sum(count for answer, count in answers.items() if answer.unclosed),
        answer_sources=dict(sources.most_common()),
        passes=_passes(answered),
        samples=(int(samples.min()), int(samples.max())) if measured else (0, 0),
        chance=mean_known(chances[~np.isnan(chances)].tolist()),
        variants=_variants(answered),
    )


def _passes(answered: VerdictTable) -> dict[int, ShareEstimate]:
    """pass@k for every k that all items have samples for; nothing where an item has only one."""
    at, count = places_of(answered.asked())
    totals = np.bincount(at, minlength=count)
    ladder = pass_ladder([int(totals.min())] if count else [])
    if ladder in {(), (1,)}:
        return {}
    right = np.bincount(at, weights=answered.correct(), minlength=count).astype(int)
    pairs, kind = np.unique(np.stack([totals, right], axis=1), axis=0, return_inverse=True)

    def estimate(k: int) -> ShareEstimate:
        known = np.array([pass_at_k(samples, good, k) for samples, good in pairs.tolist()])
        return share(Observations(np.arange(count), known[kind.reshape(-1)]))

    return {k: estimate(k) for k in ladder}


def _variants(answered: VerdictTable) -> VariantScore | None:
    """Accuracy over the variants of items that have several."""
    variants, correct = answered.column("variant"), answered.correct()
    languages, names = answered.column("language"), answered.column("item")
    items: dict[tuple[int, int], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for at in np.flatnonzero(variants).tolist():
        item = items[int(languages[at]), int(names[at])]
        item[int(variants[at])].append(float(correct[at]))
    several = [variants for variants in items.values() if len(variants) > 1]
    if not several:
        return None
    means = [[math.fsum(found) / len(found) for found in variants.values()] for variants in several]
    right = sum(all(found[0] for found in variants.values()) for variants in several)
    return VariantScore(
        items=len(several),
        mean_accuracy=math.fsum(math.fsum(item) / len(item) for item in means) / len(means),
        all_variants_right=right / len(several),
        spread_between_variants=math.fsum(map(pstdev, means)) / len(means),
    )


def _off(part: ResponsePart, verdicts: VerdictTable) -> Observations:
    judged, off = verdicts.status(part, PartStatus.ON, PartStatus.OFF), verdicts.status(part, PartStatus.OFF)
    return Observations(verdicts.column("item")[judged], off[judged].astype(float))


def _correct(verdicts: VerdictTable) -> Observations:
    answered = verdicts.answered()
    return Observations(answered.column("item"), answered.correct())


def _strict(verdicts: VerdictTable) -> Observations:
    answered = verdicts.answered()
    return Observations(answered.column("item"), (answered.column("strict") == 1).astype(float))


def _strict_part(part: ResponsePart, answered: VerdictTable) -> Observations:
    there = ~answered.status(part, PartStatus.ABSENT)
    strict = answered.correct() * answered.status(part, PartStatus.ON)
    return Observations(answered.column("item")[there], strict[there])


def _notes(name: str, verdicts: VerdictTable) -> list[str]:
    notes = []
    absent = int(verdicts.status(ResponsePart.THINKING, PartStatus.ABSENT).sum())
    if 0 < absent < len(verdicts):
        notes.append(
            f"{name}: {absent} of {len(verdicts)} responses have no thinking tag while others do; if the "
            "prompt opens the thinking, say so with --thinking-opened, and they count as unfinished"
        )
    answered = verdicts.answered()
    samples = answered.asked(sample=True)[answered.column("sample") != 0]
    repeated = int((np.unique(samples, return_counts=True)[1] > 1).sum())
    if repeated:
        notes.append(f"{name}: {repeated} items have several rows with the same sample number")
    judged = int(verdicts.status(ResponsePart.RESPONSE, PartStatus.ON, PartStatus.OFF).sum())
    if len(verdicts) - judged > judged:
        notes.append(
            f"{name}: more responses could not be judged ({len(verdicts) - judged}) than could ({judged})"
        )
    return notes
