"""What each language of a recipe is translated by: every part of its fingerprint, and its gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parallelize.assemble.preflight import check_installed, refuse_missing
from parallelize.core.errors import EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import measure_versions
from parallelize.core.provenance import digest_fields
from parallelize.pipeline.language_state import LanguageState
from parallelize.store.languages import BuiltLanguage, MadeFrom

if TYPE_CHECKING:
    from parallelize.assemble.session import Session

__all__ = ["session_languages"]


def session_languages(session: Session) -> list[LanguageState]:
    """What each language of a session's recipe is translated and judged by, now. Starts no engine.

    Raises:
        LanguagesMissing: some languages can be built and others not.
        EnvironmentFault: none can; the first one's fault.
    """
    recipe, states, missing = session.recipe, [], {}
    for code in recipe.langs:
        try:
            check_installed(recipe.engine_for(code))
            states.append(_language_state(session, code))
        except EnvironmentFault as fault:
            missing[code] = fault
    refuse_missing(missing, [state.code for state in states], recipe.source.language)
    return states


def _language_state(session: Session, code: str) -> LanguageState:
    recipe, translators = session.recipe, session.translators
    scorer, models = session.scorer, session.scoring_models
    source = recipe.source.language
    forward = translators.of(recipe.engine_for(code)).fingerprint(LanguagePair(source, code))
    back = repair = None
    if recipe.back_translation.enabled:
        back = translators.of(recipe.back_engine_for(code)).fingerprint(LanguagePair(code, source))
    if recipe.repair.engine is not None:
        repair = translators.of(recipe.repair.engine).fingerprint(LanguagePair(source, code))
    parts = [
        recipe.translation_fingerprint(code),
        forward.digest(),
        back.digest() if back else b"",
        repair.digest() if repair else b"",
        scorer.signature.encode(),
        *(model.fingerprint(LanguagePair(source, code)).digest() for model in models),
    ]
    built = BuiltLanguage(
        fingerprint=digest_fields(parts).hex(),
        thresholds=dict(recipe.gates_for(code)),
        engine=forward,
        back_engine=back,
        repair_engine=repair,
        made_from=MadeFrom(
            recipe=recipe.translation_parts(code),
            scorer=scorer.identifiers,
            measures=measure_versions(),
        ),
    )
    return LanguageState(code=code, built=built)
