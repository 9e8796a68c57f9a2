#!/usr/bin/env bash
# The wheel on each Python that is here, in an empty folder: the same corpus on all of them, byte for byte.
# About 750 MB and a minute each; needs a package registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip wheel --quiet --disable-pip-version-check --no-deps -w "$work" .

one_python() { # the first that runs: of the system, else of pyenv
  for found in "$(command -v "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    if [ -x "$found" ] && "$found" -c '' 2>/dev/null; then
      echo "$found"
      return
    fi
  done
}

expected=
for version in 3.11 3.12 3.13; do
  python=$(one_python "$version")
  if [ -z "$python" ]; then
    echo "Python $version: not here"
    continue
  fi
  "$python" -m venv "$work/$version"
  "$work/$version/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt \
    "$work"/parallelize-*.whl
  mkdir "$work/in-$version"
  cd "$work/in-$version"
  "$work/$version/bin/parallelize" build demo.toml --limit 24 --out run --json >/dev/null 2>said || { cat said; exit 1; }
  made=$(find run/corpus run/rejects run/translations run/coverage.parquet run/summary.json -type f | LC_ALL=C sort |
    xargs sha256sum | sha256sum | cut -c1-16)
  cd - >/dev/null
  echo "Python $version: $made, $(du -sm "$work/$version" | cut -f1) MB"
  rm -rf "${work:?}/$version"
  if [ "$made" != "${expected:=$made}" ]; then
    echo "the bytes are others"
    exit 1
  fi
done
echo "the same bytes on all"
