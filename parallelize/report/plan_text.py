"""A plan as text for people: ranges in few digits, with what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parallelize.core.languages import language
from parallelize.stages.plan_figures import BuildPlan, DirectionPlan, LanguagePlan
from parallelize.stages.planning import Range, add_ranges
from parallelize.text.markdown import markdown_table

__all__ = ["between", "duration", "plan_text", "shown", "shown_hours", "total_lines"]

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_FEW_HOURS = 0.1


def plan_text(plan: BuildPlan) -> str:
    """Render a plan as Markdown that reads well in a terminal."""
    basis = {
        "pilot": f"Measured on a pilot of {plan.sampled_rows} rows",
        "estimate": f"ESTIMATED, NOT MEASURED, from {plan.sampled_rows} rows and no engine",
    }[plan.basis]
    parts = [
        f"{basis}; {plan.rows:,} rows, {plan.characters:,} characters in all.",
        "",
        "## Languages",
        _languages(plan),
        "",
        "## Work",
        _work(plan),
        "",
        "## In all",
        markdown_table(("what", "likely", "from", "to"), total_lines(plan)),
        "",
        *(f"- {note}." for note in plan.notes),
    ]
    return "\n".join(parts) + "\n"


def _languages(plan: BuildPlan) -> str:
    head = (
        "language",
        "kept %",
        "attempts a segment",
        "tokens a source word",
        "a source token",
        f"{plan.unit}-hours",
        *(("money",) if plan.money is not None else ()),
    )
    rows = [
        (
            f"{item.code} {language(item.code).name}",
            between(item.kept_share, 100, "{:.0f}"),
            between(item.attempts_per_segment, 1, "{:.2f}"),
            between(item.output_tokens_per_source_word, 1, "{:.2f}"),
            between(item.output_tokens_per_source_token, 1, "{:.2f}"),
            shown_hours(add_ranges(part.gpu_hours for part in item.directions)),
            *((shown(plan.money_of(item)),) if plan.money is not None else ()),
        )
        for item in plan.languages
    ]
    lines = [markdown_table(head, rows)]
    lines += [_dropped(item) for item in plan.languages if item.reasons]
    return "\n".join(lines)


def _dropped(item: LanguagePlan) -> str:
    reasons = ", ".join(f"{name} {n}" for name, n in sorted(item.reasons.items(), key=lambda i: -i[1]))
    return f"{item.code}: {item.pilot_kept} of {item.pilot_rows} pilot rows kept; dropped for {reasons}."


def _work(plan: BuildPlan) -> str:
    def row(code: str, part: DirectionPlan) -> tuple[str, ...]:
        return (
            f"{code} {part.name}: {part.engine}",
            shown(part.calls),
            shown(part.source_words),
            shown(part.input_tokens, none="not counted"),
            shown(part.output_tokens, none="not counted"),
            shown_hours(part.gpu_hours),
        )

    head = ("direction", "calls", "words sent", "input tokens", "output tokens", f"{plan.unit}-hours")
    return markdown_table(head, [row(item.code, part) for item in plan.languages for part in item.directions])


def total_lines(plan: BuildPlan) -> Iterator[tuple[str, str, str, str]]:
    """(what, likely, from, to) of everything that a build takes in all."""
    for engine in plan.engines:
        speed = engine.output_tokens_per_second or engine.words_per_second
        unit = "output tokens" if engine.output_tokens_per_second else "words"
        yield _line(f"{engine.name}: {unit}/s of one {engine.unit}", speed)
    yield _line("input tokens", plan.total(lambda item: item.input_tokens))
    yield _line("output tokens", plan.total(lambda item: item.output_tokens))
    yield _line("words sent", plan.total(lambda item: item.source_words))
    yield _line(f"{plan.unit}-hours", plan.gpu_hours, _hours)
    if plan.cpu_hours is not None:
        yield _line("hours of the process that feeds the engines", plan.cpu_hours, _hours)
    yield _line("time here, as the recipe runs", plan.wall_clock_hours, duration)
    for number in plan.gpus:
        unit = f"{plan.unit}{'s' if number > 1 else ''}"
        yield _line(f"time on {number} {unit}", plan.wall_clock_hours_on(number), duration)
    yield _line("bytes on disk", add_ranges((plan.memory_bytes, plan.run_bytes)))
    yield _line("money", plan.money)


def _line(
    name: str, value: Range | None, form: Callable[[float], str] | None = None
) -> tuple[str, str, str, str]:
    if value is None:
        return name, "not known", "", ""
    form = form or _few
    return name, form(value.mid), form(value.low), form(value.high)


def shown(value: Range | None, *, none: str = "not known", form: Callable[[float], str] | None = None) -> str:
    """A range as people read it, such as `1.2k (1.1k–1.4k)`."""
    _, mid, low, high = _line("", value, form)
    if value is None:
        return none
    return mid if low == high else f"{mid} ({low}–{high})"


def shown_hours(value: Range | None) -> str:
    """Hours as a number, as they are paid for; what takes less than some minutes in a unit of its own."""
    return shown(value, form=_hours)


def _hours(hours: float) -> str:
    return _few(hours) if hours >= _FEW_HOURS else duration(hours)


def between(value: Range | None, factor: float, form: str) -> str:
    """A range of a share or ratio, such as `93 (88–97)`; a dash where it is not known."""
    if value is None:
        return "–"
    low, mid, high = (form.format(factor * end) for end in (value.low, value.mid, value.high))
    return mid if low == high else f"{mid} ({low}–{high})"


def _few(value: float) -> str:
    """Three significant digits at most."""
    for size, unit in _UNITS:
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def duration(hours: float) -> str:
    """Hours in the unit that people would use."""
    if hours >= 48:
        return f"{hours / 24:.3g} days"
    if hours >= 1:
        return f"{hours:.3g} h"
    if hours * 60 >= 1:
        return f"{hours * 60:.3g} min"
    return f"{hours * 3600:.2g} s"
