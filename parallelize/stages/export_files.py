"""From an aligned corpus to training files: choose, render, write; the manifest comes last."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.core.version import __version__
from parallelize.stages.export import IdOrder, Mix, plan_mixes
from parallelize.stages.export_examples import example
from parallelize.stages.export_options import ExportOptions
from parallelize.stages.export_writer import MixWriter
from parallelize.stages.lettered import Counting
from parallelize.store.aligned import AlignedCorpus, AlignedRow
from parallelize.store.files import atomic_write, replace_file, sha256_file, storage_errors
from parallelize.store.json_files import json_line, write_typed
from parallelize.store.result_manifests import (
    EXPORT,
    ExportedCorpus,
    ExportedFile,
    ExportedInstruction,
    ExportedRows,
    ExportManifest,
    read_export,
)
from parallelize.store.staging import staging_folder

__all__ = ["Eligibility", "ExportOptions", "export_corpus", "ordered_languages"]

CONTAMINATED = "contaminated.jsonl"
TASKS = "parallelize_tasks.py"
"""Module by which a library loads the files."""


@dataclass(slots=True)
class Eligibility:
    """Rows of the corpus by what became of them; `rows` is the sum of all others."""

    rows: int = 0
    incomplete: int = 0
    """Not kept in one of the languages."""
    unusable: int = 0
    """Without what the form needs (ground truth, solution), or of a shape that it cannot hold."""
    contaminated: int = 0
    eligible: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    """What unusable rows lack."""
    counting: Counting = field(default_factory=Counting)


def ordered_languages(
    corpus: AlignedCorpus, wanted: Sequence[str] = (), *, with_source: bool = True
) -> tuple[str, ...]:
    """Source language first, then `wanted` in its order (all of the corpus if it is empty).

    Raises:
        InputError: the corpus lacks a language, or none is left.
    """
    lacking = [code for code in wanted if code not in corpus.languages]
    if lacking:
        raise InputError(
            f"the corpus has no {', '.join(lacking)}",
            remedy=f"it has {', '.join(corpus.languages)}; `parallelize build --langs` adds languages",
        )
    targets = [code for code in wanted or corpus.languages if code != corpus.source_language]
    found = ([corpus.source_language] if with_source else []) + targets
    if not found:
        raise InputError("no language is left to export", remedy="name one with --langs")
    return tuple(dict.fromkeys(found))


def export_corpus(corpus: AlignedCorpus, out: Path, options: ExportOptions) -> ExportManifest:
    """Write `mix-1`, `mix-2`, …, and `export.json` last. Returns what it says.

    The same corpus and options give the same bytes, in whatever order the corpus has its rows. Memory is
    16 bytes an id and 32 MB of texts, a few times over; disk, while it runs, that of the texts as well. Files
    of an earlier export in `out` are replaced.

    Raises:
        InputError: there are too few rows; the message says how many there are and why.
        StorageFault: a file cannot be read or written.
    """
    with storage_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    eligibility = Eligibility()
    evidence: list[dict[str, str]] = []
    order = IdOrder(_eligible(corpus, options, eligibility, evidence), seed=options.seed)
    why = f" ({_why(eligibility)})"
    if not order:
        lacking = eligibility.unusable > max(eligibility.incomplete, eligibility.contaminated)
        raise InputError(
            f"no id can be used in all of {', '.join(options.languages)}{why}",
            remedy=_NAME_COLUMNS if lacking else _SEE_WHY,
        )
    mixes = plan_mixes(
        len(order),
        options.languages,
        rows=options.rows,
        rows_per_language=options.rows_per_language,
        repeat=options.repeat,
        nested=options.nested,
        why=why,
    )
    _forget_earlier(out)
    files = _write_mixes(corpus, out, options, order, mixes, from_one=eligibility.counting.from_one)
    others = {}
    if options.decontaminators:
        lines = sorted(map(json_line, evidence))
        others[CONTAMINATED] = b"".join(lines)
    if options.contract.module:
        module = resources.files("parallelize").joinpath(options.contract.module)
        others[TASKS] = module.read_bytes()
    for name, content in others.items():
        atomic_write(out / name, content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    manifest = _manifest(corpus, options, eligibility, files, digests)
    write_typed(out / EXPORT, manifest)
    return manifest


_NAME_COLUMNS = (
    "choose another format, or build with the columns that are these: --problem, --solution, --answer COLUMN "
    "(`parallelize inspect SOURCE` shows what was found)"
)
"""What helps where rows lack what a format needs."""
_SEE_WHY = "see why in brackets above; fewer languages or another format may help"


def _why(found: Eligibility) -> str:
    lacking = ", ".join(f"{name} ({count})" for name, count in found.lacking.most_common())
    return (
        f"of {found.rows} rows {found.incomplete} lack a language, "
        f"{found.unusable} lack what the format needs{f': {lacking}' if lacking else ''}, "
        f"{found.contaminated} overlap an evaluation set"
    )


def _eligible(
    corpus: AlignedCorpus, options: ExportOptions, counts: Eligibility, evidence: list[dict[str, str]]
) -> Iterator[str]:
    """Ids that can be in every mix."""
    for row in corpus.read(options.languages):
        counts.rows += 1
        for texts in itertools.islice(row.texts.values(), 1):
            counts.counting.see(texts)
        if any(code not in row.texts for code in options.languages):
            counts.incomplete += 1
        elif lacking := _lacking(row, options):
            counts.unusable += 1
            counts.lacking[lacking] += 1
        elif found := _overlap(row, options):
            counts.contaminated += 1
            evidence.append({"id": row.id, **found})
        else:
            counts.eligible += 1
            yield row.id


def _lacking(row: AlignedRow, options: ExportOptions) -> str:
    """What a row lacks in one of the languages; empty where nothing."""
    for code in options.languages:
        item = example(row, code, instruction=None, data_source="", index=0)
        if lacking := options.contract.lacks(item):
            return lacking
    return ""


def _overlap(row: AlignedRow, options: ExportOptions) -> dict[str, str] | None:
    for name, index in options.decontaminators:
        for code in options.languages:
            found = index.check(row.texts[code].all())
            if found is not None:
                return {
                    "evaluation_set": name,
                    "evaluation_row": found.label,
                    "language": code,
                    "rule": found.rule.value,
                    "words": found.words,
                }
    return None


def _forget_earlier(out: Path) -> None:
    """Remove the files of an earlier export; without its manifest it is no export any more."""
    path = out / EXPORT
    if not path.is_file():
        return
    names = [Path(name).name for name in read_export(out).files]
    with storage_errors(path):
        path.unlink()
        for name in (*names, CONTAMINATED, TASKS):
            (out / name).unlink(missing_ok=True)


def _write_mixes(
    corpus: AlignedCorpus,
    out: Path,
    options: ExportOptions,
    order: IdOrder,
    mixes: Sequence[Mix],
    *,
    from_one: bool,
) -> dict[str, ExportedFile]:
    most = max(mix.ids for mix in mixes)
    with contextlib.ExitStack() as stack:
        stack.enter_context(storage_errors(out))
        staging = stack.enter_context(staging_folder(out, ".export-"))
        writers = [
            MixWriter(staging / f"mix-{mix.size}.{options.suffix}", corpus, options, mix, from_one=from_one)
            for mix in mixes
        ]
        for writer in writers:
            stack.callback(writer.abandon)
        scratch = staging / "sorting"
        scratch.mkdir()
        rows = corpus.read_in_order(options.languages, order.places, count=most, scratch=scratch)
        for place, row in rows:
            for writer in writers:
                writer.add(place, row)
        files = {}
        for writer in writers:
            writer.close()
            final = out / writer.path.name
            writer.path.chmod(0o644)
            replace_file(writer.path, final)
            files[final.name] = ExportedFile(
                languages=tuple(writer.mix.languages),
                rows=writer.rows,
                rows_by_language=writer.mix.rows_by_language(),
                ids=writer.mix.ids,
                left_out=dict(sorted(writer.left_out.items())),
                bytes=final.stat().st_size,
                sha256=sha256_file(final),
            )
    return files


def _manifest(
    corpus: AlignedCorpus,
    options: ExportOptions,
    eligibility: Eligibility,
    files: Mapping[str, ExportedFile],
    other_files: Mapping[str, str],
) -> ExportManifest:
    return ExportManifest(
        created_with={"parallelize": __version__},
        corpus=ExportedCorpus(
            name=corpus.name,
            manifest_sha256=corpus.manifest_sha256,
            align=corpus.align,
            license=corpus.license,
        ),
        format=options.contract.name,
        contract=options.contract.source,
        file_type=options.suffix,
        languages=tuple(options.languages),
        mix="nested" if options.nested else "all",
        rows=options.rows,
        rows_per_language=options.rows_per_language,
        repeat=options.repeat.value if options.rows is not None else None,
        seed=options.seed,
        instruction=ExportedInstruction(kind=options.instruction_kind, texts=dict(options.instructions)),
        decontamination=tuple(
            {"evaluation_set": name, **index.describe()} for name, index in options.decontaminators
        ),
        corpus_rows=ExportedRows(
            rows=eligibility.rows,
            incomplete=eligibility.incomplete,
            unusable=eligibility.unusable,
            contaminated=eligibility.contaminated,
            eligible=eligibility.eligible,
        ),
        files=files,
        other_files=other_files,
    )
