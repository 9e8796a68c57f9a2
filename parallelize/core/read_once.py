"""Properties that are worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

__all__ = ["ReadOnce"]

_Found = TypeVar("_Found")


class ReadOnce(Generic[_Found]):
    """What is read when it is first asked for: `functools.cached_property` without its lock (Python 3.11)."""

    def __init__(self, read_it: Callable[[Any], _Found]) -> None:
        self._read_it = read_it
        self.__doc__ = read_it.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> _Found: ...
    def __get__(self, instance: object | None, owner: type) -> Self | _Found:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._read_it(instance)  # stands before this from now on
        return found
