"""A worker that does what the text says; run by the pool tests in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from parallelize.engines.workers.process import SetupFault, Translate, serve


def load(setup: dict[str, Any]) -> Translate:
    if setup.get("broken"):
        raise SetupFault("model.bin is no model")

    def translate(text: str) -> str:
        command, _, rest = text.partition(" ")
        if command == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if command == "die-once" and not Path(rest).exists():
            Path(rest).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if command == "raise":
            raise RuntimeError(rest)
        if command == "refuse":
            raise ValueError(rest)
        if command == "hang":
            time.sleep(3600)
        if command == "print":
            print(rest, flush=True)
        if command == "sleep":
            time.sleep(float(rest))
        return text.upper()

    return translate


if __name__ == "__main__":
    serve(load)
