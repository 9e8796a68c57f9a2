"""Rows of datasets on the Hugging Face Hub, streamed through the `datasets` package.

Implements `core.sources.RowSource`. Rows are streamed at the commit that was resolved when the dataset was
opened. Without a network, what `datasets` has in its cache is read, if that is the revision asked for.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.hub_http import hub_http
from parallelize.hub.contact import one_voice, reach_hub

__all__ = ["HubSource", "HubStream"]

_COMMIT = re.compile(r"[0-9a-f]{40}")
_OFFLINE_REMEDY = (
    "connect and run again; or download the dataset's files once and give their folder as the source"
)
_DAMAGED_REMEDY = "try another revision of the dataset, or download its files and correct them"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HubStream:
    """One opened split of a dataset."""

    dataset: str
    config: str | None
    split: str | None
    revision: str | None
    """Commit that is read (40 hex digits), or the revision asked for if the dataset is not on the Hub."""
    stream: Any
    """A `datasets.IterableDataset`."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Start a fresh pass over the rows. Images, audio and video come as their bytes and path.

        Raises:
            InputError: a file of the dataset is damaged.
            EnvironmentFault: the network failed.
        """
        import pyarrow as pa
        from datasets.exceptions import DatasetsError

        number = 0
        try:
            for row in self.stream:
                number += 1
                yield row
        except (OSError, hub_http().HTTPError) as error:
            raise EnvironmentFault(
                f"{self.dataset}: reading stopped after row {number}: {_first_line(error)}",
                remedy="run the same command again when the network is back",
            ) from error
        except (pa.ArrowException, DatasetsError, ValueError) as error:
            raise InputError(
                f"{self.dataset}: the row after row {number} cannot be read: {_first_line(error)}",
                remedy=_DAMAGED_REMEDY,
            ) from error

    def arrow_schema(self) -> bytes | None:
        """Serialised Arrow schema of the columns, where the dataset says its features before it is read."""
        features = self.stream.features
        if features is None or '"_type": "Json"' in json.dumps(features.to_dict()):
            return None  # JSON features are text in Arrow, and any value in rows
        return bytes(features.arrow_schema.serialize())


class HubSource:
    """Finds datasets on the Hub."""

    def __init__(self, *, cache_folder: str | None = None) -> None:
        """Prepare; nothing is imported or fetched yet.

        Args:
            cache_folder: where `datasets` keeps its cache; `None` means its own default.
        """
        self._cache_folder = cache_folder

    def open(self, dataset: str, *, config: str | None, split: str | None, revision: str | None) -> HubStream:
        """Find a dataset and choose its split: the one asked for, else the only one, else `train`.

        Raises:
            InputError: there is no such dataset, configuration, split or revision.
            EnvironmentFault: the Hub cannot be reached and this revision is not in the cache.
        """
        with _out_of_reach(dataset) as unreachable:
            builder = self._builder(dataset, config, revision, unreachable)
        commit = _commit(builder.hash)
        if builder.name == "cache" or type(builder).__module__.endswith(".cache"):
            _check_cached(dataset, revision, commit)
        try:
            splits = builder.as_streaming_dataset()
        except ValueError as error:
            raise InputError(f"{dataset}: {_first_line(error)}", remedy=_DAMAGED_REMEDY) from error
        except (OSError, hub_http().HTTPError) as error:
            raise _unreachable(dataset, error) from error
        name = _split_name(dataset, split, [str(item) for item in splits])
        return HubStream(
            dataset=dataset,
            config=builder.config.name if builder.config.name != "default" else None,
            split=name,
            revision=commit or revision,
            stream=_without_media(splits[name]),
        )

    def _builder(
        self, dataset: str, config: str | None, revision: str | None, unreachable: str | None
    ) -> Any:
        import datasets
        from datasets.exceptions import DatasetNotFoundError, DatasetsError

        try:
            return datasets.load_dataset_builder(
                dataset, config, revision=revision, cache_dir=self._cache_folder
            )
        except DatasetNotFoundError as error:
            raise InputError(
                f"{dataset}: {_first_line(error)}",
                remedy="check the spelling (org/name) and the revision; for a private or gated dataset, ask "
                "for access and run `hf auth login`; a path on this machine must exist",
            ) from error
        except (ConnectionError, hub_http().HTTPError) as error:
            if unreachable is not None:
                raise EnvironmentFault(
                    f"{dataset} is no path on this machine, and {unreachable}", remedy=_OFFLINE_REMEDY
                ) from error
            raise _unreachable(dataset, error) from error
        except OSError as error:  # FileNotFoundError: the repository has no data files
            raise InputError(
                f"{dataset}: {_first_line(error)}", remedy="the dataset must hold files that `datasets` reads"
            ) from error
        except RuntimeError as error:
            raise InputError(
                f"{dataset}: {_first_line(error)}",
                remedy="read its Parquet conversion instead: revision refs/convert/parquet",
            ) from error
        except (ValueError, DatasetsError) as error:
            raise InputError(
                f"{dataset}: {_first_line(error)}", remedy="name one of its configurations"
            ) from error


@contextmanager
def _out_of_reach(dataset: str) -> Iterator[str | None]:
    """Ask the Hub for a sign of life; without one, `datasets` looks into its cache at once.

    By itself it would try for half a minute, and for ever where a server accepts and says nothing.

    Yields:
        Why the Hub cannot be reached; None if it can, or need not be.
    """
    import datasets
    from huggingface_hub import constants

    one_voice("huggingface_hub", "datasets")
    if Path(dataset).exists() or datasets.config.HF_HUB_OFFLINE or constants.HF_HUB_OFFLINE:
        yield None
        return
    unreachable = reach_hub()
    if unreachable is None:
        yield None
        return
    datasets.config.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE = True
    try:
        yield unreachable
    finally:
        datasets.config.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE = False


def _unreachable(dataset: str, error: Exception) -> EnvironmentFault:
    return EnvironmentFault(
        f"{dataset} is no path on this machine, and the Hub cannot be reached: {_first_line(error)}",
        remedy=_OFFLINE_REMEDY,
    )


def _commit(text: str | None) -> str | None:
    return text if text is not None and _COMMIT.fullmatch(text) else None


def _check_cached(dataset: str, revision: str | None, commit: str | None) -> None:
    # Without a network, `datasets` opens the newest revision in its cache, whichever was asked for.
    if revision is not None and revision != commit:
        raise EnvironmentFault(
            f"{dataset}: the Hub cannot be reached, and the cache holds revision {commit}, not {revision}",
            remedy=_OFFLINE_REMEDY,
        )


def _split_name(dataset: str, asked: str | None, names: list[str]) -> str:
    if asked is not None:
        if asked in names:
            return asked
        raise InputError(f"{dataset} has no split {asked!r}", remedy=f"its splits are {', '.join(names)}")
    if len(names) == 1:
        return names[0]
    if "train" in names:
        return "train"
    raise InputError(
        f"{dataset} has several splits and none of them is train", remedy=f"name one: {', '.join(names)}"
    )


def _without_media(stream: Any) -> Any:
    """Leave images, audio and video undecoded: their libraries are not needed to translate text."""
    for name, feature in (stream.features or {}).items():
        changed = _undecoded(feature)
        if changed is not feature:
            stream = stream.cast_column(name, changed)
    return stream


def _undecoded(feature: Any) -> Any:
    from datasets import Json, LargeList, List

    if isinstance(feature, dict):
        below = {name: _undecoded(inner) for name, inner in feature.items()}
        return feature if all(below[name] is inner for name, inner in feature.items()) else below
    if isinstance(feature, List | LargeList):
        inner = _undecoded(feature.feature)
        return feature if inner is feature.feature else dataclasses.replace(feature, feature=inner)
    if (
        dataclasses.is_dataclass(feature)
        and getattr(feature, "decode", False)
        and not isinstance(feature, Json)
    ):
        return dataclasses.replace(feature, decode=False)  # type: ignore[type-var]
    return feature


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
