"""Runs pushes in processes that can be killed. Imports everything once and forks for each push.

Reads one JSON object a line: `run`, and the fields of a `Destination`. Answers with two lines: the
process id before the push starts, and how the process ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx2  # noqa: F401 - loaded before the fork
import huggingface_hub
import pyarrow.compute
import pyarrow.parquet  # noqa: F401 - loaded before the fork

from parallelize.core.errors import ParallelizeError
from parallelize.hub.client import RetryPolicy
from parallelize.hub.destination import Destination
from parallelize.hub.push import push


def run_one(order: dict[str, Any]) -> int:
    """Push, and say how it went by the exit status."""
    retry = RetryPolicy(budget_seconds=30, first_seconds=0.001, longest_seconds=0.01, timeout_seconds=5)
    try:
        push(Path(order.pop("run")), Destination(**order, retry=retry))
    except ParallelizeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def main() -> None:
    """Serve until the input ends."""
    huggingface_hub.HfApi()
    for line in sys.stdin:
        gate_out, gate_in = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(gate_out, 1)
            os._exit(run_one(json.loads(line)))
        print(json.dumps({"pid": pid}), flush=True)
        os.write(gate_in, b"x")
        _, status = os.waitpid(pid, 0)
        os.close(gate_in)
        os.close(gate_out)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
