"""What a whole build costs beside the bare engine: GSM8K rows into Portuguese and back.

    python benchmarks/build_speed.py --source ../shared/data/gsm8k/train.jsonl --rows 3000 --slices 6

The rows are cut into slices. Each slice is built (ingest, segment, protect, translate, gate, repair,
translate back, score, judge, write), and the very texts that the build sent are then given to the bare
engine in as many processes, so that a machine whose speed drifts slows both alike. It has the model files
that the build gives it: from English no shortlist, with which it is faster and makes up words; `--shortlist`
is the engine with that file. Words are white-space words sent, both directions. Memory is the peak of the
summed resident size of this process and its workers.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import multiprocessing
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from parallelize.assemble.build import build
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import Reply, TranslationRequest
from parallelize.core.recipe import parse_recipe
from parallelize.engines.bergamot.models import ModelStore, default_cache
from parallelize.engines.bergamot.translator import BergamotTranslator

Sent = tuple[str, str, str]


class Quiet:
    """A watcher that only counts."""

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def expect(self, code: str, total: int, done: int) -> None: ...

    def working(self, engines: Mapping[str, Any]) -> None: ...

    def row(self, code: str, kept: bool, words: int) -> None: ...

    def download(self, what: str, done: int, total: int) -> None: ...


def recorded(sent: list[Sent]) -> None:
    """Make the engine note what it is asked."""
    original = BergamotTranslator.answer

    async def noted(self: BergamotTranslator, request: TranslationRequest) -> Reply:
        sent.append((*request.languages, request.text))
        return await original(self, request)

    BergamotTranslator.answer = noted  # type: ignore[method-assign]


def bare(texts: Sequence[Sent], shortlist: bool, ready: Any, go: Any) -> None:
    """One process of the bare engine, with the model files of the build: its own sentence splitting only."""
    from fxtranslate import Translator

    store = ModelStore(models=None, offline=True, cache=default_cache())
    translator = BergamotTranslator(offline=True)
    engines = {}
    for pair in {LanguagePair(source, target) for source, target, _ in texts}:
        files = (store.find(*pair).setup() if shortlist else translator.setup(pair))["files"]
        data = {role: Path(entry["path"]).read_bytes() for role, entry in files.items() if entry}
        engines[pair] = Translator(
            data["model"], data["source_vocabulary"], data["target_vocabulary"], data.get("shortlist")
        )
    ready.release()
    go.wait()
    for source, target, text in texts:
        engines[LanguagePair(source, target)].translate_long(text)


def bare_seconds(texts: Sequence[Sent], processes: int, *, shortlist: bool) -> float:
    """Seconds of the bare engine, models loaded before."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    shares = [texts[number::processes] for number in range(processes)]
    started = [context.Process(target=bare, args=(share, shortlist, ready, go)) for share in shares]
    for process in started:
        process.start()
    for _ in started:
        ready.acquire()
    start = time.monotonic()
    go.set()
    for process in started:
        process.join()
    return time.monotonic() - start


class PeakMemory:
    """Samples the resident size of this process and its children."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.2):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--source", required=True)
    options.add_argument("--rows", type=int, default=3_000)
    options.add_argument("--slices", type=int, default=6)
    options.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--shortlist", action="store_true", help="give the bare engine its shortlist, too")
    given = options.parse_args()
    lines = Path(given.source).read_text(encoding="utf-8").splitlines()[: given.rows]
    sent: list[Sent] = []
    recorded(sent)
    ratios, rows, peak = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.slices):
            part = lines[number :: given.slices]
            source = Path(folder) / f"slice-{number}.jsonl"
            source.write_text("\n".join(part) + "\n", encoding="utf-8")
            recipe = parse_recipe(
                {
                    "source": {"path": str(source)},
                    "langs": ["pt"],
                    "engine": {"name": "bergamot", "offline": True, "workers": given.processes},
                }
            )
            sent.clear()
            with PeakMemory() as memory:
                start = time.monotonic()
                summary = build(recipe, Path(folder) / f"run-{number}", Quiet())
                built = time.monotonic() - start
            peak = max(peak, memory.peak)
            words = sum(len(text.split()) for _, _, text in sent)
            alone = bare_seconds(list(sent), given.processes, shortlist=given.shortlist)
            ratios.append(alone / built)
            rows.append((words, built, alone))
            kept = summary.languages["pt"].kept
            print(
                f"slice {number}: {len(part)} rows, {kept} kept, {len(sent)} requests, {words} words; "
                f"build {words / built:,.0f} words/s, bare engine {words / alone:,.0f} words/s, "
                f"ratio {ratios[-1]:.3f}",
                flush=True,
            )
    words, built, alone = (sum(column) for column in zip(*rows, strict=True))
    print(
        json.dumps(
            {
                "rows": len(lines),
                "words": words,
                "build_words_per_second": round(words / built),
                "bare_words_per_second": round(words / alone),
                "ratio": round(alone / built, 3),
                "ratio_median_of_slices": round(statistics.median(ratios), 3),
                "peak_memory_mb": round(peak / 2**20),
                "processes": given.processes,
                "python": platform.python_version(),
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "fxtranslate": importlib.metadata.version("fxtranslate"),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
