"""What card and report say of a corpus: its manifest and summary, put into the words of people."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from pydantic import JsonValue

from parallelize.core.languages import known_language
from parallelize.core.measures import HEADLINES, MEASURES
from parallelize.core.messages import and_list, several
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.trees import steps_of
from parallelize.report.fact_types import (
    ColumnFacts,
    CorpusFacts,
    EngineFacts,
    GateFacts,
    LanguageFacts,
    ParallelFacts,
    QualityFacts,
    ReproduceFacts,
    SourceFacts,
    SourceFileFacts,
)
from parallelize.report.toml import to_toml
from parallelize.report.wording import engine_limits, engine_words
from parallelize.store.corpus import OWN_COLUMN
from parallelize.store.corpus_sample import CorpusSample
from parallelize.store.manifest import PARALLEL, UNKNOWN_REPOSITORY, Manifest
from parallelize.store.summary import CorpusSimilarity, Summary

__all__ = ["corpus_facts", "corpus_sentence", "made_citation", "signature", "similarities"]

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")
_LOCAL_PATH = re.compile(r"^(?:[/~\\]|[A-Za-z]:[\\/]|\.\.?/)")
_FILES_SHOWN = 10
_HIGH_DROP = 0.2
"""Share of dropped rows from which the card warns that the rows left may differ from the source."""


def corpus_facts(
    manifest: Manifest, summary: Summary | None = None, *, sample: CorpusSample | None = None
) -> CorpusFacts:
    """Put a manifest into words.

    Args:
        manifest: of the corpus.
        summary: of the same run; without it nothing is said of distributions.
        sample: columns and first row of the corpus.
    """
    read = 0 if summary is None else sum(item.read_by_people for item in summary.languages.values())
    languages = [_language(manifest, code) for code in manifest.languages]
    gates = [_gate(manifest, name) for name in MEASURES]
    return CorpusFacts(
        name=manifest.name,
        license=manifest.license,
        summary=corpus_sentence(manifest, read=read),
        load=_load_example(manifest),
        columns=[] if sample is None else [_column(name, kind, manifest) for name, kind in sample.columns],
        example=None if sample is None or sample.row is None else _example(sample.row),
        bytes=manifest.bytes,
        rows=sum(entry.kept for entry in manifest.languages.values()),
        source=_source(manifest),
        languages=languages,
        parallel=_parallel(manifest),
        engines=_engines(manifest),
        engine_classes=list(dict.fromkeys(engine_words(item.engine) for item in manifest.languages.values())),
        gates=gates,
        quality=[] if summary is None else list(_quality(summary)),
        similarity={} if summary is None else similarities(summary),
        similarity_signature="" if summary is None else signature(summary),
        limits=list(_limits(manifest, languages, gates, read)),
        citation=manifest.citation or made_citation(manifest),
        reproduce=_reproduce(manifest),
        created_with=dict(sorted(manifest.created_with.items())),
        fingerprint=manifest.fingerprint,
    )


def corpus_sentence(manifest: Manifest, *, read: int | None = None) -> str:
    """What a corpus is, what translated it and who has read it: the first sentence of its card.

    Args:
        manifest: of the corpus.
        read: rows that people have read, whether kept or dropped; None says nothing of it.
    """
    rows = sum(entry.kept for entry in manifest.languages.values())
    source = _source(manifest)
    names = [_language(manifest, code).name for code in manifest.languages]
    into = and_list(names) if 0 < len(names) <= 6 else several(len(names), "language")
    spoken = known_language(manifest.source.language)
    made_by = list(dict.fromkeys(engine_words(item.engine) for item in manifest.languages.values()))
    return (
        f"{several(rows, 'row')} of {source.name} in {into}, translated by machine from "
        f"{spoken.name if spoken else manifest.source.language} by {and_list(made_by or ['no engine'])}, "
        f"checked by automatic gates{_readers(read)}."
    )


def _readers(read: int | None) -> str:
    if read is None:
        return ""
    return (
        f"; {several(read, 'row')}, kept or dropped, were read by people" if read else " and read by nobody"
    )


_OURS = "ours: source texts by path, scores, provenance, final answer"
_SAME_ID = "the same in every language and in the source; never a position"


def _column(name: str, kind: str, manifest: Manifest) -> ColumnFacts:
    """A column of a language with what stands in it, as the manifest says."""
    inside = [text for text in manifest.source.texts if steps_of(text.path)[:1] == (name,)]
    roles = list(dict.fromkeys(text.role for text in inside if text.treatment in {"translate", "json"}))
    if roles:
        meaning = f"{and_list(roles)}, translated"
    elif inside:
        meaning = f"in {manifest.source.language}, as it was"
    elif name.startswith(OWN_COLUMN):
        meaning = _OURS
    else:
        meaning = _SAME_ID if name == "id" else "a column of the source, as it was"
    return ColumnFacts(name=name, type=kind, meaning=meaning)


def _example(row: Mapping[str, JsonValue]) -> str:
    return json.dumps(row, ensure_ascii=False, indent=2)


def made_citation(manifest: Manifest) -> str:
    """BibTeX made of the facts: title, source, tool. No year: nothing of a corpus rests on the clock."""
    key = re.sub(r"[^a-z0-9]+", "-", manifest.name.lower()).strip("-") or "corpus"
    source = _source(manifest)
    version = manifest.created_with.get("parallelize", "")
    of = f"Machine translation of {source.name}" + (
        f" (revision {source.revision})" if source.revision else ""
    )
    fields = {
        "title": f"{manifest.name}: {', '.join(manifest.languages)}",
        "note": f"{of}, made with parallelize {version}".strip(),
        **({"url": source.url} if source.url else {}),
    }
    inside = ",\n".join(f"  {name} = {{{_bibtex(value)}}}" for name, value in fields.items())
    return f"@misc{{{key},\n{inside}\n}}"


def _bibtex(text: str) -> str:
    return " ".join(re.sub(r"[{}\\]", "", text).split())


def _load_example(manifest: Manifest) -> str:
    lines = ["from datasets import load_dataset", ""]
    for config in (*list(manifest.languages)[:1], *([PARALLEL] if manifest.parallel else [])):
        name = "pairs" if config == PARALLEL else "rows"
        lines.append(f'{name} = load_dataset("{UNKNOWN_REPOSITORY}", "{config}", split="train")')
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
        keeps=measure.direction.replace("_", " "),
        threshold=usual,
        exceptions={code: bound for code, bound in bounds.items() if bound != usual},
        off_by_choice=sorted(
            code for code, bound in bounds.items() if bound is None and measure.default is not None
        ),
        dropped={
            code: entry.reasons.get(measure.reason.value, 0) for code, entry in manifest.languages.items()
        },
    )


def similarities(summary: Summary) -> dict[str, CorpusSimilarity]:
    """Corpus-level BLEU and chrF++ by language, where something was translated back."""
    return {code: item.similarity for code, item in summary.languages.items() if item.similarity is not None}


def signature(summary: Summary) -> str:
    """How sacreBLEU computed the corpus-level figures, BLEU then chrF++; empty where there are none."""
    return next(
        (f"{item.bleu_signature} {item.chrf_signature}" for item in similarities(summary).values()), ""
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
    manifest: Manifest, languages: Sequence[LanguageFacts], gates: Sequence[GateFacts], read: int
) -> Iterator[str]:
    """What a reader must know before using the corpus, as far as the facts show it."""
    people = f"people read {several(read, 'row')}, whose word counts" if read else "not read by people"
    yield f"The texts were translated by a machine and checked by automatic measures, {people}."
    yield from engine_limits(item.engine for item in manifest.languages.values())
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
    recipe = without_local_paths(dict(manifest.recipe))
    return ReproduceFacts(
        install=f"# with parallelize {version or ''}".rstrip() + ", from its checkout or a wheel of it",
        build=f"parallelize build recipe.toml --langs {','.join(manifest.languages)}",
        recipe=to_toml(recipe if isinstance(recipe, dict) else {}),
    )
