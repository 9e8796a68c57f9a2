"""Answers that are words with one meaning in all languages: yes, true, weekdays, months, even, north, red.

The words are in `words.tsv`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from parallelize.core.writing import row_code
from parallelize.text.answers.retractions import denies
from parallelize.text.answers.tables import codes, rows, split
from parallelize.text.numerals import base_language

_KINDS: Final = ("yes", "no", "true", "false", "even", "odd", "none")
_ARTICLES: Final = re.compile(
    r"""
    ^ (?: on | the | an? | it[ ]is[ ]an? | it's[ ]a | it's | it[ ]is | it[ ]was
        | am | an[ ]einem | eine? | es[ ]ist[ ]eine? | es[ ]ist | c'est | le | la | el | il | los | o | a
        | un | une | uno | una | um | uma | es | é | è | de | den | om | een | ett? | på
        | в | во | у | на | w | we | ve | dne | egy | один ) \s+
    """,
    re.VERBOSE,
)
_WEEKS: Final = re.compile("礼拜|禮拜|週")
_LONGEST: Final = 60
_MOST_WORDS: Final = 4


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


@lru_cache(maxsize=128)
def _meanings(code: str) -> dict[str, frozenset[str]]:
    """Meanings by word, for one row of the table."""
    cells = rows("words.tsv")[code]
    found: dict[str, set[str]] = {}
    groups = [(kind, cell) for kind, cell in zip(_KINDS, cells, strict=False)]
    for name, cell in zip(("weekday", "month", "compass", "other"), cells[7:], strict=False):
        groups += [(f"{name} {number}", forms) for number, forms in enumerate(cell.split("/"), 1) if forms]
    for meaning, cell in groups:
        for word in split(cell):
            found.setdefault(_folded(word), set()).add(meaning)
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _trimmed(text: str) -> str:
    """The text without what is no letter, mark or number at its ends."""
    kinds = [unicodedata.category(mark)[0] in "LMN" for mark in text]
    if True not in kinds:
        return ""
    return text[kinds.index(True) : len(kinds) - kinds[::-1].index(True)]


COPULA: Final = re.compile(r"[」』\"'”’]?(?:です|でした|である|だ|입니다|이에요|예요|이다)[.。]?$")
"""The verb that ends a sentence and is glued to what it says: 火曜日です, 토요일입니다."""


def _variants(text: str) -> tuple[str, ...]:
    """The word as it is tabled: without an article, a copula, `-feira`, or another word for week."""
    plain = _trimmed(COPULA.sub("", _folded(text)))
    bare = _ARTICLES.sub("", plain)
    other = _WEEKS.sub("星期", bare).replace("星期天", "星期日").removeprefix("วัน")
    return (plain, bare, f"{bare}-feira", other, f"วัน{other}", f"ال{plain}")


@lru_cache(maxsize=8_192)
def meanings_of(text: str, language: str) -> frozenset[str]:
    """What a short answer means, as `yes`, `weekday 2`, `month 5`; empty where it is no such word.

    Args:
        text: an answer without LaTeX.
        language: BCP 47 tag; English words are known beside its own.
    """
    if not text or len(text) > _LONGEST:
        return frozenset()
    tables = [_meanings(code) for code in codes(language, "words.tsv")]
    for word in _variants(text):
        for table in tables:
            if word in table:
                return table[word]
    return frozenset()


def forms_of(language: str, kinds: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Meanings of some kinds (`weekday`, `even`) by a language's words for them, in small letters."""
    code, *_ = codes(language, "words.tsv")
    if code != row_code(rows("words.tsv"), base_language(language)):
        return {}
    wanted = (
        (word, {said for said in meanings if said.startswith(kinds)})
        for word, meanings in _meanings(code).items()
    )
    return {word: frozenset(meanings) for word, meanings in wanted if meanings}


@lru_cache(maxsize=128)
def true_words(language: str) -> tuple[str, ...]:
    """How a language calls what is right, longest first."""
    found = {
        w for code in codes(language, "words.tsv") for w, said in _meanings(code).items() if "true" in said
    }
    return tuple(sorted(found, key=len, reverse=True))


def is_false(word: str, language: str) -> bool:
    """Whether a word, or one without the s of a plural, calls something wrong."""
    return any("false" in meanings_of(form, language) for form in (word, word.removesuffix("s")))


def _held(folded: str, known: Iterable[str]) -> list[str]:
    """The words of a table that stand in a text, the longest of those that overlap: 十二月, and no 二月."""
    held = []
    for word in sorted(known, key=len, reverse=True):
        unspaced = not word.isascii() and unicodedata.category(word[0]) == "Lo"
        at = folded.find(word) if len(word) >= (1 if unspaced else _SHORTEST_NAME) else -1
        before, after = folded[:at][-1:], folded[at + len(word) :][:1]
        if unspaced and len(word) == 1:
            apart = not _in_word(before) or unicodedata.name(before)[:3] != unicodedata.name(word)[:3]
            apart = apart and (not _in_word(after) or after in _COPULA_LETTERS)
        else:
            apart = unspaced or not (_in_word(before) or _in_word(after))
        if at >= 0 and apart:
            held.append(word)
            folded = folded.replace(word, "|")
    return held


