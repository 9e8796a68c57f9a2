r"""Damage done to good translations on purpose, to measure which damage the gates find.

Each damage is one that published translations show. It is a pure function of a translation and a random
generator: the same seed does the same damage. Nothing here knows how gates work.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from parallelize.core.languages import known_language
from parallelize.stages.damage_details import DETAILS
from parallelize.stages.damage_phrases import preambles
from parallelize.stages.damage_specimen import Damage, Specimen
from parallelize.text.segment import sentences

__all__ = ["DAMAGES", "Damage", "Specimen"]

_COPIES = 20
_SHORTEST_CLAUSE = 10  # characters
_SHORTEST_SENTENCE = 4  # letters: "Mr." and a bracket are no sentences
_CLAUSE_END = re.compile(r"[,;:.!?，、；：。！？।۔؟،؛…]+(?!\d)\s*|\s*\n\s*")
_NUMBER = re.compile(r"\d+(?:[.,٫٬']\d+)*")
_SPACE_IN_PROSE = re.compile(
    r"(?<=[^\W\d_a-zA-Z])[ \n]+(?=[^\W\d_a-zA-Z])|(?<=[\u0e30-\u0e4e])[ \n]+(?=[^\W\d_a-zA-Z])"
)
_UNMARKED = frozenset({"Thai", "Laoo", "Khmr"})
"""Scripts whose sentences end in a space."""
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_MACRO = re.compile(r"\\(?=[A-Za-z])")
_ESCAPES = {"a": "\x07", "b": "\x08", "f": "\x0c", "n": "\n", "r": "\r", "t": "\t", "v": "\x0b"}
_ESCAPE = re.compile(r"\\([abfnrtv])(?=[A-Za-z])")


def _pieces(text: str, language: str, parts: int) -> list[str]:
    """Sentences; in scripts without full stops, stretches between spaces, about as many as `parts`."""
    found = list(sentences(text))
    known = known_language(language)
    if len(found) > 1 or known is None or known.script not in _UNMARKED:
        return found
    least = 0.75 * len(text) / max(2, parts)
    pieces: list[str] = []
    start = 0
    for match in _SPACE_IN_PROSE.finditer(text):
        if match.end() - start >= least and len(text) - match.end() >= least / 2:
            pieces.append(text[start : match.end()])
            start = match.end()
    return [*pieces, text[start:]]


def _drop_sentence(specimen: Specimen, rng: Random) -> str | None:
    pieces = _pieces(specimen.target, specimen.language, len(sentences(specimen.source)))
    whole = [
        index for index, piece in enumerate(pieces) if sum(map(str.isalpha, piece)) >= _SHORTEST_SENTENCE
    ]
    if len(pieces) < 2 or not whole:
        return None
    gone = rng.choice(whole)
    return "".join(pieces[:gone] + pieces[gone + 1 :]).strip() or None


def _change_number(specimen: Specimen, rng: Random) -> str | None:
    found = list(_NUMBER.finditer(specimen.target))
    if not found:
        return None
    match = rng.choice(found)
    places = [place for place in range(*match.span()) if specimen.target[place].isdecimal()]
    place = rng.choice(places)
    digit = specimen.target[place]
    old = unicodedata.decimal(digit)
    lowest = 1 if place == match.start() else 0
    new = rng.choice([value for value in range(lowest, 10) if value != old])
    return f"{specimen.target[:place]}{chr(ord(digit) - old + new)}{specimen.target[place + 1 :]}"


def _remove_boxed(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target
    boxes = [(match.start(), match.end(), _closing(text, match.end())) for match in _BOX.finditer(text)]
    closed = [(start, inner, end) for start, inner, end in boxes if end is not None]
    if not closed:
        return None
    start, inner, end = closed[-1]
    content = text[inner:end] if rng.random() < 0.5 else ""
    return f"{text[:start]}{content}{text[end + 1 :]}"


def _closing(text: str, start: int) -> int | None:
    """Where the brace is closed that was opened before `start`."""
    depth = 1
    for match in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    return None


def _swap_rows(specimen: Specimen, rng: Random) -> str | None:
    known = (specimen.source.strip(), specimen.target.strip())
    found = [target for source, target in specimen.others if source.strip() != known[0]]
    found = [target for target in found if target.strip() not in ("", known[1])]
    return rng.choice(found) if found else None


def _append_solution(specimen: Specimen, rng: Random) -> str | None:
    if specimen.solution:
        solution = specimen.solution
    else:
        one, two, three = (rng.randrange(3, 90) for _ in range(3))
        result = (one + two) * three
        ending = rng.choice((f"\n#### {result}", f"\n$\\boxed{{{result}}}$", f"\n{result}"))
        solution = f"{one} + {two} = {one + two}\n{one + two} × {three} = {result}{ending}"
    return f"{specimen.target.rstrip()}{rng.choice((chr(10), ' ', chr(10) * 2))}{solution}"


def _insert_sentence(specimen: Specimen, rng: Random) -> str | None:
    texts = [specimen.source, *(source for source, _ in specimen.others)]
    rng.shuffle(texts)
    for text in texts:
        found = [piece.strip() for piece in sentences(text)]
        found = [piece for piece in found if len(re.findall(r"[^\W\d_]{2,}", piece)) >= 5]
        if found:
            pieces = _pieces(specimen.target, specimen.language, len(sentences(specimen.source)))
            place = rng.randrange(len(pieces) + 1)
            parts = [*map(str.strip, pieces[:place]), rng.choice(found), *map(str.strip, pieces[place:])]
            return " ".join(filter(None, parts))
    return None


def _cut(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target.rstrip()
    lowest, highest = int(0.15 * len(text)), int(0.9 * len(text))
    if highest <= max(lowest, 1):
        return None
    return text[: rng.randrange(max(lowest, 1), highest + 1)].rstrip() or None


def _repeat_clause(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target.strip()
    edges = [0, *(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    clauses = [(low, high) for low, high in itertools.pairwise(edges) if high - low >= _SHORTEST_CLAUSE]
    if not clauses:
        return None
    low, high = rng.choice(clauses)
    clause = text[low:high]
    joint = "" if clause[-1].isspace() else " "
    return f"{text[:low]}{(clause + joint) * _COPIES}{text[high:]}".strip()


def _eat_backslashes(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target
    escaped = _ESCAPE.sub(lambda match: _ESCAPES[match[1]], text)
    ways = [way for way in (escaped, _MACRO.sub("", text)) if way != text]
    return rng.choice(ways) if ways else None


def _wrong_language(specimen: Specimen, rng: Random) -> str | None:
    return rng.choice(list(specimen.elsewhere)) if specimen.elsewhere else None


def _copy_source(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.source.strip()
    if not text:
        return None
    ways = (text, text.replace(" ", "  ", 1), f" {text}\n", text[0].swapcase() + text[1:], text.rstrip(".?!"))
    return rng.choice(ways)


def _add_preamble(specimen: Specimen, rng: Random) -> str | None:
    item = known_language(specimen.language)
    phrase = rng.choice(preambles(specimen.language))
    return phrase.replace("{name}", item.name if item else specimen.language) + specimen.target.lstrip()


def _named(name: str, apply: Callable[[Specimen, Random], str | None], meaning: str) -> tuple[str, Damage]:
    return name, Damage(name=name, apply=apply, meaning=meaning)


DAMAGES: Mapping[str, Damage] = MappingProxyType(
    dict(
        (
            _named("drop_sentence", _drop_sentence, "one sentence of several is left out"),
            _named("change_number", _change_number, "one digit of one number is another"),
            _named(
                "remove_boxed", _remove_boxed, r"the last `\boxed{…}` is gone, with its content or without"
            ),
            _named("swap_rows", _swap_rows, "the translation of another row"),
            _named("append_solution", _append_solution, "a worked solution follows the text"),
            _named("insert_sentence", _insert_sentence, "a sentence in the source's language between two"),
            _named("cut", _cut, "cut at a random point between 15 % and 90 %"),
            _named("repeat_clause", _repeat_clause, f"one clause stands there {_COPIES} times"),
            _named(
                "eat_backslashes", _eat_backslashes, "LaTeX commands read as escapes, or without backslash"
            ),
            _named("wrong_language", _wrong_language, "the translation into another language"),
            _named("copy_source", _copy_source, "the source itself, exact or with a space or letter changed"),
            _named("add_preamble", _add_preamble, "an announcement of the translation before it"),
            *(_named(name, apply, meaning) for name, (apply, meaning) in DETAILS.items()),
        )
    )
)
"""Every damage by name."""
