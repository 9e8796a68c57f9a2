"""What the values of a place say about it: sentences, short words, code, JSON, labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from parallelize.core.writing import UNSPACED_LETTERS
from parallelize.metrics.function_words import FUNCTION_WORDS
from parallelize.stages.ingest.source_language import is_foreign
from parallelize.text.kinds import TextKind, text_kind

__all__ = ["Evidence", "is_sentence", "is_worked"]

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_UNSPACED: Final = re.compile(f"[{UNSPACED_LETTERS}]")
_CODE_SIGN: Final = re.compile(r"[()\[\]{}=;<>*]|\.\w+\(|\b_\w")
_CODE_SIGN_CHARS: Final = 25
"""Code has one of these signs in so many characters."""
_DECLARATION: Final = re.compile(
    r"""
    \s* (?: theorem | lemma | Theorem | Lemma | Definition | Fixpoint | Inductive | Corollary | Goal | Require
          | From | Section | import | open | namespace | noncomputable | def | variable | section | example
          | abbrev | inductive | structure                               # Lean, Coq
          | \(\w+-?\w*\s                                                 # SMT-LIB, Lisp
          | :- )                                                         # Prolog
    [ \n(]
    """,
    re.VERBOSE,
)
_LOGIC: Final = re.compile(r"->|=>|<-|:-|&|[∧∨→⇒⊢¬∀∃]")
_TWO_WORDS: Final = re.compile(r"[^\W\d_]{2,}[,;:]?\s+[^\W\d_]{2,}")
_LOOKED_AT: Final = 2_000
"""Characters of a value that are looked at for words."""
_SENTENCE_WORDS: Final = 4
_UNSPACED_LETTERS: Final = 8
_WORKED_MARK: Final = re.compile(r"^####\s*\S", re.MULTILINE)
"""GSM8K ends its solutions with a line `#### <answer>` (Cobbe et al. 2021, arXiv:2110.14168)."""
_WORKED_CHARS: Final = 300
"""An answer above this length is taken for a worked solution. The longest short answer of MATH has 159
characters; a worked GSM8K answer has the mark whatever its length."""
_WORKED_LINES: Final = 4
_VERDICTS: Final = frozenset(
    (
        *("yes", "no", "true", "false", "maybe", "unknown", "uncertain", "correct", "incorrect"),
        *("proved", "disproved", "provable", "proof", "complete", "valid", "invalid", "pass", "fail"),
        *("safe", "unsafe", "entailment", "neutral", "contradiction", "positive", "negative"),
        *("none", "both"),
    )
)
"""Words that programs compare answers with."""


def is_worked(text: str) -> bool:
    """Whether the text of an answer column is a worked solution rather than a short answer."""
    if len(text) > _WORKED_CHARS or text.count("\n") >= _WORKED_LINES:
        return True
    mark = _WORKED_MARK.search(text)
    return mark is not None and text[: mark.start()].strip() != ""


def is_sentence(text: str, language: str, *, least: int = _SENTENCE_WORDS) -> bool:
    """Whether a text reads as a sentence: enough words, a grammatical one of the language among them.

    Args:
        text: a value.
        language: code of the source language.
        least: words that there must be.
    """
    words, grammatical, titled = _words(text[:_LOOKED_AT], language)
    if words < least:
        return False
    # Titles and lists of names have few; a sentence of this language has one in ten words at the least.
    return grammatical * 10 >= words or (words <= 6 and titled and text.rstrip()[-1] in ".?!")


@lru_cache(maxsize=64)
def _words(head: str, language: str) -> tuple[int, int, bool]:
    """Words, those of them that are grammatical, and whether the first has a capital.

    Every letter is a word in a script without blanks, unless there are but a few; a single word is none.
    """
    if _UNSPACED.search(head):
        letters = len(_UNSPACED.findall(head))
        return (len(head), len(head), False) if letters >= _UNSPACED_LETTERS else (0, 0, False)
    found = _WORD.findall(head)
    if not found or " " not in head.strip():
        return 0, 0, False
    known = FUNCTION_WORDS.get(language)
    grammatical = len(found) if known is None else sum(map(known.__contains__, map(str.lower, found)))
    return len(found), grammatical, found[0].istitle()


def _is_verdict(text: str) -> bool:
    return text.strip().lower().rstrip(".") in _VERDICTS


def _has_signs_of_code(text: str) -> bool:
    head = text[:_LOOKED_AT]
    return len(_CODE_SIGN.findall(head)) * _CODE_SIGN_CHARS >= len(head)


class Evidence:
    """Figures of the texts of one place."""

    __slots__ = ("count", "distinct", "kinds", "language", "texts")

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self.texts = texts
        self.language = language
        self.count = len(texts)
        self.kinds = Counter(text_kind(text) for text in texts)
        self.distinct = len(set(texts))

    def mostly(self, kind: TextKind) -> bool:
        """Whether more than half of the texts are of a kind."""
        return self.kinds[kind] * 2 > self.count

    def some_prose(self) -> bool:
        """Whether one text in eight is words of a language."""
        return self.kinds[TextKind.PROSE] * 8 >= self.count

    def only(self, kind: TextKind) -> bool:
        """Whether all of the texts are of a kind."""
        return self.kinds[kind] == self.count

    def sentences(self, least: int = _SENTENCE_WORDS) -> bool:
        """Whether at least half of the texts read as sentences."""
        return sum(is_sentence(text, self.language, least=least) for text in self.texts) * 2 >= max(
            1, self.count
        )

    def foreign(self) -> int:
        """How many are not in the source language."""
        return sum(is_foreign(text, self.language) for text in self.texts)

    def worked(self) -> bool:
        """Whether more than half of the texts are worked solutions."""
        return sum(map(is_worked, self.texts)) * 2 > self.count

    def short(self) -> bool:
        """Whether hardly any text has more than a few words."""
        return sum(len(text) <= 60 and text.count(" ") < 8 for text in self.texts) * 10 >= 9 * self.count

    def terse(self) -> bool:
        """Whether no text has more than two words."""
        return all(len(text.split(None, 2)) <= 2 for text in self.texts)

    def looks_like_code(self) -> bool:
        """Whether half of the texts have many signs of code; enough only where something else says so."""
        return sum(map(_has_signs_of_code, self.texts)) * 2 >= max(1, self.count)

    def declares(self) -> bool:
        """Whether most of the texts begin as programs of proof assistants do."""
        return sum(_DECLARATION.match(text) is not None for text in self.texts) * 2 > self.count

    def formal(self) -> bool:
        """Whether no text has two words in a row, and each has a sign of logic: `sent1 & sent2 -> int1`."""
        heads = [text[:_LOOKED_AT] for text in self.texts]
        return all(_LOGIC.search(head) is not None and _TWO_WORDS.search(head) is None for head in heads)

    def punctuated(self) -> bool:
        """Whether most of the texts end as sentences do."""
        return sum(text.rstrip()[-1] in ".?!" for text in self.texts) * 2 > self.count

    def keyword(self) -> bool:
        """Whether every text is one word in small letters: `cause`, `effect`."""
        return all(text.isalpha() and text.islower() and len(text) > 1 for text in self.texts)

    def has_words(self) -> bool:
        """Whether most of the texts are words, or a quarter of them words without figures and no verdicts."""
        if self.mostly(TextKind.PROSE):
            return True
        plain = [one for one in self.texts if one.replace(" ", "").isalpha()]
        words = [one for one in plain if text_kind(one) is TextKind.PROSE and not _is_verdict(one)]
        return len(words) * 4 >= self.count

    def verdicts(self) -> bool:
        """Whether every text is a verdict that programs compare: yes, no, true, entailment."""
        return all(map(_is_verdict, self.texts))

    def labels(self) -> bool:
        """Whether the texts are few short ones that come again and again."""
        return self.count >= 8 and self.distinct * 5 <= self.count and self.short()
