"""A Ray cluster of three nodes on this machine, one of which is lost during a build: same bytes.

Ray is an extra (`pip install 'parallelize[ray]'`); without it these tests are skipped (`make test-cluster`).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from parallelize.assemble.build import build
from parallelize.assemble.ray_map import map_on_cluster
from parallelize.assemble.score import ScoreOptions, score_files
from parallelize.core.errors import EnvironmentFault
from parallelize.core.recipe import Recipe
from parallelize.evaluation.responses import ResponseColumns
from tests.runs import Silent, corpus_digests, recipe, rows, write_jsonl

ray = pytest.importorskip("ray")
cluster_utils = pytest.importorskip("ray.cluster_utils")

_LOG = logging.getLogger(__name__)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
RESPONSES = [
    {"language": code, "response": said, "gold": "4"}
    for code, said in (("de", "Die Antwort ist 4."), ("en", "So it is 5."), ("sw", "Jibu ni 4."))
]
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


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("source") / "rows.jsonl", rows(192))


@pytest.fixture(scope="module")
def calm(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    run = tmp_path_factory.mktemp("calm")
    build(of(source, "here"), run, Silent())
    return tables(run)


class Build:
    """A build in a thread of its own: the cluster can be changed from the main thread only."""

    def __init__(self, cluster: Any, source: Path, run: Path) -> None:
        self.watcher = Silent()
        order = of(source, f"ray:{cluster.address}", delay=0.1)
        self.work = threading.Thread(target=build, args=(order, run, self.watcher))
        self.work.start()

    def until(self, count: int) -> None:
        """Wait for so many rows."""
        while self.watcher.rows < count and self.work.is_alive():
            time.sleep(0.05)

    def end(self) -> None:
        self.work.join(400)
        assert not self.work.is_alive()


def actors(kind: str = "RayActor") -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if "".join(process.info["cmdline"] or ()).startswith(f"ray::{kind}"):
            found.append(process)
    return found


def both() -> list[psutil.Process]:
    """Wait for an actor on each of two nodes: on a busy machine one begins long after the other."""
    deadline = time.monotonic() + 60
    while len(found := actors()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_nodes_and_actors_that_are_lost_change_nothing(
    cluster: Any, source: Path, calm: dict[str, str], tmp_path: Path
) -> None:
    nodes = [cluster.add_node(**NODE) for _ in range(2)]
    running = Build(cluster, source, tmp_path)
    running.until(12)
    victim = both()[0]
    _LOG.warning("killing the actor of process %d after %d rows", victim.pid, running.watcher.rows)
    victim.kill()
    both()
    running.until(40)
    _LOG.warning("removing a node of two after %d rows", running.watcher.rows)
    cluster.remove_node(nodes[0], allow_graceful=False)
    time.sleep(5)
    cluster.add_node(**NODE)
    running.end()
    assert sum("was lost" in text for text in running.watcher.warnings) >= 2
    assert tables(tmp_path) == calm


def test_responses_are_judged_on_a_cluster_that_loses_a_judge(cluster: Any, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "responses.jsonl", [{"id": n, **RESPONSES[n % 3]} for n in range(9_000)])
    nodes = [cluster.add_node(**NODE) for _ in range(2)]
    lost: list[int] = []

    def lose() -> None:
        deadline = time.monotonic() + 120
        while not (out.exists() or lost) and time.monotonic() < deadline:
            if (judges := actors("_do")) and not lost:
                judges[0].kill()
                lost.append(judges[0].pid)
            time.sleep(0.01)

    def scored(runner: str, rows: Path) -> dict[str, Any]:
        return score_files(
            [str(source)], ResponseColumns(), ScoreOptions(), runner=runner, rows=rows
        ).as_dict()

    out = tmp_path / "ray.jsonl"
    killer = threading.Thread(target=lose)
    killer.start()
    found = scored(f"ray:{cluster.address}", out)
    killer.join()
    for node in nodes:
        cluster.remove_node(node)
    assert lost
    assert found == scored("processes:1", tmp_path / "here.jsonl")
    assert out.read_bytes() == (tmp_path / "here.jsonl").read_bytes()


def no_tools() -> None:
    os._exit(7)


def test_processes_that_cannot_begin_end_the_work(cluster: Any) -> None:
    node = cluster.add_node(**NODE)
    with pytest.raises(EnvironmentFault, match="3 processes of the Ray cluster ended over one batch"):
        list(map_on_cluster(divmod, [1, 2], no_tools, address=cluster.address))
    cluster.remove_node(node)
