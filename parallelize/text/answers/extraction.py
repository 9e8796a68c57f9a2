"""The final answer of a solution, in any language: where it stands, and how it was found."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from parallelize.text.answers.moments import read_date
from parallelize.text.answers.phrases import AnswerPhrases, answer_phrases, right_answer_start
from parallelize.text.answers.retractions import check_start, correction_start, is_denied, refuses
from parallelize.text.answers.several import (
    FORMULA,
    SAME_UNKNOWN,
    last_joined,
    length_of_values,
    quantity_around,
    quantity_end,
    values_start,
)
from parallelize.text.headings import answer_heading_end
from parallelize.text.numerals import NumberKind, read_numbers
from parallelize.text.thinking import answer_start

__all__ = ["AnswerSource", "FinalAnswer", "final_answer"]


class AnswerSource(StrEnum):
    """How a final answer was found, most certain first."""

    BOXED = "boxed"
    """The last complete `\\boxed{…}` or `\\fbox{…}`."""
    TAG = "tag"
    """The last `<answer>…</answer>`."""
    MARKER = "marker"
    """`#### n`, as GSM8K writes it."""
    PHRASE = "phrase"
    """The language's own "the answer is", or the English one."""
    LAST_NUMBER = "last_number"
    """Nothing announced an answer: the last number of the text."""


class FinalAnswer(NamedTuple):
    """A final answer and where it stands: `text[start:end] == value`."""

    value: str
    source: AnswerSource
    start: int
    """Offset in code points."""
    end: int


_BOXES: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_TRIED_BOXES: Final = 16
"""Incomplete boxes that are passed over from the end, so that hostile text stays linear."""
_MARKER: Final = re.compile(r"####[ \t]*([^\n]{1,120})")
_LAST_LINE: Final = re.compile(r"(?<!#)####[ \t]*(\d{1,15})\s*\Z")
_HEADING: Final = re.compile(r"\d+[.):]\s*\D|[^\W\d]{3,}.*[:：]")
_PHRASE_WINDOW: Final = 4_000
"""Characters at the end of a text in which an announcement is looked for."""
_TRIED_PHRASES: Final = 4
_LONGEST_TAGGED: Final = 400
_FEW_WORDS: Final = 3
_BOLD_LINE: Final = re.compile(r"^[ \t]*\*\*([^*\n]{1,40})\*\*[ \t]*$", re.MULTILINE)
_NUMBER_WINDOW: Final = 2_000
_OPENING: Final = re.compile(r"[\s*_:：՝៖፦=\"'「『“„«`]*")
_SENTENCE: Final = re.compile(
    r"""
    [\n.!?؟。！？।*]                                  # one set first, by which the search skips to a mark
    (?: (?<=[\n。！？।])
      | (?<=\*)\*
      | (?: (?<=[!?؟]) | (?<=\.)(?:(?<![\s\d][apAP]\.) | (?!\s?[mM]\b)) )   # no first stop of "2:30 p. m."
        (?=[\s*"'”»)<]|$)
    )
    """,
    re.VERBOSE,
)
_CHOICE: Final = re.compile(r"\(?([A-J])\)?(?![\w'])")
_LONGEST_PHRASE_ANSWER: Final = 160
_ONLY_A_NUMBER: Final = re.compile(r"(\d{1,15})\.?\s*\Z", re.ASCII)
_SCIENTIFIC: Final = re.compile(
    r"""
    \d[\d.,]{0,20} \s?
    (?: [eE][+-]?\d{1,3}(?!\w)                       # 3.0e8
      | (?:×|\*|·|⋅|x|\\times|\\cdot) \s? 10 \s?    # 4,5 × 10⁻⁴
        (?: \^\s?\{?[-+−]?\d{1,3}\}? | ⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3} ) )
    """,
    re.VERBOSE,
)
_DAY: Final = re.compile(r"(?:^|\s)\d{1,4}(?:\s\w)?$")
"""What a stop behind it may end no sentence: "der 14. März", "2024 m. kovo 5 d."."""
_STOPS_IN_DATE: Final = 3
_NEGATION: Final = 16
"""Characters before an answer in which it may be denied: "non è 14 ma 16"."""
_CLAUSE: Final = re.compile(r"(?:[,;，、،]\s?|\s[-–—]\s|\s?[(（])(?=[^\W\d_](?:[^\W\d_]|[^\x00-\x7f]))")
"""What words begin behind an answer."""
_EXPRESSION: Final = re.compile(r"[^\s]*[\\^*/+{}][^\s]*")


