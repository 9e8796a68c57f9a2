# Everything runs in .venv, made from pinned constraints; it is made anew only when the pins change. The demo needs what
# a user installs; what tests and checks need comes on top of it. Modules are compiled when they are first imported.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := $(shell cat constraints.txt pyproject.toml | sha256sum | cut -c1-16)
PRODUCT := $(VENV)/.installed-$(PINS)
STAMP := $(VENV)/.installed-dev-$(PINS)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt -e
WORKERS ?= 2
# Real data sets, kept outside the repository, for `make bench`.
DATA ?= ../shared/data

.PHONY: setup demo demo-hashed test check audit sbom fuzz bench test-vllm test-trainers test-cluster test-pythons test-pearmut format clean

setup: $(STAMP)

$(PRODUCT): constraints.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	rm -f $(VENV)/.installed-*
	touch $@

$(STAMP): $(PRODUCT)
	$(INSTALL) '.[dev]'
	touch $@

demo: $(PRODUCT)
	$(BIN)/parallelize build pipelines/demo.toml --out runs/demo

test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not gpu and not vllm"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r parallelize

# Known weaknesses of the pinned packages, and a list of what is installed (CycloneDX): both in an environment of
# their own. `audit` asks an advisory service and fails where there is none, or where it does not know a package.
AUDIT := .venv-audit
$(AUDIT):
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0

audit: $(AUDIT)
	$(AUDIT)/bin/pip-audit --strict --no-deps --disable-pip -r requirements-demo.txt || \
	  { echo "pip-audit found something, or no advisory service knows these packages (see above)"; exit 1; }

sbom: setup $(AUDIT)
	mkdir -p dist
	$(AUDIT)/bin/cyclonedx-py environment --output-reproducible -o dist/sbom.json $(BIN)/python

# The demo from packages whose files have the hashes of requirements-demo.txt, and from no others.
demo-hashed:
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.txt
	.venv-demo/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	.venv-demo/bin/parallelize build pipelines/demo.toml --out runs/demo

# Each fuzzer for so many seconds; then every text function on every bomb.
SECONDS_EACH = $(or $(SECONDS),60)
fuzz: setup
	$(BIN)/python -m tests.fuzz $(SECONDS_EACH)
	$(BIN)/python -m tests.fuzz.bombs 20000

bench: setup
	$(BIN)/python benchmarks/text_speed.py $(DATA)/deepscaler_parts $(DATA)/deepseek_math_v2
	$(BIN)/python benchmarks/build_speed.py --source $(DATA)/gsm8k/train.jsonl

test-vllm:
	bash tests/vllm/run.sh

# Ray and S3 on this machine, in an environment of their own.
test-cluster:
	bash tests/cluster/run.sh

# The wheel on each Python that is here; the same bytes on all.
test-pythons:
	bash tests/pythons/run.sh

# Pearmut itself with our campaigns, in a browser; needs Python 3.12 or later beside ours.
test-pearmut: setup
	bash tests/pearmut/run.sh

# Environments of their own, about 4 GB: trainers (TRL, verl) and evaluation harnesses.
test-trainers:
	bash tests/trainers/run.sh

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .venv-vllm .venv-trainers .venv-harness .venv-cluster .venv-pearmut dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
