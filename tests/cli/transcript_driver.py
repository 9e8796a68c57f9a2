"""Runs commands one after the other in one process, as a shell would show them; exit codes go to a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from parallelize.cli.main import main

written = Path(sys.argv[2])
commands, codes = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), []
for words in commands:
    print(f"=== {' '.join(words)}", flush=True)
    sys.stderr.flush()
    sys.argv[1:] = words  # messages repeat what was typed
    try:
        main(words)
    except SystemExit as ended:
        codes.append(ended.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
written.write_text(json.dumps(codes), encoding="utf-8")
