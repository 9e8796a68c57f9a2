"""What commands with many options share: groups of options, and tables of those that were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

__all__ = ["given", "option_group", "picked", "split_list"]

F = TypeVar("F", bound=Callable[..., Any])


def option_group(*options: Callable[[F], F]) -> Callable[[F], F]:
    """A decorator that adds several options to a command, in this order."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def picked(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Options that are called as the keys of a recipe are."""
    return {name: options[name] for name in names}


def given(table: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was really given, empty tables left out."""
    found = {key: given(value) if isinstance(value, dict) else value for key, value in table.items()}
    return {key: value for key, value in found.items() if value is not None and value != {}}


def split_list(text: str | None) -> list[str] | None:
    """The parts of a list with commas; None for an option that was not given."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
