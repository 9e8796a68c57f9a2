"""How long a storm of kills is: short in every run, as long as somebody wants at night."""

from __future__ import annotations

import pytest

__all__ = ["kills"]

NIGHTLY = 200


def kills(request: pytest.FixtureRequest, ordinary: int) -> int:
    """Kills of a storm: those of an ordinary run, 200 with `--nightly`, or what `--kills` says."""
    wanted: int | None = request.config.getoption("--kills")
    return wanted or (NIGHTLY if request.config.getoption("--nightly") else ordinary)
