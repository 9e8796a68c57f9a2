"""What a person sees: progress and notes on stderr, results on stdout."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from parallelize.core.errors import ParallelizeError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Console", "RowProgress", "log_to_stderr", "plain", "print_json", "say_event"]

_LOG_SECONDS = 5.0
"""Nothing is silent for longer where progress is lines."""
_SETTLED_SECONDS, _SETTLED_ROWS = 10.0, 16
"""Work after which a speed says how long the rest takes."""
_LOG = logging.getLogger("parallelize.console")


def plain(text: str) -> str:
    """Text of a dataset or an error made safe for a terminal: control characters become visible."""
    return "".join(c if c in "\n\t" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def print_json(value: Any) -> None:
    """Write one JSON value to stdout."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False))


class _Plain(logging.Formatter):
    """Log lines as notes of the program read: `warning: …`; the module is named for what -v adds."""

    def format(self, record: logging.LogRecord) -> str:
        message = plain(record.getMessage())
        if record.levelno >= logging.WARNING:
            return click.style(f"{record.levelname.lower()}: ", fg="yellow") + message
        return f"{record.name.removeprefix('parallelize.')}: {message}"


def log_to_stderr(verbose: int) -> None:
    """Show warnings; with 1, what engines and stages do; with 2, every request, of libraries too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    handler.setLevel([logging.WARNING, logging.INFO, logging.DEBUG][min(verbose, 2)])
    handler.addFilter(lambda record: record.name != _LOG.name)  # the console has shown its own
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    if verbose < 2:
        for library in ("httpx", "httpcore", "datasets", "huggingface_hub", "urllib3"):
            logging.getLogger(library).setLevel(logging.WARNING)


@dataclass(slots=True)
class _Line:
    """The progress line of one language: rows done, kept and skipped, words, and since when."""

    total: int
    done: int = 0
    kept: int = 0
    words: int = 0
    judged: bool = True
    skipped: int = 0
    """Rows that an earlier run finished."""
    started: float = field(default_factory=time.monotonic)


class RowProgress:
    """Counts rows by language and shows them: bars on a terminal, a line now and then elsewhere."""

    def __init__(
        self, progress: Progress | None, *, quiet: bool, unit: str = "words", as_json: bool = False
    ) -> None:
        """Prepare.

        Args:
            progress: bars of a terminal, if there is one.
            quiet: show nothing.
            unit: `words` of rows that are kept or dropped, or `tokens` of replies.
            as_json: write JSON objects instead of lines for people.
        """
        self._progress = progress
        self._as_json = as_json
        self._quiet = quiet
        self._unit = unit
        self._lines: dict[str, _Line] = {}
        self._tasks: dict[str, TaskID] = {}
        self._last_log = time.monotonic()
        self.aside: Callable[[], str] = str
        """Something about the whole, shown beside the rows: speed in tokens, money; empty for nothing."""

    def expect(self, code: str, total: int, done: int) -> None:
        """Announce a language: rows in all, and rows that an earlier run finished."""
        self._lines[code] = _Line(total=total, done=done, skipped=done)
        if self._progress is not None:
            self._tasks[code] = self._progress.add_task(code, total=total, completed=done, note="")

    def row(self, code: str, kept: bool | None, words: int) -> None:
        """Count one row; `kept` is None where rows are not judged."""
        line = self._lines[code]
        line.done += 1
        line.kept += bool(kept)
        line.judged = kept is not None
        line.words += words
        if self._progress is not None:
            self._progress.update(self._tasks[code], advance=1, note=self._note_with_aside(line))
        elif time.monotonic() - self._last_log >= _LOG_SECONDS:
            self.say()

    def say(self) -> None:
        """Write one line about all languages, and the speed."""
        self._last_log = time.monotonic()
        parts = [self._log(name, item) for name, item in list(self._lines.items())]
        text = "; ".join(filter(None, [*parts, self.aside()])) or "getting ready"
        _LOG.info("%s", text)
        if self._as_json:
            rows = {name: self._figures(item) for name, item in list(self._lines.items())}
            say_event("progress", rows=rows, aside=self.aside())
        elif not self._quiet:
            click.echo(text, err=True)

    def say_if_silent(self) -> None:
        """Write that line if none was written for five seconds."""
        if time.monotonic() - self._last_log >= _LOG_SECONDS:
            self.say()

    def end(self) -> None:
        """Write the last line, if rows were counted since the one before."""
        if self._lines and any(line.done > line.skipped for line in self._lines.values()):
            self.say()

    def amount(self, name: str, done: int) -> None:
        """Set a line to an amount (bytes of a download)."""
        self._lines[name].done = done
        if self._progress is not None:
            self._progress.update(self._tasks[name], completed=done)

    def _figures(self, line: _Line) -> dict[str, Any]:
        """A line for programs: whole numbers, and seconds where they can be told."""
        return {
            "total": line.total,
            "done": line.done,
            "kept": line.kept if line.judged else None,
            "done_before": line.skipped,
            f"{self._unit}_per_second": round(line.words / max(time.monotonic() - line.started, 1e-9), 1),
            "seconds_left": self._seconds_left(line),
        }

    def _seconds_left(self, line: _Line) -> float | None:
        """None while too little is done to tell, and for bytes."""
        new, seconds = line.done - line.skipped, time.monotonic() - line.started
        if line.total == 0 or new < _SETTLED_ROWS or seconds < _SETTLED_SECONDS:
            return 0.0 if 0 < line.total <= line.done else None
        return round((line.total - line.done) * seconds / new, 1)

    def _note_with_aside(self, line: _Line) -> str:
        return ", ".join(filter(None, (self._note(line), self.aside())))

    def _note(self, line: _Line) -> str:
        new = line.done - line.skipped
        rate = line.words / max(time.monotonic() - line.started, 1e-9)
        if self._unit == "tokens":
            return f"{rate:,.0f} tokens/s"
        verdicts = f"{line.kept} kept, {new - line.kept} dropped, " if line.judged else ""
        return f"{verdicts}{rate:,.0f} words/s"

    def _log(self, code: str, line: _Line) -> str:
        if line.total == 0:
            return f"{code} {line.done:,} bytes"
        note = self._note(line)
        if left := self._seconds_left(line):
            note += f", {_duration(left)} left"
        return f"{code} {line.done}/{line.total} rows ({note})"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


@contextmanager
def _never_silent(progress: RowProgress) -> Iterator[None]:
    """Write a line now and then while nothing else happens."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            progress.say_if_silent()

    thread = threading.Thread(target=watch, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def say_event(event: str, **facts: Any) -> None:
    """Write one JSON object as a line to stderr, for schedulers."""
    import json

    when = datetime.now(UTC).isoformat(timespec="seconds")
    click.echo(json.dumps({"event": event, "time": when, **facts}), err=True)


class Console:
    """Notes and progress on stderr. `quiet` (with --json in scripts) keeps only warnings."""

    def __init__(self, *, quiet: bool = False, json_progress: bool = False) -> None:
        self.quiet = quiet
        self.json_progress = json_progress
        self.interactive = sys.stderr.isatty() and not quiet and not json_progress

    def note(self, text: str) -> None:
        """Say something a person may want to know."""
        _LOG.info("%s", text)
        if self.json_progress:
            say_event("note", text=text)
        elif not self.quiet:
            click.echo(plain(text), err=True)

    def warn(self, text: str) -> None:
        """Say something a person must know."""
        _LOG.warning("%s", text)
        if self.json_progress:
            say_event("warning", text=text)
            return
        click.echo(click.style("warning: ", fg="yellow") + plain(text), err=True)

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Tell programs at last how the command ended: its exit code, and what was wrong."""
        try:
            yield
        except ParallelizeError as error:
            if self.json_progress:
                say_event("end", exit_code=error.exit_code, error=str(error))
            raise
        if self.json_progress:
            say_event("end", exit_code=0)

    @contextmanager
    def rows(self, *, unit: str = "words") -> Iterator[RowProgress]:
        """Show progress by rows while the context lasts."""
        if not self.interactive:
            lines = RowProgress(None, quiet=self.quiet, unit=unit, as_json=self.json_progress)
            with _never_silent(lines):
                yield lines
            lines.end()
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description:<5}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=RichConsole(stderr=True), refresh_per_second=4) as progress:
            yield RowProgress(progress, quiet=False, unit=unit)

    @contextmanager
    def bytes(self) -> Iterator[Any]:
        """A callback `(what, done, total)` for transfers, shown as bars on a terminal."""
        if not self.interactive:
            seen: set[str] = set()

            def say(what: str, _done: int, total: int) -> None:
                if what not in seen:
                    seen.add(what)
                    self.note(f"{what} ({total:,} bytes)" if total else what)

            yield say
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
        )
        with Progress(*columns, console=RichConsole(stderr=True)) as progress:
            tasks: dict[str, TaskID] = {}

            def show(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = progress.add_task(what, total=total or None)
                progress.update(tasks[what], completed=done, total=total or None)

            yield show
