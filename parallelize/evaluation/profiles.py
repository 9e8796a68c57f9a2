"""Prompts of published evaluations, read from the files that were published, and prompts of one's own.

`{problem}` in a template stands for the problem. Nothing of others is shipped: a profile is read from a clone
of its repository (the folder is named in `PROFILES`), or from a TOML file of one's own:

    [de]
    system = "…"
    prompt = "{problem}\\n\\n…"
    opening = "…"
"""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from parallelize.core.errors import InputError
from parallelize.core.languages import known_language
from parallelize.core.trees import JsonObject

__all__ = ["PROFILES", "EvaluationPrompts", "ProfileWords", "read_profile"]

_PROBLEM = "{problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWords:
    """What is said around a problem in one language."""

    prompt: str
    """With `{problem}` in it once."""
    system: str = ""
    opening: str = ""
    """First words of the reply, where the first words are asked for."""

    def around(self, problem: str) -> tuple[str, str]:
        """What stands before the problem, and after it."""
        before, _, after = self.prompt.partition(_PROBLEM)
        return before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPrompts:
    """The words of all languages, and where they came from."""

    name: str
    languages: Mapping[str, ProfileWords]
    sha256: str
    """Of the files that were read."""

    def words(self, code: str) -> ProfileWords:
        """The words of one language.

        Raises:
            InputError: the profile has none.
        """
        found = self.languages.get(code)
        if found is None:
            raise InputError(
                f"the prompts of {self.name} have no {code!r}",
                remedy=f"they have {', '.join(sorted(self.languages))}",
            )
        return found

    def as_dict(self) -> JsonObject:
        """Name and digest, for a manifest."""
        return {"name": self.name, "sha256": self.sha256, "languages": sorted(self.languages)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where the prompts of a published evaluation are, and how they are read."""

    repository: str
    files: tuple[str, ...]
    read: Callable[[Mapping[str, str]], Mapping[str, ProfileWords]]
    """From the texts of the files by name; languages as the files call them."""


def read_profile(place: str) -> EvaluationPrompts:
    """Read a profile: one of `PROFILES`, `NAME:FOLDER` where its clone lies elsewhere, or a TOML file.

    Raises:
        InputError: no such profile, its files are not there, or a template has no place for the problem.
    """
    name, _, folder = place.partition(":")
    known = PROFILES.get(name)
    if known is None:
        path = Path(place)
        if path.suffix != ".toml" or not path.is_file():
            raise InputError(
                f"there are no prompts {place!r}",
                remedy=f"known are {', '.join(PROFILES)}, or give a .toml file of your own",
            )
        texts = {path.name: path.read_text(encoding="utf-8")}
        found, name = _own(texts[path.name], place), path.stem
    else:
        root = Path(folder or known.repository.rpartition("/")[2])
        missing = [file for file in known.files if not (root / file).is_file()]
        if missing:
            raise InputError(
                f"the prompts of {name} are not in {root}: no {missing[0]}",
                remedy=f"git clone {known.repository}, and name the folder: {name}:FOLDER",
            )
        texts = {file: (root / file).read_text(encoding="utf-8") for file in known.files}
        found = known.read(texts)
    languages = {}
    for tag, words in found.items():
        item = known_language(tag.lower())
        if item is None:
            raise InputError(f"{place}: {tag!r} is no language code")
        if words.prompt.count(_PROBLEM) != 1:
            raise InputError(f"{place}, {tag}: prompt has no {_PROBLEM}", remedy="it must stand once")
        languages[item.code] = words
    digest = hashlib.sha256("\0".join(texts[file] for file in sorted(texts)).encode()).hexdigest()
    return EvaluationPrompts(name=name, languages=MappingProxyType(languages), sha256=digest)


def _own(text: str, where: str) -> Mapping[str, ProfileWords]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: {error}") from error
    found = {}
    for tag, words in table.items():
        unknown = set(words) - {"prompt", "system", "opening"} if isinstance(words, Mapping) else {tag}
        if unknown or not all(isinstance(value, str) for value in words.values()):
            raise InputError(
                f"{where}: [{tag}] has something else than the texts prompt, system and opening",
                remedy='as in [de] with prompt = "{problem} …"',
            )
        found[tag] = ProfileWords(**{"prompt": _PROBLEM, **words})
    return found


def _assigned(source: str, name: str) -> Mapping[str, str]:
    """The dictionary of texts that a Python file assigns to a name; nothing of the file is run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `\{` in a plain text
        warnings.simplefilter("ignore", DeprecationWarning)  # the same, before Python 3.12
        body = ast.parse(source).body
    for node in body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            value = ast.literal_eval(node.value)
            return dict(value)
    raise InputError(f"the file assigns nothing to {name}", remedy="has the repository changed?")


def _simple_evals(texts: Mapping[str, str]) -> Mapping[str, ProfileWords]:
    found = _assigned(texts["mgsm_eval.py"], "LANG_TO_INSTRUCTIONS")
    return {tag: ProfileWords(prompt=text.replace("{input}", _PROBLEM)) for tag, text in found.items()}


def _mmath(texts: Mapping[str, str]) -> Mapping[str, ProfileWords]:
    found = _assigned(texts["mmath_eval.py"], "LANG_TO_INSTRUCTIONS")
    return {tag: ProfileWords(prompt=text.format(question=_PROBLEM)) for tag, text in found.items()}


def _polymath(texts: Mapping[str, str]) -> Mapping[str, ProfileWords]:
    notes = _assigned(texts["instruction.py"], "query_dic")
    # The source writes \{ in a plain text, which Python keeps; what a model saw is this very text.
    return {tag: ProfileWords(prompt=f"{_PROBLEM}\n{note}") for tag, note in notes.items()}


def _polymath_forcing(texts: Mapping[str, str]) -> Mapping[str, ProfileWords]:
    control = _assigned(texts["instruction.py"], "language_control")
    forced: Mapping[str, str] = control["forcing_raw"]  # type: ignore[assignment]
    return {
        tag: replace(words, prompt=f"{words.prompt}\n{forced[tag]}")
        for tag, words in _polymath(texts).items()
        if tag in forced
    }


def _xreasoning(texts: Mapping[str, str]) -> Mapping[str, ProfileWords]:
    instructions = json.loads(texts["instructions.json"])
    prefixes = json.loads(texts["hack_prefix.json"])
    return {
        tag: ProfileWords(system=system, prompt=prompt.format(_PROBLEM), opening=prefixes.get(tag, ""))
        for tag, (system, prompt) in instructions.items()
    }


PROFILES: Mapping[str, Published] = MappingProxyType(
    {
        "simple-evals": Published(
            repository="https://github.com/openai/simple-evals", files=("mgsm_eval.py",), read=_simple_evals
        ),
        "mmath": Published(
            repository="https://github.com/RUCAIBox/MMATH", files=("mmath_eval.py",), read=_mmath
        ),
        "polymath": Published(
            repository="https://github.com/QwenLM/PolyMath", files=("instruction.py",), read=_polymath
        ),
        "polymath-forcing": Published(
            repository="https://github.com/QwenLM/PolyMath", files=("instruction.py",), read=_polymath_forcing
        ),
        "xreasoning": Published(
            repository="https://github.com/Betswish/mCoT-XReasoning",
            files=("instructions.json", "hack_prefix.json"),
            read=_xreasoning,
        ),
    }
)
"""Published evaluations by name."""
