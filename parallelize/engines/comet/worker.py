"""Runs a COMET model; a program for the Python of COMET's own environment, which has no `parallelize`.

    python worker.py version           prints the version of unbabel-comet
    python worker.py serve MODEL GPUS  answers batches on stdin, one JSON object a line

First line out: `{"ready": true}`. Then for each line `{"items": [{"src", "mt"}, …]}` one line
`{"scores": [number or null, …]}`, or `{"refused": why}` for a batch that the model cannot take. It ends when
stdin does, and dies with a message on stderr when the model cannot be loaded.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from pathlib import Path
from typing import Any, TextIO

# A program's own folder is searched first, and nothing in this one may be taken for a library.
sys.path[:] = [place for place in sys.path if Path(place).resolve() != Path(__file__).resolve().parent]


def _version() -> str:
    import importlib.metadata

    return importlib.metadata.version("unbabel-comet")


def _private_stdout() -> TextIO:
    """Keep the reply pipe away from descriptor 1, so that a library that prints cannot corrupt it."""
    pipe = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)
    return pipe


def _load(name: str) -> Any:
    from comet import download_model, load_from_checkpoint

    model = load_from_checkpoint(name if Path(name).is_file() else download_model(name))
    if model.requires_references():
        raise ValueError(
            f"{name} needs reference translations; name a reference-free model such as a CometKiwi"
        )
    return model


def _scores(model: Any, items: list[dict[str, str]], gpus: int) -> list[float | None]:
    found = model.predict(items, batch_size=len(items), gpus=gpus, progress_bar=False)
    values = [float(value) for value in found["scores"]]
    if len(values) != len(items):
        raise ValueError(f"{len(values)} scores for {len(items)} items")
    return [value if math.isfinite(value) else None for value in values]


def _serve(name: str, gpus: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    replies = _private_stdout()
    model = _load(name)
    replies.write(json.dumps({"ready": True}) + "\n")
    for line in sys.stdin:
        message: dict[str, Any]
        try:
            message = {"scores": _scores(model, json.loads(line)["items"], gpus)}
        except (ValueError, IndexError, KeyError) as fault:
            message = {"refused": f"{type(fault).__name__}: {fault}"}
        replies.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "version":
        sys.stdout.write(_version() + "\n")
    else:
        _serve(sys.argv[2], int(sys.argv[3]))
