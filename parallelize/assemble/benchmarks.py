"""Reads the problems of a benchmark in each language: corpora built here, files, Hub datasets."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import ROW_ID, BenchmarkOptions, shipped_benchmarks
from parallelize.core.records import Record, Role
from parallelize.evaluation.asking import Question, WorkedExample
from parallelize.stages.evaluation_sets import with_problems
from parallelize.stages.ingest import (
    CONTENT_ID,
    NO_COLUMN,
    Ingestion,
    Roles,
    SourceFormat,
    SourceSpec,
    open_source,
)
from parallelize.store.aligned import open_aligned

if TYPE_CHECKING:
    from parallelize.core.sources import RowSource
__all__ = ["BenchmarkProblems", "load_benchmark", "load_examples"]

_HEADERLESS = ("problem", "answer")
"""Columns of tables without a header, as MGSM is published: question, then answer."""
_NO_ANSWER = "-"
_LETTERS = "ABCDEFGHIJ"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    id: str
    text: str
    gold: str | None
    level: str | None


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
        options: where it is.
        codes: languages that responses should be in.
        limit: take only the first problems of each language (of each level).
        prompt_language: ask in this language instead.
        hub: where datasets are found.

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
    read: dict[str, tuple[list[_Problem], dict[str, Any]]] = {}
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


def _read(
    options: BenchmarkOptions, code: str, limit: int | None, hub: RowSource | None
) -> tuple[list[_Problem], dict[str, Any]]:
    if _is_corpus(Path(options.path)):
        return _corpus(options, code, limit)
    place = options.for_language(code)
    problems: list[_Problem] = []
    facts: list[dict[str, Any]] = []
    for level in place.levels or (None,):
        part = place if level is None else place.model_copy(update={"split": level})
        found, described = _file(part, options, code, limit, hub)
        problems += [
            problem if level is None else _Problem(
                id=f"{level}-{problem.id}", text=problem.text, gold=problem.gold, level=level
            )
            for problem in found
        ]  # fmt: skip
        facts.append(described)
    _refuse_doubles(problems, options.name, code)
    return problems, facts[0] if len(facts) == 1 else {"levels": dict(zip(place.levels, facts, strict=True))}


def _refuse_doubles(problems: Sequence[_Problem], name: str, code: str) -> None:
    seen: set[str] = set()
    for problem in problems:
        if problem.id in seen:
            raise InputError(
                f"benchmark {name} has the id {problem.id!r} twice in {code}",
                remedy=f"name a column of unique ids, or number the rows with id = {ROW_ID!r}",
            )
        seen.add(problem.id)


def _tells_apart(options: BenchmarkOptions) -> bool:
    return options.tells_languages_apart or _is_corpus(Path(options.path))


def _is_corpus(path: Path) -> bool:
    return (path / "corpus" / "manifest.json").is_file() or (path / "manifest.json").is_file()


def _corpus(options: BenchmarkOptions, code: str, limit: int | None) -> tuple[list[_Problem], dict[str, Any]]:
    corpus = open_aligned(Path(options.path))
    if code not in corpus.languages:
        raise InputError(
            f"the corpus {options.path} has no {code}", remedy=f"it has {', '.join(corpus.languages)}"
        )
    problems: list[_Problem] = []
    for row in corpus.read([code]):
        if limit is not None and len(problems) == limit:
            break
        texts = row.texts.get(code)
        if texts is None:  # dropped in this language
            continue
        text = texts.problem or next((turn.content for turn in texts.messages if turn.role == "user"), None)
        if text is None:
            raise InputError(f"row {row.id} of {options.path} has no problem and no user turn")
        if row.answer is None and options.answer != _NO_ANSWER:
            raise _no_gold(options, f"row {row.id}")
        problems.append(_Problem(id=row.id, text=text, gold=row.answer, level=None))
    facts = {"kind": "corpus", "name": corpus.name, "manifest_sha256": corpus.manifest_sha256}
    return problems, {**facts, "rows": len(problems)}


def _file(
    place: BenchmarkOptions, options: BenchmarkOptions, code: str, limit: int | None, hub: RowSource | None
) -> tuple[list[_Problem], dict[str, Any]]:
    try:
        source = _open(place, None if place.language else limit, hub)
    except InputError as error:
        missing = not Path(place.path).exists() and not has_magic(place.path)
        raise InputError(
            f"benchmark {options.name}, {code}: {error.message}",
            remedy=_what_there_is(options, error) if missing else error.remedy,
        ) from error
    layout = source.layout
    if layout.problem is None:
        raise InputError(
            f"benchmark {options.name}, {code}: no column of problems was found in {place.path}",
            remedy="name it: --problem COLUMN, or problem = … in the benchmark",
        )
    if not layout.answers and not layout.has_solutions and place.answer != _NO_ANSWER:
        raise _no_gold(options, place.path)
    problems: list[_Problem] = []
    for item in source:
        if not isinstance(item, Record):
            raise InputError(f"benchmark {options.name}, {code}: {item.detail}")
        if place.language and str(item.row.get(place.language)) != options.called(code):
            continue
        row_id = f"{len(problems) + 1:05d}" if layout.id is None else item.id
        problems.append(_problem(item, row_id, place))
        if len(problems) == limit:
            break
    if not problems:
        raise InputError(
            f"benchmark {options.name} has no {code}: no row of {place.path} has "
            f"{options.called(code)!r} in the column {place.language!r}"
        )
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
                messages=NO_COLUMN,
            ),
            id_column=CONTENT_ID if place.id == ROW_ID else place.id,
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
            return open_source(spec(_HEADERLESS), hub=hub)
        except InputError:
            raise error from None


def _problem(record: Record, row_id: str, place: BenchmarkOptions) -> _Problem:
    text = next(item.text for item in record.texts if item.role is Role.PROBLEM)
    gold = record.answer
    if gold is None and place.answer != _NO_ANSWER:
        raise _no_gold(place, f"row {row_id}")
    level = None if place.level is None else record.row.get(place.level)
    if place.choices and gold is not None:
        text, gold = _multiple_choice(record, row_id, text, gold, place)
    return _Problem(id=row_id, text=text, gold=gold, level=None if level is None else str(level))


def _multiple_choice(
    record: Record, row_id: str, text: str, right: str, place: BenchmarkOptions
) -> tuple[str, str]:
    """The problem with its lettered choices, and the right letter; one order of an item in all languages."""
    wrong = [record.row.get(column) for column in place.choices]
    if not all(isinstance(item, str) and item.strip() for item in wrong):
        raise InputError(
            f"benchmark {place.name}, row {row_id}: a choice is missing",
            remedy=f"choices are the columns {', '.join(place.choices)}",
        )
    order = list(range(len(wrong) + 1))
    seed = int.from_bytes(hashlib.sha256(f"{place.name}\0{row_id}".encode()).digest()[:8], "big")
    random.Random(seed).shuffle(order)
    choices = [right, *map(str, wrong)]
    lines = [f"{_LETTERS[n]}) {choices[which].strip()}" for n, which in enumerate(order)]
    return f"{text.rstrip()}\n\n" + "\n".join(lines), _LETTERS[order.index(0)]


def _no_gold(options: BenchmarkOptions, where: str) -> InputError:
    return InputError(
        f"benchmark {options.name}: {where} has no gold answer",
        remedy="name its column with --answer COLUMN; --answer - judges the language only",
    )


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
