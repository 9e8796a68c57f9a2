"""Mathematics that stands in a text without dollars: `-2 < x < 8`, `a_{n+1} = 2a_n`, `{1, 3}`, `f(x)`, `S`.

It knows nothing of engines: it tells where such mathematics is. Names of variables depend on the language,
since single letters are words too ("a" and "I" in English, "o" and "e" in Portuguese).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from parallelize.text.protect.notation import NUMBER

__all__ = ["expressions", "variables"]

_FUNCTION = (
    r"(?:arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|cot|sec|csc|sqrt|log|ln|lg|exp|max|min|gcd|lcm|det|lim"
    r"|floor|ceil|abs|Pr|Var)"
)
_GREEK = r"α-ωΑ-Ωϕϵϑ"
_LETTER = (
    rf"""(?<![^\W\d_])(?<!['’.])(?![aAI][ ][^\W\d_]{{2}}|I['’])[A-Za-z{_GREEK}](?!['’]?[^\W\d_{_GREEK}])"""
)
"""A letter by itself; not an article or a pronoun before a word, not the "s" of "it's"."""
_SHORT_WORD = r"(?:is|in|of|to|he|we|it|on|at|as|by|or|if|an|am|be|do|go|me|my|no|so|up|us)\b"
_NO_ORDINAL = r"(?!(?:st|nd|rd|th|in)\b)"
"""Not 1/3rd, nor 42in."""
_POINTS = r"""
(?<![^\W\d_]) [A-Z]{2} (?![^\W_])
(?: (?= [ ]?[-+*/=<>≤≥≠≅∼⊥∥][ ]?[\w(] ) | (?<= [+*/=<>≤≥≠≅∼⊥∥] [A-Z]{2} ) | (?<= [+*/=<>≤≥≠≅∼⊥∥][ ] [A-Z]{2} )
  | (?<= [A-Z]{2} [ ][-–][ ] [A-Z]{2} ) )
"""
"""Two points in an equation: a side of a figure."""
_INNER = rf"""
(?:
    [^A-Za-z\u00c0-\u024f()\[\]{{}}|\n$\\]                    # digits, signs, other scripts
  | (?<![A-Za-z])(?!{_SHORT_WORD})[A-Za-z]{{1,2}}(?![A-Za-z\u00c0-\u024f])  # x, ab
  | {_FUNCTION}(?![A-Za-z])
  | mod(?![A-Za-z])
  | \([^()\n\u00c0-\u024f]{{0,40}}?\)                         # one more pair of brackets
  | \{{[^{{}}\n\u00c0-\u024f]{{0,40}}?\}}
)
"""
_SCRIPT = rf"""
(?:
    [_^] (?: \{{[^{{}}\n]{{0,60}}\}} | \([^()\n]{{0,60}}\) | [-+−]?[A-Za-z0-9{_GREEK}]+ )  # ^2, _{{n+1}}
  | [′″]+ | '(?=\() | [°²³¹⁰-⁹₀-₉ⁿ]+
  | !(?=[ ]?[-+*/=<>×÷·)\]}}^,]|[ ]?$)                        # 5! = 120
)
"""
_ATOM = rf"""
(?:
    {_FUNCTION}(?:{_SCRIPT})?[ ]?(?:\((?>{_INNER}{{0,60}})\)|\d++|{_LETTER})   # sin(2x), log_2 8
  | (?:[$€£¥][ ]?)?{NUMBER}(?:{_NO_ORDINAL}[A-Za-z]{{1,2}}(?![A-Za-z\u00c0-\u024f]))?%?   # 2x, $5
  | {_LETTER}(?:\((?>{_INNER}{{0,60}})\))?                       # x, f(x)
  | {_POINTS}                                                    # AB = CD
  | [(\[](?>{_INNER}{{1,80}})[)\]]                               # (x - 1), [0, 5)
  | \{{(?>{_INNER}{{0,80}})\}}                                   # {{1, 3, 5}}
  | \{{[A-Za-z]{{1,20}}(?:,[ ]?[A-Za-z]{{1,20}}){{1,20}}\}}      # {{red, green}}
  | \|(?>{_INNER}{{1,40}})\|                                     # |x - 4|
  | [∞∅ℝℤℕℚℂπ…] | \.\.\.
)(?>(?:{_SCRIPT}){{0,4}})
"""
_BEFORE = r"[-+−±∓√∛¬∀∃∑∏∫∂∇∠△]"
_OPERATOR = r"""
(?:
    <=>|<->|<==>|<=|>=|=>|==|!=|:=|->|\*\*                   # relations as people type them
  | [=<>≤≥≠≈≡≅∼~∝→⇒⇔↔∈∉⊂⊆⊃⊇]
  | [-+*/×÷·−–±∓∘∪∩∧∨⊕^]
  | (?<=\S):(?=\S)                                           # 3:5
  | (?<=[ ])\|(?=[ ])                                        # a | b
  | \bmod\b
  | x(?=[ ]?[$€£]?\d)                                        # 3 x 4
)
"""
_EXPRESSION = rf"""
  (?<![A-Za-z0-9\u00c0-\u024f_.'’\\$@#&])
  {_BEFORE}?{_ATOM}
  (?> (?: [ ]?{_OPERATOR}[ ]?{_BEFORE}?{_ATOM} | {_BEFORE}?{_ATOM} ){{0,60}} )
  (?![A-Za-z\u00c0-\u024f])
| (?:[<>!=]=|[<>≤≥≠≈])[ ]?{_BEFORE}?{_ATOM}(?![A-Za-z\u00c0-\u024f])  # count >= 8: the word stays
"""
_MATHEMATICAL = re.compile(
    rf"""
      [<>^{{}}\\|{_GREEK}≤≥≠≈≡≅∼~∝→⇒⇔↔∈∉⊂⊆⊃⊇±∓√∛¬∀∃∑∏∫∂∇∘∪∩∧∨⊕×÷·−′″²³⁰-⁹₀-₉∞∅ℝℤℕℚℂ∠△]
    | (?<=[\w)\]}}])[ ]?(?:[=+*/]|==|\*\*)[ ]?(?=[-+]?[\w(\[{{$])
    | (?<=[A-Za-z)\]])[ ]?[-–][ ]?(?=[\w(\[{{])               # x - 1; 10-15 is no mathematics
    | (?<=\d)[ ]?[-–][ ]?(?=[A-Za-z(\[])                     # 1 - x
    | (?<=\d)[ ][-–][ ](?=[$€£]?\d)                            # 10 - 3
    | _
    | [A-Za-z]\(
    | [(\[][^()\[\]]*,[^()\[\]]*[)\]]                        # (3, 4)
    | !
    | \d[ ]x[ ][$€£]?\d
    | \d[A-Za-z](?![A-Za-z])
    """,
    re.VERBOSE,
)
"""What makes an expression of numbers and letters mathematics."""
_SIGNS = frozenset("<>^{}\\|≤≥≠≈≡≅∼~∝→⇒⇔↔∈∉⊂⊆⊃⊇±∓√∛¬∀∃∑∏∫∂∇∘∪∩∧∨⊕×÷·−′″²³∞∅ℝℤℕℚℂ∠△=+*/_([") | frozenset(
    chr(number) for number in (*range(0x391, 0x3CA), 0x3D5, 0x3F5, 0x3D1)
)


@cache
def _expression() -> re.Pattern[str]:
    """Expressions; compiled when asked for: no other pattern takes as long, and few commands hide any."""
    return re.compile(_EXPRESSION, re.VERBOSE)


def expressions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of expressions between two positions of a text."""
    if _SIGNS.isdisjoint(text[start:end]) and "-" not in text and "–" not in text:
        return
    for match in _expression().finditer(text, start, end):
        low, high = _trimmed(text, match.start(), match.end())
        if low < high and _MATHEMATICAL.search(text, low, high):
            yield low, high


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    """Without a closing "..." and without brackets that only enclose the expression's neighbours."""
    body = text[low:high].rstrip(" ")
    while body.endswith(("...", "…")) and not body.endswith((", ...", ", …")):
        body = body.removesuffix("...").removesuffix("…").rstrip(" ")
    return low, low + len(body)


_WORDS_OF_ONE_LETTER = {
    "en": "aAI",
    "pt": "aAeEoO",
    "gl": "aAeEoO",
    "es": "aAeEoOuUyY",
    "ca": "aAeEiIoO",
    "fr": "aAyY",
    "it": "aAeEiIoO",
    "ro": "aAoO",
    "pl": "aAiIoOuUwWzZ",
    "cs": "aAiIkKoOsSuUvVzZ",
    "sk": "aAiIkKoOsSuUvVzZ",
    "hr": "aAiIkKoOsSuU",
    "sl": "aAiIkKoOsSvVzZ",
    "sv": "iI",
    "da": "iI",
    "nb": "iI",
    "eo": "",
    "de": "",
    "nl": "uU",
    "hu": "aAsS",
}
"""Letters of ASCII that are words of a language by themselves."""
_ALL_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AFTER_NAME = r"(?:is|are|be|has|have|and|or|to|from|will|can(?![ ]of\b)|was|denotes?|lies?|equals?|must)\b"


@lru_cache(maxsize=64)
def _variable_pattern(language: str) -> re.Pattern[str]:
    words = _WORDS_OF_ONE_LETTER.get(language, _ALL_LETTERS.lower())
    names = "".join(sign for sign in _ALL_LETTERS if sign not in words)
    article = (
        rf"""
        | (?<!['’.\-/])\b[aA]\b(?=[ ]{_AFTER_NAME}|[ ]?[,;)]|[.]?$)(?<!\bof[ ]a)   # "A is", "a,"
        | (?<=\b[Ll]et[ ])[aAI]\b(?=[ ](?:be|denote|have)\b|,)
        | (?<=\b[Pp]oint[ ])[AI]\b | (?<=\b[Ss]et[ ])[AI]\b | (?<=\bmatrix[ ])[AI]\b
        | (?<=\band[ ])A\b(?=[ ]?[,.;])
        """
        if language == "en"
        else ""
    )
    return re.compile(
        rf"""
        (?<![\w'’.\-/&@#$])(?<!\w\()           # not in a word, "it's", "T-shirt", "apple(s)"
        [{names}{_GREEK}]
        (?![\w'’\-/&@]|[.][^\W\d_])                      # nor in "p.m."
        (?:(?![.][ ][A-Z][a-z])|(?<=[a-z,][ ].))             # nor in "Mr. J. Smith"
        {article}
        """,
        re.VERBOSE,
    )


def variables(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Ranges of single letters that are no words of a language, between two positions of a text."""
    for match in _variable_pattern(language).finditer(text, start, end):
        yield match.span()
