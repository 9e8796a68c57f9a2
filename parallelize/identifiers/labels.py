"""Reading the labels of identification models as the toolkit's language codes."""

from __future__ import annotations

from functools import lru_cache

from parallelize.core.languages import base_code

__all__ = ["fold", "from_label", "one_line"]

_FOLDED = {
    "zh": "wuu yue lzh gan hak nan cmn",  # of the regions, and Classical Chinese: one target language here
    "ar": "arb arz ary apc ajp acm acq aeb ars",  # as it is written in the regions
    "no": "nb nn",  # asked for as one language; identifiers answer with its two written forms
    "he": "iw",
    "id": "in",
    "hr": "sh",
    "tl": "fil",  # labels of older models
    "fa": "pes prs",
    "ms": "zsm",
    "sw": "swh",  # members of macrolanguages
}
"""Labels that count as a language here, by its code."""
_FOLD = {label: code for code, labels in _FOLDED.items() for label in labels.split()}


@lru_cache(maxsize=4096)
def fold(code: str) -> str:
    """Fold a variant to the language it counts as here (`wuu` → `zh`, `nb` → `no`, `zh-cn` → `zh`)."""
    head = code.replace("_", "-").lower().split("-", 1)[0]
    return _FOLD.get(head, head)


@lru_cache(maxsize=4096)
def from_label(label: str) -> str:
    """Read a model's label: `__label__de`, or `__label__deu_Latn` as GlotLID and NLLB write it.

    Three-letter codes become two-letter ones where there are any, members of a macrolanguage
    become the macrolanguage (`arb` → `ar`, `ekk` → `et`), then variants are folded.
    """
    code = label.removeprefix("__label__")
    head = code.split("_", 1)[0]
    if "_" in code and len(head) == 3:
        head = base_code(head) or head
    return fold(head)


def one_line(text: str) -> str:
    """Text as identification models take it: no line breaks, no NUL, no lone surrogates."""
    flat = " ".join(text.split()).replace("\0", " ")
    try:
        flat.encode("utf-8")
    except UnicodeEncodeError:
        return flat.encode("utf-8", "ignore").decode("utf-8")
    return flat
