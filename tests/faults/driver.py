"""Runs one build in a process of its own, noting every reply of the engine in a log, to be killed by tests.

python -m tests.faults.driver SOURCE RUN LOG DELAY_SECONDS
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from parallelize.assemble import build as building
from parallelize.assemble import session
from parallelize.core.ports import Reply, TranslationRequest
from parallelize.engines.scripted.translator import ScriptedTranslator
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.stages.score import Scorer
from tests.runs import Silent, recipe


def main() -> None:
    source, run, log, delay = sys.argv[1:]
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    original = ScriptedTranslator.answer

    async def logged(self: ScriptedTranslator, request: TranslationRequest) -> Reply:
        reply = await original(self, request)
        os.write(handle, reply.address.hex().encode() + b"\n")
        return reply

    # Two light identifiers: this is about the machinery, and starts twenty times.
    session.default_scorer = cache(lambda: Scorer((FastTextIdentifier(), LangidIdentifier())))
    ScriptedTranslator.answer = logged  # type: ignore[method-assign]
    building.build(
        recipe(
            Path(source),
            "pt",
            "de",
            engine={"fault_rate": 0.1, "delay_seconds": float(delay)},
            run={"chunk_rows": 32},
        ),
        Path(run),
        Silent(),
    )


if __name__ == "__main__":
    main()
