"""Words of the source that were left as they are: words of grammar and of problems, and all others.

A word belongs to one of the two measures. `left_words` has few words and many languages; that words of a
closed list were left is a fault whoever translated. `copied_words` has all other words and few languages: a
small engine copies what it does not know ("os bugs", "o kingfisher"), people borrow words on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import pairwise

from parallelize.core.tables import shipped_lines, shipped_sets, shipped_words
from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.core.writing import UNSPACED_SCRIPTS
from parallelize.metrics.cells import left_cells
from parallelize.metrics.function_words import FUNCTION_WORDS
from parallelize.metrics.left_capitals import left_capitals
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.dictionary import dictionary

__all__ = ["copied_words", "left_words"]

_LATIN = "A-Za-z0-9_\u00c0-\u024f"
_WORD = re.compile(rf"(?<![{_LATIN}])[a-z]{{4,}}(?![{_LATIN}])")
"""A word in small letters; shorter ones are units, functions and articles of many languages."""
_WITH_ARTICLE = re.compile(r"(?<![\w'’-])the [a-z]{3,}(?![\w'’-])")
"""An English noun with its article, which no other language has."""
_SET_APART = re.compile(
    r"[(（\[][^()（）\[\]]{1,80}[)）\]]"  # a gloss in brackets
    r"|(?<!\w)[「『“«„\"‘'][^「」『』“”«»„\"‘’']{1,80}[」』”»“\"’']"  # a quotation
)
_ABOUT_WORDS = re.compile(
    r"""
    \b (?: translat\w* | words? | phrases? | letters | letter\s["“‘']?\w\b | spell\w* | pronounc\w* | rhymes?
         | English | anagrams? ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:variable|function|method|file|folder|column|field|key|parameter|argument|attribute|module|command)s?"
    r" (?:named |called )?([a-z]{3,})\b"
)
"""What a program calls something: the variable total."""
_LATIN_WORDS = re.compile(rf"(?<![{_LATIN}'’-])[A-Za-z]{{2,}}(?:\s[A-Za-z]{{2,}})+(?![{_LATIN}'’-])")
_TITLE = re.compile(r"[A-Z][\w'’]*\s(?:[a-z]{1,5}\s){1,3}(?=(?P<next>[A-Z][\w'’]*))")
"""A word with a capital and the small ones before the next: Songs from the Attic."""
_COMMON = shipped_sets(__package__, "english_words.tsv")["problems"]
_SMALL_WORDS = re.compile(rf"(?<![{_LATIN}'’-])[a-z]+(?: [a-z]+){{2,}}(?![{_LATIN}'’-])")
_SMALL_WORD = re.compile(r"[a-z]+")
_PHRASE = 3
"""Words of a phrase that is looked for."""
_JOINING = frozenset(("and", "or", "of", "in", "to", "n"))
_LONG, _LONG_WORDS = 4, 2
"""Letters of a long word, and how many of them a phrase has that no two languages have in common."""
_GLUED = re.compile(rf"(?<![{_LATIN}.-])[a-z]{{4,}}(?=[\u3040-\u30ff\uac00-\ud7a3])")
"""A word in small letters with an ending of another script: awful해서."""
_ENDINGS = frozenset({"Jpan", "Kore", "Hang"})
_ORDERS = re.compile(
    r"""
    (?<![\w'’-]) (?: Let | Find | Given | Suppose | Evaluate | Simplify | Calculate | Solve )
    (?= \s+ (?: \$ | \\[(\[] ) )
    """,
    re.VERBOSE,
)
"""What begins a sentence of mathematics before a formula; Danish and Norwegian say Find, too."""
_BETWEEN = re.compile(r"(?:\$|\\\))[,;]?\s(and|or|if|where|when|then|with)\s(?=\$|\\\()")
"""A word between two formulas."""
_JOINTS = frozenset({"or", "if", "where", "when", "then", "with"})
"""Those that a language may have, too, of which no words are known."""
_FINDS = frozenset({"da", "nb", "nn", "no"})
_LETTERS = frozenset({"Latn"})
_MIXING = frozenset({"Thai"})
"""Scripts whose writers keep many English words."""


