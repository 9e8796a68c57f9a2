"""Letters that tell neighbours apart: `ы` is Russian and not Ukrainian, `ñ` Spanish and not Portuguese.

`alphabets.tsv` lists, after the main exemplar characters of Unicode CLDR, the letters of a language's
everyday spelling: for Latin script those beside a to z, for other scripts all.
"""

from __future__ import annotations

from functools import lru_cache

from parallelize.core.languages import known_language
from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code

__all__ = ["alphabet", "letters_ahead"]

_MOST = 3
"""Letters beyond which more say nothing new: a name may bring some of its own."""


@lru_cache(maxsize=512)
def alphabet(code: str, script: str) -> frozenset[str] | None:
    """Letters of a language in a script of `scripts.SCRIPTS`; None where they are not listed.

    Serbian in Latin letters has those of Croatian.
    """
    table = shipped_rows(__package__, "alphabets.tsv")
    base = row_code(table, code)
    if base == "sr" and script == "Latn":
        base = "hr"
    item = known_language(base)
    key = base if item is None or item.script == script else f"{base}-{script}"
    row = table.get(key)
    return None if row is None else frozenset(row[0])


@lru_cache(maxsize=1024)
def _only(code: str, other: str, script: str) -> tuple[str, str]:
    """Letters that only the first of two languages has, and those that only the second has."""
    one, two = alphabet(code, script), alphabet(other, script)
    if one is None or two is None:
        return "", ""
    return "".join(sorted(one - two)), "".join(sorted(two - one))


def letters_ahead(text: str, expected: str, other: str, script: str) -> int:
    """Letters of a text that only `other` has, less those that only `expected` has; at most three of each.

    Args:
        text: prose.
        expected: code of a language.
        other: code of another one.
        script: the script of `scripts.SCRIPTS` that the text is mostly in.
    """
    ours, theirs = _only(expected, other, script)
    lower = text.lower()
    return min(_MOST, sum(map(lower.count, theirs))) - min(_MOST, sum(map(lower.count, ours)))
