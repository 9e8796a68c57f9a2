"""How each language says "the answer is" and "option": nouns that announce an answer, and their links to it.

The words are in `phrases.tsv`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parallelize.core.writing import UNSPACED_LETTERS
from parallelize.text.answers.tables import codes, rows, split

_COLONS: Final = ":：՝៖፦"
"""Latin, wide, Armenian, Khmer and Ethiopic."""
_BETWEEN: Final = rf"[^\n.!?。！？।={_COLONS}]{{0,30}}?"
"""What may stand between the noun and its link: "to this question", "finale"."""
UNSPACED: Final = re.compile(f"[{UNSPACED_LETTERS}\uac00-\ud7a3]")
"""Scripts in which a link follows its noun without a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPhrases:
    """The announcement of an answer in one language."""

    nouns: tuple[str, ...]
    """Lower case; found first, because a plain search is quick."""
    link: re.Pattern[str]
    """Matches at the end of a noun; its end is where the answer begins."""
    option_nouns: tuple[str, ...]
    """Lower case; nouns that name a choice: "option", "letter"."""


def _link(nouns: str, links: str) -> re.Pattern[str]:
    spaced = not UNSPACED.search(nouns)
    words = "|".join(link for link in links.split("|") if not link.startswith("(?="))
    direct = "".join(rf"|\s{link}" for link in links.split("|") if link.startswith("(?="))
    word = rf"(?<=\s)(?:{words})(?=\W|$)" if spaced else f"(?:{words})"
    said = rf"(?:{word})\s?[{_COLONS}]?|" if words else ""
    return re.compile(rf"[*_]{{0,2}}{_BETWEEN}(?:{said}\s?[={_COLONS}]{direct})")


@lru_cache(maxsize=256)
def answer_phrases(language: str) -> tuple[AnswerPhrases, ...]:
    """The phrases of a language (BCP 47), and those of English."""
    found = []
    for code in codes(language, "phrases.tsv"):
        nouns, links, options, _, _, *_ = rows("phrases.tsv")[code]
        found.append(
            AnswerPhrases(nouns=split(nouns), link=_link(nouns, links), option_nouns=split(options.lower()))
        )
    return tuple(found)


@lru_cache(maxsize=256)
def list_words(language: str) -> re.Pattern[str]:
    """Matches "and" and "or" between the items of a list, in a language and in English."""
    words: list[str] = []
    for code in codes(language, "phrases.tsv"):
        _, _, _, both, either, *_ = rows("phrases.tsv")[code]
        words += [*split(both), *split(either)]
    glued = [word for word in words if UNSPACED.search(word) or word in {"و", "ו"}]
    spaced = "|".join(re.escape(word) for word in dict.fromkeys(words))
    bare = "".join(rf"|\s*{re.escape(word)}\s*(?=[\d\\(\[{{$+-]|[A-Za-z]\s?=)" for word in glued)
    return re.compile(
        rf"\s+(?:{spaced})\s+|\s*\\text\s*\{{\s*(?:{spaced})\s*\}}\s*|\s*&\s*{bare}", re.IGNORECASE
    )


def right_answer_start(text: str, low: int, high: int, language: str) -> int:
    """Where the right answer begins behind one that is taken back ("nicht 14, sondern " 16); else -1."""
    words, pattern = _taken_back(language)
    window = _folded(text[low:high])
    if not any(map(window.__contains__, words)):  # costs a hundredth of the pattern
        return -1
    found = pattern.search(text, low, high)
    return -1 if found is None else found.end()


def _folded(text: str) -> str:
    """In small letters, as a pattern that ignores case takes them: an i is an i with or without its dot."""
    return text.lower().replace("\u0307", "").replace("ı", "i")


def whole_word(word: str) -> str:
    """A regular expression of a word that is no part of another, but in scripts without spaces."""
    return re.escape(word) if UNSPACED.search(word) else rf"(?<!\w){re.escape(word)}(?!\w)"


def contrasts(language: str) -> Iterator[tuple[str, str]]:
    """Ways of saying "not … but": the word before what is denied, or nothing, and the one behind it."""
    for code in codes(language, "phrases.tsv"):
        for way in split("".join(rows("phrases.tsv")[code][5:])):
            before, _, after = way.rpartition("…")
            yield before, after


@lru_cache(maxsize=256)
def _taken_back(language: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Words behind which the right answer stands, and the pattern that matches up to one of them."""
    ways: list[str] = []
    words: list[str] = []
    for before, after in contrasts(language):
        words.append(_folded(after))
        asked = (
            rf"(?<!\w){re.escape(before)}(?!\w)[^.!?。！？।\n]*?" if before else r"[^.!?。！？।\n]*?\d\D*?"
        )
        ways.append(asked + whole_word(after))
    return tuple(words), re.compile(rf"(?:{'|'.join(ways)})\s*(?=\D{{0,24}}\d)", re.IGNORECASE)