def final_answer(text: str, language: str, *, allow_last_number: bool = False) -> FinalAnswer | None:
    """Find the final answer of a solution.

    Thinking (`text.thinking`) is left out where anything follows it.

    Args:
        text: A solution or a response of any length.
        language: The language it is meant to be written in (BCP 47); English announcements are read as well.
        allow_last_number: Fall back to the last number of the text.

    Returns:
        The answer, or None where nothing announces one.
    """
    if (plain := _plain_marker(text)) is not None:
        return plain
    begin = answer_start(text)
    found = (
        _boxed(text, begin, language)
        or ("</answer>" in text and _tag_answer(text, begin, language))
        or _marked(text, begin, language)
        or _announced(text, begin, language)
    )
    if not found and allow_last_number:
        return _last_number(text, begin, language)
    return found or None


def _answer(text: str, start: int, end: int, source: AnswerSource) -> FinalAnswer | None:
    """The stretch without white space around it, or None where nothing is left."""
    value = text[start:end]
    stripped = value.strip()
    if not stripped:
        return None
    start += len(value) - len(value.lstrip())
    return FinalAnswer(value=stripped, source=source, start=start, end=start + len(stripped))


def boxes(text: str, begin: int = 0) -> list[FinalAnswer]:
    """The complete boxes of a text, in order; of many, the last."""
    if "\\" not in text or (text.find("\\boxed", begin) < 0 and text.find("\\fbox", begin) < 0):
        return []
    openings = [match.end() for match in _BOXES.finditer(text, begin)]
    found: list[FinalAnswer] = []
    for start in reversed(openings[-_TRIED_BOXES:]):
        depth = 1
        for brace in _BRACES.finditer(text, start):
            mark = brace.group()
            depth += 1 if mark == "{" else -1 if mark == "}" else 0
            if depth == 0:
                answer = _answer(text, start, brace.start(), AnswerSource.BOXED)
                if answer is not None:
                    found.append(answer)
                break
    return found[::-1]


def _boxed(text: str, begin: int, language: str) -> FinalAnswer | None:
    r"""The last complete `\boxed{…}` after a place in the text that is not denied ("not \boxed{6}")."""
    found = boxes(text, begin)
    if len(found) > 1 and is_denied(text, text.rfind("\\", 0, found[-1].start), language):
        return found[-2]
    return found[-1] if found else None


def tagged(text: str, begin: int = 0) -> Iterator[FinalAnswer]:
    """What the last `<answer>…</answer>` holds: its own announcement, or all of it where it is short."""
    end = text.rfind("</answer>")
    start = text.rfind("<answer>", begin, end) + len("<answer>") if end >= 0 else -1
    if len("<answer>") <= start <= end and end - start <= _LONGEST_TAGGED:
        found = _answer(text, start, end, AnswerSource.TAG)
        if found is not None:
            yield found


def _tag_answer(text: str, begin: int, language: str) -> FinalAnswer | None:
    """What `<answer>` holds: what it announces where it is a sentence, else all of it."""
    for found in tagged(text, begin):
        if len(found.value.split()) <= _FEW_WORDS:
            return found
        return _announced(text[: found.end], found.start, language) or found
    return None


def _plain_marker(text: str) -> FinalAnswer | None:
    """The `#### n` that a text ends with, where nothing goes before it: no box, and no tag; quick."""
    at = text.rfind("####")
    plain = at >= 0 and "\\" not in text and "</answer>" not in text
    match = _LAST_LINE.match(text, at) if plain else None
    return None if match is None else FinalAnswer(match[1], AnswerSource.MARKER, *match.span(1))


