"""Word tables of this package, read once from the TSV files beside it."""

from collections.abc import Mapping
from functools import lru_cache

from parallelize.core.tables import shipped_rows
from parallelize.text.numerals import base_language

SAME: dict[str, str] = {"nb": "no", "nn": "no", "yue": "zh", "fil": "tl", "ckb": "ku"}
"""Languages that have no row of their own, and whose row they read."""


def rows(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rows of a table by their first cell; comments begin with `#`.

    Args:
        name: of the file, as `words.tsv`.
    """
    return shipped_rows(__package__, name)


@lru_cache(maxsize=512)
def codes(language: str, name: str) -> tuple[str, ...]:
    """Keys of the rows for texts of a language: its own, and English, in which models often end."""
    base = base_language(language)
    table = rows(name)
    own = base if base in table else SAME.get(base, base)
    return tuple(code for code in dict.fromkeys((own, "en")) if code in table)


def split(cell: str) -> tuple[str, ...]:
    """The alternatives of a cell."""
    return tuple(item for item in cell.split("|") if item)
