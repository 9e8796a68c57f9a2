"""Datasets of a Hub, streamed by the real `datasets` client from a Hub on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, cast

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import HfApi

from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.records import Record
from parallelize.hub.source import HubSource, HubStream
from parallelize.stages.ingest import SourceSpec, open_source
from parallelize.store.column_types import RowTypes
from tests.hub.conftest import REPO, WRITER
from tests.hub.server import HubServer

TRAIN = (
    b'{"question": "1 + 1?", "answer": "Two.\\n#### 2", "n": 1}\n'
    b'{"question": "?", "answer": "So.\\n#### 3"}\n'
)
TEST = b'{"question": "2 + 2?", "answer": "Four.\\n#### 4", "n": null}\n'

READ = """
    import json, sys
    from parallelize.core.errors import ParallelizeError
    from parallelize.hub.source import HubSource
    from parallelize.stages.ingest import SourceSpec, open_source
    answers = []
    for options in json.loads(sys.argv[1]):
        try:
            source = open_source(SourceSpec(**options), hub=HubSource())
            records = [[item.id, item.texts[0].text, item.answer] for item in source]
            answers.append({"records": records, "described": source.describe().as_dict()})
        except ParallelizeError as error:
            answers.append({"error": type(error).__name__, "text": str(error)})
    print(json.dumps(answers))
