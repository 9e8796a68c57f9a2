"""What a person sees: progress and notes on stderr, results on stdout."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from parallelize.cli.progress import LIVE, RowProgress, TransferProgress, never_silent
from parallelize.core.errors import ParallelizeError
from parallelize.store.json_files import as_json

__all__ = ["Console", "log_to_stderr", "plain", "print_json", "say_event"]

_LOG = logging.getLogger("parallelize.console")


def plain(text: str) -> str:
    """Text of a dataset or an error made safe for a terminal: control characters become visible."""
    return "".join(c if c in "\n\t" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def print_json(value: Any) -> None:
    """Write one value to stdout as JSON; see `as_json`."""
    import json

    click.echo(json.dumps(as_json(value), indent=2, ensure_ascii=False))


class _Plain(logging.Formatter):
    """Log lines as notes of the program read: `warning: …`; the module is named for what -v adds."""

    def __init__(self, *, coloured: bool) -> None:
        super().__init__()
        self.coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        message = plain(record.getMessage())
        if record.levelno >= logging.WARNING:
            word = f"{record.levelname.lower()}: "
            return (click.style(word, fg="yellow") if self.coloured else word) + message
        return f"{record.name.removeprefix('parallelize.')}: {message}"


class _AboveTheLine(logging.StreamHandler[TextIO]):
    """Writes to stderr, above the live line of a terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        with LIVE.above():
            super().emit(record)


def log_to_stderr(verbose: int) -> None:
    """Show warnings; with 1, what engines and stages do; with 2, every request, of libraries too."""
    handler = _AboveTheLine(sys.stderr)
    handler.setFormatter(_Plain(coloured=sys.stderr.isatty()))
    handler.setLevel([logging.WARNING, logging.INFO, logging.DEBUG][min(verbose, 2)])
    handler.addFilter(lambda record: record.name != _LOG.name)  # the console has shown its own
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    if verbose < 2:
        for library in ("httpx", "httpcore", "datasets", "huggingface_hub", "urllib3"):
            logging.getLogger(library).setLevel(logging.WARNING)


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
            with LIVE.above():
                click.echo(plain(text), err=True)

    def warn(self, text: str) -> None:
        """Say something a person must know."""
        _LOG.warning("%s", text)
        if self.json_progress:
            say_event("warning", text=text)
            return
        with LIVE.above():
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
        progress = RowProgress(
            live=self.interactive,
            quiet=self.quiet,
            unit=unit,
            events=say_event if self.json_progress else None,
        )
        with never_silent(progress):
            yield progress

    @contextmanager
    def bytes(self) -> Iterator[TransferProgress]:
        """A callback `(what, done, total)` for transfers while the context lasts."""
        progress = TransferProgress(live=self.interactive, quiet=self.quiet)
        with never_silent(progress):
            yield progress
