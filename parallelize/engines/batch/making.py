"""Which way of asking in batches a recipe means: an address, or files alone."""

from __future__ import annotations

from pathlib import Path

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.errors import InputError
from parallelize.core.ports import Generator
from parallelize.engines.batch.engine import BatchEngine, Tell
from parallelize.engines.batch.files import FileExchange

__all__ = ["batch_model"]


def batch_model(
    options: BatchModelOptions,
    *,
    batches: Path | None,
    requests_out: Path | None,
    replies_in: Path | None,
    tell: Tell,
) -> Generator:
    """A model asked through files where there are folders for them, else at its address.

    Raises:
        InputError: there is no folder for batches under way, or no address.
        EnvironmentFault: the key's environment variable is not set.
    """
    if requests_out is not None or replies_in is not None:
        return FileExchange(options, requests_out=requests_out, replies_in=replies_in, tell=tell)
    if batches is None:
        raise InputError("a model that answers in batches can only build", remedy="use vllm or openai here")
    return BatchEngine(options, batches, tell=tell)
