"""The embedded engine: Firefox Translations models on the CPU, in worker processes."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from parallelize.core.errors import EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import TranslatorTraits
from parallelize.core.provenance import EngineFingerprint
from parallelize.engines.bergamot.fetch import DownloadProgress
from parallelize.engines.bergamot.models import HUB, ModelStore, PairModel, default_cache
from parallelize.engines.bergamot.pieces import MAX_WEIGHT
from parallelize.engines.bergamot.vocabulary import characters
from parallelize.engines.workers.link import Setup
from parallelize.engines.workers.translator import WorkerTranslator

__all__ = ["PIECES_VERSION", "BergamotTranslator"]

PIECES_VERSION = 1
"""Changes whenever `pieces` or the joining cuts the same text in another way."""


class BergamotTranslator(WorkerTranslator):
    """Translates from and into English with `fxtranslate`, one process a core."""

    def __init__(
        self,
        *,
        workers: int | None = None,
        models: Path | str | None = None,
        offline: bool = False,
        cache: Path | None = None,
        on_download: Callable[[DownloadProgress], None] | None = None,
    ) -> None:
        """Set the engine up; processes start with the first request.

        Args:
            workers: processes; None means one for every core that this process may use.
            models: folder with one folder a pair (see `models`); it comes before everything else.
            offline: never use the network.
            cache: where downloaded models are kept; None means fxtranslate's own place.
            on_download: called with the progress of a download, from the thread that asked for it.

        Raises:
            EnvironmentFault: fxtranslate is not installed, or `models` is no folder.
        """
        super().__init__(engine="bergamot", segment_chars=400, workers=workers)
        try:
            self._version = importlib.metadata.version("fxtranslate")
        except importlib.metadata.PackageNotFoundError as fault:
            raise EnvironmentFault(
                "the bergamot engine needs the package fxtranslate", remedy="pip install fxtranslate"
            ) from fault
        self._store = ModelStore(
            models=Path(models) if models is not None else None,
            offline=offline,
            cache=cache if cache is not None else default_cache(),
            on_download=on_download,
        )
        self._alphabets: dict[LanguagePair, frozenset[str]] = {}

    @property
    def traits(self) -> TranslatorTraits:
        """Those of engines in worker processes; English is shown to it in plainer words."""
        return replace(super().traits, plain_words=True)

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Engine version and sha256 of every model file; downloads the model if it must and may.

        Raises:
            EnvironmentFault: there is no model of the pair here; the message says how to get it.
        """
        model = self._model(languages)
        return EngineFingerprint(
            engine="bergamot",
            model=f"sha256:{model.digest()}",
            extra={
                "fxtranslate": self._version,
                "pieces": PIECES_VERSION,
                "max_weight": MAX_WEIGHT,
                "model_sha256": model.model.sha256,
                "source_vocabulary_sha256": model.source_vocabulary.sha256,
                "target_vocabulary_sha256": model.target_vocabulary.sha256,
                "shortlist_sha256": model.shortlist.sha256 if model.shortlist else None,
            },
        )

    def alphabet(self, languages: LanguagePair) -> frozenset[str]:
        """Characters of the source vocabulary of a pair's model; see `ports.Spells`."""
        if languages not in self._alphabets:
            path = self._store.find(*languages).source_vocabulary.path
            try:
                self._alphabets[languages] = characters(path.read_bytes())
            except (OSError, ValueError) as fault:
                raise EnvironmentFault(f"the vocabulary {path} cannot be read: {fault}") from fault
        return self._alphabets[languages]

    def setup(self, languages: LanguagePair) -> Setup:
        """The files of the pair's model; see `WorkerTranslator.setup`."""
        return self._model(languages).setup()

    def _model(self, languages: LanguagePair) -> PairModel:
        """The model of a pair; from English without its shortlist.

        The shortlist allows a sentence only the likeliest pieces of words. With it the engine is faster, and
        puts words together that do not exist ("margares" for daisies) where a right piece is not among them.
        """
        model = self._store.find(*languages)
        return replace(model, shortlist=None) if languages.source == HUB else model
