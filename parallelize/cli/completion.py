"""What a shell offers for words that are no plain choices: files, recipes that ship, engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from parallelize.core.shipped import shipped_folder

__all__ = ["ENGINES", "engines", "files", "recipe_or_file", "recipes", "shipped_recipes"]

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
ENGINES = ("bergamot", "apertium", "vllm", "openai", "batch", "scripted")
"""Engines of a build; the last one is for tests."""


def shipped_recipes() -> dict[str, Path]:
    """Recipes that come with the package, by the name that `parallelize recipe` takes."""
    folder = shipped_folder("pipelines")
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for pattern in ("*.toml", "evaluate/*.toml", "study/*.toml")
        for path in sorted(folder.glob(pattern))
    }


def _offer(names: Callable[[], Iterable[str]], or_file: bool = False) -> Completion:
    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        found = [CompletionItem(name) for name in names() if name.startswith(begun)]
        return found or ([CompletionItem(begun, type="file")] if or_file else [])

    return complete


def _builds() -> list[str]:
    return [f"{name}.toml" for name in shipped_recipes() if "/" not in name]


files = _offer(tuple, or_file=True)
"""For a word that may be a file, and something else as well: a dataset of the Hub, a pattern."""
recipes = _offer(shipped_recipes)
recipe_or_file = _offer(_builds, or_file=True)
engines = _offer(lambda: ENGINES[:-1])
