"""What card and report say of a corpus: its manifest and summary, put into the words of people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import JsonValue

from parallelize.core.languages import known_language
from parallelize.core.measures import HEADLINES, MEASURES, Direction
from parallelize.core.provenance import EngineFingerprint
from parallelize.report.toml import to_toml
from parallelize.store.manifest import PARALLEL, Manifest
from parallelize.store.summary import Summary

__all__ = ["CorpusFacts", "corpus_facts"]

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")
_LOCAL_PATH = re.compile(r"^(?:[/~\\]|[A-Za-z]:[\\/]|\.\.?/)")
_FILES_SHOWN = 10
_HIGH_DROP = 0.2
"""Share of dropped rows from which the card warns that the rows left may differ from the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFileFacts:
    """A file of the source, by its name alone."""

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Where the rows came from."""

    name: str
    url: str | None
    """Page of a Hub dataset; None for files."""
    config: str | None
    split: str | None
    revision: str | None
    license: str | None
    language: str
    files: Sequence[SourceFileFacts]
    more_files: int
    """Files that are not shown."""
    staying: Sequence[str] = ()
    """Places with language that is in the source language in every corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFacts:
    """One language of the corpus."""

    code: str
    name: str
    native_name: str
    rows_in: int
    kept: int
    dropped: int
    drop_rate: float | None
    """None: no row went in."""
    reasons: Mapping[str, int]
    """The most frequent first."""
    bytes: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelFacts:
    """The config that holds all languages side by side."""

    align: str
    rows: int
    bytes: int
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """Engines that the same languages were translated by."""

    languages: Sequence[str]
    facts: Sequence[tuple[str, str]]
    """(name with dots, value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """A measure with its thresholds, and the rows that its reason dropped."""

    measure: str
    reason: str
    meaning: str
    keeps: str
    """`at least` or `at most`."""
    threshold: float | None
    """That of most languages; None: off."""
    exceptions: Mapping[str, float | None]
    """Threshold by language, where it is another one."""
    off_by_choice: Sequence[str]
    """Languages where it is off, and on by default."""
    dropped: Mapping[str, int]
    """Rows by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFacts:
    """How a measure is distributed in a language."""

    language: str
    measure: str
    meaning: str
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproduceFacts:
    """How to make the corpus again."""

    install: str
    build: str
    recipe: str
    """TOML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFacts:
    """The values that `cards/dataset.md.jinja`, a user's template, or the report can name."""

    name: str
    license: str | None
    load: str
    """Python lines that load it."""
    bytes: int
    rows: int
    """Of all languages together."""
    source: SourceFacts
    languages: Sequence[LanguageFacts]
    parallel: ParallelFacts | None
    engines: Sequence[EngineFacts]
    gates: Sequence[GateFacts]
    quality: Sequence[QualityFacts]
    limits: Sequence[str]
    citation: str | None
    reproduce: ReproduceFacts
    created_with: Mapping[str, str]
    fingerprint: str


def corpus_facts(
    manifest: Manifest, summary: Summary | None = None, *, repo: str | None = None
) -> CorpusFacts:
    """Put a manifest into words.

    Args:
        manifest: of the corpus.
        summary: of the same run; without it nothing is said of distributions.
        repo: `organization/name` if it is known already; it appears in the loading example.
    """
    languages = [_language(manifest, code) for code in manifest.languages]
    gates = [_gate(manifest, name) for name in MEASURES]
    return CorpusFacts(
        name=manifest.name,
        license=manifest.license,
        load=_load_example(manifest, repo),
        bytes=manifest.bytes,
        rows=sum(entry.kept for entry in manifest.languages.values()),
        source=_source(manifest),
        languages=languages,
        parallel=_parallel(manifest),
        engines=_engines(manifest),
        gates=gates,
        quality=[] if summary is None else list(_quality(summary)),
        limits=list(_limits(manifest, languages, gates)),
        citation=manifest.citation,
        reproduce=_reproduce(manifest),
        created_with=dict(sorted(manifest.created_with.items())),
        fingerprint=manifest.fingerprint,
    )


def _load_example(manifest: Manifest, repo: str | None) -> str:
    lines = ["from datasets import load_dataset", ""]
    for config in (*list(manifest.languages)[:1], *([PARALLEL] if manifest.parallel else [])):
        name = "pairs" if config == PARALLEL else "rows"
        lines.append(f'{name} = load_dataset("{repo or "ORGANIZATION/NAME"}", "{config}", split="train")')
    return "\n".join(lines)


def _source(manifest: Manifest) -> SourceFacts:
    source = manifest.source
    hub_id = source.kind == "hub" and bool(_HUB_ID.fullmatch(source.name))
    return SourceFacts(
        name=source.name if hub_id else _last_part(source.name),
        url=f"https://huggingface.co/datasets/{source.name}" if hub_id else None,
        config=source.config,
        split=source.split,
        revision=source.revision,
        license=source.license,
        language=source.language,
        files=[
            SourceFileFacts(name=_last_part(file.path), sha256=file.sha256)
            for file in source.files[:_FILES_SHOWN]
        ],
        more_files=max(0, len(source.files) - _FILES_SHOWN),
        staying=[text.path for text in source.texts if text.treatment in {"copy", "keep"}],
    )


