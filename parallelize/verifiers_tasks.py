"""The problems of an export as a taskset of verifiers v1, scored with the rewards of parallelize.

`parallelize export RUN --format verifiers` writes a copy of this file beside the rows. With that folder on
`PYTHONPATH`, `parallelize_tasks` is the id of the taskset:

    [env.taskset]
    id = "parallelize_tasks"
    file = "mix-2.jsonl"             # beside the module; the largest mix if nothing is said
    languages = ["de"]               # those of the file if nothing is said
    [env.taskset.task.rewards]
    language = { weight = 0.25 }     # accuracy counts 1.0, language 0.5 if nothing is said
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import verifiers.v1 as vf

from parallelize.rewards import verifiers_accuracy, verifiers_language

__all__ = ["ParallelTaskset"]


class ParallelTaskData(vf.TaskData):  # type: ignore[misc]
    """One problem in one language."""

    answer: str
    """Ground truth, numerals written as in English."""
    language: str
    """Language that the response should be in."""
    source: str
    """Corpus and language: the same problem has the same `id` in every language."""


class ParallelTask(vf.Task[ParallelTaskData, vf.State, vf.TaskConfig]):  # type: ignore[misc]
    """A problem with its two rewards."""

    @vf.reward(weight=1.0)  # type: ignore[untyped-decorator]
    async def accuracy(self, trace: Any) -> float:
        """Whether the last reply has the right final answer."""
        return await verifiers_accuracy(self, trace)

    @vf.reward(weight=0.5)  # type: ignore[untyped-decorator]
    async def language(self, trace: Any) -> float:
        """Whether thinking and answer of the last reply are in the problem's language."""
        return await verifiers_language(self, trace)


class ParallelTasksetConfig(vf.TasksetConfig):  # type: ignore[misc]
    """Which of the exported rows are tasks."""

    file: str = ""
    """Name of a mix beside this module, or a path; empty: the mix of most languages."""
    languages: tuple[str, ...] = ()
    """Empty: all that the file has."""


class ParallelTaskset(vf.Taskset[ParallelTask, ParallelTasksetConfig]):  # type: ignore[misc]
    """Rows of one exported file in their order."""

    def load(self) -> Iterator[ParallelTask]:
        """Read the file row by row."""
        folder = Path(__file__).parent
        mixes = sorted(folder.glob("mix-*.jsonl"), key=lambda path: int(path.stem.removeprefix("mix-")))
        path = folder / self.config.file if self.config.file else mixes[-1]
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                code = row["info"]["language"]
                if not self.config.languages or code in self.config.languages:
                    yield ParallelTask(_data(row, code), self.config.task)


def _data(row: dict[str, Any], code: str) -> ParallelTaskData:
    turns = row["prompt"]
    system = turns[0]["content"] if turns[0]["role"] == "system" else None
    return ParallelTaskData(
        id=row["info"]["id"],
        name=f"{row['info']['id']}/{code}",
        prompt=turns if system is None else turns[1:],
        system_prompt=system,
        answer=row["answer"],
        language=code,
        source=row["task"],
    )
