#!/usr/bin/env bash
#SBATCH --job-name=parallelize
#SBATCH --nodes=8
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=64
#SBATCH --mem=0
#SBATCH --time=24:00:00
# A Ray cluster inside one Slurm job: 64 GPUs. Nodes that are lost are done without.
set -euo pipefail

RECIPE=${RECIPE:-recipe.toml}
RUN=${RUN:-/shared/runs/big}
PORT=${PORT:-6379}

mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
head=${nodes[0]}
address=$(srun --nodes=1 --ntasks=1 --nodelist="$head" hostname --ip-address | awk '{print $1}'):$PORT

srun --nodes=1 --ntasks=1 --nodelist="$head" --overlap \
  ray start --head --port="$PORT" --num-gpus="$SLURM_GPUS_ON_NODE" --block &
sleep 20
for node in "${nodes[@]:1}"; do
  srun --nodes=1 --ntasks=1 --nodelist="$node" --overlap \
    ray start --address="$address" --num-gpus="$SLURM_GPUS_ON_NODE" --block &
done
sleep 20

srun --nodes=1 --ntasks=1 --nodelist="$head" --overlap \
  parallelize build "$RECIPE" --out "$RUN" --runner "ray:$address"
