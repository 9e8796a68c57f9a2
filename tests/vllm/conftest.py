"""Tests that need the environment of `tests/vllm/setup.sh`; elsewhere they are skipped."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

# Before vllm is imported anywhere: loopback only, no reports of usage, few messages, both cores.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", "nobind")

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
MODEL = Path(os.environ.get("PARALLELIZE_TEST_MODEL") or _CACHE / "parallelize" / "gemma-3-270m")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and skip it where its environment is missing."""
    missing = [name for name in ("vllm", "transformers") if find_spec(name) is None]
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.vllm)
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}: run make test-vllm"))


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The converted Gemma 3 270M."""
    if not (MODEL / "CONVERTED").is_file():
        pytest.skip(f"no converted model at {MODEL}: run tests/vllm/setup.sh")
    return MODEL
