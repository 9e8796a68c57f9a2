"""Rows to read as a campaign of Pearmut 1.1, a free server for annotating translations (arXiv 2601.02933).

The protocol is ESA: people mark error spans, then give a score from 0 to 100 (Kocmi et al. 2024, "Error Span
Annotation"). Spans that our measures suspect are filled in without a severity: the reader gives one or takes
the span away, so that nothing counts that nobody looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.trees import JsonObject
from parallelize.report.marks import suspect_spans
from parallelize.report.page import inert
from parallelize.store.tables import TextPair, TranslatedRow

__all__ = ["MODEL", "campaign", "plain_text"]

MODEL = "parallelize"
"""Key of our translation among those of an item."""
_RAW = ("<audio ", "<video ", "<img ", "<iframe ")
"""Beginnings of a text that the server takes as markup of its own; ours is data."""
_NO_FILE_NAME = re.compile(r"[^\w.-]+")
_NAME_BYTES = 150
"""The server names files by the campaign: a name must be no path, and leave room for an ending."""
_INSTRUCTIONS = (
    "Mark what is wrong in the translation, then score it from 0 to 100. Highlighted spans are suspicions of "
    "a program: give each a severity, or remove it. Formulas, code and names may stay as they are."
)


def campaign(
    name: str, languages: LanguagePair, rows: Iterable[tuple[str, TranslatedRow]], *, readers: int = 1
) -> JsonObject:
    """The campaign file of one language: a document a row, an item a text.

    Args:
        name: of the corpus.
        languages: of source and translation.
        rows: (key, row) in the order in which they are to be read.
        readers: people among whom the rows are dealt out, one after the other.
    """
    documents = [_document(key, row, languages) for key, row in rows]
    tasks = [documents[reader::readers] for reader in range(readers)]
    into = language(languages.target).name
    return {
        "info": {
            "assignment": "task-based",
            "protocol": "ESA",
            "instructions": f"From {language(languages.source).name} into {into}. {_INSTRUCTIONS}",
        },
        "campaign_id": f"{_file_name(name)}_#_{languages.source}-{languages.target}",
        "data": [task for task in tasks if task],
    }


def _document(key: str, row: TranslatedRow, languages: LanguagePair) -> list[JsonObject]:
    return [
        {
            "item_id": f"{key}#{place}",
            "row_id": row.id,
            "text": text.name,
            "src": _shown(text.source)[0],
            "tgt": {MODEL: _shown(text.target)[0]},
            "error_spans": {MODEL: _spans(text, languages)},
        }
        for place, text in enumerate(row.texts)
    ]


def _file_name(name: str) -> str:
    plain = _NO_FILE_NAME.sub("-", name).encode("utf-8", "replace")[:_NAME_BYTES]
    return plain.decode("utf-8", "ignore").strip("-.") or "corpus"


def _shown(text: str) -> tuple[str, int]:
    """A text that the server shows as text, and the characters that this puts before it."""
    return (f" {text}", 1) if text.startswith(_RAW) else (text, 0)


def _spans(text: TextPair, languages: LanguagePair) -> list[JsonObject]:
    shown, before = _shown(text.target)
    found = suspect_spans(text.source, text.target, languages)
    return [
        {
            "start_i": _place(shown, start + before),
            "end_i": _place(shown, end + before) - 1,
            "severity": None,
            "category": None,
        }
        for start, end in _apart(found)
    ]


def _place(text: str, index: int) -> int:
    """Where a character stands for a browser: UTF-16 units before it."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, none within or over another: a character has one error."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end > start and (not found or start >= found[-1][1]):
            found.append((start, end))
    return found


def plain_text(row: TranslatedRow) -> tuple[str, str]:
    """All texts of a row, source and translation, for a cell of a table."""
    return (
        "\n\n".join(inert(text.source) for text in row.texts),
        "\n\n".join(inert(text.target) for text in row.texts),
    )
