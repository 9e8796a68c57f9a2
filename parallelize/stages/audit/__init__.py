"""Audit: gate a data set that somebody else translated. Every row in gives one row out, in order."""

from parallelize.stages.audit.fields import AuditFields, FieldNames, TextPair, find_fields
from parallelize.stages.audit.rows import AuditInput, AuditRow, open_audit
from parallelize.stages.audit.scoring import AuditedRow, AuditJob, audit_rows

__all__ = [
    "AuditFields",
    "AuditInput",
    "AuditJob",
    "AuditRow",
    "AuditedRow",
    "FieldNames",
    "TextPair",
    "audit_rows",
    "find_fields",
    "open_audit",
]
