#!/usr/bin/env bash
# Sets up the vLLM environment if its pins changed, then runs the tests that need it. Arguments go to pytest.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tests/vllm/setup.sh"
cd "$root"
exec timeout --kill-after=60 2400 \
  "${PARALLELIZE_VLLM_VENV:-$root/.venv-vllm}/bin/python" -m pytest tests/vllm -m vllm --durations=12 "$@"
