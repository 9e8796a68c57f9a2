"""Composition: a row of neighbouring number forms becomes the number, or the numbers, that it says."""

from fractions import Fraction

from parallelize.text.numerals.growing import Composed, FoundForm, GrowingNumber
from parallelize.text.numerals.languages import Grammar
from parallelize.text.numerals.lexicon import FormRole
from parallelize.text.numerals.multiplier_first import MultiplierFirst

__all__ = ["compose"]


def _is_article_of_half(row: list[FoundForm], place: int) -> bool:
    """Whether a form is the second article of "en och en halv", "ein und eine halbe"."""
    if not 0 < place < len(row) - 1 or row[place].lexeme.value != 1:
        return False
    after = row[place + 1].lexeme
    return row[place - 1].lexeme.role is FormRole.CONNECTOR and after[:2] == (
        FormRole.FRACTION,
        Fraction(1, 2),
    )


def compose(row: list[FoundForm], rules: Grammar) -> list[Composed]:
    """Read a row of neighbouring forms as one number or several, in order.

    Args:
        row: The forms, in text order, with nothing but space, hyphens or nothing at all between them.
        rules: How the language builds numbers.
    """
    made = MultiplierFirst if rules.multiplier_first else GrowingNumber
    numbers: list[Composed] = []
    number = made(rules)
    for place, part in enumerate(row):
        if _is_article_of_half(row, place):
            continue
        if rules.hundred_is_money and number.has_digits and part.lexeme.role is FormRole.SMALL:
            continue
        if number.take(part):
            continue
        if finished := number.finish():
            numbers.append(finished)
        number = made(rules)
        number.take(part)
    if finished := number.finish():
        numbers.append(finished)
    return numbers
