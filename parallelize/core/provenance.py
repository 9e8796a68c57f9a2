"""Addresses: where the result of a model call lives, computed from everything that may change it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from parallelize.core.language_pair import LanguagePair
from parallelize.core.trees import JsonObject

__all__ = [
    "ADDRESS_SCHEMA",
    "EngineFingerprint",
    "Task",
    "address",
    "canonical_json",
    "digest_fields",
    "public_name",
]

ADDRESS_SCHEMA = "parallelize-call-1"
"""Changes whenever the meaning of an address changes."""


class Task(StrEnum):
    """What a model was asked to do."""

    TRANSLATE = "translate"
    BACK_TRANSLATE = "back-translate"
    ANSWER = "answer"
    JUDGE = "judge"


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, equal for equal values.

    Raises:
        ValueError: the value holds NaN or an infinity.
        TypeError: the value holds something that JSON cannot.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def public_name(model_or_dataset: str) -> str:
    """An id of the Hub as it is; of a path of this machine only its last part, which tells nothing of it."""
    local = model_or_dataset.startswith(("/", ".", "~")) or Path(model_or_dataset).is_absolute()
    return Path(model_or_dataset.rstrip("/")).name if local else model_or_dataset


def digest_fields(fields: Iterable[bytes]) -> bytes:
    """sha256 (32 bytes) over length-prefixed fields, so that no two lists of fields collide by shifting."""
    digest = hashlib.sha256()
    for item in fields:
        digest.update(len(item).to_bytes(8, "big"))
        digest.update(item)
    return digest.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFingerprint:
    """Everything about an engine that is meant to change what it says."""

    engine: str
    """Engine name, for example `bergamot` or `vllm`."""
    model: str
    """Model id, or a digest of the model files."""
    revision: str = ""
    """Pinned revision of the model, if it comes from a hub."""
    quantization: str = ""
    template_sha256: str = ""
    """Digest of the chat template."""
    prompt_sha256: str = ""
    """Digest of the prompt profile that wraps the source text."""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters after defaults are merged; JSON values."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Anything else that changes the output, for example the version of a deterministic engine."""

    def digest(self) -> bytes:
        """32 bytes that differ whenever a field differs."""
        return digest_fields([canonical_json(asdict(self)).encode()])

    def as_dict(self) -> JsonObject:
        """All fields of the fingerprint as JSON, for manifests."""
        return asdict(self)


def address(*, task: Task, fingerprint: bytes, languages: LanguagePair, attempt: str, text: str) -> bytes:
    """Return the 32-byte address of a model call.

    Args:
        task: what is asked.
        fingerprint: `EngineFingerprint.digest()`, taken after defaults are merged.
        languages: of `text` and of the reply.
        attempt: name of the rung of the repair ladder, with everything on it that is not in `text`
            (context, glossary, seed).
        text: the exact text that is sent. A lone surrogate is encoded as such, not replaced.
    """
    parts = (ADDRESS_SCHEMA, task.value, *languages, attempt)
    return digest_fields(
        [*(part.encode() for part in parts), fingerprint, text.encode("utf-8", "surrogatepass")]
    )
