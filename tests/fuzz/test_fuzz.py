"""What fuzzers found stays mended, and each fuzzer runs for a moment (`make fuzz SECONDS=60` for longer)."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from tests.fuzz.__main__ import tried
from tests.fuzz.bombs import FUNCTIONS
from tests.fuzz.fuzzers import FUZZERS
from tests.fuzz.inputs import SERIES, bomb, series

FOUND = json.loads(Path(__file__).with_name("found.json").read_text(encoding="utf-8"))
MOMENT_SECONDS = 0.3


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    """Load what is loaded once before anything is timed."""
    FUNCTIONS["measures"](bomb("Ben has 3 apples.\n", 100))


@pytest.mark.parametrize("found", FOUND, ids=lambda found: f"{found['fuzzer']}: {found['was'][:50]}")
def test_what_was_found_stays_mended(found: dict[str, object]) -> None:
    made = found["input"] if "input" in found else [*found["bomb"]]
    if "bomb" in found:
        unit, size, before, after, *more = made
        text = before + bomb(unit, size) + after
        made = [text, *([text[1:]] if found.get("pair") else []), *more]
    wrong, _ = tried(FUZZERS[str(found["fuzzer"])], made)
    assert wrong is None


@pytest.mark.parametrize("name", FUZZERS)
def test_every_fuzzer_runs(name: str) -> None:
    fuzzer, chance = FUZZERS[name], random.Random(20261129)
    tried(fuzzer, fuzzer.make(random.Random(0)))  # tables are loaded before the clock runs
    count, over = 0, time.monotonic() + MOMENT_SECONDS
    while time.monotonic() < over or not count:
        made = fuzzer.make(chance)
        wrong, _ = tried(fuzzer, made)
        assert wrong is None, made
        count += 1
    assert fuzzer.law


@pytest.mark.parametrize("unit", ["a\n", "=1", "half ", "+", "(", "$", "1½", "\\frac{", "**", "0"])
@pytest.mark.parametrize("name", ["cut", "protect", "numbers en", "answers", "responses", "kinds", "shown"])
def test_time_grows_as_the_text_does(name: str, unit: str) -> None:
    """A text of 100 kB is read in the time of seventy of 2 kB, at most: quadratic would be 2,500."""
    work = FUNCTIONS[name]
    work(bomb(unit, 2_000))

    def seconds(size: int) -> float:
        started = time.process_time()
        work(bomb(unit, size) + "x")
        return time.process_time() - started

    small = max(min(seconds(2_000) for _ in range(3)), 0.0005)
    assert seconds(100_000) < max(2.0, 250 * small)


@pytest.mark.parametrize("piece", SERIES)
@pytest.mark.parametrize("name", ["cut lines", "numbers en", "measures"])
def test_time_grows_as_a_text_of_different_things_does(name: str, piece: str) -> None:
    """Four times the text takes four times as long, not sixteen: nothing is looked for in a list of all."""
    work = FUNCTIONS[name]
    work(series(piece, 1_000))

    def seconds(size: int) -> float:
        started = time.process_time()
        work(series(piece, size))
        return time.process_time() - started

    small = max(min(seconds(8_000) for _ in range(3)), 0.02)
    assert min(seconds(32_000) for _ in range(3)) < 13 * small  # 7 to 8 when nothing else is done