def _language(manifest: Manifest, code: str) -> LanguageFacts:
    entry = manifest.languages[code]
    known = known_language(code)
    return LanguageFacts(
        code=code,
        name=known.name if known else code,
        native_name=known.native_name if known else code,
        rows_in=entry.rows_in,
        kept=entry.kept,
        dropped=entry.dropped,
        drop_rate=entry.dropped / entry.rows_in if entry.rows_in else None,
        reasons=dict(sorted(entry.reasons.items(), key=lambda item: (-item[1], item[0]))),
        bytes=sum(manifest.files[path].bytes for path in entry.files),
        files=len(entry.files),
    )


def _parallel(manifest: Manifest) -> ParallelFacts | None:
    view = manifest.parallel
    if view is None:
        return None
    size = sum(manifest.files[path].bytes for path in view.files)
    return ParallelFacts(align=view.align, rows=view.rows, bytes=size, config=PARALLEL)


def _engines(manifest: Manifest) -> list[EngineFacts]:
    """Each different set of engines once, with the languages it translated."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for code, entry in manifest.languages.items():
        facts = _engine(entry.engine)
        if entry.back_translation_engine is not None:
            back = _engine(entry.back_translation_engine)
            facts += [(f"back-translation {name}", text) for name, text in back]
        found.setdefault(tuple(facts), []).append(code)
    return [EngineFacts(languages=codes, facts=facts) for facts, codes in found.items()]


def _engine(engine: EngineFingerprint) -> list[tuple[str, str]]:
    told = asdict(engine)
    first = {name: told.pop(name) for name in ("engine", "model", "revision")}
    return _flat({**first, **dict(sorted(told.items()))})


def _flat(value: Mapping[str, JsonValue], prefix: str = "") -> list[tuple[str, str]]:
    """Nested facts as (dotted name, text), empty ones left out, without folders of a machine."""
    rows: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, Mapping):
            rows += _flat(dict(sorted(item.items())), f"{prefix}{key}.")
        elif item not in (None, "", []):
            shown = ", ".join(map(_shown, item)) if isinstance(item, list) else _shown(item)
            rows.append((f"{prefix}{key}", shown))
    return rows


def _shown(value: JsonValue) -> str:
    return str(without_local_paths(value))


def _last_part(path: str) -> str:
    """A local path without the folders of the machine it was on."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] if _LOCAL_PATH.match(path) else path


def without_local_paths(value: JsonValue) -> JsonValue:
    """JSON with only the last part of every local path in it, keys in order."""
    if isinstance(value, Mapping):
        return {key: without_local_paths(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [without_local_paths(item) for item in value]
    return _last_part(value) if isinstance(value, str) and "\n" not in value else value


def _gate(manifest: Manifest, name: str) -> GateFacts:
    measure = MEASURES[name]
    bounds = {code: entry.thresholds.get(name, measure.default) for code, entry in manifest.languages.items()}
    usual = Counter(bounds.values()).most_common(1)[0][0] if bounds else measure.default
    return GateFacts(
        measure=name,
        reason=measure.reason.value,
        meaning=measure.meaning,
        keeps="at most" if measure.direction is Direction.AT_MOST else "at least",
        threshold=usual,
        exceptions={code: bound for code, bound in bounds.items() if bound != usual},
        off_by_choice=sorted(
            code for code, bound in bounds.items() if bound is None and measure.default is not None
        ),
        dropped={
            code: entry.reasons.get(measure.reason.value, 0) for code, entry in manifest.languages.items()
        },
    )


def _quality(summary: Summary) -> Iterator[QualityFacts]:
    """Distributions of the measures that have one, by language."""
    for code, figures in summary.languages.items():
        for name in HEADLINES:
            spread = figures.scores.get(name)
            if spread is not None:
                yield QualityFacts(
                    language=code,
                    measure=name,
                    meaning=MEASURES[name].meaning,
                    p05=spread.p05,
                    p50=spread.p50,
                    p95=spread.p95,
                )


def _limits(
    manifest: Manifest, languages: Sequence[LanguageFacts], gates: Sequence[GateFacts]
) -> Iterator[str]:
    """What a reader must know before using the corpus, as far as the facts show it."""
    yield "The texts were translated by a machine and checked by automatic measures, not read by people."
    if manifest.languages and not any(item.back_translation_engine for item in manifest.languages.values()):
        yield "Nothing was translated back, so a fluent text with another meaning would not be noticed."
    high = [item.code for item in languages if (item.drop_rate or 0) >= _HIGH_DROP]
    if high:
        yield (
            f"In {', '.join(high)} at least a fifth of the rows was dropped; what is left is easier to "
            "translate than the source as a whole."
        )
    off = [f"{gate.measure} ({', '.join(gate.off_by_choice)})" for gate in gates if gate.off_by_choice]
    if off:
        yield f"These gates were switched off: {', '.join(off)}."
    if len({item.kept for item in languages}) > 1:
        yield (
            "The languages do not hold the same rows; compare languages on the ids that they share, "
            "never by row position."
        )
    yield "Errors, biases and the licence terms of the source apply to the translations too."


def _reproduce(manifest: Manifest) -> ReproduceFacts:
    version = manifest.created_with.get("parallelize")
    pinned = f"parallelize=={version}" if version else "parallelize"
    recipe = without_local_paths(dict(manifest.recipe))
    return ReproduceFacts(
        install=f'pip install "{pinned}"',
        build=f"parallelize build recipe.toml --langs {','.join(manifest.languages)}",
        recipe=to_toml(recipe if isinstance(recipe, dict) else {}),
    )
