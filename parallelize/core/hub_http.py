"""Which HTTP library the installed `huggingface_hub` speaks through, for its errors and its client."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import version
from typing import Any

__all__ = ["hub_http"]


@cache
def hub_http() -> Any:
    """The module `httpx2`, which version 2 of `huggingface_hub` uses, or `httpx`, for version 1.

    Version 1 stays supported because trainers hold it: `transformers` before 5.11, and with it verl 0.9,
    does not go with version 2. What is used here of the two modules is the same.
    """
    return importlib.import_module(
        "httpx2" if int(version("huggingface_hub").split(".")[0]) >= 2 else "httpx"
    )
