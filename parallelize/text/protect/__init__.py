r"""Find the pieces of a text that must not be translated, hide them, and put them back.

Protected are LaTeX (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments, commands, `\boxed{…}`), code,
URLs, HTML tags, GSM8K calculator marks and `#### n` lines, plain arithmetic, template placeholders
and look-alikes of control tokens. Whether a dollar opens a formula or an amount of money is decided
by what stands between the dollars, after pandoc's rule (pandoc manual, `tex_math_dollars`) made
stricter: no sentence is a formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from parallelize.core.ports import Placeholders

__all__ = [
    "Masked",
    "Span",
    "SpanDifference",
    "SpanKind",
    "Unmasked",
    "disarm",
    "find_spans",
    "mask",
    "prose",
    "readable_prose",
    "span_difference",
    "unmask",
]


class SpanKind(StrEnum):
    """What a protected span is."""

    MATH = "math"
    CODE = "code"
    URL = "url"
    TAG = "tag"
    CALCULATOR = "calculator"
    """A calculator mark of GSM8K, with the arithmetic before it and the number after it."""
    ARITHMETIC = "arithmetic"
    """Arithmetic and symbols in plain text: `3 + 4 = 7`, `20√3 ≈ 34.6`, `✓`."""
    TEMPLATE = "template"
    CONTROL = "control"
    MARKER = "marker"


class Span(NamedTuple):
    """`text[start:end]` is protected."""

    start: int
    end: int
    kind: SpanKind


_new_span = tuple.__new__
"""`_new_span(Span, (start, end, kind))` is `Span(start, end, kind)` in a third of the time."""
_MATH, _SUM, _CALCULATOR_MARK = SpanKind.MATH, SpanKind.ARITHMETIC, SpanKind.CALCULATOR

_NUMBER = r"\d++(?:[.,]\d++)*+"
_TERM = rf"(?:[$€£]\s?)?{_NUMBER}(?:\s?%)?"
_CALCULATOR = rf"<<[^<>\n]{{0,400}}>>(?:{_NUMBER})?"
_ARITHMETIC = re.compile(rf"{_TERM}(\s?[-+*/×÷=x−·^]\s?\(?{_TERM}\)?)*(?:\s?=)?([ \t]?[$€£]?{_CALCULATOR})?")
"""Group 1: there is a second number. Group 2: a calculator mark."""
_NUMBER_THEN_SIGN = re.compile(rf"[$€£]?\s?{_NUMBER}\s?%?\s?[-+*/×÷=x−·^<]")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|[^A-Za-z\s]|$)")
_TICKS = re.compile(r"`+|~~~+")
_CONTROL = (
    r"<\|[^<>|\n]{1,64}\|>|<｜[^<>｜\n]{1,64}｜>|</?(?:s|think|bos|eos|pad|unk|mask|cls|sep|image"
    r"|start_of_turn|end_of_turn|tool_call|tool_response|begin_of_text|end_of_text)>|<</?SYS>>"
)
_ANGLE = re.compile(
    rf"(?P<control>{_CONTROL})"
    rf"|(?P<calculator>{_CALCULATOR})"
    r"|(?P<tag></?[A-Za-z][\w:-]{0,40}(?:\s+[\w:-]{1,40}\s*=\s*(?:\"[^\"\n]{0,400}\"|'[^'\n]{0,400}'"
    r"|[^\s\"'<>]{1,200})){0,20}\s*/?>|<!--(?:[^-\n]|-(?!->)){0,400}-->)"
)
_INSTRUCTION = re.compile(r"\[/?INST\]")
_LOOK_ALIKE = re.compile(rf"{_CONTROL}|{_INSTRUCTION.pattern}")
_DRAWING = "[asy]"
_TEMPLATE = re.compile(r"\{\{?[A-Za-z_][\w.]{0,60}\}?\}|%\([A-Za-z_]\w{0,40}\)[sdf]")
_URL = re.compile(
    r"(?:https?|ftp)://[^\s<>\"'`\\^{}|\u0080-\U0010ffff]+|www\.[^\s<>\"'`\\^{}|\u0080-\U0010ffff]{3,}"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}"
)
_SYMBOLS = (
    r"\u00b1-\u00b3\u00b9\u00bc-\u00be\u00d7\u00f7\u2030\u2032-\u2034\u2044\u2070-\u209f\u2150-\u218f\u2190-\u23ff"
    r"\u25a0-\u27bf\u27f0-\u27ff\u2900-\u2bff\ufe0f\U0001f000-\U0001faff"
)
_SYMBOL = re.compile(f"[{_SYMBOLS}]")
_LETTER = r"[A-Za-zα-ωΑ-Ω]"
_BETWEEN = r"[-+*/=<>^×÷·−±≈≡≠≤≥→⇒∈√]"
_SYMBOL_RUN = re.compile(
    rf"(?:(?:[£€¥]?{_NUMBER}|[{_SYMBOLS}−·]|[-+*/=<>^_|!%°()\[\]]|(?:sin|cos|tan|log|ln|mod|max|min|exp|gcd|lcm)\b"
    rf"|(?<![^\W\d_]){_LETTER}(?![A-Za-z\u00c0-\u024f])) ?)+"
)
_RUN_HEAD = re.compile(rf"(?:{_LETTER} (?!{_BETWEEN})|[-)\]%!*_|]|/+ )+")
_RUN_TAIL = re.compile(rf"(?:(?<!{_BETWEEN}) {_LETTER}|[-(\[*_|/+ ])+$")
_MARKER = re.compile(r"####[ \t]*[^\s#][^\n]*")
_NUMERIC_MARKER = re.compile(r"####[ \t]*[-−+]?[$€£]?[-−]?\d[\d,./%°]*[.]?[ \t]*$")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_WORD_LETTERS = re.compile(r"(?<![^\W\d_])(?![A-Z]{3,8}(?![^\W\d_]))[^\W\d_]{3}")
"""A run of three letters; capitals alone name points, as in triangle $ABC$."""
_COMMAND_OR_TEXT = re.compile(r"\\(?:text|mbox|textbf|textit|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,;.:]?\s+[^\W\d_]{2,}")
_MONEY_THEN_WORD = re.compile(r"\d[\d.,]*[^\w$]*\s.*[^\W\d_]{2,}", re.DOTALL)
_TIGHT_FORMULA = re.compile(r"\$(?:[A-Za-z0-9]|[^\s$\\]{0,200}[\\^_=+<>{}|*/][^\s$]{0,200}(?<!\\))\$(?!\d)")
"""The common case: one sign, or no white space and a sign of mathematics."""
_MATH_SIGN = re.compile(r"[\\^_=+<>{}|*/]")
_DIGITS = re.compile(r"[\d.,]*\d")
_FORMULA_END = re.compile(r"[A-Za-z\d]")
"""What stands before a closing dollar, but not before an opening one; other scripts put no space there."""
_AMOUNT = re.compile(rf"\s?{_NUMBER}")
_CURRENCY = re.compile(r"\b(?:US\s?|CA|C|AU|A|NZ|HK|NT|SG|S|MX|R)\Z")
"""What stands before the dollar of an amount of money, as in "US $ 65" and "R$ 5"."""
_CLOSED_FORMULA = (
    r"\\\([^\\]{0,200}+(?:\\(?!\))[^\\]{0,200}+){0,60}+\\\)"
    r"|\\\[[^\\]{0,200}+(?:\\(?!\])[^\\]{0,200}+){0,60}+\\\]"
)
r"""`\(…\)` and `\[…\]` up to the first closing sign, where that is not far."""
_ENDS_FORMULA = r"(?<![\\ ])\$(?![\d\x80-\U0010ffff])"
_SIGN_OR_SPACE = r"\\[A-Za-z]{1,200}+(?![A-Za-z])|\\[^\sA-Za-z$]| "
_SHORT_FORMULA = (
    r"\$(?:(?![\s$\d])|(?=\d)(?<![A-Z]\$)(?<!S\s\$))"
    rf"(?:[^\s$A-Za-z\\\x80-\U0010ffff]|[A-Za-z](?![A-Za-z])|{_SIGN_OR_SPACE}){{1,80}}+{_ENDS_FORMULA}"
)
"""A formula in ASCII with commands, or no longer than 80 signs, where no two letters stand side by side."""
_PLAIN_FORMULA = (
    r"\$(?![\s$\d])(?=[^$\n\\^_=+<>{}|*/]{0,200}+[\\^_=+<>{}|*/])"
    r"(?:[^\s$A-Za-z\\\x80-\U0010ffff]{1,200}+|[A-Za-z]{1,200}+(?![A-Za-z]|[,;.:]?\s+[A-Za-z]{2})"
    rf"|{_SIGN_OR_SPACE}){{1,99}}+{_ENDS_FORMULA}"
)
"""A formula in ASCII with a sign of mathematics, where no two words stand side by side."""
_POINTS = rf"\$[A-Z]{{2,8}}{_ENDS_FORMULA}"
_COMMON_FORMULA = f"{_TIGHT_FORMULA.pattern}|{_SHORT_FORMULA}|{_POINTS}|{_PLAIN_FORMULA}|{_CLOSED_FORMULA}"
"""What the readers of `$` and of a backslash would take for a formula in any case, see `_is_formula`."""
_OPENS_NOTHING = (
    rf"(?!{_NUMBER}\s?%?\s?[-+*/×÷=x−·^<])\d++(?:[.,]++\d++)*+"
    r"|#(?!###)|~(?!~~)|%(?!\()|\[(?!asy\]|/?INST\])|\{(?!\{?[A-Za-z_])|<(?![A-Za-z/<!|｜])"
)
"""A lone number, and signs after which no reader finds a span."""
_OPENERS = "\\$`<[{#~%"
_PLAIN = re.escape(
    "".join(sign for sign in map(chr, range(128)) if sign not in _OPENERS and not sign.isdigit())
)
"""The signs of ASCII that open nothing: a set of them alone is much faster than one with `\\d` in it."""
_STEP = re.compile(
    rf"(?:[{_PLAIN}]++|[^\x00-\x7f\d]++|{_OPENS_NOTHING})*+"
    rf"(?:({_COMMON_FORMULA})|([{re.escape(_OPENERS)}\d])|\Z)"
)
"""What is not protected, and after it a common formula, another sign that may open a span, or the end."""
_TRAILING = ".,;:!?)]}*_"
_MAX_GROUP = 4_000
_MAX_FORMULA = 20_000
_FAILED_SCAN_BUDGET = 400_000

_TEXT_COMMANDS = frozenset(
    {r"\textbf", r"\textit", r"\textrm", r"\textsf", r"\textsc", r"\emph", r"\underline", r"\text", r"\mbox"}
    | {r"\section", r"\subsection", r"\subsubsection", r"\paragraph", r"\title", r"\caption", r"\footnote"}
    | {r"\section*", r"\subsection*", r"\subsubsection*", r"\paragraph*"}
)
_TEXT_ENVIRONMENTS = frozenset(
    {"itemize", "enumerate", "description", "proof", "theorem", "lemma", "claim", "proposition", "corollary"}
    | {"definition", "remark", "example", "solution", "center", "quote", "quotation", "document", "abstract"}
    | {"minipage", "flushleft", "flushright", "case", "figure"}
)


class _Scanner:
    """One pass over one text. Remembers what it looked for, so that hostile text stays linear."""

    __slots__ = ("_failed", "_next", "_paragraph", "closing", "found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Span] = []
        self.closing: list[Span] = []
        self._next: dict[str, int] = {}
        self._paragraph = -1
        self._failed = 0

    def scan(self) -> None:
        """Note all spans: common formulas are found by `_STEP` alone, the rest by the reader of its sign."""
        text, found, position = self.text, self.found, 0
        size = len(text)
        while position < size:
            for step in _STEP.finditer(text, position):
                if step.lastindex == 1:
                    start, position = step.span(1)
                    found.append(_new_span(Span, (start, position, _MATH)))
                elif step.lastindex is None:
                    return
                else:
                    start = step.start(2)
                    position = _READERS.get(text[start], _Scanner.arithmetic)(self, start)
                    break

    def add(self, start: int, end: int, kind: SpanKind) -> int:
        self.found.append(_new_span(Span, (start, end, kind)))
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
            amount = _AMOUNT.match(self.text, after)
            return self.add(start, amount.end() if amount else after, _MATH)
        if name in _TEXT_COMMANDS and self.text.startswith("{", after):
            return self._text_command(start, after)
        return self.add(start, self.arguments_end(after) if len(name) > 2 else after, _MATH)

    def _environment(self, start: int, after: int) -> int:
        head = self.group_end(after) if self.text.startswith("{", after) else -1
        if head < 0:
            return self.add(start, after, _MATH)
        name = self.text[after + 1 : head - 1]
        if name.rstrip("*") in _TEXT_ENVIRONMENTS:
            return self.add(start, head, _MATH)
        closer = f"\\end{{{name}}}"
        end = self.next(closer, head)
        closed = end < len(self.text) and end - head <= _MAX_FORMULA
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
        if _AMOUNT.match(text, start + 1) and _CURRENCY.search(text, max(0, start - 4), start):
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
        return end if _is_formula(text[opened:end], text[end + 1 : end + 2]) else -1

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
        if self.text.startswith(_DRAWING, start):
            end = self.next("[/asy]", start)
            if end < len(self.text):
                return self.add(start, end + len("[/asy]"), SpanKind.CODE)
        match = _INSTRUCTION.match(self.text, start)
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
        match = _ARITHMETIC.match(text, start)
        if match is not None and (match.lastindex is not None or _has_sign(match.group())):
            end = match.end()
            if (
                not text[start - 1 : start].isalnum()
                and not text[end : end + 1].isalnum()
                and (match.end(1) >= 0 or _NUMBER_THEN_SIGN.match(text, start))
            ):
                return self.add(start, end, _CALCULATOR_MARK if match.lastindex == 2 else _SUM)
        number = _DIGITS.match(text, start + 1)
        return number.end() if number else start + 1


_READERS: dict[str, Callable[[_Scanner, int], int]] = {
    "\\": _Scanner.latex,
    "$": _Scanner.dollar,
    "`": _Scanner.ticks,
    "~": _Scanner.ticks,
    "<": _Scanner.angle,
    "[": _Scanner.bracket,
    "{": _Scanner.template,
    "%": _Scanner.template,
    "#": _Scanner.marker,
}


def _has_sign(amount: str) -> bool:
    """Whether an amount has more to it than currency, spaces and `%` or `=` behind."""
    return amount[-1] in "%=" and bool(_AMOUNT.sub("", amount, count=1).strip("$€£ %="))


def _is_formula(content: str, after: str) -> bool:
    """Whether the text between two dollars is a formula rather than what is between two amounts of money."""
    if after.isdigit():
        return False
    latex = "\\" in content
    if " " in content or "\n" in content:
        if not latex and (
            _MONEY_THEN_WORD.match(content) or (content[-1].isspace() and not content[0].isspace())
        ):
            return False
        # Words that stand side by side without the commands do so with them.
        if _TWO_WORDS.search(content) and not (
            latex and not _TWO_WORDS.search(_COMMAND_OR_TEXT.sub("\\\\", content))
        ):
            return False
    if latex or _MATH_SIGN.search(content):
        return True
    return len(content) <= 80 and not content.isspace() and not _WORD_LETTERS.search(content)


@lru_cache(maxsize=256)  # masking, prose and comparison ask about the same text
def find_spans(text: str) -> tuple[Span, ...]:
    """Return the protected spans of a text, in order, none overlapping another.

    Linear in the length of the text for ordinary text; look-ahead is bounded (4,000 characters for
    a brace group, 20,000 for a formula), so hostile text costs at most that much for each opener.
    """
    scanner = _Scanner(text)
    scanner.scan()
    found, extra = scanner.found, scanner.closing
    if "://" in text or "www." in text or "@" in text:
        extra = extra + [
            Span(match.start(), match.start() + len(match.group().rstrip(_TRAILING)), SpanKind.URL)
            for match in _URL.finditer(text)
        ]
    if not text.isascii() and _SYMBOL.search(text):
        extra = extra + list(_symbol_runs(text))
    if not extra:
        return tuple(found)
    return tuple(_without_overlap(sorted([*found, *extra], key=lambda span: (span.start, -span.end))))


def _symbol_runs(text: str) -> Iterator[Span]:
    """Symbols that are no letters of any language, with the numbers and signs they are written among."""
    end = 0
    for symbol in _SYMBOL.finditer(text):
        if symbol.start() < end:
            continue
        low = text.rfind("\n", 0, symbol.start()) + 1
        end = text.find("\n", symbol.start())
        end = len(text) if end < 0 else end
        yield from _symbol_runs_in(text, low, end)


def _symbol_runs_in(text: str, low: int, high: int) -> Iterator[Span]:
    for match in _SYMBOL_RUN.finditer(text, low, high):
        run = match.group()
        if not _SYMBOL.search(run):
            continue
        lead = _RUN_HEAD.match(run)
        head = lead.end() if lead else 0
        body = _RUN_TAIL.sub("", run[head:])
        if body.startswith("(") and ")" not in body:
            head, body = head + 1, body[1:]
        if body.endswith(")") and "(" not in body:
            body = body[:-1]
        if _SYMBOL.search(body):
            yield Span(match.start() + head, match.start() + head + len(body), SpanKind.ARITHMETIC)


def _without_overlap(spans: list[Span]) -> Iterator[Span]:
    end = 0
    for span in spans:
        if span.start >= end:
            yield span
            end = span.end


def disarm(text: str) -> str:
    """The text with a zero-width space inside every look-alike of a control token.

    For servers that tokenise prompts with control tokens parsed: it reads the same and controls nothing.
    """
    return _LOOK_ALIKE.sub(lambda match: f"{match[0][0]}\u200b{match[0][1:]}", text)


def prose(text: str) -> str:
    """Return the text without its protected spans, each replaced by one space."""
    spans = find_spans(text)
    if not spans:
        return text
    pieces = []
    position = 0
    for span in spans:
        pieces.append(text[position : span.start])
        position = span.end
    pieces.append(text[position:])
    return " ".join(pieces)


def readable_prose(text: str) -> str:
    """`prose` of a text that may have been cut: a drawing in code that was never closed is none either."""
    if text.rfind("[asy]") > text.rfind("[/asy]"):
        text = text[: text.rindex("[asy]")]
    return prose(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanDifference:
    """Protected spans of one text against another, as multisets after white-space normalisation."""

    lost: tuple[str, ...]
    """In the source, not in the target."""
    added: tuple[str, ...]
    """In the target, not in the source."""

    @property
    def count(self) -> int:
        """lost + added."""
        return len(self.lost) + len(self.added)


def _compared(text: str) -> list[str]:
    """Spans without arithmetic, of which it depends on the words around it where it begins."""
    return [text[start:end] for start, end, kind in find_spans(text) if kind is not _SUM]


def _normalised(spans: list[str]) -> Counter[str]:
    """Spans without white space."""
    return Counter("".join(span.split()) for span in spans)


def span_difference(source: str, target: str) -> SpanDifference:
    """Compare the protected spans of two texts, order aside."""
    found, again = _compared(source), _compared(target)
    if found == again:
        return SpanDifference(lost=(), added=())
    ours, theirs = _normalised(found), _normalised(again)
    return SpanDifference(lost=tuple((ours - theirs).elements()), added=tuple((theirs - ours).elements()))


_NO_GLUE = frozenset(" \t\n\r\u00a0([\"'“‘-")
_LETTERS = {
    Placeholders.X: "XKWVJ",
    Placeholders.M: "MNFHT",
    Placeholders.Q: "QPDBG",
    Placeholders.BRACKET: "[",
}


class Masked(NamedTuple):
    """A text whose protected spans are placeholders."""

    text: str
    originals: tuple[str, ...]
    """What each placeholder stands for, in order."""
    tokens: tuple[str, ...]
    """The placeholders, in order, each once in `text`."""
    glue: tuple[tuple[bool, bool], ...]
    """For each placeholder: whether a space was put before and after it, to be taken away again."""


class Unmasked(NamedTuple):
    """A reply with its placeholders replaced."""

    text: str
    lost: tuple[str, ...]
    """Protected spans whose placeholder did not come back."""
    added: tuple[str, ...]
    """Placeholders that came back more than once, or that nobody gave."""

    @property
    def exact(self) -> bool:
        """Whether each placeholder came back exactly once."""
        return not self.lost and not self.added


@lru_cache(maxsize=64)
def _token_pattern(letter: str, tail: str) -> re.Pattern[str]:
    if letter == "[":
        return re.compile(r"\[(\d+)\]")
    return re.compile(rf"{letter}(?<![A-Za-z0-9]{letter})(\d+){tail}(?![A-Za-z0-9])")


@lru_cache(maxsize=64)
def _token_start(letter: str) -> re.Pattern[str]:
    """Anything that could look like a placeholder once spans beside it are masked."""
    return re.compile(rf"{re.escape(letter)}\d")


@lru_cache(maxsize=4_096)
def _token_row(letter: str, tail: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{number}{tail}" for number in range(1, count + 1))


def _tokens(text: str, count: int, form: Placeholders) -> tuple[str, ...]:
    tail = _TAILS.get(form, "")
    for letter in _LETTERS[form]:
        if letter not in text or not _token_start(letter).search(text):
            return _token_row(letter, tail, count)
    raise ValueError(f"every placeholder of form {form.value} occurs in the text")


_TAILS = {Placeholders.Q: "Z", Placeholders.BRACKET: "]"}


def mask(text: str, form: Placeholders) -> Masked:
    """Replace every protected span by a placeholder that does not occur in the text.

    Args:
        text: a segment.
        form: the shape of placeholder to use.

    Raises:
        ValueError: the text holds every letter of this form already; use another form.
    """
    return mask_spans(text, find_spans(text), form)


def mask_spans(text: str, spans: tuple[Span, ...], form: Placeholders) -> Masked:
    """Same as `mask`, for spans chosen by the caller (in order, not overlapping)."""
    if not spans:
        return Masked(text=text, originals=(), tokens=(), glue=())
    tokens = _tokens(text, len(spans), form)
    originals, gaps = [], []
    position = 0
    for start, end, _ in spans:
        gaps.append(text[position:start])
        originals.append(text[start:end])
        position = end
    gaps.append(text[position:])
    left = gaps[0]
    pieces = [left]
    glue: list[tuple[bool, bool]] = []
    for token, right in zip(tokens, gaps[1:], strict=True):
        # A space keeps placeholders apart from words and from each other; it is taken away again.
        before = left[-1] not in _NO_GLUE if left else bool(glue)
        after = right[:1].isalnum()
        glue.append((before, after))
        if before or after:
            pieces += (" " if before else "", token, " " if after else "", right)
        else:
            pieces += (token, right)
        left = right
    return Masked("".join(pieces), tuple(originals), tokens, tuple(glue))


@lru_cache(maxsize=1_024)
def _token_numbers(count: int) -> dict[str, int]:
    return {str(number + 1): number for number in range(count)}


def _restore_in_order(parts: list[str], masked: Masked) -> None:
    """Replace every second part, which are the placeholders, each once and in their order."""
    parts[1::2] = masked.originals
    for number, (before, after) in enumerate(masked.glue):
        if before and parts[2 * number].endswith(" "):
            parts[2 * number] = parts[2 * number][:-1]
        if after and parts[2 * number + 2][:1] == " " and parts[2 * number + 2][1:2].isalnum():
            parts[2 * number + 2] = parts[2 * number + 2][1:]


def unmask(reply: str, masked: Masked) -> Unmasked:
    """Put the protected spans back into a reply.

    A placeholder that came back more than once is replaced each time and counted in `added`; one
    that nobody gave is left as it is and counted.
    """
    if not masked.tokens:
        return Unmasked(text=reply, lost=(), added=())
    first = masked.tokens[0]
    parts = _token_pattern(first[0], "Z" if first[-1] == "Z" else "").split(reply)
    numbers = _token_numbers(len(masked.tokens))
    found = parts[1::2]
    if found == list(numbers):
        _restore_in_order(parts, masked)
        return Unmasked("".join(parts), (), ())
    for index, token in enumerate(found):
        number = numbers.get(token)
        at = 2 * index + 1
        if number is None:
            parts[at] = first[0] + token + first[len(first.rstrip("]Z")) :]
            continue
        parts[at] = masked.originals[number]
        before, after = masked.glue[number]
        if before and parts[at - 1].endswith(" "):
            parts[at - 1] = parts[at - 1][:-1]
        if after and parts[at + 1][:1] == " " and parts[at + 1][1:2].isalnum():
            parts[at + 1] = parts[at + 1][1:]
    if len(found) == len(numbers) and set(found) == numbers.keys():
        return Unmasked("".join(parts), (), ())
    seen = Counter(found)
    unknown = [token for token in seen if token not in numbers]
    again = [token for token, times in seen.items() if token in numbers for _ in range(times - 1)]
    return Unmasked(
        text="".join(parts),
        lost=tuple(masked.originals[number] for token, number in numbers.items() if token not in seen),
        added=(*(masked.originals[numbers[token]] for token in again), *unknown),
    )
