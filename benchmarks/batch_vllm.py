"""A whole build through files alone, each wave answered by the real `vllm run-batch`.

    python benchmarks/batch_vllm.py --model FOLDER --vllm-python .venv-vllm/bin/python --rows 4

The model may be a base model: the prompt profile is the shipped `few-shot`, sent as one message of a chat
whose template adds nothing, since `vllm run-batch` takes chats only. Waves go on until the build ends by
itself; then a second build reads the same replies in another folder. Printed: requests of each wave, how they
ended, rows kept, and whether every request was answered once and both corpora have the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import parallelize.text.prompts

TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"
RECIPE = """langs = ["{langs}"]
[source]
path = "sample"
limit = {rows}
[engine]
name = "batch"
model = "{model}"
prompt = "{prompt}"
max_output_tokens = 128
[repair]
attempts = 2
"""
MOST_WAVES = 12
NOTHING_KEPT = 4
"""Exit code of a build that went to its end and kept no row, which a small model may well do."""


def built(recipe: Path, out: Path, waves: Path, *, write: bool) -> bool:
    """Build as far as the replies reach. Returns whether it is complete."""
    words = ["build", str(recipe), "--out", str(out), "--quiet", "--replies-in", str(waves)]
    if write:
        words += ["--requests-out", str(waves)]
    done = subprocess.run(
        [sys.executable, "-m", "parallelize", *words], stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode not in {0, NOTHING_KEPT}:
        sys.exit(f"a build ended with {done.returncode}")
    return (out / "summary.json").is_file()


def answered(requests: Path, given: argparse.Namespace, folder: Path) -> Counter[str]:
    """Have a wave answered; how its replies ended."""
    replies = requests.with_name(requests.name.replace("requests-", "replies-"))
    command = [given.vllm_python, "-m", "vllm.entrypoints.openai.run_batch", "-i", str(requests)]
    command += ["-o", str(replies), "--model", given.model, "--chat-template", str(folder / "plain.jinja")]
    command += ["--dtype", given.dtype, "--max-model-len", "1024", "--max-num-seqs", "32", "--enforce-eager"]
    command += ["--distributed-executor-backend", "uni"]
    quiet = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_LOGGING_LEVEL": "ERROR"}
    cpu = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind"}
    environment = {**os.environ, **quiet, **cpu, "VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    found: Counter[str] = Counter()
    for line in replies.read_text().splitlines():
        response = json.loads(line).get("response") or {}
        choices = response.get("body", {}).get("choices") or [{}]
        found[choices[0].get("finish_reason") or f"status {response.get('status_code')}"] += 1
    return found


def digests(out: Path) -> dict[str, str]:
    """The tables of a corpus and of its dropped rows, by name."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("corpus", "rejects")
        for path in sorted((out / folder).rglob("*.parquet"))
    }


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--model", required=True)
    options.add_argument("--vllm-python", required=True, help="the Python of an environment that has vLLM")
    options.add_argument("--rows", type=int, default=4)
    options.add_argument("--langs", default="es")
    options.add_argument("--dtype", default="float32")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, waves = Path(name), Path(name) / "waves"
        waves.mkdir()
        (folder / "plain.jinja").write_text(TEMPLATE)
        shipped = Path(parallelize.text.prompts.__file__).parent / "profiles" / "few-shot.toml"
        profile = shipped.read_text().replace("chat = false", "chat = true")
        (folder / "few-shot-chat.toml").write_text(profile)
        recipe = folder / "recipe.toml"
        langs = given.langs.replace(",", '", "')
        prompt = folder / "few-shot-chat.toml"
        recipe.write_text(RECIPE.format(langs=langs, rows=given.rows, model=given.model, prompt=prompt))
        begin, asked = time.monotonic(), Counter[str]()
        for wave in range(MOST_WAVES):
            before = set(waves.glob("requests-*.jsonl"))
            if built(recipe, folder / "run", waves, write=True):
                break
            for requests in sorted(set(waves.glob("requests-*.jsonl")) - before):
                lines = [json.loads(line) for line in requests.read_text().splitlines()]
                asked.update(line["custom_id"] for line in lines)
                found = answered(requests, given, folder)
                print(f"wave {wave + 1}: {len(lines)} requests, {dict(found)}", flush=True)
        else:
            sys.exit(f"not finished after {MOST_WAVES} waves")
        built(recipe, folder / "again", waves, write=False)
        summary = json.loads((folder / "run" / "summary.json").read_text())
        kept = {code: [item["kept"], item["rows_in"]] for code, item in summary["languages"].items()}
        same = digests(folder / "run") == digests(folder / "again")
        print(f"rows kept, of: {kept}; each request asked so often: {dict(Counter(asked.values()))}")
        print(f"a second build from the files: {'the same bytes' if same else 'OTHER BYTES'}")
        print(f"{time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
