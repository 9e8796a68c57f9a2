"""Where requests may be sent, and the key that goes with them."""

from __future__ import annotations

import ipaddress
import os
import re

import httpx

from parallelize.core.errors import EnvironmentFault, InputError

__all__ = ["ApiKey", "checked_url"]


class ApiKey:
    """An API key that never shows itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "***"

    def headers(self, name: str = "") -> dict[str, str]:
        """The header that carries it, by itself under a name of the provider's own; empty for no key."""
        if not self._value:
            return {}
        return {name: self._value} if name else {"Authorization": f"Bearer {self._value}"}

    def hide_in(self, text: str) -> str:
        """Take the key out of a text that a server sent back."""
        return text.replace(self._value, "***") if self._value else text

    @classmethod
    def from_environment(cls, variable: str | None) -> ApiKey:
        """Read the key from an environment variable; no variable, no key.

        Raises:
            InputError: that is no name of a variable.
            EnvironmentFault: the variable holds no key.
        """
        if variable is None:
            return cls("")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
            # Do not repeat it: people put the key itself here.
            raise InputError(
                "api_key_env is no name of an environment variable", remedy="as in OPENAI_API_KEY"
            )
        value = os.environ.get(variable, "").strip()
        if not value or not value.isascii() or not value.isprintable():
            raise EnvironmentFault(
                f"the environment variable {variable} holds no API key", remedy="export it first"
            )
        return cls(value)


def checked_url(text: str, *, has_key: bool, insecure_http: bool) -> httpx.URL:
    """Read the address of a server, and refuse what a request or a key must not be sent to.

    Args:
        text: http or https, without user name, query and fragment.
        has_key: whether a key will be sent there.
        insecure_http: whether that may be unencrypted, to another machine.

    Raises:
        InputError: it is no such address; the message never repeats a password.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as fault:
        raise InputError(f"base_url cannot be read: {fault}") from fault
    if url.scheme not in {"http", "https"} or not url.host:
        raise InputError(
            f"base_url {text!r:.200} is no http or https address", remedy="as in https://host/v1"
        )
    if url.userinfo:
        raise InputError(
            "base_url holds a user name or password",
            remedy="put the key into an environment variable and name that in api_key_env",
        )
    if url.query or url.fragment:
        raise InputError(f"base_url {text!r:.200} has a query or fragment", remedy="remove it")
    if url.scheme == "http" and has_key and not insecure_http and not _is_here(url.host):
        raise InputError(
            f"the key would travel to {url.host} unencrypted",
            remedy="use https, or set insecure_http = true if the network is yours",
        )
    return url


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
