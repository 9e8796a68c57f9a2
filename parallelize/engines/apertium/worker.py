"""The process that runs one Apertium pipeline: `python -m …apertium.worker <parent id>`.

All programs of a mode stay alive and answer text by text (null-flush, `-z`), but for one: the hidden
Markov tagger (`apertium-tagger -g`) adds ambiguity classes that it meets to its model, so what it says
depends on what it has seen before. It is started anew for every text (5–30 ms); then the same text
gives the same translation in any order.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from parallelize.engines.apertium.modes import stages
from parallelize.engines.workers.process import SetupFault, Translate, serve

__all__ = ["Pipeline", "load", "read_stream", "write_stream"]

_END = ".[]"
"""Apertium's own text filter ends every text so: a full stop closes the last sentence for the tagger."""
_RESERVED = re.compile(r"[\\^$/<>{}\[\]@]")
_BLANK = re.compile(r"[\n\r\t~]+")
_STREAM = re.compile(r"\\(.)|[\[\]]", re.DOTALL)
_ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


def write_stream(text: str) -> str:
    """Put a text into Apertium's stream format: reserved characters escaped, line breaks in blanks.

    Raises:
        ValueError: it holds NUL, which separates texts, or a lone surrogate.
    """
    if "\0" in text:
        raise ValueError("the text holds a NUL character")
    text.encode("utf-8")
    escaped = _RESERVED.sub(r"\\\g<0>", text)
    return _BLANK.sub(r"[\g<0>]", escaped) + _END


def read_stream(reply: str) -> str:
    """Undo `write_stream`.

    Raises:
        ValueError: the end mark is gone, so something of the text may be too.
    """
    if not reply.endswith(_END):
        raise ValueError(f"the pipeline lost the end of the text: …{reply[-40:]!r}")
    return _STREAM.sub(lambda match: match[1] or "", reply[: -len(_END)])


class Pipeline:
    """Programs connected by pipes, each kept running."""

    def __init__(self, commands: list[list[str]]) -> None:
        """Start the programs.

        Raises:
            SetupFault: one cannot be started.
        """
        self._processes: list[subprocess.Popen[bytes]] = []
        for command in commands:
            source = self._processes[-1].stdout if self._processes else subprocess.PIPE
            try:
                process = subprocess.Popen(
                    [command[0], "-z", *command[1:]], stdin=source, stdout=subprocess.PIPE, env=_ENVIRONMENT
                )
            except OSError as fault:
                raise SetupFault(f"{command[0]} cannot be started: {fault.strerror}") from fault
            if self._processes and self._processes[-1].stdout is not None:
                self._processes[-1].stdout.close()  # only the next program may hold it
            self._processes.append(process)

    def ask(self, data: bytes) -> bytes:
        """Send one text (without its NUL) and wait for its answer."""
        stdin, stdout = self._processes[0].stdin, self._processes[-1].stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the pipeline is closed")
        _write_all(stdin.fileno(), data + b"\0")
        answer = b""
        while not answer.endswith(b"\0"):
            chunk = os.read(stdout.fileno(), 65_536)
            if not chunk:
                raise RuntimeError("a program of the pipeline ended")
            answer += chunk
        return answer[:-1]


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def load(setup: dict[str, Any]) -> Translate:
    """Start the programs of a mode, or of two that follow each other.

    Args:
        setup: `{"modes": paths of the mode files}`.
    """
    steps = [_step(path) for path in setup["modes"]]

    def translate(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return translate


def _step(mode: str) -> Translate:
    try:
        commands = stages(Path(mode).read_text(encoding="utf-8"))
    except OSError as fault:
        raise SetupFault(f"{mode} cannot be read: {fault.strerror}") from fault
    tagger = next((i for i, command in enumerate(commands) if command[:2] == ["apertium-tagger", "-g"]), None)
    if tagger is None:
        whole = Pipeline(commands)
        return lambda text: _tidy(text, read_stream(whole.ask(write_stream(text).encode()).decode()))
    before, after = Pipeline(commands[:tagger]), Pipeline(commands[tagger + 1 :])

    def translate(text: str) -> str:
        tagged = _tag(commands[tagger], before.ask(write_stream(text).encode()))
        return _tidy(text, read_stream(after.ask(tagged).decode()))

    return translate


def _tag(command: list[str], data: bytes) -> bytes:
    done = subprocess.run(command, input=data, capture_output=True, env=_ENVIRONMENT, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"apertium-tagger: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _tidy(source: str, target: str) -> str:
    """Keep the source's outer white space, and close the gaps that dropped words leave."""
    body = target.strip()
    if "  " not in source:
        body = re.sub(" {2,}", " ", body)
    inner = source.strip()
    start = source.find(inner) if inner else len(source)
    return source[:start] + body + source[start + len(inner) :]


if __name__ == "__main__":
    serve(load)
