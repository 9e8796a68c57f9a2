"""Memory and time of publishing a large corpus to a Hub on this machine.

    python benchmarks/push_memory.py --megabytes 1000

The server runs in a process of its own. The figure is the peak resident size (`VmHWM`, Linux) of the
process that pushes, and then of one that verifies what was published; that of a process that only imports
is given beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TOKEN = "hf_" + "M" * 34
CHILD = """
import sys
from pathlib import Path
from parallelize.hub.push import Destination, push
from parallelize.hub.verify import verify
import huggingface_hub, httpx2, pyarrow.compute, pyarrow.parquet
what, run = sys.argv[1:]
if what == "push":
    push(Path(run), Destination(repo="acme/large"))
elif what == "verify":
    assert verify("acme/large").ok
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""


def write_corpus(folder: Path, megabytes: int) -> int:
    """Write a corpus of one language with incompressible texts in shards of 500 MB; returns its bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from parallelize.report.card import render_dataset_card
    from parallelize.store.manifest import parse_manifest

    corpus = folder / "corpus"
    noise = random.Random(1)
    row_bytes, group = 20_000, 500
    rows = megabytes * 1_000_000 // row_bytes
    per_shard = 500_000_000 // row_bytes
    shards = -(-rows // per_shard)
    files, paths = {}, []
    for number in range(shards):
        path = corpus / f"data/pt/train-{number:05d}-of-{shards:05d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = None
        last = min(rows, (number + 1) * per_shard)
        for start in range(number * per_shard, last, group):
            ids = [f"row-{i:08d}" for i in range(start, min(start + group, last))]
            table = pa.table(
                {
                    "id": ids,
                    "problem": [noise.randbytes(row_bytes // 2).hex() for _ in ids],
                    "parallelize": [
                        {
                            "id": one,
                            "texts": [{"path": "problem", "role": "problem", "source": "A question."}],
                            "scores": {"back_chrf": 60.0},
                            "provenance": {"engine": "none"},
                        }
                        for one in ids
                    ],
                }
            )
            writer = writer or pq.ParquetWriter(path, table.schema, compression="none", use_dictionary=False)
            writer.write_table(table)
        assert writer is not None
        writer.close()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        name = path.relative_to(corpus).as_posix()
        shard_rows = last - number * per_shard
        files[name] = {"sha256": digest, "bytes": path.stat().st_size, "rows": shard_rows}
        paths.append(name)
    language = {
        "rows_in": rows,
        "kept": rows,
        "dropped": 0,
        "fingerprint": "0" * 64,
        "engine": {"engine": "none", "model": "none"},
        "files": paths,
    }
    manifest = {
        "schema": 1,
        "name": "large",
        "license": "cc0-1.0",
        "created_with": {},
        "recipe": {},
        "fingerprint": "0" * 64,
        "source": {"source": "made", "kind": "files", "name": "made", "language": "en"},
        "rows": {"rows": rows, "records": rows, "rejected": 0},
        "languages": {"pt": language},
        "parallel": None,
        "files": files,
    }
    card = render_dataset_card(parse_manifest(json.dumps(manifest).encode()))
    (corpus / "README.md").write_text(card, encoding="utf-8")
    manifest["card_sha256"] = hashlib.sha256(card.encode()).hexdigest()
    (corpus / "manifest.json").write_text(json.dumps(manifest))
    return sum(entry["bytes"] for entry in files.values())


def measure(what: str, run: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Run one step in a process of its own; returns its peak in MB and its seconds."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, str(run)], env=environment, stdout=subprocess.PIPE, check=True
    )
    return int(done.stdout) * 1024 / 1e6, time.monotonic() - started


def serve(root: Path) -> None:
    """Run the Hub until the input ends; its address goes to stdout."""
    from tests.hub.server import HubServer, User

    users = {TOKEN: User(name="ann", organizations=("acme",))}
    sizes = {"multipart_over_bytes": 64_000_000, "part_bytes": 32_000_000}
    with HubServer(root=root, users=users, **sizes) as hub:
        print(hub.endpoint, flush=True)
        sys.stdin.read()


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    with tempfile.TemporaryDirectory(prefix="push-memory-") as name:
        folder = Path(name)
        size = write_corpus(folder / "run", arguments.megabytes)
        server = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(folder / "server")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        environment = {
            **os.environ,
            "HF_ENDPOINT": server.stdout.readline().strip(),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HOME": str(folder / "hf"),
            "HF_TOKEN": TOKEN,
            "PYTHONPATH": str(ROOT),
        }
        try:
            steps = {
                what: measure(what, folder / "run", environment) for what in ("imports", "push", "verify")
            }
        finally:
            server.stdin.close()
            server.wait(timeout=30)
    figures = {what: {"peak_mb": round(peak), "seconds": round(s, 1)} for what, (peak, s) in steps.items()}
    print(json.dumps({"corpus_mb": round(size / 1e6), **figures}))


if __name__ == "__main__":
    main()
