"""`parallelize export`: training files with nested language mixes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import parallelize
from parallelize.cli.console import Console, plain, print_json
from parallelize.core.errors import UsageError

__all__ = ["command"]

_FORMATS = (
    *("verl", "trl-sft", "trl-grpo", "trl-dpo", "trl-prm", "trl-kto", "openrlhf", "messages", "alpaca"),
    *("prime-rl", "open-instruct", "verifiers", "nemo-gym"),
)
_HARNESSES = ("lm-eval", "lighteval", "inspect")
"""Keys of `stages.harness_files.HARNESSES`, which `--help` need not import."""


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice((*_FORMATS, *_HARNESSES)), required=True,
              help="Whose columns; the last three are tasks of evaluation harnesses.")  # fmt: skip
@click.option("--langs", metavar="CODES", help="Target languages, in the order in which mixes take them "
              "[default: all of the corpus].")  # fmt: skip
@click.option("--without-source", is_flag=True, help="Leave the source language out.")
@click.option("--mix", type=click.Choice(["nested", "all"]), default="nested", show_default=True,
              help="Files for 1, 2, … languages, or one file for all of them.")  # fmt: skip
@click.option("--rows", type=click.IntRange(min=1), metavar="N", help="Rows of every file.")
@click.option("--rows-per-language", type=click.IntRange(min=1), metavar="N",
              help="Rows of each language [default: all].")  # fmt: skip
@click.option("--repeat", type=click.Choice(["once", "every-language"]), default="once", show_default=True,
              help="With --rows: each id once, in a language dealt to it; or in all languages, "
              "with fewer ids in larger mixes.")  # fmt: skip
@click.option("--instruction", type=click.Choice(["none", "answer", "think"]), default="none",
              show_default=True, help="Sentence at the end of each prompt, in its language: answer (or think "
              "and answer) in X, final answer in \\boxed{}.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Another seed, another choice of ids.")
@click.option("--decontaminate", multiple=True, metavar="FILE|DATASET",
              help="Leave out ids that share words with this evaluation set; a dataset as "
              "NAME:CONFIG:SPLIT (repeatable).")  # fmt: skip
@click.option("--decontaminate-words", default=13, show_default=True, type=click.IntRange(min=8),
              help="Words of such a run.")  # fmt: skip
@click.option("--decontaminate-share", type=click.FloatRange(0, 1, min_open=True), metavar="S",
              help="Also leave out ids that cover this share of an evaluation row.")  # fmt: skip
@click.option("--file-type", type=click.Choice(["parquet", "jsonl"]),
              help="[default: what the format's own examples use]")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder of the files [default: RUN/export/FORMAT].")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON on stdout.")
def command(
    *, run: Path, form: str, langs: str | None, without_source: bool, mix: str, as_json: bool, **options: Any
) -> None:
    """Write training files from a run: the same problems in 1, 2, … languages.

    mix-1 holds the source language, each further file one language more, over the same ids; export.json
    says what each one holds. Ids are chosen by a hash of id and seed: neither the order of the corpus nor
    the number of rows changes which come first.

    \b
    Examples:
        parallelize export runs/gsm8k --format verl --langs de,fr,ja --rows-per-language 5000
        parallelize export runs/gsm8k --format trl-grpo --rows 6000 --instruction think
        parallelize export runs/gsm8k --format messages --decontaminate mgsm_en.tsv
        parallelize export runs/gsm8k --format lm-eval --langs de,ja --out tasks
        parallelize export mgsm --format inspect --langs de,ja --out tasks
    """
    if form in _HARNESSES:
        _task(str(run), form, as_json=as_json, langs=langs or (), out=options["out"], rows=options["rows"])
        return
    if options["rows"] is not None and options["rows_per_language"] is not None:
        raise UsageError(
            "--rows and --rows-per-language exclude each other",
            remedy="--rows N: files of the same size; --rows-per-language N: files that grow with languages",
        )
    nested, with_source = mix == "nested", not without_source
    found = parallelize.export(
        run, form, langs=langs or (), with_source=with_source, nested=nested, **options
    )
    for note in found.notes:
        Console(quiet=as_json).note(note)
    if as_json:
        print_json({"folder": str(found.folder), **found.manifest})
    else:
        click.echo(_shown(found.folder, found.manifest))


def _task(place: str, harness: str, *, as_json: bool, **wanted: Any) -> None:
    context = click.get_current_context()
    if _given(context, "instruction"):
        wanted["instruction"] = context.params["instruction"]
    mixes = ("without_source", "mix", "rows_per_language", "repeat", "seed", "decontaminate", "file_type")
    unused = [name for name in mixes if _given(context, name)]
    if unused:
        option = unused[0].replace("_", "-")
        raise UsageError(f"--{option} is for training files, not for a task of {harness}")
    found = parallelize.export_task(place, harness, **wanted)
    if as_json:
        print_json({"folder": str(found.folder), **found.facts})
        return
    shares = ", ".join(f"{code} {count}" for code, count in found.facts["languages"].items())
    click.echo(plain(f"task {found.facts['name']} for {harness}: {shares}\n  {found.folder}"))
    click.echo(plain(f"  {found.command}"))


def _given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _shown(folder: Path, manifest: Mapping[str, Any]) -> str:
    counts = manifest["corpus_rows"]
    lines = [
        f"{manifest['format']} from {manifest['corpus']['name']}: "
        f"{counts['eligible']} of {counts['rows']} rows can be used "
        f"({counts['incomplete']} lack a language, {counts['unusable']} lack what the format needs, "
        f"{counts['contaminated']} overlap an evaluation set)"
    ]
    for name, facts in manifest["files"].items():
        shares = ", ".join(f"{code} {count}" for code, count in facts["rows_by_language"].items())
        lines.append(f"  {folder / name}  {facts['rows']} rows: {shares}")
        if facts["left_out"]:
            left = ", ".join(f"{path} ({count})" for path, count in facts["left_out"].items())
            lines.append(f"    left out, for {manifest['format']} has no place for it: {left}")
    lines.append(f"  {folder / 'export.json'}")
    return plain("\n".join(lines))
