"""Reads the problems of a benchmark in each language: corpora built here, files, Hub datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.benchmark_problems import BenchmarkProblem, no_gold, of_corpus, problem_of, texts_of
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import ROW_ID, BenchmarkOptions, shipped_benchmarks
from parallelize.core.records import Record, Role
from parallelize.core.trees import JsonObject
from parallelize.evaluation.asking import Question, WorkedExample
from parallelize.stages.evaluation_sets import HEADERLESS, with_problems
from parallelize.stages.ingest import (
    CONTENT_ID,
    NO_COLUMN,
    Ingestion,
    Roles,
    SourceFormat,
    SourceSpec,
    open_source,
)
from parallelize.stages.lettered import Counting
from parallelize.store.aligned import open_aligned

if TYPE_CHECKING:
    from parallelize.core.sources import RowSource
__all__ = ["BenchmarkProblems", "load_benchmark", "load_examples"]

_NO_ANSWER = "-"
_Problems = tuple[list[BenchmarkProblem], JsonObject]
"""Problems of one language, and where they came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkProblems:
    """The problems of a benchmark in all languages that were asked for."""

    name: str
    questions: Mapping[str, Sequence[Question]]
    """By language that responses should be in."""
    facts: Mapping[str, Any]
    """For the manifest: where they came from, by language."""
    notes: tuple[str, ...]
    """What a reader of the results must know."""


def load_benchmark(
    options: BenchmarkOptions,
    codes: Sequence[str],
    *,
    limit: int | None = None,
    prompt_language: str | None = None,
    hub: RowSource | None = None,
) -> BenchmarkProblems:
    """Read a benchmark.

    Args:
        codes: languages that responses should be in.
        limit: take only the first problems of each language (of each level).
        prompt_language: ask in this language instead.

    Raises:
        InputError: it has no such language, no problems, no gold answers, or an id twice.
        EnvironmentFault: the Hub cannot be reached.
    """
    if len(codes) > 1 and prompt_language is None and not _tells_apart(options):
        raise InputError(
            f"benchmark {options.name} has one place for all languages, and {', '.join(codes)} are wanted",
            remedy="put {lang} into its path, config or split, name the column of languages (language = …), "
            "or say in which language its problems are: --prompt-language LANG",
        )
    read: dict[str, _Problems] = {}
    for code in codes:
        asked_in = prompt_language or code
        if asked_in not in read:
            read[asked_in] = _read(options, asked_in, limit, hub)
    questions = {
        code: [
            Question(
                benchmark=options.name,
                id=problem.id,
                text=problem.text,
                text_language=prompt_language or code,
                language=code,
                gold=problem.gold,
                level=problem.level,
                choices=problem.choices,
                chance=problem.chance,
                variant=problem.variant,
            )
            for problem in read[prompt_language or code][0]
        ]
        for code in codes
    }
    return BenchmarkProblems(
        name=options.name,
        questions=questions,
        facts={code: facts for code, (_, facts) in read.items()},
        notes=tuple(_differences(options.name, questions)),
    )


def load_examples(
    options: BenchmarkOptions, codes: Sequence[str], count: int, *, hub: RowSource | None = None
) -> dict[str, list[WorkedExample]]:
    """The first worked examples of each language.

    Raises:
        InputError: there are too few, or one has no solution.
    """
    found = {}
    for code in codes:
        place = options.for_language(code)
        source = _open(place, count, hub)
        examples = [_example(record, place.name, code) for record in source if isinstance(record, Record)]
        if len(examples) < count:
            raise InputError(
                f"{place.path} has {len(examples)} worked examples in {code}, and {count} are wanted",
                remedy="lower prompt.shots, or give another file in [prompt.examples]",
            )
        found[code] = examples[:count]
    return found


def _example(record: Record, name: str, code: str) -> WorkedExample:
    texts = {item.role: item.text for item in reversed(record.texts)}
    if Role.PROBLEM not in texts or Role.SOLUTION not in texts:
        raise InputError(
            f"the example {record.id} of {name} in {code} has no problem or no solution",
            remedy="name the columns: problem = …, solution = … in [prompt.examples]",
        )
    return WorkedExample(problem=texts[Role.PROBLEM], solution=texts[Role.SOLUTION])


def _differences(name: str, questions: Mapping[str, Sequence[Question]]) -> Iterator[str]:
    ids = {code: {item.id for item in found} for code, found in questions.items()}
    first, *others = ids
    for code in others:
        if ids[code] != ids[first]:
            shared = len(ids[code] & ids[first])
            yield (
                f"{name}: {code} has {len(ids[code])} problems and {first} {len(ids[first])}, of which "
                f"{shared} have the same id; figures of the two languages are not over the same problems"
            )


def _read(options: BenchmarkOptions, code: str, limit: int | None, hub: RowSource | None) -> _Problems:
    if _is_corpus(Path(options.path)):
        return _corpus(options, code, limit)
    place = options.for_language(code)
    problems: list[BenchmarkProblem] = []
    facts: list[dict[str, Any]] = []
    for level in place.levels or (None,):
        part = place if level is None else place.model_copy(update={"split": level})
        found, described = _file(part, options, code, limit, hub)
        problems += [
            problem if level is None else replace(problem, id=f"{level}-{problem.id}", level=level)
            for problem in found
        ]  # fmt: skip
        facts.append(described)
    _refuse_doubles(problems, options.name, code)
    return problems, facts[0] if len(facts) == 1 else {"levels": dict(zip(place.levels, facts, strict=True))}


