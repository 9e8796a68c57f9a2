"""What looks like a credential: by its shape in a text, or by the name of its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

__all__ = ["SECRET_SHAPES", "environment_secrets", "secret_fields"]

SECRET_SHAPES = re.compile(
    r"""
    \b(?:hf|api_org)_[A-Za-z0-9]{16,}       # Hugging Face: users, organisations
    | \bsk-[A-Za-z0-9_\-]{20,}              # OpenAI, Anthropic, and many that copy the form
    | \bgh[pousr]_[A-Za-z0-9]{20,}          # GitHub
    | \bgithub_pat_[A-Za-z0-9_]{20,}        # GitHub, fine-grained
    | \bglpat-[A-Za-z0-9_\-]{20,}           # GitLab
    | \bxox[abprs]-[A-Za-z0-9\-]{10,}       # Slack
    | \bA[KS]IA[A-Z0-9]{16}\b               # AWS access keys
    | \bAIza[A-Za-z0-9_\-]{35}              # Google
    | \b(?:gsk|nvapi|pplx|r8|tgp_v1)[_-][A-Za-z0-9_\-]{20,}   # hosted models
    """,
    re.VERBOSE,
)
"""Keys that can be told by their form."""
_SECRET_NAME = re.compile(
    r"""
    (?:^|[_\-.])                            # a word of its own within the name
    (?: api[_\-]?key | apikey | secret | password | passwd | credentials? | authorization
      | bearer | private[_\-]?key | access[_\-]?key | (?:access|auth|api|hf|session|refresh)[_\-]?token )
    (?:$|[_\-.])
    | ^(?: key | token | x-api-key )$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMES_A_VARIABLE = re.compile(r"(?:_env|_field|_file)$", re.IGNORECASE)
"""Fields that name where a key is, and hold none."""
_ADDRESS_SECRET = re.compile(
    r"^[a-z][a-z0-9+.\-]*://[^/\s@]+:[^/\s@]+@"  # user:password@
    r"|[?&](?:api[_-]?key|key|token|access_token|auth|signature|sig)=[^&\s]{6,}",
    re.IGNORECASE,
)
_SHORTEST = 8


def secret_fields(table: Mapping[str, object], path: str = "") -> Iterator[str]:
    """Paths with dots of the fields that look like they hold a credential, nested ones too."""
    for name, value in table.items():
        place = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from secret_fields(value, place)
        elif isinstance(value, list | tuple):
            yield from secret_fields({str(number): item for number, item in enumerate(value)}, place)
        elif isinstance(value, str) and _holds_secret(str(name), value):
            yield place


def _holds_secret(name: str, value: str) -> bool:
    if SECRET_SHAPES.search(value) or _ADDRESS_SECRET.search(value):
        return True
    return bool(value.strip() and _SECRET_NAME.search(name) and not _NAMES_A_VARIABLE.search(name))


def environment_secrets(environment: Mapping[str, str]) -> list[str]:
    """Values of variables whose names say that they are credentials; short ones left out."""
    named = re.compile(r"(?:_|^)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
    return [
        value for name, value in environment.items() if named.search(name) and len(value.strip()) >= _SHORTEST
    ]
