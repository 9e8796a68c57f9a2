"""The languages that parallelize knows, and the one function that reads a language tag.

A tag is BCP-47: a language, and a script or a region where they matter (`sr-Latn`, `zh-Hant`, `pt-BR`).
A script that the language is always written in is left out (`deu_Latn` is `de`); any other script and
every region stay in the code, so that two variants are two targets. `languages.tsv` and `regions.tsv`
beside this file have the facts, after ISO 639, ISO 15924, ISO 3166 and Unicode CLDR (likely subtags).
Number marks and digits belong to `parallelize.text.numerals`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TypeVar

from parallelize.core.errors import InputError
from parallelize.core.tables import shipped_lines, shipped_rows

__all__ = [
    "LANGUAGES",
    "Language",
    "alpha3",
    "base_code",
    "codes_of",
    "known_language",
    "language",
    "language_keys",
    "languages",
    "name_in",
    "named_language",
    "nearest",
]

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Language:
    """One language, or a variant of it by script or region, as this toolkit treats it."""

    code: str
    """BCP-47 tag in canonical form, for example `de`, `zh-Hant` or `pt-BR`."""
    name: str
    """English name."""
    native_name: str
    """Name in the language itself."""
    script: str
    """ISO 15924 code of the script it is usually written in."""
    spaced: bool = True
    """Whether words are separated by spaces."""
    scripts: tuple[str, ...] = ()
    """Every script that its texts may be in: one, but for tags such as `sr` that leave it open."""
    region: str | None = None
    """ISO 3166 or UN M.49 code, where the tag names a region."""

    @property
    def base(self) -> str:
        """Code of the language without script and region."""
        return self.code.partition("-")[0]

    @property
    def right_to_left(self) -> bool:
        """Whether its script runs from right to left."""
        return self.script in {"Arab", "Hebr", "Thaa", "Nkoo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line of `languages.tsv`: a language with its names, scripts and codes."""

    code: str
    name: str
    native_name: str
    scripts: tuple[str, ...]
    other_scripts: tuple[str, ...]
    spaced: bool
    codes: tuple[str, ...]
    names: tuple[str, ...]
    mistakes: tuple[str, ...]

    def language(self) -> Language:
        """The language without script and region."""
        return Language(
            code=self.code,
            name=self.name,
            native_name=self.native_name,
            script=self.scripts[0],
            spaced=self.spaced,
            scripts=self.scripts,
        )


def _rows() -> dict[str, _Row]:
    table = {}
    for code, name, native, scripts, other_scripts, spaced, codes, names, mistakes in shipped_lines(
        __package__, "languages.tsv"
    ):
        table[code] = _Row(
            code=code,
            name=name,
            native_name=native,
            scripts=tuple(scripts.split()),
            other_scripts=tuple(other_scripts.split()),
            spaced=spaced == "yes",
            codes=tuple(codes.split()),
            names=tuple(filter(None, names.split("|"))),
            mistakes=tuple(mistakes.split()),
        )
    return table


_ROWS = _rows()
_CODES = {other: row.code for row in _ROWS.values() for other in (row.code, *row.codes)}
LANGUAGES: Mapping[str, Language] = MappingProxyType({code: row.language() for code, row in _ROWS.items()})
"""Every known language by its code, without variants; `language` is the way to look one up."""

_SCRIPT_NAMES = MappingProxyType(
    {"Hans": "Simplified", "Hant": "Traditional", "Latn": "Latin script", "Cyrl": "Cyrillic script"}
    | {"Arab": "Arabic script", "Deva": "Devanagari", "Guru": "Gurmukhi", "Mong": "Mongolian script"}
)
_NATIVE_VARIANTS = MappingProxyType(
    {
        "zh-Hans": "简体中文",
        "zh-Hant": "繁體中文",
        "sr-Cyrl": "српски (ћирилица)",
        "sr-Latn": "srpski (latinica)",
    }
    | {"pt-BR": "português (Brasil)", "pt-PT": "português (Portugal)"}
    | {
        "uz-Cyrl": "ўзбекча (кирилл)",
        "uz-Latn": "o‘zbekcha (lotin)",
        "kk-Latn": "qazaq tili (latyn)",
        "az-Cyrl": "азәрбајҹан (кирил)",
    }
)
_SAME_SCRIPT = MappingProxyType({"Hang": "Kore", "Hira": "Jpan", "Kana": "Jpan", "Aran": "Arab"})
"""Scripts as some tags name them, and what the table calls them."""
_MISTAKES = MappingProxyType(
    {
        written: tag or row.code
        for row in _ROWS.values()
        for written, _, tag in (entry.partition("=") for entry in row.mistakes)
    }
)
"""What people write for a language, and the tag that they mean."""
_HOW_TO_LIST = "`parallelize languages` lists the tags that can be used"


