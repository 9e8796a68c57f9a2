"""`parallelize study`: many models, benchmarks and languages, one report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.evaluate_options import read_setting
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import UsageError
from parallelize.core.recipe_fields import merged_tables, read_table
from parallelize.core.shipped import shipped_recipe
from parallelize.core.study_recipe import StudyRecipe, parse_study
from parallelize.core.trust import refuse_untrusted
from parallelize.evaluation.study_figures import StudyReport
from parallelize.evaluation.study_render import study_summary

if TYPE_CHECKING:
    from parallelize.assemble.study import StudyStep

__all__ = ["command"]


@click.command("study")
@click.argument("recipe", type=click.Path(path_type=Path), metavar="STUDY.toml")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder of the study [default: runs/NAME of the recipe].")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
              help="Any key of the recipe, as in engine.max_output_tokens=512. May be repeated.")  # fmt: skip
@click.option("--model", "models", multiple=True, metavar="NAME=MODEL",
              help="Folder of a model of the recipe, or its name elsewhere. May be repeated.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be asked, and what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    *,
    recipe: Path,
    out: Path | None,
    settings: tuple[str, ...],
    models: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare models on benchmarks in many languages, and report everything in one page.

    STUDY.toml names the models (what each was made from, how, in which languages), the benchmarks and the
    languages. Each model is evaluated as `evaluate` does, or its results or responses are taken where they
    are. Interrupt at any moment: the same command goes on, and asks nothing twice.

    \b
        parallelize recipe study/small > study.toml
        parallelize study study.toml --dry-run
        parallelize study study.toml --out runs/study
    """
    from parallelize.assemble.study import run_study, study_steps

    resolved = _read(recipe, settings, models)
    root = out or Path("runs") / recipe.stem
    if dry_run:
        _show_plan(study_steps(resolved, root), as_json)
        return
    console = Console(quiet=quiet)

    @contextmanager
    def watching(name: str) -> Iterator[WorkConsole]:
        console.note(f"evaluating {name}")
        with console.rows(unit="tokens") as progress:
            yield WorkConsole(console, progress)

    report = run_study(resolved, root, watching)
    if as_json:
        print_json(report)
    else:
        _show(report, root)


def _read(path: Path, settings: tuple[str, ...], models: tuple[str, ...]) -> StudyRecipe:
    found = shipped_recipe(path, "study")
    table = read_table(found, what="study recipe")
    refuse_untrusted(table, where=str(path))
    for item in settings:
        table = merged_tables(table, read_setting(item))
    for item in models:
        table = _with_model(table, item)
    return parse_study(table, where=str(path), folder=found.parent)


def _with_model(table: dict[str, Any], item: str) -> dict[str, Any]:
    """The recipe with another place for one of its models."""
    name, _, place = item.partition("=")
    known = [model.get("name") for model in table.get("models", []) if isinstance(model, dict)]
    if not place or name not in known:
        raise UsageError(
            f"--model {item}: the recipe has no model of this name",
            remedy=f"write NAME=MODEL; its models are {', '.join(map(str, known))}",
        )
    models = [
        merged_tables(model, {"engine": {"model": place}}) if model.get("name") == name else model
        for model in table["models"]
    ]
    return {**table, "models": models}


def _show_plan(steps: Sequence[StudyStep], as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "model": step.model.name,
                    "folder": str(step.folder),
                    "asks": step.evaluation is not None and not step.finished,
                    "evaluation": step.evaluation and step.evaluation.model_dump(mode="json"),
                }
                for step in steps
            ]
        )
        return
    for step in steps:
        if step.evaluation is None:
            what = "scores its responses" if step.model.responses else f"takes {step.folder}"
        elif step.finished:
            what = f"is done in {step.folder}"
        else:
            names = ", ".join(item.name for item in step.evaluation.benchmarks)
            what = f"asks {step.evaluation.engine.model} {names} in {', '.join(step.evaluation.langs)}"
        click.echo(plain(f"{step.model.name}: {what}"))


def _show(report: StudyReport, root: Path) -> None:
    click.echo(plain(study_summary(report)))
    for label, name in (("Report", "study.html"), ("Tables", "study.md"), ("Figures", "study.json")):
        click.echo(f"{label + ':':<9}{root / name}")
