#!/usr/bin/env bash
# Tests that need trainers and evaluation harnesses, each kind in an environment of its own (about 4 GB together).
#
#   tests/trainers/run.sh             # builds what is missing, then runs both
#   tests/trainers/run.sh trainers    # or harness: one of them; further arguments go to pytest
#
# PARALLELIZE_TRAINERS  folder of the environments (default: beside pyproject.toml)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
place=${PARALLELIZE_TRAINERS:-$root}

# environment KIND: builds it if the pins changed.
environment() {
  local kind=$1 venv=$place/.venv-$1 pins
  pins=$(cat "$root/tests/trainers/$kind"*.txt "$root/pyproject.toml" | sha256sum | cut -d' ' -f1)
  [[ -f $venv/.pins && $(<"$venv/.pins") == "$pins" ]] && return
  echo "building $venv" >&2
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  # The whole package with its dependencies: that they go together with a trainer's is a part of the test.
  timeout --kill-after=30 2400 "$venv/bin/python" -m pip --disable-pip-version-check install --quiet \
    --requirement "$root/tests/trainers/$kind.txt" "$root"
  if [[ -f $root/tests/trainers/$kind-alone.txt ]]; then
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps \
      --requirement "$root/tests/trainers/$kind-alone.txt"
  fi
  "$venv/bin/python" -m pip uninstall --quiet --yes parallelize
  echo "$root" >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/parallelize.pth"
  echo "$pins" >"$venv/.pins"
}

# tests KIND FOLDER ARGUMENTS...
tests() {
  local kind=$1 folder=$2
  shift 2
  environment "$kind"
  cd "$root"
  HF_HUB_OFFLINE=$([[ $kind == trainers ]] && echo 0 || echo 1) timeout --kill-after=60 1800 \
    "$place/.venv-$kind/bin/python" -m pytest "$folder" -p no:cacheprovider --durations=8 "$@"
}

# prm ARGUMENTS...: TRL dropped its PRMTrainer, so an older TRL stands before the newer one for its test.
prm() {
  local venv=$place/.venv-trainers
  [[ -d $venv/prm/trl ]] || "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps \
    --target "$venv/prm" trl==1.4.0
  PYTHONPATH=$venv/prm${PYTHONPATH:+:$PYTHONPATH} timeout --kill-after=60 600 \
    "$venv/bin/python" -m pytest tests/trainers/test_prm.py -p no:cacheprovider "$@"
}

kinds=(trainers harness)
if [[ ${1:-} == trainers || ${1:-} == harness ]]; then
  kinds=("$1")
  shift
fi
for kind in "${kinds[@]}"; do
  tests "$kind" "tests/$kind" "$@"
  if [[ $kind == trainers ]]; then prm "$@"; fi
done
