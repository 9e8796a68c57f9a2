"""`parallelize review`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from parallelize.assemble.review import write_review
from parallelize.assemble.review_import import Imported, import_marks
from parallelize.cli.console import Console, plain, print_json
from parallelize.core.messages import first_few
from parallelize.core.rates import Rate
from parallelize.stages.calibrate import Finding
from parallelize.stages.mark_files import read_marks
from parallelize.text.markdown import markdown_table

__all__ = ["command"]

_SHOWN = 5


@click.command("review")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Rows to read, in all languages together.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the files [RUN/review]."
)
@click.option(
    "--readers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="People among whom a Pearmut campaign deals the rows out.",
)
@click.option(
    "--import",
    "files",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Bring back what people said (again for more files).",
)
@click.option(
    "--good-score",
    type=click.FloatRange(0, 100),
    default=66.0,
    show_default=True,
    help="ESA score from which a Pearmut row is good, if no major error is left in it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
def command(
    run: Path,
    rows: int,
    out: Path | None,
    readers: int,
    files: tuple[Path, ...],
    good_score: float,
    as_json: bool,
) -> None:
    """Have people read rows of RUN, and bring their verdicts back.

    Writes the rows worth a person's time, the most telling first: as a page that works offline
    (review.html), as a table (review.csv), and as a Pearmut campaign for each language (ESA, with what
    our measures suspect marked beforehand).

    With --import, rows that people found wrong are dropped and rows that they found right are kept,
    whatever the gates say; the corpus, card and report are written anew. Shown are precision and recall
    of every gate on the rows that were read, and labels for `calibrate` are written.

    \b
    Examples:
        parallelize review runs/gsm8k --rows 100 --out review/
        parallelize review runs/gsm8k --import marks.json
        parallelize calibrate runs/gsm8k/labels/pt.jsonl --lang pt --label-field label
    """
    console = Console(quiet=as_json)
    if files:
        _import(run, files, good_score, console, as_json=as_json)
        return
    folder = out or run / "review"
    found = write_review(run, folder, rows=rows, readers=readers)
    if as_json:
        print_json(found)
        return
    counts = ", ".join(f"{code} {count}" for code, count in found.rows.items())
    click.echo(f"Rows to read: {counts}")
    click.echo(f"Page    {found.page}  (open it in a browser, mark rows, save the marks)")
    click.echo(f"Table   {found.table}  (fill the column `good` with yes or no)")
    for path in found.campaigns.values():
        click.echo(f"Pearmut {path}  (pearmut add {path}; pearmut run)")
    click.echo(f"Next    parallelize review {run} --import marks.json")


def _import(run: Path, files: Iterable[Path], good_score: float, console: Console, *, as_json: bool) -> None:
    marks = [mark for path in files for mark in read_marks(path, good_score=good_score)]
    found = import_marks(run, marks)
    if found.unknown:
        console.warn(
            f"{found.unknown} of {found.marks} marks are about translations that {run} does not have"
        )
    if as_json:
        print_json(found)
    else:
        click.echo(plain(_text(run, found)))


def _text(run: Path, found: Imported) -> str:
    lines = [f"{found.marks} marks read"]
    for code, item in found.languages.items():
        lines += [
            "",
            f"{code}: {item.read} rows read by people, {item.wrong} wrong; the gates agree on "
            f"{_rate(item.agreement)}",
            _changed("dropped by people, kept by the gates", item.dropped_by_people),
            _changed("kept by people, dropped by the gates", item.kept_by_people),
        ]
        if item.disagreed:
            lines.append(f"  readers disagree on {item.disagreed} rows, which are dropped")
        if item.findings:
            lines += [
                "",
                "Gates on the rows that were read. These were chosen to tell much, not at random: the shares",
                "say where gates err, not how often in the whole corpus (95 % intervals).",
                "",
                markdown_table(
                    ("gate", "finds of the wrong rows", "of its drops are wrong"), _rows(item.findings)
                ),
            ]
        lines.append(f"Labels: {item.labels}")
    first = next(iter(found.languages), "LANG")
    lines += [
        "",
        f"Next: parallelize calibrate {run / 'labels' / f'{first}.jsonl'} --lang {first} --label-field label",
    ]
    return "\n".join(lines)


def _changed(what: str, ids: tuple[str, ...]) -> str:
    shown = f": {first_few(ids, _SHOWN)}" if ids else ""
    return f"  {what}: {len(ids)}{shown}"


def _rows(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [
        ("all gates" if item.by_all else item.measure, _rate(item.recall), _rate(item.precision))
        for item in found
        if item.of_all
    ]


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "–"
    low, high = rate.interval
    return f"{rate.count} of {rate.total}: {rate.value:.0%} [{low:.0%}, {high:.0%}]"
