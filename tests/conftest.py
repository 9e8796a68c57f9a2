"""What every test shares: properties are tried on the same examples every time, and the vLLM tests are left
out where vLLM is not installed."""

from __future__ import annotations

import importlib.util
import os

import pytest
from hypothesis import HealthCheck, settings

collect_ignore = [] if importlib.util.find_spec("vllm") else ["vllm"]

# `HYPOTHESIS_PROFILE=explore make test` looks for new counterexamples. Deadlines are off: a busy machine is
# no fault of the code.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Storms are longer at night."""
    parser.addoption("--nightly", action="store_true", help="200 kills in each storm of tests/faults")
    parser.addoption("--kills", type=int, help="so many kills in each storm of tests/faults")
