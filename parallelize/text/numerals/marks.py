"""Marks of written numbers: decimal and grouping conventions, percent words, stop words, by language.

The decimal and grouping marks are those of CLDR (checked against Babel in `tests/text/test_numerals.py`),
with the regions that differ from their language listed by hand.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parallelize.text.numerals.languages import language_data
from parallelize.text.numerals.shapes import Separators

_COMMA_DOT_LIST: Final = "az bs ca da de el es eu fo gl hr id is it km lb lo mk nl pt ro rw sl sr tr vi"
_COMMA_SPACE_LIST: Final = "af be bg br cs eo et fi fr hu hy ka kk ky lt lv nb nn no pl ru sk sq sv tk uk uz"
"""Languages that write a comma before the decimals and group by a dot, or by a space."""
_COMMA_DOT: Final = frozenset(_COMMA_DOT_LIST.split())
_COMMA_SPACE: Final = frozenset(_COMMA_SPACE_LIST.split())
_DOT_SPANISH: Final = "419 mx us pr gt hn ni pa pe sv do cu bz"
"""Regions in which Spanish has a decimal point."""
_REGIONS: Final[dict[str, tuple[str, str]]] = {
    "de-ch": (".", "'"),
    "de-li": (".", "'"),
    "it-ch": (".", "'"),
    "en-za": (",", " "),
    "pt-pt": (",", " "),
    "fr-ca": (",", " "),
    "fr-ch": (",", " "),
    **{f"es-{region}": (".", ",") for region in _DOT_SPANISH.split()},
}
_BOTH_MARKS: Final = frozenset("ar fa ur ps es".split())  # noqa: SIM905
"""Languages with a decimal point, here or there, whose countries differ: 24.000 may be grouped."""
_PLAIN_SPACE_GROUPS: Final = _COMMA_SPACE | {"es", "pt", "it", "ca", "de-at", "nl"}
"""Languages in which "20 000" with an ordinary space is one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a language writes numbers in digits."""

    separators: Separators
    plain_space: bool
    """An ordinary space may group digits."""
    slash_decimal: bool
    """Persian: ۳/۵ may be three and a half."""
    after: re.Pattern[str]
    """What may follow a number and changes its kind; the groups are `percent`, `halfday` ("p.m."), `ordinal`
    and `month`. The space between is part of the match."""
    percent_before: tuple[str, ...]
    ordinal_before: tuple[str, ...]
    no_ordinal_after: re.Pattern[str]
    month_before: tuple[str, ...]
    has_before: bool
    """Any of the marks that stand before a number is in use."""


@lru_cache(maxsize=1024)
def base_language(language: str) -> str:
    """The language part of a BCP 47 tag, in lower case; underscores are read as hyphens."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def _marks(language: str) -> tuple[str, str]:
    tag = language.replace("_", "-").lower()
    base, *rest = tag.split("-")
    for subtag in rest:
        found = _REGIONS.get(f"{base}-{subtag}")
        if found is not None:
            return found
    if base in _COMMA_DOT:
        return ",", "."
    if base in _COMMA_SPACE:
        return ",", " "
    return ".", ","


@lru_cache(maxsize=512)
def conventions(language: str, table: str) -> Conventions:
    """The conventions of a language (BCP 47) whose words are in the table named."""
    decimal, group = _marks(language)
    tag = language.replace("_", "-").lower()
    base = base_language(language)
    signs = language_data(table).signs
    percent = (
        r"[\s\u200e\u200f\u061c]?(?:\\?%|[％٪﹪]"
        + (f"|{signs.percent_after}" if signs.percent_after else "")
        + ")"
    )
    groups = {
        "percent": percent,
        "halfday": signs.half_day_after,
        "ordinal": signs.ordinal_after,
        "month": signs.month_after,
    }
    after = "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items() if pattern)
    return Conventions(
        separators=Separators(decimal, group, decimal == "," or base in _BOTH_MARKS),
        plain_space=group == " " or base in _PLAIN_SPACE_GROUPS or tag in _PLAIN_SPACE_GROUPS,
        slash_decimal=base == "fa",
        after=re.compile(after, re.IGNORECASE),
        percent_before=signs.percent_before,
        ordinal_before=signs.ordinal_before,
        no_ordinal_after=re.compile(signs.no_ordinal_after or "(?!)"),
        month_before=signs.month_before,
        has_before=bool(signs.percent_before or signs.ordinal_before or signs.month_before),
    )
