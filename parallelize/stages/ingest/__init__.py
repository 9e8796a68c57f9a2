"""Ingest: files and datasets of any common shape become records with stable ids."""

from parallelize.stages.ingest.roles import Column, RoleMapping
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
)

__all__ = [
    "CONTENT_ID",
    "NO_COLUMN",
    "Column",
    "Ingestion",
    "Note",
    "NoteKind",
    "RejectReason",
    "RejectedRow",
    "RoleMapping",
    "Roles",
    "SourceDescription",
    "SourceFile",
    "SourceFormat",
    "SourceSpec",
    "open_source",
]
