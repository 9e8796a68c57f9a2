"""Recipes for clusters: shell and YAML that can be read, commands and options that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from parallelize.cli.main import cli

FOLDER = Path(__file__).resolve().parents[1] / "pipelines" / "clusters"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
MANIFESTS = sorted(FOLDER.glob("*.yaml"))
COMMAND = re.compile(r"parallelize (build|work|push)\b((?:\\\n|[^\n|&;])*)")


def texts(value: Any) -> list[str]:
    """Every text of a YAML document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_read_by_bash(path: Path) -> None:
    done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "set -euo pipefail" in path.read_text()


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_yaml_whose_scripts_bash_can_read(path: Path) -> None:
    scripts = [text for text in texts(yaml.safe_load(path.read_text())) if "parallelize" in text]
    assert any(" build " in text for text in scripts)
    for script in scripts:
        done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", [*SCRIPTS, *MANIFESTS], ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    used = COMMAND.findall(path.read_text())
    assert used
    for name, rest in used:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        words = rest.replace("\\\n", " ").rstrip().removesuffix(")")
        if words.count('"') % 2:  # the end of the shell's own quotes around the command
            words = words.rstrip('"')
        given, left, _ = command.make_parser(click.Context(command)).parse_args(shlex.split(words))
        assert left == []
        missing = [item.name for item in command.params if item.required and given.get(item.name) is None]
        assert missing == []


def test_the_page_names_every_recipe() -> None:
    page = (FOLDER.parents[1] / "docs" / "clusters.md").read_text()
    assert [path.name for path in FOLDER.iterdir() if path.name not in page] == []
