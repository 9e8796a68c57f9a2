"""`parallelize calibrate`, and the file that it writes in the hands of `audit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parallelize.cli.main import main
from parallelize.core.measures import MEASURES

PLACES = ["market", "harbour", "station", "school", "castle", "river", "garden", "tower"]
ORTE = ["Markt", "Hafen", "Bahnhof", "Schulhof", "Schloss", "Fluss", "Garten", "Turm"]


ENGLISH = "Anna buys {} apples at the {} and gives 2 of them away. How many are left?"
GERMAN = "Anna kauft {} Äpfel am {} und verschenkt 2 davon. Wie viele bleiben übrig?"


def rows(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": n,
            "source": ENGLISH.format(n + 2, PLACES[n % 8]),
            "target": GERMAN.format(n + 2, ORTE[n % 8]),
            "ok": "good",
        }
        for n in range(count)
    ]


def write(path: Path, data: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in data), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--quiet", "--processes", "1"])
    return int(caught.value.code or 0)


def test_bounds_table_and_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = rows(60)
    data += [row | {"id": f"bad{n}", "target": row["source"], "ok": "bad"} for n, row in enumerate(data[:5])]
    file, out = write(tmp_path / "a.jsonl", data), tmp_path / "de.toml"
    options = ["--lang", "de", "--keep", "0.95", "--damaged", "4", "--label-field", "ok"]
    assert run("calibrate", file, *options, "--out", str(out), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 60
    assert found["held_out"]["total"] == 30
    assert set(found["thresholds"]) <= set(MEASURES)
    assert found["thresholds"]["length_deviation"] < 1.0
    table = {(item["kind"], item["measure"]): item for item in found["findings"]}
    assert table["labelled", "all"]["recall"]["value"] == 1.0
    assert table["copy_source", "all"]["recall"]["total"] == 4
    first = out.read_bytes()
    assert run("calibrate", file, *options, "--out", str(out), "--json") == 0
    assert out.read_bytes() == first
    capsys.readouterr()
    assert run("audit", file, "--lang", "de", "--thresholds", str(out), "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["thresholds"]["length_deviation"] == found["thresholds"]["length_deviation"]
    assert summary["dropped"] >= 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--keep", "0.99"], "at least 198"),
        (["--label-field", "id", "--keep", "0.95"], "write good or bad"),
        (["--measure", "lenght", "--keep", "0.95"], "no measure is called 'lenght'"),
    ],
)
def test_what_cannot_work_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    file = write(tmp_path / "a.jsonl", [row | {"id": n + 2} for n, row in enumerate(rows(40))])
    assert run("calibrate", file, "--lang", "de", *options) == 1
    assert said in capsys.readouterr().err
