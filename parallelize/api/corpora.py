"""`parallelize.build` and `parallelize.judge`: a corpus, and the same corpus under other thresholds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from parallelize.api.data import as_path, codes
from parallelize.assemble.build import build as build_recipe
from parallelize.assemble.judge import judge_run
from parallelize.assemble.judge_preview import LanguageChange, judged_otherwise
from parallelize.core.engine_work import EngineWork
from parallelize.core.recipe import parse_recipe
from parallelize.store.summary import Summary

__all__ = ["BuiltRun", "build", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRun:
    """A finished build: where it is, and what became of its rows."""

    folder: Path
    summary: Summary

    @property
    def corpus(self) -> Path:
        """Folder that `datasets.load_dataset` and the Hub take."""
        return self.folder / "corpus"

    @property
    def kept(self) -> dict[str, int]:
        """Kept rows of the build, by language code."""
        return {code: figures.kept for code, figures in self.summary.languages.items()}

    def rows(self, language: str) -> pl.DataFrame:
        """The kept rows of one language, or of `parallel`, the view that has all side by side."""
        return pl.read_parquet(self.corpus / language / "*.parquet")


def build(
    source: Any,
    langs: str | Sequence[str],
    *,
    out: str | Path,
    engine: str | Mapping[str, Any] | None = None,
    **tables: Any,
) -> BuiltRun:
    """Translate English rows, gate them, write an id-aligned corpus; goes on where an earlier call stopped.

    Args:
        source: file, folder, glob or Hub dataset id; or a table, a `datasets.Dataset`, a list of dicts.
        langs: target languages.
        out: run directory.
        engine: name of an engine, or its table as in a recipe; bergamot by default.
        tables: further tables of a recipe, such as `gates={"thresholds": {"back_chrf": 50}}`.

    Raises:
        InputError: the source or an option is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
    """
    folder = Path(out)
    named = {"name": engine} if isinstance(engine, str) else engine
    data = {
        **tables,
        "langs": codes(langs),
        "source": {
            **tables.get("source", {}),
            "path": as_path(source, folder.with_name(f"{folder.name}-source")),
        },
    }
    recipe = parse_recipe({**data, "engine": dict(named)} if named else data, where="parallelize.build")
    return BuiltRun(folder=folder, summary=build_recipe(recipe, folder, _Quiet()))


def judge(
    run: str | Path | BuiltRun, *, dry_run: bool = False, **thresholds: float | None
) -> BuiltRun | list[LanguageChange]:
    """Judge a run again under other thresholds; no model runs.

    Args:
        run: a run, or its folder.
        dry_run: say what would change, and change nothing.
        thresholds: measure → bound, None for no gate, as in `back_chrf=55`.

    Raises:
        InputError: no run, or an unknown measure.
    """
    folder = run.folder if isinstance(run, BuiltRun) else Path(run)
    if dry_run:
        return judged_otherwise(folder, thresholds)
    return BuiltRun(folder=folder, summary=judge_run(folder, thresholds))


class _Quiet:
    """A watcher of builds that says nothing: in a notebook the result does."""

    def note(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        warnings.warn(text, stacklevel=2)

    def expect(self, code: str, total: int, done: int) -> None:
        pass

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        pass

    def row(self, code: str, kept: bool, words: int) -> None:
        pass

    def download(self, what: str, done: int, total: int) -> None:
        pass
