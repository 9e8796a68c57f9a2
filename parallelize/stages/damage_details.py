"""Small damage: a sign, unit, name, word, cell or line is another, a head is cut, an answer added."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from parallelize.core.writing import words_run_on
from parallelize.stages.damage_phrases import answer_phrases, opposites
from parallelize.stages.damage_specimen import Specimen
from parallelize.text.units import unit_forms

__all__ = ["DETAILS"]

_SIGN: Final = re.compile(r"[<>=≤≥≠±≈×÷@#&~^€£¥₹°Ω√∈∞%]|[α-ωΑ-Ω](?![α-ωά-ώ])")
"""Signs that stand in running text; of Greek the letters that stand alone."""
_FORMULA: Final = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\]|```.*?```|https?://\S+|<<.*?>>", re.DOTALL)
_OTHER_UNIT: Final = MappingProxyType(
    {
        "dollar": "euro",
        "euro": "dollar",
        "pound_of_mass": "kilogram",
        "kilogram": "gram",
        "gram": "kilogram",
        "mile": "kilometre",
        "kilometre": "mile",
        "metre": "centimetre",
        "centimetre": "metre",
        "foot": "metre",
        "inch": "centimetre",
    }
)
"""A unit that a careless translator puts in the place of another."""
_SHORTEST_FORM: Final = (2, 4)
"""Characters of the shortest form of a unit that begins no other word: in Chinese and the like, elsewhere."""
_NAME: Final = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}(?![\w'’-])")
"""A capitalised word within an English sentence."""
_STOCK: Final = ("Marek", "Ingrid", "Tobias", "Lucinda", "Hugo", "Nadia")
_CELL: Final = re.compile(r"(?<=\|)[ \t]*[^|\n]*\w[^|\n]*(?=\|)")
_RULE: Final = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}.*\|", re.MULTILINE)
_FENCE: Final = re.compile(r"```[^\n]*\n(?P<code>.*?)\n```", re.DOTALL)
_KEY: Final = re.compile(r'(?<=[{,])\s*"(?P<key>[^"\\\n]{1,40})"(?=\s*:)')
_OTHER_KEYS: Final = ("clave", "wert", "nome", "klucz")


def _sign_lost(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target
    hidden = [match.span() for match in _FORMULA.finditer(text)]
    found = [
        match.start()
        for match in _SIGN.finditer(text)
        if not any(start <= match.start() < end for start, end in hidden)
    ]
    if not found:
        return None
    place = rng.choice(found)
    return f"{text[:place]}{text[place + 1 :]}".strip()


def _unit_swapped(specimen: Specimen, rng: Random) -> str | None:
    ways = []
    for unit, other in _OTHER_UNIT.items():
        words, others = (
            [
                form
                for form in unit_forms(name, specimen.language)
                if len(form) >= _SHORTEST_FORM[form < "\u2e80"]
            ]
            for name in (unit, other)
        )
        if not words or not others:
            continue
        pattern = rf"(?<=\d)[ \u00a0]?(?:de |d['’])?(?P<word>{'|'.join(map(re.escape, words))})"
        ways += [
            (match.span("word"), others[0]) for match in re.finditer(pattern, specimen.target, re.IGNORECASE)
        ]
    if not ways:
        return None
    (start, end), other = rng.choice(ways)
    return f"{specimen.target[:start]}{other}{specimen.target[end:]}"


def _name_changed(specimen: Specimen, rng: Random) -> str | None:
    names = sorted(name for name in set(_NAME.findall(specimen.source)) if _says(specimen.target, name))
    if not names:
        return None
    known = {name for source, _ in specimen.others for name in _NAME.findall(source)}
    instead = sorted(name for name in {*known, *_STOCK} if name not in specimen.source)
    return _word(rng.choice(names)).sub(rng.choice(instead), specimen.target)


def _says(text: str, word: str) -> bool:
    return _word(word).search(text) is not None


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _opposite(specimen: Specimen, rng: Random) -> str | None:
    ways = []
    for one, other in opposites(specimen.language):
        for word, instead in ((one, other), (other, one)):
            pattern = re.compile(re.escape(word)) if words_run_on(specimen.language) else _word(word)
            ways += [(match.span(), instead) for match in pattern.finditer(specimen.target)]
    if not ways:
        return None
    (start, end), instead = rng.choice(ways)
    return f"{specimen.target[:start]}{instead}{specimen.target[end:]}"


def _table_cell(specimen: Specimen, rng: Random) -> str | None:
    if not _RULE.search(specimen.target):
        return None
    cells = [match.span() for match in _CELL.finditer(specimen.target)]
    if not cells:
        return None
    start, end = rng.choice(cells)
    instead = rng.choice((" ", specimen.target[start:end].replace(" ", " | ", 2)))
    return f"{specimen.target[:start]}{instead}{specimen.target[end:]}"


def _code_line(specimen: Specimen, rng: Random) -> str | None:
    found = _FENCE.search(specimen.target)
    lines = found["code"].split("\n") if found is not None else []
    whole = [index for index, line in enumerate(lines) if any(map(str.isalnum, line))]
    if found is None or not whole:
        return None
    index = rng.choice(whole)
    changed = re.sub(r"[-+*/=<>]+", "-", lines[index], count=1)
    instead = [changed] if changed != lines[index] and rng.random() < 0.5 else []
    code = "\n".join([*lines[:index], *instead, *lines[index + 1 :]])
    return f"{specimen.target[: found.start('code')]}{code}{specimen.target[found.end('code') :]}"


def _json_key(specimen: Specimen, rng: Random) -> str | None:
    keys = [match.span("key") for match in _KEY.finditer(specimen.target)]
    if not keys:
        return None
    start, end = rng.choice(keys)
    return f"{specimen.target[:start]}{rng.choice(_OTHER_KEYS)}{specimen.target[end:]}"


def _head_cut(specimen: Specimen, rng: Random) -> str | None:
    text = specimen.target.strip()
    lowest, highest = int(0.1 * len(text)), int(0.6 * len(text))
    if highest <= max(lowest, 1):
        return None
    return text[rng.randrange(max(lowest, 1), highest + 1) :].lstrip() or None


def _appended_answer(specimen: Specimen, rng: Random) -> str | None:
    if not specimen.target.strip():
        return None
    phrase = rng.choice(answer_phrases(specimen.language)).replace("{number}", str(rng.randrange(3, 900)))
    return f"{specimen.target.rstrip()}{rng.choice((' ', chr(10), chr(10) * 2))}{phrase}"


_Way = Callable[[Specimen, Random], str | None]

DETAILS: Mapping[str, tuple[_Way, str]] = MappingProxyType(
    {
        "sign_lost": (_sign_lost, "one sign of the running text is gone"),
        "unit_swapped": (_unit_swapped, "a number has another unit or currency"),
        "name_changed": (_name_changed, "a name that both texts have is another name throughout"),
        "opposite": (_opposite, "a word such as more, before or left is its opposite"),
        "table_cell": (_table_cell, "a cell of a table is empty, or two cells"),
        "code_line": (_code_line, "a line of code is gone, or has another operator"),
        "json_key": (_json_key, "a key of JSON is translated"),
        "head_cut": (_head_cut, "the first 10 % to 60 % are gone"),
        "appended_answer": (_appended_answer, "a sentence after the text announces an answer"),
    }
)
"""Each way to do such damage, and what it means, by name."""
