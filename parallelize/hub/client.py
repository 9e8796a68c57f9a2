"""One policy for every request to the Hub: time limits, retries within a budget, errors with a remedy.

`huggingface_hub` retries some calls by itself (up to five times, for as long as the server asks), does
not retry others, and waits for ever on a silent server. Here every transient failure surfaces at once
as `Again`; the caller starts its round over, which is safe because a round begins by reading what
the Hub already has.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, TypeVar

from parallelize.core.errors import EnvironmentFault, InputError, ParallelizeError, UsageError
from parallelize.core.hub_http import hub_http
from parallelize.core.secrets import environment_secrets
from parallelize.hub.contact import FIRST_ANSWER_SECONDS, Contact, HubUnreachable, host_of, one_voice
from parallelize.hub.redaction import Redactor, redacted_logging

if TYPE_CHECKING:
    from huggingface_hub import HfApi

__all__ = ["Again", "HubAccess", "Patience", "RetryPolicy", "checked_repo", "hub_access", "in_rounds"]

Result = TypeVar("Result")
_LOG = logging.getLogger(__name__)
_LONG_PAUSE_SECONDS = 4.0
"""Longer pauses are told to a person; shorter ones with -v."""
RETRIED_STATUSES = frozenset({408, 409, 412, 425, 429, 500, 502, 503, 504})
"""Answers that may be different the next time; 409 and 412 after reading the repository again."""
_SURFACED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Those of them that `huggingface_hub` would retry by itself."""
_REPO = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9](?:[\w.\-]*[A-Za-z0-9_])?")
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Again(Exception):
    """A failure after which the same call can succeed later."""

    def __init__(self, reason: str, *, after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_seconds = after_seconds
        """What the server asked for in `Retry-After`; None if it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long requests to the Hub are retried, and how long pauses are."""

    budget_seconds: float = 600.0
    """From the last progress (an upload that was committed) until giving up."""
    first_seconds: float = 1.0
    """First pause; each further one is twice as long."""
    longest_seconds: float = 60.0
    """Longest pause that is not asked for by the server."""
    timeout_seconds: float = 120.0
    """How long a single request may stay silent."""


class Patience:
    """Counts failures in a row against the budget."""

    def __init__(self, policy: RetryPolicy, contact: Contact) -> None:
        """Take the policy, whose budget of seconds runs from now, and whether the Hub was ever there."""
        self._policy = policy
        self._contact = contact
        self._began = time.monotonic()
        self.progress()

    def progress(self) -> None:
        """Something was done for good: the budget is full again."""
        self._failures = 0
        self._deadline = time.monotonic() + self._policy.budget_seconds

    def wait(self, failure: Again) -> None:
        """Pause before the next round.

        Raises:
            HubUnreachable: it never answered, and had its few seconds.
            EnvironmentFault: the budget would be exceeded.
        """
        if not self._contact.reached and time.monotonic() - self._began >= FIRST_ANSWER_SECONDS:
            raise HubUnreachable(
                self._contact.host,
                failure.reason,
                remedy="connect (HF_ENDPOINT and proxies are read from the environment), then run it again",
            )
        self._contact.failed(failure.reason)
        pause = min(self._policy.longest_seconds, self._policy.first_seconds * 2.0**self._failures)
        pause *= random.uniform(0.5, 1.0)
        asked = failure.after_seconds
        if asked is not None:
            pause = max(pause, asked)
        self._failures += 1
        if not self._contact.reached:
            pause = min(pause, FIRST_ANSWER_SECONDS / 4)
        if time.monotonic() + pause > self._deadline:
            wish = f"; it asked to wait {asked:.0f} s" if asked else ""
            raise EnvironmentFault(
                f"the Hub did not answer within {self._policy.budget_seconds:.0f} s: {failure.reason}{wish}",
                remedy="run the same command later; it goes on with what is already uploaded",
            )
        _LOG.log(
            logging.WARNING if pause >= _LONG_PAUSE_SECONDS else logging.INFO,
            "the Hub at %s: %s; trying again in %.0f s",
            self._contact.host,
            failure.reason,
            pause,
        )
        time.sleep(pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAccess:
    """The client with its credentials."""

    api: HfApi
    redactor: Redactor
    contact: Contact
    """Whether the Hub has answered anything yet."""
    signed_in: bool
    """Whether there is a token at all."""


def checked_repo(repo: str) -> str:
    """Return a repository name of the form `organization/name`.

    Raises:
        UsageError: it is not one.
    """
    if not _REPO.fullmatch(repo) or "--" in repo or ".." in repo or len(repo) > 96 or repo.endswith(".git"):
        raise UsageError(f"{repo!r} is not a repository name", remedy="give it as organization/name")
    return repo


def _find_token(token: str | None) -> str | None:
    if token is None:
        from huggingface_hub import get_token

        token = get_token()
    if token is None:
        return None
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        # An HTTP library would put the whole header, token included, into its error message.
        raise EnvironmentFault(
            "the Hugging Face token holds characters that no token has",
            remedy="check HF_TOKEN, or sign in again with `hf auth login`",
        )
    return token


@contextmanager
def hub_access(
    *, token: str | None = None, endpoint: str | None = None, timeout_seconds: float = 120.0
) -> Iterator[HubAccess]:
    """Open the Hub: token from the argument, else from `HF_TOKEN` or `hf auth login`.

    Inside the block the process-wide HTTP client of `huggingface_hub` has time limits and surfaces
    transient failures, its progress bars are off, and log records are free of credentials. Afterwards
    the default client is back.

    Raises:
        EnvironmentFault: the token is malformed.
    """
    from huggingface_hub import HfApi, constants, get_session, set_client_factory
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    one_voice("huggingface_hub")
    found = _find_token(token)
    redactor = Redactor([found, *environment_secrets(os.environ)])
    bars = not are_progress_bars_disabled()
    hooks = get_session().event_hooks  # request ids, and the refusal of HF_HUB_OFFLINE
    contact = Contact(host=host_of(endpoint or constants.ENDPOINT))
    set_client_factory(lambda: _surfacing_client(timeout_seconds, hooks, contact))
    disable_progress_bars()
    try:
        with redacted_logging(redactor):
            # False, not None: None would make the client look for a token on its own.
            api = HfApi(endpoint=endpoint, token=found or False, library_name="parallelize")
            yield HubAccess(api=api, redactor=redactor, contact=contact, signed_in=found is not None)
    finally:
        # What the library makes by default, for whoever uses it next in this process.
        set_client_factory(lambda: hub_http().Client(event_hooks=hooks, follow_redirects=True, timeout=None))
        if bars:
            enable_progress_bars()


def _surfacing_client(
    timeout_seconds: float, hooks: Mapping[str, list[Callable[..., Any]]], contact: Contact
) -> Any:
    """Return an HTTP client that raises `Again` where the library would retry on its own terms."""
    http = hub_http()
    client: Any = http.Client

    class SurfacingClient(client):  # type: ignore[misc]
        def send(self, request: Any, **options: Any) -> Any:
            request.extensions["timeout"] = http.Timeout(contact.timeout(timeout_seconds)).as_dict()
            target = f"{request.method} {request.url.host}{request.url.path}"
            try:
                with contact.waiting():
                    response = super().send(request, **options)
            except http.TransportError as error:
                raise Again(f"{type(error).__name__} on {target}") from error
            contact.reached = True
            if response.status_code in _SURFACED_STATUSES:
                after = _retry_after(response.headers.get("Retry-After"), response.headers.get("ratelimit"))
                response.close()
                raise Again(f"HTTP {response.status_code} on {target}", after_seconds=after)
            return response

    return SurfacingClient(event_hooks=hooks, follow_redirects=True, timeout=timeout_seconds)


def _retry_after(header: str | None, rate_limit: str | None = None) -> float | None:
    """Seconds that a server asks to wait: `Retry-After`, else the Hub's `RateLimit` header."""
    if header is not None and header.strip().isdigit():
        return float(header)
    if rate_limit is not None and (match := re.search(r"\br\s*=\s*0\b.*\bt\s*=\s*(\d+)", rate_limit)):
        return float(match.group(1))
    return None


def in_rounds(access: HubAccess, repo: str, patience: Patience, action: Callable[[], Result]) -> Result:
    """Do an action, again after each failure that may pass, within the budget."""
    while True:
        try:
            return action()
        except (hub_http().HTTPError, Again, OSError, RuntimeError, ValueError) as error:
            verdict = translate_error(error, repo=repo, access=access)
            if not isinstance(verdict, Again):
                # The cause is left out on purpose: its text has not been redacted.
                raise verdict from None
            patience.wait(verdict)


def translate_error(error: BaseException, *, repo: str, access: HubAccess) -> ParallelizeError | Again:
    """Say what a failure of the client means for the user, without any credential.

    Args:
        access: for its redactor, and to tell a missing token from a refused one.

    Returns:
        `Again` for what may pass, else an error to raise.
    """
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled, RevisionNotFoundError

    verdict: ParallelizeError | Again
    message = access.redactor.text(str(error))
    if isinstance(error, Again | ParallelizeError):
        verdict = error
    elif isinstance(error, RevisionNotFoundError):
        verdict = Again(f"a branch of {repo} disappeared")
    elif isinstance(error, HfHubHTTPError):
        verdict = _translate_status(error, repo, access)
    elif (cause := _wrapped(error)) is not None:
        verdict = translate_error(cause, repo=repo, access=access)
    elif isinstance(error, OfflineModeIsEnabled):
        verdict = HubUnreachable(
            access.contact.host, "HF_HUB_OFFLINE is set, so it is not asked", remedy="unset HF_HUB_OFFLINE"
        )
    elif isinstance(error, ValueError) and not isinstance(error, JSONDecodeError):
        verdict = InputError(f"the Hub does not take it: {message}")
    elif isinstance(error, FileNotFoundError):
        verdict = InputError(
            f"a file vanished while it was published: {message}", remedy="run the command again"
        )
    elif isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        verdict = EnvironmentFault(f"{type(error).__name__}: {message}")
    else:
        verdict = Again(f"{type(error).__name__}: {message}")
    return verdict


def _wrapped(error: BaseException) -> BaseException | None:
    """The failure that the client wrapped: of an upload, or of a download that was forced."""
    from huggingface_hub.errors import BadRequestError, HfHubHTTPError

    cause = error.__cause__
    if isinstance(error, RuntimeError):
        return cause
    # A refused card comes as a ValueError too, and says more than the answer that it wraps.
    downloaded = isinstance(error, ValueError) and isinstance(cause, HfHubHTTPError | Again)
    return cause if downloaded and not isinstance(cause, BadRequestError) else None


def _translate_status(error: Any, repo: str, access: HubAccess) -> ParallelizeError | Again:
    status = error.response.status_code
    said = access.redactor.text(error.server_message or str(error)).strip().splitlines()
    detail = said[0] if said else "no reason given"
    if status in RETRIED_STATUSES:
        return Again(
            f"HTTP {status}: {detail}", after_seconds=_retry_after(error.response.headers.get("Retry-After"))
        )
    if status == 401 and not access.signed_in:
        return EnvironmentFault(
            f"{repo} needs a Hugging Face token, and there is none",
            remedy="set HF_TOKEN to a token with write permission, or sign in with `hf auth login`",
        )
    if status == 401:
        return EnvironmentFault(
            f"the Hub does not accept the token (401): {detail}",
            remedy="make one with write permission (https://huggingface.co/settings/tokens), set HF_TOKEN",
        )
    if status in {402, 403}:
        return EnvironmentFault(
            f"the token may not write to {repo} ({status}): {detail}",
            remedy="use a token with write permission whose owner is a member of the organization",
        )
    if status == 404:
        return EnvironmentFault(
            f"{repo} is not there, or not visible with this token (404)",
            remedy="check the name and the token",
        )
    return EnvironmentFault(f"the Hub refused a request for {repo} ({status}): {detail}")
