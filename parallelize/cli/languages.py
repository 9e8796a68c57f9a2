"""`parallelize languages`."""

from __future__ import annotations

import click

from parallelize.cli.console import print_json
from parallelize.core.languages import LANGUAGES
from parallelize.core.trees import JsonObject
from parallelize.engines.apertium.modes import installed_pairs
from parallelize.engines.describe import available_pairs, one_download_away

__all__ = ["command"]


@click.command("languages")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> None:
    """List the languages, and what can translate English into each: here, or after one download.

    Any language model can be asked for every one of them (--engine vllm, or openai with a server); how well
    it does is for `parallelize plan` and the report to say. "by way of" names a language in between: two
    translations, whose errors add up.

    \b
    Examples:
        parallelize languages
        parallelize languages --json
    """
    pairs = available_pairs()
    ways = installed_pairs()
    rows: list[JsonObject] = [
        {
            "code": item.code,
            "name": item.name,
            "native_name": item.native_name,
            "script": item.script,
            "right_to_left": item.right_to_left,
            "engines_here": list(pairs.get(("en", item.code), ())),
            "engines_back_here": list(pairs.get((item.code, "en"), ())),
            "by_way_of": ways.get(("en", item.code), "").removeprefix("by way of ")
            if ways.get(("en", item.code), "").startswith("by way of ")
            else None,
            "one_download": one_download_away(item.code),
            "any_llm": True,
        }
        for item in LANGUAGES.values()
    ]
    if as_json:
        print_json(rows)
        return
    click.echo(f"{'':<4} {'language':<20} {'script':<6} {'here':<24} {'one download':<19} any LLM")
    for row in rows:
        here = ", ".join(
            f"{name} ({ways[('en', row['code'])]})" if name == "apertium" and row["by_way_of"] else name
            for name in row["engines_here"]
        )
        fetched = [way.partition(" ")[0].replace("apt-get", "apertium") for way in row["one_download"]]
        others = ", ".join(name for name in fetched if name not in row["engines_here"])
        click.echo(f"{row['code']:<4} {row['name']:<20} {row['script']:<6} {here:<24} {others:<19} yes")
