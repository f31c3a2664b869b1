#!/bin/sh
# The job files of scale-out/ on a real Slurm of one node, this one: TAP on standard output. Everything is
# skipped, and that is said, where Slurm is not installed or does not start.
# usage: slurm_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

# ---- a Slurm of our own ----

PATH=$PATH:/usr/sbin:/sbin
for program in slurmctld slurmd sbatch squeue sinfo scancel; do
    command -v $program >/dev/null 2>&1 || skip_all "$program is not installed (Debian: slurm-wlm)"
done
mkdir state spool
host=$(hostname -s)
port=$((20000 + $$ % 20000))

# No munge, no control groups, no accounting: whoever can reach the ports of 127.0.0.1 is us.
cat >slurm.conf <<CONF
ClusterName=tandem
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/none
CredType=cred/none
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=2
MpiDefault=none
ReturnToService=2
KillWait=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
SLURM_CONF=$work/slurm.conf
export SLURM_CONF

slurmctld -D -c -f slurm.conf >slurmctld.log 2>&1 &
controller=$!
slurmd -D -c -f slurm.conf >slurmd.log 2>&1 &
node=$!
trap 'kill $node $controller 2>/dev/null; wait; rm -rf "$work"' EXIT

# until_true SECONDS COMMAND...
until_true() {
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.2
    done
}

is_idle() {
    sinfo --noheader --format=%T 2>/dev/null | grep -q '^idle$'
}

is_settled() {
    is_idle || grep -q -e 'fatal:' slurmctld.log slurmd.log
}

is_over() { # JOB: no task of it is left
    [ -z "$(squeue --noheader --jobs="$1" 2>/dev/null)" ]
}

until_true 30 is_settled
is_idle ||
    skip_all "Slurm does not start: $(grep -h -i -e error -e fatal slurmctld.log slurmd.log | tail -n 1)"
echo "# $(sbatch --version), $host"

# ---- the array ----

cat >tiny.json <<'JSON'
{
  "name": "tiny",
  "run": { "duration": "200s", "warmup": "0s", "seed": 1, "replications": 20 },
  "components": {
    "shop": { "workers": 1, "endpoints": { "buy": [ {"work": "5ms"}, {"call": "bank.pay"} ] } },
    "bank": { "workers": 1, "endpoints": { "pay": [ {"work": {"exponential": "20ms"}} ] } }
  },
  "links": { "wire": { "between": ["shop", "bank"], "delay": "10ms" } },
  "load": [ { "request": "shop.buy", "open": {"poisson": "10/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "async": { "mode": "async" }, "queue": { "mode": "queue" } }
}
JSON
vary=links.wire.delay=0ms..20ms:5ms
TANDEM=$tandem
export TANDEM

# array SHARDS [ARGUMENT...]: leaves $job
array() {
    shards=$1
    shift
    job=$(sbatch --parsable --array=1-"$shards" "$root/scale-out/slurm-array.sh" tiny.json --vary "$vary" "$@" \
        2>err.txt)
}

call sweep tiny.json --vary "$vary" --out whole --no-plots
array 6 --out slurm
verdict $? "the array is submitted: job $job"
sbatch --parsable --dependency=afterok:"$job" --kill-on-invalid-dep=yes --output=merge.log \
    "$root/scale-out/slurm-merge.sh" --no-plots slurm/tiny >out.txt 2>err.txt
verdict $? 'and the merge that waits for it'
merge=$(cat out.txt)
until_true 120 is_over "$job" && until_true 60 is_over "$merge"
verdict $? 'both come to an end'
cat tandem-"$job"_*.log >out.txt 2>err.txt
[ "$(grep -c '^shard [1-6]/6: 50 of 50 tasks done$' out.txt)" -eq 6 ]
verdict $? 'each task of the array does its shard'
for file in sweep.csv sweep.json; do
    same whole/tiny/$file slurm/tiny/$file "$file has the bytes of an undivided sweep"
done

# ---- tasks of the array that die ----

died() {
    [ "$(find slurm2/tiny/tasks -name '*.txt' 2>/dev/null | wc -l)" -gt 10 ]
}

array 3 --out slurm2 --duration 1000s
until_true 60 died
scancel --signal=KILL "$job" >out.txt 2>err.txt
verdict $? 'tasks of an array are killed'
until_true 60 is_over "$job"
call merge --no-plots slurm2/tiny
[ "$code" -eq 3 ] && grep -q 'tasks are missing' err.txt
verdict $? 'some tasks of the sweep are missing then'
before=$(find slurm2/tiny/tasks -name '*.txt' | wc -l)
array 3 --out slurm2 --duration 1000s
until_true 120 is_over "$job"
call merge --no-plots slurm2/tiny
[ "$code" -eq 0 ]
verdict $? "the same line again does the rest of the 300, $before were there"
call sweep tiny.json --vary "$vary" --duration 1000s --out whole2 --no-plots
same whole2/tiny/sweep.json slurm2/tiny/sweep.json 'with the bytes of an undivided sweep'

finish
