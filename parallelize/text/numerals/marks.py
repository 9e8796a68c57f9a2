"""Marks of written numbers: decimal and grouping conventions, percent words, stop words, by language.

The decimal and grouping marks are those of CLDR (checked against Babel in `tests/text/test_numerals.py`),
with the regions that differ from their language listed by hand.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

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
_PLAIN_SPACE_GROUPS: Final = _COMMA_SPACE | {"es", "pt", "it", "ca", "de-at", "nl"}
"""Languages in which "20 000" with an ordinary space is one number."""

_PERCENT_AFTER: Final[dict[str, str]] = {
    "en": r"per\s?cent\b|percentage points?\b",
    "de": r"prozent\w*",
    "nl": r"procent\w*",
    "sv": r"procent\w*",
    "da": r"procent\w*|pct\b",
    "no": r"prosent\w*|pst\b",
    "fr": r"pour[ \u00a0-]cents?\b",
    "es": r"por ciento\b",
    "pt": r"por cento\b",
    "gl": r"por cento\b",
    "it": r"per ?cento\b",
    "ca": r"per ?cent\b",
    "ro": r"la sută\b|procente?\b",
    "ru": r"процент\w*",
    "uk": r"відсот\w*|процент\w*",
    "pl": r"procent\w*|proc\b",
    "cs": r"procent\w*",
    "el": r"τοις εκατό",
    "fi": r"prosent\w*",
    "hu": r"százalék\w*",
    "ar": r"في ال(?:مئة|مائة)|بال(?:مئة|مائة)",
    "fa": r"درصد",
    "he": r"אחוז\w*",
    "hi": r"प्रतिशत|फ़?ीसदी|फीसद",
    "bn": r"শতাংশ|পার্সেন্ট",
    "te": r"శాతం|శాతాన్ని",
    "ta": r"சதவீத|சதவிகித|விழுக்காடு",
    "th": r"เปอร์เซ็นต์|เปอร์เซนต์",
    "vi": r"phần trăm",
    "id": r"persen\b|peratus\b",
    "han": r"パーセント|个?百分点",
    "ko": r"퍼센트|프로(?!그)",
}
_PERCENT_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "tr": ("%", "yüzde"),
    "eu": ("%", "ehuneko"),
    "sw": ("asilimia",),
    "th": ("ร้อยละ",),
    "ar": ("٪", "%"),
    "fa": ("٪",),
}
_ORDINAL_AFTER: Final[dict[str, str]] = {
    "en": r"(?:st|nd|rd|th)\b",
    "fr": r"(?:ers?|[èe]res?|[ne]?des?|[èe]mes?|es?)\b",
    "nl": r"(?:ste|de|e)\b",
    "sv": r":[ae]\b",
    "es": r"[ºª]|\.[ºª]|(?:er|ro|ra|do|da|to|ta)\b",
    "pt": r"[ºª]",
    "it": r"[ºª]",
    "ca": r"(?:r|n|t|è|a)\b",
    "ru": r"-(?:й|я|е|го|му|м|ый|ая|ое|ой|ую|х)\b",
    "uk": r"-(?:й|а|е|го|му|м|ий|ій|ту|х)\b",
    "el": r"(?:ος|ου|η|ης|ο|ον)\b",
    "hi": r"(?:वां|वें|वीं|वाँ|ला|रा)",
    "bn": r"(?:ম|য়|র্থ|তম|ষ্ঠ)(?![\u0980-\u09ff])",
    "id": r"(?!)",
    "ko": r"\s?(?:번째|세기)",
    "han": r"\s?世[纪紀]",
}
_ORDINAL_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "han": ("第",),
    "ko": ("제",),
    "vi": ("thứ ",),
    "id": ("ke-",),
    "th": ("ที่ ",),
}
_MONTH_AFTER: Final[dict[str, str]] = {"han": r"\s?月(?!饼|亮)", "ko": r"\s?월"}
_HALF_DAY_AFTER: Final[dict[str, str]] = {
    "en": r"\s?[ap]\.?\s?m\b",
    "sw": r"\s(?:asubuhi|mchana|jioni|usiku|alfajiri)",
}
_MONTH_BEFORE: Final[dict[str, tuple[str, ...]]] = {"vi": ("tháng ",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a language writes numbers in digits."""

    decimal: str
    """`.` or `,`."""
    group: str
    """`.`, `,`, `'` or a space; other grouping marks are read by their shape."""
    plain_space: bool
    """An ordinary space may group digits."""
    slash_decimal: bool
    """Persian: ۳/۵ may be three and a half."""
    after: re.Pattern[str]
    """What may follow a number and changes its kind; the groups are `percent`, `halfday` ("p.m."), `ordinal`
    and `month`. The space between is part of the match."""
    percent_before: tuple[str, ...]
    ordinal_before: tuple[str, ...]
    month_before: tuple[str, ...]
    has_before: bool
    """Any of the marks that stand before a number is in use."""


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
    words = _PERCENT_AFTER.get(table)
    percent = r"[\s\u200e\u200f\u061c]?(?:\\?%|[％٪﹪]" + (f"|{words}" if words else "") + ")"
    groups = {
        "percent": percent,
        "halfday": _HALF_DAY_AFTER.get(table),
        "ordinal": _ORDINAL_AFTER.get(table),
        "month": _MONTH_AFTER.get(table),
    }
    after = "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items() if pattern)
    before = [marks.get(table, ()) for marks in (_PERCENT_BEFORE, _ORDINAL_BEFORE, _MONTH_BEFORE)]
    return Conventions(
        decimal=decimal,
        group=group,
        plain_space=group == " " or base in _PLAIN_SPACE_GROUPS or tag in _PLAIN_SPACE_GROUPS,
        slash_decimal=base == "fa",
        after=re.compile(after, re.IGNORECASE),
        percent_before=before[0],
        ordinal_before=before[1],
        month_before=before[2],
        has_before=any(before),
    )
