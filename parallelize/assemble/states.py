"""Languages of a run: what each is translated by, under which fingerprint, and what earlier builds used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parallelize.assemble.engines import make_translator
from parallelize.assemble.scorers import make_pair_scorers
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import InputError, StorageFault
from parallelize.core.ports import PairScorer, Translator
from parallelize.core.provenance import canonical_json, digest_fields, public_name
from parallelize.core.recipe import Recipe
from parallelize.store.languages import BuiltLanguage, MadeFrom, read_languages, write_languages
from parallelize.store.manifest import parse_manifest
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.pipeline.recording import Recorded
    from parallelize.stages.score import Scorer

__all__ = [
    "Engines",
    "check_abilities",
    "engine_name",
    "gpus_of",
    "known_languages",
    "language_state",
    "require_earlier",
    "require_published",
    "unit_of",
    "with_earlier_languages",
]


class Engines:
    """The translators of a build, one for each distinct set of options."""

    def __init__(self, watcher: BuildWatcher) -> None:
        self._watcher = watcher
        self._made: dict[str, tuple[Any, Translator]] = {}
        self._scorers: tuple[PairScorer, ...] | None = None

    def scorers(self, recipe: Recipe) -> tuple[PairScorer, ...]:
        """The scoring models of the recipe."""
        if self._scorers is None:
            self._scorers = make_pair_scorers(recipe.scorers)
        return self._scorers

    def get(self, options: Any) -> tuple[str, Translator]:
        """The translator of these options, and its key among the others."""
        key = canonical_json(options.model_dump(mode="json"))
        if key not in self._made:
            self._made[key] = (options, make_translator(options, on_download=self._watcher.download))
        return key, self._made[key][1]

    def names(self) -> dict[str, str]:
        """A short name of each by its key, no two alike."""
        found: dict[str, str] = {}
        for key, options, _ in self.items():
            name, number = engine_name(options), 2
            while name in found.values():
                name, number = f"{engine_name(options)}#{number}", number + 1
            found[key] = name
        return found

    def items(self) -> Iterator[tuple[str, Any, Translator]]:
        """(key, options, translator) of each."""
        for key, (options, translator) in self._made.items():
            yield key, options, translator


def engine_name(options: Any) -> str:
    """A short name for people: engine and model."""
    return ":".join(part for part in (options.name, public_name(getattr(options, "model", ""))) if part)


def gpus_of(options: Any) -> int:
    """GPUs that an engine runs on; 1 where a recipe does not say (a server, this machine's CPU)."""
    copies: int = getattr(options, "data_parallel_size", 1)
    each: int = getattr(options, "tensor_parallel_size", 1)
    return copies * each


def unit_of(options: Any) -> str:
    """What `gpus_of` counts for an engine."""
    return "GPU" if options.name == "vllm" else "machine"


def check_abilities(recipe: Recipe, engines: Engines, watcher: BuildWatcher) -> None:
    """Refuse what an engine cannot do, and say what it cannot be told.

    Raises:
        InputError: context for a prompt that shows none, or candidates from an engine that never varies.
    """
    untold = set()
    for code in recipe.langs:
        for options in (recipe.engine_for(code), *([recipe.repair.engine] if recipe.repair.engine else [])):
            name, traits = engine_name(options), engines.get(options)[1].traits
            if getattr(options, "context", False) and not traits.uses_context:
                raise InputError(
                    f"{name}: context = true, but the prompt profile {options.prompt!r} shows no context",
                    remedy="use a profile with {{ context }}, such as instruct, or remove context",
                )
            if recipe.repair.candidates > 1 and not traits.samples:
                raise InputError(
                    f"repair.candidates = {recipe.repair.candidates}, but {name} always answers the same",
                    remedy="remove it, or use an engine that samples (vllm, openai)",
                )
            if recipe.glossary.get(code) and not traits.uses_glossary:
                untold.add((code, name))
    for code, name in sorted(untold):
        watcher.warn(
            f"{code}: {name} cannot be told of the glossary; it is a gate only, and rows that miss its "
            "terms are dropped"
        )


def language_state(recipe: Recipe, code: str, engines: Engines, scorer: Scorer) -> LanguageState:
    """What a language is translated by in this recipe. Starts no engine.

    Raises:
        EnvironmentFault: an engine or a model is missing.
    """
    from parallelize.core.thresholds import Thresholds
    from parallelize.pipeline.finishing import LanguageState

    source = recipe.source.language
    forward = engines.get(recipe.engine_for(code))[1].fingerprint(source, code)
    back = repair = None
    if recipe.back_translation.enabled:
        back = engines.get(recipe.back_engine_for(code))[1].fingerprint(code, source)
    if recipe.repair.engine is not None:
        repair = engines.get(recipe.repair.engine)[1].fingerprint(source, code)
    parts = [
        recipe.translation_fingerprint(code),
        forward.digest(),
        back.digest() if back else b"",
        repair.digest() if repair else b"",
        scorer.signature.encode(),
        *(model.fingerprint(source, code).digest() for model in engines.scorers(recipe)),
    ]
    built = BuiltLanguage(
        fingerprint=digest_fields(parts).hex(),
        thresholds=dict(Thresholds.of(recipe.gates.thresholds_for(code))),
        engine=forward,
        back_engine=back,
        repair_engine=repair,
        made_from=MadeFrom(recipe=recipe.translation_parts(code), scorer=scorer.signature),
    )
    return LanguageState(code=code, built=built)


def require_earlier(run: RunDirectory, recorded: Recorded, states: Sequence[LanguageState]) -> None:
    """Refuse to take a language out of the corpus because its files were lost.

    A language that was finished on other records is left out later, with a warning, because its rows changed;
    one that was finished on these records, and lacks a translated chunk now, was damaged.

    Raises:
        StorageFault: translated chunks of an earlier language are missing; the corpus is as it was.
    """
    ours = {state.code for state in states}
    for state in known_languages(run):
        missing = state.missing(run, recorded.chunks)
        if state.code not in ours and missing and state.built.records == recorded.digest:
            raise StorageFault(
                f"{state.code}: {missing} translated chunks are missing from "
                f"{run.translations(state.code)}; the corpus is left as it is",
                remedy=f"build with --langs {','.join(sorted({*ours, state.code}))}: "
                "what is in the memory is not translated twice",
            )
    if not run.languages.is_file():
        require_published(run, states)


def require_published(run: RunDirectory, languages: Sequence[LanguageState]) -> None:
    """Refuse to write a corpus without a language that it has now.

    Raises:
        StorageFault: the corpus has a language of which the run knows nothing; the corpus is as it was.
    """
    gone = _published(run) - {state.code for state in languages}
    if gone:
        raise StorageFault(
            f"the corpus has {', '.join(sorted(gone))}, and {run.languages} does not; it is left as it is",
            remedy="build with --langs naming every language of the corpus; nothing is translated twice",
        )


def _published(run: RunDirectory) -> set[str]:
    """Languages of the corpus; none if there is no manifest, or a damaged one, which is written anew."""
    if not run.manifest.is_file():
        return set()
    try:
        return set(parse_manifest(run.manifest.read_bytes(), where=str(run.manifest)).languages)
    except InputError:
        return set()


def with_earlier_languages(
    run: RunDirectory, recorded: Recorded, states: Sequence[LanguageState], watcher: BuildWatcher
) -> list[LanguageState]:
    """This build's languages after those that earlier builds of the run finished on the same records."""
    ours = {state.code: state for state in states}
    earlier = {}
    for state in known_languages(run):
        if state.code in ours:
            continue
        if state.missing(run, recorded.chunks):
            watcher.warn(
                f"{state.code} is left out: its rows changed since it was built; build it again with --langs"
            )
            continue
        earlier[state.code] = state
    merged = {**earlier, **ours}
    write_languages(
        run.languages, {code: replace(state.built, records=recorded.digest) for code, state in merged.items()}
    )
    return [merged[code] for code in sorted(merged)]


def known_languages(run: RunDirectory, recipe: Recipe | None = None) -> list[LanguageState]:
    """Languages that earlier builds of a run finished.

    Args:
        run: the run.
        recipe: takes thresholds from it instead of those of the earlier builds.
    """
    from parallelize.core.thresholds import Thresholds
    from parallelize.pipeline.finishing import LanguageState

    known = read_languages(run.languages)
    if recipe is not None:
        known = {
            code: replace(built, thresholds=dict(Thresholds.of(recipe.gates.thresholds_for(code))))
            for code, built in known.items()
        }
    return [LanguageState(code=code, built=built) for code, built in sorted(known.items())]
