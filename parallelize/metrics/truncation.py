"""Signs that a text stops in the middle."""

from __future__ import annotations

import math
import re

from parallelize.metrics.open_ends import open_end
from parallelize.metrics.requests import asks_in_words
from parallelize.metrics.scripts import script_letters
from parallelize.metrics.sentences import not_shortened
from parallelize.text.thinking import may_have_marks, split_response

__all__ = ["truncation_evidence"]

_CLOSERS = (
    " \t\r\n\xa0\u202f\u3000\"'“”„‘’«»‹›「」『』（）()[]{}*_`$,،、，—–\u200b\u200c\u200d\u200e\u200f\ufeff"
)
_TERMINALS = frozenset(".!?…。！？．｡؟۔।॥։:;：；។៕။။።፧‽⁇⁈⁉·՝՜՞᠃~～")
_QUESTIONS = frozenset("?？؟;՞፧⁇⁈")
_INNER_END = re.compile(
    rf"""
    (?: (?=\.) {not_shortened()} [.] | [!?…。！？．؟۔।॥] )
    (?: [\"'”’»」』）)]* (?:\s|$)
      | (?<=[。！？।]) )                                    # no space need follow
    """,
    re.VERBOSE,
)
_UNPUNCTUATED = frozenset({"Thai", "Laoo", "Khmr", "Mymr", "Tibt"})
# A Japanese statement in plain form ends in one of these, and headlines and quotations drop the full stop.
_JAPANESE_ENDS = frozenset("るたいすだうくむぬつぶぐんかねよ")
_FEW_SENTENCES = 3
_MOST = 0.9
"""Share of the source that its last question counts for at most."""
_SHORT_OF_QUESTION = -0.2
"""ln of the length over its expectation below which a lone question lost its asking, if no word asks."""
_BRACKETS = {")": "(", "）": "（", "]": "["}
_TAIL = 200  # characters at the end that tell the script
_JAPANESE_QUOTES = frozenset("」』")
_QUOTES = frozenset("\"'”’»」』“‘")
"""What ends a quotation: people leave the full stop inside it out."""
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_DISPLAY = re.compile(r"\\[\[\]()]")
_OPEN_END = re.compile(r"[(\[{=+/×÷\\](?:(?<!\\)|[A-Za-z]*)$")


def truncation_evidence(
    source: str, target: str, *, short: bool = False, surplus: float = -math.inf, language: str = ""
) -> list[str]:
    """What is open at the end of the target and closed at the end of the source; empty if nothing.

    A missing end mark counts only where the source ends in one and the target's script uses end marks
    (Thai, Lao, Khmer, Burmese and Tibetan need none). People leave the mark of a lone statement out, too:
    it counts where the source is a question, the target ends its other sentences, or is short.

    Args:
        source: source text with its formulas.
        target: target text with its formulas; empty is no truncation.
        short: whether the target is shorter than usual.
        surplus: ln of the length over its expectation; a question that became a request costs no length.
        language: code of the target's language; empty: its words that ask are not known.
    """
    end = target.rstrip(_CLOSERS)
    if not end:
        return []
    signs = []
    unmarked = _ends(source) and not _ends(target)
    if unmarked and _must_end(source, target, end, short=short):
        signs.append(f"no end mark after {end[-20:]!r}")
    elif unmarked and (goes_on := open_end(source, target, language)):
        signs.append(goes_on)
    elif _OPEN_END.search(target.rstrip()) and not _OPEN_END.search(source.rstrip()):
        signs.append(f"open end {target.rstrip()[-20:]!r}")
    elif _question_gone(source, target, end, surplus, language):
        signs.append("the question at the end is gone")
    signs.extend(_open_formulas(source, target))
    theirs = split_response(target) if may_have_marks(target) else None
    if theirs is not None and theirs.thinking and theirs.answer is not None:
        ours = split_response(source)
        if ours.thinking and ours.answer is not None:
            signs.extend(_cut_thinking(ours.thinking, theirs.thinking, short=short))
    return signs


def _cut_thinking(source: str, target: str, *, short: bool) -> list[str]:
    """The thinking of a response that stops in the middle, though the answer after it does not."""
    end = target.rstrip(_CLOSERS)
    if not end or not _ends(source) or _ends(target) or _needs_none(end):
        return []
    # A Japanese statement may end in a verb; the last of a text that ends the others in full stops does not.
    unmarked = end[-1] in _JAPANESE_ENDS and _sentences(target) < _FEW_SENTENCES and not short
    return [] if unmarked else [f"no end mark at the end of the thinking, after {end[-20:]!r}"]