def left_words(pair: Pair) -> Score:
    """How many different words of the source, in small letters, stand in the target, none of them its own.

    In other scripts than the source's function words and common words of problems count; between languages of
    Latin letters, where hotels and totals are the same, function words alone. A short one counts where it
    stands beside the word that it has in the source ("katsoi karttaa and shook his head"). Glosses in
    brackets, quotations and titles are exempt, formulas and code are no prose. Not measured in Thai and where
    a source speaks about words.
    """
    source, target = pair.source, pair.target
    if pair.one_language or source.script not in _LETTERS:
        return scored("left_words", None)
    if target.script in _MIXING:
        cells = left_cells(source.text, target.text, latin=True)
        return scored("left_words", float(len(cells)) if cells else None, " ".join(sorted(cells))[:EVIDENCE])
    spaced = target.script not in UNSPACED_SCRIPTS
    said = pair.shared_words if spaced else source.vocabulary
    grammar = _grammar(pair, said)
    left = set(grammar) if target.script in _LETTERS else {*grammar, *(said & _COMMON)}
    if left and not target.prose.isascii():
        left = {word for word in left if word in target.prose}
    article = "the " in target.prose
    phrases = _has_long_words(said, target) and _may_have_phrases(pair)
    shown = _shown(pair) if left or article or phrases else ""
    if left:
        left = left.intersection(_WORD.findall(shown)) or set(_copied_runs(source.words, shown, grammar))
    if article:
        left |= set(_WITH_ARTICLE.findall(source.prose)).intersection(_WITH_ARTICLE.findall(shown))
    if target.script in _ENDINGS:
        left |= _glued(pair)
    left |= left_cells(source.text, target.text, latin=target.script in _LETTERS)
    if phrases:
        left.update(_copied_phrases(source.words, shown))
    left |= _left_beside_formulas(source, target)
    if left:
        left -= pair.kept_names
        left.difference_update(set(_NAMED.findall(source.prose)) - FUNCTION_WORDS["en"])
    if left and _ABOUT_WORDS.search(source.text):
        return scored("left_words", None)
    return scored("left_words", float(len(left)), " ".join(sorted(left))[:EVIDENCE])


def _grammar(pair: Pair, said: Set[str]) -> Set[str]:
    """Function words of the source among some words that are none of the target's."""
    grammar = said & FUNCTION_WORDS.get(pair.source.language, frozenset())
    if pair.target.script not in _LETTERS:
        return grammar
    own = FUNCTION_WORDS.get(pair.target.language)
    return grammar - own if own else frozenset()


def _has_long_words(said: Set[str], target: Reading) -> bool:
    """Whether some words are enough for a phrase: long ones, and no function words of the target."""
    own = FUNCTION_WORDS.get(target.language, frozenset())
    return sum(len(word) >= _LONG and word not in own for word in said) >= _LONG_WORDS


def _left_beside_formulas(source: Reading, target: Reading) -> set[str]:
    """What begins sentences of mathematics before formulas of both, or joins two: Let $x$ and $y$."""
    if "$" not in target.text and "\\" not in target.text:
        return set()
    left = set(_ORDERS.findall(target.text)).intersection(_ORDERS.findall(source.text))
    if target.language in _FINDS:
        left.discard("Find")
    if joints := set(_BETWEEN.findall(target.text)).intersection(_BETWEEN.findall(source.text)):
        left |= joints - FUNCTION_WORDS.get(target.language, _JOINTS)
    return left


def _glued(pair: Pair) -> set[str]:
    """Words of the source with endings of another script, where two words are left: awful해서, children은."""
    if _GLUED.search(pair.target.prose) is None:
        return set()
    ours, shown = set(pair.source.words), _shown(pair)
    glued = ours.intersection(_GLUED.findall(shown))
    return glued if len(glued | ours.intersection(_WORD.findall(shown))) > 1 else set()


def _long_words(source: Reading) -> list[str]:
    return [word for word in source.vocabulary if len(word) >= _LONG]


def _may_have_phrases(pair: Pair) -> bool:
    """The quick look before `_copied_phrases`: whether enough words in small letters are the source's."""
    if not any(map(pair.target.prose.__contains__, pair.source.once(_long_words))):  # as most
        return False
    ours = [word for word in _SMALL_WORD.findall(pair.target.prose) if word in pair.source.vocabulary]
    return len(ours) >= _PHRASE and sum(len(word) >= _LONG for word in ours) >= _LONG_WORDS


@cache
def _loan_phrases() -> tuple[Mapping[str, Sequence[str]], re.Pattern[str]]:
    """Phrases that no language translates (in dubio pro reo) by their words, and what finds them whole."""
    lines = (cell for row in shipped_lines(__package__, "loan_phrases.txt") for cell in row)
    phrases = sorted((phrase.strip() for line in lines for phrase in line.split("|")), key=len, reverse=True)
    words = {word for phrase in phrases for word in phrase.split()}.difference(*FUNCTION_WORDS.values())
    by_word = {word: [phrase for phrase in phrases if word in phrase.split()] for word in words}
    return by_word, re.compile(rf"(?i)(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)")


