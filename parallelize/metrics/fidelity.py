"""What can be seen without a model to have gone wrong between a source and its translation.

Every function measures one thing of `core.measures.MEASURES` and returns a `Score` with its evidence;
`value` is None where it cannot be measured. No function holds a threshold, and none raises on any text.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence

from parallelize.core.verdicts import EVIDENCE, Score, scored, scored_count
from parallelize.metrics.added import added_quotes
from parallelize.metrics.beginnings import cut_beginning
from parallelize.metrics.characters import character_signs
from parallelize.metrics.pair import Pair
from parallelize.metrics.phrases import is_about_translation, preamble_phrases, speaks_of_translation
from parallelize.metrics.requests import asks_unmarked, request_gone
from parallelize.metrics.sentences import UNMARKED, UNSPACED
from parallelize.metrics.truncation import truncation_evidence
from parallelize.metrics.values import announces_new_answer
from parallelize.text.formulas import formula_difference
from parallelize.text.protect import span_difference

__all__ = [
    "answered_signs",
    "character_faults",
    "copy_similarity",
    "empty_fields",
    "length_deviation",
    "preamble_signs",
    "protected_faults",
    "truncation_signs",
]

_BOXED = re.compile(r"\\(?:boxed|fbox)\b")
_EQUATION = re.compile(
    r"""
    [\d)\]}%²³] \s* (?:[^\W\d_]{1,12}\s*)?             # a number with a unit, a bracket
    = \s* [-−+]? \s* [$€£¥₹({\\]? \s*
    (?=[-−\d({\\]) [^\s\d=]{0,12} (?P<result>(?:\d[\d.,]*)?)
    """,
    re.VERBOSE,
)
_RUN = re.compile(r"\d[\d.,]*")
_NO_DIGIT = re.compile(r"\D")
_QUESTION = re.compile(r"[?？؟;՞፧]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN_WORDS, _PLAIN_CHARACTERS = 4, 2
_FEWEST_WORDS = 2
"""Words of a source for which there must be a letter in the target."""
_SIGN_TEXT = 80
_GROWN = 0.5
"""Length deviation from which a lost question counts."""
_SHORT = 0.15
"""Length deviation from which a missing end mark counts. Of 9,000 human translations 50 have none."""


def empty_fields(pair: Pair) -> Score:
    """1 when the target has no text though the source has, or no letter though that has words, else 0."""
    source, target = pair.source.text, pair.target.text
    if source.strip() and not target.strip():
        return scored("empty_fields", 1.0, "no text")
    if not any(map(str.isalpha, target)) and len(_WORD.findall(pair.source.wording)) >= _FEWEST_WORDS:
        return scored("empty_fields", 1.0, f"no letters: {target.strip()[:_SIGN_TEXT]!r}")
    return scored("empty_fields", 0.0)


def protected_faults(pair: Pair) -> Score:
    """Protected spans lost and added, sign by sign or by what formulas say."""
    if pair.source.is_plain and pair.target.is_plain:
        return scored("protected_faults", 0.0)
    found = (
        span_difference(pair.source.text, pair.target.text)
        if pair.exact_spans
        else formula_difference(pair.source.without_figures, pair.target.without_figures)
    )
    seen = [*(f"lost {item}" for item in found.lost), *(f"added {item}" for item in found.added)]
    return scored("protected_faults", float(found.count), "; ".join(seen)[:EVIDENCE])


def length_deviation(pair: Pair) -> Score:
    """Distance of the length from the pair's expectation in units of the pair's bound; 1 is the bound."""
    length = pair.length
    if length is None:
        return scored("length_deviation", None)
    source, target = length.characters
    evidence = f"too {'long' if length.too_long else 'short'}: {source} → {target} characters"
    return scored("length_deviation", length.deviation, evidence)


def copy_similarity(pair: Pair) -> Score:
    """Share of words that source and target have in common (F1 of multisets), in [0, 1].

    Order, case, numbers, spaces and punctuation do not count, so an edited copy is a copy. Between
    texts without spaces pairs of characters are counted in place of words. Not measured on fewer than
    four plain words, since names, units and numbers stay the same in any language, nor within one language.
    """
    if pair.one_language:
        return scored("copy_similarity", None)
    unspaced = pair.source.unspaced
    if pair.source.plain_words < (_PLAIN_CHARACTERS if unspaced else _PLAIN_WORDS):
        return scored("copy_similarity", None)
    ours, theirs = pair.source.words, pair.target.words
    if unspaced:
        ours, theirs = _with_pairs(ours), _with_pairs(theirs)
    if not theirs:
        return scored("copy_similarity", None)
    shared = set(ours).intersection(theirs) if unspaced else pair.shared_words
    if not shared:
        return scored("copy_similarity", 0.0)
    counts, again = (_counted(filter(shared.__contains__, words)) for words in (ours, theirs))
    common = {word: min(count, again[word]) for word, count in counts.items()}
    value = 2.0 * sum(common.values()) / (len(ours) + len(theirs))
    return scored("copy_similarity", value, " ".join(itertools.islice(common, 8)))


def _counted(words: Iterable[str]) -> dict[str, int]:
    """How often each word comes; of a few words, for which a `Counter` takes longer to make than to fill."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def _with_pairs(words: Sequence[str]) -> tuple[str, ...]:
    """Words, those of unspaced scripts as pairs of characters."""
    found: list[str] = []
    for word in words:
        if word[0] >= UNSPACED and len(word) > 2:
            found.extend(word[index : index + 2] for index in range(len(word) - 1))
        else:
            found.append(word)
    return tuple(found)


def answered_signs(pair: Pair) -> Score:
    """Signs that the text was solved instead of translated, each counted once.

    A `\\boxed` or `####` the source lacks, two more equations than the source has and with results that it
    does not have ("10 plus 5 is 15" may become 10 + 5 = 15), a final answer the source lacks, lines after a
    whole translation, and a lost question mark together with any growth beyond half the length bound.
    """
    source, target = pair.source.text, pair.target.text
    signs = []
    if "\\" in target and len(_BOXED.findall(target)) > len(_BOXED.findall(source)):
        signs.append("new \\boxed")
    if target.count("####") > source.count("####"):
        signs.append("new ####")
    if target.count("=") >= 2 and _new_equations(source, target) >= 2:
        signs.append("new equations")
    if not signs and announces_new_answer(pair):
        signs.append("new final answer")
    signs.extend(f"after the end: {line[:_SIGN_TEXT]!r}" for line in pair.added.after)
    length = pair.length
    grown = length is not None and length.too_long and length.deviation > _GROWN
    lost = grown and _QUESTION.search(source) is not None and _QUESTION.search(target) is None
    if lost and not asks_unmarked(target, pair.target.language):
        signs.append("question lost in a longer text")
    return scored_count("answered_signs", signs)


def _new_equations(source: str, target: str) -> int:
    """Equations of the target whose result the source does not say in digits; 0 where only one is more."""
    theirs = _EQUATION.findall(target)
    if len(theirs) < len(_EQUATION.findall(source)) + 2:
        return 0
    known = {_digits(run) for run in _RUN.findall(source)}
    return sum(bool(result) and _digits(result) not in known for result in theirs)


def _digits(run: str) -> str:
    """The digits of a number in ASCII, without its marks."""
    return "".join(str(int(digit)) for digit in _NO_DIGIT.sub("", run))


def preamble_signs(pair: Pair) -> Score:
    """Words of a model around the translation: announcements, refusals, notes, echoed instructions.

    What the source says itself does not count; English phrases are looked for in every language.
    """
    found = preamble_phrases(pair)
    found.extend(pair.added.before)
    found.extend(_about_translating(pair))
    if added_quotes(pair.source.text, pair.target.text):
        found.append("quotation marks around it")
    return scored_count("preamble_signs", [item[:_SIGN_TEXT] for item in found])


def _about_translating(pair: Pair) -> list[str]:
    """First or last sentence if it speaks of translating, the source does not, and has fewer sentences."""
    source, target = pair.source, pair.target
    if target.script in UNMARKED:
        return []
    if not speaks_of_translation(target.lowered, target.language) or source.once(is_about_translation):
        return []
    if len(target.sentences) <= len(source.sentences) or not source.sentences:
        return []
    ends = [target.text[slice(*place)].strip() for place in (target.sentences[0], target.sentences[-1])]
    return [sentence for sentence in ends if speaks_of_translation(sentence.lower(), target.language)]


def truncation_signs(pair: Pair) -> Score:
    """Signs that an end or a beginning is missing: no end mark where the source has one, an open formula.

    Shortness makes a missing end mark count.
    """
    length = pair.length
    short = length is not None and not length.too_long and length.deviation > _SHORT
    source, target = pair.source.without_figures, pair.target.without_figures
    surplus = -math.inf if length is None else length.surplus
    found = truncation_evidence(source, target, short=short, surplus=surplus, language=pair.target.language)
    if not found and (gone := request_gone(pair)) and pair.is_read:
        found.append(gone)
    found.extend(cut_beginning(source, target, pair.target.language, pair.target.script, short=short))
    return scored_count("truncation_signs", found)


def character_faults(pair: Pair) -> Score:
    """Characters and tokens that no translation brings in, and backslashes that were eaten."""
    found = character_signs(pair.source.text, pair.target.text, pair.target.language)
    return scored_count("character_faults", found)