def _question_gone(source: str, target: str, end: str, surplus: float, language: str) -> bool:
    """The source closes with a question and the target asks nothing, not even in the words of a request.

    Of a source that is one question the target must be short as well. In other texts fewer sentences and
    less length show it, or fewer sentences of which the last has no word that asks; in scripts without full
    stops, that no word of the text does.
    """
    closing = source.rstrip(_CLOSERS)
    if closing[-1:] not in _QUESTIONS or end[-1] in _QUESTIONS or not _QUESTIONS.isdisjoint(target):
        return False
    if _needs_none(end):
        return _sentences(source) > 1 and surplus < 0 and asks_in_words(target, language) is False
    if _sentences(source) <= 1:  # all of it is the question
        return surplus < _SHORT_OF_QUESTION and asks_in_words(target, language) is False
    if _sentences(target) >= _sentences(source):  # it may have become a statement
        return surplus < 0 and asks_in_words(target, language) is False
    *_, before = [0, *(match.end() for match in _INNER_END.finditer(closing[:-1]))]
    share = min(_MOST, 1 - before / len(source))
    return surplus < math.log(1 - share) / 2 or asks_in_words(_last_sentence(target), language) is False


def _last_sentence(text: str) -> str:
    """The text from the last end of a sentence on that letters follow."""
    last_letter = next((place for place in range(len(text) - 1, -1, -1) if text[place].isalpha()), 0)
    ends = [match.end() for match in _INNER_END.finditer(text, 0, last_letter)]
    return text[ends[-1] :] if ends else text


def _sentences(text: str) -> int:
    return len(_INNER_END.findall(text))


def _must_end(source: str, target: str, end: str, *, short: bool) -> bool:
    if _needs_none(end):
        return False
    if end[-1] in _JAPANESE_ENDS and not short:
        return False
    last = target.rstrip()[-1:]
    if last in _BRACKETS and _closes(target.rstrip()):
        return False  # people leave the full stop after a bracket out
    if last in _JAPANESE_QUOTES or (last in _QUOTES and source.rstrip()[-1:] in _QUOTES):
        return False
    asked = source.rstrip(_CLOSERS)[-1:] in _QUESTIONS
    return short or asked or _INNER_END.search(target) is not None


def _closes(text: str) -> bool:
    """Whether the bracket that a text ends with was opened in it."""
    opening = _BRACKETS[text[-1]]
    return text.count(opening) >= text.count(text[-1])


def _ends(text: str) -> bool:
    end = text.rstrip(_CLOSERS)
    return bool(end) and end[-1] in _TERMINALS


def _needs_none(end: str) -> bool:
    # Latin letters may be formulas and names.
    most = next((script for script in script_letters(end[-_TAIL:]) if script != "Latn"), "")
    return most in _UNPUNCTUATED


def _open_formulas(source: str, target: str) -> list[str]:
    signs = []
    brackets = ("(" in target or "（" in target) and _is_left_open(target)
    if brackets and not _ends(target) and ")" in source and _brackets(source) == 0:
        signs.append("open bracket")
    if "{" in target and _braces(target) > 0 and _braces(source) <= 0:
        signs.append("open brace")
    if target.count("$$") % 2 and not source.count("$$") % 2:
        signs.append("open $$")
    if "\\" in target:
        if _displays(target) > 0 and _displays(source) <= 0:
            signs.append("open \\[ or \\(")
        if _environments(target) > 0 and _environments(source) <= 0:
            signs.append("open environment")
    if target.count("```") % 2 and not source.count("```") % 2:
        signs.append("open code")
    return signs


def _is_left_open(text: str) -> bool:
    """Whether the last bracket that a text opens is never closed."""
    last = max(text.rfind("("), text.rfind("（"))
    return last >= 0 and ")" not in text[last:] and "）" not in text[last:] and _brackets(text) > 0


def _brackets(text: str) -> int:
    return sum(map(text.count, "(（")) - sum(map(text.count, ")）"))


def _braces(text: str) -> int:
    if "{" not in text:
        return 0
    found = _BRACE.findall(text)
    return found.count("{") - found.count("}")


def _displays(text: str) -> int:
    if "\\" not in text:
        return 0
    found = _DISPLAY.findall(text)
    return sum(1 if item in ("\\[", "\\(") else -1 for item in found)


def _environments(text: str) -> int:
    return text.count("\\begin{") - text.count("\\end{")
