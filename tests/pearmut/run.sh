#!/usr/bin/env bash
# Our campaigns in Pearmut 1.1.6 itself, in an environment of its own (it needs Python 3.12), read by a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=
for version in 3.12 3.13; do
  for found in "$(command -v "python$version" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python; do
    if [ -z "$python" ] && [ -x "$found" ] && "$found" -c '' 2>/dev/null; then
      python=$found
    fi
  done
done
if [ -z "$python" ]; then
  echo "neither Python 3.12 nor 3.13 is here"
  exit 1
fi
if [ ! -x .venv-pearmut/bin/pearmut ]; then
  "$python" -m venv .venv-pearmut
  .venv-pearmut/bin/python -m pip install --quiet --disable-pip-version-check pearmut==1.1.6
fi
# The browser is an extra of ours.
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[browser]"
PEARMUT=$PWD/.venv-pearmut/bin/pearmut .venv/bin/python -m pytest -q tests/report/test_pearmut.py "$@"
