r"""Formulas between dollars and `\(…\)`: the patterns of the common ones, and what tells them from money.

Whether a dollar opens a formula or an amount of money is decided by what stands between the dollars, after
pandoc's rule (pandoc manual, `tex_math_dollars`) made stricter: no sentence is a formula.
"""

from __future__ import annotations

import re

__all__ = ["COMMON_FORMULA", "TIGHT_FORMULA", "is_formula"]

_MATH_SIGN = r"[\\^_=+<>{}|*/]"
_WORD_LETTERS = re.compile(r"(?<![^\W\d_])(?![A-Z]{3,8}(?![^\W\d_]))[^\W\d_]{3}")
"""A run of three letters; capitals alone name points, as in triangle $ABC$."""
_COMMAND_OR_TEXT = re.compile(r"\\(?:text|mbox|textbf|textit|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,;.:]?\s+[^\W\d_]{2,}")
_MONEY_THEN_WORD = re.compile(r"\d[\d.,]*[^\w$]*\s.*[^\W\d_]{2,}", re.DOTALL)
_ANY_MATH_SIGN = re.compile(_MATH_SIGN)

TIGHT_FORMULA = r"""
\$(?:
    [A-Za-z0-9]                                             # one sign
  | [^\s$\\^_=+<>{}|*/]{0,200}+ [\\^_=+<>{}|*/] [^\s$]{0,400}+ (?<!\\)  # no white space, a mathematical sign
)\$(?!\d|<<)
"""
"""The formula that most texts have, in verbose form."""
_CLOSED_FORMULA = r"""
  \\\( [^\\]{0,200}+ (?> (?: \\(?!\)) [^\\]{0,200}+ ){0,60} ) \\\)
| \\\[ [^\\]{0,200}+ (?> (?: \\(?!\]) [^\\]{0,200}+ ){0,60} ) \\\]
"""
r"""`\(…\)` and `\[…\]` up to the first closing sign, where that is not far."""
_CLOSING = r"(?<![\\ ])\$(?![\d\x80-\U0010ffff]|<<)"
"""A dollar that closes a formula: neither escaped nor after a space nor before a digit, a
calculator mark or another script."""
_POINTS = rf"\$[A-Z]{{2,8}}{_CLOSING}"
"""Names of points: triangle $ABC$."""
_SIGNS_OR_COMMAND = r"[ !-#%-@\[\]-`{-~]{1,200}+ | \\(?:[A-Za-z]{1,200}+|[^\sA-Za-z$])"
"""Signs, digits and spaces of ASCII, or a command."""
_WORDY_FORMULA = rf"""
\$(?![\s$\d])
(?=[^$\n\\^_=+<>{{}}|*/]{{0,200}}+[\\^_=+<>{{}}|*/])        # it has a sign of mathematics
(?> (?:
    {_SIGNS_OR_COMMAND}
  | [A-Za-z]{{1,200}}+(?![A-Za-z]|[,;.:]?\s+[A-Za-z]{{2}})  # letters, unless a word follows
){{1,99}} ) {_CLOSING}
"""
"""In ASCII with a sign of mathematics, where no two words stand side by side."""
_SHORT_FORMULA = rf"""
\$ (?: (?![\s$\d]) | (?=\d)(?<![A-Z]\$)(?<!S\s\$) )         # a digit, but not of "R$ 5" or "US $ 65"
(?=[^$]{{1,80}}+\$)
(?> (?: {_SIGNS_OR_COMMAND} | [A-Za-z](?![A-Za-z]) ){{1,80}} ) {_CLOSING}
"""
"""In ASCII and no longer than 80 signs, where no two letters stand side by side."""
COMMON_FORMULA = rf"""
  {TIGHT_FORMULA}
| {_POINTS}
| {_WORDY_FORMULA}
| {_SHORT_FORMULA}
| {_CLOSED_FORMULA}
"""
"""What the readers of `$` and of a backslash would take for a formula in any case, see `is_formula`."""


def is_formula(content: str, after: str) -> bool:
    """Whether the text between two dollars is a formula rather than what is between two amounts of money.

    Args:
        content: what stands between the dollars.
        after: what comes after the second one, a digit or `<<` that is; empty at the end of the text.
    """
    if after.isdigit() or after == "<<":
        return False
    latex = "\\" in content
    if (" " in content or "\n" in content) and _reads_as_language(content, latex=latex):
        return False
    if latex or _ANY_MATH_SIGN.search(content):
        return True
    return len(content) <= 80 and not content.isspace() and not _WORD_LETTERS.search(content)


def _reads_as_language(content: str, *, latex: bool) -> bool:
    if not latex:
        only_after = content[-1].isspace() and not content[0].isspace()
        if only_after or _MONEY_THEN_WORD.match(content):
            return True
    if not _TWO_WORDS.search(content):
        return False
    # Words that stand side by side without the commands do so with them.
    return not latex or _TWO_WORDS.search(_COMMAND_OR_TEXT.sub("\\\\", content)) is not None