def _marked(text: str, begin: int, language: str) -> FinalAnswer | None:
    """The last `#### n` that is no heading."""
    at = text.rfind("####", begin)
    for _ in range(_TRIED_PHRASES):
        if at < 0:
            return None
        match = _MARKER.match(text, at)
        if match is not None and text[at - 1 : at] != "#":
            value = match[1].strip("*$ \t")
            if value.isdecimal() or _is_marked_answer(match[1], value, language):
                start = match.start(1) + match[1].index(value)
                return _answer(text, start, start + len(value), AnswerSource.MARKER)
        at = text.rfind("####", begin, at)
    return None


def _is_marked_answer(line: str, value: str, language: str) -> bool:
    """Whether what follows `####` is an answer and no heading."""
    if _HEADING.match(line):
        return False
    return bool(_opens_with_number(value, language) or value.startswith("\\") or _CHOICE.fullmatch(value))


def _opens_with_number(value: str, language: str) -> bool:
    """Whether a number stands at the beginning, behind a sign or two at the most."""
    numbers = read_numbers(value[:60], language)
    return bool(numbers) and 0 <= numbers[0].start <= 4


def _announced(text: str, begin: int, language: str) -> FinalAnswer | None:
    """What follows the last announcement of an answer."""
    begin = max(begin, len(text) - _PHRASE_WINDOW)
    window = text[begin:].lower()
    if len(window) != len(text) - begin:
        window = text[begin:]
    best: tuple[int, int] | None = None
    for phrases in answer_phrases(language):
        here = _last_link(window, phrases)
        if here is not None and (best is None or here[0] > best[0]):
            best = here
    headed = _headed(text, begin if best is None else begin + best[1], language)
    if best is None or headed is not None:
        return headed or _bold(text, begin, language)
    found = _announced_value(text, begin + best[1], language)
    if found is None or refuses(text[_sentence_start(text, begin, begin + best[0]) : found.start], language):
        return None
    return _corrected(text, found.end, language) or found


def _sentence_start(text: str, low: int, at: int) -> int:
    """Where the sentence begins that a place is in."""
    find = text.rfind
    stop = max(find(".", low, at), find("!", low, at), find("?", low, at), find("\n", low, at))
    return max(low, stop + 1)


def _headed(text: str, begin: int, language: str) -> FinalAnswer | None:
    """What stands below the last heading that says "answer", where that is short or has one number."""
    if "#" not in text and "**" not in text and "__" not in text:
        return None
    end = answer_heading_end(text, begin)
    line = text[end : end + _LONGEST_PHRASE_ANSWER].strip().partition("\n")[0] if end >= 0 else ""
    if not line or (len(line.split()) > _FEW_WORDS and len(read_numbers(line, language)) != 1):
        return None
    return _announced_value(text, end, language)


def _bold(text: str, begin: int, language: str) -> FinalAnswer | None:
    """The number that is the last bold line of a text by itself."""
    lines = list(_BOLD_LINE.finditer(text, begin)) if "**" in text else []
    if not lines or not _opens_with_number(lines[-1][1], language):
        return None
    return _answer(text, *lines[-1].span(1), AnswerSource.PHRASE)


def _corrected(text: str, end: int, language: str) -> FinalAnswer | None:
    """What takes the place of an answer that is taken back: "12. Wait, that is wrong: 14"."""
    start = correction_start(text, end, language)
    for _ in range(_TRIED_PHRASES):
        if not 0 <= start < len(text):
            return None
        found = _announced_value(text, start, language)
        if found is not None and any(map(str.isdigit, found.value)):
            return found
        stop = _SENTENCE.search(text, start)
        start = stop.end() if stop is not None else -1
    return None


def _last_link(window: str, phrases: AnswerPhrases) -> tuple[int, int] | None:
    """Start of the last noun that a link follows, and the end of the link."""
    best: tuple[int, int] | None = None
    for noun in filter(window.__contains__, phrases.nouns):
        at = window.rfind(noun)
        for _ in range(_TRIED_PHRASES):
            if at < 0 or (best is not None and at <= best[0]):
                break
            link = phrases.link.match(window, at + len(noun))
            if link is not None and window[link.end() :].strip(" \n*.:_"):
                best = (at, link.end())
                break
            at = window.rfind(noun, 0, at)
    return best


