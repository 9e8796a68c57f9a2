"""Files of an export and of an evaluation carry digests: damage is named, or what it hit is made again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.main import cli
from parallelize.core.errors import GateFailure, InputError, StorageFault
from tests.runs import rows, run_build, write_jsonl


def command(*arguments: object) -> None:
    ended = CliRunner().invoke(cli, [*map(str, arguments)], standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, its export, and an evaluation."""
    folder = tmp_path_factory.mktemp("results")
    source = write_jsonl(folder / "rows.jsonl", rows(8))
    run_build(source, folder / "run", "pt")
    export(folder / "run", folder / "export")
    write_jsonl(
        folder / "apples_de.jsonl",
        [{"problem": f"Der Bauer verkauft {n} Äpfel. Wie viele sind es?", "answer": n} for n in range(4)],
    )
    evaluate(folder, folder / "evaluation")
    return folder


def export(run: Path, out: Path) -> None:
    command("export", run, "--format", "lm-eval" if "tasks" in out.name else "messages", "--out", out)


def evaluate(folder: Path, out: Path) -> None:
    command(
        *("evaluate", "--engine", "scripted", "--model", "m", "--langs", "de", "--quiet"),
        *("--benchmark", folder / "apples_{lang}.jsonl", "--out", out),
    )


def flip(path: Path) -> None:
    data = path.read_bytes()
    place = next(match.start() for match in re.finditer(rb"[0-9]", data[len(data) // 2 :])) + len(data) // 2
    path.write_bytes(data[:place] + (b"1" if data[place : place + 1] == b"0" else b"0") + data[place + 1 :])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
@pytest.mark.parametrize("what", ["export", "evaluation"])
def test_verify_names_every_damaged_file(
    made: Path, tmp_path: Path, what: str, damage: Callable[[Path], None]
) -> None:
    manifest = json.loads((made / what / f"{what}.json").read_text())
    command("verify", made / what)
    for name in [*manifest["files"], f"{what}.json"]:
        out = Path(shutil.copytree(made / what, tmp_path / name))
        damage(out / name)
        with pytest.raises((GateFailure, InputError), match=re.escape(name) + "|has no manifest"):
            command("verify", out)


@pytest.mark.parametrize("damage", [flip, cut])
def test_what_is_damaged_is_refused_by_name_or_made_again(
    made: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    again: dict[str, Callable[[Path], None]] = {
        "export": lambda out: export(made / "run", out),
        "evaluation": lambda out: evaluate(made, out),
    }
    for what, repeat in again.items():
        whole = {path.name: path.read_bytes() for path in (made / what).iterdir() if path.is_file()}
        out = Path(shutil.copytree(made / what, tmp_path / what))
        damage(out / f"{what}.json")
        with pytest.raises(InputError, match=rf"{what}\.json"):
            repeat(out)
        (out / f"{what}.json").write_bytes(whole[f"{what}.json"])
        listed = json.loads(whole[f"{what}.json"])["files"]
        for name in listed:
            damage(out / name)
        repeat(out)
        assert {name: (out / name).read_bytes() for name in listed} == {name: whole[name] for name in listed}


@pytest.mark.parametrize("name", ["scores.json", "verdicts.jsonl", "evaluation.json"])
def test_a_study_takes_no_damaged_results(made: Path, tmp_path: Path, name: str) -> None:
    out = Path(shutil.copytree(made / "evaluation", tmp_path / "evaluation"))
    recipe = tmp_path / "study.toml"
    recipe.write_text(
        f'title = "s"\nbenchmarks = ["{made}/apples_{{lang}}.jsonl"]\n'
        'langs = ["de"]\n[engine]\nname = "scripted"\n'
        f'[[models]]\nname = "a"\nresults = "{out}"\n[[models]]\nname = "b"\nresults = "{made}/evaluation"\n'
    )
    command("study", recipe, "--out", tmp_path / "study", "--quiet")
    flip(out / name)
    with pytest.raises((StorageFault, InputError), match=re.escape(name)):
        command("study", recipe, "--out", tmp_path / "again", "--quiet")
