"""The translators of a recipe: one for each distinct set of options, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from parallelize.assemble.engines import EnginePlace, make_translator
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_options import EngineOptions
from parallelize.core.ports import Translator
from parallelize.core.provenance import canonical_json
from parallelize.core.recipe import Recipe

__all__ = ["Translators"]


class Translators:
    """Makes translators, and knows those that it made."""

    def __init__(self, recipe: Recipe, batches: Path, watcher: BuildWatcher) -> None:
        """Make none yet.

        Args:
            recipe: says where requests and replies go that travel in files.
            batches: folder for batches under way.
            watcher: is told of downloads, and of what engines have to say.
        """
        given = recipe.run
        self._place = EnginePlace(
            on_download=watcher.download,
            tell=watcher.note,
            batches=batches,
            requests_out=Path(given.requests_out) if given.requests_out else None,
            replies_in=Path(given.replies_in) if given.replies_in else None,
        )
        self._made: dict[str, tuple[EngineOptions, Translator]] = {}

    def of(self, options: EngineOptions) -> Translator:
        """The translator of these options, made now if nobody asked for it before."""
        key = _key(options)
        if key not in self._made:
            self._made[key] = options, make_translator(options, self._place)
        return self._made[key][1]

    def made(self) -> Iterator[tuple[str, EngineOptions, Translator]]:
        """(name for people, options, translator) of each that was asked for; no two names are alike."""
        taken: set[str] = set()
        for options, translator in self._made.values():
            name, number = options.title, 2
            while name in taken:
                name, number = f"{options.title}#{number}", number + 1
            taken.add(name)
            yield name, options, translator

    def name_of(self, options: EngineOptions) -> str:
        """The name for people of a translator that was asked for."""
        return next(name for name, known, _ in self.made() if _key(known) == _key(options))


def _key(options: EngineOptions) -> str:
    return canonical_json(options.model_dump(mode="json"))