"""


def read_elsewhere(endpoint: str, folder: Path, *options: dict[str, Any]) -> list[dict[str, Any]]:
    """Open sources in a process of its own: the client takes its endpoint from the environment, once."""
    environment = os.environ | {"HF_ENDPOINT": endpoint, "HF_HOME": str(folder / "hf"), "HF_TOKEN": WRITER}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(READ), json.dumps(options)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_reading_a_dataset_at_a_resolved_commit(hub: HubServer, api: HfApi, tmp_path: Path) -> None:
    api.create_repo(REPO, repo_type="dataset")
    for name, content in (("train", TRAIN), ("test", TEST)):
        api.upload_file(
            path_or_fileobj=content, path_in_repo=f"data/{name}.jsonl", repo_id=REPO, repo_type="dataset"
        )
    commit = api.dataset_info(REPO).sha
    assert commit is not None
    newest, pinned, test, no_split, no_dataset, no_revision = read_elsewhere(
        hub.endpoint,
        tmp_path,
        {"path_or_id": REPO},
        {"path_or_id": REPO, "revision": commit},
        {"path_or_id": REPO, "split": "test", "limit": 1},
        {"path_or_id": REPO, "split": "dev"},
        {"path_or_id": "acme/nothing"},
        {"path_or_id": REPO, "revision": "v9"},
    )
    assert [row[1:] for row in newest["records"]] == [["1 + 1?", "2"], ["?", "3"]]
    assert newest["described"]["revision"] == commit
    assert newest["described"]["split"] == "train"
    assert pinned["records"] == newest["records"]
    assert [row[1:] for row in test["records"]] == [["2 + 2?", "4"]]
    assert "has no split 'dev'" in no_split["text"]
    assert "train" in no_split["text"]
    assert no_dataset["error"] == "InputError"
    assert "acme/nothing" in no_dataset["text"]
    assert no_revision["error"] == "InputError"
    assert "v9" in no_revision["text"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "local"
    (path / "data").mkdir(parents=True)
    (path / "data" / "train.jsonl").write_bytes(TRAIN)
    (path / "data" / "test.jsonl").write_bytes(TEST)
    return path


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


def open_stream(dataset: Path | str, source: HubSource | None = None, **options: Any) -> Any:
    chosen = {"config": None, "split": None, "revision": None} | options
    return (source or HubSource()).open(str(dataset), **chosen)


def test_splits_of_a_folder(folder: Path) -> None:
    stream = open_stream(folder)
    assert (stream.split, stream.config, stream.revision) == ("train", None, None)
    first = list(stream.rows())
    assert [row["n"] for row in first] == [1, None]
    assert list(stream.rows()) == first
    assert [row["question"] for row in open_stream(folder, split="test").rows()] == ["2 + 2?"]


def test_what_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match="has no split 'dev'") as caught:
        open_stream(folder, split="dev")
    assert caught.value.remedy == "its splits are train, test"
    with pytest.raises(InputError, match=r"'en' not found.*default") as caught:
        open_stream(folder, config="en")
    assert caught.value.remedy is not None
    shutil.move(folder / "data" / "train.jsonl", folder / "data" / "validation.jsonl")
    with pytest.raises(InputError, match="none of them is train") as caught:
        open_stream(folder)
    assert caught.value.remedy == "name one: validation, test"


def test_a_damaged_file_is_the_users_input(folder: Path) -> None:
    (folder / "data" / "train.jsonl").unlink()
    (folder / "data" / "test.jsonl").unlink()
    (folder / "data" / "train.parquet").write_bytes(b"PAR1 this is no Parquet PAR1")
    with pytest.raises(InputError, match="Parquet") as caught:
        list(open_stream(folder).rows())
    assert str(folder) in caught.value.message


@pytest.mark.usefixtures("offline")
def test_offline_and_not_cached(tmp_path: Path) -> None:
    source = HubSource(cache_folder=str(tmp_path / "cache"))
    with pytest.raises(EnvironmentFault, match="org/name is no path on this machine, and the Hub") as caught:
        open_stream("org/name", source)
    assert caught.value.remedy is not None
    assert "give their folder as the source" in caught.value.remedy


@pytest.mark.usefixtures("offline")
def test_offline_from_the_cache_only_the_revision_asked_for(folder: Path, tmp_path: Path) -> None:
    cache, commit = tmp_path / "cache", "c" * 40
    datasets.load_dataset(str(folder), cache_dir=str(cache))
    (made,) = cache.glob("local/*/0.0.0/*/")
    kept = cache / "org___name" / "default" / "0.0.0" / commit
    shutil.copytree(made, kept)
    for file in kept.glob("*.arrow"):
        file.rename(kept / file.name.replace("local-", "name-"))
    source = HubSource(cache_folder=str(cache))
    assert open_stream("org/name", source).revision == commit
    found = list(open_source(SourceSpec(path_or_id="org/name", revision=commit), hub=source))
    assert [item.answer for item in found if isinstance(item, Record)] == ["2", "3"]
    with pytest.raises(EnvironmentFault, match=f"holds revision {commit}, not v2"):
        open_stream("org/name", source, revision="v2")


def test_a_network_that_fails_while_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = open_stream(folder)

    def broken() -> Any:
        yield {"question": "1 + 1?"}
        raise ConnectionError("the line went dead")

    monkeypatch.setattr(type(stream.stream), "__iter__", lambda _: broken())
    with pytest.raises(EnvironmentFault, match="reading stopped after row 1: the line went dead") as caught:
        list(stream.rows())
    assert caught.value.remedy is not None


def test_a_stream_says_its_types_and_a_corpus_keeps_them(tmp_path: Path) -> None:
    schema = pa.schema(
        [
            ("question", pa.string()),
            ("level", pa.int8()),
            ("seen", pa.list_(pa.struct([("when", pa.timestamp("ms"))]))),
        ]
    )
    row = {"question": "How many apples are left in the basket?", "level": 3, "seen": []}
    pq.write_table(pa.Table.from_pylist([row], schema=schema), tmp_path / "train.parquet")

    class Hub:
        def open(self, _dataset: str, **_options: str | None) -> HubStream:
            return cast(HubStream, open_stream(tmp_path))

    source = open_source(SourceSpec(path_or_id="acme/apples"), hub=Hub())
    types = RowTypes(source.arrow_schema()).columns()
    assert {name: column.type for name, column in types.items()} == dict(
        zip(schema.names, schema.types, strict=True)
    )
    (record,) = source
    assert isinstance(record, Record)
    assert record.row == row


def test_media_is_left_undecoded(tmp_path: Path) -> None:
    figures = datasets.List(datasets.Image())
    schema = datasets.Features({"question": datasets.Value("string"), "figures": figures}).arrow_schema
    row = {"question": "What is shown?", "figures": [{"bytes": b"no image at all", "path": None}]}
    pq.write_table(pa.Table.from_pylist([row], schema=schema), tmp_path / "train.parquet")
    assert list(open_stream(tmp_path).rows()) == [row]
