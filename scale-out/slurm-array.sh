#!/bin/sh
# One shard of a sweep for each task of a Slurm array. From the folder that all nodes share:
#
#   id=$(sbatch --parsable --array=1-100 scale-out/slurm-array.sh shop.json --replications 20)
#   sbatch --dependency=afterok:"$id" --kill-on-invalid-dep=yes scale-out/slurm-merge.sh out/shop
#
# What stands behind the script's name is handed to `tandem sweep`. The same lines again do what is missing,
# and that alone. $TANDEM is the program, where that is not "tandem" in PATH.
#SBATCH --job-name=tandem
#SBATCH --output=tandem-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --cpus-per-task=1
set -eu

if [ "$SLURM_ARRAY_TASK_MIN" -ne 1 ] || [ "$SLURM_ARRAY_TASK_MAX" -ne "$SLURM_ARRAY_TASK_COUNT" ]; then
    # A part of the array again: how many shards there are must then be told.
    : "${SHARDS:?is not set, and the array is not 1-N: SHARDS=100 sbatch --array=3,17 ...}"
fi
exec "${TANDEM:-tandem}" sweep "$@" --shard "$SLURM_ARRAY_TASK_ID/${SHARDS:-$SLURM_ARRAY_TASK_COUNT}" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" --resume
