"""Numbers as people write them: read from a text in any language, compared by value, rewritten in ASCII.

What other packages use is listed here. Each module inside is one step:

- `marks`: signs of each language; `shapes`: runs of digits and marks; `digits`, `context`: numbers in digits;
- `languages`, `lexicon`, `scan`, `composition`: numbers in words; `reader`: all numbers of a text;
- `numbered`, `agreement`: the numbers of two texts; `conversions`: units that a translator changed.
"""

from parallelize.text.numerals.agreement import NumberAgreement, digits_agree, numbers_agree
from parallelize.text.numerals.conversions import unconverted
from parallelize.text.numerals.languages import has_words, word_table
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import Number, NumberKind
from parallelize.text.numerals.numbered import NumberedText
from parallelize.text.numerals.reader import normalise_numeral, read_digits, read_numbers, render
from parallelize.text.numerals.said import SaidValues, said_values

__all__ = [
    "Number",
    "NumberAgreement",
    "NumberKind",
    "NumberedText",
    "SaidValues",
    "base_language",
    "digits_agree",
    "has_words",
    "normalise_numeral",
    "numbers_agree",
    "read_digits",
    "read_numbers",
    "render",
    "said_values",
    "unconverted",
    "word_table",
]
