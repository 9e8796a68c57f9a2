"""A choice that is named by its number: "Option 3 is correct", "2번이 정답", "the third option"."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from parallelize.text.answers.phrases import answer_phrases
from parallelize.text.numerals import NumberKind, base_language, read_numbers

__all__ = ["numbered_choices"]

_BEHIND: Final = re.compile(
    r"""
    [\w\u064b-\u0655\u200c]{0,3} \W{0,3}                            # an ending of the noun
    (?: (?:no|nr|n[º°]|№|num(?:ber|mer|éro|ero)|número|nomor|namba|la|ya|số|رقم|عدد|شماره\w?|نمبر|नंबर|নম্বর)
        [.:]? \s* )?
    \#? (?P<number>\d{1,2}) (?![\d%]|[.,/]\d|\s?[%+*/=×·-]\s?\d)    # no 3.5, 3 %, 3 + 4
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    r"""
    (?<![\d.,]) (?P<number>\d{1,2}) \s?
    (?: [.ªºа-яёa-zàéè'’-]{0,5} | nolu | numaralı | no['’]lu | নম্বর | নং | नंबर | नम्बर | 个 | 個 | 번째?
      | 番目?の? | つ目の )
    \s?$
    """,
    re.VERBOSE,
)
_ALONE: Final = re.compile(r"(?<!\d)(?P<number>\d{1,2})\s?[번番](?=[이은을가がはで입])")
"""A number that Korean and Japanese call a choice without a noun: 2번이 정답입니다."""
_WIDTH: Final = 24
_LATEST: Final = 400


def numbered_choices(window: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Numbers by which choices are named, the last first: the number, and where it stands.

    Args:
        window: the end of a response.
        language: of the response.
    """
    lower = window.lower()
    if len(lower) != len(window) or not any(map(str.isalpha, window)):
        lower = window
    begin = max(0, len(window) - _LATEST)
    found: list[tuple[int, int, int]] = []
    for noun in _option_nouns(language):
        at = lower.find(noun, begin)
        while at >= 0:
            if not (noun[0].isascii() and lower[at - 1 : at].isalpha()):
                found += _beside(window, at, at + len(noun), language)
            at = lower.find(noun, at + len(noun))
    if base_language(language) in {"ko", "ja"}:
        found += [
            (int(match["number"]), match.start(), match.end()) for match in _ALONE.finditer(window, begin)
        ]
    yield from sorted(found, key=lambda item: -item[1])


def _option_nouns(language: str) -> tuple[str, ...]:
    """Nouns of options that do not announce answers, too: behind "answer" stands a value."""
    phrases = answer_phrases(language)
    announcing = {noun for item in phrases for noun in item.nouns}
    nouns = [noun for item in phrases for noun in item.option_nouns if noun not in announcing]
    return tuple(noun for noun in dict.fromkeys(nouns) if len(noun) > 1 or unicodedata.category(noun) == "Lo")


def _beside(window: str, start: int, end: int, language: str) -> Iterator[tuple[int, int, int]]:
    behind = _BEHIND.match(window, end)
    if behind is not None:
        yield int(behind["number"]), *behind.span("number")
        return
    head = window[max(0, start - _WIDTH) : start]
    before = _BEFORE.search(head)
    if before is not None:
        yield int(before["number"]), start - len(head) + before.start("number"), end
        return
    for number in read_numbers(head, language)[-1:]:
        ordinal = number.kind in (NumberKind.ORDINAL, NumberKind.FRACTION) and number.readings[-1] >= 1
        if ordinal and not any(map(str.isdigit, number.text)) and not head[number.end :].strip(" 个個の"):
            yield int(number.readings[-1]), start - len(head) + number.start, end  # a third, and the third
