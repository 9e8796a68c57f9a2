"""A Ray cluster of three nodes on this machine, one of which is lost during a build: same bytes.

Ray is an extra (`pip install 'parallelize[ray]'`); without it these tests are skipped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parallelize.assemble.build import build
from parallelize.core.errors import EnvironmentFault
from parallelize.core.recipe import Recipe
from tests.runs import Silent, corpus_digests, recipe, rows, write_jsonl

ray = pytest.importorskip("ray")
cluster_utils = pytest.importorskip("ray.cluster_utils")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    made = cluster_utils.Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0})
    yield made
    ray.shutdown()
    made.shutdown()


def of(source: Path, runner: str, *, delay: float = 0.0) -> Recipe:
    engine = {"fault_rate": 0.1, "delay_seconds": delay}
    return recipe(source, "pt", "de", engine=engine, run={"chunk_rows": 8, "runner": runner})


def tables(run: Path) -> dict[str, str]:
    return {name: digest for name, digest in corpus_digests(run).items() if name.endswith(".parquet")}


def test_a_cluster_without_room_is_told(cluster: Any, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(4))
    with pytest.raises(EnvironmentFault, match="no room for an engine"):
        build(of(source, f"ray:{cluster.address}"), tmp_path / "run", Silent())


def test_a_node_that_is_lost_changes_nothing(cluster: Any, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(96))
    build(of(source, "here"), tmp_path / "calm", Silent())
    nodes = [cluster.add_node(**NODE) for _ in range(2)]
    watcher = Silent()
    work = threading.Thread(
        target=build, args=(of(source, f"ray:{cluster.address}", delay=0.1), tmp_path / "run", watcher)
    )
    work.start()  # the cluster can be changed from the main thread only
    while watcher.rows < 20 and work.is_alive():
        time.sleep(0.05)
    cluster.remove_node(nodes[0], allow_graceful=False)
    time.sleep(5)
    cluster.add_node(**NODE)
    work.join(400)
    assert not work.is_alive()
    assert any("was lost" in text for text in watcher.warnings)
    assert tables(tmp_path / "run") == tables(tmp_path / "calm")
