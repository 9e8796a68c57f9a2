"""The pages of the short path (docs/README.md): their commands are run, their links lead somewhere."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from parallelize.cli.main import cli
from parallelize.core.recipe import Recipe, parse_recipe

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"```(console|file:\S+)\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)\s]*)?\)")


def steps(page: str) -> Iterator[tuple[str, str]]:
    """(`file:NAME`, content) or (command, what it shows), in order."""
    for kind, content in _BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        if kind.startswith("file:"):
            yield kind, content
            continue
        for part in content.split("$ ")[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def run(words: list[str]) -> str:
    out, code = io.StringIO(), 0
    with contextlib.redirect_stdout(out):
        try:
            cli.main(words, standalone_mode=False)
        except click.exceptions.Exit as ended:
            code = ended.exit_code
    assert code == 0
    return out.getvalue()


def pattern(shown: str) -> str:
    """What a page shows, with `…` for anything."""
    return ".*".join(re.escape(part) for part in shown.strip("\n").split("…"))


@pytest.mark.slow
def test_every_command_of_the_path_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    commands = 0
    for page in ("first-corpus.md", "publish.md"):
        for what, content in steps(page):
            if what.startswith("file:"):
                Path(what.removeprefix("file:")).write_text(content, encoding="utf-8")
                continue
            words = shlex.split(what)
            assert words.pop(0) == "parallelize"
            said = run(words)
            assert re.fullmatch(pattern(content), said.strip("\n"), re.DOTALL), (what, said)
            commands += 1
    assert commands >= 9


@pytest.mark.slow
def test_the_page_of_shapes_goes_from_files_to_training_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    for what, content in steps("shapes.md"):
        if what.startswith("file:"):
            Path(what.removeprefix("file:")).write_text(content, encoding="utf-8")
            continue
        said = run(shlex.split(what)[1:])
        assert re.fullmatch(pattern(content), said.strip("\n"), re.DOTALL), (what, said)
    page = (DOCS / "shapes.md").read_text(encoding="utf-8")
    names: dict[str, object] = {"datasets": pytest.importorskip("datasets")}
    shown = 0
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        for line in block.splitlines():
            code, _, wanted = line.partition("  # ")
            if wanted[:1] in {"'", "("}:
                assert eval(code, names) == ast.literal_eval(wanted), line
                shown += 1
            else:
                exec(code, names)
    assert shown >= 5
    (table,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    said = tomllib.loads(table)
    recipe = parse_recipe({"langs": ["pt"], **said, "source": {"path": "chats.jsonl", **said["source"]}})
    assert recipe.texts == said["texts"]


@pytest.mark.slow
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    book = json.loads((DOCS / "first.ipynb").read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 4)
    names: dict[str, object] = {}
    last: list[object] = []
    for cell in book["cells"]:
        assert set(cell) >= {"cell_type", "metadata", "source"}
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []
        tree = ast.parse("".join(cell["source"]))
        final = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(final, ast.Expr):
            last.append(eval(compile(ast.Expression(final.value), "cell", "eval"), names))
    assert set(last[0]) == {"pt"}  # type: ignore[call-overload]
    assert last[3] == (1, {"numbers": 1})
    assert last[5] == [("on", True), ("off", True)]


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_of_a_page_lead_somewhere(page: str) -> None:
    for target, anchor in _LINK.findall((DOCS / page).read_text(encoding="utf-8")):
        path = (DOCS / target).resolve()
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor[1:] in {
                re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads
            }


def test_a_full_recipe_says_nothing_but_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(["recipe", "--full"])
    assert all(line.startswith("#") or not line for line in text.splitlines())
    assert parse_recipe(tomllib.loads(text)) == Recipe()
    lines: list[str] = []
    taken, seen = True, set()
    for line in text.splitlines():
        if line.startswith("# ["):
            name, _, note = line[2:].partition("]")
            taken = name not in seen and not note  # not another engine, nor a table that is off
            seen.add(name)
        if taken and re.match(r"# (\[|\w+ = )", line):
            lines.append(line[2:])
    found = tomllib.loads("\n".join(lines))
    assert {"source", "engine", "gates", "repair", "corpus", "run"} <= set(found)
    assert parse_recipe(found) == Recipe()


def test_pages_name_only_environment_variables_that_are_read() -> None:
    package = "\n".join(
        path.read_text(encoding="utf-8") for path in (DOCS.parent / "parallelize").rglob("*.py")
    )
    page = (DOCS / "install.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    ours = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', package))
    assert ours <= named | {"PYTHONPATH", "VLLM_LOGGING_STREAM", "LOCALAPPDATA"}, ours - named
