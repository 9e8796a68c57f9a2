"""Progress of long commands: one line kept up to date on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from parallelize.core.messages import shortened

__all__ = ["LIVE", "LiveLine", "RowProgress", "TransferProgress", "clock", "never_silent"]

_SAY_SECONDS = 5.0
"""Nothing is silent for longer where progress is lines, unless nothing happens."""
_MOST_SILENT_SECONDS = 60.0
"""While nothing happens, lines come after twice the time each, up to this."""
_DRAW_SECONDS = 0.25
_SETTLED_SECONDS, _SETTLED_ROWS, _SETTLED_SHARE = 10.0, 16, 0.25
"""An estimate of what is left is shown after so much work, and when two of them agree within this share."""
_MOST_LANGUAGES = 4
"""Languages that are named one by one; of more, how many there are."""
_LOG = logging.getLogger("parallelize.console")


class LiveLine:
    """The last line of a terminal, rewritten in place; whatever else is written goes above it."""

    def __init__(self) -> None:
        """Nothing is shown before the first `show`."""
        self._lock = threading.RLock()
        self._text = ""
        self._stream: TextIO | None = None

    def show(self, text: str) -> None:
        """Replace the line; what does not fit the terminal is cut."""
        with self._lock:
            self._stream = sys.stderr
            width = shutil.get_terminal_size((80, 24)).columns
            self._text = shortened(text, width - 1)
            self._write(f"\r{self._text}\x1b[K")

    @contextmanager
    def above(self) -> Iterator[None]:
        """Take the line away while something is written in its place, and show it again below."""
        with self._lock:
            if self._text:
                self._write("\r\x1b[K")
            try:
                yield
            finally:
                if self._text:
                    self._write(f"\r{self._text}\x1b[K")

    def end(self) -> None:
        """Leave the terminal with an empty last line."""
        with self._lock:
            if self._text:
                self._text = ""
                self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()


LIVE = LiveLine()
"""The one of this process: a terminal has one last line."""


class _Pace:
    """When the next line is due: often while something happens, ever more rarely while nothing does."""

    def __init__(self) -> None:
        self._said = self._changed = time.monotonic()
        self._wait, self._state = _SAY_SECONDS, object()

    def due(self) -> bool:
        """Whether it is time for a line."""
        return time.monotonic() - self._said >= self._wait

    def say(self, text: str, state: object) -> str:
        """The line, which tells for how long its state has been the same, if it was said before."""
        self._said = time.monotonic()
        if state != self._state:
            self._changed, self._wait, self._state = self._said, _SAY_SECONDS, state
            return text
        self._wait = min(2 * self._wait, _MOST_SILENT_SECONDS)
        return text if state is None else f"{text} (nothing new for {clock(self._said - self._changed)})"


@dataclass(slots=True)
class _Line:
    """Progress in one language: rows done, kept and skipped, words, and since when."""

    total: int
    started: float
    done: int = 0
    kept: int = 0
    words: int = 0
    judged: bool = True
    skipped: int = 0
    """Rows that an earlier run finished."""


class RowProgress:
    """Counts rows by language and shows them, all languages in one line."""

    def __init__(
        self, *, live: bool, quiet: bool, unit: str = "words", events: Callable[..., None] | None = None
    ) -> None:
        """Prepare.

        Args:
            live: rewrite the last line of a terminal, instead of writing lines now and then.
            quiet: show nothing.
            unit: `words` of rows that are kept or dropped, or `tokens` of replies.
            events: is told the figures instead, as `(name, **facts)`, for programs.
        """
        self._events = events
        self._live = live
        self._quiet = quiet
        self._unit = unit
        self._lines: dict[str, _Line] = {}
        self._fetched: dict[str, tuple[int, int]] = {}
        self._began = time.monotonic()
        self._pace = _Pace()
        self._last_drawn = 0.0
        self._finish: float | None = None
        """When all would be done, as it was estimated the last time."""
        self._estimated = 0.0
        self._settled = False
        self._over = False
        self.aside: Callable[[], str] = str
        """Something about the whole, shown beside the rows: speed in tokens, money; empty for nothing."""

    def expect(self, code: str, total: int, done: int) -> None:
        """Announce a language: rows in all, and rows that an earlier run finished."""
        self._lines[code] = _Line(total=total, done=done, skipped=done, started=time.monotonic())

    def row(self, code: str, kept: bool | None, words: int) -> None:
        """Count one row; `kept` is None where rows are not judged."""
        line = self._lines[code]
        line.done += 1
        line.kept += bool(kept)
        line.judged = kept is not None
        line.words += words
        self.tick()

    def fetched(self, what: str, done: int, total: int) -> None:
        """Count bytes of a download; a total of 0 is one that is not known."""
        self._fetched[what] = (done, total)
        self.tick()

    def tick(self) -> None:
        """Show what there is to show, if the last time is long enough ago."""
        now = time.monotonic()
        if self._live and now - self._last_drawn >= _DRAW_SECONDS:
            self._last_drawn = now
            LIVE.show(self.text())
        if self._pace.due():
            self.say()

    def say(self) -> None:
        """Write one line about all languages, and the speed; with a live line, into the log alone."""
        self._settle()
        text = self._pace.say(self.text(), self._state())
        _LOG.info("%s", text)
        if self._events is not None:
            rows = {code: self._figures(line) for code, line in list(self._lines.items())}
            self._events("progress", rows=rows, text=text, seconds_left=self._seconds_left())
        elif not self._quiet and not self._live:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - what this class is for

    def _state(self) -> object:
        """What a line is about; None before there is anything."""
        rows = {code: line.done for code, line in list(self._lines.items())}
        return (rows, dict(self._fetched), self._over) if rows or self._fetched else None

    def _figures(self, line: _Line) -> dict[str, float | None]:
        return {
            "total": line.total,
            "done": line.done,
            "done_before": line.skipped,
            "kept": line.kept if line.judged else None,
            f"{self._unit}_per_second": round(line.words / max(time.monotonic() - line.started, 1e-9), 1),
        }

    def end(self) -> None:
        """Write the last line, if rows were counted; on a terminal it stays in place of the live one."""
        LIVE.end()
        self._over = True
        if any(line.done > line.skipped for line in self._lines.values()):
            self._live = False
            self.say()

    def text(self) -> str:
        """One line about all languages: rows, their fate, speed, what is left."""
        if not self._lines:
            fetching = "; ".join(_bytes(what, *amount) for what, amount in self._fetched.items())
            return fetching or f"getting ready ({clock(time.monotonic() - self._began)})"
        parts = [self._rows(), self._fates(), self._speed(), self.aside(), self._left()]
        return ", ".join(part for part in parts if part)

    def _rows(self) -> str:
        lines = self._lines
        if len(lines) <= _MOST_LANGUAGES:
            return "  ".join(f"{code} {line.done}/{line.total}" for code, line in lines.items()) + " rows"
        done, total = self._sum("done"), self._sum("total")
        complete = sum(line.done >= line.total for line in lines.values())
        return f"{done}/{total} rows of {len(lines)} languages ({complete} complete)"

    def _fates(self) -> str:
        new = self._sum("done") - self._sum("skipped")
        if not new or not all(line.judged for line in self._lines.values()):
            return ""
        kept = self._sum("kept")
        return f"{kept} kept, {new - kept} dropped"

    def _speed(self) -> str:
        """Words or tokens a second; nothing before there are some."""
        words = self._sum("words")
        seconds = time.monotonic() - min(line.started for line in self._lines.values())
        return f"{words / seconds:,.0f} {self._unit}/s" if words and seconds >= 1.0 else ""

    def _settle(self) -> None:
        """Estimate when all is done; two estimates that agree are worth showing."""
        new = self._sum("done") - self._sum("skipped")
        rest = self._sum("total") - self._sum("done")
        now = time.monotonic()
        if not self._lines or rest <= 0 or new < _SETTLED_ROWS:
            self._settled = False
            return
        if now - self._estimated < _SAY_SECONDS / 2:
            return
        self._estimated = now
        seconds = now - min(line.started for line in self._lines.values())
        before, self._finish = self._finish, now + rest * seconds / new
        near = before is not None and abs(self._finish - before) <= _SETTLED_SHARE * (self._finish - now)
        self._settled = near and seconds >= _SETTLED_SECONDS

    def _left(self) -> str:
        if self._sum("done") >= self._sum("total"):
            return "" if self._over else "finishing"
        left = self._seconds_left()
        return "" if left is None else f"about {clock(left)} left"

    def _seconds_left(self) -> float | None:
        """None before it can be told."""
        if self._sum("done") >= self._sum("total"):
            return 0.0 if self._lines else None
        if not self._settled or self._finish is None:
            return None
        return max(0.0, self._finish - time.monotonic())

    def _sum(self, name: str) -> int:
        return sum(int(getattr(line, name)) for line in list(self._lines.values()))


class TransferProgress:
    """Bytes of transfers, called as `(what, done, total)`: a live line, or a line for each new thing."""

    def __init__(self, *, live: bool, quiet: bool) -> None:
        """Prepare; nothing is shown before the first call, or five seconds without one."""
        self._live = live
        self._quiet = quiet
        self._now: tuple[str, int, int] | None = None
        self._seen: set[str] = set()
        self._pace = _Pace()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far one transfer is."""
        self._now = (what, done, total)
        if self._live:
            LIVE.show(_bytes(what, done, total))
        elif what not in self._seen:
            self._seen.add(what)
            self._say(f"{what} ({total:,} bytes)" if total else what)

    def tick(self) -> None:
        """Say again what goes on after five seconds without a word, later where it is the same."""
        if self._live or not self._pace.due():
            return
        self._say(_bytes(*self._now) if self._now else "waiting for an answer")

    def end(self) -> None:
        """Take the live line away; of a whole transfer there is nothing more to say."""
        LIVE.end()

    def _say(self, text: str) -> None:
        text = self._pace.say(text, text)
        _LOG.info("%s", text)
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - what this class is for


@contextmanager
def never_silent(progress: RowProgress | TransferProgress) -> Iterator[None]:
    """Keep a display up to date while nothing else happens; end it with a last line."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            progress.tick()

    thread = threading.Thread(target=watch, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        progress.end()


def _bytes(what: str, done: int, total: int) -> str:
    return f"{what}: {done:,} of {total:,} bytes" if total else f"{what}: {done:,} bytes"


def clock(seconds: float) -> str:
    """Seconds as a clock shows them: `0:05`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
