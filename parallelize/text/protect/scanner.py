"""One pass over a text that notes every protected span that opens with a sign of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from parallelize.text.protect.control import CONTROL, INSTRUCTION
from parallelize.text.protect.formulas import COMMON_FORMULA, is_formula
from parallelize.text.protect.notation import (
    AMOUNT,
    ARITHMETIC,
    CALCULATOR,
    COMMON_SUM,
    NUMBER,
    has_sign,
    starts_arithmetic,
)
from parallelize.text.protect.spans import Span, SpanKind, new_span

__all__ = ["DRAWING", "DRAWING_END", "OPENERS", "Scanner"]

_MATH, _SUM, _MARK = SpanKind.MATH, SpanKind.ARITHMETIC, SpanKind.CALCULATOR

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|[^A-Za-z\s]|$)")
_TICKS = re.compile(r"`+|~~~+")
_ANGLE = re.compile(
    rf"""
      (?P<control>{CONTROL})
    | (?P<calculator>{CALCULATOR})
    | (?P<tag>
        </?[A-Za-z][\w:-]{{0,40}}                                       # <name or </name
        (?:
            \s+[\w:-]{{1,40}}\s*=\s*                                    # attribute=
            (?:"[^"\n]{{0,400}}"|'[^'\n]{{0,400}}'|[^\s"'<>]{{1,200}})   # its value
        ){{0,20}}
        \s*/?>
      | <!--(?:[^-\n]|-(?!->)){{0,400}}-->                              # a comment
      )
    """,
    re.VERBOSE,
)
DRAWING, DRAWING_END = "[asy]", "[/asy]"
_TEMPLATE = re.compile(r"\{\{?[A-Za-z_][\w.]{0,60}\}?\}|%\([A-Za-z_]\w{0,40}\)[sdf]")
_MARKER = re.compile(r"####[ \t]*[^\s#][^\n]*")
_NUMERIC_MARKER = re.compile(r"####[ \t]*[-−+]?[$€£]?[-−]?\d[\d,./%°]*[.]?[ \t]*$")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_DIGITS = re.compile(r"[\d.,]*\d")
_FORMULA_END = re.compile(r"[A-Za-z\d]")
"""What stands before a closing dollar, but not before an opening one; other scripts put no space there."""
_CURRENCY = re.compile(r"\b(?:US\s?|CA|C|AU|A|NZ|HK|NT|SG|S|MX|R)\Z")
"""What stands before the dollar of an amount of money, as in "US $ 65" and "R$ 5"."""

OPENERS = "\\$`<[{#~%"
"""Signs that may open a span; beside them, a digit may."""
_PLAIN = re.escape(
    "".join(sign for sign in map(chr, range(128)) if sign not in OPENERS and not sign.isdigit())
)
"""The signs of ASCII that open nothing: a set of them alone is much faster than one with `\\d` in it."""
_OPENS_NOTHING = r"""
  \d\d*+(?>(?:[.,]++\d++)*) (?! \s?%?\s?[-+*/×÷=x−–·^<] )         # a lone number
