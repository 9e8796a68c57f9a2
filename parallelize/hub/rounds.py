"""The rounds of a push. Each reads the repository, does what is missing, and may fail anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from parallelize.core.errors import EnvironmentFault, InputError, UsageError
from parallelize.hub.client import HubAccess, Patience, in_rounds
from parallelize.hub.destination import Destination, PushResult
from parallelize.hub.plan import Plan, Publication, make_plan
from parallelize.hub.remote import DATASET, LocalFile, Snapshot, downloaded, read_manifest, read_snapshot
from parallelize.store.check import OnProgress
from parallelize.store.files import sha256_file
from parallelize.store.manifest import CARD, Manifest

__all__ = ["STAGING_PREFIX", "PushRounds"]

_T = TypeVar("_T")
STAGING_PREFIX = "parallelize-"
BATCH_FILES = 16
BATCH_BYTES = 2_000_000_000
"""A batch is committed to the branch as a whole; what is committed is not sent again after a failure."""


class PushRounds:
    """One push; `one_round` may be called again after any failure."""

    def __init__(
        self, access: HubAccess, publication: Publication, to: Destination, on_progress: OnProgress | None
    ) -> None:
        self.access = access
        self.api = access.api
        self.publication = publication
        self.to = to
        self.repo = to.repo
        self.on_progress = on_progress or (lambda what, done, total: None)
        self.patience = Patience(to.retry, access.contact)
        self.staging = f"{STAGING_PREFIX}{publication.digest[:16]}"
        self.expected: dict[str, str | None] | None = None
        """What the target held when the first round planned, by owned path."""
        self.first_plan: Plan | None = None
        self.edited: tuple[str, ...] = ()
        self.published: str | None = None
        """Commit on the target, once it holds the corpus."""

    def in_rounds(self, action: Callable[[], _T]) -> _T:
        """Do an action, again after each failure that may pass, within the budget."""
        return in_rounds(self.access, self.repo, self.patience, action)

    # ---- rounds

    def plan_only(self) -> Plan:
        """Compare with the repository, which need not be there."""
        base = self._base()
        if base is None:
            return self._plan(None)
        self._check_visibility(base)
        self._check_tag(self._refs(), None)
        return self._plan(base)

    def one_round(self) -> PushResult:
        """Read the repository, do what is missing, say what was done."""
        base = self._open_target()
        refs = self._refs()
        plan = self._plan(base)
        self._refuse_a_race(plan, base)
        self._check_tag(refs, None if plan.changes else base.commit)
        commit = base.commit
        if plan.changes:
            staged = self._stage(plan, base, refs["branches"])
            commit = self._publish(plan, base, staged)
        self.published = commit
        if self.to.tag is not None and refs["tags"].get(self.to.tag) != commit:
            self.api.create_tag(self.repo, tag=self.to.tag, revision=commit, repo_type=DATASET)
        notes = self._clean_up(plan, refs["branches"])
        return self._result(self.first_plan or plan, commit, notes)

    def _result(self, first: Plan, commit: str, notes: tuple[str, ...]) -> PushResult:
        return PushResult(
            repo=self.repo,
            branch=self.to.branch,
            commit=commit,
            tag=self.to.tag,
            url=f"{self.api.endpoint}/datasets/{self.repo}/tree/{self.to.tag or self.to.branch}",
            uploaded=tuple(file.path for file in first.upload),
            unchanged=first.unchanged,
            deleted=first.delete,
            notes=notes,
        )

    # ---- reading

    def _base(self) -> Snapshot | None:
        """The branch, or main where there is no such branch yet; None where there is no repository."""
        from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

        try:
            return read_snapshot(self.access, self.repo, self.to.branch)
        except RepositoryNotFoundError:
            return None
        except RevisionNotFoundError:
            return read_snapshot(self.access, self.repo, "main")

    def _open_target(self) -> Snapshot:
        base = self._base()
        if base is None:
            self.api.create_repo(self.repo, repo_type=DATASET, private=True if self.to.private else None)
            base = read_snapshot(self.access, self.repo, "main")
        self._check_visibility(base)
        if self.to.branch != "main" and self.to.branch not in self._refs()["branches"]:
            self.api.create_branch(self.repo, branch=self.to.branch, revision=base.commit, repo_type=DATASET)
            base = read_snapshot(self.access, self.repo, self.to.branch)
        return base

    def _check_visibility(self, base: Snapshot) -> None:
        if self.to.private and not base.private:
            raise InputError(
                f"{self.repo} is public already, and --private was asked for",
                remedy="make it private in its settings on the Hub, or publish without --private",
            )

    def _refs(self) -> dict[str, dict[str, str]]:
        refs = self.api.list_repo_refs(self.repo, repo_type=DATASET)
        return {
            "branches": {ref.name: ref.target_commit for ref in refs.branches},
            "tags": {ref.name: ref.target_commit for ref in refs.tags},
        }

    def _plan(self, base: Snapshot | None) -> Plan:
        previous = None if base is None else read_manifest(self.access, self.repo, base)
        plan = make_plan(
            self.publication,
            repo=self.repo,
            branch=self.to.branch,
            base=base,
            previous=previous,
            allow_removal=self.to.allow_removal,
        )
        if base is not None and previous is not None and CARD in {file.path for file in plan.upload}:
            self._note_edited_card(base, previous)
        return plan

    def _note_edited_card(self, base: Snapshot, previous: Manifest) -> None:
        if CARD not in base.files or self.edited:
            return
        with downloaded(self.access, self.repo, CARD, base.commit) as local:
            if sha256_file(local) != previous.card_sha256:
                self.edited = (
                    f"the card was edited on the Hub; that version stays in commit {base.commit[:12]}",
                )

    def _check_tag(self, refs: dict[str, dict[str, str]], commit: str | None) -> None:
        tag = self.to.tag
        if tag is None:
            return
        if not tag.isprintable() or not tag or any(char in tag for char in " ~^:?*[\\") or ".." in tag:
            raise UsageError(f"{tag!r} is not a tag name", remedy="use letters, digits, dots and dashes")
        there = refs["tags"].get(tag)
        if there is not None and there not in {commit, self.published}:
            raise InputError(
                f"{self.repo} has a tag {tag} already, on commit {there[:12]}",
                remedy="choose another tag; published versions are not renamed",
            )

    def _refuse_a_race(self, plan: Plan, base: Snapshot) -> None:
        """Stop if someone else changed the corpus on the target since the first round."""
        if self.expected is None:
            self.expected = base.identities(plan.owned)
            self.first_plan = plan
            return
        now = base.identities(self.expected)
        if plan.changes and now != self.expected:
            changed = [path for path, identity in self.expected.items() if now[path] != identity]
            raise EnvironmentFault(
                f"{self.repo}@{self.to.branch} was changed by someone else while this was being published: "
                f"{', '.join(changed[:3])} in commit {base.commit[:12]}",
                remedy="look at that commit; run the same command again to publish over it",
            )

    # ---- writing

    def _stage(self, plan: Plan, base: Snapshot, branches: dict[str, str]) -> str:
        """Bring all new files to the staging branch; return its commit, verified."""
        if self.staging not in branches:
            self.api.create_branch(self.repo, branch=self.staging, revision=base.commit, repo_type=DATASET)
        snapshot = read_snapshot(self.access, self.repo, self.staging)
        missing = [file for file in plan.upload if not file.matches(snapshot.files.get(file.path))]
        done = plan.upload_bytes - sum(file.size for file in missing)
        head = snapshot.commit
        self.on_progress("upload", done, plan.upload_bytes)
        for batch in _batches(missing):
            head = self._send(batch, head)
            self.patience.progress()
            done += sum(file.size for file in batch)
            self.on_progress("upload", done, plan.upload_bytes)
        return self._verified(plan.upload, (), head)

    def _send(self, batch: list[LocalFile], head: str) -> str:
        from huggingface_hub import CommitOperationAdd

        operations = [
            CommitOperationAdd(path_in_repo=file.path, path_or_fileobj=str(file.source)) for file in batch
        ]
        self.api.preupload_lfs_files(
            self.repo, additions=operations, revision=self.staging, repo_type=DATASET, free_memory=False
        )
        for file, operation in zip(batch, operations, strict=True):
            if operation.upload_info.sha256.hex() != file.sha256:
                raise InputError(
                    f"{file.source} changed while it was published",
                    remedy="let the build finish, then push again",
                )
        made = self.api.create_commit(
            self.repo,
            operations=operations,
            commit_message=f"Stage {len(batch)} files of {self.publication.manifest.name}",
            revision=self.staging,
            parent_commit=head,
            repo_type=DATASET,
        )
        return str(made.oid)

    def _verified(self, files: tuple[LocalFile, ...], gone: tuple[str, ...], commit: str) -> str:
        there = read_snapshot(self.access, self.repo, commit).files
        wrong = [file.path for file in files if not file.matches(there.get(file.path))]
        wrong += [path for path in gone if path in there]
        if wrong:
            raise EnvironmentFault(
                f"commit {commit[:12]} of {self.repo} does not hold what was sent: {', '.join(wrong[:5])}",
                remedy="run the same command again; if it happens again, report it with this commit",
            )
        return commit

    def _publish(self, plan: Plan, base: Snapshot, staged: str) -> str:
        from huggingface_hub import CommitOperationCopy, CommitOperationDelete

        copies = [CommitOperationCopy(file.path, file.path, src_revision=staged) for file in plan.upload]
        deletions = [CommitOperationDelete(path, is_folder=False) for path in plan.delete]
        manifest = self.publication.manifest
        made = self.api.create_commit(
            self.repo,
            operations=[*copies, *deletions],
            commit_message=f"Publish {manifest.name}: {', '.join(manifest.languages)}",
            commit_description=f"manifest sha256 {self.publication.digest}",
            revision=self.to.branch,
            parent_commit=base.commit,
            repo_type=DATASET,
        )
        return self._verified(self.publication.files, plan.delete, str(made.oid))

    def _clean_up(self, plan: Plan, branches: dict[str, str]) -> tuple[str, ...]:
        """Remove the staging branch. Its failure does not undo what is published."""
        from huggingface_hub.errors import HfHubHTTPError

        others = [
            name
            for name in branches
            if name.startswith(STAGING_PREFIX) and name not in {self.staging, self.to.branch}
        ]
        notes = [f"{self.repo} has the branch {name} of another push that did not finish" for name in others]
        if plan.changes or self.staging in branches:
            try:
                self.api.delete_branch(self.repo, branch=self.staging, repo_type=DATASET)
            except HfHubHTTPError as error:
                if error.response.status_code not in {404, 401, 403}:
                    raise
                if error.response.status_code != 404:
                    notes.append(f"the branch {self.staging} could not be removed and is no longer needed")
        return (*self.edited, *notes)


def _batches(files: list[LocalFile]) -> Iterator[list[LocalFile]]:
    batch: list[LocalFile] = []
    for file in files:
        if batch and (len(batch) == BATCH_FILES or sum(f.size for f in batch) + file.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch
