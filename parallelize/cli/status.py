"""`parallelize status`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parallelize.cli.console import plain, print_json
from parallelize.text.markdown import markdown_table

if TYPE_CHECKING:
    from parallelize.assemble.run_status import LanguageStatus, RunStatus

__all__ = ["command"]

_REASONS = 4


@click.command("status")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON on stdout.")
def command(run: Path, as_json: bool) -> None:
    """Show how far a run is, whether a build works on it or was stopped.

    Nothing is written, and a build under way is not disturbed. Rates are those of the last ten minutes of
    work; reasons are of the newest finished chunks, judged by the recipe's thresholds.

    \b
    Examples:
        parallelize status runs/gsm8k
        watch -n 30 parallelize status runs/gsm8k
        parallelize status runs/gsm8k --json
    """
    from parallelize.assemble.run_status import run_status

    found = run_status(run)
    if as_json:
        print_json({**asdict(found), "seconds_left": found.seconds_left})
    else:
        click.echo(plain(_shown(found)))


def _shown(status: RunStatus) -> str:
    lines = [f"{status.run}: {_state(status)}", ""]
    head = ("language", "rows", "done", "done %", "kept so far", "rows/s", "time left")
    lines += [markdown_table(head, [_row(item) for item in status.languages]), ""]
    for item in status.languages:
        back = f", back by {item.back_engine}" if item.back_engine else ", not translated back"
        lines.append(f"{item.code}: {item.engine}{back}")
        if item.reasons:
            top = ", ".join(f"{name} {count}" for name, count in list(item.reasons.items())[:_REASONS])
            lines.append(f"    dropped for: {top}")
        if item.to_try_again:
            lines.append(f"    {item.to_try_again} rows have engine errors; the next build tries them again")
        lines += [f"    engine error: {text}" for text in item.last_errors]
    used = ", ".join(f"{name} {_bytes(size)}" for name, size in status.disk_bytes.items() if size)
    lines += [f"worker: {name}" for name in status.workers]
    if status.troubles:
        lines += ["", "Last said in log.jsonl:"]
        lines += [
            f"    {item.time} {item.command} {item.level}: {item.message.partition(chr(10))[0]}"
            for item in status.troubles
        ]
    lines += ["", f"Disk: {used}; {_bytes(status.free_bytes)} free"]
    if status.in_use_by is None and not status.complete:
        lines.append("To go on: run the same `parallelize build` again; what is done is not done twice.")
    return "\n".join(lines)


def _state(status: RunStatus) -> str:
    if status.in_use_by is not None:
        left = status.seconds_left
        return f"in use by {status.in_use_by}" + ("" if left is None else f", about {_duration(left)} left")
    return "complete" if status.complete else "stopped before its end"


def _row(item: LanguageStatus) -> tuple[object, ...]:
    return (
        item.code,
        item.rows,
        item.done,
        f"{item.done / item.rows:.0%}" if item.rows else "–",
        f"{item.kept / item.judged:.0%}" if item.judged else "–",
        "–" if item.rows_per_second is None else f"{item.rows_per_second:.1f}",
        "–" if item.seconds_left is None else _duration(item.seconds_left),
    )


def _duration(seconds: float) -> str:
    """`2 h 05 min`, `3 min`, `40 s`."""
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d} min"
    return f"{int(seconds // 60)} min" if seconds >= 60 else f"{seconds:.0f} s"


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
