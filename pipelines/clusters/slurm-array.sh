#!/usr/bin/env bash
# A build on Slurm without a connection between machines: one job records the source, an array of workers
# translates, one job finishes. Set the five values, then: bash slurm-array.sh
set -euo pipefail

RECIPE=${RECIPE:-recipe.toml}        # its engine: vllm, tensor_parallel_size = GPUS
RUN=${RUN:-/shared/runs/big}         # on a file system that all nodes see
WORKERS=${WORKERS:-8}                # array tasks, an engine each
GPUS=${GPUS:-1}                      # GPUs of one engine
HOURS=${HOURS:-12}                   # a task that is cut off goes on when this script runs again

build=(parallelize build "$RECIPE" --out "$RUN" --runner none --quiet)

record=$(sbatch --parsable --job-name=record --cpus-per-task=4 --mem=16G --time=02:00:00 \
  --wrap="${build[*]}")
work=$(sbatch --parsable --job-name=work --dependency="afterok:$record" --array="1-$WORKERS" \
  --gpus-per-task="$GPUS" --ntasks=1 --cpus-per-task=16 --mem=64G --time="$HOURS:00:00" --requeue \
  --wrap="parallelize work '$RUN' --share \$SLURM_ARRAY_TASK_ID/$WORKERS --quiet")
sbatch --job-name=finish --dependency="afterany:$work" --cpus-per-task=8 --mem=32G --time=04:00:00 \
  --wrap="${build[*]}"
