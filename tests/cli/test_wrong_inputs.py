"""What a user does wrong, and what the program says about it: the place and the remedy."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0), capsys.readouterr().err


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def build(tmp_path: Path, source: str, *more: str) -> tuple[str, ...]:
    return ("build", "--langs", "pt", "--source", source, "--out", str(tmp_path / "run"), "--offline", *more)


GOOD = '{"id": "a", "problem": "How many apples?", "solution": "Two apples.", "answer": "2"}\n'


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "train.jsonl", GOOD)
    code, said = run(capsys, *build(tmp_path, str(tmp_path / "trian.jsonl")))
    assert code == 1
    assert "trian.jsonl" in said
    assert "train.jsonl" in said


def test_empty_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, *build(tmp_path, write(tmp_path / "empty.jsonl", "")))
    assert code == 1
    assert "empty.jsonl" in said


def test_broken_json_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "bad.jsonl", GOOD + GOOD.replace('"a"', '"b"') + '{"id": "c", "problem": \n')
    code, said = run(capsys, *build(tmp_path, source))
    assert code == 1
    assert "bad.jsonl" in said
    assert "3" in said


def test_an_archive_or_a_doubled_key_is_no_data_to_audit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "rows.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("rows.jsonl", GOOD)
    for more in ((), ("--source-file", str(packed)), ("--no-source",)):
        code, said = run(capsys, "audit", str(packed), "--lang", "de", *more)
        assert code == 1
        assert "rows.zip is a zip archive" in said
        assert "unpack it" in said
    doubled = '{"source": "An apple.", "target": "Ein Apfel.", "target": "Eine Birne."}\n'
    code, said = run(capsys, "audit", write(tmp_path / "twice.jsonl", doubled), "--lang", "de")
    assert code == 1
    assert "twice.jsonl:1: the key 'target' stands there twice" in said
    assert "keep one of the two values" in said


def test_missing_column_lists_those_that_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, *build(tmp_path, write(tmp_path / "rows.jsonl", GOOD), "--problem", "qestion"))
    assert code == 1
    assert "qestion" in said
    assert "problem" in said


def test_duplicate_id_names_both_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, *build(tmp_path, write(tmp_path / "twice.jsonl", GOOD + GOOD), "--id", "id"))
    assert code == 1
    assert "twice.jsonl" in said
    assert "1" in said
    assert "2" in said


def test_unknown_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "build", "--langs", "xx", "--source", "x.jsonl")
    assert code == 1
    assert "'xx'" in said
    assert "parallelize languages" in said


def test_unknown_recipe_key_names_near_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = write(tmp_path / "r.toml", 'langs = ["pt"]\n[engine]\nname = "bergamot"\nworker = 2\n')
    code, said = run(capsys, "build", recipe)
    assert code == 1
    assert "engine.worker" in said
    assert "workers" in said


def test_no_model_while_offline_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "rows.jsonl", GOOD)
    code, said = run(
        capsys, "build", "--langs", "ja", "--source", source, "--out", str(tmp_path / "run"), "--offline"
    )
    assert code == 3
    assert "ja" in said
    assert "models" in said


def test_a_data_file_in_place_of_a_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "build", write(tmp_path / "rows.jsonl", GOOD))
    assert code == 2
    assert "--source" in said


def test_no_language_and_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command is incomplete: exit 2 at once, with the command that would do."""
    code, said = run(capsys, "build", "--source", write(tmp_path / "rows.jsonl", GOOD))
    assert code == 2
    assert "--langs is missing: the languages to translate into" in said
    assert "as in: parallelize" in said
    code, said = run(capsys, "build", "--langs", "pt", "--offline", "--out", str(tmp_path / "r"))
    assert code == 2
    assert "--source is missing" in said
    assert "--source FILE" in said
    assert not (tmp_path / "r").exists()


def test_a_folder_that_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "report", str(tmp_path))
    assert code == 1
    assert "not a run directory" in said


@pytest.mark.parametrize(
    "command", ["build", "judge", "report", "push", "verify", "law", "doctor", "languages", "recipe"]
)
def test_every_command_explains_itself(command: str) -> None:
    from parallelize.cli.main import cli

    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_help_is_quick_because_heavy_packages_stay_out() -> None:
    code = (
        "import sys\nfrom parallelize.cli.main import cli\nfrom click.testing import CliRunner\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "heavy = {'polars', 'pyarrow', 'datasets', 'numpy', 'pydantic', 'rich', 'huggingface_hub', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - start < 5
