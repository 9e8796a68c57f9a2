"""Batches under way, on disk: what was sent and where it is, so that days later another process goes on.

A wave is three files: its requests, what is known of it (written before and after each step at the provider),
and, once they are there, its replies.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from parallelize.engines.batch.gathering import Lines
from parallelize.store.files import atomic_write
from parallelize.store.json_files import read_typed, write_typed

__all__ = ["Wave", "WaveFolder"]


@dataclass(slots=True, kw_only=True)
class Wave:
    """What is known of one batch."""

    name: str
    model: str
    """Digest of what answers, and where: another model's waves are not ours to read."""
    requests: int
    created: float
    """Seconds since 1970 when it was put on disk."""
    input_file: str = ""
    """The provider's name of the uploaded requests; empty before."""
    sending: bool = False
    """Set before the provider is asked to begin: if there is no `batch`, it may have begun all the same."""
    batch: str = ""
    """The provider's name of the batch; empty before."""


class WaveFolder:
    """The waves of one model in a folder."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model

    def begin(self, lines: Lines) -> Wave:
        """Put a new wave on disk; nothing is sent yet.

        Raises:
            StorageFault: it could not be written.
        """
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
        wave = Wave(name=name, model=self._model, requests=len(lines), created=time.time())
        atomic_write(self.requests_path(wave), b"".join(line + b"\n" for line in lines.values()))
        self.save(wave)
        return wave

    def save(self, wave: Wave) -> None:
        """Write what is known of a wave.

        Raises:
            StorageFault: it could not be written.
        """
        write_typed(self._state_path(wave.name), wave)

    def all(self) -> list[Wave]:
        """Waves of this model that are not done with, oldest first.

        Raises:
            InputError: what is known of one cannot be read.
        """
        remedy = "its requests are in the file beside it; remove both to have them asked anew"
        found = [read_typed(path, Wave, remedy=remedy) for path in sorted(self._folder.glob("*.json"))]
        return [wave for wave in found if wave.model == self._model]

    def lines(self, wave: Wave) -> Lines:
        """The requests of a wave by address."""
        return {
            bytes.fromhex(orjson.loads(line)["custom_id"]): line
            for line in self.requests_path(wave).read_bytes().splitlines()
        }

    def replies(self, wave: Wave) -> Iterator[object]:
        """What each line of a wave's replies holds; lines that are no JSON are left out."""
        with self.replies_path(wave).open("rb") as handle:
            for line in handle:
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError:
                    continue

    def keep(self, wave: Wave, addresses: Collection[bytes]) -> None:
        """Forget all requests of a wave but these: the replies to the others were given to who asked.

        Raises:
            StorageFault: it could not be written.
        """
        kept = [line for address, line in self.lines(wave).items() if address in addresses]
        atomic_write(self.requests_path(wave), b"".join(line + b"\n" for line in kept))

    def remove(self, wave: Wave) -> None:
        """Forget a wave: its replies are in the memory."""
        for path in (self._state_path(wave.name), self.requests_path(wave), self.replies_path(wave)):
            path.unlink(missing_ok=True)

    def requests_path(self, wave: Wave) -> Path:
        """Where a wave's requests are kept."""
        return self._folder / f"{wave.name}.requests.jsonl"

    def replies_path(self, wave: Wave) -> Path:
        """Where a wave's replies are kept once they were fetched."""
        return self._folder / f"{wave.name}.replies.jsonl"

    def _state_path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
