"""Signs and variables that stand in the running text: what a translator copies and a small model loses.

Everything is read in the notation of `text.formulas`, so `>=` is ≥, x³ is x^3, and α is `\\alpha`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from parallelize.core.late_patterns import late_pattern
from parallelize.text.formulas.notation import signs_of
from parallelize.text.protect import SpanKind, find_spans

__all__ = [
    "Relation",
    "Signs",
    "has_letter",
    "is_greek",
    "read_signs",
    "variables",
    "without_arithmetic",
    "without_hidden",
]

_HIDDEN: Final = frozenset(
    (
        SpanKind.CODE,
        SpanKind.VALUE,
        SpanKind.URL,
        SpanKind.TAG,
        SpanKind.TEMPLATE,
        SpanKind.CONTROL,
        SpanKind.CALCULATOR,
    )
)
"""Spans that are compared as they are."""
_COMPARED: Final = frozenset(("=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx"))
_ORDERED: Final = frozenset(("<", r"\le"))
_TURNED: Final = {">": "<", r"\ge": r"\le"}
"""Signs that say the same from right to left."""
_SYMBOL: Final = late_pattern(
    r"""\\(?:pm|mp|in|notin|subset|subseteq|cup|cap|emptyset|sum|prod|int|partial|nabla|forall|exists|wedge|vee
    |perp|parallel|to|Rightarrow|iff|infty|sqrt|approx|equiv|cong)$ | ^[¬^@]$""",
    re.VERBOSE,
)
"""Signs that no language has words for that a translator would rather write."""
_GREEK: Final = late_pattern(
    r"\\(?i:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau"
    r"|upsilon|phi|chi|psi|omega)$"
)
_HASHTAG: Final = late_pattern(r"(?<!\w)#(?=[^\W\d_])|(?<=\w)#")
"""A tag, or a name such as C#; "#3" is "No. 3" in many languages."""
_QUOTES: Final = late_pattern(r"^[ \t]*>+[ \t]|<<|>>|\*\*|->|=>|<-|(?<!\w)[=-]{2,}(?!\w)", re.MULTILINE)
"""Signs that are marks of quotation, headings and lists."""
_SAID: Final = late_pattern(r"(?<=[^\W\d_¹²³⁰-⁹₀-₉]{2})(?<![^\x00-\u024f][A-Za-z])[ ]?=(?!=)")
"""An equals sign behind a word, which people say: "4 daps = 7 yaps"; in 设B = 2 the B is a variable."""
_RESISTANCE: Final = late_pattern(r"(?<=\d)\s?[kMmµμ]?[Ω\u2126](?!\w)")
"""A unit, which people write out."""
_SQUARE_UNIT: Final = late_pattern(r"(?<=\d)\s?[kcdm]?(?:m|ft|in|yd|mi)(?:\^\{?[23]\}?|[²³])(?!\w)")
"""An area or a volume, which people write out: 25 m^2, 25平方米."""
_ARROW: Final = late_pattern(r"(?<=\S)[ ]?(?:[-=]+>|[→⇒⟶⟹])[ ]?(?=\S)")
_OPERATORS: Final = frozenset("+-*/")
_REACH: Final = 2
"""Signs beside a relation that may belong to a fraction: 2/3 < 3/4."""
_VARIABLE: Final = late_pattern(
    r"""([B-HJ-Zb-hj-z])                        # first, so that the search skips to a letter
        (?![\w'’&/+-])(?!\$\d)(?!\.[ ]?[A-Z])(?!\))     # no initial (J. Smith), no item of a list
        (?!\.[a-z]\b)                           # no abbreviation: e.g.
        (?<![\w$€£.'’°/\\&@#-].)(?<!\d[ ].)(?<!\n[ ]{2}[mglLshNVWJAK])  # not behind a number: 5 m
    """,
    re.VERBOSE,
)
_INITIAL: Final = late_pattern(r"[A-Z][a-z]+[ ]$")
_LETTER: Final = late_pattern(r"\b[Ll]etters?[ ](?:[\"'“‘]|[a-zA-Z](?:,| and| or)[ ])?$")
"""What makes a letter a letter: its name may be spelled out in another script."""
_SURNAME: Final = late_pattern(r"\.?[ ][A-Z][a-z]")
_CYRILLIC: Final = dict(zip("ABCEHKMOPTXacekmopxy", "АВСЕНКМОРТХасекморху", strict=True))
_GREEK_CAPITALS: Final = dict(zip("ABEHIKMNOPTXYZ", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))
_LOOK_ALIKES: Final = (_CYRILLIC, _GREEK_CAPITALS)


class Relation(NamedTuple):
    """A sign between two sides, turned so that the smaller side comes first."""

    left: str
    sign: str
    right: str

    @property
    def reversed(self) -> Relation:
        """The same sign with the sides exchanged."""
        return Relation(self.right, self.sign, self.left)

    @property
    def positive(self) -> Relation:
        """The same without minus signs."""
        return Relation(self.left.removeprefix("-"), self.sign, self.right.removeprefix("-"))


_ARITHMETIC = late_pattern(
    r"""
    [$€£¥₹\d] (?: (?<=\d) | (?=\d) ) [\d.,]*+ %?
    ( (?> (?: \s?[-+*/×÷·=−–^]\s? \(? [$€£¥₹]? \d[\d.,]*+ %? \)? )+ ) )?
    """,
    re.VERBOSE,
)
"""A number and, in a group, signs and numbers after it: as long in every language, and no part of what is
compared. It begins with one set of characters, by which the search skips through words; a number alone
matches too, so that no digit is looked at twice."""
_CALCULATES = late_pattern(r"[-+*/×÷·=−–^](?:(?<=[\d.,%].)|(?<=[\d.,%]\s.))\s?\(?[$€£¥₹]?\d")
"""What every piece of arithmetic has; most texts have none."""