def _announced_value(text: str, start: int, language: str) -> FinalAnswer | None:
    opening = _OPENING.match(text, start)
    start = opening.end() if opening else start
    limit = min(len(text), start + _LONGEST_PHRASE_ANSWER)
    start = max(start, right_answer_start(text, max(0, start - _NEGATION), limit, language))
    return _answer(text, *next(_spans(text, start, limit, language)), AnswerSource.PHRASE)


def _spans(text: str, start: int, limit: int, language: str) -> Iterator[tuple[int, int]]:
    """Where the announced answer may stand, most certain first."""
    # Nothing but a number, as most answers are, is not worth all that follows.
    if (plain := _ONLY_A_NUMBER.match(text, start) or _CHOICE.match(text, start)) is not None:
        yield plain.span(1)
    stop = _SENTENCE.search(text, start, limit)
    if stop is not None and _DAY.search(text[start : stop.start()]):
        later: re.Match[str] | None = stop
        for _ in range(_STOPS_IN_DATE):
            later = _SENTENCE.search(text, later.end(), limit) if later is not None else None
            end = later.start() if later is not None else limit
            if read_date(text[start:end], language) is not None:
                yield start, end
            if later is None:
                break
    end = _before_reason(text, start, stop.start() if stop else limit)
    if SAME_UNKNOWN.match(text, start, end) is not None:
        yield start, end
    math = FORMULA.search(text, start, limit)
    if math is not None and math.start() <= end and not any(c.isdigit() for c in text[start : math.start()]):
        last = last_joined(text, math, end, language)
        if last is not math:
            yield math.start(), last.end()
        yield _after_equals(text, *math.span(math.lastgroup or "a"))
    start, end = _after_equals(text, start, end)
    segment = text[start:end]
    whole = length_of_values(segment, language)
    if whole:
        yield start, start + whole
    expression = _SCIENTIFIC.match(segment) or _EXPRESSION.match(segment)
    if expression is not None:
        yield start, start + expression.end()
    numbers = read_numbers(segment, language)
    digits = [number for number in numbers if any(c.isdigit() for c in number.text)]
    for first in (*digits, *numbers)[:1]:
        yield start + first.start, start + quantity_end(segment, first.start, first.end, language)
    yield start, end


def _before_reason(text: str, start: int, end: int) -> int:
    """Where an answer ends that a reason, or a check in brackets, follows: "9, weil 12 - 3 = 9"."""
    for found in _CLAUSE.finditer(text, start, end):
        if any(map(str.isdigit, text[start : found.start()])) and "=" in text[found.end() : end]:
            return found.start()
    return end


def _after_equals(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow "5 + 6 = 11" to what follows the last equals sign, where anything does."""
    at = text.rfind("=", start, end)
    if at < 0 or not text[at + 1 : end].strip() or text[at - 1 : at] in ("<", ">", "!", "\\"):
        return start, end
    return at + 1, end


def _last_number(text: str, begin: int, language: str) -> FinalAnswer | None:
    begin = max(begin, len(text) - _NUMBER_WINDOW)
    if refuses(text[begin:], language):
        return None
    numbers = read_numbers(text[begin:], language)
    checked = check_start(text, begin, language) - begin
    numbers = tuple(number for number in numbers if number.start < checked) or numbers
    written = [n for n in numbers if n.kind in (NumberKind.DIGITS, NumberKind.PERCENT, NumberKind.FRACTION)]
    with_digits = [n for n in written if any(c.isdigit() for c in n.text)]
    for candidates in (with_digits, list(numbers)):
        if candidates:
            last = candidates[-1]
            for power in _SCIENTIFIC.finditer(text, begin):
                if power.start() <= begin + last.start < power.end():
                    return _answer(text, *power.span(), AnswerSource.LAST_NUMBER)
            return _answer(text, *_whole(text, begin + last.start, begin + last.end, language))
    return None


def _whole(text: str, start: int, end: int, language: str) -> tuple[int, int, AnswerSource]:
    """A last number with what belongs to it: "x = -3 or x = 5", "3 hours and 20 minutes"."""
    low = max(0, start - _LONGEST_PHRASE_ANSWER)
    first = values_start(text[low:end], language) if "=" in text[low:start] else -1
    if first >= 0:
        return low + first, end, AnswerSource.LAST_NUMBER
    return *quantity_around(text, start, end, language), AnswerSource.LAST_NUMBER
