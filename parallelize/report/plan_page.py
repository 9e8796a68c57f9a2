"""What a build will take, as a page: time and money first, then what they rest on and how unsure they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parallelize.core.languages import language
from parallelize.core.messages import and_list, several
from parallelize.core.version import __version__
from parallelize.report.charts import bar
from parallelize.report.page import fill, render_page
from parallelize.report.plan_text import between, duration, shown, shown_hours, total_lines
from parallelize.stages.plan_figures import BuildPlan
from parallelize.stages.planning import Range

__all__ = ["plan_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """One figure of the first screen."""

    title: str
    likely: str
    spread: str
    """From where to where it may be."""


def plan_page(plan: BuildPlan, *, name: str, run: str) -> str:
    """Return the page as HTML text.

    Args:
        plan: measured on a pilot, or estimated.
        name: of the source or recipe.
        run: the run directory, for the commands that come next.
    """
    body = fill(
        "plan.html.jinja",
        {
            "plan": plan,
            "name": name,
            "run": run,
            "verdict": _verdict(plan),
            "basis": _basis(plan),
            "kept": _kept(plan),
            "cards": list(_cards(plan)),
            "names": {item.code: language(item.code).name for item in plan.languages},
            "totals": list(total_lines(plan)),
            "between": between,
            "shown": shown,
            "shown_hours": shown_hours,
            "bar": bar,
            "version": __version__,
        },
    )
    return render_page(title=f"Plan: {name}", body=body)


def _verdict(plan: BuildPlan) -> str:
    names = [language(item.code).name for item in plan.languages]
    into = and_list(names) if len(names) <= 4 else several(len(names), "language")
    hours, money = plan.wall_clock_hours, plan.money
    time = (
        f"takes about {duration(hours.mid)} as the recipe runs" if hours else "takes a time that is not known"
    )
    cost = f" and about {money.mid:,.3g} in money" if money else ""
    return f"Building {several(plan.rows, 'row')} into {into} {time}{cost}."


def _basis(plan: BuildPlan) -> str:
    if plan.basis == "pilot":
        return (
            f"Measured on a pilot of {several(plan.sampled_rows, 'row')} of all lengths, translated, gated "
            "and repaired by the real engine. The build pays for none of them twice."
        )
    return (
        f"Estimated from the texts of {several(plan.sampled_rows, 'row')} and published speeds: no engine "
        "ran. A pilot tells more."
    )


def _kept(plan: BuildPlan) -> str:
    """What the pilot kept, the poorest languages first; empty without a pilot."""
    piloted = (item for item in plan.languages if item.pilot_rows)
    found = sorted(piloted, key=lambda item: item.pilot_kept / item.pilot_rows)
    if not found:
        return ""
    parts = [f"{item.pilot_kept} of {item.pilot_rows} into {language(item.code).name}" for item in found[:4]]
    least = " (the fewest)" if len(found) > 4 else ""
    none = [language(item.code).name for item in found if not item.pilot_kept]
    warning = f" Look at the pilot first: nothing into {and_list(none)} passed." if none else ""
    return f"Of the pilot's rows {and_list(parts)} were kept{least}.{warning}"


def _cards(plan: BuildPlan) -> Iterator[PlanCard]:
    yield _card("Time, as the recipe runs", plan.wall_clock_hours)
    for number in plan.gpus:
        unit = f"{plan.unit}{'s' if number > 1 else ''}"
        yield _card(f"Time on {number} {unit}", plan.wall_clock_hours_on(number))
    money = plan.money
    if money is not None:
        yield PlanCard(
            title="Money", likely=f"{money.mid:,.3g}", spread=f"{money.low:,.3g} to {money.high:,.3g}"
        )


def _card(title: str, hours: Range | None) -> PlanCard:
    if hours is None:
        return PlanCard(title=title, likely="not known", spread="nothing was measured that tells it")
    spread = f"{duration(hours.low)} to {duration(hours.high)}"
    return PlanCard(title=title, likely=duration(hours.mid), spread=spread)
