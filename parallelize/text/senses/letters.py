"""The letters of a text: what lines of the table are found by before their expressions are tried."""

from __future__ import annotations

import re

from parallelize.core.read_once import ReadOnce

__all__ = ["DIGIT", "KEY_LETTERS", "Letters", "pieces_of"]

KEY_LETTERS = 6
"""Letters of a word's beginning by which places of a text are found where a line's words may begin."""
DIGIT = "0"
"""Stands for every digit at the beginning of a word."""
_PIECES = (3, 5)
"""Letters of the pieces by which lines are found; of words with fewer than the second, the first."""
_BEGINNING = re.compile(r"(?<![\w-])(?:[a-z]+|[\d$])", re.IGNORECASE)


class Letters:
    """A text, its pieces, and where its words begin; each is read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[str, int] = {}
        """Lines of the table that may stand in the text, by language; see `table`."""

    @ReadOnce
    def lowered(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @ReadOnce
    def pieces(self) -> set[str]:
        """Every piece of the text."""
        text = self.lowered
        return {text[at : at + size] for size in _PIECES for at in range(len(text))}

    @ReadOnce
    def beginnings(self) -> dict[str, list[int]]:
        """Where words begin, by their first letters, one to `KEY_LETTERS`, with a space after a whole word.

        Every digit and every `$` at such a place is a word, too.
        """
        found: dict[str, list[int]] = {}
        for word in _BEGINNING.finditer(self.text):
            start, letters = word.start(), word[0].lower()
            letters = DIGIT if letters.isdecimal() else f"{letters} "[:KEY_LETTERS]
            for length in range(1, len(letters) + 1):
                key = letters[:length]
                if key in found:
                    found[key].append(start)
                else:
                    found[key] = [start]
        return found


def pieces_of(words: str) -> list[str]:
    """Pieces of some letters, one of which a text has where it has them; few letters say nothing."""
    few, many = _PIECES
    size = many if len(words) >= many else few
    return [words[at : at + size] for at in range(len(words) - size + 1)] or [""]
