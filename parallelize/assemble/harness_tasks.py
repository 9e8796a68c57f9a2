"""Tasks for evaluation harnesses, from a corpus or a benchmark: the problems that `evaluate` would ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.benchmarks import load_benchmark
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import named_benchmark
from parallelize.evaluation.asking import Asker, Asking
from parallelize.stages.harness_files import HARNESSES, HarnessTask, TaskRow, task_name
from parallelize.store.files import atomic_write
from parallelize.store.json_files import write_json

if TYPE_CHECKING:
    from parallelize.core.sources import RowSource
    from parallelize.core.trees import JsonObject

__all__ = ["WrittenTask", "write_task"]

_MAX_TOKENS = 4096
"""Longest response that a task asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTask:
    """A task folder, and what it holds."""

    folder: Path
    facts: JsonObject
    """Its `task.json`: harness, name, languages with their rows, where the problems came from."""

    @property
    def command(self) -> str:
        """What runs it; `…` stands for a model."""
        name, place = self.facts["name"], self.folder
        first = f"{name}_{next(iter(self.facts['languages'])).replace('-', '_').lower()}"
        return {
            "lm-eval": f"lm_eval --include_path {place} --tasks {name} --model …",
            "lighteval": f'lighteval accelerate … "{first}|0" --custom-tasks {place}/{name}.py',
            "inspect": f"inspect eval {place}/{name}.py --model …",
        }[str(self.facts["harness"])]


def write_task(
    place: str | Path,
    harness: str,
    codes: Sequence[str],
    folder: Path,
    *,
    asking: Asking,
    limit: int | None,
    hub: RowSource,
) -> WrittenTask:
    """Write a task: data, hooks that call our metric, and `task.json`.

    Args:
        place: a run or corpus, the name of a benchmark that ships, its `.toml`, or a data file with `{lang}`.
        harness: one of `HARNESSES`.
        codes: languages that responses should be in.
        folder: where to; files of an earlier task there are replaced.
        asking: how problems are put, as for `evaluate`.
        limit: only the first problems of each language; None for all.

    Raises:
        InputError: no such benchmark or language, or no gold answers.
    """
    if harness not in HARNESSES:
        raise InputError(f"there is no harness {harness!r}", remedy=f"known are {', '.join(HARNESSES)}")
    options = named_benchmark(str(place))
    found = load_benchmark(options, codes, limit=limit, hub=hub)
    asker = Asker(asking, b"", seed=0)
    rows: dict[str, list[TaskRow]] = {}
    for code in codes:
        rows[code] = []
        for question in found.questions[code]:
            (sample,) = asker.samples(question, 1)
            turns = sample.request.messages
            rows[code].append(
                TaskRow(
                    id=question.id,
                    language=code,
                    prompt="\n\n".join(turn.text for turn in turns if turn.role != "system"),
                    prompt_language=question.text_language,
                    system="\n\n".join(turn.text for turn in turns if turn.role == "system"),
                    gold=question.gold,
                    choices=question.choices,
                    level=question.level,
                )
            )
    task = HarnessTask(name=task_name(options.name), rows=rows, max_tokens=_MAX_TOKENS)
    for name, text in {**task.data(), **HARNESSES[harness](task)}.items():
        atomic_write(folder / name, text)
    facts = {
        "harness": harness,
        "name": task.name,
        "languages": {code: len(of_code) for code, of_code in rows.items()},
        "benchmark": {code: dict(item) for code, item in found.facts.items()},
        "notes": list(found.notes),
    }
    write_json(folder / "task.json", facts)
    return WrittenTask(folder=folder, facts=facts)
