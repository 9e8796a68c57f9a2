"""A build with a judge: graded through the memory, and what was not graded passes no threshold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from parallelize.assemble.judge import judge_run
from tests.runs import corpus_digests, rows, run_build, write_jsonl

SERVER = Path(__file__).parent / "engines" / "faulty_server.py"


def judged(url: str, **more: Any) -> dict[str, Any]:
    engine = {"name": "openai", "model": "m", "base_url": url}
    return {"scorers": {"judge": {"engine": engine, "level": "segment"}}, **more}


def test_a_build_is_graded_once_and_fails_closed(tmp_path: Path) -> None:
    data = rows(6)
    for number, row in enumerate(data):
        # The line is a formula, so it is copied, and the judge's server finds it in both texts.
        row["solution"] = f"All of it is prose of the farmer.\n`x`\n#### {row['answer']}"
        row["problem"] = "How many apples were sold at the market" + "?" * (number + 1)
    source = write_jsonl(tmp_path / "rows.jsonl", data)
    process = subprocess.Popen([sys.executable, SERVER, "--share", "0.2"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        summary = run_build(source, tmp_path / "run", "de", **judged(url))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    german = summary["languages"]["de"]
    assert german["kept"] == german["rows_in"] == 6, "without a threshold nothing is dropped"
    assert "judge_adequacy" not in german["scores"], "this server never grades in the form asked for"
    before = corpus_digests(tmp_path / "run")
    again = run_build(source, tmp_path / "run", "de", **judged(url))  # the server is gone: all is known
    assert again["languages"]["de"]["kept"] == 6
    assert corpus_digests(tmp_path / "run") == before
    strict = judge_run(tmp_path / "run", {"judge_adequacy": 50.0}).languages["de"]
    assert strict.kept == 0
    assert strict.reasons == {"adequacy": 6}
