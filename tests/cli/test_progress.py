"""What is seen while rows are worked on: one line of all languages, estimates that hold, a last line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from parallelize.cli import progress
from parallelize.cli.console import Console
from parallelize.cli.progress import LIVE, RowProgress, TransferProgress, never_silent


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    yield made
    LIVE.end()


def rows(live: bool = False) -> RowProgress:
    return RowProgress(live=live, quiet=False)


def test_a_line_every_five_seconds_and_one_at_the_end(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = rows()
    for code in ("pt", "es"):
        shown.expect(code, 40, 0)
    for n in range(40):
        clock.now += 0.25
        shown.row("pt", n % 2 == 0, 10)
    shown.end()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("pt 20/40  es 0/40 rows, 10 kept, 10 dropped, 40 words/s")
    assert len(lines) == 3  # after 5 and 10 seconds, and the last one
    assert lines[-1].startswith("pt 40/40  es 0/40 rows")


def test_silence_is_broken_before_the_first_row(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = rows()
    clock.now += 4.9
    shown.tick()
    clock.now += 0.2
    shown.tick()
    assert capsys.readouterr().err == "getting ready (0:05)\n"


def test_the_same_line_comes_ever_more_rarely(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = rows()
    shown.expect("pt", 40, 0)
    shown.row("pt", True, 10)
    came = []
    for _ in range(400):
        clock.now += 1
        shown.tick()
        if line := capsys.readouterr().err:
            came.append((int(clock.now) - 1000, line))
    assert [at for at, _ in came] == [5, 10, 20, 40, 80, 140, 200, 260, 320, 380]
    assert "nothing new" not in came[0][1]
    assert came[3][1].endswith("(nothing new for 0:35)\n")
    shown.row("pt", True, 10)
    clock.now += 60
    shown.tick()
    clock.now += 5
    shown.row("pt", True, 10)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" rows")[0] for line in lines] == ["pt 2/40", "pt 3/40"]


def test_an_estimate_is_shown_when_two_agree(clock: Clock) -> None:
    shown = rows()
    shown.expect("pt", 1000, 0)
    for n in range(1, 6):  # 20 rows in 5 seconds, again and again
        for _ in range(20):
            clock.now += 0.25
            shown.row("pt", True, 10)
        assert ("left" in shown.text()) == (n >= 2), n
    assert re.search(r"about 3:4\d left", shown.text())


def test_an_estimate_that_jumps_is_not_shown(clock: Clock) -> None:
    shown = rows()
    shown.expect("pt", 1000, 0)
    for seconds, count in ((0.25, 20), (1.0, 5)):  # 5 s of fast rows, then 5 s of slow ones
        for _ in range(count):
            clock.now += seconds
            shown.row("pt", True, 10)
    assert "left" not in shown.text()


def test_many_languages_are_one_short_line(clock: Clock) -> None:
    shown = rows()
    for code in ("pt", "es", "de", "fr", "ja"):
        shown.expect(code, 10, 0)
    for _ in range(10):
        shown.row("de", True, 3)
    assert shown.text().startswith("10/50 rows of 5 languages (1 complete), 10 kept, 0 dropped")


def test_a_terminal_has_one_line_that_notes_do_not_break(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = rows(live=True)
    shown.expect("pt", 2, 0)
    clock.now += 1
    shown.row("pt", True, 10)
    Console().note("a note")
    clock.now += 1
    shown.row("pt", False, 10)
    shown.end()
    said = capsys.readouterr().err
    assert "\r\x1b[Ka note\n\rpt 1/2 rows" in said
    assert said.endswith("pt 2/2 rows, 1 kept, 1 dropped, 10 words/s\n")
    for drawn in re.findall(r"\r([^\r\n\x1b]*)\x1b\[K", said):
        assert len(drawn) < 40


def test_a_transfer_says_what_it_waits_for(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    shown = TransferProgress(live=False, quiet=False)
    clock.now += 6
    shown.tick()
    shown("sending data/pt.parquet", 10, 2000)
    shown("sending data/pt.parquet", 900, 2000)
    clock.now += 6
    shown.tick()
    assert capsys.readouterr().err.splitlines() == [
        "waiting for an answer",
        "sending data/pt.parquet (2,000 bytes)",
        "sending data/pt.parquet: 900 of 2,000 bytes",
    ]


def test_a_display_ends_with_a_failure_too(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        shown = rows()
        with never_silent(shown):
            shown.expect("pt", 4, 1)
            shown.row("pt", True, 1)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert "pt 2/4 rows" in capsys.readouterr().err
