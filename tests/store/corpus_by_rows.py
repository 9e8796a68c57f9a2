"""The rows of a corpus one by one, straight from what they mean: what the tables by columns must equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parallelize.core.records import Record, ground_truth, rewritten
from parallelize.core.trees import Tree
from parallelize.store.corpus import OWN_COLUMN, SAME_COLUMN, CorpusSchema
from parallelize.store.tables import TranslatedRow


def translated_tree(row: TranslatedRow, record: Record) -> dict[str, Any]:
    """The row of a record with its texts translated."""
    return rewritten(record.row, ((item.path, item.part, item.target) for item in row.texts))


def _answer(row: TranslatedRow) -> str | None:
    return ground_truth(row.answer, ((one.role.value, one.source, one.target) for one in row.texts))


def language_row(
    schema: CorpusSchema, row: TranslatedRow, record: Record, provenance: Mapping[str, Any]
) -> dict[str, Any]:
    """One kept row in the target language."""
    return {
        "id": row.id,
        **_columns_of(schema, translated_tree(row, record)),
        schema.own: {
            "id": row.id,
            "answer": _answer(row),
            "source_answer": row.answer,
            "texts": [
                {"path": item.name, "role": item.role.value, "source": item.source} for item in row.texts
            ],
            "scores": {score.measure: score.value for score in row.scores},
            "provenance": {
                **provenance,
                "segments": row.segments,
                "copied_segments": row.copied,
                "repaired_segments": sum(rung.won for rung in row.rungs if rung.rung != "configured"),
                "rungs": [{"rung": rung.rung, "segments": rung.won} for rung in row.rungs if rung.won],
            },
        },
    }


def reject_row(
    schema: CorpusSchema, row: TranslatedRow, record: Record, reasons: Sequence[str], evidence: Sequence[str]
) -> dict[str, Any]:
    """One dropped row with all its texts."""
    return {
        "id": row.id,
        **_columns_of(schema, translated_tree(row, record)),
        schema.own: {
            "id": row.id,
            "answer": _answer(row),
            "source_answer": row.answer,
            "reasons": list(reasons),
            "evidence": list(evidence),
            "texts": [
                {"path": item.name, "role": item.role.value, "source": item.source, "back": item.back}
                for item in row.texts
            ],
            "scores": {score.measure: score.value for score in row.scores},
        },
    }


def parallel_row(
    schema: CorpusSchema, record: Record, trees: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Any]:
    """One id of the aligned view.

    Args:
        record: the source.
        trees: the row in each language; None where it was dropped.
    """
    whole = _columns_of(schema, record.row)
    texts = [{"path": item.name, "role": item.role.value, "speaker": item.speaker} for item in record.texts]
    return {
        **({} if "id" in trees else {"id": record.id}),
        **{
            code: None if tree is None else {name: _value(schema, tree, name) for name in schema.text_columns}
            for code, tree in trees.items()
        },
        SAME_COLUMN: {name: value for name, value in whole.items() if name not in schema.text_columns},
        OWN_COLUMN: {"id": record.id, "answer": record.answer, "texts": texts},
    }


def _columns_of(schema: CorpusSchema, tree: Tree) -> dict[str, Any]:
    return {name: _value(schema, tree, name) for name in schema.columns}


def _value(schema: CorpusSchema, tree: Tree, name: str) -> Any:
    return schema.columns[name].of(tree.get(name))
