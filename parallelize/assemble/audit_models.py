"""The models that look at the rows of an audit: an engine that translates back, and scoring models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parallelize.assemble.binding import bound_scorer, bound_translator
from parallelize.assemble.engines import EnginePlace, make_translator
from parallelize.assemble.scoring_models import make_pair_scorers
from parallelize.core.engine_options import EngineOptions
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import PairScorer, Translator
from parallelize.core.recipe_tables import ScorerOptions
from parallelize.core.trees import JsonObject
from parallelize.pipeline.auditing import AuditEngines
from parallelize.stages.translation_plan import Ask

__all__ = ["AuditModels", "AuditOptions", "make_audit_models"]

_BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """Which models shall look at the rows; by default none."""

    back: EngineOptions | None = None
    """Engine options of a recipe, for the way back; `None`: rows are not translated back."""
    scorers: ScorerOptions = field(default_factory=ScorerOptions)
    memory: Path
    """Where replies are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditModels:
    """The models of an audit; none is started before its first request."""

    languages: LanguagePair
    """Of the rows."""
    translator: Translator | None
    """Translates back."""
    scorers: tuple[PairScorer, ...]

    @property
    def any(self) -> bool:
        """Whether any model looks at the rows."""
        return self.translator is not None or bool(self.scorers)

    def by_name(self) -> Iterator[tuple[str, Translator | PairScorer]]:
        """Each model by what `engines` calls its queue."""
        if self.translator is not None:
            yield _BACK, self.translator
        yield from ((scorer.measure, scorer) for scorer in self.scorers)

    def facts(self) -> JsonObject:
        """Fingerprints of the models, for the summary."""
        found: JsonObject = {}
        if self.translator is not None:
            found["back_engine"] = self.translator.fingerprint(self.languages.back).as_dict()
        if self.scorers:
            found["scorers"] = {
                scorer.measure: scorer.fingerprint(self.languages).as_dict() for scorer in self.scorers
            }
        return found

    def engines(self, asks: Mapping[str, Ask] | None = None) -> AuditEngines:
        """The models as the rows are shown to them; without queues, as a memory knows them."""
        ask = asks or {}
        back = None
        if self.translator is not None:
            back = bound_translator(self.translator, ask.get(_BACK, _nobody), self.languages.back)
        scorers = (
            bound_scorer(scorer, ask.get(scorer.measure, _nobody), self.languages) for scorer in self.scorers
        )
        return AuditEngines(languages=self.languages, back=back, scorers=tuple(scorers))


async def _nobody(request: Any) -> Any:
    raise AssertionError(f"{request} is asked of the memory only")


def make_audit_models(
    options: AuditOptions, languages: LanguagePair, on_download: Callable[[str, int, int], None]
) -> AuditModels:
    """Make the models of an audit, and ask each what it is.

    Raises:
        EnvironmentFault: an engine, a model or a package is missing.
    """
    translator = None
    if options.back is not None:
        translator = make_translator(options.back, EnginePlace(on_download=on_download))
    made = AuditModels(languages=languages, translator=translator, scorers=make_pair_scorers(options.scorers))
    made.facts()  # so that a missing model is told now
    return made
