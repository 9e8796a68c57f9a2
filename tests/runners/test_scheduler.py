"""Units to workers that die and refuse: each unit is done, and the row that ends workers is found."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.errors import EngineFault
from parallelize.core.units import Receipt, Unit
from parallelize.runners.scheduler import Scheduler, WorkerDied

ROWS = 4


class Machine:
    """Workers that do units of four rows each, and what befalls them."""

    def __init__(self, *, poison: dict[str, int] | None = None, deaths: float = 0.0, seed: int = 0) -> None:
        self.poison = poison or {}
        self.deaths = deaths
        self.chance = random.Random(seed)
        self.begun: dict[tuple[str, str], int] = {}
        self.done: list[Unit] = []
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self.started = self.together = 0
        self.warnings: list[str] = []

    async def start(self, place: int) -> FakeWorker:
        self.started += 1
        return FakeWorker(self)

    async def run(self, units: list[Unit], workers: int) -> None:
        hands = Scheduler(
            self.start,
            workers=workers,
            last_begun=lambda unit: self.begun.get((unit.chunk, unit.code)),
            on_done=lambda unit, receipt: self.done.append(unit),
            warn=self.warnings.append,
        )
        async with asyncio.timeout(20):
            await hands.run(units)


class FakeWorker:
    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.dead = asyncio.Event()
        self.holds = 0

    async def translate(self, unit: Unit) -> Receipt:
        self.holds += 1
        assert self.holds == 1 or not unit.one_by_one, "a suspect has a worker of its own"
        try:
            for row in range(ROWS):
                if row in unit.left_out:
                    continue
                self.machine.begun[unit.chunk, unit.code] = row
                await asyncio.sleep(0)
                if (
                    self.machine.poison.get(unit.chunk) == row
                    or self.machine.chance.random() < self.machine.deaths
                ):
                    self.dead.set()
                if self.dead.is_set():
                    raise WorkerDied("was ended by signal 9")
            return Receipt(rows=ROWS)
        finally:
            self.holds -= 1

    async def aclose(self) -> None:
        self.dead.set()


def units(count: int, *codes: str) -> list[Unit]:
    return [Unit(chunk=f"chunk-{n}", code=code) for n in range(count) for code in codes or ("pt",)]


@given(count=st.integers(0, 12), workers=st.integers(1, 4), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_every_unit_is_done_once_whatever_dies(count: int, workers: int, seed: int) -> None:
    machine = Machine(deaths=0.05, seed=seed)
    asyncio.run(machine.run(units(count, "pt", "de"), workers))
    assert sorted((unit.chunk, unit.code) for unit in machine.done) == sorted(
        (unit.chunk, unit.code) for unit in units(count, "pt", "de")
    )


async def test_a_death_with_many_units_in_hand_makes_few_of_them_suspects() -> None:
    machine = Machine(poison={"chunk-30": 1})
    alone: list[str] = []
    hands = Scheduler(
        machine.start,
        workers=2,
        units_at_once=20,
        last_begun=lambda unit: machine.begun.get((unit.chunk, unit.code)),
        on_done=lambda unit, _: (machine.done.append(unit), alone.extend([unit.chunk] * unit.one_by_one)),
        warn=machine.warnings.append,
    )
    async with asyncio.timeout(20):
        await hands.run(units(80))
    assert len(machine.done) == 80
    assert {unit.chunk: unit.left_out for unit in machine.done if unit.left_out} == {"chunk-30": (1,)}
    assert len(alone) <= 2
    assert machine.started <= 2 + 5


@given(
    poison=st.dictionaries(st.sampled_from([f"chunk-{n}" for n in range(6)]), st.integers(0, ROWS - 1)),
    workers=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_exactly_the_rows_that_end_workers_are_left_out(poison: dict[str, int], workers: int) -> None:
    machine = Machine(poison=poison)
    asyncio.run(machine.run(units(6), workers))
    assert {unit.chunk: unit.left_out for unit in machine.done if unit.left_out} == {
        chunk: (row,) for chunk, row in poison.items()
    }
    assert len(machine.done) == 6


async def test_workers_that_always_die_end_the_build() -> None:
    machine = Machine(deaths=1.0)
    machine.begun = {}
    hands = Scheduler(
        machine.start, workers=2, last_begun=lambda unit: None, on_done=lambda *_: None, warn=lambda _: None
    )
    with pytest.raises(EngineFault, match="again and again"):
        async with asyncio.timeout(20):
            await hands.run(units(3))


async def test_a_worker_that_cannot_start_leaves_its_units_to_the_others() -> None:
    machine = Machine()

    async def start(place: int) -> FakeWorker:
        if place == 0:
            raise EngineFault("no such device")
        return await machine.start(place)

    done: list[Unit] = []
    hands = Scheduler(
        start,
        workers=2,
        last_begun=lambda unit: None,
        on_done=lambda unit, _: done.append(unit),
        warn=machine.warnings.append,
    )
    await hands.run(units(5))
    assert len(done) == 5
    assert machine.warnings == ["worker 1 cannot go on: no such device; the others do its units"]


async def test_a_worker_that_never_gets_a_place_is_not_waited_for() -> None:
    machine, given_up = Machine(), asyncio.Event()

    async def start(place: int) -> FakeWorker:
        if place == 0:
            try:
                await asyncio.sleep(3600)
            finally:
                given_up.set()
        return await machine.start(place)

    done: list[Unit] = []
    hands = Scheduler(
        start,
        workers=2,
        last_begun=lambda unit: None,
        on_done=lambda unit, _: done.append(unit),
        warn=machine.warnings.append,
    )
    async with asyncio.timeout(20):
        await hands.run(units(5))
    assert len(done) == 5
    assert given_up.is_set()


async def test_if_no_worker_can_start_the_first_reason_is_told() -> None:
    async def start(place: int) -> FakeWorker:
        raise EngineFault(f"no device {place}")

    hands = Scheduler(
        start, workers=2, last_begun=lambda unit: None, on_done=lambda *_: None, warn=lambda _: None
    )
    with pytest.raises(EngineFault, match="no device 0"):
        await hands.run(units(2))
