"""Pieces of a text that are told by their shape and are no language: placeholders, paths, names, amounts.

It knows nothing of engines. Each pattern has the signs without which it cannot match, so that prose is quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from parallelize.core.late_patterns import late_pattern
from parallelize.text.kinds import QUERY
from parallelize.text.protect.blocks import COMMANDS
from parallelize.text.protect.notation import NUMBER

__all__ = ["AMOUNT_OF_MONEY", "DRIVE_PATH", "shapes"]

_EDGE = r"(?<![\w.@/\\$%#&-])"
"""Nothing of the same word stands before."""
_TEMPLATE = late_pattern(
    r"""
      \{\{[^{}\n]{1,80}\}\}                                      # {{ customer.name }}
    | \{%[^{}\n]{1,80}%\}                                        # {% if x %}
    | <%[^%\n]{1,80}%>                                           # <%= day %>
    | [$\#%@]\{[^{}\n]{1,60}\}                                   # ${HOME}, #{name}, %{name}
    | \$\([a-z][^()\n]{0,60}\)                                   # $(pwd)
    | \{[\w.\[\]-]{0,60}(?:![rsa])?(?::[^{}\n]{0,20})?\}         # {name}, {0:.2f}, {time:%H:%M}, {}
    | (?<![\w%])%(?:\(\w{1,40}\))?(?:\d{1,2}\$)?[-+0\#]?\d*(?:\.\d+)?    # %5.2f
        (?:l{0,2}[sdiufgxXeEc@])(?![A-Za-z])
    | (?<![\w%])%[A-Za-z_]\w{1,40}%                              # %PATH%
    | (?<![\w%])%[HMSYmdyBbAapIjZ](?:[:/., -]%[HMSYmdyBbAapIjZ])+  # %H:%M
    | <[A-Za-z][\w]*(?:[ _-]\w+){0,4}>                           # <your name>
    | \[\[[^\[\]\n]{1,80}\]\]                                    # [[inbox]]
    | \[[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+){0,5}\]                  # [YOUR NAME]
    | (?<!\w)__\w{1,40}?__(?!\w) | (?<!\w)\#\#\w{1,40}\#\# | @@\w{1,40}@@  # __token__
    | (?<![\w$])\$[A-Za-z_]\w{1,40}                              # $HOME, $count
    """,
    re.VERBOSE,
)
_FILE = (
    r"(?:txt|csv|tsv|jsonl?|ya?ml|toml|xml|html?|css|pdf|docx?|xlsx?|pptx?|md|py|ipynb|js|ts|java|cpp|cc|hpp|rs|go|rb"
    r"|sh|sql|php|png|jpe?g|gif|svg|mp[34]|wav|zip|gz|tar|log|ini|cfg|conf|exe|dll|parquet|bak|tmp|env|lock)"
)
_DRIVE = rf"""{_EDGE}[A-Za-z]:\\[^\s"'<>|,;$]*[\w\\]"""
DRIVE_PATH = late_pattern(_DRIVE)
"""A path of Windows, whose backslashes look like commands of LaTeX."""
_PATH = late_pattern(
    rf"""
      {_DRIVE}                                                    # C:\Users\maria
    | {_EDGE}\\\\\w[^\s"'<>|,;]*\w                                 # \\server\share
    | (?<![\w.)\]$])(?:~|\.{{1,2}})?/(?:[\w.@%+~-]+/)*[\w.@%+~-]*[\w/]  # /home/maria, ~/notes, ./run
    | {_EDGE}(?:[\w.@-]+/)+[\w@-]+(?:\.[\w-]+)*\.{_FILE}\b         # src/main.py
    | {_EDGE}[\w-]+(?:\.[\w-]+)*\.{_FILE}(?![\w.]\w)               # today.txt
    | {_EDGE}(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|info)\b(?:/[\w./?=&%\#~-]*[\w/])?  # example.org/a
    """,
    re.VERBOSE,
)
_SETTING = (
    r"(?:seed|lr|epochs?|timeout|retries|port|axis|depth|stride|padding|temperature|workers|threads|limit|offset|dim"
    r"|momentum|dropout|batch|steps|rank|jobs|width|height|beams|tokens)"
)
"""Names of settings, with a number; "apples=24" is language."""
_IDENTIFIER = late_pattern(
    rf"""
      {_EDGE}[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+(?:\([^()\n]{{0,80}}\))?(?<![.])   # str.strip(chars)
    | {_EDGE}[A-Za-z_]\w+\((?!(?:e?s|ies|ren|a|o|as|os)\))       # len(a, b), but not "apple(s)"
        (?:[^()\n ]{{0,80}}|[^()\n]{{0,40}}[,=*+"'][^()\n]{{0,40}})\)
    | {_EDGE}[A-Za-z][A-Za-z0-9]*_\w+(?<!_)                       # snake_case
    | {_EDGE}[a-z]{{2,}}[A-Z]\w*                                  # camelCase
    | {_EDGE}(?!(?:make|go|head|kill|node|source|tail|zip)[ ]-\w\b)      # make -j4, but not "make -x small"
        (?:{COMMANDS})(?:[ ]--?[A-Za-z][\w-]*(?:=\S*\w)?)+
    | (?<![\w-])--[A-Za-z][\w-]*(?:=\S*\w)?                       # --no-cache
    | (?<![\w-])-[A-Za-z](?![\w'-])(?=[ ]?[\w"'.;,)]|$)            # -v
    | {_EDGE}{_SETTING}=\d+(?:\.\d+)?(?![\w=])                    # seed=42
    | {_EDGE}[a-z]{{2,}}=(?:True|False|None|true|false|null|"[^"\n]{{0,80}}")(?![\w=])    # shuffle=True
    | {_EDGE}v?\d+\.\d+\.\d+[\w.+-]*(?<![.])                      # v3.1.4-rc2
    | {_EDGE}v\d+(?:\.\d+)*\b                                     # v2
    | {_EDGE}0x[0-9A-Fa-f]+\b                                     # 0xff
    """,
    re.VERBOSE,
)
_ABBREVIATIONS = frozenset(["e.g", "i.e", "a.m", "p.m", "A.M", "P.M", "U.S", "U.K", "Ph.D", "U.S.A", "a.k.a"])
_HANDLE = late_pattern(
    r"""
      (?<![\w#])\#[\w-]*\w                                        # #4821, #ff8800, #summer
    | (?<![\w@.])@[A-Za-z_][\w.-]*\w                              # @clara_m
    """,
    re.VERBOSE,
)
_SIGNS_OF_MONEY = "€£¥₹₩₽₺₪₫₱₦฿¢₴₸"
_SCALE = r"(?:[ ]?(?:k|K|M|bn|B|tn)\b)?"
AMOUNT_OF_MONEY = late_pattern(
    rf"""
      (?:(?:US|CA|A|NZ|HK|R|C)?\$|[{_SIGNS_OF_MONEY}])[ ]?{NUMBER}{_SCALE}
    | {NUMBER}{_SCALE}[ ]?[{_SIGNS_OF_MONEY}]
    """,
    re.VERBOSE,
)
"""A number with the sign of a currency before or after it."""
_UNIT = late_pattern(
    rf"""
    (?<![\w.,]){NUMBER}[ ]?
    (?:
        °[ ]?[CFK]?(?!\w)                                        # 30 °C
      | [kMGTmnµμ]?Ω(?!\w)                                       # 6 Ω
      | [µμ][A-Za-z]{{1,3}}\b                                    # 5 µm
      | [A-Za-z]{{1,3}}(?:[²³]|\^-?\d)                           # 3 m², 4 cm^3
      | [kcmdµμn]?(?:m|g|s|L|l|J|W|N|mol|ft|mi|lb)/[A-Za-zµμ]{{1,4}}(?:[²³]|\^-?\d)?(?![\w/])  # 5 m/s²
      | (?:lbs?|oz|mph|kph|kWh?|MW|GHz|MHz|Hz|kHz|rpm|psi|kPa|Pa|dB|mAh?|MB|GB|TB|KB|kB|mL|mol|eV|keV|MeV)\b
    )
    """,
    re.VERBOSE,
)


class _Shape(NamedTuple):
    pattern: re.Pattern[str]
    signs: frozenset[str]
    """Without one of these there is no match; empty: it may match any text."""


_SHAPES = (
    _Shape(_TEMPLATE, frozenset("{%<[_#@$")),
    _Shape(QUERY, frozenset(";")),
    _Shape(_PATH, frozenset("/.\\")),
    _Shape(_IDENTIFIER, frozenset("._(-") | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")),
    _Shape(_HANDLE, frozenset("#@")),
    _Shape(_UNIT, frozenset("0123456789")),
)


def shapes(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges that are no language, between two positions of a text; amounts of money are not among them."""
    signs = set(text[start:end])
    for shape in _SHAPES:
        if shape.signs.isdisjoint(signs):
            continue
        for match in shape.pattern.finditer(text, start, end):
            if match[0] not in _ABBREVIATIONS and not _is_sentence_break(match[0]):
                yield match.span()


def _is_sentence_break(found: str) -> bool:
    """Whether it is two words with a full stop and no space between them: "end.The"."""
    left, dot, right = found.partition(".")
    return bool(dot) and left.isalpha() and right.isalpha() and right[:1].isupper() and left[-1:].islower()
