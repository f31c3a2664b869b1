#!/bin/sh
# All shards of a sweep with GNU parallel, as many at a time as there are processors, then the merge:
#
#   scale-out/parallel.sh 100 out/shop shop.json --replications 20
#
# usage: parallel.sh SHARDS FOLDER SWEEP_ARGUMENT...
#
# FOLDER is DIR/NAME, where the sweep keeps its tasks and gets its report; --out DIR is added here. What was
# killed is begun again, twice; the same line again does what is missing, and that alone. (The journal sees to
# that: parallel's own --resume would pass over shards that it has done of an older sweep.) $PARALLEL may hold
# further options, '--jobs 4', or '--sshloginfile hosts --workdir .' for machines that share this folder.
# $TANDEM is the program, where that is not "tandem" in PATH.
set -eu
[ $# -ge 3 ] || {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
shards=$1
folder=$2
shift 2
tandem=${TANDEM:-tandem}

"$tandem" sweep "$@" --tasks >/dev/null # a mistake is told once, not by every shard
mkdir -p "$folder"
seq "$shards" | parallel --quote -I SHARD --joblog "$folder/parallel.log" --retries 3 \
    "$tandem" sweep "$@" --out "$(dirname "$folder")" --shard "SHARD/$shards" --threads 1 --resume >&2 || {
    echo "$0: not all shards were done: see $folder/parallel.log, and try again" >&2
    exit 3
}
exec "$tandem" merge "$folder"
