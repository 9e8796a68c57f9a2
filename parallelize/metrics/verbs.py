"""What may be a verb of a language, by `verbs.tsv` and its dictionary.

A word is a finite verb where no other word has its letters, or where an infinitive of the dictionary has that
form and nothing before the word makes it a noun. Many nouns may be verbs; what cannot be one is told surely.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from parallelize.core.tables import shipped_lines
from parallelize.text.dictionary import Dictionary, dictionary

__all__ = ["Verbs", "verbs_of"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 3
"""Letters of an infinitive."""
_INFINITIVE: Final = re.compile(r"[^\W\d_]+[aeiíô]r(?:se)?")


class Verbs:
    """Forms of verbs of one language."""

    def __init__(self, language: str, known: Dictionary) -> None:
        """Take the lines of a language.

        Args:
            language: its code in the table.
            known: its dictionary.
        """
        rows = [row[1:] for row in shipped_lines(__package__, "verbs.tsv") if row[0] == language]
        cells = {kind: content for kind, *content in rows}
        self._known = known
        self._finite = frozenset(word for kind, *cell in rows if kind == "finite" for word in cell[0].split())
        self._shaped = re.compile(cells["shaped"][0])
        self._made: dict[str, list[str]] = {}
        for endings, infinitives in (content for kind, *content in rows if kind == "made"):
            for ending in endings.split():
                self._made.setdefault(ending, []).extend(infinitives.split())
        self._longest = max(map(len, self._made))
        self._changed = [
            (re.compile(f"{content[0]}$"), content[1].split()) for kind, *content in rows if kind == "changed"
        ]
        self._never, self._noun = (frozenset(cells[kind][0].split()) for kind in ("never", "noun"))
        self._objects, self._subjects = (frozenset(cell.split()) for cell in cells["object"])
        self._participle, self._plural = (re.compile(cells[kind][0]) for kind in ("participle", "plural"))
        self._between = frozenset(cells["between"][0].split())
        self._joining = _any_of(cells["joining"][0])
        self._passive = re.compile(rf"\b(?:{_choice(cells['passive'][0])})\s+(?:[oa]\s+)?\Z", re.IGNORECASE)
        self._being = re.compile(rf"\b(?:{cells['being'][0]})\s({_INFINITIVE.pattern})\b")
        self.question = re.compile(
            rf"(?:\A\W*|[,;]\s¿?|\b[ey]\s¿?|\b(?:então|entonces),?\s¿?|¿)(?:{cells['question'][0]})\b",
            re.IGNORECASE,
        )
        """What a question begins with."""

    def has_common(self, text: str) -> bool:
        """Whether a text has a form that is a verb wherever it stands; quick, and most sentences have one."""
        return not self._finite.isdisjoint(text.split())

    def has_finite(self, text: str) -> bool:
        """Whether a word of a text may be a finite verb; a name is none."""
        infinitives: list[str] = []
        before = subject = ""
        end = 0
        for found in _WORD.finditer(text):
            word = found[0]
            if not end or word.islower():
                word = word.lower()
                if word in self._finite or self._shaped.fullmatch(word):
                    return True
                gap = found.start() != end + 1
                infinitives += self._of_finite(word, "" if gap else before, subject)
            subject, before, end = before, word, found.end()
        return any(self._known.has(infinitives))

    def follows_being(self, text: str) -> bool:
        """Whether an infinitive stands behind a form of to be: Ana é assar."""
        found = self._being.search(text)
        return found is not None and self._knows(found[1])

    def is_infinitive(self, word: str, clause: str) -> bool:
        """Whether a word behind someone is an infinitive, and nothing in the clause before asks for one."""
        return (
            _INFINITIVE.fullmatch(word) is not None
            and self._knows(word)
            and not self._may_be_finite(word)
            and self._joining.search(clause) is None
        )

    def is_participle(self, word: str, clause: str) -> bool:
        """Whether a word behind someone is a participle that no word before the two has caused."""
        return (
            self._participle.fullmatch(word) is not None
            and word not in self._between
            and not self._may_be_finite(word)
            and self._passive.search(clause) is None
        )

    def is_plural(self, word: str) -> bool:
        """Whether a word behind someone is a noun or adjective of several things."""
        return (
            self._plural.fullmatch(word) is not None
            and word not in self._between
            and not self._may_be_finite(word)
            and self._knows(word)
        )

    def _of_finite(self, word: str, before: str, subject: str) -> list[str]:
        """Infinitives of which a word is a form, behind the words before it.

        A word that the dictionary lacks is a verb behind who does it; itself stands for its infinitive.
        """
        pronoun = before in self._objects and subject in self._subjects
        if word in self._never or (before in self._noun and not pronoun):
            return []
        forms = self._infinitives(word)
        new = forms and (pronoun or before in self._subjects) and not self._knows(word)
        return [before] if new else forms

    def _may_be_finite(self, word: str) -> bool:
        return (
            word in self._finite
            or self._shaped.fullmatch(word) is not None
            or any(self._known.has(self._infinitives(word)))
        )

    def _knows(self, word: str) -> bool:
        """Whether a word is in the dictionary."""
        return all(self._known.has([word]))

    def _infinitives(self, word: str) -> list[str]:
        """What may be the infinitive of a form, by its ending."""
        forms = [
            word[:-size] + ending
            for size in range(1, min(self._longest, len(word)) + 1)
            for ending in self._made.get(word[-size:], ())
        ]
        for letters, endings in self._changed:
            if letters.search(word):
                forms += [letters.sub(ending, word) for ending in endings]
        return [form for form in forms if len(form) >= _SHORTEST]


def _choice(words: str) -> str:
    return "|".join(word.replace("*", r"\w*") for word in words.split())


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_choice(words)})\b", re.IGNORECASE)


def verbs_of(language: str) -> Verbs | None:
    """The verbs of a language; None where the table or the dictionary has none."""
    known = dictionary(language)
    return None if known is None else _read(language.partition("-")[0], known)


@cache
def _read(code: str, known: Dictionary) -> Verbs | None:
    has_lines = any(row[0] == code for row in shipped_lines(__package__, "verbs.tsv"))
    return Verbs(code, known) if has_lines else None
