#!/bin/sh
# Puts together what the tasks of slurm-array.sh have done; see there. Its operands are those of `tandem merge`.
#SBATCH --job-name=tandem-merge
#SBATCH --output=tandem-merge-%j.log
set -eu
exec "${TANDEM:-tandem}" merge "$@"