| \#(?!\#\#\#)                                                     # no "####"
| ~(?!~~)
| %(?!\()
| \[(?!asy\]|/?INST\]|\|\w)
| \{(?!\{?[A-Za-z_])
| <(?![A-Za-z/<!|｜])
"""
"""A lone number, and signs after which no reader finds a span."""
_LONE_AMOUNT = rf"""
\$ (?! \$ | \s? {NUMBER}\s?%?\s?[-+*/×÷=x−–·^<€£] )
(?= [^$\\]{{0,300}}+ (?: \$\d | \Z )                              # the next dollar is before another,
  | [\s.,;:]{{0,2}} [^\W\d_]{{2,}}+ [,;.:]?[ \n] [^\W\d_]{{2}}     # or two words follow this one
    [^$\\]{{0,300}}+ (?: \$ | \Z )
) (?> [\d.,]*\d )?
"""
"""Money, which no common formula begins with."""
_STEP = re.compile(
    rf"""
    [{_PLAIN}]*+ (?> (?: (?: [^\x00-\x7f\d][^\x00-\x7f\d]*+ | {_OPENS_NOTHING} ) [{_PLAIN}]*+ )* )
    (?: ({COMMON_FORMULA}) | ({COMMON_SUM}) | ({_LONE_AMOUNT}) | ([{re.escape(OPENERS)}\d]) | \Z )
    """,
    re.VERBOSE,
)
"""What is not protected; then a common formula or sum, money, another sign that may open one, or the end."""
_FORMULA, _COMMON_SUM, _MONEY = 1, 2, 3
"""Its groups that need no reader."""
_MAY_OPEN = re.compile(
    rf"[{re.escape(OPENERS)}\-+*/×÷=x−–·^](?:(?<=[{re.escape(OPENERS)}])|(?<=[\d%].)|(?<=[\d%]\s.))"
)
"""What every span has that a reader finds: an opening sign, or one of arithmetic behind a number. It begins
with one set, by which the search skips."""
_MAX_GROUP = 4_000
_MAX_FORMULA = 20_000
_LONG_SUM = 1_000
_FAILED_SCAN_BUDGET = 400_000

_TEXT_COMMANDS = frozenset(
    {r"\textbf", r"\textit", r"\textrm", r"\textsf", r"\textsc", r"\emph", r"\underline", r"\text", r"\mbox"}
    | {r"\section", r"\subsection", r"\subsubsection", r"\paragraph", r"\title", r"\caption", r"\footnote"}
    | {r"\section*", r"\subsection*", r"\subsubsection*", r"\paragraph*"}
)
"""Commands whose argument is language."""
_TEXT_ENVIRONMENTS = frozenset(
    {"itemize", "enumerate", "description", "proof", "theorem", "lemma", "claim", "proposition", "corollary"}
    | {"definition", "remark", "example", "solution", "center", "quote", "quotation", "document", "abstract"}
    | {"minipage", "flushleft", "flushright", "case", "figure"}
)
"""Environments whose content is language."""
_FORMAL_ENVIRONMENTS = frozenset(
    {
        "equation",
        "align",
        "alignat",
        "gather",
        "multline",
        "eqnarray",
        "flalign",
        "split",
        "aligned",
        "gathered",
    }
    | {"array", "matrix", "cases", "dcases", "math", "displaymath", "subequations", "tabular", "tabularx"}
    | {"longtable", "tikzpicture", "tikzcd", "asy", "verbatim", "lstlisting", "minted", "algorithm"}
    | {"algorithmic", "alltt", "comment", "picture", "pspicture", "circuitikz", "axis", "prooftree"}
)
"""Environments whose content is none, whatever words stand in it; any other one is if words do."""
_LOOKED_AT = 1_000
_SOME_WORDS = re.compile(r"(?<![\\\w])[A-Za-z][a-z]*,? [a-z]{2,},? [a-z]{2,}\b")


class Scanner:
    """One pass over one text. Remembers what it looked for, so that hostile text stays linear."""

    __slots__ = ("_failed", "_next", "_no_sum", "_paragraph", "closing", "found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Span] = []
        self.closing: list[Span] = []
        self._next: dict[str, int] = {}
        self._paragraph = -1
        self._failed = 0
        self._no_sum = 0

    def scan(self) -> None:
        """Note all spans: `_STEP` alone finds common formulas and sums, the reader of its sign any other."""
        text, found, position = self.text, self.found, 0
        if "$" not in text and _MAY_OPEN.search(text) is None:
            return
        size = len(text)
        while position < size:
            for step in _STEP.finditer(text, position):
                group = step.lastindex
                if group == _FORMULA:
                    start, end = step.span(_FORMULA)
                    found.append(new_span(Span, (start, end, _MATH)))
                elif group is None:
                    return
                elif group == _COMMON_SUM:
                    self.add(*step.span(_COMMON_SUM), _SUM)
                elif group != _MONEY:
                    start = step.start(group)
                    position = _READERS.get(text[start], Scanner.arithmetic)(self, start)
                    break

    def add(self, start: int, end: int, kind: SpanKind) -> int:
        self.found.append(new_span(Span, (start, end, kind)))
        return end

    def next(self, closer: str, start: int) -> int:
        """Position of the next `closer` at or after `start`; the length of the text if there is none."""
        known = self._next.get(closer, -1)
        if known < start:
            known = self.text.find(closer, start)
            known = len(self.text) if known < 0 else known
            self._next[closer] = known
        return known

    def paragraph_end(self, start: int) -> int:
        if start >= self._paragraph:
            match = _PARAGRAPH_END.search(self.text, start)
            self._paragraph = match.start() + 1 if match else len(self.text) + 1
        return self._paragraph

    def group_end(self, start: int) -> int:
        """End of the brace group that opens at `start`, or -1."""
        if self._failed > _FAILED_SCAN_BUDGET:
            return -1
        depth, limit = 0, min(len(self.text), start + _MAX_GROUP)
        for match in _BRACE.finditer(self.text, start, limit):
            sign = match.group()
            if sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
                if depth == 0:
                    return match.end()
        self._failed += limit - start
        return -1

    def arguments_end(self, start: int) -> int:
        """End of the `[…]` and `{…}` arguments that directly follow a command."""
        text, position = self.text, start
        while True:
            sign = text[position : position + 1]
            if sign == "[":
                end = text.find("]", position, position + 200) + 1
                if end <= 0 or "\n" in text[position:end]:
                    return position
            elif sign == "{":
                end = self.group_end(position)
                if end < 0:
                    return position
            else:
                return position
            position = end

    # --- one reader for each opening sign: notes the span and returns where to go on ---

    def latex(self, start: int) -> int:
        match = _COMMAND.match(self.text, start)
        if match is None:
            return start + 1
        name, after = match.group(), match.end()
        if name in {"\\(", "\\["}:
            end = self.next("\\)" if name == "\\(" else "\\]", after)
            closed = end < len(self.text) and end - start <= _MAX_FORMULA
            return self.add(start, end + 2 if closed else after, _MATH)
        if name == "\\begin":
            return self._environment(start, after)
        if name == "\\$":
            amount = AMOUNT.match(self.text, after)
            return self.add(start, amount.end() if amount else after, _MATH)
        if name in _TEXT_COMMANDS and self.text.startswith("{", after):
            return self._text_command(start, after)
        return self.add(start, self.arguments_end(after) if len(name) > 2 else after, _MATH)

    def _environment(self, start: int, after: int) -> int:
        head = self.group_end(after) if self.text.startswith("{", after) else -1
        if head < 0:
            return self.add(start, after, _MATH)
        name = self.text[after + 1 : head - 1]
        plain = name.rstrip("*")
        if plain in _TEXT_ENVIRONMENTS:
            return self.add(start, head, _MATH)
        closer = f"\\end{{{name}}}"
        end = self.next(closer, head)
        closed = end < len(self.text) and end - head <= _MAX_FORMULA
        if (
            closed
            and plain not in _FORMAL_ENVIRONMENTS
            and _SOME_WORDS.search(self.text, head, min(end, head + _LOOKED_AT))
        ):
            return self.add(start, head, _MATH)
        return self.add(start, end + len(closer) if closed else head, _MATH)

    def _text_command(self, start: int, after: int) -> int:
        end = self.group_end(after)
        if end < 0:
            return self.add(start, after, _MATH)
        if not any(map(str.isalpha, self.text[after + 1 : end - 1])):
            return self.add(start, end, _MATH)
        self.closing.append(Span(end - 1, end, _MATH))
        return self.add(start, after + 1, _MATH)

    def dollar(self, start: int) -> int:
        """A formula that is none of the common ones, or money."""
        text = self.text
        if text.startswith("$$", start):
            end = self.next("$$", start + 2)
            closed = start + 2 < end < len(text) and end - start <= _MAX_FORMULA
            return self.add(start, end + 2, _MATH) if closed else start + 2
        if AMOUNT.match(text, start + 1) and _CURRENCY.search(text, max(0, start - 4), start):
            return self.arithmetic(start)
        end = self._closing_dollar(start + 1)
        return self.add(start, end + 1, _MATH) if end > 0 else self.arithmetic(start)

    def _closing_dollar(self, opened: int) -> int:
        text = self.text
        end = self.next("$", opened)
        while end < len(text) and text[end - 1] == "\\":
            end = self.next("$", end + 1)
        if (
            end <= opened
            or end >= len(text)
            or end - opened > _MAX_FORMULA
            or end > self.paragraph_end(opened)
        ):
            return -1
        if text[opened].isspace() and _FORMULA_END.match(text, opened - 2):
            return -1  # a closing dollar, not an opening one
        return end if is_formula(text[opened:end], _following(text, end + 1)) else -1

    def ticks(self, start: int) -> int:
        text = self.text
        match = _TICKS.match(text, start)
        if match is None:
            return start + 1
        fence, after = match.group(), match.end()
        if len(fence) >= 3 and not text[text.rfind("\n", 0, start) + 1 : start].strip():
            end = self.next("\n" + fence, after)
            if end < len(text):
                return self.add(start, end + 1 + len(fence), SpanKind.CODE)
            line_end = text.find("\n", after)
            return self.add(start, len(text) if line_end < 0 else line_end, SpanKind.CODE)
        end = self.next(fence, after)
        if fence[0] == "`" and end < len(text) and end <= self.paragraph_end(after):
            return self.add(start, end + len(fence), SpanKind.CODE)
        return after

    def angle(self, start: int) -> int:
        match = _ANGLE.match(self.text, start)
        return self.add(start, match.end(), SpanKind(match.lastgroup or "")) if match else start + 1

    def bracket(self, start: int) -> int:
        if self.text.startswith(DRAWING, start):
            end = self.next(DRAWING_END, start)
            if end < len(self.text):
                return self.add(start, end + len(DRAWING_END), SpanKind.CODE)
        match = INSTRUCTION.match(self.text, start)
        return self.add(start, match.end(), SpanKind.CONTROL) if match else start + 1

    def template(self, start: int) -> int:
        match = _TEMPLATE.match(self.text, start)
        return self.add(start, match.end(), SpanKind.TEMPLATE) if match else start + 1

    def marker(self, start: int) -> int:
        """A `#### n` line: numeric anywhere, any short text on the last line; else it is a heading."""
        text = self.text
        match = _MARKER.match(text, start) if start == 0 or text[start - 1] == "\n" else None
        if match is None:
            return start + 1
        line = match.group().rstrip()
        is_last = len(line) <= 80 and not text[match.end() : match.end() + 200].strip()
        if is_last or _NUMERIC_MARKER.match(line):
            return self.add(start, start + len(line), SpanKind.MARKER)
        return start + 4

    def arithmetic(self, start: int) -> int:
        """Written-out arithmetic such as `48/2 = <<48/2=24>>24`; a lone number is prose."""
        text = self.text
        match = ARITHMETIC.match(text, start) if start >= self._no_sum else None
        if match is not None and (match.lastindex is not None or has_sign(match.group())):
            end = match.end()
            if (
                not text[start - 1 : start].isalnum()
                and not text[end : end + 1].isalnum()
                and (match.end(1) >= 0 or starts_arithmetic(text, start))
            ):
                return self.add(start, end, _MARK if match.lastindex == 2 else _SUM)
            if end - start > _LONG_SUM and text[end : end + 1].isalnum():
                self._no_sum = end  # from within it, none would end elsewhere
        number = _DIGITS.match(text, start + 1)
        return number.end() if number else start + 1


def _following(text: str, start: int) -> str:
    """What decides whether a dollar before it closes a formula: `<<`, or the next character."""
    return "<<" if text.startswith("<<", start) else text[start : start + 1]


_READERS: dict[str, Callable[[Scanner, int], int]] = {
    "\\": Scanner.latex,
    "$": Scanner.dollar,
    "`": Scanner.ticks,
    "~": Scanner.ticks,
    "<": Scanner.angle,
    "[": Scanner.bracket,
    "{": Scanner.template,
    "%": Scanner.template,
    "#": Scanner.marker,
}
