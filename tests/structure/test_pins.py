"""What is installed, by pyproject.toml, constraints, hashes and the page that says why."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.structure.house import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = [re.match(r"[\w-]+", line)[0] for line in PROJECT["dependencies"]]  # type: ignore[index]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w-]+)==([^\s\\]+)", text, re.MULTILINE)
    return {package.lower().replace("_", "-"): version for package, version in found}


@pytest.mark.parametrize("name", NAMES)
def test_a_dependency_is_pinned_hashed_and_explained(name: str) -> None:
    pinned, hashed = pins("constraints.txt"), pins("requirements-demo.txt")
    assert pinned[name] == hashed[name]
    page = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page or name == "fsspec"  # which the stores bring along
