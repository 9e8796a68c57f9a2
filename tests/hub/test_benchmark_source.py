"""Shipped descriptions of benchmarks, read by the real `datasets` client from a Hub on this machine.

The repositories have the names, configurations, splits and columns of the real ones; problems are ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi

from parallelize.core.evaluation_recipe import shipped_benchmarks
from tests.hub.conftest import WRITER
from tests.hub.server import HubServer, User

LOAD = """
    import json, sys, tomllib
    from pathlib import Path
    from parallelize.assemble.benchmarks import load_benchmark
    from parallelize.core.evaluation_recipe import BenchmarkOptions
    from parallelize.hub.source import HubSource
    name, path, *codes = sys.argv[1:]
    table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    table = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    options = BenchmarkOptions.model_validate({"name": name, **table})
    found = load_benchmark(options, codes, hub=HubSource())
    rows = {code: [[q.id, q.text, q.gold, q.level] for q in asked] for code, asked in found.questions.items()}
    print(json.dumps({"questions": rows, "facts": found.facts}))
"""

Row = Mapping[str, Any]
Parts = Mapping[tuple[str, str], Sequence[Row]]
"""Rows by configuration and split."""


def publish(hub: HubServer, repo: str, parts: Parts) -> str:
    """Make a dataset of JSON Lines files with a card that names its configurations; returns the commit."""
    api = HfApi(endpoint=hub.endpoint, token=WRITER)
    api.create_repo(repo, repo_type="dataset")
    configurations: dict[str, list[dict[str, str]]] = {}
    for (config, split), rows in parts.items():
        path = f"{config}/{split}.jsonl"
        configurations.setdefault(config, []).append({"split": split, "path": path})
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id=repo, repo_type="dataset")
    named = [{"config_name": name, "data_files": files} for name, files in configurations.items()]
    card = f"---\nconfigs: {json.dumps(named)}\n---\n".encode()
    api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo, repo_type="dataset")
    commit = api.dataset_info(repo).sha
    assert commit is not None
    return commit


def load(hub: HubServer, folder: Path, name: str, codes: Sequence[str]) -> dict[str, Any]:
    """Load in a process of its own: the client takes its endpoint from the environment, once."""
    client = {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(folder / "hf"), "HF_TOKEN": WRITER}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LOAD), name, str(shipped_benchmarks()[name]), *codes],
        env=os.environ | client,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def publishers(tmp_path: Path) -> Any:
    users = {WRITER: User(name="ann", organizations=("CohereLabs", "Qwen", "bezir"))}
    with HubServer(root=tmp_path / "benchmarks", users=users) as server:
        yield server


def test_mgsm_is_a_configuration_for_each_language(publishers: HubServer, tmp_path: Path) -> None:
    parts: dict[tuple[str, str], list[Row]] = {
        ("de", "test"): [{"question": "Wie viele?", "answer": 3}, {"question": "Und nun?", "answer": 1000}],
        ("ja", "test"): [{"question": "いくつ?", "answer": 3}, {"question": "今は?", "answer": 1000}],
    }
    commit = publish(publishers, "CohereLabs/global-mgsm", parts)
    found = load(publishers, tmp_path, "mgsm", ["de", "ja"])
    assert [row[1:3] for row in found["questions"]["ja"]] == [["いくつ?", "3"], ["今は?", "1000"]]
    assert [row[0] for row in found["questions"]["de"]] == [row[0] for row in found["questions"]["ja"]]
    assert found["facts"]["de"]["revision"] == commit


def test_polymath_is_a_split_for_each_level(publishers: HubServer, tmp_path: Path) -> None:
    levels = ("low", "medium", "high", "top")
    parts: dict[tuple[str, str], list[Row]] = {
        ("sw", level): [{"id": f"{level}-sw-0", "question": f"Ngapi ({level})?", "answer": "\\frac{1}{2}"}]
        for level in levels
    }
    publish(publishers, "Qwen/PolyMath", parts)
    found = load(publishers, tmp_path, "polymath", ["sw"])
    assert [(row[3], row[2]) for row in found["questions"]["sw"]] == [
        (level, "\\frac{1}{2}") for level in levels
    ]


def test_math_500_names_its_languages_in_words(publishers: HubServer, tmp_path: Path) -> None:
    row = {"problem": "Bestimme $x$.", "answer": "\\left( 3, \\frac{\\pi}{2} \\right)"}
    publish(publishers, "bezir/MATH-500-multilingual", {("Turkish", "test"): [row]})
    found = load(publishers, tmp_path, "math-500", ["tr"])
    assert found["questions"]["tr"][0][1:3] == [row["problem"], row["answer"]]
