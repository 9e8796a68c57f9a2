"""Words that a small engine takes in another sense: how it is helped, and what a right translation says.

`senses.tsv` is the table, one sense a line; `table` reads it. A word is shown to the engine in plainer
English, a known wrong word of the reply is put right where gender and number stay the same, and what is left
is counted by the gate `metrics.sense_faults`.
"""

from parallelize.text.senses.letters import Letters
from parallelize.text.senses.table import Around, has_senses, lost_senses, plain_wording, put_right, says

__all__ = ["Around", "Letters", "has_senses", "lost_senses", "plain_wording", "put_right", "says"]
