"""What a build will take, by language and direction and in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from parallelize.core.recipe_tables import PriceOptions
from parallelize.core.trees import JsonObject
from parallelize.metrics.published_speeds import PRACTICE
from parallelize.stages.planning import Range, add_ranges

__all__ = ["BuildPlan", "DirectionPlan", "EngineSpeed", "LanguagePlan"]

_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSpeed:
    """How fast an engine is on one GPU, or one machine where it uses no GPU of ours."""

    name: str
    gpus: int
    """On which the recipe runs it."""
    unit: str
    """What `gpus` counts: `GPU`, or `machine` for a server or this machine's CPU."""
    source: str
    """Where the speed is from, for people."""
    output_tokens_per_second: Range | None = None
    """None: it counts no tokens, or nothing is known."""
    words_per_second: Range | None = None
    """Source words; used where no tokens are counted."""
    paid_share: float = 1.0
    """What its work costs, as a share of the recipe's prices: half of them where it answers in batches."""

    def hours(self, words: Range, output_tokens: Range | None) -> Range | None:
        """GPU-hours for so much work; None where the speed is not known."""
        if output_tokens is not None and self.output_tokens_per_second is not None:
            return output_tokens.over(self.output_tokens_per_second).times(1 / _SECONDS)
        if self.words_per_second is not None:
            return words.over(self.words_per_second).times(1 / _SECONDS)
        return None

    def as_dict(self) -> JsonObject:
        """Speed of an engine per GPU or machine, for `--json`."""
        return {
            "gpus": self.gpus,
            "unit": self.unit,
            "source": self.source,
            "output_tokens_per_second_per_gpu": _json(self.output_tokens_per_second),
            "words_per_second_per_gpu": _json(self.words_per_second),
            "paid_share": self.paid_share,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionPlan:
    """Everything that one engine is asked for one language, in one direction."""

    name: str
    """`forward`, `repair` (another engine for what the first cannot do) or `back`."""
    engine: str
    calls: Range
    source_words: Range
    """White-space words sent."""
    input_tokens: Range | None
    """None: the engine counts none."""
    output_tokens: Range | None
    gpu_hours: Range | None
    """None: the speed is not known."""

    def as_dict(self) -> JsonObject:
        """Calls, words, tokens and GPU-hours of one direction, for `--json`."""
        return {
            "engine": self.engine,
            "calls": self.calls.as_dict(),
            "source_words": self.source_words.as_dict(),
            "input_tokens": _json(self.input_tokens),
            "output_tokens": _json(self.output_tokens),
            "gpu_hours": _json(self.gpu_hours),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePlan:
    """One language of the build."""

    code: str
    directions: tuple[DirectionPlan, ...]
    attempts_per_segment: Range
    output_tokens_per_source_word: Range | None
    """Of the way there, failed attempts included; None: the engine counts no tokens."""
    output_tokens_per_source_token: Range | None
    """The same by the tokenizer that was given; None: none was."""
    pilot_rows: int = 0
    pilot_kept: int = 0
    kept_share: Range | None = None
    """Wilson interval; None without a pilot."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Pilot rows that each reason is among the reasons of."""

    def as_dict(self) -> JsonObject:
        """The plan of one language with its directions and pilot, for `--json`."""
        return {
            "directions": {item.name: item.as_dict() for item in self.directions},
            "attempts_per_segment": self.attempts_per_segment.as_dict(),
            "output_tokens_per_source_word": _json(self.output_tokens_per_source_word),
            "output_tokens_per_source_token": _json(self.output_tokens_per_source_token),
            "gpu_hours": _json(add_ranges(item.gpu_hours for item in self.directions)),
            "pilot": {"rows": self.pilot_rows, "kept": self.pilot_kept, "reasons": dict(self.reasons)},
            "kept_share": _json(self.kept_share),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What a whole build will ask of engines, and its time, disk and price."""

    basis: str
    """`pilot`: measured on rows of the source; `estimate`: no engine ran."""
    rows: int
    """Rows that go into translation."""
    characters: int
    """Of all their texts."""
    sampled_rows: int
    languages: tuple[LanguagePlan, ...]
    engines: tuple[EngineSpeed, ...]
    prices: PriceOptions
    gpus: tuple[int, ...]
    """Numbers of GPUs to give a wall-clock time for."""
    cpu_hours: Range | None = None
    """Hours of the one process that feeds all engines, which no GPU shortens; None: not measured."""
    memory_bytes: Range | None = None
    """Size of the translation memory on disk; None: not measured."""
    run_bytes: Range | None = None
    """Size of everything else in the run directory: records, translations, corpus, rejects."""
    notes: tuple[str, ...] = ()
    """What a reader must know to use these figures."""

    def total(self, amount: Callable[[DirectionPlan], Range | None]) -> Range | None:
        """The sum of something over all languages and directions; None where a part is not known."""
        return add_ranges(amount(item) for language in self.languages for item in language.directions)

    @property
    def unit(self) -> str:
        """What hours and numbers of GPUs are of."""
        return " or ".join(sorted({engine.unit for engine in self.engines}))

    @property
    def gpu_hours(self) -> Range | None:
        """GPU-hours of all languages and directions; None where a part is not known."""
        return self.total(lambda item: item.gpu_hours)

    @property
    def wall_clock_hours(self) -> Range | None:
        """On the GPUs that the recipe names; engines one after the other, as if they shared them."""
        gpus = {engine.name: engine.gpus for engine in self.engines}
        return self._at_least_cpu(
            add_ranges(
                None if item.gpu_hours is None else item.gpu_hours.times(1 / gpus[item.engine])
                for language in self.languages
                for item in language.directions
            )
        )

    def wall_clock_hours_on(self, gpus: int) -> Range | None:
        """On so many GPUs like the one the speed is of; the upper end doubles what a pilot measured."""
        hours = self.gpu_hours
        if hours is None:
            return None
        slow = 1 / PRACTICE if self.basis == "pilot" and gpus > 1 else 1.0
        return self._at_least_cpu(
            Range(low=hours.low / gpus, mid=hours.mid / gpus, high=hours.high / gpus * slow)
        )

    def _at_least_cpu(self, hours: Range | None) -> Range | None:
        if hours is None or self.cpu_hours is None:
            return hours
        cpu = self.cpu_hours
        return Range(low=max(hours.low, cpu.low), mid=max(hours.mid, cpu.mid), high=max(hours.high, cpu.high))

    @property
    def money(self) -> Range | None:
        """At the recipe's prices; None without prices, or where what a price is for is not known."""
        return add_ranges(map(self.money_of, self.languages))

    def money_of(self, language: LanguagePlan) -> Range | None:
        """What one language costs, under the same conditions."""
        shares = {engine.name: engine.paid_share for engine in self.engines}
        return add_ranges(self._money(item, shares[item.engine]) for item in language.directions)

    def _money(self, item: DirectionPlan, share: float) -> Range | None:
        """What one direction costs where work costs such a share of the prices."""
        ends = {}
        for end in ("low", "mid", "high"):
            amounts = (item.gpu_hours, item.input_tokens, item.output_tokens)
            hours, inputs, outputs = (None if each is None else getattr(each, end) for each in amounts)
            cost = self.prices.cost(gpu_hours=hours, input_tokens=inputs, output_tokens=outputs)
            if cost is None:
                return None
            ends[end] = cost * share
        return Range(**ends)

    def as_dict(self) -> JsonObject:
        """The whole plan for `--json`: languages, engines, totals, times and prices."""
        disk = (self.memory_bytes, self.run_bytes)
        return {
            "basis": self.basis,
            "rows": self.rows,
            "characters": self.characters,
            "sampled_rows": self.sampled_rows,
            "languages": {
                item.code: {**item.as_dict(), "money": _json(self.money_of(item))} for item in self.languages
            },
            "engines": {item.name: item.as_dict() for item in self.engines},
            "totals": {
                "calls": _json(self.total(lambda item: item.calls)),
                "source_words": _json(self.total(lambda item: item.source_words)),
                "input_tokens": _json(self.total(lambda item: item.input_tokens)),
                "output_tokens": _json(self.total(lambda item: item.output_tokens)),
                "gpu_hours": _json(self.gpu_hours),
                "cpu_hours": _json(self.cpu_hours),
                "wall_clock_hours": _json(self.wall_clock_hours),
                "wall_clock_hours_by_gpus": {
                    str(number): _json(self.wall_clock_hours_on(number)) for number in self.gpus
                },
                "disk_bytes": _json(add_ranges(disk)),
                "memory_bytes": _json(self.memory_bytes),
                "money": _json(self.money),
            },
            "notes": list(self.notes),
        }


def _json(value: Range | None) -> dict[str, float] | None:
    return None if value is None else value.as_dict()
