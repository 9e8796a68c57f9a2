"""py3langid: naive Bayes over byte n-grams (Lui and Baldwin 2012, retrained by the fork), 140 labels."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from copy import copy
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.identification import Identification
from parallelize.identifiers.labels import fold, one_line

__all__ = ["LangidIdentifier"]

_LABEL_TEXT = """
ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et eu ext fa fi fo
fr fuv fy ga gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id ig is it ja jv ka kab kik kk km
kn ko ku ky la lb lg lij ln lo lt ltg lv mg mk ml mn mr ms mt my ne nl nn no nso oc om or pa pcm pl ps pt
qu ro ru rw sa sdh se si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz uzs vec vi vo wa
wuu xh yo yue zh zu zxx
"""
_LABELS = frozenset(_LABEL_TEXT.split())
"""Labels of the model, so that it need not be read to say what it knows."""


class LangidIdentifier:
    """py3langid over a set of candidates. Its model (inside the wheel) is loaded at first use, once."""

    def __init__(self, *, languages: Collection[str] | None = None) -> None:
        """Restrict the answer.

        Args:
            languages: candidates; probabilities are normalised over them. None: every label.
        """
        self._languages = None if languages is None else frozenset(map(fold, languages))
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def signature(self) -> str:
        """Package and version; the model is part of the package."""
        return f"py3langid|version:{version('py3langid')}"

    def supports(self, language: str) -> bool:
        """Whether the model has a label for the language and it is a candidate."""
        code = fold(language)
        return (self._languages is None or code in self._languages) and code in _known()

    def widened(self, languages: Collection[str]) -> LangidIdentifier:
        """The same model over its candidates and these."""
        wanted = frozenset(map(fold, languages))
        if self._languages is None or wanted <= self._languages:
            return self
        return LangidIdentifier(languages=self._languages | wanted)

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        """The most probable candidate for each text; None for a text without letters."""
        model = self._load()
        return [_one(model, text) for text in texts]

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _open(self._languages)
            return self._model


@cache
def _known() -> frozenset[str]:
    return frozenset(map(fold, _LABELS))


@cache
def _read() -> Any:
    """The model over all its labels; reading it takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=64)
def _open(languages: frozenset[str] | None) -> Any:
    """The model over these candidates, the same for all who ask."""
    model = copy(_read())  # its tables are shared; candidates are columns of one of them
    kept = {label for label in model.labels if languages is None or fold(label) in languages}
    if not kept:
        raise InputError(
            f"py3langid knows none of {', '.join(sorted(languages or ()))}",
            remedy="leave this identifier out for these languages",
        )
    model.set_languages(kept)
    return model


def _one(model: Any, text: str) -> Identification | None:
    line = one_line(text)
    if not any(map(str.isalpha, line)):
        return None
    label, probability = model.classify(line)
    # zxx is the model's own "no linguistic content".
    return None if label == "zxx" else Identification(fold(label), min(1.0, max(0.0, float(probability))))
