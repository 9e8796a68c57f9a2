"""`parallelize languages`."""

from __future__ import annotations

from typing import Any

import click

from parallelize.cli.console import print_json
from parallelize.core.languages import LANGUAGES

__all__ = ["command"]


@click.command("languages")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> None:
    """List the languages, and the engines that translate English into them here with no network.

    A language without an engine here needs a vllm or openai engine, or a model that bergamot fetches
    when online (or finds in --models DIR).
    """
    from parallelize.engines.describe import available_pairs

    pairs = available_pairs()
    rows: list[dict[str, Any]] = [
        {
            "code": item.code,
            "name": item.name,
            "native_name": item.native_name,
            "script": item.script,
            "right_to_left": item.right_to_left,
            "engines_here": list(pairs.get(("en", item.code), ())),
            "engines_back_here": list(pairs.get((item.code, "en"), ())),
        }
        for item in LANGUAGES.values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        engines = ", ".join(row["engines_here"])
        click.echo(f"{row['code']:<4} {row['name']:<20} {row['script']:<5} {engines}")
