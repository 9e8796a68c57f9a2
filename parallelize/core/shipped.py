"""Where files that ship beside the code are: recipes in `pipelines/`, templates in `cards/`.

A wheel carries them as package data under `parallelize/_data`; an editable install and a checkout
have them at the top level of the repository.
"""

from __future__ import annotations

from pathlib import Path

from parallelize.core.errors import EnvironmentFault

__all__ = ["shipped_file", "shipped_folder", "shipped_recipe"]

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder(name: str) -> Path:
    """Return the folder `pipelines` or `cards`.

    Raises:
        EnvironmentFault: the installation lacks it.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise EnvironmentFault(f"this installation has no {name}/ folder", remedy="reinstall parallelize")


def shipped_recipe(path: Path, kind: str) -> Path:
    """A recipe on disk, else the one of that file name that ships in `pipelines/KIND`.

    Args:
        path: as a user gave it; itself where neither is there.
        kind: `evaluate` or `study`.
    """
    shipped = shipped_folder("pipelines") / kind / path.name
    return shipped if not path.is_file() and shipped.is_file() else path


def shipped_file(name: str) -> Path:
    """Return a shipped file by its path, such as `cards/dataset.md.jinja` or `samples/reasoning.jsonl`.

    Raises:
        EnvironmentFault: the installation lacks it.
    """
    folder, _, rest = name.partition("/")
    path = _PACKAGE / folder / rest if folder == "samples" else shipped_folder(folder) / rest
    if not path.is_file():
        raise EnvironmentFault(f"this installation has no {name}", remedy="reinstall parallelize")
    return path