def _shown(pair: Pair) -> str:
    """The target's prose without what is set apart, phrases that stay, and titles of the source."""
    source = pair.source.text
    prose = _SET_APART.sub(" ", pair.target.prose)
    by_word, phrases = _loan_phrases()
    lower = prose.lower()
    if any(
        phrase.lower() in lower for word in by_word.keys() & pair.target.words for phrase in by_word[word]
    ):
        prose = phrases.sub(" ", prose)
    return _TITLE.sub(lambda title: " " if title[0] + title["next"] in source else title[0], prose)


def _copied_runs(words: Sequence[str], shown: str, grammar: Set[str]) -> Iterator[str]:
    """Runs of two words or more that the target has from the source and that grammar begins or ends.

    "fish and chips" is a name of something, "and shook his head" is not.
    """
    pairs = set(pairwise(words))
    for found in _LATIN_WORDS.finditer(shown):
        run: list[str] = []
        for word in (*found[0].split(), ""):
            if run and (run[-1].lower(), word.lower()) in pairs:
                run.append(word)
                continue
            if len(run) > 1 and not grammar.isdisjoint((run[0], run[-1])):
                yield " ".join(run)
            run = [word]


def _copied_phrases(words: Sequence[str], shown: str) -> Iterator[str]:
    """Three words in small letters, two of them long, that follow one another in both: "a small museum"."""
    triples = set(zip(words, words[1:], words[2:], strict=False))
    for found in _SMALL_WORDS.finditer(shown):
        run = found[0].split(" ")
        for three in zip(run, run[1:], run[2:], strict=False):
            joined = three[1] in _JOINING  # fish and chips
            if three in triples and not joined and sum(len(word) >= _LONG for word in three) >= _LONG_WORDS:
                yield " ".join(three)


_ROMANCE = (
    r"(?:ck|sh|th|ght|wh|oo|ee\w|w|k|y\w*[bcdfgkpt]s?$"  # anywhere
    r"|ng$|ed$|ll?y$|[^aeiou]y$|[bcdfghjkpqtvw]$|[bcdfgkpqtvwy]s$)"  # at the end
)
_FOREIGN = {code: re.compile(_ROMANCE) for code in ("pt", "es", "gl", "ca", "it")}
"""Letters and endings that no word of a language has but loans."""


_COPIED = re.compile(r"(?<![\w.@/'’-])[a-z]{4,}(?![\w@/'’-]|\.\w)")
_JOINED = re.compile(r"(?<![\w.@/'’-])(?:[^\W\d_]{2,9}/|[\w ]{0,9}-)([a-z]{4,})(?![\w@/'’-]|\.\w)")
"""A word behind a unit or a number: kg/tree, 8-ounce."""
_QUOTED = re.compile(r"[\"“«‘'][^\"“”«»‘’']{1,80}[\"”»’']|\{[^{}\n]{1,200}\}")
"""What stands as it was: a quotation, a set of names in braces."""


def _may_be_copied(source: Reading) -> frozenset[str]:
    return frozenset(_small_words(source.prose))


def _small_words(prose: str) -> list[str]:
    """Words in small letters, those behind a unit or a number among them."""
    joined = _JOINED.findall(prose) if "/" in prose or "-" in prose else []
    return [*_COPIED.findall(prose), *joined]


def copied_words(pair: Pair) -> Score:
    """How many English words were copied into a language that has no such word.

    Names, quotations and cognates are spared: only words in small letters count whose letters no word of the
    target language has, or that its dictionary does not know. Loans are exempt, and the words of grammar that
    `left_words` counts.
    """
    pattern = _FOREIGN.get(pair.target.language.partition("-")[0])
    if pattern is None or pair.source.language != "en":
        return scored("copied_words", None)
    ours = pair.source.once(_may_be_copied)
    theirs = dict.fromkeys(_small_words(_QUOTED.sub(" ", pair.target.prose)))
    loans = shipped_words(__package__, "loans.txt")
    copied = [
        word for word in theirs if word in ours and word not in FUNCTION_WORDS["en"] and word not in loans
    ]
    capitals = dict.fromkeys(left_capitals(pair.source, pair.target))
    if copied:
        copied = [word for word in copied if word not in pair.kept_names]
    known = dictionary(pair.target.language)
    asked = [*copied, *map(str.lower, capitals)]
    unknown = set(known.unknown(asked)) if known is not None and asked else set()
    left = [word for word in copied if word in unknown or pattern.search(word)]
    left += [word for word in capitals if word.lower() in unknown or "$" in word]
    return scored("copied_words", float(len(left)), ", ".join(left)[:EVIDENCE])
