"""`parallelize.export_task`: a task for an evaluation harness, whose figures are those of `score`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from parallelize.api.corpora import BuiltRun
from parallelize.api.data import codes
from parallelize.assemble.harness_tasks import WrittenTask, write_task
from parallelize.core.errors import UsageError
from parallelize.evaluation.asking import Asking
from parallelize.hub.source import HubSource
from parallelize.store.aligned import open_aligned

__all__ = ["WrittenTask", "export_task"]


def export_task(
    place: str | Path | BuiltRun,
    harness: str,
    *,
    langs: str | Sequence[str] = (),
    out: str | Path | None = None,
    instruction: Literal["none", "answer", "think"] = "answer",
    rows: int | None = None,
) -> WrittenTask:
    """Write a task for an evaluation harness: problems, and hooks that judge as `score` does.

    Args:
        place: a run, a benchmark that ships, its `.toml`, a data file with `{lang}`, or a Hub dataset.
        harness: `lm-eval`, `lighteval` or `inspect`.
        langs: languages that responses should be in; all of a run by default.
        out: folder of the task; by default `RUN/export/HARNESS`, or `NAME-HARNESS` for a benchmark.
        instruction: sentence at the end of each prompt, in its language.
        rows: only the first problems of each language.

    Raises:
        InputError: no such benchmark or language, or no gold answers.
        UsageError: no languages are given for a benchmark.
    """
    where = place.folder if isinstance(place, BuiltRun) else Path(place)
    chosen = codes(langs) if langs else []
    is_run = (where / "corpus").is_dir() or (where / "manifest.json").is_file()
    if not chosen and not is_run:
        raise UsageError(f"{place}: no languages", remedy="name them, as in --langs de,ja")
    if not chosen:
        chosen = list(open_aligned(where).languages)
    folder = Path(out) if out else where / "export" / harness if is_run else Path(f"{where.stem}-{harness}")
    asking = Asking(instruction=instruction, boxed=instruction != "none")
    return write_task(str(place) if not is_run else where, harness, chosen, folder, asking=asking,
                      limit=rows, hub=HubSource())  # fmt: skip
