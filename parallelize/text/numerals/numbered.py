"""A text with its numbers, read when they are asked for and once: a source has many translations."""

from collections.abc import Sequence

from parallelize.core.read_once import ReadOnce
from parallelize.text.numerals.items import Item, Key, is_midnight, item_of, key_of
from parallelize.text.numerals.leftovers import says_count
from parallelize.text.numerals.number import Number
from parallelize.text.numerals.reader import read_digits, read_numbers

__all__ = ["NumberedText"]


class NumberedText:
    """A text in a language, as its numbers are compared with those of another one."""

    def __init__(self, text: str, language: str) -> None:
        """Read nothing yet.

        Args:
            text: Prose, with or without LaTeX.
            language: BCP 47 tag.
        """
        self.text, self.language = text, language

    @ReadOnce
    def numbers(self) -> Sequence[Number]:
        """Every number, in digits and words."""
        return read_numbers(self.text, self.language)

    @ReadOnce
    def says_count(self) -> bool:
        """Whether an English text may say a count from three on in words."""
        return says_count(self.text, self.language)

    @ReadOnce
    def digits(self) -> Sequence[Key] | None:
        """Keys of the values in digits, None where a number word stands so close that both may be one."""
        numbers = read_digits(self.text, self.language)
        if numbers is None:
            return None
        return [key_of(number.value) for number in numbers if not is_midnight(number)]

    def items(self) -> list[Item]:
        """The numbers that are compared, each waiting for its partner."""
        return [item_of(self.text, number) for number in self.numbers if not is_midnight(number)]
