"""Ingest: files and datasets of any common shape become records with stable ids."""

from parallelize.stages.ingest.layout import Layout, TextRule
from parallelize.stages.ingest.source import Ingestion, open_source
from parallelize.stages.ingest.spec import (
    CONTENT_ID,
    NO_COLUMN,
    Note,
    NoteKind,
    RejectedRow,
    RejectReason,
    Roles,
    SourceDescription,
    SourceFile,
    SourceFormat,
    SourceSpec,
    TextPolicy,
)

__all__ = [
    "CONTENT_ID",
    "NO_COLUMN",
    "Ingestion",
    "Layout",
    "Note",
    "NoteKind",
    "RejectReason",
    "RejectedRow",
    "Roles",
    "SourceDescription",
    "SourceFile",
    "SourceFormat",
    "SourceSpec",
    "TextPolicy",
    "TextRule",
    "open_source",
]
