"""Apertium, a rule-based translator: an optional engine for Spanish, Catalan and what else is installed.

A language without a pair of its own with English is reached by way of a near relative (French by Catalan):
two steps, whose errors add up, and the fingerprint says so.

A program of its own (GPL-2), called and never linked. Its output is rough, and real.
"""

from __future__ import annotations

import hashlib
import re
import subprocess

from parallelize.core.errors import EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.provenance import EngineFingerprint
from parallelize.engines.apertium.modes import find_route
from parallelize.engines.workers.link import Setup
from parallelize.engines.workers.translator import WorkerTranslator

__all__ = ["STREAM_VERSION", "ApertiumTranslator", "apertium_version"]

STREAM_VERSION = 1
"""Changes whenever `worker` prepares or reads the same text in another way."""


class ApertiumTranslator(WorkerTranslator):
    """Translates with the Apertium pairs that are installed, one pipeline a worker process."""

    def __init__(self, *, workers: int | None = None) -> None:
        """Set the engine up; processes start with the first request.

        Args:
            workers: processes; None means one for every core that this process may use.
        """
        super().__init__(engine="apertium", segment_chars=600, workers=workers)
        self._fingerprints: dict[LanguagePair, EngineFingerprint] = {}

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Program versions and sha256 of the mode with all its data.

        Raises:
            EnvironmentFault: Apertium or the pair is not installed; the message says how to get it.
        """
        if languages not in self._fingerprints:
            route = find_route(*languages)
            digests = [mode.digest() for mode in route]
            whole = digests[0] if len(route) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
            pivot = {"pivot": route[0].target} if len(route) > 1 else {}
            names = "+".join(mode.name for mode in route)
            self._fingerprints[languages] = EngineFingerprint(
                engine="apertium",
                model=f"sha256:{whole}",
                extra={"mode": names, "stream": STREAM_VERSION, **pivot, **apertium_version()},
            )
        return self._fingerprints[languages]

    def setup(self, languages: LanguagePair) -> Setup:
        """The modes that lead from one language to the other; see `WorkerTranslator.setup`."""
        return {"modes": [str(mode.path) for mode in find_route(*languages)]}


def apertium_version() -> dict[str, str]:
    """Versions of Apertium and lttoolbox, as their programs tell.

    Raises:
        EnvironmentFault: they cannot be run.
    """
    found = {}
    for name, command in (("apertium", ["apertium", "-V"]), ("lttoolbox", ["lt-proc", "-v"])):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise EnvironmentFault(
                f"{command[0]} cannot be run: {fault}", remedy="apt-get install apertium"
            ) from fault
        match = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
        found[name] = match[0] if match else "unknown"
    return found
