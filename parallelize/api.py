"""What a notebook needs, one function a command: build, audit, judge, score, export, law.

Import them from `parallelize`. Each takes paths, and where rows are expected also a pandas or polars table, a
`datasets.Dataset` or a list of dicts; each returns a typed result. The command line calls the same code.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language, languages
from parallelize.core.thresholds import Thresholds
from parallelize.evaluation.instructions import instruction_for
from parallelize.evaluation.responses import ResponseColumns

if TYPE_CHECKING:
    import polars as pl

    from parallelize.assemble.rejudge import LanguageChange
    from parallelize.core.engine_work import EngineWork
    from parallelize.evaluation.law_report import LawReport
    from parallelize.evaluation.score_report import ScoreReport
    from parallelize.evaluation.scoring import ResponseVerdict
    from parallelize.stages.audit import AuditedRow
    from parallelize.store.summary import Summary

__all__ = [
    "AuditResult",
    "BuiltRun",
    "ExportedFiles",
    "ScoreResult",
    "audit",
    "build",
    "export",
    "judge",
    "law",
    "score",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRun:
    """A finished build: where it is, and what became of its rows."""

    folder: Path
    summary: Summary

    @property
    def corpus(self) -> Path:
        """Folder that `datasets.load_dataset` and the Hub take."""
        return self.folder / "corpus"

    @property
    def kept(self) -> dict[str, int]:
        """Kept rows of the build, by language code."""
        return {code: figures.kept for code, figures in self.summary.languages.items()}

    def rows(self, language: str) -> pl.DataFrame:
        """The kept rows of one language, or of `parallel`, the view that has all side by side."""
        import polars as pl

        return pl.read_parquet(self.corpus / language / "*.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The verdicts on a data set that was translated already."""

    language: str
    rows: tuple[AuditedRow, ...]
    thresholds: Thresholds

    @property
    def kept(self) -> int:
        """Rows that passed every gate."""
        return sum(row.verdict.kept for row in self.rows)

    @property
    def reasons(self) -> dict[str, int]:
        """Dropped rows by reason, the most frequent first; a row may have several."""
        found = Counter(reason.value for row in self.rows for reason in row.verdict.reasons)
        return dict(found.most_common())

    def judged_by(self, **thresholds: float | None) -> AuditResult:
        """The same rows under other thresholds (None: no gate); nothing is measured again."""
        bounds = Thresholds.of({**self.thresholds, **thresholds})
        rows = tuple(replace(row, verdict=bounds.judge(row.scores)) for row in self.rows)
        return replace(self, rows=rows, thresholds=bounds)

    def table(self) -> pl.DataFrame:
        """One line a row: id, kept, reasons, a column for each score."""
        import polars as pl

        lines = [row.as_dict() for row in self.rows]
        return pl.DataFrame(
            [
                {"id": line["id"], "kept": line["kept"], "reasons": line["reasons"], **line["scores"]}
                for line in lines
            ],
            infer_schema_length=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """Responses of models, judged: off-target rates by part, accuracy."""

    report: ScoreReport
    verdicts: tuple[ResponseVerdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFiles:
    """Training files, and what each holds."""

    folder: Path
    languages: tuple[str, ...]
    """In the order in which mixes take them."""
    manifest: Mapping[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files in the order in which their mixes grow."""
        return [self.folder / name for name in self.manifest["files"]]


def build(
    source: Any,
    langs: str | Sequence[str],
    *,
    out: str | Path,
    engine: str | Mapping[str, Any] | None = None,
    **tables: Any,
) -> BuiltRun:
    """Translate English rows, gate them, write an id-aligned corpus; goes on where an earlier call stopped.

    Args:
        source: file, folder, glob or Hub dataset id; or a table, a `datasets.Dataset`, a list of dicts.
        langs: target languages.
        out: run directory.
        engine: name of an engine, or its table as in a recipe; bergamot by default.
        tables: further tables of a recipe, such as `gates={"thresholds": {"back_chrf": 50}}`.

    Raises:
        InputError: the source or an option is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
    """
    from parallelize.assemble.build import build as build_recipe
    from parallelize.core.recipe import parse_recipe

    folder = Path(out)
    named = {"name": engine} if isinstance(engine, str) else engine
    data = {
        **tables,
        "langs": _codes(langs),
        "source": {
            **tables.get("source", {}),
            "path": _as_path(source, folder.with_name(f"{folder.name}-source")),
        },
    }
    recipe = parse_recipe({**data, "engine": dict(named)} if named else data, where="parallelize.build")
    return BuiltRun(folder=folder, summary=build_recipe(recipe, folder, _Quiet()))


def judge(
    run: str | Path | BuiltRun, *, dry_run: bool = False, **thresholds: float | None
) -> BuiltRun | list[LanguageChange]:
    """Judge a run again under other thresholds; no model runs.

    Args:
        run: a run, or its folder.
        dry_run: say what would change, and change nothing.
        thresholds: measure → bound, None for no gate, as in `back_chrf=55`.

    Raises:
        InputError: no run, or an unknown measure.
    """
    from parallelize.assemble.judge import judge_run
    from parallelize.assemble.rejudge import judged_otherwise

    folder = run.folder if isinstance(run, BuiltRun) else Path(run)
    if dry_run:
        return judged_otherwise(folder, thresholds)
    return BuiltRun(folder=folder, summary=judge_run(folder, thresholds))


def audit(
    pairs: Any,
    lang: str,
    *,
    source_lang: str = "en",
    source: str | Sequence[str] = (),
    target: str | Sequence[str] = (),
    thresholds: Mapping[str, float | None] | None = None,
    processes: int = 1,
) -> AuditResult:
    """Gate a data set that is translated already; says why for each row. Needs no model.

    Args:
        pairs: file, table, `datasets.Dataset` or list of dicts with sources and translations in columns.
        lang: language that the translations are meant to be in.
        source_lang: language of the sources.
        source: columns of the sources; found by their names if not given.
        target: columns of the translations, in the same order.
        thresholds: measure → bound, None for no gate.
        processes: processes that score.

    Raises:
        InputError: a file, a column, a language or a measure is wrong.
    """
    from parallelize.assemble.scorers import translation_scorer
    from parallelize.stages.audit import AuditJob, FieldNames, audit_rows, open_audit

    code, bounds = language(lang).code, Thresholds.of(thresholds)
    job = AuditJob(languages=LanguagePair(language(source_lang).code, code), thresholds=bounds)
    names = FieldNames(source=_names(source), target=_names(target))
    with _file(pairs) as path:
        opened = open_audit(path, code, names=names)
        rows = tuple(audit_rows(opened.rows(), job, translation_scorer, processes=processes))
    return AuditResult(language=code, rows=rows, thresholds=bounds)


def score(
    responses: Any,
    *,
    language: str | None = None,
    fields: Mapping[str, str] | None = None,
    workers: int = 1,
) -> ScoreResult:
    """Judge responses of models: in which language they think and answer, and whether they are right.

    Args:
        responses: file, folder or glob, logs of evaluation tools included; or a table, a list of dicts.
        language: language that all should be in, where no column says it.
        fields: role → column, as in `{"response": "text", "gold": "answer"}`.
        workers: processes that judge.

    Raises:
        InputError: a file or a row is wrong; the message names it.
    """
    from parallelize.assemble.judges import language_judge
    from parallelize.assemble.response_files import read_response_files
    from parallelize.evaluation.score_report import measure
    from parallelize.evaluation.scoring import ScoreOptions, score_responses

    constants = {"language": language} if language else {}
    columns = ResponseColumns(fields=dict(fields or {}), constants=constants)
    options = ScoreOptions()
    with _file(responses) as path:
        found = read_response_files((path,), columns, form="auto")
    codes = tuple(sorted({item.language for item in found.responses}))
    verdicts = tuple(
        score_responses(found.responses, partial(language_judge, codes), options, workers=workers)
    )
    detectors = language_judge(codes).signature.split(" ; ")
    report = measure(
        verdicts, file=found.name, options=options, detectors=detectors, metrics={}, notes=found.notes
    )
    return ScoreResult(report=report, verdicts=verdicts)


def export(
    run: str | Path | BuiltRun,
    form: str,
    *,
    langs: str | Sequence[str] = (),
    out: str | Path | None = None,
    with_source: bool = True,
    instruction: Literal["none", "answer", "think"] = "none",
    **options: Any,
) -> ExportedFiles:
    """Write training files from a run: the same problems in 1, 2, … languages.

    Args:
        run: a run, or its folder.
        form: `verl`, `trl-sft`, `trl-grpo`, `openrlhf`, `messages`, `alpaca`, …
        langs: target languages in the order in which mixes take them; all by default.
        out: folder of the files; `RUN/export/FORM` by default.
        with_source: the source language is one of the languages.
        instruction: sentence at the end of each prompt, in its language: answer, or think and answer, in it.
        options: further fields of `stages.export_files.ExportOptions`, such as `rows=1000` or `seed=1`.

    Raises:
        InputError: no corpus, or too few rows for what is asked.
    """
    from parallelize.stages.export_files import ExportOptions, export_corpus, ordered_languages
    from parallelize.stages.export_formats import CONTRACTS
    from parallelize.store.aligned import open_aligned

    folder = run.folder if isinstance(run, BuiltRun) else Path(run)
    if form not in CONTRACTS:
        raise InputError(f"there is no format {form!r}", remedy=f"formats: {', '.join(CONTRACTS)}")
    corpus = open_aligned(folder)
    codes = ordered_languages(corpus, _codes(langs) if langs else [], with_source=with_source)
    target = Path(out) if out is not None else folder / "export" / form
    chosen = ExportOptions(
        contract=CONTRACTS[form],
        languages=codes,
        instructions=_sentences(codes, instruction),
        instruction_kind=instruction,
        **options,
    )
    manifest = export_corpus(corpus, target, chosen)
    return ExportedFiles(folder=target, languages=tuple(codes), manifest=manifest)


def _sentences(codes: Sequence[str], kind: str) -> dict[str, str]:
    """The sentence that asks for a language, by language."""
    if kind == "none":
        return {}
    found = {code: instruction_for(code) for code in codes}
    return {
        code: f"{item.think if kind == 'think' else item.answer} {item.boxed}" for code, item in found.items()
    }


def law(
    results: Any,
    *,
    base: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    resamples: int = 2000,
    denominator: Literal["english", "trained"] = "english",
    pivot: str = "en",
    average: Literal["benchmarks-first", "languages-first"] = "benchmarks-first",
    scale: Literal[1, 100] = 1,
    skip_zero_base: bool = False,
) -> LawReport:
    """Measure how reasoning transfers between languages, with a scaling law over how many were trained.

    Args:
        results: accuracies or items, with the columns of `docs/evaluation.md`: file, table, list of dicts.
        base: base model of relative gains; by default the one without training languages.
        level: confidence level of all intervals.
        seed: seed of the bootstrap.
        resamples: bootstrap resamples, for item-level results.
        denominator: whose gain divides: English (or the pivot), or all trained languages.
        pivot: language that stands where English does.
        average: one ratio of means, or the mean of one ratio for each benchmark.
        scale: factor on the index.
        skip_zero_base: leave out, and count, cells where the base model's accuracy is 0.

    Raises:
        InputError: a column or a value is wrong.
    """
    from parallelize.evaluation.law import LawOptions, measure_law
    from parallelize.evaluation.results_table import read_results
    from parallelize.metrics.transfer import TransferOptions

    transfer = TransferOptions(
        denominator=denominator,
        pivot=language(pivot).code,
        average=average,
        scale=scale,
        skip_zero_base=skip_zero_base,
    )
    options = LawOptions(base=base, level=level, seed=seed, resamples=resamples, transfer=transfer)
    with _file(results) as path:
        return measure_law(read_results(Path(path)), options)


class _Quiet:
    """A watcher of builds that says nothing: in a notebook the result does."""

    def note(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        import warnings

        warnings.warn(text, stacklevel=2)

    def expect(self, code: str, total: int, done: int) -> None:
        pass

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        pass

    def row(self, code: str, kept: bool, words: int) -> None:
        pass

    def download(self, what: str, done: int, total: int) -> None:
        pass


def _codes(langs: str | Sequence[str]) -> list[str]:
    return [item.code for item in languages(langs if isinstance(langs, str) else list(langs))]


def _names(columns: str | Sequence[str]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns)


@contextmanager
def _file(data: Any) -> Iterator[str]:
    """The path of data: its own, or that of a file that lasts as long as the context."""
    if isinstance(data, str | Path):
        yield str(data)
        return
    with tempfile.TemporaryDirectory(prefix="parallelize-") as folder:
        yield _as_path(data, Path(folder) / "rows")


def _as_path(data: Any, stem: Path) -> str:
    """The path of data; rows that lie in memory are written beside `stem` first.

    Raises:
        InputError: it is nothing that has rows.
    """
    if isinstance(data, str | Path):
        return str(data)
    stem.parent.mkdir(parents=True, exist_ok=True)
    for method in ("write_parquet", "to_parquet"):  # polars; pandas and datasets
        if hasattr(data, method):
            path = stem.with_name(f"{stem.name}.parquet")
            getattr(data, method)(str(path))
            return str(path)
    if isinstance(data, Iterable):
        rows = list(data)
        if all(isinstance(row, Mapping) for row in rows):
            path = stem.with_name(f"{stem.name}.jsonl")
            lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
            path.write_text("".join(lines), encoding="utf-8")
            return str(path)
    raise InputError(
        f"{type(data).__name__} is no source of rows",
        remedy="give a path, a pandas or polars table, a datasets.Dataset, or a list of dicts",
    )
