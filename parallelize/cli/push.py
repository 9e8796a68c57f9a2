"""`parallelize push`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parallelize.cli.console import Console, plain, print_json
from parallelize.hub.client import RetryPolicy
from parallelize.hub.destination import Destination, PushResult
from parallelize.hub.push import preview, push

if TYPE_CHECKING:
    from parallelize.core.trees import JsonObject
    from parallelize.hub.plan import Plan, Publication
__all__ = ["command"]


@click.command("push")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--repo", required=True, metavar="ORG/NAME", help="Dataset repository; made if it is not there."
)
@click.option("--private", is_flag=True, help="Make the repository private; refuse a public one.")
@click.option("--branch", default="main", show_default=True, help="Branch that readers load.")
@click.option("--tag", metavar="NAME", help="Name this version, for example v1.0.")
@click.option("--allow-removal", is_flag=True, help="Let languages that are published now disappear.")
@click.option("--dry-run", is_flag=True, help="Show the files, sizes and card; change nothing.")
@click.option(
    "--retry-seconds",
    type=click.FloatRange(0),
    default=600.0,
    show_default=True,
    help="How long to insist without progress when the Hub does not answer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
def command(run: Path, dry_run: bool, retry_seconds: float, as_json: bool, **destination: Any) -> None:
    """Publish the corpus of RUN to the Hugging Face Hub, all or nothing.

    Readers see the old version or the new one, never a part. New files are sent to a branch of their own,
    verified there, and taken over by one commit. Run the same command again after a failure: what was
    sent is not sent again. The token is read from HF_TOKEN or `hf auth login`.

    \b
    Examples:
        parallelize push runs/gsm8k --repo acme/gsm8k-parallel --dry-run
        parallelize push runs/gsm8k --repo acme/gsm8k-parallel --private --tag v1.0
    """
    to = Destination(retry=RetryPolicy(budget_seconds=retry_seconds), **destination)
    console = Console(quiet=as_json)
    if dry_run:
        _show_what_would_be(run, to, console, as_json=as_json)
        return
    with console.bytes() as progress:
        result = push(run, to, on_progress=progress)
    for note in result.notes:
        console.note(note)
    if as_json:
        print_json(result)
    else:
        click.echo(_shown_result(result))


def _show_what_would_be(run: Path, to: Destination, console: Console, *, as_json: bool) -> None:
    """Files, sizes and card from the disk at once; then what the repository has of them."""

    def on_prepared(publication: Publication) -> None:
        if not as_json:
            click.echo(_shown_files(publication))

    with console.bytes() as progress:
        publication, plan, unknown = preview(run, to, on_progress=progress, on_prepared=on_prepared)
    if as_json:
        known = plan.as_dict() if plan is not None else _without_the_hub(publication, to)
        print_json({"dry_run": True, **known, "hub": unknown or "asked", "card": publication.card})
    elif plan is None:
        click.echo(plain(f"{to.repo}@{to.branch}: not known what is there already; {unknown}"))
    else:
        click.echo(_shown_plan(plan))


def _without_the_hub(publication: Publication, to: Destination) -> JsonObject:
    """What a plan says, as far as it can be known from the disk: everything may have to be sent."""
    files = [{"path": f.path, "bytes": f.size, "sha256": f.sha256} for f in publication.files]
    return {
        "repo": to.repo,
        "branch": to.branch,
        "base": None,
        "upload": files,
        "unchanged": [],
        "delete": [],
        "upload_bytes": publication.bytes,
    }


def _shown_files(publication: Publication) -> str:
    lines = ["--- README.md", publication.card.rstrip("\n"), "", "--- files"]
    lines += [f"  {file.size:>15,}  {file.path}" for file in publication.files]
    lines += [f"  {publication.bytes:>15,}  bytes in {len(publication.files)} files", ""]
    return plain("\n".join(lines))


def _shown_plan(plan: Plan) -> str:
    there = "which is not there yet" if plan.base is None else f"at commit {plan.base.commit[:12]}"
    lines = [
        f"{plan.repo}@{plan.branch}, {there}: {len(plan.upload)} files to upload "
        f"({plan.upload_bytes:,} bytes), {len(plan.unchanged)} unchanged, {len(plan.delete)} to delete"
    ]
    lines += [f"  unchanged  {path}" for path in plan.unchanged]
    lines += [f"  delete     {path}" for path in plan.delete]
    return plain("\n".join(lines))


def _shown_result(result: PushResult) -> str:
    if not result.uploaded and not result.deleted:
        what = "nothing to do: it holds this corpus already"
    else:
        counts = (
            (len(result.uploaded), "sent"),
            (len(result.unchanged), "unchanged"),
            (len(result.deleted), "removed"),
        )
        what = ", ".join(f"{count} files {word}" for count, word in counts)
    tag = f", tag {result.tag}" if result.tag else ""
    return plain(f"{result.url}\n{what}; commit {result.commit[:12]}{tag}")
