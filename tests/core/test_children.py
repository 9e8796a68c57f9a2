"""Children of a pool: order kept, a death told (that none outlives its parent: test_processes)."""

from __future__ import annotations

import os
import signal
from functools import partial

import pytest

from parallelize.core.children import map_in_children
from parallelize.core.errors import EnvironmentFault


def tools(start: int) -> list[int]:
    return [start, os.getpid()]


def add(made: list[int], number: int) -> int:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return made[0] + number


def test_results_come_in_order_and_items_are_read_a_few_ahead() -> None:
    read = []

    def items() -> list[int]:
        for number in range(40):
            read.append(number)
            yield number

    found = []
    for result in map_in_children(add, items(), partial(tools, 100), processes=2, remedy="none"):
        found.append(result)
        assert len(read) - len(found) <= 2 * 3
    assert found == [100 + number for number in range(40)]


def test_a_child_that_ends_is_told_with_what_to_do() -> None:
    with pytest.raises(EnvironmentFault, match="ended unexpectedly") as told:
        list(map_in_children(add, [1, -1, 2], partial(tools, 0), processes=1, remedy="take fewer"))
    assert told.value.remedy == "take fewer"
