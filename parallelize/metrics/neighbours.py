"""Languages that identifiers take for one another: classes that count as one, and neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

__all__ = ["CONFUSABLE", "LESSER", "fold_group", "near_groups", "near_languages"]

_MUTUAL = (
    *(("id", "ms"), ("da", "no", "sv"), ("pt", "es", "gl", "ca"), ("ru", "uk", "bg", "be", "mk", "sh")),
    *(("hi", "mr", "ne"), ("cs", "sk"), ("nl", "af"), ("ar", "fa", "ur", "ps"), ("sh", "sl"), ("fi", "et")),
    *(("tr", "az"), ("kk", "ky", "tt"), ("xh", "zu"), ("st", "tn"), ("ga", "gd")),
)
LESSER = MappingProxyType(
    {"ast": ("es", "pt", "gl", "ca"), "oc": ("ca", "es", "fr"), "fo": ("is", "da", "no"), "fy": ("nl", "af")}
    | {"lb": ("de", "nl"), "jv": ("id", "ms"), "su": ("id", "ms"), "ceb": ("tl",), "tk": ("tr", "az")}
    | {"uz": ("tr", "az", "kk", "ru"), "ckb": ("fa", "ar"), "sd": ("ur", "ar"), "ug": ("ar", "fa")}
    | {"tg": ("ru", "bg"), "mn": ("ru", "kk", "ky"), "sa": ("hi", "mr", "ne"), "ky": ("ru",), "tt": ("ru",)}
)
"""Languages with a bigger neighbour that does not have to fear being taken for them."""


def _neighbours() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for code, others in (*((code, group) for group in _MUTUAL for code in group), *LESSER.items()):
        found[code] = found.get(code, frozenset()) | (frozenset(others) - {code})
    return found


CONFUSABLE: Mapping[str, frozenset[str]] = MappingProxyType(_neighbours())
"""Groups (`fold_group`) that an identifier may take for one another: naming one takes every voice."""

_CLASSES = MappingProxyType(
    {"hr": "sh", "bs": "sh", "sr": "sh", "nb": "no", "nn": "no", "fil": "tl", "yue": "zh"}
)
_MEMBERS = MappingProxyType({"sh": ("hr", "bs", "sr"), "no": ("no", "nb", "nn")})


@lru_cache(maxsize=1024)
def fold_group(code: str) -> str:
    """The class that a language counts as in a vote: identifiers do not tell its members apart.

    Croatian, Bosnian and Serbian are one, the forms of Norwegian, Filipino and Tagalog; a script or region
    makes no difference.
    """
    base = code.partition("-")[0]
    return _CLASSES.get(base, base)


@lru_cache(maxsize=1024)
def near_groups(code: str) -> frozenset[str]:
    """Groups that an identifier may take a language for, its own not among them."""
    return CONFUSABLE.get(fold_group(code), frozenset())


@lru_cache(maxsize=1024)
def near_languages(code: str) -> frozenset[str]:
    """The language, those of its class and those of its neighbours: what a panel should know to judge it."""
    groups = {fold_group(code), *near_groups(code)}
    return frozenset(
        {code.partition("-")[0], *(one for group in groups for one in _MEMBERS.get(group, (group,)))}
    )
