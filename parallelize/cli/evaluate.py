"""`parallelize evaluate`: ask a model the problems of benchmarks in many languages, and score its replies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.evaluate_options import evaluation_options, read_evaluation
from parallelize.cli.run_log import log_run
from parallelize.cli.watchers import WorkConsole
from parallelize.core.errors import LeftToWorkers
from parallelize.core.evaluation_recipe import shipped_benchmarks
from parallelize.core.recipe_fields import read_table
from parallelize.store.json_files import read_json, to_json
from parallelize.store.result_manifests import EVALUATION, EvaluationManifest

if TYPE_CHECKING:
    from parallelize.assemble.evaluate import Evaluation

__all__ = ["command"]


@click.command("evaluate")
@evaluation_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the results.")
@click.option("--list", "listing", is_flag=True, help="List the benchmarks that ship, and end.")
@click.option("--dry-run", is_flag=True, help="Show one prompt for each language and the number of requests.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest and scores as JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    *,
    recipe: Path | None,
    out: Path | None,
    listing: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Sample a model on benchmarks in many languages, and score its responses.

    RECIPE is a TOML file (pipelines/evaluate/ has examples); options replace its values, and without one they
    are enough. The same command on the same --out goes on where it stopped and asks nothing twice.

    \b
    Examples:
        parallelize evaluate --model Qwen/Qwen3-8B --benchmark mgsm --langs de,ja,sw --out runs/qwen
        parallelize evaluate --model NAME --base-url http://127.0.0.1:8000/v1 --langs de,th \\
            --benchmark 'data/mgsm_{lang}.tsv' --samples 8 --temperature 0.6 --out runs/served
        parallelize evaluate --model my-model --benchmark runs/first --langs pt --dry-run
    """
    from parallelize.assemble.evaluate import evaluate, prepare

    if listing:
        _list_benchmarks(as_json)
        return
    resolved = read_evaluation(recipe, options)
    evaluation = prepare(resolved)
    if dry_run:
        _show_plan(evaluation, as_json)
        return
    root = out or Path("runs") / f"evaluate-{resolved.model_name}"
    console = Console(quiet=quiet)
    with log_run(root, "evaluate"), console.rows(unit="tokens") as progress:
        try:
            manifest, figures = evaluate(evaluation, root, WorkConsole(console, progress))
        except LeftToWorkers as left:
            if as_json:
                print_json({"folder": str(root), "left_to_workers": left.message})
            else:
                click.echo(str(left))
            return
    _show(root, manifest, figures, as_json)


def _list_benchmarks(as_json: bool) -> None:
    found = {name: read_table(path) for name, path in shipped_benchmarks().items()}
    if as_json:
        print_json(found)
        return
    for name, table in found.items():
        codes = ", ".join(sorted(table.get("languages", {}))) or "any that it has"
        click.echo(f"{name:<22} {table['path']:<36} {codes}")


def _show_plan(evaluation: Evaluation, as_json: bool) -> None:
    recipe = evaluation.recipe
    first: dict[str, dict[str, Any]] = {}
    counts: dict[str, int] = {}
    for sample in evaluation.samples(b""):
        code = sample.question.language
        counts[code] = counts.get(code, 0) + 1
        if code not in first:
            first[code] = {
                "messages": [
                    {"role": message.role, "text": message.text} for message in sample.request.messages
                ],
                "opening": sample.request.opening,
                "stop": list(sample.request.stop),
                "gold": sample.question.gold,
            }
    if as_json:
        print_json({"model": recipe.model_name, "requests": counts, "prompts": first})
        return
    for code, prompt in first.items():
        click.echo(f"--- {code}: {counts[code]} requests; gold answer of the first: {prompt['gold']}")
        for message in prompt["messages"]:
            click.echo(plain(f"[{message['role']}]\n{message['text']}"))
        if prompt["opening"]:
            click.echo(plain(f"[the reply begins]\n{prompt['opening']}"))
    click.echo(f"--- {sum(counts.values())} requests to {recipe.model_name}; nothing was asked")


def _show(root: Path, manifest: EvaluationManifest, figures: str, as_json: bool) -> None:
    if as_json:
        scores = read_json(root / "scores.json")
        print_json({"folder": str(root), "manifest": to_json(manifest), "scores": scores["benchmarks"]})
        return
    click.echo(plain(figures) + "\n")
    failed = {k: v for k, v in manifest.finish_reasons.items() if k not in {"stop", "length", "repetition"}}
    if failed:
        counted = ", ".join(f"{reason} {count}" for reason, count in failed.items())
        click.echo(f"Without a response, counted as empty and wrong: {counted}")
    reports = [name for name in manifest.files if name.startswith("report") and name.endswith(".html")]
    for label, names in (
        ("Responses", ["responses.jsonl"]),
        ("Report", reports),
        ("Table", ["results.csv", "items.jsonl"]),
        ("Manifest", [EVALUATION]),
    ):
        click.echo(f"{label + ':':<11}{' '.join(str(root / name) for name in names)}")
