"""The Hub of the tests, for cards that it must accept."""

from __future__ import annotations

from tests.hub.conftest import api, hub

__all__ = ["api", "hub"]
