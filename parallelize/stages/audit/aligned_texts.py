"""Text files aligned by line, found by their names: `train.pt` beside `train.en`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.places import user_path
from parallelize.stages.audit.rows import is_table
from parallelize.stages.ingest.streams import COMPRESSED

__all__ = ["aligned_texts"]


def aligned_texts(path: str, languages: LanguagePair) -> tuple[str, str | None]:
    """The translations and their sources; None where the names say nothing of a source.

    Args:
        path: a text file that ends in the target's code, or a folder that holds one such pair and
            no table.
        languages: source and target.

    Raises:
        InputError: a folder has several pairs.
    """
    place = user_path(path)
    if place.is_dir():
        files = [file for file in place.iterdir() if file.is_file()]
        if any(is_table(file.name) for file in files):
            return path, None
        pairs = sorted((file, source) for file in files if (source := _source_of(file, languages)))
        if len(pairs) > 1:
            raise InputError(
                f"{path} has {len(pairs)} pairs of text files: {', '.join(file.name for file, _ in pairs)}",
                remedy="audit one of these files at a time",
            )
        if not pairs:
            return path, None
        translation, source = pairs[0]
        return str(Path(path) / translation.name), str(Path(path) / source.name)
    beside = None if is_table(path) else _source_of(place, languages)
    return path, None if beside is None else str(Path(path).with_name(beside.name))


def _source_of(file: Path, languages: LanguagePair) -> Path | None:
    """The file of the same name that ends in the source's code; None if this one is no translation."""
    packed = file.suffix if file.suffix.lower() in COMPRESSED else ""
    stem, dot, code = file.name.removesuffix(packed).rpartition(".")
    if not dot or code not in _codes(languages.target):
        return None
    named = (file.with_name(f"{stem}.{code}{packed}") for code in _codes(languages.source))
    return next((source for source in named if source.is_file()), None)


def _codes(language: str) -> Iterator[str]:
    """A code as it stands in names of files: with its script or region, or alone."""
    return iter(dict.fromkeys((language, language.replace("-", "_"), language.partition("-")[0])))
