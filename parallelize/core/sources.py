"""Ports for sources of rows that are not files, such as a dataset hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

__all__ = ["RowSource", "RowStream"]


class RowStream(Protocol):
    """One opened dataset split: what it is, and its rows in their fixed order."""

    @property
    def config(self) -> str | None:
        """Configuration that is read; `None` if the dataset has no named ones."""
        ...

    @property
    def split(self) -> str | None:
        """Split that is read, after a default was chosen."""
        ...

    @property
    def revision(self) -> str | None:
        """Commit that is read; the revision asked for where it could not be resolved, else `None`."""
        ...

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Start a fresh pass over the rows. Values may be any that `stages.ingest.values.plain` converts.

        Raises:
            InputError: the dataset is damaged.
            EnvironmentFault: the network failed; the message says how to go on.
        """
        ...

    def arrow_schema(self) -> bytes | None:
        """Serialised Arrow schema of the columns; `None` where the dataset does not say its types."""
        ...


class RowSource(Protocol):
    """A place where datasets are found by name."""

    def open(self, dataset: str, *, config: str | None, split: str | None, revision: str | None) -> RowStream:
        """Find a dataset.

        Raises:
            InputError: there is no such dataset, configuration, split or revision; the message lists those
                that exist.
            EnvironmentFault: the place cannot be reached and nothing is cached.
        """
        ...
