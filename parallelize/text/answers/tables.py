"""Word tables of this package, read once from the TSV files beside it."""

from functools import cache, lru_cache
from importlib.resources import files

from parallelize.text.numerals import base_language

SAME: dict[str, str] = {"nb": "no", "nn": "no", "yue": "zh", "fil": "tl", "ckb": "ku"}
"""Languages that have no row of their own, and whose row they read."""


@cache
def rows(name: str) -> dict[str, tuple[str, ...]]:
    """The rows of a table by their first cell; comments begin with `#`.

    Args:
        name: of the file, as `words.tsv`.
    """
    text = files("parallelize.text.answers").joinpath(name).read_text(encoding="utf-8")
    cells = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {first: tuple(others) for first, *others in cells}


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
