"""The model's work of an evaluation: which responses are wanted, and units of them for workers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.engines import make_generator
from parallelize.assemble.evaluation_plan import Evaluation
from parallelize.assemble.unit_work import NoteRow, WorkerNeeds
from parallelize.assemble.watching import WorkWatcher
from parallelize.core.engine_work import EngineWork
from parallelize.core.units import Receipt, Unit
from parallelize.evaluation.asking import Sample
from parallelize.pipeline.open_memory import opened_memory
from parallelize.pipeline.sampling import Sampler, Sampling, answered
from parallelize.pipeline.window import task_group
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.core.ports import Generator
__all__ = ["SamplingWork"]

_SAMPLES_A_UNIT = 32
_SAMPLES_IN_HAND = 1_024
"""Samples that a worker holds at once: what keeps a large engine busy."""


class SamplingWork:
    """The units of an evaluation: portions of the responses in one language. Fulfils `UnitWork`."""

    what = "responses"

    def __init__(self, evaluation: Evaluation, run: RunDirectory, watcher: WorkWatcher) -> None:
        """Read nothing yet, and start nothing."""
        self.evaluation, self.run, self.watcher = evaluation, run, watcher

    @cached_property
    def generator(self) -> Generator:
        """The model, not started before its first request."""
        return make_generator(self.evaluation.recipe.engine)

    @cached_property
    def samples(self) -> list[Sample]:
        """Every response that is wanted, in the order of the responses file."""
        return list(self.evaluation.samples(self.generator.fingerprint().digest()))

    @property
    def memory_folder(self) -> Path:
        """Where replies of the model are kept."""
        given = self.evaluation.recipe.memory
        return Path(given) if given else self.run.memory

    @property
    def needs(self) -> WorkerNeeds:
        """What the model takes; see `UnitWork.needs`."""
        options = self.evaluation.recipe.engine
        return WorkerNeeds(
            gpus=options.gpus if options.unit == "GPU" else 0,
            cores=1,
            units_at_once=_SAMPLES_IN_HAND // _SAMPLES_A_UNIT,
        )

    @cached_property
    def _portions(self) -> dict[Unit, Sequence[Sample]]:
        by_code: dict[str, list[Sample]] = {code: [] for code in self.evaluation.recipe.langs}
        for sample in self.samples:
            by_code[sample.question.language].append(sample)
        return {
            Unit(chunk=f"{begin:08}", code=code): mine[begin : begin + _SAMPLES_A_UNIT]
            for code, mine in by_code.items()
            for begin in range(0, len(mine), _SAMPLES_A_UNIT)
        }

    def units(self) -> list[Unit]:
        """All portions of all languages; see `UnitWork.units`."""
        return list(self._portions)

    def missing(self) -> Iterator[Unit]:
        """Portions with a response that the memory lacks."""
        there = answered(self.memory_folder, self.samples)
        for unit, portion in self._portions.items():
            if any(sample.address not in there for sample in portion):
                yield unit

    def expect(self, units: Iterable[Unit] | None = None) -> int:
        """Tell the watcher what is to come for each language; see `UnitWork.expect`."""
        chosen = self._portions if units is None else units
        mine = [sample for unit in chosen for sample in self._portions[unit]]
        there = answered(self.memory_folder, mine)
        wanted = Counter(sample.question.language for sample in mine)
        known = Counter(sample.question.language for sample in mine if sample.address in there)
        for code in self.evaluation.recipe.langs:
            self.watcher.expect(code, wanted[code], known[code])
        return wanted.total() - known.total()

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Nobody is told; see `UnitWork.working`."""

    @asynccontextmanager
    async def opened(self, on_begin: NoteRow = lambda unit, row: None) -> AsyncIterator[_OpenSampling]:
        """Open memory and queue; see `UnitWork.opened`."""
        scoring = self.evaluation.recipe.scoring
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.generator.aclose)
            memory = await stack.enter_async_context(
                opened_memory(None, self.memory_folder, self.watcher.warn)
            )
            sampler = Sampler(
                self.generator,
                memory,
                think_open=scoring.think_open,
                think_close=scoring.think_close,
                on_reply=lambda sample, tokens: self.watcher.row(sample.question.language, True, tokens),
            )
            yield _OpenSampling(self, await stack.enter_async_context(sampler), on_begin)

    async def sample_all(self) -> Sampling:
        """Get every response that is missing, in this process."""
        async with self.opened() as opened, task_group() as group:
            task = await opened.sampler.begin(group, self.samples)
        return task.result()

    def portion(self, unit: Unit) -> Sequence[Sample]:
        """The samples that belong to a unit."""
        return self._portions[Unit(chunk=unit.chunk, code=unit.code)]


class _OpenSampling:
    """Units of an evaluation whose model is there. Fulfils `OpenUnits`."""

    def __init__(self, work: SamplingWork, sampler: Sampler, on_begin: NoteRow) -> None:
        self._work, self.sampler, self._on_begin = work, sampler, on_begin

    @property
    def work(self) -> dict[str, EngineWork]:
        """What the model has done so far, under its name."""
        return {self._work.evaluation.recipe.model_name: self.sampler.work}

    async def begin(self, group: asyncio.TaskGroup, unit: Unit) -> asyncio.Task[Receipt] | None:
        """Take the samples of a unit in; see `OpenUnits.begin`."""
        alone = (lambda place: self._on_begin(unit, place)) if unit.one_by_one else None
        task = await self.sampler.begin(
            group, self._work.portion(unit), left_out=unit.left_out, on_begin=alone
        )
        return group.create_task(self._receipt(task))

    async def _receipt(self, task: asyncio.Task[Sampling]) -> Receipt:
        sampling = await task
        for line in sampling.listed:
            self._work.watcher.warn(line)
        return Receipt(rows=sampling.new, errors=sampling.errors)
