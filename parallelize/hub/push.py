"""Publishing a corpus so that readers see the old version or the new one, and nothing between.

1. New and changed files go to a branch of their own, named after the manifest.
2. The branch is read back and every hash compared.
3. One commit on the target branch takes the files over by reference (no byte is sent twice); it names
   the commit it was planned for as its parent, so the Hub refuses it if anything happened since.
4. The result is read back, tagged, and the branch removed.

Each round begins by reading the repository, so a killed or failed push is continued by running it
again, in this process or another one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from parallelize.core.errors import EnvironmentFault
from parallelize.hub.client import HubAccess, checked_repo, hub_access
from parallelize.hub.contact import HubUnreachable
from parallelize.hub.destination import Destination, PushResult
from parallelize.hub.plan import Plan, Publication, prepare, require_license
from parallelize.hub.rounds import PushRounds
from parallelize.store.check import OnProgress
from parallelize.store.staging import staging_folder

__all__ = ["preview", "push"]


def preview(
    run: Path,
    destination: Destination,
    *,
    on_progress: OnProgress | None = None,
    on_prepared: Callable[[Publication], None] = lambda publication: None,
) -> tuple[Publication, Plan | None, str | None]:
    """Say what `push` would do, changing nothing.

    Args:
        run: a run directory, or its corpus folder.
        on_progress: told (what, bytes done, bytes in all) while files are read.
        on_prepared: told what is to be published, before the Hub is asked.

    Returns:
        What is to be published; its difference to the repository and None, or None and why the Hub was not
        reached.

    Raises:
        ParallelizeError: as `push` would, as far as it can be known before.
    """
    repo = checked_repo(destination.repo)
    with _access(destination) as access, _staging() as staging:
        publication = prepare(run, repo, staging, redactor=access.redactor, on_progress=on_progress)
        on_prepared(publication)
        require_license(publication)
        work = PushRounds(access, publication, destination, on_progress)
        try:
            return publication, work.in_rounds(work.plan_only), None
        except HubUnreachable as fault:
            return publication, None, fault.message


def push(run: Path, destination: Destination, *, on_progress: OnProgress | None = None) -> PushResult:
    """Publish a finished run; continue an interrupted push; do nothing if all is there already.

    Args:
        run: a run directory, or its corpus folder.
        on_progress: told (what, bytes done, bytes in all) while files are read and sent.

    Raises:
        InputError: the corpus must not be published (unfinished, no licence, does not verify, holds a
            credential), or the repository holds something that publishing would destroy.
        UsageError: a name is malformed.
        EnvironmentFault: no or no sufficient token, the Hub is unreachable or refuses, or someone else
            changed the corpus on the branch meanwhile. The branch then is as it was.
    """
    repo = checked_repo(destination.repo)
    with _access(destination) as access, _staging() as staging:
        if not access.signed_in:
            raise EnvironmentFault(
                f"publishing to {repo} needs a Hugging Face token, and there is none",
                remedy="set HF_TOKEN to a token with write permission, or sign in with `hf auth login`",
            )
        publication = prepare(run, repo, staging, redactor=access.redactor, on_progress=on_progress)
        require_license(publication)
        work = PushRounds(access, publication, destination, on_progress)
        return work.in_rounds(work.one_round)


def _staging() -> AbstractContextManager[Path]:
    """A folder for the card and the manifest of one repository."""
    return staging_folder(Path(tempfile.gettempdir()), "parallelize-push-")


def _access(destination: Destination) -> AbstractContextManager[HubAccess]:
    return hub_access(
        token=destination.token,
        endpoint=destination.endpoint,
        timeout_seconds=destination.retry.timeout_seconds,
    )
