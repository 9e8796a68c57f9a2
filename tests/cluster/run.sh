#!/usr/bin/env bash
# Ray clusters and an S3-compatible server on this machine: sets up an environment of their own, made anew only
# when its pins change, and runs the tests that are skipped without it. Arguments go to pytest.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=${PARALLELIZE_CLUSTER_VENV:-$root/.venv-cluster}
stamp=$venv/.installed-$(cat "$root/constraints.txt" "$root/pyproject.toml" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
  # botocore, below s3fs and moto, refuses python-dateutil 3 and later.
  grep -v '^python-dateutil==' "$root/constraints.txt" >"$venv/constraints.txt"
  install=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$venv/constraints.txt")
  # Two steps: s3fs decides which botocore there is, and moto takes that one.
  "${install[@]}" -e "$root[dev,ray,s3]"
  "$venv/bin/python" -m pip freeze --disable-pip-version-check | grep '^botocore==' >>"$venv/constraints.txt"
  "${install[@]}" 'moto>=5,<6' flask flask-cors
  rm -f "$venv"/.installed-*
  touch "$stamp"
fi
cd "$root"
exec timeout --kill-after=60 1800 "$venv/bin/python" -m pytest tests/runners/test_ray.py tests/store/test_s3.py \
  --durations=5 "$@"
