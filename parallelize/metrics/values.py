"""Do the numbers and the final answer of a translation have the source's values?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.reading import Reading
from parallelize.text.answers import AnswerSource, FinalAnswer, answers_equal
from parallelize.text.formulas import with_carets
from parallelize.text.numerals import (
    NumberedText,
    NumberKind,
    base_language,
    digits_agree,
    has_words,
    numbers_agree,
    render,
    said_values,
    unconverted,
    word_table,
)
from parallelize.text.protect import find_spans
from parallelize.text.units import Measured, measured

__all__ = ["announces_new_answer", "answer_faults", "number_difference", "number_faults"]

_BARE_NUMBERS = re.compile(
    r"""
    (?:\$\$?|\\\(|\\\[) \s* (?:\\\$)? \s*            # the formula begins, with a dollar sign in it or not
    (?P<numbers>
      [-−+]? \d+ (?:[.,]\d+ | \{[.,]\}\d+)*            # 25, 1{,}000
      (?:, \s+ [-−+]? \d+ (?:[.,]\d+)*)*                # 1, 2, 3
    )
    \s* (?:\\?%|\^\s*\{?\s*\\circ\s*\}?|°)? \s* [.,]? \s* (?:\$\$?|\\\)|\\\])
    """,
    re.VERBOSE,
)
"""A formula that is nothing but numbers: the comparison of formulas leaves it to this one."""
_MEASURED_POWER = re.compile(r"(\d\s?[kcdm]?(?:m|ft|in|yd|mi))(?:\^\{?[23]\}?|[²³])(?!\w)")
"""An area or a volume: the power is part of the unit, which people write out."""
_UNBRACED = re.compile(r"[{}]")
_CENTURY_BY_NAME = re.compile(
    r"""
    \b (?: (?: [Ii]l | del | [Nn]el | al | dal | sul | primo | tardo | pieno ) [ ]
         | [DdNn]ell['’] | all['’] | l['’] )
    (?P<name> Due | Tre | Quattro | Cinque | Sei | Sette | Otto | Nove ) cento \b
    """,
    re.VERBOSE,
)
"""The years from 1500 to 1599 as Italian calls them: "il Cinquecento"."""
_CENTURIES = dict(zip("Due Tre Quattro Cinque Sei Sette Otto Nove".split(), range(13, 21), strict=True))  # noqa: SIM905
_SMALL_COUNTS = frozenset(map(Fraction, range(13)))
_SCALES = (10**3, 10**6, 10**9)
_COUNTED_IN_DIGITS = frozenset({"ja", "ko", "zh"})
_CONVERTED = frozenset(("mile", "foot", "inch", "pound_of_mass", "gallon"))
"""Units that translators convert: a number of the target that still has one was not converted."""
_THOUSAND = 1000
_LARGEST_SHORT = 20
_THOUSANDS = re.compile(r"\d[,.' \u00a0\u202f]?\d{3}(?!\d)")
_DECIMALS = re.compile(
    r"""[,.٫](?<=\d.) (?:
        \d{1,2}                 # too few for a group
        | (?:\d{3} [,.]){1,6} (?<!,\d{3},) (?<!\.\d{3}\.) \d{3}  # after the other mark: 25,197.624
    ) (?!\d)""",
    re.VERBOSE,
)
"""Decimals that are surely none of the groups of a larger number."""
_DIGIT = re.compile(r"\d")
_AFTER_ANSWER = 60  # characters after a conclusion: a full stop, a unit, a closing remark
_ENDING = 400  # characters at the end of a target in which an answer is said
_ASKS_FOR_ANSWER = re.compile(r"\b(?:answer|answers|express|solution|result|output)\b", re.IGNORECASE)


def number_faults(pair: Pair) -> Score:
    """Numbers missing from the target + twice the numbers added to it, as `number_difference` finds them.

    A number may be missing because it is said in words that no table holds; nothing brings a new one in, but
    for small counts that Chinese, Japanese and Korean write in digits ("per 1 day"): they count once. In a
    language without a table of number words, missing numbers count only where others were added.
    """
    missing, added = number_difference(pair)
    if not missing and not added:
        missing, added = _moved_marks(pair)
    if not missing and not added:
        return scored("number_faults", 0.0)
    language = base_language(pair.target.language)
    if not has_words(word_table(language)):
        missing, added = _known_apart(pair, missing, added)
    counts = _SMALL_COUNTS if language in _COUNTED_IN_DIGITS else frozenset()
    value = float(len(missing) + len(added) + sum(number not in counts for number in added))
    evidence = [f"missing {render(number)}" for number in missing] + [
        f"added {render(number)}" for number in added
    ]
    return scored("number_faults", value, "; ".join(evidence[:12]))


def _moved_marks(pair: Pair) -> tuple[list[Fraction], list[Fraction]]:
    """Thousands that became units: "1,250 trees" and "1,25 Bäume"; "1,5 km" is what 1,500 m are."""
    missing: list[Fraction] = []
    added: list[Fraction] = []
    if pair.source.once(_has_thousands) and _DECIMALS.search(pair.target.text):
        ours = {item.value: item.units for item in pair.source.measured if item.value >= _THOUSAND}
        theirs = {item.value: item.units for item in pair.target.measured}
        for value, units in theirs.items():
            was = value * _THOUSAND
            if value.denominator == 1 or was not in ours or was in theirs:
                continue
            if units & ours[was] or not (units or ours[was]):
                missing.append(was)
                added.append(value)
    return missing, added


def _has_thousands(source: Reading) -> bool:
    return _THOUSANDS.search(source.text) is not None


def _known_apart(
    pair: Pair, missing: Sequence[Fraction], added: Sequence[Fraction]
) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
    """What differs though the words for thousand, million and billion are not known: "miliyan 11".

    A number that is only missing may be said in words, but not beside others that stayed in digits where no
    word for it is seen, or beside a count in words that the source does not have.
    """
    scaled = {value * scale: value for value in added for scale in _SCALES}
    said = {scaled[value] for value in missing if value in scaled}
    rest = [value for value in added if value not in said]
    lost = [value for value in missing if value not in scaled]
    if rest or not lost:
        return (lost, rest) if rest else ((), ())
    written = {abs(number.value) for number in pair.source.numbers if number.in_digits}
    shares = [value for value in lost if value.denominator != 1 and value not in written]
    return (shares or _unsaid(pair, lost)), ()


def _unsaid(pair: Pair, lost: Sequence[Fraction]) -> list[Fraction]:
    """The values in digits that a translation which keeps others says in no word that could mean them."""
    text, words = pair.target.text, said_values(pair.target.language)
    ours = {abs(number.value): number for number in pair.source.numbers if number.in_digits}
    theirs = pair.target.numbers
    kept = {abs(number.value) for number in theirs if number.in_digits}
    if not words.known:
        return [value for value in lost if value in ours and _is_long(value)] if kept & ours.keys() else []
    known = {reading for number in pair.source.numbers for reading in number.readings}
    known |= {
        Fraction(part) for value in lost for part in (value // 10 * 10, value % 10)
    }  # "oʻn bitta" is ten and one
    counts = [number.value for number in theirs if not number.in_digits]
    others = any(2 < value < _THOUSAND and value not in known for value in counts)
    others = others or bool(words.other_values(text, known))
    spoken = others or any(value > 2 and value not in lost and words.says(value, text) for value in ours)
    spoken = spoken or words.says_tens(text, ours.keys())
    if not spoken and not kept & ours.keys() - {1, 2}:
        return []
    may_say = words.says if others else words.may_say
    hours = {abs(number.value) for number in ours.values() if number.kind is NumberKind.TIME}
    if any(words.says(hour + next_hour, text) for hour in hours for next_hour in (0, 1)):
        lost = [value for value in lost if value not in hours]  # "quarter to ten" is 9:45
    whole = [value for value in lost if value > 2 and (value.denominator == 1 or kept & ours.keys())]
    return [value for value in whole if value in ours and not may_say(value, text)]


def _is_long(value: Fraction) -> bool:
    """Whether a value takes several words in any language: people write it in digits as its neighbours."""
    return value > _LARGEST_SHORT and value % 10 != 0


def number_difference(pair: Pair) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
    """Values missing from the target, and values added to it.

    Numbers that a translator converted with their unit (miles to kilometres) are no faults. Drawings are
    compared elsewhere (`metrics.structure`). The rest of the text is compared, and, if that disagrees, the
    prose alone: `(1,3)` in a formula is a pair in every language, and formulas are compared by themselves.
    What both ways find is reported by the one that finds less.
    """
    source, target = pair.source.without_figures, pair.target.without_figures
    if ("^" in source or "²" in source or "³" in source) and _MEASURED_POWER.search(source):
        source, target = (_MEASURED_POWER.sub(r"\1", text) for text in (source, target))
    if "^" in source or "^" in target or "_" in source:
        source, target = with_carets(source), with_carets(target)
    if pair.target.language == "it" and "centur" in source:
        target = _CENTURY_BY_NAME.sub(lambda found: f"{_CENTURIES[found['name']]}º secolo", target)
    ours = pair.source.once(_numbered)
    if source != ours.text:
        ours = NumberedText(source, ours.language)
    theirs = NumberedText(target, pair.target.language)
    found = _disagreement(ours, theirs)
    if any(found) and ("$" in source or "\\" in source):
        ours = NumberedText(_prose_with_numbers(source), ours.language)
        in_prose = _disagreement(ours, NumberedText(_prose_with_numbers(target), theirs.language))
        found = min(found, in_prose, key=lambda pair: len(pair[0]) + len(pair[1]))
    return found


def _numbered(text: Reading) -> NumberedText:
    return NumberedText(text.text, text.language)


def _prose_with_numbers(text: str) -> str:
    """The prose, with the formulas that are nothing but numbers: $25$ is 25 to whoever reads it."""
    pieces = []
    position = 0
    for span in find_spans(text):
        found = _BARE_NUMBERS.fullmatch(text, span.start, span.end)
        pieces += [text[position : span.start], "" if found is None else _UNBRACED.sub("", found["numbers"])]
        position = span.end
    return " ".join([*pieces, text[position:]])


def _disagreement(
    source: NumberedText, target: NumberedText
) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
    if digits_agree(source, target):
        return (), ()
    agreement = numbers_agree(source, target)
    if agreement.missing and agreement.added:
        old = measured(target.text, target.language, agreement.open_target)
        kept = {item.value for item in old if _is_old(item)}
        into = tuple(number for number in agreement.open_target if abs(number.value) not in kept)
        agreement = replace(agreement, open_target=into)
    return unconverted(agreement, source, target)


def _is_old(item: Measured) -> bool:
    """Whether a whole number still has a unit that translators convert; 6.6 feet may be 6-foot-6."""
    return item.value.denominator == 1 and not _CONVERTED.isdisjoint(item.units)


def answer_faults(row: Row) -> Score:
    """1 when the final answer of the target is missing or differs by value from the source's, else 0.

    Looked for in the last text whose source announces a final answer; the source's own words decide, and
    the row's own where they cannot be read. None where no source text announces one, or where the two
    answers cannot be compared.
    """
    for path, pair in reversed(row.pairs):
        ours = pair.source.answer
        if ours is not None and _concludes(pair.source.text, ours):
            return _compared(path, ours, pair, row.answer)
    return scored("answer_faults", None)


def _concludes(source: str, answer: FinalAnswer) -> bool:
    """Whether a text ends with its answer; a problem may say "the result is …" on its way."""
    if answer.source is not AnswerSource.PHRASE:
        return True
    return any(map(str.isdigit, answer.value)) and len(source) - answer.end <= _AFTER_ANSWER


def _compared(path: str, ours: FinalAnswer, pair: Pair, source_answer: str | None) -> Score:
    theirs = pair.target.answer
    if theirs is None:
        # Words announce it in the source; the target may say it in words that are not in the tables.
        answer = NumberedText(ours.value, pair.source.language)
        ending = NumberedText(pair.target.text[-_ENDING:], pair.target.language)
        said = not numbers_agree(answer, ending).missing
        unknown = ours.source is AnswerSource.PHRASE and said
        evidence = f"no answer for {ours.value}"
        return Score(measure="answer_faults", value=None if unknown else 1.0, where=path, evidence=evidence)
    same = _same(ours.value, theirs.value, pair)
    if same is None and source_answer is not None:
        same = _same(source_answer, theirs.value, pair)
    value = None if same is None else float(not same)
    evidence = f"{ours.value} → {theirs.value}"
    return Score(measure="answer_faults", value=value, where=path if value else "", evidence=evidence)


def _same(ours: str, theirs: str, pair: Pair) -> bool | None:
    if ours == theirs:
        return True
    left, right = pair.languages
    return answers_equal(ours, theirs, left_language=left, right_language=right)


def announces_new_answer(pair: Pair) -> bool:
    """Whether the target announces a number as its answer that the source neither announces nor holds.

    A source that speaks of answers or how to express them proves nothing and is passed over.
    """
    found = pair.target.answer if _DIGIT.search(pair.target.text) else None
    if found is None or found.source is not AnswerSource.PHRASE or not any(map(str.isdigit, found.value)):
        return False
    if _ASKS_FOR_ANSWER.search(pair.source.text) or pair.source.answer is not None:
        return False
    answer = NumberedText(found.value, pair.target.language)
    return bool(numbers_agree(pair.source.once(_numbered), answer).added)
