"""The log of a run: one JSON object a line in `RUN/log.jsonl`, rotated, without credentials.

Every command that works in a run appends to it, workers too, each line in one write. A line has `time` (UTC),
`level`, `command`, `process` (number and machine), `logger`, `message`, and `error` where there was one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from parallelize.core.errors import ParallelizeError
from parallelize.core.secrets import environment_secrets
from parallelize.hub.redaction import Redactor
from parallelize.store.run_log import LOG_NAME

__all__ = ["LEVELS", "log_run", "set_log_level"]

LEVELS = ("debug", "info", "warning", "error")
"""What `--log-level` takes."""
_LARGEST_BYTES = 10_000_000
_KEPT = 4
"""Older parts of a log that are kept: `log.1.jsonl` is the newest of them."""
_LEVEL_OF_END = {0: logging.INFO, 130: logging.WARNING, 143: logging.WARNING}
"""By exit code: what a command left to workers, or was stopped at, is no error."""
_NAME = "parallelize.cli"
_level = logging.INFO


def set_log_level(level: str) -> None:
    """Keep records from this level on in the logs of runs that begin from now on."""
    global _level  # noqa: PLW0603 - one for the process, as the root logger is
    _level = logging.getLevelNamesMapping()[level.upper()]


class _RunLog(logging.Handler):
    """Appends records to the log of a run, once its folder is there: a refused command leaves nothing."""

    def __init__(self, folder: Path, command: str, level: int) -> None:
        super().__init__(level)
        self._path = folder / LOG_NAME
        self._command = command
        self._process = f"{os.getpid()} on {platform.node()}"
        self._redactor = Redactor(environment_secrets(os.environ))

    def emit(self, record: logging.LogRecord) -> None:
        if not self._path.parent.is_dir():
            return
        # A log that cannot be written stops no work, and says nothing: what it holds is on stderr, too.
        with contextlib.suppress(OSError, ValueError, TypeError):
            line = self._line(record)
            with self._path.open("ab") as file:
                self._rotate(file.fileno())
            with self._path.open("ab", buffering=0) as file:
                file.write(line)

    def say(self, level: int, message: str, error: BaseException | None = None) -> None:
        """Write a line of the command's own, to this log alone."""
        if level >= self.level:
            trace = None if error is None else (type(error), error, error.__traceback__)
            self.emit(logging.LogRecord(_NAME, level, __file__, 0, message, None, trace))

    def _line(self, record: logging.LogRecord) -> bytes:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "command": self._command,
            "process": self._process,
            "logger": record.name,
            "message": self._redactor.text(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = self._redactor.text("".join(traceback.format_exception(*record.exc_info)))
        # In ASCII, every control character as an escape: a line is a line, whatever a data set says.
        return json.dumps(said).encode() + b"\n"

    def _rotate(self, handle: int) -> None:
        """Put a log that is full aside. Several processes may see it full; one of them does it."""
        if os.fstat(handle).st_size < _LARGEST_BYTES:
            return
        with contextlib.suppress(OSError):  # no locks here, or another process was faster
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(handle), self._path.stat()):
                return
            stem, ending = self._path.stem, self._path.suffix
            parts = [self._path, *(self._path.with_name(f"{stem}.{n}{ending}") for n in range(1, _KEPT + 1))]
            for newer, older in zip(parts[-2::-1], parts[:0:-1], strict=True):
                if newer.exists():
                    newer.replace(older)


@contextmanager
def log_run(folder: Path, command: str) -> Iterator[None]:
    """Write what is said and done in a run to its log, too, while the context lasts."""
    handler, root = _RunLog(folder, command, _level), logging.getLogger()
    before = root.level
    root.setLevel(min(before, _level) if before else _level)
    root.addHandler(handler)
    handler.say(logging.INFO, f"begins: Python {platform.python_version()}")
    try:
        yield
        handler.say(logging.INFO, "ends")
    except ParallelizeError as error:
        handler.say(_LEVEL_OF_END.get(error.exit_code, logging.ERROR), str(error))
        raise
    except BaseException as error:
        handler.say(logging.ERROR, f"stopped: {type(error).__name__}", error)
        raise
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
