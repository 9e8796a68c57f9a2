"""What a translation says again and again, and its source does not."""

from __future__ import annotations

import operator
import re

from parallelize.core.verdicts import Score, scored
from parallelize.core.writing import UNSPACED_SCRIPTS
from parallelize.metrics.pair import Pair
from parallelize.metrics.repetition import (
    NO_LOOP,
    Loop,
    drifting_loop,
    longest_loop,
    loop_share,
    run_of_signs,
    without_values,
)
from parallelize.metrics.sentences import UNMARKED

__all__ = ["repetition"]

_DIGIT = re.compile(r"\d")
_MARKS = " \t\r\n.,;:!?…。！？，、；：।؟،۔\"'“”«»„‘’「」『』()（）*_"
_LITTLE = 0.1
"""Share of a loop below which what is said again and again counts by itself."""
_LONGEST_PHRASE = 3
"""Words of what is said again and again."""
_AGAIN = 3
"""How often it is said once more, and more often than anything in the source."""
_LONGEST_UNIT = 14
_AT_THE_END = re.compile(
    rf"""
    (?P<unit>\S{{2,{_LONGEST_UNIT}}}?) (?P=unit){{{_AGAIN},}} \Z
    | (?P<sign>[^\W\d_]) (?P=sign){{5,}} \Z
    """,
    re.VERBOSE,
)
"""The same in a script without blanks: what a decoder does not get away from ends the text."""
_LENGTHENED = re.compile(r"([^\W\d_])\1\1")
_END = 100
"""Characters at the end that are looked at."""
_FEWEST_LETTERS, _FEWEST_SIGNS = 8, 4
"""Letters of a sentence that nobody says twice; of one in a script without blanks."""
_DENSE = UNSPACED_SCRIPTS | {"Kore"}
_SIGN_TEXT = 80
_DRIFTING_COPIES, _DRIFTING_COPIES_ALONE, _FORMULA_COPIES = 8, 25, 8


def repetition(pair: Pair) -> Score:
    """Share of the target in its longest loop, less the source's share, in [0, 1].

    A loop whose numbers change ("Step 1: …, step 2: …") counts from 8 copies on, and from 25 where there is
    no source to compare with: a solution may go on step by step for that long (18 steps were seen).
    """
    source, target = pair.source.text, pair.target.text
    loop = longest_loop(target)
    if not source.strip() and "\\" in loop.unit and loop.length < _FORMULA_COPIES * len(loop.unit):
        loop = NO_LOOP  # a root of a root of a root is written so
    value = _share_beyond(source, target, loop) if loop.length else 0.0
    if not loop.length and (loop := run_of_signs(target)).length:
        value = loop_share(target, loop) if loop.length > run_of_signs(source).length * 2 else 0.0
    copies = _DRIFTING_COPIES if source.strip() else _DRIFTING_COPIES_ALONE
    if value < 1.0 and len(_DIGIT.findall(target)) >= copies:
        plain = without_values(target)
        drifting = drifting_loop(plain, copies)
        beyond = _share_beyond(without_values(source), plain, drifting) if drifting.length else 0.0
        if beyond > value:
            value, loop = beyond, drifting
    if value < _LITTLE and source.strip() and (said := _said_again(pair)):
        return scored("repetition", 1.0, f"again and again: {said[:_SIGN_TEXT]!r}")
    if not loop.length:
        return scored("repetition", 0.0)
    times = loop.length / len(loop.unit)
    return scored("repetition", value, f"{times:.0f} × {loop.unit.strip()[:_SIGN_TEXT]!r}")


def _share_beyond(source: str, target: str, loop: Loop) -> float:
    times = loop.length // len(loop.unit)
    if source.count(loop.unit.strip()) >= times or _longest_run(source.split())[0] + 1 >= times:
        return 0.0  # the source says it as often, among more words
    return max(0.0, loop_share(target, loop) - loop_share(source, longest_loop(source)))


def _said_again(pair: Pair) -> str:
    """The words or the sentence that follow themselves in the target, and nothing as often in the source."""
    theirs = pair.target.text.split()
    if _may_run(theirs):
        again, phrase = _longest_run(theirs)
        said = again >= _AGAIN and any(map(str.isalpha, phrase))
        if said and again >= _longest_run(pair.source.text.split())[0] + _AGAIN:
            return phrase
    if pair.target.script in UNSPACED_SCRIPTS and (looped := _looped_end(pair.target.text)):
        ours = pair.source.text
        as_it_is = _LENGTHENED.search(ours) or _longest_run(ours.split())[0] > 1
        if any(map(str.isalpha, looped[0])) and not as_it_is:
            return looped["unit"] or looped["sign"]
    return _sentence_again(pair)


def _looped_end(text: str) -> re.Match[str] | None:
    """What a text without blanks says again and again at its end."""
    end = text[-_END:].rstrip(_MARKS)
    units = (end[-size:] for size in range(1, _LONGEST_UNIT + 1))
    looped = end.count(end[-1:]) > _AGAIN and any(end.endswith(unit * (_AGAIN + 1)) for unit in units)
    return _AT_THE_END.search(end) if looped else None


def _may_run(words: list[str]) -> bool:
    """Whether words may follow themselves often enough; quick. At both ends marks and capitals may differ."""
    repeated = len(words) - len(set(words))
    for size in range(1, _LONGEST_PHRASE + 1) if repeated >= _AGAIN else ():
        alike = _AGAIN * size - 2
        if repeated >= alike and bytes([1] * alike) in bytes(map(operator.eq, words, words[size:])):
            return True
    return False


def _longest_run(words: list[str]) -> tuple[int, str]:
    """How often words are said once more where they were said, and which."""
    words = [word.strip(_MARKS).casefold() for word in words]
    best, phrase = 0, ""
    for size in range(1, _LONGEST_PHRASE + 1):
        run = 0
        for place, alike in enumerate(map(operator.eq, words, words[size:])):
            run = run + 1 if alike else 0
            if run // size > best:
                best, phrase = run // size, " ".join(words[place : place + size])
    return best, phrase


def _ends(text: str) -> int:
    """Marks that may end a sentence."""
    return sum(map(text.count, ".!?\n" if text.isascii() else ".!?\n。！？।॥۔؟։"))


def _sentence_again(pair: Pair) -> str:
    """A sentence that follows itself in a target of more sentences than its source has."""
    text, theirs = pair.target.text, pair.target.sentences
    if len(theirs) <= max(1, len(pair.source.sentences)):  # as most
        return ""
    if pair.target.script not in UNMARKED and _ends(text) <= _ends(pair.source.text):
        return ""
    said = [text[slice(*place)].strip(_MARKS) for place in theirs]
    fewest = _FEWEST_SIGNS if pair.target.script in _DENSE else _FEWEST_LETTERS
    for one, other, third in zip(said, said[1:], [*said[2:], ""], strict=False):
        twice = one == other and (pair.target.script not in UNMARKED or other == third)
        if twice and sum(map(str.isalpha, one)) >= fewest:
            return one
    return ""
