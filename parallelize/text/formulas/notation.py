r"""One notation for the many in which a formula may be set: LaTeX, plain text, Unicode, native digits.

`tokens` reads what is written sign by sign. Equal are `\frac{a}{b}` and `a/b`, `x^{2}` and `x²`, `\sqrt{x-2}`
and √(x−2), `\cdot`, `\times`, `*` and ×, `>=` and ≥, α and `\alpha`, ٤٢ and 42, `.5` and `0.5`, 6,000 and
6.000; a group that a brace or bracket holds together stays one: `a_{n+1}` is not `a_n+1`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.core.late_patterns import late_pattern

__all__ = ["RELATIONS", "language_tokens", "signs_of", "tokens", "with_carets"]

_DELIMITERS: Final = late_pattern(
    r"\$+|\\[()\[\]]|\\(?:begin|end)\{(?:equation|align|gather|displaymath|math)\*?\}"
)
_TEXT: Final = late_pattern(
    r"\\(?:text|mbox|textbf|textit|textrm|mathrm|operatorname|emph)\s*\{(?P<text>[^{}]*)\}"
)
r"""`\text{…}` and its like, with the language in it as group `text`."""
_FREE_NUMBER: Final = late_pattern(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
"""A number that no letter touches: of "2nd" and "n2" it depends on the language whether it is written."""
_SPACING: Final = late_pattern(
    r"""
    \\[,;:!> ~] | \\q?quad\b
    | \\ (?: left | right | [bB]igg?[lr]? | displaystyle | limits ) \b \.?
    | [~&] | \\\\ | \s+
    """,
    re.VERBOSE,
)
_ORDINAL: Final = late_pattern(r"\^\s*\{?\s*\\(?:text|mathrm|textrm|mbox)\s*\{[^{}]*\}\s*\}?")
_OVER: Final = late_pattern(r"\{([^{}]*)\\over(?![A-Za-z])([^{}]*)\}")
_WORDS: Final = late_pattern(
    r"""(?V1x)
      (?<![\\A-Za-z])(?:[A-Za-z]*[a-z][A-Za-z]{3,}|[A-Z][a-z]{3,})    # words of four letters or more
    | (?<!\\)[A-Za-z]*[\p{Latin}--[A-Za-z]][\p{Latin}\p{M}]*          # words with a letter that ASCII lacks
    | [[\p{L}\p{M}\p{Cf}]--[A-Za-z\p{Greek}\p{So}\u2100-\u214f]]+     # other scripts, but not Greek
    """,
    properties=True,
)
"""Language in a formula."""
_WORD_OF_TEXT: Final = late_pattern(
    r"""(?V1x)
      (?<![\\\p{Latin}])[\p{Latin}\p{M}]{2,}
    | [\p{Latin}--[A-Za-z]] | [[\p{L}\p{M}]--[\p{Latin}\p{Greek}]]+
    """,
    properties=True,
)
"""A word of running text; a single letter of ASCII may be a variable."""
_TABLE: Final = late_pattern(
    r"\\begin\{(tabular|array)\*?\}(\{[^{}]*\})?(.{0,20000}?)\\end\{\1\*?\}", re.DOTALL
)
_GREEK_LETTER: Final = late_pattern(r"\p{Greek}", properties=True)
_GREEK_WORD: Final = late_pattern(
    r"\p{Greek}*[\u0386-\u038f\u03ac-\u03b0\u03ca-\u03ce]\p{Greek}*+|\p{Greek}{5,}", properties=True
)
"""A word of Greek text: one with an accent, or one longer than the name of a figure."""
_CELL_END: Final = late_pattern(r"(&|\\\\|\\hline)")
_IN_CELL: Final = late_pattern(r"\$[^$]*\$|\\[A-Za-z]+|(?P<word>[^\W\d_]+)")

_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_SUBSCRIPTS: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙₓ", "0123456789+-=()nx", strict=True))
_BELOW: Final = late_pattern("[₀-₉]+")
_DIGITS_BELOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_RAISED: Final = late_pattern(f"[{''.join(_SUPERSCRIPTS)}]+")
_LOWERED: Final = late_pattern(f"[{''.join(_SUBSCRIPTS)}]+")
_VULGAR: Final = late_pattern("[¼½¾⅐-⅞]")
_DEGREES: Final = late_pattern(r"\^\s*\{?\s*\\circ\s*\}?|\\degree\b|\\textdegree\b|º(?![A-Za-z])")
_NATIVE_DIGIT: Final = late_pattern(r"(?![0-9])\d")
_DIVIDED: Final = late_pattern(r"(?<=\d)\s*[:：]\s*(?=\d)")
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x200B: None}
_PLAIN_ROOT: Final = late_pattern(r"(?<![\\A-Za-z])sqrt(?=\s?[({\d])")
_NO_ASCII_SIGN: Final = late_pattern(r"[<>=!-]=?>?")
_ASCII_SIGNS: Final = (
    (late_pattern(r"<=(?![=>])"), r"\\le "),
    (late_pattern(r">=(?!=)"), r"\\ge "),
    (late_pattern(r"(?<=\s)!=|=/="), r"\\ne "),
    (late_pattern(r"<=>|<->"), r"\\iff "),
    (late_pattern(r"=>"), r"\\Rightarrow "),
    (late_pattern(r"->"), r"\\to "),
    (late_pattern(r"\+/-|\+-(?=\s?\d)"), r"\\pm "),
)
_TIMES_TEN: Final = late_pattern(r"(?<=\d) x (?=10\s?[\^⁰¹²³⁻⁴-⁹])")
"""4.6 x 10^-5: a sign of multiplication in plain text."""
_NEGATIVE: Final = 4
"""Signs of a number with its minus in brackets."""
_ALIASES: Final = {
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac"), r"\frac"),
    **dict.fromkeys((r"\leq", r"\leqslant", "≤", "≦", "⩽"), r"\le"),
    **dict.fromkeys((r"\geq", r"\geqslant", "≥", "≧", "⩾"), r"\ge"),
    **dict.fromkeys((r"\neq", "≠"), r"\ne"),
    **dict.fromkeys((r"\cdot", r"\times", r"\ast", "×", "·", "⋅", "∗", "✕", "∙"), "*"),
    **dict.fromkeys((r"\div", "÷", "∕", "⁄"), "/"),
    **dict.fromkeys((r"\cdots", r"\ldots", "…", "⋯"), r"\dots"),
    **dict.fromkeys((r"\rightarrow", r"\longrightarrow", "→"), r"\to"),
    **dict.fromkeys((r"\implies", "⇒", "⟹"), r"\Rightarrow"),
    **dict.fromkeys((r"\Leftrightarrow", "⇔", "↔"), r"\iff"),
    **dict.fromkeys((r"\|", "∥", r"\Vert"), r"\parallel"),
    **dict.fromkeys((r"\mid", r"\vert", r"\lvert", r"\rvert", "∣", "｜"), "|"),
    **dict.fromkeys(("−", "‐", "‑", "﹣"), "-"),
    **dict.fromkeys((r"\varepsilon", r"\epsilon"), r"\epsilon"),
    **dict.fromkeys((r"\varphi", r"\phi"), r"\phi"),
    **dict.fromkeys((r"\setminus", r"\backslash"), r"\setminus"),
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\colon": ":",
    r"\lt": "<",
    r"\gt": ">",
    r"\%": "%",
    r"\#": "#",
    r"\&": "&",
    r"\lnot": "¬",
    r"\neg": "¬",
    "√": r"\sqrt",
    "∞": r"\infty",
    "≈": r"\approx",
    "≡": r"\equiv",
    "≅": r"\cong",
    "∼": r"\sim",
    "±": r"\pm",
    "∓": r"\mp",
    "∈": r"\in",
    "∉": r"\notin",
    "⊂": r"\subset",
    "⊆": r"\subseteq",
    "∪": r"\cup",
    "∩": r"\cap",
    "∅": r"\emptyset",
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∀": r"\forall",
    "∃": r"\exists",
    "∧": r"\wedge",
    "∨": r"\vee",
    "⊥": r"\perp",
    "⟂": r"\perp",
    "∠": r"\angle",
    "△": r"\triangle",
    "Ω": r"\Omega",
    "µ": r"\mu",
    # Functions as babel names them for Spanish, Portuguese and Russian.
    r"\sen": r"\sin",
    r"\arcsen": r"\arcsin",
    r"\tg": r"\tan",
    r"\arctg": r"\arctan",
    r"\ctg": r"\cot",
    r"\cotg": r"\cot",
    r"\cosec": r"\csc",
}
_FUNCTIONS: Final = {
    r"\sin": "sin|sen",
    r"\cos": "cos",
    r"\tan": "tan|tg",
    r"\cot": "cot|ctg|cotg|cotan",
    r"\sec": "sec",
    r"\csc": "csc|cosec",
    r"\arcsin": "arcsin|arcsen",
    r"\arccos": "arccos",
    r"\arctan": "arctan|arctg|artan",
    r"\log": "log",
    r"\ln": "ln",
    r"\max": "max|máx|макс",
    r"\min": "min|mín|мин",
    r"\gcd": "gcd|GCD|mcd|MCD|mdc|MDC|НОД|НСД|ggT|ggd|GGD|pgcd|PGCD|NWD|nsd|NSD|NZD|cmmdc|CMMDC|lnko|LNKO"
    "|syt|SGD|sgd|SFD|ebob|EBOB|OBEB|obeb|ƯCLN|ucln|FPB|fpb|ΜΚΔ|最大公约数|最大公因数|最大公約数|최대공약수|ห.ร.ม.",
    r"\lcm": "lcm|LCM|mcm|MCM|mmc|MMC|НОК|НСК|kgV|kgv|KGV|ppcm|PPCM|NWW|nsn|NSN|NZV|cmmmc|CMMMC|lkkt|LKKT"
    "|pyj|MGM|mgm|MFM|ekok|EKOK|OKEK|okek|BCNN|bcnn|KPK|kpk|ΕΚΠ|最小公倍数|最小公倍數|최소공배수|ค.ร.น.",
}
"""What functions are called, by command: greatest divisor and least multiple have a name in each language."""
_FUNCTION_OF: Final = {name: command for command, names in _FUNCTIONS.items() for name in names.split("|")}
_NAMED: Final = late_pattern(
    r"""
    \\ (?: operatorname\*? | text | mathrm | mbox | textrm ) \s* \{ \s* (?P<set>[^{}\\]{2,12}?) \s* \}
    | (?P<bare> НОД | НОК | НСД | НСК ) (?=\s?\\?[({])            # gcd and lcm, Russian and Ukrainian
    """,
    re.VERBOSE,
)
"""A function set as text or as an operator, or in Cyrillic letters."""
RELATIONS: Final = frozenset(
    ["=", "<", ">", r"\le", r"\ge", r"\in", r"\ne", r"\equiv", r"\approx", r"\parallel", r"\perp"]
)
"""Signs between the two sides of a statement."""
_TOKEN: Final = late_pattern(
    r"""
      \\[A-Za-z]+ | \\.                # a command
    | (?<=frac)\d | (?<=log_)\d        # \frac58 and \log_264: one digit
    | \d+(?:[.,]\d+)* | \.\d+          # a number with its marks
    | [^\W\d_] | \S                    # a letter, a sign
    """,
    re.VERBOSE,
)
_GROUPED: Final = late_pattern(r"[1-9]\d{0,2}(?:[.,]\d{3})+|[1-9]\d?(?:[.,]\d\d)+[.,]\d{3}")
_SPACED_GROUPS: Final = late_pattern(r"(?<=\d)(?:\{,\}|\{\.\}|\\,)(?=\d{3}(?!\d))")
_BRACED_MARK: Final = late_pattern(r"(?<=\d)\{([.,])\}(?=\d)")
_MARKS: Final = late_pattern(r"[.,]")
_SILENT: Final = frozenset([*".,;:!?。、，；：？！$'\"`", r"\triangle", r"\angle", r"\square", r"\text"])
_OPENERS: Final = {"{": "}", "(": ")", "[": "]"}
_CLOSERS: Final = frozenset(_OPENERS.values())
_DEEPEST: Final = 40
"""Groups within groups that are followed; deeper ones, which nobody writes, are read without braces."""


@lru_cache(maxsize=4096)
def tokens(piece: str) -> tuple[str, ...]:
    """What is written, sign by sign, without delimiters, spacing, language and punctuation."""
    written = _without_language(_plain(piece))
    found = _TOKEN.findall(_SPACING.sub(" ", written))
    kept = _grouped([_ALIASES.get(token, token) for token in found if token not in _SILENT])
    while kept and (kept[-1] in {"^", "_"} or (kept[-1] == "-" and "^" not in kept[-2:])):
        kept.pop()  # what stood there was language, as in n^{\text{th}} and n\text{-gon}
    return tuple(_without_products(kept)) if "*" in kept else tuple(kept)


def _without_products(found: list[str]) -> Iterator[str]:
    """The signs without the multiplication that needs none: 2 * x is 2x, and 2 * 3 is not 23."""
    for place, sign in enumerate(found):
        before, after = found[place - 1 : place], found[place + 1 : place + 2]
        plain = before and after and (before[0].isalnum() or before[0] == ")")
        if sign == "*" and plain and (after[0].isalpha() or after[0] in ("(", r"\sqrt")):
            continue
        yield sign


def language_tokens(piece: str) -> tuple[str, ...]:
    r"""The same, and of `\text{AB}` what "AB" says, though words in it are language."""
    return tokens(_TEXT.sub(r"\g<text>", piece))


def _plain(piece: str) -> str:
    """Full-width signs, native digits, powers, roots and fractions of Unicode, and ASCII signs, as LaTeX."""
    if not piece.isascii():
        piece = piece.translate(_HALF_WIDTH)
        piece = _NATIVE_DIGIT.sub(lambda digit: str(int(digit[0])), piece)
        piece = _RAISED.sub(lambda run: "^{" + "".join(map(_SUPERSCRIPTS.__getitem__, run[0])) + "}", piece)
        piece = _LOWERED.sub(lambda run: "_{" + "".join(map(_SUBSCRIPTS.__getitem__, run[0])) + "}", piece)
        piece = _VULGAR.sub(lambda mark: unicodedata.normalize("NFKC", mark[0]).replace("⁄", "/"), piece)
        if _GREEK_LETTER.search(piece):
            piece = "".join(map(_greek, _GREEK_WORD.sub(" ", piece)))
    if "sqrt" in piece:
        piece = _PLAIN_ROOT.sub(r"\\sqrt", piece)
    if _NO_ASCII_SIGN.search(piece):
        for pattern, sign in _ASCII_SIGNS:
            piece = pattern.sub(sign, piece)
    if " x 10" in piece:
        piece = _TIMES_TEN.sub("*", piece)
    return _DIVIDED.sub("/", _DEGREES.sub("°", piece))


def with_carets(text: str) -> str:
    """The text with powers as in `x^3`, and indices as in `x_0`: what is raised in x³ is a number, too."""
    text = _RAISED.sub(lambda run: "^" + "".join(map(_SUPERSCRIPTS.__getitem__, run[0])), text)
    return _BELOW.sub(lambda run: "_" + run[0].translate(_DIGITS_BELOW), text)


def _greek(character: str) -> str:
    """The command of a Greek letter; every other character as it is."""
    name = unicodedata.name(character, "") if character > "\u036f" else ""
    parts = name.split()
    if parts[:1] != ["GREEK"] or len(parts) != 4 or parts[2] != "LETTER":
        return character
    letter = {"LAMDA": "LAMBDA", "FINAL": "SIGMA"}.get(parts[3], parts[3]).lower()
    return f"\\{letter.capitalize() if parts[1] == 'CAPITAL' else letter} "


def _without_language(piece: str) -> str:
    """Delimiters and words gone; numbers in words' places stay."""
    if "\\over" in piece:
        piece = _OVER.sub(r"\\frac{\1}{\2}", piece)
    if "\\begin{" in piece:
        piece = _TABLE.sub(_cells, piece)
    piece = _SPACED_GROUPS.sub("", piece)
    piece = _BRACED_MARK.sub(r"\1", piece)
    piece = _ORDINAL.sub(" ", _DELIMITERS.sub(" ", _NAMED.sub(_command, piece)))
    piece, texts = _TEXT.subn(_numbers_said, piece)
    if texts:
        piece = _TEXT.sub(_numbers_said, piece)  # \text{is \emph{even}}
    return str(_WORDS.sub(" ", piece))


def _numbers_said(text: re.Match[str]) -> str:
    return f" {' '.join(_FREE_NUMBER.findall(text['text']))} "


def _command(named: re.Match[str]) -> str:
    """The command of a function; what is none stays."""
    command = _FUNCTION_OF.get(named["set"] or named["bare"])
    return named[0] if command is None else f"{command} "


def _cells(table: re.Match[str]) -> str:
    """A table without its columns' settings and without the language in its cells."""
    pieces = _CELL_END.split(table[3])
    return f" \\begin {' '.join(map(_cell, pieces))} \\end "


def _cell(cell: str) -> str:
    words = [match["word"] for match in _IN_CELL.finditer(cell) if match["word"]]
    if not any(len(word) > 1 for word in words):
        return cell
    return _IN_CELL.sub(lambda match: " " if match["word"] else match[0], cell)


def _grouped(found: list[str]) -> list[str]:
    """Fractions as quotients and groups in brackets, where a group is more than one sign."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    deepest = 0
    for index, sign in enumerate(found):
        if sign in _OPENERS:
            opened.append(index)
            deepest = max(deepest, len(opened))
        elif sign in _CLOSERS and opened and _OPENERS[found[opened[-1]]] == sign:
            partner[opened.pop()] = index
    if deepest > _DEEPEST:
        return [part for sign in found if sign not in "{}" for part in _number(sign)]
    return _Groups(found, partner).read(0, len(found))


def _number(sign: str) -> list[str]:
    """A number without its marks, which depend on the language: 6,000 is 6000, 3,5 and 3.5 are 3 5."""
    if sign[0] == ".":
        return ["0", sign[1:]] if len(sign) > 1 else []
    if not sign[0].isdecimal() or len(sign) == 1:
        return [sign]
    if _GROUPED.fullmatch(sign):
        return [_MARKS.sub("", sign)]
    return _MARKS.split(sign)


class _Groups:
    """Reads tokens with the partner of each opening brace or bracket at hand."""

    def __init__(self, found: list[str], partner: dict[int, int]) -> None:
        self.found, self.partner = found, partner

    def read(self, start: int, end: int) -> list[str]:
        """The tokens from `start` to `end` in one notation."""
        kept: list[str] = []
        place = start
        while place < end:
            sign = self.found[place]
            place += 1
            if sign in ("^", "_"):
                group, place = self._group(place, end)
                kept += (sign, *group)
            elif sign == r"\frac":
                above, place = self._group(place, end)
                below, place = self._group(place, end)
                if above[:2] == ["(", "-"] and len(above) == _NEGATIVE and kept[-1:] != ["^"]:
                    above = above[1:-1]  # \\frac{-2}{3} is -\\frac{2}{3}
                kept += (*above, "/", *below)
            elif sign == r"\sqrt":
                index, place = self._index(place, end)
                group, place = self._group(place, end)
                kept += (sign, *index, *group)
            elif sign not in "{}":
                kept += _number(sign)
        return kept

    def _index(self, place: int, end: int) -> tuple[list[str], int]:
        """The index of a root: \\sqrt[3]."""
        close = self.partner.get(place, end)
        if place < end and self.found[place] == "[" and close < end:
            return ["[", *self.read(place + 1, close), "]"], close + 1
        return [], place

    def _group(self, place: int, end: int, depth: int = 0) -> tuple[list[str], int]:
        """What belongs to the sign before: one sign, or a group, in brackets if it is more than one."""
        if place >= end:
            return [], place
        if self.found[place] == r"\frac" and depth < _DEEPEST:
            above, place = self._group(place + 1, end, depth + 1)
            below, place = self._group(place, end, depth + 1)
            return ["(", *above, "/", *below, ")"], place
        close = self.partner.get(place, end)
        if self.found[place] in ("{", "(") and close < end:
            inner = self.read(place + 1, close)
            return (inner if len(inner) <= 1 else ["(", *inner, ")"]), close + 1
        sign = self.found[place]
        if sign in ("-", "+") and place + 1 < end:  # x^-1
            return ["(", sign, *_number(self.found[place + 1]), ")"], place + 2
        return ([] if sign in "{}" else _number(sign)), place + 1


def signs_of(text: str) -> list[str]:
    """Every sign, number and single letter of running text, in the notation of formulas, words left out."""
    written = _WORD_OF_TEXT.sub(" ", _plain(text))
    return [
        _MARKS.sub("", sign) if sign[0].isdecimal() else sign
        for sign in (_ALIASES.get(sign, sign) for sign in _TOKEN.findall(_SPACING.sub(" ", written)))
    ]
