"""Final answers: where one stands in a text of any language, what it is worth, and whether two are equal.

`final_answer` finds it (`extraction`, by the words of `phrases`), `answers_equal` compares two (`equality`,
on what `reading` makes of each; `symbolic` decides what takes algebra).
"""

from parallelize.text.answers.equality import answers_equal
from parallelize.text.answers.extraction import AnswerSource, FinalAnswer, final_answer

__all__ = ["AnswerSource", "FinalAnswer", "answers_equal", "final_answer"]
