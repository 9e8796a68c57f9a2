"""`parallelize law` from file to stdout and folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.law import command
from parallelize.cli.main import main


@pytest.fixture
def results(tmp_path: Path) -> Path:
    languages = ["en", "de", "ja", "sw"]
    lines = ["model,trained_languages,language,benchmark,accuracy"]
    for n in range(5):
        for place, code in enumerate(languages):
            accuracy = (0.4 - 0.05 * place) * (1 if n == 0 else 1.2 * n**0.1) + 0.002 * n * place
            lines.append(f"m{n},{'+'.join(languages[:n])},{code},gsm,{accuracy:.5f}")
    path = tmp_path / "results.csv"
    path.write_text("\n".join(lines))
    return path


def test_markdown_by_default_and_json_on_request(results: Path) -> None:
    # gains of m1: en 0.2, de 0.0720/0.35, ja 0.0640/0.3, sw 0.0560/0.25
    text = CliRunner().invoke(command, [str(results)])
    assert text.exit_code == 0
    assert "## Parallel scaling law" in text.stdout
    document = json.loads(CliRunner().invoke(command, [str(results), "--json"]).stdout)
    assert document["base"] == "m0"
    assert document["laws"][0]["basis"] == "scatter"
    assert document["models"][1]["transferability"]["index"]["value"] == pytest.approx(1.0717460)
    assert "evaluated but not trained on" in document["not_computed"]["transfer/m4"]


def test_options_reach_the_computation(results: Path) -> None:
    arguments = [str(results), "--json", "--scale", "100", "--denominator", "trained", "--level", "0.8"]
    arguments += ["--average", "languages-first", "--skip-zero-base", "--base", "m0"]
    document = json.loads(CliRunner().invoke(command, arguments).stdout)
    assert document["transferability_definition"] == (
        "denominator:trained|average:languages-first|scale:100|zero-base:left-out|version:1"
    )
    assert document["laws"][0]["beta_interval"]["level"] == 0.8
    assert document["models"][1]["transferability"]["index"]["value"] == pytest.approx(107.17460)


def test_out_writes_every_form_and_keeps_stdout_clean(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "law"
    result = CliRunner().invoke(command, [str(results), "--json", "--out", str(out)])
    assert result.exit_code == 0
    assert {path.name for path in out.iterdir()} == {"law.json", "law.md", "law.svg", "accuracy.svg"}
    assert json.loads(result.stdout) == json.loads((out / "law.json").read_text())
    assert "law.svg" in result.stderr
    assert (out / "law.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["law", "{results}", "--base", "nobody"], 1, "no model is called 'nobody'"),
        (["law", "{results}.gone.csv"], 1, "No such file"),
        (["law", "{results}", "--average", "mean"], 2, "benchmarks-first"),
        (["law", "{results}", "--level", "95"], 1, "write 0.95 for 95 %"),
        (["law", "{results}"], 0, ""),
    ],
)
def test_exit_codes(
    results: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([argument.format(results=results) for argument in arguments])
    assert ended.value.code == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert bool(captured.out) is (code == 0)
