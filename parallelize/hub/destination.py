"""Where a corpus is published, and what a push reports."""

from __future__ import annotations

from dataclasses import dataclass, field

from parallelize.hub.client import RetryPolicy

__all__ = ["Destination", "PushResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where to publish, and how."""

    repo: str
    """`organization/name` of a dataset repository; it is created if it is not there."""
    branch: str = "main"
    """Branch that readers see; another one than main is created from main."""
    tag: str | None = None
    """Name for the published version, for example `v1.0`."""
    private: bool = False
    """Create the repository as private; refuse to publish to a public one."""
    allow_removal: bool = False
    """Let languages that were published before disappear."""
    endpoint: str | None = None
    """Address of the Hub; None means `HF_ENDPOINT`, else huggingface.co."""
    token: str | None = field(default=None, repr=False)
    """None means `HF_TOKEN`, else the token of `hf auth login`."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """Where a corpus was published, and which files had to be uploaded."""

    repo: str
    branch: str
    commit: str
    """The commit that holds the corpus, also if it was there before."""
    tag: str | None
    url: str
    uploaded: tuple[str, ...]
    """Paths that this call added or changed on the branch."""
    unchanged: tuple[str, ...]
    deleted: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What the user should know and need not act on."""
