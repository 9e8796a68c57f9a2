#!/usr/bin/env bash
#SBATCH --job-name=parallelize
#SBATCH --nodes=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=64
#SBATCH --mem=0
#SBATCH --time=12:00:00
#SBATCH --requeue
# One machine with 8 GPUs, an engine on each; with tensor_parallel_size = 2 in the recipe write processes:4.
set -euo pipefail

exec parallelize build "${RECIPE:-recipe.toml}" --out "${RUN:-/shared/runs/big}" --runner processes:8
