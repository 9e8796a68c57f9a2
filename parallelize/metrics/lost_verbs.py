"""Sentences of an English source that have a verb, and none in the target: "Quantas canetas Ana comprar?".

Small models leave a verb in its infinitive or participle, or take it for a noun, with all else in place.
Counted are sentences, and questions at the end of one, without any word that may be a finite verb; a form of
to be and an infinitive for what someone is doing; and someone with a participle, an infinitive or a noun
behind them where the source says what they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.pair import Pair
from parallelize.metrics.people_verbs import people_verbs
from parallelize.metrics.reading import Reading
from parallelize.metrics.sentences import sentence_ranges
from parallelize.metrics.verbs import Verbs, verbs_of

__all__ = ["lost_verbs"]

_SHOWN: Final = 60
_FEWEST: Final = 3
"""Words of a sentence that is no heading."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_ORDER: Final = re.compile(
    r"""
    \W* (?: (?: first | next | then | now | so | finally | and | also | let['’]?s? | us ) \b ,?\s+ )*
    (?: find | calculate | compute | determine | figure | subtract | add | multiply | divide | evaluate
      | express | simplify | solve | prove | show | convert | round
      | total | note | given | let | to | if\s+so | in\s+order ) \b   # a heading, a condition, a purpose
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What begins an order, which other languages give by an infinitive, or a heading."""
_OF_ONESELF: Final = re.compile(r"\b(?:I|[Ww]e|[Yy]ou)\b")
"""Whose verbs look like nouns in other languages: eu trabalho."""
_PAST: Final = rf"(?!\w*(?:eed|hundred|\bred|\bbed|shed)\b)[a-z]{{2,}}ed|{people_verbs('past')}"
_SAYS: Final = re.compile(
    rf"""
    \b
    (?: (?: is | are | was | were )
        (?! \s\s                                                       # a formula was cut out behind it
          | \s+ (?: worth\s+ | equal\s+to\s+ | \w+\s+= )? [\W\d]* (?: \d | = | \Z ) )   # 2 + 3 is 5
      | {people_verbs("finite")}
      | (?: [Hh]e | [Ss]he | [Tt]hey | [Ii]t ) \s
        (?! also | then | always | plus | times ) [a-z]+ (?: s | ed ) )
    \b
    """,
    re.VERBOSE,
)
"""A word that is a verb and nothing else."""
_DID: Final = re.compile(
    rf"""
    (?: (?: [Tt]hen | [Ss]o | [Tt]hus | [Oo]n\s\w+ | [Ii]n\s\w+ ) ,?\s )?                # On Monday,
    (?: (?: [Tt]he | [Aa]n? | [Hh]er | [Hh]is | [Mm]y | [Aa]ll ) \s )?
    (?: (?: \d+ | [Tt]wo | [Tt]hree | [Ff]our | [Ff]ive | [Ss]ix | [Ss]even | [Ee]ight | [Nn]ine | [Tt]en )
        \s )?
    [^\W\d_]+ \s                                                       # squirrels
    (?:{_PAST}) \s
    (?! by | to | in | on | at | for | from | with | as | per | and ) [\w$(]
    """,
    re.VERBOSE,
)
"""A sentence that begins with who did what to something: 5 squirrels collected 575."""
_QUESTION: Final = re.compile(r"(?:\A|[,;]\s|\band\s|\bthen\s)(?:how|what|which)\b", re.IGNORECASE)
_WITHOUT: Final = re.compile(
    r"\W*(?:então,?\s)?(?:qua(?:l|is)\s+[oa]s?|cuál(?:es)?\s+(?:el|la|los|las))\b", re.IGNORECASE
)
"""A question that people ask without a verb: Qual o valor de x?"""
_DOING: Final = re.compile(
    r"""
    \b
    (?! (?: jobs? | work | goal | aim | task | plan | hobby | idea | trick | key | dream | role | habit
          | activity | sport | step | thing | problem | way | all | what | part | love | life | choice
          | option | chores? | favorite | passion ) \b )
    \w+ (?: \s (?: is | are | was | were ) | ['’]s | ['’]re )
    (?: \s (?: not | also | now | currently | still ) )?
    \s (?!going\b) [a-z]+ing \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What someone is doing; what their job is may be an infinitive."""
_WHO: Final = re.compile(
    rf"""
    \b (?P<who> [A-Z][a-z]+ | [Hh]e | [Ss]he ) \s (?: (?: also | then | has | had | have ) \s )?
       (?: (?P<did>{_PAST}) | [a-z]+s ) \b
    | \b (?: did | does | will | can | could | would | do | should | must ) \s
       (?P<asked> [A-Z][a-z]+ | he | she ) \b
    """,
    re.VERBOSE,
)
"""Someone who does something, or of whom that is asked."""
_CALLED: Final[Mapping[str, tuple[str, ...]]] = {"he": ("ele", "él"), "she": ("ela", "ella"), "total": ()}
_SOMEONE: Final = re.compile(
    r"\b(?P<who>[A-Z][^\W\d_]+|[eé]l(?:[ea]|la|))\s(?P<word>[^\W\d_A-Z]{3,})(?![\w-])"
)
_ENDS: Final = re.compile(r"[.!?][\"”’)]*\s+\S")
_CLAUSE: Final = re.compile(r"[,;:.?!\n]")


def lost_verbs(pair: Pair) -> Score:
    """Count verbs of an English source that the target has in no finite form."""
    verbs = verbs_of(pair.target.language)
    if verbs is None or pair.source.language != "en":
        return scored("lost_verbs", None)
    being = verbs.follows_being(pair.target.prose)
    lost: list[str] = []
    for source, target in _sentences(pair):
        silent = _silent(source, target, verbs)
        if not silent and being and verbs.follows_being(target) and _DOING.search(source):
            silent = target
        if silent:
            lost.append(silent.strip())
    lost += _not_done(pair, verbs)
    evidence = "; ".join(text[:_SHOWN] for text in lost)[:EVIDENCE]
    return scored("lost_verbs", float(len(lost)), evidence)


def _sentences(pair: Pair) -> Iterator[tuple[str, str]]:
    """Sentences with their translations; lines, or the whole texts, where they are not as many."""
    for ours, theirs in _side_by_side(pair.source.prose.split("\n"), pair.target.prose.split("\n"), "\n"):
        yield from _side_by_side(_cut(ours), _cut(theirs), "")


def _cut(line: str) -> list[str]:
    if _ENDS.search(line) is None:
        return [line]
    return [line[slice(*place)] for place in sentence_ranges(line, "Latn")]


def _side_by_side(ours: list[str], theirs: list[str], joint: str) -> list[tuple[str, str]]:
    if len(ours) != len(theirs):
        return [(joint.join(ours), joint.join(theirs))]
    return list(zip(ours, theirs, strict=True))


def _silent(ours: str, theirs: str, verbs: Verbs) -> str:
    """A sentence, or the question that it ends in, without a verb where its source surely has one."""
    asked = _question(theirs, verbs.question)
    if verbs.has_common(asked or theirs):  # as most, whatever the source asks
        return ""
    if asked and (question := _question(ours, _QUESTION)):
        ours, theirs = question, asked
    if verbs.has_common(theirs) or not _says(ours):
        return ""
    short = len(_WORD.findall(theirs)) < _FEWEST
    return "" if short or _WITHOUT.match(theirs) or verbs.has_finite(theirs) else theirs


def _says(sentence: str) -> bool:
    """Whether an English sentence surely has a verb that other languages need, too."""
    if _SAYS.search(sentence) is None and _DID.match(sentence.strip()) is None:
        return False
    return _ORDER.match(sentence) is None and _OF_ONESELF.search(sentence) is None


def _question(sentence: str, begins: re.Pattern[str]) -> str:
    """The last question of a sentence; empty if there is none."""
    if not sentence.rstrip().endswith("?"):
        return ""
    places = [found.start() for found in begins.finditer(sentence)]
    return sentence[places[-1] :] if places else ""


def _not_done(pair: Pair, verbs: Verbs) -> Iterator[str]:
    """Someone with what they do, where that is a participle, an infinitive or a noun."""
    text = pair.target.prose
    for found in _SOMEONE.finditer(text):
        does = pair.source.once(_doers).get(found["who"].lower(), frozenset())
        if does and _is_no_verb(found["word"], _CLAUSE.split(text[: found.start()])[-1], does, verbs):
            yield found[0]


def _is_no_verb(word: str, clause: str, does: frozenset[str], verbs: Verbs) -> bool:
    if "did" in does and verbs.is_participle(word, clause):
        return True
    return verbs.is_infinitive(word, clause) or ("does" in does and verbs.is_plural(word))


def _doers(source: Reading) -> dict[str, frozenset[str]]:
    """Who does something in an English text, as other languages call them, and how that is said."""
    found: dict[str, frozenset[str]] = {}
    for match in _WHO.finditer(source.prose):
        who = (match["who"] or match["asked"]).lower()
        said = "did" if match["did"] else "does" if match["who"] else "asked"
        for name in _CALLED.get(who, (who,)):
            found[name] = found.get(name, frozenset()) | {said}
    return found