def _refuse_doubles(problems: Sequence[BenchmarkProblem], name: str, code: str) -> None:
    seen: set[tuple[str, str | None]] = set()
    for problem in problems:
        if (problem.id, problem.variant) in seen:
            raise InputError(
                f"benchmark {name} has the id {problem.id!r} twice in {code}",
                remedy=f"name a column of unique ids, or number the rows with id = {ROW_ID!r}",
            )
        seen.add((problem.id, problem.variant))


def _tells_apart(options: BenchmarkOptions) -> bool:
    return options.tells_languages_apart or _is_corpus(Path(options.path))


def _is_corpus(path: Path) -> bool:
    return (path / "corpus" / "manifest.json").is_file() or (path / "manifest.json").is_file()


def _corpus(options: BenchmarkOptions, code: str, limit: int | None) -> _Problems:
    corpus = open_aligned(Path(options.path))
    if code not in corpus.languages:
        raise InputError(
            f"the corpus {options.path} has no {code}", remedy=f"it has {', '.join(corpus.languages)}"
        )
    problems: list[BenchmarkProblem] = []
    for row in corpus.read([code]):
        if limit is not None and len(problems) == limit:
            break
        texts = row.texts.get(code)
        if texts is None:  # dropped in this language
            continue
        problem = of_corpus(row.id, texts)
        if problem is None:
            raise InputError(f"row {row.id} of {options.path} has no problem and no user turn")
        if problem.gold is None and options.answer != _NO_ANSWER:
            raise no_gold(options.name, f"row {row.id}")
        problems.append(problem)
    facts = {"kind": "corpus", "name": corpus.name, "manifest_sha256": corpus.manifest_sha256}
    return problems, {**facts, "rows": len(problems)}


def _file(
    place: BenchmarkOptions, options: BenchmarkOptions, code: str, limit: int | None, hub: RowSource | None
) -> _Problems:
    try:
        source = _open(place, None if place.language else limit, hub)
    except InputError as error:
        missing = not Path(place.path).exists() and not has_magic(place.path)
        raise InputError(
            f"benchmark {options.name}, {code}: {error.message}",
            remedy=_what_there_is(options, error) if missing else error.remedy,
        ) from error
    layout = source.layout
    if layout.problem is None and not place.messages:
        raise InputError(
            f"benchmark {options.name}, {code}: no column of problems was found in {place.path}",
            remedy="name it: --problem COLUMN, or problem = … in the benchmark",
        )
    if not layout.answers and not layout.has_solutions and place.answer != _NO_ANSWER:
        raise no_gold(options.name, place.path)
    rows: list[tuple[str, Record]] = []
    counting = Counting()
    for item in source:
        if not isinstance(item, Record):
            raise InputError(f"benchmark {options.name}, {code}: {item.detail}")
        if place.language and str(item.row.get(place.language)) != options.called(code):
            continue
        row_id = f"{len(rows) + 1:05d}" if layout.id is None else item.id
        if place.variant and place.id not in {None, ROW_ID}:
            row_id = str(item.row.get(str(place.id)))  # the item's, which its variants share
        rows.append((row_id, item))
        counting.see(texts_of(item))
        if len(rows) == limit:
            break
    if not rows:
        raise InputError(
            f"benchmark {options.name} has no {code}: no row of {place.path} has "
            f"{options.called(code)!r} in the column {place.language!r}"
        )
    problems = [
        problem_of(record, row_id, place, needs_gold=place.answer != _NO_ANSWER, from_one=counting.from_one)
        for row_id, record in rows
    ]
    described = source.describe().as_dict()
    keys = ("source", "kind", "config", "split", "revision", "files", "rows")
    return problems, {key: described[key] for key in keys if described[key] not in (None, [])}


def _open(place: BenchmarkOptions, limit: int | None, hub: RowSource | None) -> Ingestion:
    def spec(columns: tuple[str, ...]) -> SourceSpec:
        return SourceSpec(
            path_or_id=place.path,
            config=place.config,
            split=place.split,
            revision=place.revision,
            limit=limit,
            roles=Roles(
                problem=place.problem,
                solution=place.solution,
                answer=place.answer,
                messages=place.messages or NO_COLUMN,
            ),
            id_column=CONTENT_ID if place.id == ROW_ID or place.variant else place.id,
            format=SourceFormat(place.format) if place.format else None,
            columns=columns,
            delimiter=place.delimiter,
        )

    try:
        source = open_source(spec(place.columns), hub=hub)
        return source if place.columns else with_problems(source)
    except InputError as error:
        headerless = {".csv", ".tsv"} & set(Path(place.path).suffixes) and not place.columns
        if not headerless or not Path(place.path).is_file():
            raise
        try:
            return open_source(spec(HEADERLESS), hub=hub)
        except InputError:
            raise error from None


def _what_there_is(options: BenchmarkOptions, error: InputError) -> str:
    """What to do, with the languages that exist where the path says so, or the benchmarks that ship."""
    head, place, tail = options.path.partition("{lang}")
    if place and not has_magic(head + tail):
        found = sorted(
            path[len(head) : len(path) - len(tail) or None].partition("/")[0]
            for path in glob(f"{head}*{tail}")  # noqa: PTH207 - Path.glob cannot take absolute patterns
        )
        if found:
            return f"it has {', '.join(found[:40])}"
    shipped = ", ".join(shipped_benchmarks())
    return f"{error.remedy}; benchmarks that ship: {shipped}" if error.remedy else f"benchmarks: {shipped}"