@lru_cache(maxsize=4096)
def language(tag: str) -> Language:
    """Look up one language by any valid spelling of its tag (`PT`, `pt_BR`, `zho`, `srp_Latn`, `iw`).

    Raises:
        InputError: the tag is not known, or has a script or region that cannot be; the message names near
            tags.
    """
    text = tag.strip()
    if text in LANGUAGES:
        return LANGUAGES[text]
    parts = text.replace("_", "-").split("-")
    code = _CODES.get(parts[0].lower())
    if code is None or text.lower() in _MISTAKES:
        raise _unknown(tag)
    script, region = _script_and_region(tag, parts[1:])
    return _variant(tag, _ROWS[code], script, region)


def known_language(code: str) -> Language | None:
    """Look up one language as `language` does; None for a tag that is not known."""
    try:
        return language(code)
    except InputError:
        return None


def codes_of(code: str) -> tuple[str, ...]:
    """Every code of a language without script and region, the usual one first: `de`, `deu`, `ger`."""
    return (code, *_ROWS[code].codes)


def named_language(code: str) -> str:
    """A code with the language's English name, `de German`; the code alone where it is not known."""
    found = known_language(code)
    return code if found is None else f"{code} {found.name}"


def languages(tags: str | list[str] | tuple[str, ...]) -> tuple[Language, ...]:
    """Read several tags (`"de,fr,ja"` or a list), in the order given, without repeats.

    Raises:
        InputError: a tag is unknown, or none is given.
    """
    parts = tags.split(",") if isinstance(tags, str) else list(tags)
    found: dict[str, Language] = {}
    for part in parts:
        if part.strip():
            item = language(part)
            found[item.code] = item
    if not found:
        raise InputError("no language was given", remedy="name at least one, as in --langs de,fr,ja")
    return tuple(found.values())


@lru_cache(maxsize=4096)
def language_keys(code: str) -> tuple[str, ...]:
    """Codes under which a table may know a language, most exact first: `zh-TW`, `zh-Hant`, `zh`.

    Args:
        code: a known tag, or any other text, which is its own only key.
    """
    item = known_language(code)
    if item is None:
        return (code,)
    usual = LANGUAGES[item.base]
    scripted = (f"{item.base}-{item.script}",) if item.scripts != usual.scripts else ()
    return tuple(dict.fromkeys((item.code, *scripted, item.base)))


def nearest(table: Mapping[str, V], code: str, *, same_script: bool = False) -> V | None:
    """What a table by language says of a language: its own row, else the one of the language it varies.

    Args:
        table: by canonical codes.
        code: a tag as `language_keys` takes it.
        same_script: pass over rows of another script, where a table is about letters.
    """
    for key in language_keys(code):
        if key in table and not (same_script and _han(key) != _han(code)):
            return table[key]
    return None


def _han(code: str) -> str:
    """The usual script of a language, Han of either kind being one."""
    item = known_language(code)
    script = item.script if item is not None else ""
    return "Hani" if script in {"Hans", "Hant"} else script


def base_code(text: str) -> str | None:
    """Code of the language that ISO 639 calls by these two or three letters; None where it is not known.

    Old codes and members that stand for a whole language count as it (`iw` is `he`, `arb` is `ar`).
    """
    return _CODES.get(text.lower())


def alpha3(code: str) -> str:
    """The three-letter code of ISO 639-2 or 639-3 (`de` is `deu`); the language's own where it has but that.

    Raises:
        InputError: the tag is not known.
    """
    base = language(code).base
    return next((found for found in _ROWS[base].codes if len(found) == 3), base)


def name_in(code: str, locale: str) -> str | None:
    """Name of a language in another language, after Unicode CLDR; None where it is not known.

    Args:
        code: canonical tag. A variant has a name of its own or none: its script is not left unsaid.
        locale: tag of the language the name is in.
    """
    row = nearest(shipped_rows(__package__, "language_names.tsv"), locale)
    return None if row is None else _names(*row).get(code)


