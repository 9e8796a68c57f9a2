"""An evaluation on a server that fails, in a process that is killed: nothing asked twice, the same bytes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storms import kills

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "tests" / "engines" / "faulty_server.py"
KINDS = "status_500,status_503_retry_after,reset,half_closed,malformed,null_content,no_finish"
KILLS = 4
IN_FLIGHT = 4
TURN = 16
"""Replies that may be between the server and the memory when the process is killed, at most."""


class Server:
    def __init__(self, share: str) -> None:
        command = [sys.executable, str(SERVER), "--share", share, "--kinds", KINDS, "--seed", "3"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def stats(self) -> dict[str, dict[str, int]]:
        with urllib.request.urlopen(f"{self.url}/stats") as response:
            return json.load(response)

    def answered(self) -> int:
        return sum(self.stats()["answered"].values())


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server("0.2")
    yield made
    made.process.kill()
    made.process.wait()
    assert made.process.stdout is not None
    made.process.stdout.close()


@pytest.fixture
def problems(request: pytest.FixtureRequest) -> int:
    """So many that there is something to answer between any two kills."""
    return max(400, 6 * kills(request, KILLS))


@pytest.fixture
def recipe(tmp_path: Path, server: Server, problems: int) -> Path:
    problems_asked = [
        {"problem": f"Auf dem Markt verkauft der Bauer {n} Äpfel und {n + 7} Birnen. Wie viele?", "answer": n}
        for n in range(problems)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in problems_asked)
    (tmp_path / "fruit_de.jsonl").write_text(lines, encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(
        f'langs = ["de"]\nbenchmarks = ["{tmp_path}/fruit_{{lang}}.jsonl"]\n[engine]\nname = "openai"\n'
        f'base_url = "{server.url}/v1"\nmodel = "m"\nmax_concurrency = {IN_FLIGHT}\n',
        encoding="utf-8",
    )
    return path


def start(recipe: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "parallelize", "evaluate", str(recipe), "--out", str(out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> bytes:
    output, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors.decode()
    return output


def wait_for(server: Server, answers: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server gave so many answers before the process ended."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and process.poll() is None:
        if server.answered() >= answers:
            return True
        time.sleep(0.005)
    return False


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_kills_change_nothing_and_repeat_little(
    recipe: Path, problems: int, server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    finish(start(recipe, tmp_path / "calm"))
    calm = (tmp_path / "calm" / "responses.jsonl").read_bytes()
    assert calm.count(b"\n") == problems
    first = server.stats()["answered"]
    # A response that the server gave and a fault took away (half a body, a reset) is asked again: those count
    # as failed, never as answered, so every answer here was received.
    assert set(first.values()) == {1}

    out, killed, storm = tmp_path / "stormy", 0, kills(request, KILLS)
    chance = random.Random(12)
    for turn in range(storm):
        more = chance.randint(1, 3 * problems // (2 * storm))
        process = start(recipe, out)
        if not wait_for(server, server.answered() + more, process):
            break
        politely = turn % 4 == 2
        process.send_signal(signal.SIGINT if politely else signal.SIGKILL)
        _, errors = process.communicate(timeout=300)
        assert b"Traceback" not in errors
        if politely:
            assert process.returncode == 130
            assert b"run the same command again" in errors
        killed += 1
        assert not (out / "evaluation.json").exists()
    finish(start(recipe, out))
    assert killed >= storm // 2
    assert (out / "responses.jsonl").read_bytes() == calm
    assert (out / "evaluation.json").read_bytes() == (tmp_path / "calm" / "evaluation.json").read_bytes()
    asked = server.stats()["answered"]
    repeated = sum(asked.values()) - 2 * problems
    assert 0 <= repeated <= killed * (IN_FLIGHT + TURN)
    before = server.answered()
    finish(start(recipe, out))
    assert server.answered() == before  # nothing is left to ask


def test_requests_that_fail_for_good_are_listed_and_asked_again(tmp_path: Path) -> None:
    broken, mended = Server("1"), Server("0")
    try:
        for code, server in ((3, broken), (0, mended)):
            (tmp_path / "fruit_de.jsonl").write_text(
                json.dumps({"problem": "Wie viele Äpfel verkauft der Bauer auf dem Markt?", "answer": 1})
                + "\n",
                encoding="utf-8",
            )
            recipe = tmp_path / "recipe.toml"
            recipe.write_text(
                f'langs = ["de"]\nbenchmarks = ["{tmp_path}/fruit_{{lang}}.jsonl"]\n[engine]\n'
                'name = "openai"\n'
                f'base_url = "{server.url}/v1"\nmodel = "m"\nmax_attempts = 2\n',
                encoding="utf-8",
            )
            process = start(recipe, tmp_path / "out")
            output, errors = process.communicate(timeout=120)
            assert process.returncode == code, errors.decode()
            if code:
                assert b"1 of 1 requests failed" in errors
                assert b"fruit de 00001 sample 0: given up after 2 failed attempts" in errors
                assert not (tmp_path / "out" / "responses.jsonl").exists()
            else:
                assert b"| fruit | de |" in output
    finally:
        for server in (broken, mended):
            server.process.kill()
            server.process.wait()
            assert server.process.stdout is not None
            server.process.stdout.close()
