"""Opens an evaluation set, file or dataset, as an index for decontamination."""

from __future__ import annotations

from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.core.sources import RowSource
from parallelize.stages.decontaminate import Decontaminator, evaluation_texts
from parallelize.stages.ingest import Ingestion, SourceSpec, open_source

__all__ = ["HEADERLESS", "index_evaluation_set", "with_problems"]

HEADERLESS = ("problem", "answer")
"""Columns of tables without a header, as MGSM and MSVAMP are published: question, then answer."""


def index_evaluation_set(
    where: str, *, hub: RowSource | None = None, n: int = 13, share: float | None = None
) -> tuple[str, Decontaminator]:
    """Read what is asked in an evaluation set.

    Args:
        where: a file, folder or glob, or a dataset as `NAME[:CONFIG[:SPLIT]]`, such as
            `openai/gsm8k:main:test`.
            A CSV or TSV file without a header may have two columns, question and answer.
        hub: where datasets are found.
        n: as for `Decontaminator.from_rows`.
        share: as for `Decontaminator.from_rows`.

    Returns:
        The name of the set and its index; labels of rows are `name:id`.

    Raises:
        InputError: it is missing, cannot be read, or has no column of problems.
    """
    source = _open(where, hub)
    name = source.describe().name
    return name, Decontaminator.from_rows(evaluation_texts(source, name=name), n=n, share=share)


def _open(where: str, hub: RowSource | None) -> Ingestion:
    try:
        return with_problems(open_source(_spec(where), hub=hub))
    except InputError as error:
        if not {".csv", ".tsv"} & set(Path(where).suffixes) or not Path(where).is_file():
            raise
        try:
            return open_source(SourceSpec(path_or_id=where, columns=HEADERLESS), hub=hub)
        except InputError:
            raise error from None


def with_problems(source: Ingestion) -> Ingestion:
    """The source itself.

    Raises:
        InputError: nothing in it is asked.
    """
    if source.layout.problem is None and not source.layout.chats:
        columns = ", ".join(source.layout.root.children)
        raise InputError(
            f"{source.spec.path_or_id}: no column with problems was recognised",
            remedy=f"name a file with a column problem or question; its columns are {columns}",
        )
    return source


def _spec(where: str) -> SourceSpec:
    if ":" not in where or Path(where).exists():
        return SourceSpec(path_or_id=where)
    name, _, rest = where.partition(":")
    config, _, split = rest.partition(":")
    return SourceSpec(path_or_id=name, config=config or None, split=split or None)
