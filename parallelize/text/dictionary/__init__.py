"""Words of a language: the dictionary of `simplemma`, and what it lacks.

`languages.tsv` says which languages are measured, `words.tsv` has words that the dictionaries lack,
`changes.tsv` how a word that is not there is made of one that is.
"""

from parallelize.text.dictionary.words import Dictionary, dictionary, tried_dictionary

__all__ = ["Dictionary", "dictionary", "tried_dictionary"]
