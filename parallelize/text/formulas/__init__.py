"""Formulas by what they say: `notation` reads every way of setting one alike, `difference` compares texts."""

from parallelize.text.formulas.difference import formula_difference
from parallelize.text.formulas.notation import RELATIONS, tokens, with_carets

__all__ = ["RELATIONS", "formula_difference", "tokens", "with_carets"]
