"""A whole build with vLLM: killed, continued, and every count, finish reason and fact of it checked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from tests.runs import write_jsonl

pytestmark = pytest.mark.timeout(1500)

ROOT = Path(__file__).resolve().parents[2]
KILLED_AFTER = 10
"""Replies after which the build is killed."""
TURN = 16
"""Replies that one turn of the event loop may hold between engine and journal, at most."""
START_SECONDS = 600
ROWS = [
    {
        "id": "boxes",
        "problem": "There are 12 boxes in the room. Each box holds 5 books. How many books are there?",
        "solution": "Each box holds 5 books.\nSo there are $12 \\times 5 = 60$ books in the room.\n#### 60",
        "answer": "60",
    },
    {
        "id": "apples",
        "problem": "Maria buys 3 apples and 4 pears. How many pieces of fruit does she buy?",
        "solution": "First, we add the apples and the pears: $3 + 4 = 7$.\nThe answer is 7.\n#### 7",
        "answer": "7",
    },
    {
        "id": "train",
        "problem": "A train leaves at 9 a.m. and covers 240 kilometers in 3 hours. What is its speed?",
        "solution": "We divide the distance by the time: $240 / 3 = 80$.\n#### 80",
        "answer": "80",
    },
]


@dataclass(frozen=True)
class Story:
    """A build that was killed and continued."""

    run: Path
    recipe: Path
    said: list[list[tuple[str, str]]]
    """(address, finish) of every reply of the engine, for each process."""
    asked: list[list[str]]
    events: list[tuple[str, str]]
    """(asked or said, address) of the process that went on, in order."""
    orphans: list[int]
    """Processes of killed builds that were still there half a minute later."""

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.run / "summary.json").read_text())
        return found

    @property
    def replies(self) -> dict[str, list[dict[str, Any]]]:
        """What the memory holds, by language pair."""
        folders = sorted((self.run / "memory").iterdir())
        return {
            folder.name: [row for path in folder.glob("*.parquet") for row in pq.read_table(path).to_pylist()]
            for folder in folders
        }


@pytest.fixture(scope="module")
def story(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    source = write_jsonl(folder / "rows.jsonl", ROWS)
    recipe = folder / "recipe.toml"
    recipe.write_text(
        f'langs = ["es", "de"]\n[source]\npath = "{source}"\n'
        f'[engine]\nname = "vllm"\nmodel = "{model_folder}"\nprompt = "few-shot"\n'
        "max_model_len = 512\nmax_num_seqs = 8\nin_flight = 8\nmax_output_tokens = 96\n"
        'enforce_eager = true\ndtype = "float32"\n'
        "[repair]\nattempts = 2\n"
    )
    run = folder / "run"
    killed, continued = folder / "killed.log", folder / "continued.log"
    orphans = kill_after(start(recipe, run, killed), killed, KILLED_AFTER)
    process = start(recipe, run, continued)
    _, errors = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0, errors.decode()[-3000:]
    return Story(
        run=run,
        recipe=recipe,
        said=[
            [(name, finish) for kind, name, finish in lines(log) if kind == "said"]
            for log in (killed, continued)
        ],
        asked=[[name for kind, name, _ in lines(log) if kind == "asked"] for log in (killed, continued)],
        events=[(kind, name) for kind, name, _ in lines(continued)],
        orphans=orphans,
    )


def start(recipe: Path, run: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.vllm.driver", str(recipe), str(run), str(log)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_after(process: subprocess.Popen[bytes], log: Path, enough: int) -> list[int]:
    """Kill a build, and it alone, after so many replies; return its processes that do not follow it."""
    deadline = time.monotonic() + START_SECONDS
    while sum(kind == "said" for kind, _, _ in lines(log)) < enough:
        assert process.poll() is None, (process.communicate()[1] or b"").decode()[-3000:]
        assert time.monotonic() < deadline, "the engine did not start"
        time.sleep(0.02)
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, left = psutil.wait_procs(family, timeout=30)
    for member in left:
        member.kill()
    if process.stderr is not None:
        process.stderr.close()
    return [member.pid for member in left]


def lines(log: Path) -> Iterator[tuple[str, str, str]]:
    whole = log.read_text().split("\n")[:-1] if log.exists() else []
    for line in whole:
        kind, name, *rest = line.split(" ")
        yield kind, name, rest[0] if rest else ""


def test_a_kill_repeats_nothing_but_what_was_in_the_engine(story: Story) -> None:
    kept = {row["address"].hex() for rows in story.replies.values() for row in rows}
    before: set[str] = set()
    for said in story.said:
        names = [name for name, _ in said]
        assert len(names) == len(set(names)), "one process made an address twice"
        repeated = before & set(names)
        assert len(repeated) <= TURN
        before |= set(names)
    assert before == kept
    assert len(story.said[0]) >= KILLED_AFTER
    assert len(story.said[1]) > 0
    # What the first process was told, except in its last turn, the second never asks again.
    assert len(set(story.asked[1]) & {name for name, _ in story.said[0]}) <= TURN


def test_a_killed_build_leaves_no_engine_behind(story: Story) -> None:
    assert story.orphans == []


def test_every_row_and_reply_is_counted(story: Story) -> None:
    summary = story.summary
    assert summary["source"]["records"] == len(ROWS)
    assert set(summary["languages"]) == {"de", "es"}
    for code, item in summary["languages"].items():
        assert item["rows_in"] == item["kept"] + item["dropped"] == len(ROWS)
        assert sum(item["rungs"].values()) == item["segments"] - item["copied_segments"], code
    cells = pq.read_table(story.run / "coverage.parquet").to_pylist()
    assert [row["id"] for row in cells] == [row["id"] for row in ROWS]
    for code, item in summary["languages"].items():
        assert sum(row[code] == "kept" for row in cells) == item["kept"]


def test_both_directions_go_through_one_engine_in_one_stream(story: Story) -> None:
    assert set(story.replies) == {"de-en", "en-de", "en-es", "es-en"}
    assert all(story.replies.values())
    work = json.loads((story.run / "measurements.json").read_text())["engines"]
    assert len(work) == 1
    (facts,) = work.values()
    assert facts["replies"] == len(story.said[1])
    assert facts["from_memory"] > 0
    assert facts["output_tokens"] > facts["replies"]
    back = {row["address"].hex() for pair in ("es-en", "de-en") for row in story.replies[pair]}
    told = [kind_name for kind_name in story.events if kind_name[0] == "said"]
    last_forward = story.events.index([item for item in told if item[1] not in back][-1])
    assert any(kind == "asked" and name in back for kind, name in story.events[:last_forward]), (
        "back-translation waited for all of the translations"
    )


def test_finish_reasons_are_kept_with_every_reply(story: Story) -> None:
    stored = Counter(row["finish"] for rows in story.replies.values() for row in rows)
    told = {name: finish for said in story.said for name, finish in said}
    assert stored["stop"] >= len(told) // 2
    for rows in story.replies.values():
        for row in rows:
            finish = told[row["address"].hex()]
            # A clean end may still be no clean reply; a cut one is never taken for one.
            assert row["finish"] == finish or (finish, row["finish"]) == ("stop", "envelope")
            assert (row["text"] != b"") == (row["finish"] == "stop")


def test_the_manifest_and_the_report_say_what_was_used(story: Story, model_folder: Path) -> None:
    manifest = json.loads((story.run / "corpus" / "manifest.json").read_text())
    engine = manifest["languages"]["es"]["engine"]
    assert engine["engine"] == "vllm"
    assert engine["model"].startswith("sha256:")
    assert engine["sampling"]["temperature"] == 0.0
    assert engine["extra"]["prompt"] == "few-shot"
    assert len(engine["prompt_sha256"]) == 64
    assert str(model_folder) not in json.dumps(manifest)
    assert {"vllm", "torch", "transformers"} <= {
        name.removesuffix("-cpu") for name in manifest["created_with"]
    }
    command = [sys.executable, "-m", "parallelize", "report", str(story.run)]
    report = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for code, name in (("es", "Spanish"), ("de", "German")):
        item = story.summary["languages"][code]
        row = next(line for line in report.splitlines() if line.startswith(f"| {code} {name}"))
        assert [cell.strip() for cell in row.split("|")[2:5]] == [
            str(item[key]) for key in ("rows_in", "kept", "dropped")
        ]
    for reason in story.summary["languages"]["es"]["reasons"]:
        assert reason in report


def test_a_finished_build_needs_no_engine(story: Story) -> None:
    before = {name: len(rows) for name, rows in story.replies.items()}
    began = time.monotonic()
    command = [sys.executable, "-m", "parallelize", "build", str(story.recipe), "--out", str(story.run)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    kept = sum(item["kept"] for item in story.summary["languages"].values())
    assert done.returncode == (0 if kept else 4), done.stderr[-2000:]
    assert f"rows read {len(ROWS)}" in done.stdout
    assert {name: len(rows) for name, rows in story.replies.items()} == before
    assert time.monotonic() - began < 120
