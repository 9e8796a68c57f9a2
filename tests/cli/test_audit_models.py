"""Audits that ask models: back-translation and a judge, through a memory, on real engines and servers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parallelize.cli.main import main

SERVER = Path(__file__).parents[1] / "engines" / "faulty_server.py"
PAIRS = [
    ("The farmer sold twelve baskets of ripe apples at the market.",
     "O agricultor vendeu doze cestas de maçãs maduras no mercado."),
    ("Maria reads thirty pages of her book every evening before she sleeps.",
     "Maria lê trinta páginas do seu livro todas as noites antes de dormir."),
    ("The train to the coast leaves at nine and arrives three hours later.",
     "O trem para o litoral parte às nove e chega três horas depois."),
]  # fmt: skip


def write(path: Path, pairs: list[tuple[str, str]]) -> str:
    rows = [{"id": f"r{n}", "source": source, "target": target} for n, (source, target) in enumerate(pairs)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def audit(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str
) -> tuple[dict[str, Any], list[Any]]:
    out = folder / "rows.jsonl"
    memory = str(folder / "memory")
    with pytest.raises(SystemExit) as caught:
        main(["audit", *arguments, "--memory", memory, "--rows", str(out), "--json", "--processes", "1"])
    said = capsys.readouterr()
    assert caught.value.code == 0, said.err
    return json.loads(said.out), [json.loads(line) for line in out.read_text().splitlines()]


def engine_file(path: Path, **options: object) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in options.items()]
    path.write_text("[engine]\n" + "\n".join(lines) + "\n")
    return str(path)


@pytest.mark.slow
def test_bergamot_tells_a_translation_from_another_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = [PAIRS[0], (PAIRS[1][0], PAIRS[2][1]), PAIRS[2]]
    file = write(tmp_path / "a.jsonl", swapped)
    options = ("--lang", "pt", "--back-translate", "bergamot")
    summary, rows = audit(capsys, tmp_path, file, *options)
    assert summary["back_engine"]["engine"] == "bergamot"
    assert summary["scores"]["back_chrf"]["measured"] == 3
    assert [row["kept"] for row in rows] == [True, False, True]
    assert "back_translation" in rows[1]["reasons"]
    assert all({"back_chrf", "back_chrf_worst", "back_bleu"} <= row["scores"].keys() for row in rows)
    again = audit(capsys, tmp_path, file, *options)
    assert again == (summary, rows)


def test_a_second_audit_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(
        tmp_path / "a.jsonl", [(f"{one} {n}", f"{two} {n}") for n in range(20) for one, two in PAIRS]
    )
    fast = engine_file(tmp_path / "e.toml", name="scripted")
    first = audit(capsys, tmp_path, file, "--lang", "pt", "--back-translate", fast)
    files = sorted(path.name for path in (tmp_path / "memory").rglob("*.parquet"))
    slow = engine_file(tmp_path / "e.toml", name="scripted", delay_seconds=3600.0)
    assert audit(capsys, tmp_path, file, "--lang", "pt", "--back-translate", slow) == first
    assert sorted(path.name for path in (tmp_path / "memory").rglob("*.parquet")) == files


def test_an_engine_that_fails_never_keeps_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(
        tmp_path / "a.jsonl", [(f"{one} {n}", f"{two} {n}") for n in range(20) for one, two in PAIRS]
    )
    recipe = engine_file(tmp_path / "e.toml", name="scripted", fault_rate=0.5)
    options = ("--lang", "pt", "--back-translate", recipe, "--threshold", "back_chrf=off")
    _, rows = audit(capsys, tmp_path, file, *options)
    failed = [row for row in rows if row["scores"].get("engine_failures")]
    assert failed
    for row in failed:
        assert "engine" in row["reasons"]
        assert "back_chrf" not in row["scores"]
        assert "on the way back" in row["evidence"]["engine_failures"]


def test_ctrl_c_keeps_what_was_answered(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl", [(f"{one} {n}", f"{two} {n}") for n in range(200) for one, two in PAIRS]
    )
    recipe = engine_file(tmp_path / "e.toml", name="scripted", delay_seconds=0.2)
    command = [sys.executable, "-m", "parallelize", "audit", file, "--lang", "pt", "--back-translate", recipe]
    command += ["--memory", str(tmp_path / "memory"), "--rows", str(tmp_path / "rows.jsonl")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "memory").rglob("*.parquet")) and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "run the same command again" in said
    assert "Traceback" not in said
    assert not (tmp_path / "rows.jsonl").exists()
    assert list((tmp_path / "memory").rglob("*.parquet"))


@pytest.fixture
def server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, SERVER, "--share", "0.3", "--seed", "1"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_judge_that_is_not_understood_passes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], server: str
) -> None:
    says = ["{91}", "{12}", "a fine translation, 91"]
    pairs = [
        (f"{source}\nOne more line.", f"{target}\nsays: {said}")
        for (source, target), said in zip(PAIRS, says, strict=True)
    ]
    file = write(tmp_path / "a.jsonl", pairs)
    recipe = engine_file(tmp_path / "j.toml", name="openai", model="m", base_url=server)
    off = [f"--threshold={name}=off" for name in ("foreign_share", "off_target_parts", "number_faults")]
    options = ("--lang", "pt", "--judge-engine", recipe, *off)
    _, rows = audit(capsys, tmp_path, file, *options)
    assert [row["scores"]["judge_adequacy"] for row in rows] == [91.0, 12.0, None]
    assert all("adequacy" not in row["reasons"] for row in rows), "no threshold, no verdict"
    _, rows = audit(capsys, tmp_path, file, *options, "--threshold", "judge_adequacy=50")
    assert ["adequacy" in row["reasons"] for row in rows] == [False, True, True]
    assert "not measured" in rows[2]["evidence"]["judge_adequacy"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--back-translate", "bergmot"], 1, "bergmot"),
        (["--back-translate", "openai"], 1, "engine.model: field required"),
        (["--back-translate", "absent.toml"], 1, "absent.toml"),
        (["--no-source", "--back-translate", "apertium"], 2, "exclude each other"),
        (["--judge-engine", "demo.toml"], 1, "cannot judge"),
        (["--scorers", "demo.toml"], 1, "no [scorers.comet]"),
    ],
)
def test_what_cannot_work_is_said_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    file = write(tmp_path / "a.jsonl", PAIRS)
    with pytest.raises(SystemExit) as caught:
        main(["audit", file, "--lang", "pt", "--memory", str(tmp_path / "memory"), *arguments])
    assert caught.value.code == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "memory").exists()
