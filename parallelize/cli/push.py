"""`parallelize push`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parallelize.cli.console import Console, plain, print_json
from parallelize.hub.client import RetryPolicy

if TYPE_CHECKING:
    from parallelize.hub.plan import Plan, Publication
    from parallelize.hub.push import PushResult

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
def command(
    run: Path,
    repo: str,
    private: bool,
    branch: str,
    tag: str | None,
    allow_removal: bool,
    dry_run: bool,
    retry_seconds: float,
    as_json: bool,
) -> None:
    """Publish the corpus of RUN to the Hugging Face Hub, all or nothing.

    Readers see the old version or the new one, never a part. New files are sent to a branch of their own,
    verified there, and taken over by one commit. Run the same command again after a failure: what was
    sent is not sent again. The token is read from HF_TOKEN or `hf auth login`.

    \b
    Examples:
        parallelize push runs/gsm8k --repo acme/gsm8k-parallel --dry-run
        parallelize push runs/gsm8k --repo acme/gsm8k-parallel --private --tag v1.0
    """
    from parallelize.hub.push import Destination, preview, push

    to = Destination(
        repo=repo,
        private=private,
        branch=branch,
        tag=tag,
        allow_removal=allow_removal,
        retry=RetryPolicy(budget_seconds=retry_seconds),
    )
    console = Console(quiet=as_json)
    if dry_run:
        with console.bytes() as progress:
            publication, plan = preview(run, to, on_progress=progress)
        if as_json:
            print_json({"dry_run": True, **plan.as_dict(), "card": publication.card})
        else:
            click.echo(_shown_plan(publication, plan))
        return
    with console.bytes() as progress:
        result = push(run, to, on_progress=progress)
    for note in result.notes:
        console.note(note)
    if as_json:
        print_json(result.as_dict())
    else:
        click.echo(_shown_result(result))


def _shown_plan(publication: Publication, plan: Plan) -> str:
    there = "which is not there yet" if plan.base is None else f"at commit {plan.base.commit[:12]}"
    lines = [f"{plan.repo}@{plan.branch}, {there}", ""]
    new = {file.path for file in plan.upload}
    for file in publication.files:
        lines.append(f"  {'upload' if file.path in new else 'keep':<6}  {file.size:>15,}  {file.path}")
    lines += [f"  delete  {'':>15}  {path}" for path in plan.delete]
    lines += ["", f"{plan.upload_bytes:,} bytes to send", "", "--- README.md", publication.card.rstrip("\n")]
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
