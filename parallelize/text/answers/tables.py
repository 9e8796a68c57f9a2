"""Word tables of this package, read once from the TSV files beside it."""

from collections.abc import Mapping
from functools import lru_cache

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code
from parallelize.text.numerals import base_language


def rows(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rows of a table by their first cell; comments begin with `#`.

    Args:
        name: of the file, as `words.tsv`.
    """
    return shipped_rows(__package__, name)


@lru_cache(maxsize=512)
def codes(language: str, name: str) -> tuple[str, ...]:
    """Keys of the rows for texts of a language: its own, and English, in which models often end."""
    table = rows(name)
    own = row_code(table, base_language(language))
    return tuple(code for code in dict.fromkeys((own, "en")) if code in table)


def split(cell: str) -> tuple[str, ...]:
    """The alternatives of a cell."""
    return tuple(item for item in cell.split("|") if item)
