#!/usr/bin/env bash
# A build on one machine of Hugging Face Jobs, which has no disk that stays: the memory is kept in an object store,
# so a job that was cut off pays for nothing twice, and the corpus is pushed at the end.
set -euo pipefail

FLAVOR=${FLAVOR:-h200x8}
IMAGE=${IMAGE:-vllm/vllm-openai:latest}
REPO=${REPO:?name the dataset to push to, as in org/gsm8k-pt}
MEMORY=${MEMORY:?an address such as s3://bucket/memory}
PACKAGE=${PACKAGE:?where pip finds parallelize: the address of a wheel (docs/install.md) or git+https://…}
SOURCE=${SOURCE:-openai/gsm8k}
LANGS=${LANGS:-pt,es,de}
MODEL=${MODEL:-google/gemma-3-27b-it}

hf jobs run --flavor "$FLAVOR" --timeout 12h --secrets HF_TOKEN --secrets AWS_ACCESS_KEY_ID \
  --secrets AWS_SECRET_ACCESS_KEY "$IMAGE" bash -c "
set -e
pip install --quiet 'parallelize[s3] @ $PACKAGE'
parallelize build gsm8k.toml --source '$SOURCE' --langs '$LANGS' --engine vllm --model '$MODEL' \
  --runner processes:8 --memory '$MEMORY' --license mit --out run --quiet
parallelize push run --repo '$REPO'
"
