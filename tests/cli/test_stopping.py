"""A signal that a library turns into an error of its own is a signal all the same."""

from __future__ import annotations

import os
import signal

import pytest

from parallelize.cli.stopping import Stopped, stoppable


def _as_a_library_does() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt as error:
        raise ValueError("a definition cannot be built") from error


def test_an_error_made_of_a_signal_is_the_signal() -> None:
    with pytest.raises(Stopped) as found, stoppable():
        _as_a_library_does()
    assert found.value.number == signal.SIGINT


def test_an_error_without_a_signal_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="plain"), stoppable():
        raise ValueError("plain")
