"""The repair ladder: what is tried for a segment, in which order.

`configured`, then protected spans behind (other) placeholders, another sample, smaller pieces; at last
the same with another engine, if the recipe names one (`other-…`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parallelize.core.ports import Placeholders, Protection, SamplingOverride, TranslatorTraits
from parallelize.text.segment import Segment, split, split_smaller

__all__ = [
    "CONFIGURED",
    "OTHER_ENGINE",
    "RESAMPLING_TEMPERATURE",
    "Attempt",
    "in_words",
    "ladder",
    "ladder_of_another",
]

CONFIGURED = "configured"
"""The first rung."""
OTHER_ENGINE = "other-"
"""What names of rungs of the recipe's `[repair.engine]` begin with."""
RESAMPLING_TEMPERATURE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One rung for one segment."""

    rung: str
    pieces: tuple[Segment, ...]
    """The segment, or the smaller pieces that it was cut into."""
    form: Placeholders | None
    """None: protected spans stay visible."""
    caution: int = 0
    """How much an engine of small vocabulary is spared: 1 hides proper names too, 2 hides everything behind
    placeholders, even where a number or a mark could stand in."""
    override: SamplingOverride | None = None


def ladder(segment: Segment, traits: TranslatorTraits, *, samples: int = 1) -> Iterator[Attempt]:
    """Attempts for a segment that was cut as the engine likes it.

    Args:
        segment: what is to be translated.
        traits: of the engine.
        samples: other samples to try, each with its own seed, if the engine samples at all.
    """
    return _rungs(segment, (segment._replace(separator=""),), traits, samples)


def ladder_of_another(segment: Segment, traits: TranslatorTraits, *, samples: int = 1) -> Iterator[Attempt]:
    """Attempts with an engine that may like smaller pieces than the one that the segment was cut for."""
    pieces = split(segment.text, segment_chars=traits.segment_chars, multiline=traits.multiline)
    for attempt in _rungs(segment, pieces, traits, samples):
        yield Attempt(
            rung=OTHER_ENGINE + attempt.rung,
            pieces=attempt.pieces,
            form=attempt.form,
            caution=attempt.caution,
            override=attempt.override,
        )


def _rungs(
    segment: Segment, whole: tuple[Segment, ...], traits: TranslatorTraits, samples: int
) -> Iterator[Attempt]:
    inline = traits.protection is Protection.INLINE
    if inline:
        yield Attempt(rung=CONFIGURED, pieces=whole, form=None)
    for number, form in enumerate(traits.placeholders):
        rung = CONFIGURED if not inline and number == 0 else f"masked-{form.name.lower()}"
        yield Attempt(rung=rung, pieces=whole, form=form, caution=0 if inline else number)
        if inline:
            break
    caution = 0 if inline else 1
    first = traits.placeholders[0] if traits.placeholders else None
    if traits.samples:
        for seed in range(1, samples + 1):
            override = SamplingOverride(temperature=RESAMPLING_TEMPERATURE, seed=seed)
            rung = "resampled" if seed == 1 else f"resampled-{seed}"
            yield Attempt(rung=rung, pieces=whole, form=None if inline else first, override=override)
    smaller = split_smaller(segment.text)
    if len(smaller) > 1:
        yield Attempt(rung="split", pieces=smaller, form=first, caution=caution)
        halves = tuple(part for piece in smaller for part in _halved(piece))
        if len(halves) > len(smaller):
            yield Attempt(rung="split-again", pieces=halves, form=first, caution=caution)


def in_words(rung: str) -> str:
    """What is done on a rung, for people who read a report."""
    if rung.startswith(OTHER_ENGINE):
        return f"by the engine for repairs, {in_words(rung.removeprefix(OTHER_ENGINE))}"
    if rung.startswith("masked-"):
        shown = Placeholders[rung.removeprefix("masked-").upper()].value
        return f"formulas and code hidden behind {shown}"
    if rung.startswith("resampled"):
        return f"asked again at temperature {RESAMPLING_TEMPERATURE}, another seed"
    return {
        CONFIGURED: "as the recipe says",
        "split": "cut into smaller pieces",
        "split-again": "cut once more",
    }.get(rung, "")


def _halved(piece: Segment) -> tuple[Segment, ...]:
    parts = split_smaller(piece.text) if piece.send else ()
    if len(parts) < 2:
        return (piece,)
    return (*parts[:-1], parts[-1]._replace(separator=parts[-1].separator + piece.separator))
