r"""What is shown in place of a hidden span so that grammar holds, and where it is found again in a reply.

An equation is shown as the number it ends in ("sold 48/2 = <<48/2=24>>24 clips" as "sold 24 clips"), an
amount of money in dollars ("£0.85" as "$0.85"), stars around words as quotation marks. A stand-in counts only
if a reply has it exactly as often as what was shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from parallelize.core.late_patterns import late_pattern
from parallelize.text.protect.marks import CLOSING_LINK, OPENING_IMAGE
from parallelize.text.protect.notation import NUMBER
from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["StandIn", "find_standins", "standins_for"]


class StandIn(NamedTuple):
    """What is shown for one span."""

    shown: str
    original: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """How a reply may write it."""
        return _reply_pattern(self.shown)


_PAIRS = (('"', '"'), ("(", ")"), ("[", "]"))
"""What may stand in for marks around words, if the text has no such signs itself."""
_MARKS = frozenset(chain.from_iterable(_PAIRS))
_ENDING = late_pattern(rf"([$€£¥]?)[ ]?(?:<<[^<>\n]*>>)?(\.?{NUMBER}[ ]?%?)$")
_MARK_ENDING = late_pattern(rf"([$€£¥]?)<<[^<>\n]*=[ ]?\$?(-?\.?{NUMBER})>>$")
_SHARE = late_pattern(rf"{NUMBER}[ ]?(?:/[ ]?{NUMBER}|%)$|\d+-\d+$")
"""1/2, 25%, 10-15: written alike in all languages."""
_AMOUNT = late_pattern(rf"(?P<before>[^\d\s.,]{{0,4}})[ ]?(?P<number>{NUMBER})(?P<after>.*)$", re.DOTALL)
_OPERATION = late_pattern(rf"({NUMBER})[ ]?([-+*/×÷x−–·])[ ]?({NUMBER})$")
_ALONE = late_pattern(r"\$(\d{1,6})\$|\\\((\d{1,6})\\\)")
"""A formula that is one whole number: `$40$` quarters are 40 quarters."""
_ANY_NUMBER = late_pattern(rf"(?<![\w.,])\.?{NUMBER}")
_WHOLE = late_pattern(rf"\$?{NUMBER}")
_FRESH = tuple(map(str, (36, 48, 27, 54, 63, 72, 45, 81, 96, 18, 24, 32, 64, 42, 84, 56)))
"""Numbers that stand in for others: two digits, more than one."""
_KINDS_OF_NUMBERS = frozenset({SpanKind.ARITHMETIC, SpanKind.CALCULATOR})


def standins_for(text: str, spans: Sequence[Span]) -> list[StandIn | None]:
    """For each span what is shown; None: a placeholder.

    A number stands in for itself only where no other number of the text, hidden or not, reads the same, and
    where nobody would write it in words; else another number of more than one does.
    """
    numbers = [_number_for(text[span.start : span.end], span.kind) for span in spans]
    marks = _marks_for(text, spans)
    plain = Counter(_digits(match[0]) for match in _ANY_NUMBER.finditer(_without(text, spans)))
    originals: dict[str, set[str]] = {}
    for span, shown in zip(spans, numbers, strict=True):
        if shown is not None:
            originals.setdefault(_digits(shown), set()).add(f"{shown}\0{text[span.start : span.end]}")
    fresh = iter([number for number in _FRESH if number not in plain and number not in originals])
    chosen: list[StandIn | None] = []
    for span, shown, mark in zip(spans, numbers, marks, strict=True):
        original = text[span.start : span.end]
        if mark is not None:
            chosen.append(StandIn(mark, original))
        elif shown is None:
            chosen.append(None)
        elif _is_clear(shown, span.kind) and not plain[_digits(shown)] and len(originals[_digits(shown)]) < 2:
            chosen.append(StandIn(shown, original))
        else:
            other = next(fresh, None) if _is_replaceable(shown) else None
            chosen.append(None if other is None else StandIn("$" * shown.startswith("$") + other, original))
    return chosen


def _is_clear(shown: str, kind: SpanKind) -> bool:
    """Whether a number is written in digits in every language: two of them, or money, or a share."""
    return len(_digits(shown)) > 1 or kind is SpanKind.MONEY or shown.startswith("$")


def _is_replaceable(shown: str) -> bool:
    """Whether any other whole number has the same grammar: it is a whole number, and more than one."""
    return _WHOLE.fullmatch(shown) is not None and _digits(shown) not in {"0", "1"}


def find_standins(reply: str, standins: Sequence[StandIn]) -> list[tuple[int, int, str]] | None:
    """Where stand-ins came back, with what each stands for; None if one is missing or there too often.

    Those that read the same come back in their order.
    """
    found: list[tuple[int, int, str]] = []
    by_sight: dict[str, list[str]] = {}
    for standin in standins:
        by_sight.setdefault(standin.shown, []).append(standin.original)
    for shown, originals in by_sight.items():
        matches = list(_reply_pattern(shown).finditer(reply))
        if len(matches) != len(originals):
            return None
        found += ((*match.span(), original) for match, original in zip(matches, originals, strict=True))
    if not _MARKS.isdisjoint(by_sight) and not all(_encloses(reply, found, pair) for pair in _PAIRS):
        return None
    found.sort()
    overlapping = any(left[1] > right[0] for left, right in pairwise(found))
    return None if overlapping else found


def _encloses(reply: str, found: Sequence[tuple[int, int, str]], pair: tuple[str, str]) -> bool:
    """Whether signs of a pair that stand in for marks open and close by turns, with something in between."""
    places = sorted((start, end) for start, end, _ in found if reply[start:end] in pair)
    if len(places) % 2:
        return False
    return all(
        reply[opening[0] : opening[1]] == pair[0]
        and reply[closing[0] : closing[1]] == pair[1]
        and any(map(str.isalnum, reply[opening[1] : closing[0]]))
        and not reply[opening[1]].isspace()
        for opening, closing in zip(places[::2], places[1::2], strict=True)
    )


def _number_for(span: str, kind: SpanKind) -> str | None:
    """The number that a span of arithmetic or money is shown as."""
    if kind is SpanKind.MONEY:
        amount = _AMOUNT.match(span)
        return None if amount is None or amount["after"].strip(" €£¥₹¢$") else f"${amount['number']}"
    if kind is SpanKind.MATH:
        alone = _ALONE.fullmatch(span)
        return alone and (alone[1] or alone[2])
    if kind not in _KINDS_OF_NUMBERS:
        return None
    if _SHARE.fullmatch(span):
        return span
    if "=" in span or "≈" in span:
        ending = _MARK_ENDING.search(span) or _ENDING.search(span)
        return ending and f"{'$' if ending[1] else ''}{ending[2]}"
    operation = _OPERATION.fullmatch(span)
    return operation and _result(*operation.groups())


def _result(left: str, sign: str, right: str) -> str | None:
    """The value of an operation, where it is a whole number."""
    ours, theirs = float(left.replace(",", "")), float(right.replace(",", ""))
    if sign in "+":
        value = ours + theirs
    elif sign in "-−–":
        value = ours - theirs
    elif sign in "*×x·":
        value = ours * theirs
    else:
        value = ours / theirs if theirs else 0.5
    return str(int(value)) if value == int(value) and 1 < value < 1e9 else None


def _marks_for(text: str, spans: Sequence[Span]) -> list[str | None]:
    """What marks are shown as: brackets for links, and one kind of pair for all emphasis."""
    found: list[str | None] = [None] * len(spans)
    indices = [index for index, span in enumerate(spans) if span.kind is SpanKind.MARK]
    if not indices:
        return found
    rest = _without(text, spans)
    pieces = {index: text[spans[index].start : spans[index].end] for index in indices}
    links = [
        index
        for index, piece in pieces.items()
        if piece in {"[", OPENING_IMAGE} or CLOSING_LINK.fullmatch(piece)
    ]
    emphases = [index for index in indices if index not in links]
    taken = set(rest)
    if links and taken.isdisjoint("[]"):
        for index in links:
            found[index] = "]" if pieces[index].startswith("]") else "["
    elif links:
        return found
    free = [pair for pair in _PAIRS if taken.isdisjoint(pair) and not (links and pair[0] == "[")]
    if emphases and free and not len(emphases) % 2:
        for place, index in enumerate(emphases):
            found[index] = free[0][place % 2]
    return found


def _without(text: str, spans: Sequence[Span]) -> str:
    pieces, position = [], 0
    for span in spans:
        pieces.append(text[position : span.start])
        position = span.end
    pieces.append(text[position:])
    return " ".join(pieces)


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


@lru_cache(maxsize=1024)
def _reply_pattern(shown: str) -> re.Pattern[str]:
    """How a reply may write a stand-in: other marks between digits, "US$ 5" for "$5", "5 %" for "5%"."""
    if not any(map(str.isdigit, shown)):
        return re.compile(re.escape(shown))
    money, percent = shown.startswith("$"), shown.endswith("%")
    body = re.sub(r"[.,]", "[.,\u00a0\u202f ]?", re.escape(shown.strip("$% ")).replace("\\.", "."))
    body = body.replace(r"\ ", " ?").replace(r"\/", "/")
    ends = r"(?!\w|[.,]?\d|[/-]\d)"
    starts = r"(?<![\w/-])(?<!\d[.,])"
    if money:
        return re.compile(rf"(?<!\w)(?:[A-Z]{{1,3}}[ ]?)?\$[ \u00a0]?{body}{ends}|{starts}{body}[ \u00a0]?\$")
    close = "[ \u00a0]?%" if percent else ends
    return re.compile(f"{starts}{body}{close}")
