"""`parallelize doctor` where vLLM is installed."""

from __future__ import annotations

import json
import subprocess
import sys


def test_doctor_says_that_vllm_works_here() -> None:
    command = [sys.executable, "-m", "parallelize", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (found,) = [engine for engine in json.loads(done.stdout)["engines"] if engine["name"] == "vllm"]
    assert (found["ready"], found["runs_on"], found["problem"]) == (True, "cpu", "")
    assert found["versions"]["vllm"].split(".")[0] == "0"
    assert {"torch", "transformers"} <= set(found["versions"])