@lru_cache(maxsize=256)
def _names(cell: str) -> dict[str, str]:
    """Names of languages by code, of one row of the table: most of its 117 are never asked for."""
    return dict(entry.split("=", 1) for entry in cell.split("|"))


@lru_cache(maxsize=1)
def _regions() -> dict[str, tuple[str, dict[str, str]]]:
    """Region → its name, and the script of languages that are written otherwise there."""
    found = {}
    for code, name, scripts in shipped_lines(__package__, "regions.tsv"):
        found[code] = (name, dict(entry.split("=", 1) for entry in scripts.split()))
    return found


def _script_and_region(tag: str, parts: list[str]) -> tuple[str | None, str | None]:
    """The script and the region that follow a language in its tag."""
    script = region = None
    for part in parts:
        if len(part) == 4 and part.isalpha() and script is region is None:
            script = part.title()
            script = _SAME_SCRIPT.get(script, script)
        elif part.upper() in _regions() and region is None:
            region = part.upper()
        else:
            raise InputError(
                f"language tag {tag!r}: {part!r} is no script (as in sr-Latn) and no region (as in pt-BR)",
                remedy=f"write the tag without it; {_HOW_TO_LIST}",
            )
    return script, region


def _variant(tag: str, row: _Row, script: str | None, region: str | None) -> Language:
    """A language with the script and the region of a tag; what goes without saying is left out."""
    if script == "Hani" and "Hans" in row.scripts:
        script = None  # Han of either kind: what the bare tag says
    known = (*row.scripts, *row.other_scripts)
    if script is not None and script not in known:
        raise InputError(
            f"language tag {tag!r}: {row.name} in the script {script} is not known here",
            remedy=f"{row.code} can be in {', '.join(known)}; {_HOW_TO_LIST}",
        )
    if script is not None and len(row.scripts) == 1 and script == row.scripts[0]:
        script = None
    if script is None and region is None:
        return LANGUAGES[row.code]
    there = _regions()[region][1].get(row.code) if region else None
    code = "-".join(filter(None, (row.code, script, region)))
    written = script or there or (row.scripts[0] if row.scripts[0] == "Hans" else None)
    name, native = _variant_names(row, code, script or there, region)
    return Language(
        code=code,
        name=name,
        native_name=native,
        script=written or row.scripts[0],
        spaced=row.spaced,
        scripts=(written,) if written else row.scripts,
        region=region,
    )


def _variant_names(row: _Row, code: str, script: str | None, region: str | None) -> tuple[str, str]:
    """English name and own name of a variant, with its script and region in brackets."""
    notes = [_SCRIPT_NAMES.get(script, script)] if script else []
    notes += [_regions()[region][0]] if region else []
    native = _NATIVE_VARIANTS.get(code) or f"{row.native_name} ({code.partition('-')[2]})"
    return f"{row.name} ({', '.join(notes)})", native


def _unknown(tag: str) -> InputError:
    """The error for a tag that is none; what its writer may have meant is looked for if somebody reads it."""
    return InputError(
        f"unknown language {tag!r}", remedy=partial(_near, tag.strip().lower().replace("_", "-"))
    )


def _near(text: str) -> str:
    meant = _meant(text)
    return (f"did you mean {', '.join(meant)}? " if meant else "") + _HOW_TO_LIST


def _meant(text: str) -> list[str]:
    """Tags near to a text: by a country's code, by a name of the language, by spelling."""
    for key in (text, text.partition("-")[0]):
        if key in _MISTAKES:
            return [_MISTAKES[key]]
    if len(text) < 3:
        return []
    names = _spoken_names()
    if text in names:
        return [names[text]]
    parts = [code for name, code in names.items() if text in name or (len(name) > 3 and name in text)]
    near = parts or [names[name] for name in difflib.get_close_matches(text, names, n=3, cutoff=0.75)]
    return list(dict.fromkeys(near))[:4]


@lru_cache(maxsize=1)
def _spoken_names() -> dict[str, str]:
    """Names of languages in small letters (English, own, other), and their tags."""
    found: dict[str, str] = {}
    for row in _ROWS.values():
        for entry in (row.name, row.native_name, *row.names):
            name, _, code = entry.partition("=")
            found.setdefault(name.lower(), code or row.code)
    return found
