"""docs/agents.md names only commands and options that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.main import cli

TEXT = (Path(__file__).parents[2] / "docs" / "agents.md").read_text(encoding="utf-8")
CALLS = sorted(
    {
        (match[1], option)
        for line in TEXT.splitlines()
        for match in re.finditer(r"parallelize (\w+)((?: [^`#|]+)?)", line)
        for option in re.findall(r"--[a-z-]+", match[2]) or [""]
    }
)


@pytest.mark.parametrize(("name", "option"), CALLS)
def test_command_and_option_are_there(name: str, option: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"], catch_exceptions=False)
    assert shown.exit_code == 0, name
    assert option in shown.output