def truth_said(text: str, language: str) -> frozenset[str]:
    """Whether the last clause of a text calls something true or false ("The statement is not true.").

    Args:
        text: a sentence.
        language: of the text; English is understood beside it.
    """
    for clause in reversed(_CLAUSES.split(_folded(text))):
        for code in codes(language, "words.tsv"):
            meanings = _meanings(code)
            known = [word for word, said in meanings.items() if said & _TRUTH]
            held = _held(clause.strip(), known)
            said = {item for word in held for item in meanings[word] & _TRUTH}
            if len(said) > 1:
                return frozenset()
            if said:
                rest = clause
                for word in held:
                    rest = rest.replace(word, " ")
                return frozenset(_TRUTH - said if denies(rest, language) else said)
    return frozenset()


_COPULA_LETTERS: Final = frozenset("でだ이입인임")
_TRUTH: Final = frozenset(("true", "false"))
_CLAUSES: Final = re.compile(r"[,;:،、，；։]\s*")


def meaning_within(text: str, language: str, wanted: frozenset[str]) -> frozenset[str]:
    """The weekday, month or point of the compass in a short sentence; empty where it has none, or several.

    Args:
        text: a sentence.
        language: of the text.
        wanted: meanings of the gold answer, which say what is looked for.
    """
    kinds = tuple({said.split()[0] for said in wanted} & _NAMED)
    folded, found = _folded(text), set[frozenset[str]]()
    if not kinds or len(folded) > _LONGEST:
        return frozenset()
    for code in codes(language, "words.tsv"):
        named = {
            word: said for word, said in _meanings(code).items() if any(s.startswith(kinds) for s in said)
        }
        found |= {named[word] for word in _held(folded, named)}
        if found:
            break
    if not found and base_language(language) != "en":
        found = _inflected(folded, codes(language, "words.tsv")[0], kinds)
    return next(iter(found)) if len(found) == 1 else frozenset()


@lru_cache(maxsize=128)
def _stems(code: str, kinds: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """What names of some kinds begin with, whatever their ending."""
    return {
        word[: -2 if len(word) >= _LONG_NAME else -1]: meanings
        for word, meanings in _meanings(code).items()
        if len(word) > _STEM and any(said.startswith(kinds) for said in meanings)
    }


def _inflected(folded: str, code: str, kinds: tuple[str, ...]) -> set[frozenset[str]]:
    """The names that a word of a sentence begins as and ends otherwise: "v marci", "w środę"."""
    return {
        meanings
        for token in _TOKENS.findall(folded)
        for stem, meanings in _stems(code, kinds).items()
        if token.startswith(stem) and len(token) <= len(stem) + _LONGEST_ENDING
    }


_SHORTEST_NAME: Final = 3
_STEM, _LONG_NAME, _LONGEST_ENDING = 4, 8, 4
"""Letters of a name that may have another ending, of one that may lose two of them, and of the ending."""
_TOKENS: Final = re.compile(r"[^\W\d_]{4,}")
_NAMED: Final = frozenset(("weekday", "month", "compass"))


def _in_word(mark: str) -> bool:
    return bool(mark) and unicodedata.category(mark)[0] in "LM"


@lru_cache(maxsize=128)
def _months(code: str) -> tuple[tuple[str, int], ...]:
    """The words of a language for months, each with the number of its month."""
    return tuple(
        (word, int(said.removeprefix("month ")))
        for word, meanings in _meanings(code).items()
        for said in meanings
        if said.startswith("month ")
    )


def month_in(text: str, language: str) -> tuple[int, str] | None:
    """The month that is named in a text of few words, and the text without its name."""
    folded = _folded(text)
    best: tuple[int, str] | None = None
    for code in codes(language, "words.tsv"):
        for word, month in _months(code):
            at = folded.find(word)
            if at < 0 or (best is not None and len(word) <= len(best[1])):
                continue
            if not _in_word(folded[:at][-1:]) and not _in_word(folded[at + len(word) :][:1]):
                best = (month, word)
    return None if best is None else (best[0], folded.replace(best[1], " ", 1))


def first_meaning(text: str, language: str) -> frozenset[str]:
    """The meaning of the word that a text begins with, before a comma or a stop ("Yes, because …")."""
    head = re.split(r"[,.;:!?،。，、！；؛।\n—–]|\s[-–—]\s", text.strip().lstrip("*_\"'“„«"), maxsplit=1)[0]
    if len(head.split()) > _MOST_WORDS:
        head = head.split()[0]
    return meanings_of(head, language)
