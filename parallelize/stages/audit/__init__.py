"""Audit: gate a data set that somebody else translated. Every row in gives one row out, in order."""

from parallelize.stages.audit.conventions import with_conventions
from parallelize.stages.audit.fields import AuditFields, ColumnPair, FieldNames, find_fields
from parallelize.stages.audit.rows import AuditInput, AuditRow, open_audit
from parallelize.stages.audit.scoring import AuditedRow, AuditJob, audit_rows

__all__ = [
    "AuditFields",
    "AuditInput",
    "AuditJob",
    "AuditRow",
    "AuditedRow",
    "ColumnPair",
    "FieldNames",
    "audit_rows",
    "find_fields",
    "open_audit",
    "with_conventions",
]
