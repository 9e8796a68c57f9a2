"""Final answers: where one stands in a text of any language, what it is worth, and whether two are equal.

- `final_answer` finds one (`extraction`, by the words of `phrases`), `find_choice` a choice
  (`choices`, by `letters` and `turns`), `gold_answer` the one that a data set means (`gold`);
- `answers_equal` compares two (`equality`) on what `reading` makes of each: numbers with `units`,
  `arithmetic`, `moments`, `words`, `compound` answers; `symbolic` decides what takes algebra.

Words are data: `phrases.tsv`, `words.tsv`, `units.tsv`, `letters.tsv`, `turns.tsv`.
"""

from parallelize.text.answers.choices import FoundChoice, choice_of_gold, find_choice
from parallelize.text.answers.compound import read_collection
from parallelize.text.answers.equality import answers_equal
from parallelize.text.answers.extraction import AnswerSource, FinalAnswer, boxes, final_answer
from parallelize.text.answers.fuller import fuller_answers
from parallelize.text.answers.gold import gold_answer
from parallelize.text.answers.letters import choice_alphabets
from parallelize.text.answers.units import units_behind
from parallelize.text.answers.words import first_meaning, forms_of, meaning_within, meanings_of, truth_said

__all__ = [
    "AnswerSource",
    "FinalAnswer",
    "FoundChoice",
    "answers_equal",
    "boxes",
    "choice_alphabets",
    "choice_of_gold",
    "final_answer",
    "find_choice",
    "first_meaning",
    "forms_of",
    "fuller_answers",
    "gold_answer",
    "meaning_within",
    "meanings_of",
    "read_collection",
    "truth_said",
    "units_behind",
]