@dataclass(slots=True)
class Signs:
    """The signs of a text."""

    counts: Counter[str] = field(default_factory=Counter)
    """How often each sign stands there; `^(` and `_(` are groups that a brace or bracket holds together."""
    operators: Counter[str] = field(default_factory=Counter)
    """How often each operator stands between two brackets or functions, or in a group below or above."""
    relations: Counter[Relation] = field(default_factory=Counter)
    """Relations with a number or letter on both sides."""


def without_arithmetic(text: str) -> str:
    """The text with a blank for each piece of arithmetic."""
    if _CALCULATES.search(text) is None:
        return text
    return _ARITHMETIC.sub(lambda found: found[0] if found[1] is None else " ", text)


def without_hidden(text: str, *, formulas: bool) -> str:
    """The text without code, addresses and tags, and without LaTeX unless `formulas` is set."""
    pieces = []
    position = 0
    for start, end, kind in find_spans(text):
        piece = text[start:end]
        if kind in _HIDDEN or (not formulas and ("$" in piece or "\\" in piece)):
            pieces.append(text[position:start])
            position = end
    return " \n ".join([*pieces, text[position:]])


def read_signs(text: str) -> Signs:
    """Count the signs of a text from which `without_hidden` took what is compared otherwise."""
    found = Signs()
    found.counts["#"] = len(_HASHTAG.findall(text))
    if ">" in text or not text.isascii():
        found.counts["→"] = len(_ARROW.findall(text))
    text = _RESISTANCE.sub(" ", _SQUARE_UNIT.sub(" ", text))
    text = _SAID.sub(" ", _QUOTES.sub(" ", text))
    read = signs_of(text)
    for place, sign in enumerate(read):
        if sign in _COMPARED:
            _add_relation(found, read, place)
        elif sign in ("^", "_"):
            group = read[place + 1 : place + 2] in (["{"], ["("])
            if group and read[place + 3 : place + 4] not in (["}"], [")"]):
                found.counts[f"{sign}("] += 1
            if sign == "^":
                found.counts[sign] += 1
        elif sign in _OPERATORS:
            found.operators[sign] += _joins_terms(read, place)
        elif sign in ("{", r"\{"):
            fraction = read[max(0, place - 1)] == "}" and r"\frac" in read[:place]
            if not fraction and read[max(0, place - 1)] not in ("^", "_", r"\frac", r"\sqrt"):
                found.counts["{"] += 1
        elif _SYMBOL.match(sign) or _GREEK.match(sign):
            found.counts[sign] += 1
    return found


def _joins_terms(read: list[str], place: int) -> bool:
    """Whether an operator has a bracket and an operand beside it, so that it is no hyphen and no dash."""
    before, after = read[max(0, place - 1) : place], read[place + 1 : place + 2]
    if not before or not after:
        return False
    inside = read[max(0, place - 2) : place - 1] == ["{"] and read[place + 2 : place + 3] == ["}"]
    closed = before[0] in (")", "]", "}") and (after[0] in ("(", "[", r"\sqrt") or after[0].isalnum())
    placed = read[max(0, place - 2) : place - 1] in (["_"], ["^"]) and after[0].isalnum()
    return inside or closed or placed or (before[0].isalnum() and after[0] == r"\sqrt")


def _add_relation(found: Signs, read: list[str], place: int) -> None:
    sign = read[place]
    left, right = _side(read[max(0, place - 1 - _REACH) : place][::-1])[::-1], read[place + 1 : place + 2]
    if right and right[0] in ("-", "+", "\\pm"):
        right = ["-" * (right[0] == "-"), *read[place + 2 : place + 3]]
    else:
        right = _side(read[place + 1 : place + 2 + _REACH])
    if sign in _TURNED:
        sign, left, right = _TURNED[sign], right, left
    found.counts[sign] += 1
    one, other = "".join(left), "".join(right)
    if one[-1:].isalnum() and other[-1:].isalnum() and one != other:
        found.relations[Relation(one, sign, other)] += 1
    elif sign in _ORDERED and one[-1:].isdigit() != other[-1:].isdigit():  # "a score > 75"
        one, other = (side if side[-1:].isdigit() else "" for side in (one, other))
        found.relations[Relation(one, sign, other)] += 1


def _side(read: list[str]) -> list[str]:
    """What stands on one side of a relation, from the relation on: a number, a letter, a fraction of them."""
    return read[:3] if read[1:2] == ["/"] else read[:1]


def is_greek(sign: str) -> bool:
    """Whether a sign is the command of a Greek letter."""
    return _GREEK.match(sign) is not None


def variables(text: str) -> Counter[str]:
    """Single letters of an English text that stand for something; articles, initials and units are none."""
    found: Counter[str] = Counter()
    for match in _VARIABLE.finditer(text):
        named = _INITIAL.search(text, max(0, match.start() - 30), match.start())
        if _LETTER.search(text, max(0, match.start() - 20), match.start()):
            continue
        if not (named and _SURNAME.match(text, match.end())):
            found[match[1]] += 1
    return found


def has_letter(letter: str, text: str) -> bool:
    """Whether a text has a letter by itself, in either case, full width or as a look-alike."""
    cases = {letter.lower(), letter.upper()}
    wide = {chr(ord(case) + 0xFEE0) for case in cases}
    alike = "".join(cases | wide | {looks[case] for looks in _LOOK_ALIKES for case in cases & looks.keys()})
    return re.search(rf"(?<![A-Za-zÀ-ɏ])[{alike}](?![A-Za-zÀ-ɏ])", text) is not None
