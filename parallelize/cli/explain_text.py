"""What a build would do again, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import Console, plain, print_json
from parallelize.cli.watchers import WorkConsole

if TYPE_CHECKING:
    from parallelize.assemble.explain import Explanation, LanguageExplanation
    from parallelize.core.recipe import Recipe

__all__ = ["explanation_text", "show_explanation"]

_SHOWN = 100


def show_explanation(recipe: Recipe, root: Path, console: Console, *, as_json: bool) -> None:
    """Print what a build would do again."""
    from parallelize.assemble.explain import explain

    with console.rows() as progress:
        found = explain(recipe, root, WorkConsole(console, progress, recipe))
    if as_json:
        print_json({"run": root, **asdict(found)})
    else:
        click.echo(plain(explanation_text(found)))


def explanation_text(found: Explanation) -> str:
    """A paragraph for the source and one for each language."""
    lines = [f"Source: {found.rows:,} rows in {found.chunks} chunks; {_source(found)}"]
    for code, language in found.languages.items():
        lines += ["", *_language(code, language)]
    return "\n".join(lines)


def _source(found: Explanation) -> str:
    if not found.recorded_before:
        return "nothing was built here before."
    changed = found.chunks - found.chunks_known
    if not changed:
        return "the same as in the last build."
    return f"{changed} of them hold rows that are new, changed or moved since the last build."


def _language(code: str, item: LanguageExplanation) -> Iterator[str]:
    yield (
        f"{code}: {item.chunks_reused} chunks ({item.rows_reused:,} rows) stay as they are, "
        f"{item.chunks_redone} ({item.rows_redone:,} rows) are made again."
    )
    if not item.chunks_redone:
        return
    if item.chunks_with_engine_errors:
        yield f"  {item.chunks_with_engine_errors} of them had engine errors that may pass."
    for change in item.changes:
        yield f"  {change.where}: {_value(change.before)} → {_value(change.after)}"
    if not item.built_before:
        yield "  This language was not built here before."
    elif not item.changes and not item.chunks_with_engine_errors:
        yield "  Nothing but the rows changed, or the last build did not get so far."
    for name in item.asks_anew:
        yield f"  The {name} is another one: all its replies are asked for anew."
    if item.built_before and not item.asks_anew:
        yield "  The engines are the same: what they were asked before is answered from the memory."


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
